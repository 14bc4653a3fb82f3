"""What people are told about stays."""

from dataclasses import dataclass
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class StayPlanned(Message):
    """To the person: the list of what to prepare is there."""

    kind: ClassVar[str] = "stays/stay_planned"
    stay_id: int
    host: str
    starts_on: str
    ends_on: str


@dataclass(frozen=True, slots=True)
class NobodyArrived(Message):
    """To the person and both offices: the first day is over and no arrival is confirmed."""

    kind: ClassVar[str] = "stays/nobody_arrived"
    stay_id: int
    person: str
    host: str
    starts_on: str


@dataclass(frozen=True, slots=True)
class ChangeAsked(Message):
    """To the sides that have to agree to other days."""

    kind: ClassVar[str] = "stays/change_asked"
    stay_id: int
    person: str
    host: str
    starts_on: str
    ends_on: str
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeAnswered(Message):
    """To everybody: the stay has other days, or keeps those it had."""

    kind: ClassVar[str] = "stays/change_answered"
    stay_id: int
    person: str
    host: str
    starts_on: str
    ends_on: str
    agreed: bool
    answer: str


@dataclass(frozen=True, slots=True)
class ReportWanted(Message):
    """To the person: a report is due soon, or came back."""

    kind: ClassVar[str] = "stays/report_wanted"
    stay_id: int
    host: str
    due_on: str
    answer: str


@dataclass(frozen=True, slots=True)
class ReportSent(Message):
    """To who sent the person."""

    kind: ClassVar[str] = "stays/report_sent"
    stay_id: int
    person: str
    host: str
