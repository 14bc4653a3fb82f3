"""What people are told about calls and about the seats that hosts are asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class PlaceAsked(Message):
    """A host institution is asked for seats, or asked again after something changed."""

    kind: ClassVar[str] = "fellowships/place_asked"
    place_id: int
    host: str
    title: str
    programme: str
    seats: int
    changed: bool
    closes_at: datetime | None
    zone: str | None


@dataclass(frozen=True, slots=True)
class PlaceAnswered(Message):
    """The office learns what a host institution answered."""

    kind: ClassVar[str] = "fellowships/place_answered"
    call_id: int
    host: str
    title: str
    seats: int
    confirmed: bool
    note: str
    answerer: str


@dataclass(frozen=True, slots=True)
class PlaceGone(Message):
    """Somebody ranked seats that the host institution can no longer give."""

    kind: ClassVar[str] = "fellowships/place_gone"
    application_id: int
    host: str
    title: str
    is_draft: bool


@dataclass(frozen=True, slots=True)
class CallExtended(Message):
    """The deadline is later than announced."""

    kind: ClassVar[str] = "fellowships/call_extended"
    application_id: int
    ref: str
    titles: dict[str, str]
    before_at: datetime
    closes_at: datetime
    zone: str
    reason: str
    is_draft: bool


@dataclass(frozen=True, slots=True)
class CallClosed(Message):
    """The call closes before its announced deadline: no draft can be sent any more."""

    kind: ClassVar[str] = "fellowships/call_closed"
    application_id: int
    ref: str
    titles: dict[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class CallReopened(Message):
    """Applications are taken again until the announced deadline."""

    kind: ClassVar[str] = "fellowships/call_reopened"
    application_id: int
    ref: str
    titles: dict[str, str]
    closes_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class QuestionAnswered(Message):
    """To who asked: the answer for everybody, by language; or `reply`, for the reader alone."""

    kind: ClassVar[str] = "fellowships/question_answered"
    ref: str
    titles: dict[str, str]
    asked: str
    answers: dict[str, str]
    reply: str


@dataclass(frozen=True, slots=True)
class CallCorrected(Message):
    """To everybody who counts on the call: what it said wrongly, and what holds."""

    kind: ClassVar[str] = "fellowships/call_corrected"
    application_id: int
    ref: str
    titles: dict[str, str]
    changes: dict[str, str]
    reasons: dict[str, str]
    is_draft: bool


@dataclass(frozen=True, slots=True)
class OwnDeadlineGiven(Message):
    """To one person, or to all nationals of a country who count on the call: more time."""

    kind: ClassVar[str] = "fellowships/own_deadline"
    ref: str
    titles: dict[str, str]
    country: str | None
    closes_at: datetime
    zone: str
    reason: str
