"""Transcripts of records, read from XML."""

from app.interchange.elmo.contents import (
    Attachment,
    Credit,
    Distribution,
    GradingScheme,
    Identifier,
    Instance,
    Issuer,
    Kind,
    Learner,
    Level,
    Opportunity,
    Records,
    Report,
    Shares,
    Status,
    Term,
    Text,
)
from app.interchange.elmo.formats import NAMESPACE, SCHEMA
from app.interchange.reading import Node, root_of


def read_records(data: bytes) -> Records:
    """What a file says; `Unreadable` with every reason where it may not or cannot be read."""
    elmo = Node(root_of(data, NAMESPACE, "elmo", SCHEMA))
    return Records(
        elmo.child("generatedDate").moment,
        _learner(elmo.child("learner")),
        tuple(map(_report, elmo.all("report"))),
        tuple(map(_attachment, elmo.all("attachment"))),
    )


def _learner(node: Node) -> Learner:
    born, gender = node.one("bday"), node.say("gender")
    return Learner(
        node.child("givenNames").token,
        node.child("familyName").token,
        node.say("citizenship"),
        _identifiers(node),
        born.day if born else None,
        _token(node, "placeOfBirth"),
        _token(node, "birthName"),
        int(gender) if gender else None,
    )


def _report(node: Node) -> Report:
    issuer = node.child("issuer")
    return Report(
        Issuer(
            _tokens(issuer, "title"),
            _identifiers(issuer),
            issuer.child("url").token,
            issuer.say("country"),
        ),
        node.child("issueDate").moment,
        tuple(map(_opportunity, node.all("learningOpportunitySpecification"))),
        tuple(
            GradingScheme(one.word("localId"), _texts(one, "description"))
            for one in node.all("gradingScheme")
        ),
        tuple(map(_attachment, node.all("attachment"))),
    )


def _opportunity(node: Node) -> Opportunity:
    kind = _token(node, "type")
    return Opportunity(
        _tokens(node, "title"),
        _instance(node.child("specifies").child("learningOpportunityInstance")),
        _identifiers(node),
        Kind(kind) if kind else None,
        _token(node, "subjectArea"),
        _token(node, "iscedCode"),
        _token(node, "url"),
        _texts(node, "description"),
        tuple(
            _opportunity(part.child("learningOpportunitySpecification"))
            for part in node.all("hasPart")
        ),
    )


def _instance(node: Node) -> Instance:
    start, result, hours = node.one("start"), node.one("date"), node.one("engagementHours")
    term, status = node.one("academicTerm"), _token(node, "status")
    shares, distribution = node.one("shortenedGrading"), node.one("resultDistribution")
    references = node.one("attachments")
    return Instance(
        identifiers=_identifiers(node),
        start=start.day if start else None,
        date=result.day if result else None,
        term=Term(_tokens(term, "title"), term.child("start").day, term.child("end").day)
        if term
        else None,
        status=Status(status) if status else None,
        grading_scheme=_token(node, "gradingSchemeLocalId"),
        grade=_token(node, "resultLabel"),
        shares=_shares(shares) if shares else None,
        distribution=_distribution(distribution) if distribution else None,
        credits=tuple(map(_credit, node.all("credit"))),
        levels=tuple(
            Level(one.child("type").token, _token(one, "value"), _texts(one, "description"))
            for one in node.all("level")
        ),
        language=_token(node, "languageOfInstruction"),
        hours=hours.number if hours else None,
        attachments=tuple(one.text for one in references.all("ref")) if references else (),
    )


def _shares(node: Node) -> Shares:
    return Shares(
        node.child("percentageLower").number,
        node.child("percentageEqual").number,
        node.child("percentageHigher").number,
    )


def _distribution(node: Node) -> Distribution:
    counts = tuple((one.word("label"), one.whole("count")) for one in node.all("category"))
    return Distribution(counts, _texts(node, "description"))


def _credit(node: Node) -> Credit:
    value = node.one("value")
    return Credit(
        node.child("scheme").token, value.number if value else None, _token(node, "level")
    )


def _attachment(node: Node) -> Attachment:
    return Attachment(
        _token(node, "type"),
        _tokens(node, "title"),
        _tokens(node, "content"),
        _identifiers(node),
        _texts(node, "description"),
    )


def _identifiers(node: Node) -> tuple[Identifier, ...]:
    return tuple(Identifier(one.word("type"), one.token) for one in node.all("identifier"))


def _texts(node: Node, name: str) -> tuple[Text, ...]:
    return tuple(Text(one.text, one.language) for one in node.all(name))


def _tokens(node: Node, name: str) -> tuple[Text, ...]:
    return tuple(Text(one.token, one.language) for one in node.all(name))


def _token(node: Node, name: str) -> str:
    found = node.one(name)
    return found.token if found else ""
