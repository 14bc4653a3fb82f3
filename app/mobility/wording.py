"""What pages say about choices and nominations, in the reader's words. Pure."""

from typing import Any

from app.files.wording import how_it_came
from app.foundation.languages import gettext as _
from app.mobility.states import ChoicesState, NominationState, Side

CHOICES_CHIPS = {
    ChoicesState.DRAFT: "warn",
    ChoicesState.SENT: "now",
    ChoicesState.WITHDRAWN: "",
}
NOMINATION_CHIPS = {
    NominationState.SENT: "now",
    NominationState.VERIFIED: "good",
    NominationState.REFUSED: "warn",
    NominationState.CANCELLED: "",
}


def choices_states() -> dict[ChoicesState, str]:
    return {
        ChoicesState.DRAFT: _("Not sent yet"),
        ChoicesState.SENT: _("With your international office"),
        ChoicesState.WITHDRAWN: _("Withdrawn"),
    }


def nomination_states() -> dict[NominationState, str]:
    return {
        NominationState.SENT: _("Nominated, the host has not answered"),
        NominationState.VERIFIED: _("Verified by the host"),
        NominationState.REFUSED: _("Refused by the host"),
        NominationState.CANCELLED: _("Cancelled"),
    }


def sides() -> dict[Side, str]:
    return {
        Side.STUDENT: _("The student"),
        Side.HOME: _("The university at home"),
        Side.HOST: _("The host"),
    }


def columns_of_list(most_rows: int) -> dict[str, str]:
    """What the columns of a list of nominations say, for who fills it in."""
    return {
        "student": _("The email address with which the student signs in. Needed."),
        "place": _("The number of the posting, for example EXC-27-03. Needed."),
        "note": _("What the host should know"),
        "level": _(
            "Level of study: 5 short course, 6 bachelor, 7 master, 8 doctorate. Only to correct it."
        ),
        "field": _("Field of study by its four digits, for example 0613. Only to correct it."),
        "–": _(
            "One row for each student and place, %(most)s rows at most. Students must have sent"
            " you their choices and ranked the place.",
            most=most_rows,
        ),
    }


def changed_fields() -> dict[str, str]:
    """What a corrected letter may say anew."""
    return {
        "level": _("Level of study"),
        "field": _("Field of study"),
        "note": _("What the host should know"),
    }


def how_answered(letter: Any, host: str) -> str:
    """Who answered where that was not the host's own page; "" where it was."""
    recorder = letter.answered_by.full_name if letter.answered_by else ""
    said = (letter.answered_way, letter.answered_name, letter.answered_function)
    return how_it_came(*said, recorder=recorder, side=host)


def how_sent(letter: Any, home: str) -> str:
    """Who sent it where that was not the home's own page; "" where it was."""
    said = (letter.sent_way, letter.sent_name, letter.sent_function)
    return how_it_came(*said, recorder=letter.sent_by.full_name, side=home)
