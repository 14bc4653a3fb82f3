"""A facility as schema.org says it, for search engines and other catalogues. Pure.

A data set is a `Dataset`; a laboratory or compute, which one applies to use, is a `Service`.
"""

from datetime import date
from typing import Any, NamedTuple

from app.facilities.states import FacilityType, Per, Unit
from app.opportunities.linked import Provider


class Said(NamedTuple):
    """What one language says of a facility; `conditions` are those of its use."""

    locale: str
    title: str
    summary: str
    description: str
    conditions: str


class Facts(NamedTuple):
    """What is true of it in every language; amounts are in `unit` for each `per`."""

    ref: str
    type: FacilityType
    unit: Unit
    per: Per
    available: int
    location: str
    licence: str
    costs_nothing: bool
    closes_on: date | None


SERVICES = {FacilityType.LABORATORY: "Laboratory access", FacilityType.COMPUTE: "Computing time"}


def facility_document(url: str, facts: Facts, said: Said, provider: Provider) -> dict[str, Any]:
    """The whole document, as JSON-LD."""
    body = provider.document()
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@id": url,
        "url": url,
        "name": said.title,
        "description": said.description or said.summary,
        "identifier": facts.ref,
        "provider": body,
    }
    if facts.type is FacilityType.DATA_SET:
        return document | _data_set(facts, said, body)
    return document | _service(facts, said)


def _data_set(facts: Facts, said: Said, body: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = {
        "@type": "Dataset",
        "inLanguage": said.locale,
        "creator": body,
        "isAccessibleForFree": facts.costs_nothing,
    }
    if said.conditions:
        document["conditionsOfAccess"] = said.conditions
    if facts.licence:
        known = " " not in facts.licence
        document["license"] = (
            f"https://spdx.org/licenses/{facts.licence}"
            if known
            else {"@type": "CreativeWork", "name": facts.licence}
        )
    return document


def _service(facts: Facts, said: Said) -> dict[str, Any]:
    document: dict[str, Any] = {
        "@type": "Service",
        "serviceType": SERVICES[facts.type],
        "offers": _offer(facts),
    }
    if said.conditions:
        document["termsOfService"] = said.conditions
    if facts.location:
        document["areaServed"] = {"@type": "Place", "name": facts.location}
    return document


def _offer(facts: Facts) -> dict[str, Any]:
    per = {Per.WEEK: " a week", Per.MONTH: " a month", Per.AT_ONCE: ""}[facts.per]
    offer: dict[str, Any] = {
        "@type": "Offer",
        "category": "Free" if facts.costs_nothing else "Paid",
        "additionalProperty": {
            "@type": "PropertyValue",
            "name": "available",
            "value": facts.available,
            "unitText": f"{facts.unit.value}{per}",
        },
    }
    if facts.closes_on:
        offer["availabilityEnds"] = facts.closes_on.isoformat()
    return offer
