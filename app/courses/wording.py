"""What lists and pages say about dates of courses, in the reader's words. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from app.courses.completion import Excused, Facts, Gap, Rule, attended, percent
from app.courses.feedback import QuestionKind
from app.courses.incoming.joined import Fault
from app.courses.levels import level_name, licence_name
from app.courses.states import (
    HOLDS_A_SEAT,
    EnrolmentMode,
    EnrolmentState,
    Group,
    Mode,
    PostAnswer,
    Presence,
    ReleaseState,
    Stage,
    Teller,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import language_name, listed, number
from app.opportunities.fields import field_name
from app.opportunities.wording import audiences, difficulties


def modes() -> dict[Mode, str]:
    return {
        Mode.ONLINE: _("Online"),
        Mode.ON_SITE: _("On site"),
        Mode.HYBRID: _("On site and online at the same time"),
    }


# What is not text, by the field of a file (`incoming.FIELDS`).
_VALUES: dict[str, Callable[[Any], str]] = {
    "languages": lambda tags: listed([language_name(tag) for tag in tags]),
    "locale": language_name,
    "tracks": lambda tracks: listed([audiences().get(one, one) for one in tracks]),
    "level": level_name,
    "field_code": field_name,
    "licence": licence_name,
    "difficulty": lambda one: difficulties().get(one, one),
    "costs_something": lambda costs: _("Yes") if costs else _("No"),
    "minutes": number,
}


def value_in_words(name: str, value: Any) -> str:
    """What a file or a course says in one field, as people read it."""
    if value in (None, "", []):
        return "–"
    return _VALUES.get(name, str)(value)


def enrolment_modes() -> dict[EnrolmentMode, str]:
    return {
        EnrolmentMode.OPEN: _("Open: whoever comes first"),
        EnrolmentMode.APPROVAL: _("The centre decides about each person"),
        EnrolmentMode.INVITATION: _("Only whom the centre invites"),
        EnrolmentMode.APPLICATION: _("The centre chooses among those who apply"),
    }


def stages() -> dict[Stage, str]:
    return {
        Stage.PLANNED: _("In preparation"),
        Stage.COMING: _("Opens later"),
        Stage.OPEN: _("Open for enrolment"),
        Stage.CLOSED: _("Enrolment is closed"),
        Stage.RUNNING: _("Under way"),
        Stage.FINISHED: _("Over"),
        Stage.CANCELLED: _("Cancelled"),
    }


STAGE_CHIPS = {
    Stage.PLANNED: "",
    Stage.COMING: "now",
    Stage.OPEN: "good",
    Stage.CLOSED: "warn",
    Stage.RUNNING: "now",
    Stage.FINISHED: "",
    Stage.CANCELLED: "bad",
}


# As which somebody is shown of whom the centre took the seat back: declined, but not turned down.
REMOVED = "removed"
IN_ORDER = (
    EnrolmentState.ASKED,
    EnrolmentState.ACCEPTED,
    EnrolmentState.OFFERED,
    EnrolmentState.WAITING,
    EnrolmentState.DECLINED,
    REMOVED,
    EnrolmentState.LAPSED,
    EnrolmentState.WITHDRAWN,
)
HOLDING = HOLDS_A_SEAT
ENROLMENT_CHIPS = {
    EnrolmentState.ASKED: "warn",
    EnrolmentState.ACCEPTED: "good",
    EnrolmentState.OFFERED: "now",
    EnrolmentState.WAITING: "",
    EnrolmentState.DECLINED: "bad",
    EnrolmentState.LAPSED: "",
    EnrolmentState.WITHDRAWN: "",
    REMOVED: "bad",
}


def groups() -> dict[Group, str]:
    return {
        Group.ENROLLED: _("Everybody with a seat"),
        Group.WAITING: _("Everybody in line for a seat"),
        Group.COMPLETED: _("Those who completed the course"),
    }


def missed(when: str, title: str) -> str:
    """Those who were not at a meeting, absent or excused."""
    return _("Those who missed %(meeting)s", meeting=" · ".join(filter(None, (when, title))))


def standing(state: EnrolmentState, removed_at: datetime | None) -> str:
    """Under which word of `enrolment_states` an enrolment is shown."""
    return REMOVED if removed_at else state.value


def enrolment_states() -> dict[str, str]:
    return {
        EnrolmentState.ASKED: _("Asks for a seat"),
        EnrolmentState.ACCEPTED: _("Has a seat"),
        EnrolmentState.OFFERED: _("Was offered a seat"),
        EnrolmentState.WAITING: _("Stands in line"),
        EnrolmentState.DECLINED: _("Turned down"),
        EnrolmentState.LAPSED: _("Did not answer in time"),
        EnrolmentState.WITHDRAWN: _("Gave it back"),
        REMOVED: _("Removed"),
    }


def presences() -> dict[Presence, str]:
    return {
        Presence.PRESENT: _("Was there"),
        Presence.ABSENT: _("Was not there"),
        Presence.EXCUSED: _("Excused"),
    }


PRESENCE_CHIPS = {Presence.PRESENT: "good", Presence.ABSENT: "bad", Presence.EXCUSED: "warn"}


def excuses() -> dict[Excused, str]:
    """How excused absences can count."""
    return {
        Excused.LEFT_OUT: _("Such a meeting is not counted for the person"),
        Excused.ATTENDED: _("They count as if the person had been there"),
        Excused.ABSENT: _("They count as any other absence"),
    }


def fault_in_words(fault: Fault, row: int) -> str:
    """Why the report of a meeting tool is refused, and what to do."""
    return {
        Fault.TOO_LARGE: _("This file is larger than 2 MB. Choose the report of one meeting."),
        Fault.EMPTY: _("This file is empty."),
        Fault.NO_TEXT: _("This is no CSV file. Take the report as the tool makes it, in CSV."),
        Fault.NO_HEADINGS: _(
            "No line of this file names its columns: a name or an e-mail address, and how long "
            "somebody was there. Take the report in English."
        ),
        Fault.NOBODY: _("This file names nobody who joined."),
        Fault.TOO_MANY: _("This file has too many lines. Choose the report of one meeting."),
        Fault.BROKEN: _("Line %(row)s of this file is broken. Make the report anew.", row=row),
    }[fault]


def standard_questions() -> dict[str, str]:
    """What is asked of participants everywhere, in the reader's language."""
    return {
        "useful": _("The course is useful for my work or my studies."),
        "explained": _("The instructors explained things well."),
        "pace": _("The pace was right for me."),
        "organised": _("The course was well organised."),
        "recommend": _("I would recommend this course to others."),
        "best": _("What was most useful?"),
        "better": _("What should be better next time?"),
    }


def question_kinds() -> dict[QuestionKind, str]:
    return {
        QuestionKind.SCALE: _("A mark from 1 to 5"),
        QuestionKind.TEXT: _("A few words"),
    }


def marks_of_scale() -> dict[int, str]:
    """What each mark says of a sentence."""
    return {
        1: _("I do not agree at all"),
        2: _("I do not quite agree"),
        3: _("Neither"),
        4: _("I agree for the most part"),
        5: _("I agree fully"),
    }


def in_percent(value: int) -> str:
    return _("%(number)s %%", number=number(value))


def rule_in_words(rule: Rule) -> str:
    """The rule as one sentence, for pages and certificates."""
    if rule.result is None:
        return _("Was present at %(share)s or more of the meetings.", share=in_percent(rule.share))
    return _(
        "Was present at %(share)s or more of the meetings and reached a result of %(result)s "
        "or more.",
        share=in_percent(rule.share),
        result=in_percent(rule.result),
    )


def gap_in_words(gap: Gap, rule: Rule, facts: Facts) -> str:
    """What somebody lacks, with the numbers."""
    if gap is Gap.ATTENDANCE:
        return _(
            "Present at %(share)s of the meetings; %(least)s are needed.",
            share=in_percent(percent(attended(rule, facts))),
            least=in_percent(rule.share),
        )
    if facts.result is None:
        return _("There is no result.")
    return _(
        "The result is %(result)s; %(least)s are needed.",
        result=in_percent(facts.result),
        least=in_percent(rule.result or 0),
    )


def post_answers() -> dict[PostAnswer, str]:
    return {
        PostAnswer.IN_POST: _("Back in the post"),
        PostAnswer.ELSEWHERE: _("In another post of the service"),
        PostAnswer.LEFT: _("Has left the service"),
    }


POST_CHIPS = {PostAnswer.IN_POST: "good", PostAnswer.ELSEWHERE: "now", PostAnswer.LEFT: "warn"}


def releases() -> dict[ReleaseState, str]:
    return {
        ReleaseState.ASKED: _("Asked"),
        ReleaseState.CONFIRMED: _("Confirmed"),
        ReleaseState.REFUSED: _("Refused"),
        ReleaseState.TAKEN_BACK: _("Taken back"),
    }


RELEASE_CHIPS = {
    ReleaseState.ASKED: "now",
    ReleaseState.CONFIRMED: "good",
    ReleaseState.REFUSED: "bad",
    ReleaseState.TAKEN_BACK: "",
}


def tellers() -> dict[Teller, str]:
    return {
        Teller.PARTICIPANT: _("said by the participant"),
        Teller.EMPLOYER: _("said by the employer"),
    }
