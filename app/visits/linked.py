"""A call for group visits as schema.org says it, for search engines and other catalogues. Pure."""

from datetime import date
from typing import Any, NamedTuple


class Provider(NamedTuple):
    """The body of the programme: its name, its page, and its ROR id where it has one."""

    name: str
    url: str
    ror_id: str | None


class Said(NamedTuple):
    """What one language says of a call."""

    title: str
    summary: str
    description: str
    who_may_apply: str


class Facts(NamedTuple):
    """What is true of it in every language."""

    ref: str
    most_people: int
    most_days: int
    groups: int
    first_on: date | None
    last_on: date | None
    closes_on: date | None


def visit_document(url: str, facts: Facts, said: Said, provider: Provider) -> dict[str, Any]:
    """The whole document, as JSON-LD: a programme for groups of so many, for so many days."""
    body: dict[str, Any] = {
        "@type": "Organization",
        "name": provider.name,
        "url": provider.url,
    }
    if provider.ror_id:
        body["identifier"] = provider.ror_id
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalProgram",
        "@id": url,
        "url": url,
        "name": said.title,
        "description": said.description or said.summary,
        "identifier": facts.ref,
        "provider": body,
        "timeToComplete": f"P{facts.most_days}D",
        "maximumEnrollment": facts.groups * facts.most_people,
    }
    if said.who_may_apply:
        document["programPrerequisites"] = said.who_may_apply
    for name, value in (
        ("startDate", facts.first_on),
        ("endDate", facts.last_on),
        ("applicationDeadline", facts.closes_on),
    ):
        if value:
            document[name] = value.isoformat()
    return document
