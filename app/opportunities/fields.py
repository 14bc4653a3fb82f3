"""Fields of study (ISCED-F 2013, four digits), and levels. Pure.

`fields.csv` has every detailed field in English; those that courses and places on AI are offered
in are said in the reader's language.
"""

import csv
from functools import lru_cache
from pathlib import Path

from app.foundation.languages import LANGUAGES, lazy, speaking
from app.foundation.languages import gettext as _

KNOWN = Path(__file__).parent / "fields.csv"
NAMES = {
    "0619": lazy("Artificial intelligence and other information technology"),
    "0613": lazy("Software and applications"),
    "0688": lazy("Data science"),
    "0612": lazy("Databases and networks"),
    "0611": lazy("Use of computers"),
    "0541": lazy("Mathematics"),
    "0542": lazy("Statistics"),
    "0714": lazy("Electronics and automation"),
    "0713": lazy("Electricity and energy"),
    "0232": lazy("Literature and linguistics"),
    "0231": lazy("Learning of languages"),
    "0223": lazy("Philosophy and ethics"),
    "0312": lazy("Political science and citizenship"),
    "0311": lazy("Economics"),
    "0421": lazy("Law"),
    "0413": lazy("Management and administration"),
    "0412": lazy("Finance, banking and insurance"),
    "0111": lazy("Education science"),
    "0511": lazy("Biology"),
    "0521": lazy("Environmental sciences"),
    "0811": lazy("Crops and livestock"),
    "0912": lazy("Medicine"),
    "0914": lazy("Medical technology"),
    "1041": lazy("Transport"),
}


@lru_cache
def known_fields() -> dict[str, str]:
    """Every four-digit code with its English name."""
    with KNOWN.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def field_name(code: str) -> str:
    """A field in the reader's language where it is said in it, else in English, else its code."""
    return str(NAMES[code]) if code in NAMES else known_fields().get(code, code)


def names_of_field(code: str) -> list[str]:
    """What a field is called in each language that is offered, and in full in English."""
    names = [known_fields().get(code, "")]
    for locale in LANGUAGES:
        with speaking(locale):
            names.append(field_name(code))
    return [name for name in dict.fromkeys(names) if name]


def study_levels() -> dict[int, str]:
    """The levels of ISCED 2011 that people are exchanged at."""
    return {
        5: _("Short-cycle studies"),
        6: _("Bachelor"),
        7: _("Master"),
        8: _("Doctorate"),
    }
