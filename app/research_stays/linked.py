"""A call for research stays as schema.org says it, for search engines and catalogues. Pure."""

from datetime import date
from typing import Any, NamedTuple


class Host(NamedTuple):
    """Where one would stay: its name, its page, and its ROR id where it has one."""

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
    most_days: int
    stays: int
    fields: list[str]
    first_on: date | None
    last_on: date | None
    closes_on: date | None


def call_document(url: str, facts: Facts, said: Said, host: Host) -> dict[str, Any]:
    """The whole document, as JSON-LD: a programme for so many people, for so many days."""
    body: dict[str, Any] = {
        "@type": "Organization",
        "name": host.name,
        "url": host.url,
    }
    if host.ror_id:
        body["identifier"] = host.ror_id
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
        "maximumEnrollment": facts.stays,
    }
    if facts.fields:
        document["occupationalCategory"] = facts.fields
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
