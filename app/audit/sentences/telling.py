"""How an entry reads: its sentence, filled in by what the entry says, and the reason given."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.audit.models import AuditEntry
from app.audit.sentences import (
    applications,
    calls,
    certificates,
    cooperation,
    courses,
    exchanges,
    hosting,
    people,
    placements,
    research,
)
from app.foundation.languages import (
    city,
    country_name,
    day_written,
    language_name,
    lazy,
    moment,
    number,
    year,
)
from app.foundation.languages import gettext as _

OFFICES = (
    calls,
    applications,
    placements,
    cooperation,
    hosting,
    research,
    exchanges,
    courses,
    certificates,
    people,
)
SENTENCES: Mapping[str, str] = {
    verb: said for office in OFFICES for verb, said in office.SENTENCES.items()
}
# Reasons that are kept as one word of a list, and are not written for reading.
WORDS_OF_A_LIST = frozenset({"application.found not eligible"})


class _Said(dict[str, object]):
    """The details of an entry as a sentence fills them in; what is not there reads as a dash."""

    def __missing__(self, _name: str) -> str:
        return "—"


def sentence(entry: AuditEntry) -> str:
    """Who did what, by name, in the reader's language."""
    return _sentence(entry, entry.actor_name or _("Somebody who was not signed in"))


def sentence_for_applicant(entry: AuditEntry, applicant_id: int) -> str:
    """The same for the applicant: offices act as offices, their people are not named."""
    if entry.actor_id == applicant_id:
        return _sentence(entry, _("You"))
    return _sentence(entry, entry.actor_name if entry.actor_id is None else _("The office"))


def _sentence(entry: AuditEntry, who: str) -> str:
    said = str(SENTENCES.get(entry.verb, lazy("%(who)s did something that has no words yet.")))
    return said % _Said({name: _shown(name, v) for name, v in entry.details.items()} | {"who": who})


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _shown(name: str, value: Any) -> str:
    """A detail as people write it: numbers, languages and days in the reader's own way."""
    if isinstance(value, bool) or value is None:
        return "—"
    if name == "locale":
        return language_name(str(value))
    if name == "country":
        return country_name(str(value))
    if name == "closes":
        return moment(datetime.fromisoformat(str(value)).replace(tzinfo=UTC), "UTC")
    if name == "zone":
        return city(str(value))
    if name == "year":
        return year(int(value))
    if isinstance(value, str) and _DAY.fullmatch(value):
        return day_written(value)
    return number(value) if isinstance(value, int) else str(value)


def reason(entry: AuditEntry) -> str:
    """What was written to explain it, or nothing."""
    names = ("note",) if entry.verb in WORDS_OF_A_LIST else ("reason", "note")
    return next((str(entry.details[n]) for n in names if entry.details.get(n)), "")
