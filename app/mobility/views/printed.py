"""Letters on paper, each in two languages: who is nominated, and who is accepted."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response

from app.exchanges import wording as exchange_words
from app.foundation import languages
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.printing import pdf
from app.mobility import wording
from app.mobility.models import ExchangeNomination, NominationLetter
from app.opportunities.fields import field_name, study_levels
from app.organisations.models import Organisation

# In which of our languages the offices of a country write, besides English.
WRITES = {"JP": "ja", "KH": "km", "TH": "th"}


def nomination_pdf(nomination: ExchangeNomination) -> Response:
    """What the home sent last; the nomination must be loaded with all."""
    return _letter(
        "nomination",
        nomination,
        nomination.home,
        nomination.letters[-1].sent_at,
        _nominated,
    )


def acceptance_pdf(nomination: ExchangeNomination) -> Response:
    """That the host takes the student, once the nomination is verified."""
    answered = nomination.letters[-1].answered_at
    return _letter("acceptance", nomination, nomination.host, answered, _accepted)


def _letter(
    kind: str,
    nomination: ExchangeNomination,
    writer: Organisation,
    at: Any,
    say: Callable[[ExchangeNomination], tuple[str, str, str]],
) -> Response:
    """English first, then the language of whoever writes it, else of whoever reads it."""
    second = WRITES.get(writer.country_code, "")
    shown = dict.fromkeys(["en", second if second in LANGUAGES else languages.reader().locale])
    day = at.astimezone(ZoneInfo(writer.zone)).date()
    parts = []
    for locale in shown:
        with languages.speaking(locale, writer.zone):
            heading, sentence, how = say(nomination)
            parts.append(
                {
                    "lang": locale,
                    "heading": heading,
                    "dated": _(
                        "%(place)s, %(day)s",
                        place=writer.city or languages.country_name(writer.country_code),
                        day=languages.day(day),
                    ),
                    "sentence": sentence,
                    "facts": [*_facts(nomination, nomination.letters[-1]), *_how(how)],
                    "valid": _("Made by Lontar from what both universities entered there."),
                }
            )
    made = pdf(
        "exchange_letter",
        {"parts": parts, "foot": f"{nomination.posting.ref} · {writer.name}"},
        locale="en",
        title=f"{parts[0]['heading']}: {nomination.person.passport_name}",
        at=at,
    )
    name = f"{kind}-{nomination.posting.ref}-{nomination.id}.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(made, mimetype="application/pdf", headers=headers)


def _nominated(nomination: ExchangeNomination) -> tuple[str, str, str]:
    return (
        _("Letter of nomination"),
        _(
            "%(home)s nominates this student for an exchange at %(host)s.",
            home=nomination.home.name,
            host=nomination.host.name,
        ),
        wording.how_sent(nomination.letters[-1], nomination.home.name),
    )


def _accepted(nomination: ExchangeNomination) -> tuple[str, str, str]:
    return (
        _("Letter of acceptance"),
        _(
            "%(host)s accepts this student, whom %(home)s nominated, for an exchange.",
            home=nomination.home.name,
            host=nomination.host.name,
        ),
        wording.how_answered(nomination.letters[-1], nomination.host.name),
    )


def _how(told: str) -> list[tuple[str, str]]:
    """What did not come from a side's own page says so on paper, too."""
    return [(_("How it came"), told)] if told else []


def _facts(nomination: ExchangeNomination, letter: NominationLetter) -> list[tuple[str, str]]:
    person, posting = nomination.person, nomination.posting
    term = posting.term
    days = _(
        "%(first)s to %(last)s",
        first=languages.day(term.first_on),
        last=languages.day(term.ends_on),
    )
    year = exchange_words.academic_year(term.year)
    return [
        (_("Student"), " · ".join(filter(None, (person.passport_name, person.native_name)))),
        (_("Born on"), languages.day(person.born_on) if person.born_on else "–"),
        (_("The university at home"), nomination.home.full_name),
        (_("The host"), nomination.host.full_name),
        (_("Level of study"), study_levels()[letter.study_level]),
        (_("Field of study"), f"{field_name(letter.field)} ({letter.field})"),
        (_("Term"), f"{term.name} {year}, {days}"),
        (_("Number"), f"{posting.ref}-{nomination.id}"),
    ]
