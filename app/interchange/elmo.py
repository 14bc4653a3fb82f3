"""Transcripts of records as ELMO 1.x: read and written whole.

The format: https://github.com/emrex-eu/elmo-schemas, branch v1 (1.7). What is read past, because
nobody here asks for it: diploma supplements, groups, extensions, signatures, addresses of learners
and descriptions in HTML. Names of people are one given and one family name, in Latin letters.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.interchange.reading import Node, root_of
from app.interchange.writing import add, add_if, root, written

NAMESPACE = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
_SCHEMA = "elmo/schema.xsd"


@dataclass(frozen=True, slots=True)
class Text:
    """Words, and the tag (BCP 47) of their language where it is known."""

    said: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Identifier:
    """What something is called in a system, such as "local", "ror" or "erasmus"."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Credit:
    """So many credits of a scheme, such as "ects" or "ucts"; level: Bachelor, Master or PhD."""

    scheme: str
    value: Decimal | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A level in a framework of qualifications, such as 6 of "EQF"."""

    kind: str
    value: str = ""
    descriptions: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    titles: tuple[Text, ...]
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Shares:
    """How many percent of the others had a lower grade, the same one and a higher one."""

    lower: Decimal
    equal: Decimal
    higher: Decimal


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many had which grade."""

    counts: tuple[tuple[str, int], ...]
    descriptions: tuple[Text, ...] = ()


class Status(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    IN_PROGRESS = "in-progress"


class Kind(StrEnum):
    PROGRAMME = "Degree Programme"
    MODULE = "Module"
    COURSE = "Course"
    CLASS = "Class"


@dataclass(frozen=True, slots=True)
class Instance:
    """A course as somebody took it, with what came of it; `date` is the day of the result."""

    identifiers: tuple[Identifier, ...] = ()
    start: date | None = None
    date: "date | None" = None
    term: Term | None = None
    status: Status | None = None
    grading_scheme: str = ""
    grade: str = ""
    shares: Shares | None = None
    distribution: Distribution | None = None
    credits: tuple[Credit, ...] = ()
    levels: tuple[Level, ...] = ()
    language: str = ""
    hours: Decimal | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opportunity:
    """A course, a module or a programme, with the parts it consists of."""

    titles: tuple[Text, ...]
    instance: Instance = Instance()
    identifiers: tuple[Identifier, ...] = ()
    kind: Kind | None = None
    subject: str = ""
    isced: str = ""
    url: str = ""
    descriptions: tuple[Text, ...] = ()
    parts: tuple["Opportunity", ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file beside the record; each content is a `data:` URL, perhaps for one language."""

    kind: str = ""
    titles: tuple[Text, ...] = ()
    contents: tuple[Text, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    descriptions: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Issuer:
    titles: tuple[Text, ...]
    identifiers: tuple[Identifier, ...]
    url: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class GradingScheme:
    local_id: str
    descriptions: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What one university says of the learner."""

    issuer: Issuer
    issued_at: datetime
    opportunities: tuple[Opportunity, ...] = ()
    grading_schemes: tuple[GradingScheme, ...] = ()
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Learner:
    given_names: str
    family_name: str
    citizenship: str = ""
    identifiers: tuple[Identifier, ...] = ()
    born_on: date | None = None
    birth_place: str = ""
    birth_name: str = ""
    gender: int | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """A whole file: one learner, and what one university or several say."""

    generated_at: datetime
    learner: Learner
    reports: tuple[Report, ...]
    attachments: tuple[Attachment, ...] = ()


def write_records(records: Records) -> bytes:
    """The file, as XML; `Unreadable` where the records hold what the format cannot say."""
    elmo = root(NAMESPACE, "elmo")
    add(elmo, "generatedDate", records.generated_at)
    _write_learner(elmo, records.learner)
    for report in records.reports:
        _write_report(elmo, report)
    for attachment in records.attachments:
        _write_attachment(elmo, attachment)
    return written(elmo, _SCHEMA)


def read_records(data: bytes) -> Records:
    """What a file says; `Unreadable` with every reason where it may not or cannot be read."""
    elmo = Node(root_of(data, NAMESPACE, "elmo", _SCHEMA))
    return Records(
        elmo.child("generatedDate").moment,
        _learner(elmo.child("learner")),
        tuple(map(_report, elmo.all("report"))),
        tuple(map(_attachment, elmo.all("attachment"))),
    )


def _write_learner(elmo: Any, learner: Learner) -> None:
    element = add(elmo, "learner")
    add_if(element, "citizenship", learner.citizenship)
    _write_identifiers(element, learner.identifiers)
    add(element, "givenNames", learner.given_names)
    add(element, "familyName", learner.family_name)
    add_if(element, "bday", learner.born_on)
    add_if(element, "placeOfBirth", learner.birth_place)
    add_if(element, "birthName", learner.birth_name)
    add_if(element, "gender", learner.gender)


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


def _write_report(elmo: Any, report: Report) -> None:
    element = add(elmo, "report")
    issuer = add(element, "issuer")
    add_if(issuer, "country", report.issuer.country)
    _write_identifiers(issuer, report.issuer.identifiers)
    _write_texts(issuer, "title", report.issuer.titles)
    add(issuer, "url", report.issuer.url)
    for opportunity in report.opportunities:
        _write_opportunity(element, opportunity)
    add(element, "issueDate", report.issued_at)
    for scheme in report.grading_schemes:
        described = add(element, "gradingScheme", localId=scheme.local_id)
        _write_texts(described, "description", scheme.descriptions)
    for attachment in report.attachments:
        _write_attachment(element, attachment)


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


def _write_opportunity(parent: Any, one: Opportunity) -> None:
    element = add(parent, "learningOpportunitySpecification")
    _write_identifiers(element, one.identifiers)
    _write_texts(element, "title", one.titles)
    add_if(element, "type", one.kind)
    add_if(element, "subjectArea", one.subject)
    add_if(element, "iscedCode", one.isced)
    add_if(element, "url", one.url)
    _write_texts(element, "description", one.descriptions)
    _write_instance(add(add(element, "specifies"), "learningOpportunityInstance"), one.instance)
    for part in one.parts:
        _write_opportunity(add(element, "hasPart"), part)


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


def _write_instance(element: Any, one: Instance) -> None:
    _write_identifiers(element, one.identifiers)
    add_if(element, "start", one.start)
    add_if(element, "date", one.date)
    if one.term:
        term = add(element, "academicTerm")
        _write_texts(term, "title", one.term.titles)
        add(term, "start", one.term.start)
        add(term, "end", one.term.end)
    add_if(element, "status", one.status)
    add_if(element, "gradingSchemeLocalId", one.grading_scheme)
    add_if(element, "resultLabel", one.grade)
    _write_others(element, one)
    for credit in one.credits:
        given = add(element, "credit")
        add(given, "scheme", credit.scheme)
        add_if(given, "level", credit.level)
        add_if(given, "value", credit.value)
    for level in one.levels:
        stands = add(element, "level")
        add(stands, "type", level.kind)
        # The format has room for one description of a level.
        _write_texts(stands, "description", level.descriptions[:1])
        add_if(stands, "value", level.value)
    add_if(element, "languageOfInstruction", one.language)
    add_if(element, "engagementHours", one.hours)
    if one.attachments:
        references = add(element, "attachments")
        for name in one.attachments:
            add(references, "ref", name)


def _write_others(element: Any, one: Instance) -> None:
    """How the others of the course did."""
    if one.shares:
        shares = add(element, "shortenedGrading")
        add(shares, "percentageLower", one.shares.lower)
        add(shares, "percentageEqual", one.shares.equal)
        add(shares, "percentageHigher", one.shares.higher)
    if one.distribution:
        distribution = add(element, "resultDistribution")
        for label, count in one.distribution.counts:
            add(distribution, "category", label=label, count=str(count))
        _write_texts(distribution, "description", one.distribution.descriptions)


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


def _write_attachment(parent: Any, one: Attachment) -> None:
    element = add(parent, "attachment")
    _write_identifiers(element, one.identifiers)
    _write_texts(element, "title", one.titles)
    add_if(element, "type", one.kind)
    _write_texts(element, "description", one.descriptions)
    _write_texts(element, "content", one.contents)


def _attachment(node: Node) -> Attachment:
    return Attachment(
        _token(node, "type"),
        _tokens(node, "title"),
        _tokens(node, "content"),
        _identifiers(node),
        _texts(node, "description"),
    )


def _write_identifiers(parent: Any, identifiers: tuple[Identifier, ...]) -> None:
    for one in identifiers:
        add(parent, "identifier", one.value, type=one.kind)


def _identifiers(node: Node) -> tuple[Identifier, ...]:
    return tuple(Identifier(one.word("type"), one.token) for one in node.all("identifier"))


def _write_texts(parent: Any, name: str, texts: tuple[Text, ...]) -> None:
    for text in texts:
        add(parent, name, text.said, lang=text.language)


def _texts(node: Node, name: str) -> tuple[Text, ...]:
    return tuple(Text(one.text, one.language) for one in node.all(name))


def _tokens(node: Node, name: str) -> tuple[Text, ...]:
    return tuple(Text(one.token, one.language) for one in node.all(name))


def _token(node: Node, name: str) -> str:
    found = node.one(name)
    return found.token if found else ""
