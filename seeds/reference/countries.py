"""Countries, and where their bodies are."""

import re
from pathlib import Path

from app.foundation.search.folding import fold
from app.organisations.facts import (
    CountryFacts,
    MembershipFacts,
)
from seeds.reference.rows import checked_row, day_in, month_in
from seeds.tables import Row, rows_of


def read_countries(folder: Path) -> list[CountryFacts]:
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
    return [checked_row(row, _country) for row in rows]


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
    since = day_in(row, "asean_member_since")
    return CountryFacts(
        code=row["alpha2"],
        alpha3=row["alpha3"],
        zones=tuple(row.parts("timezones_iana")),
        languages=tuple(row.parts("official_languages_bcp47")),
        currency=(row.parts("currency_iso4217") or [""])[0],
        academic_year_starts_in=month_in(row, "typical_academic_year_start_month"),
        memberships=(MembershipFacts("ASEAN", relation, since),) if relation else (),
        others=others,
    )


def zones_of_places(folder: Path) -> dict[tuple[str, str], str]:
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
