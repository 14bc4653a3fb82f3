"""Why a student is not nominated for a place: for the page, and for each row of a list. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.exchanges.states import PostingStage
from app.exchanges.terms import STUDY_LEVELS, is_detailed_field
from app.foundation.languages import lazy


class Why(StrEnum):
    """Why a student is not nominated, or a nomination not corrected."""

    TAKEN_BACK = "taken back"
    NOT_RANKED = "not ranked"
    NOMINATED = "nominated"
    BEFORE = "before"
    CLOSED = "closed"
    LEVEL = "level"
    FIELD = "field"
    NO_PLACES_POSTED = "no places posted"
    FULL = "full"
    NO_SUCH_FIELD = "no such field"


REASONS: Mapping[str, str] = {
    Why.TAKEN_BACK: lazy("The student has taken these choices back."),
    Why.NOT_RANKED: lazy("Choose one of the places that the student ranked."),
    Why.NOMINATED: lazy("This student is nominated already. Cancel that nomination first."),
    Why.BEFORE: lazy("This student was nominated to this posting before: correct that one."),
    Why.CLOSED: lazy("Nominations are not open."),
    Why.LEVEL: lazy("The host takes no students of this level of study."),
    Why.FIELD: lazy("The host takes no students of this field."),
    Why.NO_PLACES_POSTED: lazy(
        "Your university posts no places for this year and has no agreement with the host:"
        " post places first."
    ),
    Why.FULL: lazy("All places of this posting are taken."),
    Why.NO_SUCH_FIELD: lazy("Write fields by their four digits, for example 0613."),
}


def reason(why: str, said: Mapping[str, Any] | None = None) -> str:
    sentence = str(REASONS[why])
    return sentence % said if said else sentence


@dataclass(frozen=True, slots=True)
class Place:
    """A posting as it stands for one home. `giving`: the home may send to it at all."""

    id: int
    is_open: bool
    levels: Collection[int]
    fields: Collection[str]
    giving: bool


@dataclass(slots=True)
class Student:
    """Whether choices are with the office, what they rank, and what was nominated of them.

    `nominated` says of each posting whether that nomination lives.
    """

    sent: bool
    ranked: Collection[int]
    nominated: dict[int, bool] = field(default_factory=dict)

    @property
    def lives_elsewhere(self) -> bool:
        return any(self.nominated.values())


def is_open(stage: PostingStage, closes_at: datetime | None, now: datetime) -> bool:
    """Whether students are nominated to a posting now."""
    return stage is PostingStage.OPEN and (closes_at is None or closes_at > now)


def why_not_nominated(
    student: Student, place: Place, study_level: int, study_field: str
) -> Why | None:
    """All but whether a place is free, which is counted under a lock."""
    if not student.sent:
        return Why.TAKEN_BACK
    if place.id not in student.ranked:
        return Why.NOT_RANKED
    if student.lives_elsewhere:
        return Why.NOMINATED
    if place.id in student.nominated:
        return Why.BEFORE
    if not place.is_open:
        return Why.CLOSED
    return _why_unfit(place, study_level, study_field) or (
        None if place.giving else Why.NO_PLACES_POSTED
    )


def why_not_corrected(
    student: Student, place: Place, study_level: int, study_field: str
) -> Why | None:
    """Of a nomination that the host refused; again all but whether a place is free."""
    if study_level not in STUDY_LEVELS or not is_detailed_field(study_field):
        return Why.NO_SUCH_FIELD
    if student.lives_elsewhere:
        return Why.NOMINATED
    if not place.is_open:
        return Why.CLOSED
    return _why_unfit(place, study_level, study_field)


def _why_unfit(place: Place, study_level: int, study_field: str) -> Why | None:
    if place.levels and study_level not in place.levels:
        return Why.LEVEL
    if place.fields and study_field not in place.fields:
        return Why.FIELD
    return None
