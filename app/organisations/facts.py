"""What is known of a country or a body before it is kept: plain values, checked when made."""

import re
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from app.foundation import languages
from app.foundation.languages import lazy
from app.organisations.states import NameKind, OrganisationKind

LONGEST_NAME = 300
_ROR = re.compile(r"https://ror\.org/0[a-z0-9]{8}")
_REF = re.compile(r"[a-z0-9][a-z0-9-]{0,38}")
_DOMAIN = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")


# What a screen calls them.
KIND_NAMES = {
    OrganisationKind.UNIVERSITY: lazy("University or college"),
    OrganisationKind.INSTITUTE: lazy("Research institute"),
    OrganisationKind.CENTRE: lazy("Centre"),
    OrganisationKind.MINISTRY: lazy("Ministry"),
    OrganisationKind.EMBASSY: lazy("Embassy"),
    OrganisationKind.AGENCY: lazy("Government agency"),
    OrganisationKind.COMPANY: lazy("Company"),
    OrganisationKind.NETWORK: lazy("Network"),
}
# The subjects that several centres share; a subject of one centre alone is shown as it is written.
FOCUS_NAMES = {
    "research": lazy("Research"),
    "training": lazy("Training"),
    "education": lazy("Education"),
    "policy": lazy("Policy"),
    "governance": lazy("Governance"),
    "standards": lazy("Standards"),
    "talent": lazy("Talent"),
    "safety": lazy("Safety"),
    "compute": lazy("Computing"),
    "industry": lazy("Industry"),
    "ethics": lazy("Ethics"),
    "strategy": lazy("Strategy"),
    "funding": lazy("Funding"),
    "collaboration": lazy("Collaboration"),
    "statistics": lazy("Statistics"),
}


class WrongFact(ValueError):
    """Something that cannot be true of a country or a body; the sentence says what."""


def _insist(condition: object, why: str) -> None:
    if not condition:
        raise WrongFact(why)


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """That a country belongs to a body, in what relation, from when on (None: not known)."""

    body: str
    relation: str
    since: date | None = None


@dataclass(frozen=True, slots=True)
class CountryFacts:
    code: str
    alpha3: str
    zones: tuple[str, ...]
    languages: tuple[str, ...]
    currency: str
    academic_year_starts_in: int | None = None
    memberships: tuple[MembershipFacts, ...] = ()
    others: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _insist(re.fullmatch("[A-Z]{2}", self.code), f"{self.code!r} is no country code")
        _insist(re.fullmatch("[A-Z]{3}", self.alpha3), f"{self.alpha3!r} is no three-letter code")
        _insist(re.fullmatch("[A-Z]{3}", self.currency), f"{self.currency!r} is no currency code")
        _insist(self.zones, "the country has no time zone")
        for zone in self.zones:
            _insist(languages.is_zone(zone), f"{zone!r} is no time zone")
        month = self.academic_year_starts_in
        _insist(month is None or 1 <= month <= 12, f"{month!r} is no month")


@dataclass(frozen=True, slots=True)
class NameFacts:
    """One more name of a body; `locale` is empty when the language is not known."""

    name: str
    kind: NameKind
    locale: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """A body as a list or a form tells it. `names` are all but the first, `name`."""

    ref: str
    kind: OrganisationKind
    name: str
    country_code: str
    zone: str
    names: tuple[NameFacts, ...] = ()
    city: str = ""
    region: str = ""
    website: str = ""
    ror_id: str | None = None
    domains: tuple[str, ...] = ()
    others: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _insist(is_ref(self.ref), f"{self.ref!r} cannot stand in an address")
        _insist(self.name.strip(), "the name is missing")
        for name in (self.name, *(n.name for n in self.names)):
            _insist(len(name) <= LONGEST_NAME, f"the name {name[:40]!r}… is too long")
        for text in (self.city, self.region):
            _insist(len(text) <= 120, f"the place {text[:40]!r}… is too long")
        _insist(languages.is_zone(self.zone), f"{self.zone!r} is no time zone")
        _insist(not self.website or is_web_address(self.website), f"{self.website!r} is no website")
        _insist(not self.ror_id or is_ror_id(self.ror_id), f"{self.ror_id!r} is no ROR id")
        for domain in self.domains:
            _insist(is_mail_domain(domain), f"{domain!r} is no mail domain")

    @property
    def acronym(self) -> str | None:
        return next((n.name for n in self.names if n.kind is NameKind.ACRONYM), None)

    @property
    def local(self) -> NameFacts | None:
        return next((n for n in self.names if n.kind is NameKind.LOCAL), None)


@dataclass(frozen=True, slots=True)
class CentreFacts:
    """What makes a body a centre of the cooperation: what kind, on what, and how sure that is."""

    kind: str
    focus: tuple[str, ...] = ()
    source: str = ""
    confidence: str = ""


def doubt(facts: dict[str, Any]) -> str:
    """What a reader should know of how sure a body's row is; empty when it is confirmed."""
    of_succession = str(facts.get("succession_confidence", ""))
    if of_succession not in {"", "confirmed"}:
        return of_succession
    said = str(facts.get("centre_confidence", ""))
    if found := re.fullmatch(r"confirmed(?: \((?P<note>.*)\))?", said):
        note = found["note"] or ""
        return "" if note in str(facts.get("centre_kind", "")) else note
    return said


def is_web_address(text: str) -> bool:
    """Whether this is a web address that a page may link to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and "." in str(parts.hostname)
        and len(text) <= 500
        and not re.search(r"[\s\\<>\"]", text)
    )


def is_ref(text: str) -> bool:
    """Whether this could be the public name of a body."""
    return bool(_REF.fullmatch(text))


def is_ror_id(text: str) -> bool:
    return bool(_ROR.fullmatch(text))


def is_mail_domain(text: str) -> bool:
    return len(text) <= 255 and bool(_DOMAIN.fullmatch(text))


def fingerprint(*facts: Any) -> str:
    """The same for the same facts: a list that is loaded again need not be compared by column."""
    return sha256(repr(facts).encode()).hexdigest()[:32]
