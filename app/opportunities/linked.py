"""An opportunity as schema.org says it, for search engines and other catalogues. Pure."""

from datetime import date
from typing import Any, NamedTuple


class Provider(NamedTuple):
    """The body that gives it: its name, its page, and its ROR id where it has one."""

    name: str
    url: str
    ror_id: str | None = None

    def document(self) -> dict[str, Any]:
        known = {"@type": "Organization", "name": self.name, "url": self.url}
        return known | ({"identifier": self.ror_id} if self.ror_id else {})


class Programme(NamedTuple):
    """What is true in every language of a call for so many `people`, each for so many `days`."""

    ref: str
    people: int
    days: int
    first_on: date | None
    last_on: date | None
    closes_on: date | None
    fields: list[str]


def programme_document(url: str, facts: Programme, text: Any, provider: Provider) -> dict[str, Any]:
    """The whole document, as JSON-LD; `text` is what one language says of the call."""
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "EducationalOccupationalProgram",
        "@id": url,
        "url": url,
        "name": text.title,
        "description": text.description or text.summary,
        "identifier": facts.ref,
        "provider": provider.document(),
        "timeToComplete": f"P{facts.days}D",
        "maximumEnrollment": facts.people,
    }
    if facts.fields:
        document["occupationalCategory"] = facts.fields
    if text.who_may_apply:
        document["programPrerequisites"] = text.who_may_apply
    for name, value in (
        ("startDate", facts.first_on),
        ("endDate", facts.last_on),
        ("applicationDeadline", facts.closes_on),
    ):
        if value:
            document[name] = value.isoformat()
    return document
