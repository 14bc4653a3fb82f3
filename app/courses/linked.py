"""A course and its dates as schema.org says them (Course, CourseInstance). Pure.

Links to join are nobody's business but of who has a seat: an instance online is located at its
public page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.courses.states import Mode
from app.foundation.languages import minor_digits
from app.opportunities import competencies
from app.opportunities.linked import Provider

MODES = {Mode.ONLINE: ["Online"], Mode.ON_SITE: ["Onsite"], Mode.HYBRID: ["Blended"]}


@dataclass(frozen=True, slots=True)
class Instance:
    """Some dates: `whole` is from the first meeting's beginning to the last one's end."""

    url: str
    mode: Mode
    zone: str
    venue: str
    capacity: int
    whole: tuple[datetime, datetime]


def workload(minutes: int) -> str:
    """A length as ISO 8601 writes it: PT7H30M."""
    hours, rest = divmod(minutes, 60)
    return f"PT{f'{hours}H' if hours else ''}{f'{rest}M' if rest else ''}"


def course_document(
    *,
    url: str,
    version: Any,
    words: Any,
    code: str,
    field_name: str,
    provider: Provider,
    instances: Iterable[Instance],
    adapted_from: str = "",
) -> dict[str, Any]:
    """The document of a course; `version` and `words` are what its page shows."""
    body = provider.document()
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": url,
        "url": url,
        "name": words.title,
        "description": words.summary,
        "inLanguage": words.locale,
        "courseCode": code,
        "availableLanguage": list(version.languages),
        "provider": body,
        **_cost(version),
    }
    if version.taken_at:  # another body gives it: the centre's page only lists it
        document["provider"] = {"@type": "Organization", "name": version.given_by}
        document["url"] = version.taken_at
        document["mainEntityOfPage"] = url
        document["publisher"] = body
    document |= _content(version, words, field_name)
    if words.prerequisites:
        document["coursePrerequisites"] = words.prerequisites
    if version.licence:
        document["license"] = f"https://spdx.org/licenses/{version.licence}"
    if adapted_from:
        document["isBasedOn"] = adapted_from
    held = [_instance(one, version.minutes) for one in instances]
    if version.taken_at and version.starts_on:
        held.append(_elsewhere(version))
    if held:
        document["hasCourseInstance"] = held
    return document


def _content(version: Any, words: Any, field_name: str) -> dict[str, Any]:
    """Level, field and aims, as far as they are said."""
    document: dict[str, Any] = {}
    if version.level or version.difficulty:
        document["educationalLevel"] = (
            {
                "@type": "DefinedTerm",
                "termCode": str(version.level),
                "inDefinedTermSet": "ASEAN Qualifications Reference Framework",
            }
            if version.level
            else version.difficulty.capitalize()
        )
    if version.field_code:
        document["about"] = {
            "@type": "DefinedTerm",
            "termCode": version.field_code,
            "inDefinedTermSet": "ISCED-F 2013",
            "name": field_name,
        }
    if words.objectives:
        document["teaches"] = [
            line.lstrip("- ") for line in words.objectives.split("\n") if line.strip()
        ]
    if version.competencies:
        document["teaches"] = [*document.get("teaches", []), *map(_term, version.competencies)]
    return document


def _term(code: str) -> dict[str, Any]:
    """A competency of the shared list."""
    return {
        "@type": "DefinedTerm",
        "termCode": code,
        "name": competencies.name_of(code),
        "inDefinedTermSet": competencies.FRAMEWORK,
    }


def _cost(version: Any) -> dict[str, Any]:
    if version.fee_amount is not None:
        return {"offers": _offer(version.fee_amount, version.fee_currency)}
    if version.costs_something:
        return {"offers": {"@type": "Offer", "category": "Paid", "url": version.taken_at}}
    return {}


def _elsewhere(version: Any) -> dict[str, Any]:
    """The days that its giver names; how long a day is, only the giver knows."""
    days = {
        "@type": "CourseInstance",
        "url": version.taken_at,
        "startDate": version.starts_on.isoformat(),
    }
    return days | ({"endDate": version.ends_on.isoformat()} if version.ends_on else {})


def _offer(amount: int | None, currency: str | None) -> dict[str, Any]:
    if not amount or not currency:
        return {"@type": "Offer", "category": "Free", "price": "0", "priceCurrency": "USD"}
    price = Decimal(amount).scaleb(-minor_digits(currency))
    return {"@type": "Offer", "category": "Paid", "price": f"{price:f}", "priceCurrency": currency}


def _instance(one: Instance, minutes: int) -> dict[str, Any]:
    there = ZoneInfo(one.zone)
    starts, ends = (moment.astimezone(there).isoformat() for moment in one.whole)
    online = {"@type": "VirtualLocation", "url": one.url}
    place = {"@type": "Place", "name": one.venue, "address": one.venue}
    where: Any = {Mode.ONLINE: online, Mode.ON_SITE: place, Mode.HYBRID: [place, online]}[one.mode]
    return {
        "@type": "CourseInstance",
        "@id": one.url,
        "url": one.url,
        "courseMode": MODES[one.mode],
        "startDate": starts,
        "endDate": ends,
        "courseWorkload": workload(minutes),
        "maximumAttendeeCapacity": one.capacity,
        "location": where,
    }
