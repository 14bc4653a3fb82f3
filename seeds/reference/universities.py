"""Universities, and their names in each language."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from app.organisations.facts import (
    CountryFacts,
    NameFacts,
    OrganisationFacts,
)
from app.organisations.states import NameKind, OrganisationKind
from seeds.reference.countries import zone_of
from seeds.tables import Row, rows_of

KINDS = {
    "education": OrganisationKind.UNIVERSITY,
    "facility": OrganisationKind.INSTITUTE,
    "government": OrganisationKind.AGENCY,
}
LANGUAGES = {"zh": "zh-Hans", "tl": "fil"}


def university_rows(folder: Path) -> Iterable[Row]:
    columns = "id ror_id name name_local name_local_lang acronym aliases city region country"
    return rows_of(
        folder / "universities.csv", *columns.split(), "domains", "website", "kind", "source"
    )


def read_university(
    countries: dict[str, CountryFacts], places: dict[tuple[str, str], str]
) -> Callable[[Row], OrganisationFacts]:
    def read(row: Row) -> OrganisationFacts:
        country = country_of(row, countries)
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


def country_of(row: Row, countries: dict[str, CountryFacts]) -> CountryFacts:
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
