"""The demo's people: those that the sign-in page names, and some two hundred applicants."""

import csv
import random
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.operations import Profile, grant_role, register_person
from app.accounts.states import LanguageLevel
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.organisations.models import Country, Organisation
from app.organisations.states import OrganisationKind, OrganisationState

DATA = Path(__file__).parents[1] / "data"
DOMAIN = "demo.example.org"
LANGUAGE_OF = {
    "JP": "ja",
    "VN": "vi",
    "TH": "th",
    "LA": "lo",
    "KH": "km",
    "MM": "my",
    "ID": "id",
    "MY": "ms",
    "SG": "en",
    "BN": "ms",
    "PH": "fil",
    "TL": "tet",
}
# Who signs in as what: address, country, interface language; the name is the country's first.
STAFF = (
    ("reviewer-1", "JP", "en"),
    ("reviewer-2", "TH", "en"),
    ("reviewer-3", "MY", "en"),
    ("reviewer-4", "PH", "en"),
    ("manager-a", "JP", "en"),
    ("approver-a", "SG", "en"),
    ("manager-b", "SG", "en"),
    ("approver-b", "VN", "en"),
    ("centre-sg", "SG", "en"),
    ("centre-jp", "JP", "ja"),
    ("host-jp", "JP", "en"),
    ("nominator-la", "LA", "en"),
    ("focal-kh", "KH", "km"),
    ("coordinator-th", "TH", "en"),
    ("coordinator-jp", "JP", "ja"),
    ("secretariat", "ID", "en"),
)
APPLICANTS = (
    ("applicant-kh", "KH", "km"),
    ("applicant-vn", "VN", "en"),
    ("applicant-offer", "LA", "en"),
)


# Staff of the hosts that nobody above stands for: (address, organisation).
HOST_STAFF = (
    ("host-tokyo", "jp-0152"),
    ("host-tohoku", "jp-0302"),
    ("host-nara", "jp-0218"),
    ("host-kyushu", "jp-0199"),
    ("host-nict", "jp-0229"),
    ("host-cadt", "kh-0343"),
    ("host-vistec", "th-0913"),
    ("host-safe", "aic-17"),
    ("host-nus", "sg-0782"),
    ("host-malaya", "my-0532"),
    ("host-hanoi", "vn-0969"),
    ("host-indonesia", "id-0103"),
)
# The second persons of centres, who read what a colleague wrote: (address, organisation, country,
# name).
CENTRE_STAFF = (
    ("centre-sg-2", "aic-01", "SG", "LIM HUI MIN"),
    ("centre-jp-2", "jp-0228", "JP", "OKADA RINA"),
)
SENDS_MANY = "th-0824"  # whose international office has a dashboard to show
ANSWERS_FOR = {
    "jp-0228": "centre-jp",
    "aic-01": "centre-sg",
    "aic-04": "host-jp",
    "th-0824": "coordinator-th",
    "jp-0300": "coordinator-jp",
} | {ref: address for address, ref in HOST_STAFF}


@dataclass(slots=True)
class Cast:
    """Everybody who plays: ids by address, and the applicants of each country."""

    by_address: dict[str, int] = field(default_factory=dict)
    applicants: list[int] = field(default_factory=list)
    country_of: dict[int, str] = field(default_factory=dict)


def enter(password_hash: str, chance: random.Random, homes_of_hosts: dict[str, str]) -> Cast:
    """Open an account for everybody in the demo, with a whole profile.

    `homes_of_hosts` is the country of each host institution, for the staff that answer for it.
    """
    names = _names()
    homes = _homes()
    cast = Cast()
    with unit_of_work(SYSTEM) as work:
        zones = {c.code: c.zones[0] for c in work.session.scalars(select(Country))}

        def enrol(address: str, country: str, locale: str, name: dict[str, str]) -> None:
            profile = _profile(name, locale, zones[country], homes[country], chance)
            user = register_person(
                work,
                email=f"{address}@{DOMAIN}",
                passport_name=name["name_latin"],
                password_hash=password_hash,
                confirmed=True,
                agreed=True,
                profile=profile,
            )
            cast.by_address[address] = user.id
            cast.country_of[user.id] = country

        others = [(address, homes_of_hosts[ref], "en") for address, ref in HOST_STAFF]
        for address, country, locale in (*STAFF, *APPLICANTS, *others):
            enrol(address, country, locale, names[country].pop(0))
        for country in sorted(names):
            for name in [] if country == "JP" else names[country]:
                address = f"person-{len(cast.applicants) + 1}"
                own = LANGUAGE_OF[country] if country in {"KH", "TH"} else "en"
                locale = own if len(cast.applicants) % 2 else "en"
                enrol(address, country, locale, name)
                cast.applicants.append(cast.by_address[address])
        chance = random.Random(len(CENTRE_STAFF))  # noqa: S311 - nobody else's chances change
        for address, _ref, country, latin in CENTRE_STAFF:
            composed = {"name_latin": latin, "name_native": latin, "country": country}
            enrol(address, country, "en", composed)
    return cast


def _names() -> dict[str, list[dict[str, str]]]:
    """The composed names of `data/names.csv`, by country, those of two words first."""
    by_country: dict[str, list[dict[str, str]]] = {}
    with (DATA / "names.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["country"] in LANGUAGE_OF:
                by_country.setdefault(row["country"], []).append(row)
    return by_country


def _homes() -> dict[str, list[int]]:
    """Some universities of each country, for people to come from; many from that of the play."""
    homes: dict[str, list[int]] = {country: [] for country in LANGUAGE_OF}
    query = (
        select(Organisation.id, Organisation.ref, Organisation.country_code)
        .where(
            Organisation.kind == OrganisationKind.UNIVERSITY,
            Organisation.state == OrganisationState.ACTIVE,
        )
        .order_by(Organisation.id)
    )
    for organisation, ref, country in db.session.execute(query):
        if ref == SENDS_MANY:
            homes[country] += [organisation] * 12
        elif country in homes and len(homes[country]) < 25:
            homes[country].append(organisation)
    return homes


def _profile(
    name: dict[str, str], locale: str, zone: str, homes: list[int], chance: random.Random
) -> Profile:
    native = name["name_native"] if name["name_native"] != name["name_latin"] else ""
    own = LANGUAGE_OF[name["country"]]
    languages = {own: LanguageLevel.FIRST}
    if own != "en":
        languages["en"] = chance.choice([LanguageLevel.B2, LanguageLevel.C1, LanguageLevel.B1])
    return Profile(
        passport_name=name["name_latin"],
        native_name=native,
        native_name_lang=name["language"] if native else "",
        reading=name.get("reading") or "",
        born_on=date(chance.randint(1993, 2002), chance.randint(1, 12), chance.randint(1, 28)),
        nationalities=[name["country"]],
        residence_code=name["country"],
        home_institution_id=chance.choice(homes) if homes else None,
        track=chance.choice(["researcher", "researcher", "engineer", "policymaker"]),
        locale=locale,
        zone=zone,
        languages=languages,
    )


def appoint_secretariat(cast: Cast) -> None:
    """The first role is given by the house itself; the secretariat gives all others."""
    with unit_of_work(SYSTEM) as work:
        user = work.session.get_one(User, cast.by_address["secretariat"])
        grant_role(work, user, Role.SECRETARIAT, Scope.EVERYTHING, None)


def appoint(cast: Cast, programmes: dict[str, int], organisations: dict[str, int]) -> None:
    """Give everybody on the staff their roles, on the objects they are for."""
    a, b = programmes["research"], programmes["policy"]
    roles: list[tuple[str, Role, Scope, int | None, str | None]] = [
        ("reviewer-1", Role.REVIEWER, Scope.PROGRAMME, a, None),
        ("reviewer-2", Role.REVIEWER, Scope.PROGRAMME, a, None),
        ("reviewer-3", Role.REVIEWER, Scope.PROGRAMME, a, None),
        ("reviewer-3", Role.REVIEWER, Scope.PROGRAMME, b, None),
        ("reviewer-4", Role.REVIEWER, Scope.PROGRAMME, b, None),
        ("manager-a", Role.MANAGER, Scope.PROGRAMME, a, None),
        ("approver-a", Role.APPROVER, Scope.PROGRAMME, a, None),
        ("manager-b", Role.MANAGER, Scope.PROGRAMME, b, None),
        ("approver-b", Role.APPROVER, Scope.PROGRAMME, b, None),
        ("centre-sg", Role.CENTRE, Scope.ORGANISATION, organisations["aic-01"], None),
        ("centre-jp", Role.CENTRE, Scope.ORGANISATION, organisations["jp-0228"], None),
        ("host-jp", Role.HOST, Scope.ORGANISATION, organisations["aic-04"], None),
        ("nominator-la", Role.NOMINATOR, Scope.ORGANISATION, organisations["ministry-la"], "LA"),
        ("focal-kh", Role.FOCAL_POINT, Scope.EVERYTHING, None, "KH"),
        ("coordinator-th", Role.COORDINATOR, Scope.ORGANISATION, organisations["th-0824"], None),
        ("coordinator-jp", Role.COORDINATOR, Scope.ORGANISATION, organisations["jp-0300"], None),
        *(
            (address, Role.HOST, Scope.ORGANISATION, organisations[ref], None)
            for address, ref in HOST_STAFF
        ),
        *(
            (address, Role.CENTRE, Scope.ORGANISATION, organisations[ref], None)
            for address, ref, _country, _name in CENTRE_STAFF
        ),
    ]
    with unit_of_work(SYSTEM) as work:
        for address, role, scope, scope_id, country in roles:
            user = work.session.get_one(User, cast.by_address[address])
            grant_role(work, user, role, scope, scope_id, country=country)
