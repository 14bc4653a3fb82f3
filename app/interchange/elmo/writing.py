"""Transcripts of records, written as XML."""

from typing import Any

from app.interchange.elmo.contents import (
    Attachment,
    Identifier,
    Instance,
    Learner,
    Opportunity,
    Records,
    Report,
    Text,
)
from app.interchange.elmo.formats import NAMESPACE, SCHEMA
from app.interchange.writing import add, add_if, root, written


def write_records(records: Records) -> bytes:
    """The file, as XML; `Unreadable` where the records hold what the format cannot say."""
    elmo = root(NAMESPACE, "elmo")
    add(elmo, "generatedDate", records.generated_at)
    _write_learner(elmo, records.learner)
    for report in records.reports:
        _write_report(elmo, report)
    for attachment in records.attachments:
        _write_attachment(elmo, attachment)
    return written(elmo, SCHEMA)


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


def _write_attachment(parent: Any, one: Attachment) -> None:
    element = add(parent, "attachment")
    _write_identifiers(element, one.identifiers)
    _write_texts(element, "title", one.titles)
    add_if(element, "type", one.kind)
    _write_texts(element, "description", one.descriptions)
    _write_texts(element, "content", one.contents)


def _write_identifiers(parent: Any, identifiers: tuple[Identifier, ...]) -> None:
    for one in identifiers:
        add(parent, "identifier", one.value, type=one.kind)


def _write_texts(parent: Any, name: str, texts: tuple[Text, ...]) -> None:
    for text in texts:
        add(parent, name, text.said, lang=text.language)
