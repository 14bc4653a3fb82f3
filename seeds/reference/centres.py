"""AI centres: which universities they are, and how they are named."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

from app.foundation.search.folding import fold
from app.organisations.facts import (
    CentreFacts,
    CountryFacts,
    NameFacts,
    OrganisationFacts,
)
from app.organisations.states import NameKind, OrganisationKind
from seeds.reference.countries import zone_of
from seeds.reference.lists import Body
from seeds.reference.rows import each_row
from seeds.reference.universities import country_of
from seeds.tables import Row, rows_of

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


def with_centres(
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
        country = country_of(row, countries)
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

    each_row(faults, rows_of(folder / "ai_centres.csv", *columns.split()), read)
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


def refuse_doubles(faults: list[str], bodies: list[Body]) -> None:
    for what, values in (
        ("id", Counter(b.facts.ref for b in bodies)),
        ("ROR id", Counter(b.facts.ror_id for b in bodies if b.facts.ror_id)),
    ):
        twice = sorted(value for value, times in values.items() if times > 1)
        faults += [f"universities.csv, ai_centres.csv: {what} {v} is there twice" for v in twice]
