"""Countries, universities, AI centres, and tables of credits and scores, loaded from seeds/data.

Everything is read and checked before anything is written, and written in one unit of work: a
broken row stops the load, and nothing is half there. Loading again changes only what changed.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from app.exchanges.operations import load_tables
from app.foundation.actors import SYSTEM
from app.foundation.search.folding import fold
from app.foundation.work import Work, unit_of_work
from app.organisations import operations, queries
from app.organisations.facts import (
    CentreFacts,
    CountryFacts,
    MembershipFacts,
    NameFacts,
    OrganisationFacts,
    WrongFact,
)
from app.organisations.operations import Loaded
from app.organisations.states import NameKind, OrganisationKind
from seeds.credits import (
    Tables,
    credit_caps,
    credit_rules,
    credit_units,
    grade_table,
    score_bands,
)
from seeds.tables import BrokenRow, Row, rows_of

DATA = Path(__file__).parent / "data"
T = TypeVar("T")

Counts = dict[str, Counter[Loaded]]


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation as the lists have it, with what makes it a centre, if it is one."""

    facts: OrganisationFacts
    centre: CentreFacts | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    ref: str
    successor: str
    on: date | None
    confidence: str


@dataclass(frozen=True, slots=True)
class Reference:
    """All that the lists say, checked."""

    countries: list[CountryFacts]
    bodies: list[Body]
    successions: list[Succession]
    tables: Tables


class BrokenLists(Exception):
    """Nothing was loaded; `faults` names every broken row."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load_reference(folder: Path = DATA) -> Counts:
    """Read the lists and keep what is new or changed in them. Raises BrokenLists."""
    reference = read_lists(folder)
    with unit_of_work(SYSTEM) as work:
        return _load(work, reference)


def _load(work: Work, reference: Reference) -> Counts:
    counts: Counts = {"countries": Counter(), "organisations": Counter(), "successions": Counter()}
    said = reference.tables
    counts["rows of tables"] = load_tables(
        work,
        units=said.units,
        rules=said.rules,
        caps=said.caps,
        bands=said.bands,
        grades=said.grades,
    )
    for country in reference.countries:
        counts["countries"][operations.load_country(work, facts=country)] += 1
    kept = {o.ref: o for o in work.session.scalars(queries.organisations_with_all())}
    bodies = ((body.facts, body.centre) for body in reference.bodies)
    counts["organisations"] = operations.load_organisations(work, kept, bodies)
    for s in reference.successions:
        done = operations.note_succession(
            work, kept[s.ref], kept[s.successor], on=s.on, confidence=s.confidence
        )
        counts["successions"][done] += 1
    return counts


def read_lists(folder: Path) -> Reference:
    """Read and check every list; all faults are collected before any is reported."""
    faults: list[str] = []
    countries = _read(faults, _countries, folder)
    by_code = {c.code: c for c in countries or ()}
    places = _read(faults, _places, folder) or {}
    bodies: list[Body] = []
    if countries is not None:
        universities = _each(faults, _university_rows(folder), _university(by_code, places))
        bodies = _with_centres(faults, folder, [Body(f) for f in universities], by_code, places)
        _refuse_doubles(faults, bodies)
    refs = {b.facts.ref for b in bodies}
    successions = _each(faults, _succession_rows(folder), _succession(refs)) if bodies else []
    tables = _tables(faults, folder)
    if faults or tables is None:
        raise BrokenLists(faults)
    return Reference(list(by_code.values()), bodies, successions, tables)


def _tables(faults: list[str], folder: Path) -> Tables | None:
    units, rules = _read(faults, credit_units, folder), _read(faults, credit_rules, folder)
    caps, bands = _read(faults, credit_caps, folder), _read(faults, score_bands, folder)
    grades = _read(faults, grade_table, folder)
    if units is None or rules is None or caps is None or bands is None or grades is None:
        return None
    return Tables(units, rules, caps, bands, grades)


def _read(faults: list[str], read: Callable[[Path], T], folder: Path) -> T | None:
    try:
        return read(folder)
    except BrokenRow as broken:
        faults.append(str(broken))
        return None


def _each(faults: list[str], rows: Iterable[Row], read: Callable[[Row], T]) -> list[T]:
    """What each row says; a broken row becomes a fault and the next one is read."""
    found: list[T] = []
    rows = iter(rows)
    while True:
        try:
            row = next(rows, None)
            if row is None:
                return found
            found.append(_checked(row, read))
        except BrokenRow as broken:
            faults.append(str(broken))


def _checked(row: Row, read: Callable[[Row], T]) -> T:
    try:
        return read(row)
    except WrongFact as wrong:
        raise row.broken(wrong) from None


def _day(row: Row, column: str) -> date | None:
    if not row[column]:
        return None
    try:
        return date.fromisoformat(row[column])
    except ValueError:
        raise row.broken(f"{column}: {row[column]!r} is no day") from None


def _month(row: Row, column: str) -> int | None:
    if not row[column]:
        return None
    if not row[column].isascii() or not row[column].isdigit():
        raise row.broken(f"{column}: {row[column]!r} is no month")
    return int(row[column])


# --- countries


def _countries(folder: Path) -> list[CountryFacts]:
    rows = rows_of(
        folder / "countries.csv",
        "alpha2",
        "alpha3",
        "official_languages_bcp47",
        "timezones_iana",
        "currency_iso4217",
        "asean_relation",
        "asean_member_since",
        "typical_academic_year_start_month",
    )
    return [_checked(row, _country) for row in rows]


OTHER_FACTS = (
    "other_languages_bcp47",
    "data_protection_law",
    "law_year",
    "law_note",
    "national_qualifications_framework",
    "calendar_note",
    "sources",
)


def _country(row: Row) -> CountryFacts:
    relation, _, note = row["asean_relation"].partition(" (")
    others = {name: row[name] for name in OTHER_FACTS if row.cells.get(name)}
    if note:
        others["asean_note"] = note.removesuffix(")")
    since = _day(row, "asean_member_since")
    return CountryFacts(
        code=row["alpha2"],
        alpha3=row["alpha3"],
        zones=tuple(row.parts("timezones_iana")),
        languages=tuple(row.parts("official_languages_bcp47")),
        currency=(row.parts("currency_iso4217") or [""])[0],
        academic_year_starts_in=_month(row, "typical_academic_year_start_month"),
        memberships=(MembershipFacts("ASEAN", relation, since),) if relation else (),
        others=others,
    )


def _places(folder: Path) -> dict[tuple[str, str], str]:
    """The zone of a city or region, where its country has several."""
    rows = rows_of(folder / "places.csv", "country", "place", "zone")
    return {(row["country"], fold(row["place"])): row["zone"] for row in rows}


def zone_of(
    country: CountryFacts,
    places: dict[tuple[str, str], str],
    *,
    city: str,
    region: str,
    name: str,
) -> str:
    """By city, by region, by a place in the name where both are unknown; else the capital's."""
    if len(country.zones) == 1:
        return country.zones[0]
    for place in (city, region):
        if (country.code, fold(place)) in places:
            return places[country.code, fold(place)]
    if not city and not region:
        words = f" {' '.join(re.findall(r'[a-z]+', fold(name)))} "
        for (code, place), zone in places.items():
            if code == country.code and f" {place} " in words:
                return zone
    return country.zones[0]


# --- universities and institutes

KINDS = {
    "education": OrganisationKind.UNIVERSITY,
    "facility": OrganisationKind.INSTITUTE,
    "government": OrganisationKind.AGENCY,
}
LANGUAGES = {"zh": "zh-Hans", "tl": "fil"}


def _university_rows(folder: Path) -> Iterable[Row]:
    columns = "id ror_id name name_local name_local_lang acronym aliases city region country"
    return rows_of(
        folder / "universities.csv", *columns.split(), "domains", "website", "kind", "source"
    )


def _university(
    countries: dict[str, CountryFacts], places: dict[tuple[str, str], str]
) -> Callable[[Row], OrganisationFacts]:
    def read(row: Row) -> OrganisationFacts:
        country = _country_of(row, countries)
        if row["kind"] not in KINDS:
            raise row.broken(f"kind: {row['kind']!r} is none of {', '.join(KINDS)}")
        city, region = row["city"], row["region"]
        name, names = _without_short_name(row["name"], _names(row))
        others = {"source": row["source"]}
        if row.cells.get("aun_member"):
            others["aun_member"] = row["aun_member"]
        return OrganisationFacts(
            ref=row["id"],
            kind=KINDS[row["kind"]],
            name=name,
            country_code=country.code,
            zone=zone_of(country, places, city=city, region=region, name=name),
            names=names,
            city=city,
            region=region,
            website=row["website"],
            ror_id=row["ror_id"] or None,
            domains=tuple(d.casefold() for d in row.parts("domains")),
            others=others,
        )

    return read


def _country_of(row: Row, countries: dict[str, CountryFacts]) -> CountryFacts:
    if row["country"] not in countries:
        raise row.broken(f"country: {row['country']!r} is not in countries.csv")
    return countries[row["country"]]


def _names(row: Row) -> tuple[NameFacts, ...]:
    language = LANGUAGES.get(row["name_local_lang"], row["name_local_lang"])
    names = []
    if row["name_local"]:
        names.append(NameFacts(row["name_local"], NameKind.LOCAL, language))
    initials = "".join(re.findall("[A-Z]", row["name"]))
    acronyms = sorted(row.parts("acronym"), key=lambda short: short != initials)
    for kind, spelled in (
        (NameKind.ACRONYM, acronyms),
        (NameKind.ALIAS, row.parts("aliases", "|")),
    ):
        names += [NameFacts(name, kind, language_of(name, language)) for name in spelled]
    return tuple(names)


def _without_short_name(
    name: str, names: tuple[NameFacts, ...]
) -> tuple[str, tuple[NameFacts, ...]]:
    """The name in "CADT - Cambodia Academy of Digital Technology"; it is found by both."""
    short, dash, rest = name.partition(" - ")
    if dash and short in {n.name for n in names if n.kind is NameKind.ACRONYM}:
        return rest, (*names, NameFacts(name, NameKind.ALIAS))
    return name, names


_SCRIPTS = (
    ("[\u0e00-\u0e7f]", "th"),
    ("[\u0e80-\u0eff]", "lo"),
    ("[\u1000-\u109f]", "my"),
    ("[\u1780-\u17ff]", "km"),
    ("[\u3040-\u30ff]", "ja"),
    ("[\u0b80-\u0bff]", "ta"),
)


def language_of(name: str, local: str) -> str:
    """The language that a name's script tells; Chinese characters are the country's own."""
    for script, language in _SCRIPTS:
        if re.search(script, name):
            return language
    if re.search("[\u3400-\u9fff]", name):
        return local if local in {"ja", "zh-Hans"} else ""
    return ""


# --- AI centres

_ACRONYM = re.compile(r" \((?P<acronym>(?=\S*[A-Z]\S*[A-Z])[^\s()]+)\)")
_SPELLED_OUT = re.compile(r"(?P<short>[A-Z]{3,}) \((?P<name>[^()]+ [^()]+)\)")
CENTRE_KINDS = (
    ("university centre", OrganisationKind.CENTRE),
    ("university", OrganisationKind.UNIVERSITY),
    ("company", OrganisationKind.COMPANY),
    ("network", OrganisationKind.NETWORK),
    ("agency", OrganisationKind.AGENCY),
    ("regulator", OrganisationKind.AGENCY),
    ("council", OrganisationKind.AGENCY),
    ("office", OrganisationKind.AGENCY),
    ("institute", OrganisationKind.INSTITUTE),
    ("academy", OrganisationKind.INSTITUTE),
)


def _with_centres(
    faults: list[str],
    folder: Path,
    bodies: list[Body],
    countries: dict[str, CountryFacts],
    places: dict[tuple[str, str], str],
) -> list[Body]:
    """A centre that is a university of the list, by ROR id or by name, is that one."""
    by_ror = {b.facts.ror_id: i for i, b in enumerate(bodies) if b.facts.ror_id}
    by_name = {(b.facts.country_code, fold(b.facts.name)): i for i, b in enumerate(bodies)}
    columns = "id name country city kind ror_id website focus source confidence"

    def read(row: Row) -> None:
        country = _country_of(row, countries)
        centre = CentreFacts(
            row["kind"], tuple(row.parts("focus")), row["source"], row["confidence"]
        )
        facts = _centre_facts(row, country, places)
        same = by_ror.get(facts.ror_id) if facts.ror_id else None
        if same is None:
            same = by_name.get((country.code, fold(row["name"])))
        if same is None:
            same = by_name.get((country.code, fold(facts.name)))
        if same is None:
            bodies.append(Body(facts, centre))
        else:
            bodies[same] = Body(_also_named(bodies[same].facts, facts), centre)

    _each(faults, rows_of(folder / "ai_centres.csv", *columns.split()), read)
    return bodies


def _centre_facts(
    row: Row, country: CountryFacts, places: dict[tuple[str, str], str]
) -> OrganisationFacts:
    name, names = centre_names(row["name"], country.languages[0] if country.languages else "")
    kind = next((k for word, k in CENTRE_KINDS if word in row["kind"]), OrganisationKind.CENTRE)
    return OrganisationFacts(
        ref=row["id"],
        kind=kind,
        name=name,
        country_code=country.code,
        zone=zone_of(country, places, city=row["city"], region="", name=name),
        names=names,
        city=row["city"],
        website=row["website"],
        ror_id=row["ror_id"] or None,
        others={"source": row["source"]},
    )


def centre_names(written: str, language: str) -> tuple[str, tuple[NameFacts, ...]]:
    """The name and the other names in "AI Singapore (AISG)" or "KORIKA (Kolaborasi Riset …)"."""
    if spelled := _SPELLED_OUT.fullmatch(written):
        return spelled["short"], (NameFacts(spelled["name"], NameKind.LOCAL, language),)
    if short := _ACRONYM.search(written):
        name = written[: short.start()] + written[short.end() :]
        return name, (NameFacts(short["acronym"], NameKind.ACRONYM),)
    return written, ()


def _also_named(university: OrganisationFacts, centre: OrganisationFacts) -> OrganisationFacts:
    """The university's row, found by the centre's names too."""
    known = {fold(n) for n in (university.name, *(n.name for n in university.names))}
    others = (NameFacts(centre.name, NameKind.ALIAS), *centre.names)
    more = tuple(n for n in others if fold(n.name) not in known)
    return replace(
        university,
        names=(*university.names, *more),
        website=university.website or centre.website,
        others={**university.others, "listed_as": centre.ref},
    )


def _refuse_doubles(faults: list[str], bodies: list[Body]) -> None:
    for what, values in (
        ("id", Counter(b.facts.ref for b in bodies)),
        ("ROR id", Counter(b.facts.ror_id for b in bodies if b.facts.ror_id)),
    ):
        twice = sorted(value for value, times in values.items() if times > 1)
        faults += [f"universities.csv, ai_centres.csv: {what} {v} is there twice" for v in twice]


# --- what went on as another


def _succession_rows(folder: Path) -> Iterable[Row]:
    return rows_of(folder / "successions.csv", "ref", "successor", "on", "confidence")


def _succession(refs: set[str]) -> Callable[[Row], Succession]:
    def read(row: Row) -> Succession:
        for column in ("ref", "successor"):
            if row[column] not in refs:
                raise row.broken(f"{column}: there is no organisation {row[column]!r}")
        return Succession(row["ref"], row["successor"], _day(row, "on"), row["confidence"])

    return read
