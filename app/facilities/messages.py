"""What people are told about facilities that they use or asked to use."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class UseOffered(Message):
    """To the applicant; also as a reminder when half of the time has gone by."""

    kind: ClassVar[str] = "facilities/use_offered"
    grant_id: int
    title: str
    answer_by: datetime
    zone: str
    reminder: bool = False


@dataclass(frozen=True, slots=True)
class UseLapsed(Message):
    """To the applicant: the offer was not answered in time."""

    kind: ClassVar[str] = "facilities/use_lapsed"
    grant_id: int
    title: str


@dataclass(frozen=True, slots=True)
class UseWithdrawn(Message):
    """To the person: the centre takes the grant back."""

    kind: ClassVar[str] = "facilities/use_withdrawn"
    grant_id: int
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReportDue(Message):
    """To the person: use has ended, and a report is due; `late` when its day has gone by."""

    kind: ClassVar[str] = "facilities/report_due"
    grant_id: int
    title: str
    report_by: datetime
    zone: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class ReportReceived(Message):
    """To the staff of the centre."""

    kind: ClassVar[str] = "facilities/report_received"
    grant_id: int
    title: str
    person: str
