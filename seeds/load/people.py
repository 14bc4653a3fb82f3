"""People who apply, by name and nationality."""

import csv
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from app.accounts.names import sort_key
from seeds.load.shape import COUNTRIES

DATA = Path(__file__).parents[1] / "data"


def names_known() -> list[dict[str, str]]:
    with (DATA / "names.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["country"] in COUNTRIES]


def name_of(names: list[dict[str, str]], n: int) -> dict[str, str]:
    return names[n % len(names)]


def people_rows(
    first: int, number: int, names: list[dict[str, str]], chance: random.Random, now: datetime
) -> Iterator[dict[str, Any]]:
    for n in range(number):
        name = name_of(names, n)
        full = f"{name['name_latin']} {n // len(names) + 1}"
        yield {
            "id": first + n,
            "email": f"load-{first + n}@example.org",
            "active": True,
            "fs_uniquifier": f"{chance.getrandbits(128):032x}"[:32] + f"{first + n:x}",
            "create_datetime": now,
            "update_datetime": now,
            "confirmed_at": now,
            "passport_name": full,
            "native_name": name["name_native"],
            "sort_key": sort_key(full),
            "residence_code": name["country"],
        }


def nationality_rows(
    first: int, number: int, names: list[dict[str, str]]
) -> Iterator[dict[str, Any]]:
    for n in range(number):
        yield {"user_id": first + n, "country_code": name_of(names, n)["country"]}
