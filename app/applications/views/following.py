"""What of a submitted application may still come, and until when, as its receipt tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.applications.deadlines import letters_count_until
from app.applications.queries.letters import COUNTING
from app.applications.states import AWAITED
from app.applications.views.desk import Desk
from app.foundation import clock, languages
from app.opportunities.form_definitions import Question, text_in


@dataclass(frozen=True, slots=True)
class Following:
    """A document by its label, or a letter by who writes it; `until` is on the clock of `zone`."""

    name: str
    lang: str
    until: datetime | None
    zone: str
    is_letter: bool = False
    receipt: str = ""


def still_to_follow(found: Desk) -> list[Following]:
    """What counts if it comes in time, the first date first; nothing once all is decided."""
    if found.application.state not in COUNTING:
        return []
    now, late = clock.now(), datetime.max.replace(tzinfo=clock.now().tzinfo)
    coming = [*_documents(found), *_letters(found)]
    return sorted(
        (one for one in coming if one.until is None or one.until >= now),
        key=lambda one: one.until or late,
    )


def _documents(found: Desk) -> Iterator[Following]:
    zone = found.opportunity.closes_zone or "UTC"
    for question in found.still_to_come:
        name, lang = text_in(question.label, languages.reader().locale)
        given = found.given_time(question.key)
        if given is not None:
            yield Following(name, lang, given.until_at, given.zone, receipt=given.receipt)
        else:
            yield Following(name, lang, _registered_until(found, question), zone)


def _registered_until(found: Desk, question: Question) -> datetime | None:
    """Until when the file whose digest was registered may arrive."""
    ends = [one.expires_at for one in found.on_its_way(question.key) if one.sha256]
    return max(ends, default=None)


def _letters(found: Desk) -> Iterator[Following]:
    if found.letters is None:
        return
    locale, zone = languages.reader().locale, found.opportunity.closes_zone or "UTC"
    for person in found.letters.requests:
        if person.state in AWAITED:
            until = letters_count_until(found.letters.until, None, person.open_until)
            yield Following(person.name, locale, until, zone, is_letter=True)
