"""What people are told about group visits."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class NamedInGroup(Message):
    """To somebody whom a host named: please say who you are, and whether you come."""

    kind: ClassVar[str] = "visits/named_in_group"
    instead: ClassVar[str] = "/visits/mine"
    path: str
    name: str
    host: str
    title: str
    first_on: str
    last_on: str


@dataclass(frozen=True, slots=True)
class NotInGroup(Message):
    """To somebody who was named before: another comes, or the group does without."""

    kind: ClassVar[str] = "visits/not_in_group"
    name: str
    host: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonDeclined(Message):
    """To the host: somebody of the group does not come."""

    kind: ClassVar[str] = "visits/person_declined"
    group_id: int
    person: str
    title: str


@dataclass(frozen=True, slots=True)
class PersonUnfit(Message):
    """To the host, and to managers of a group that applied: somebody may not come by the rules."""

    kind: ClassVar[str] = "visits/person_unfit"
    group_id: int
    person: str
    title: str


@dataclass(frozen=True, slots=True)
class PersonLetThrough(Message):
    """To the host: the programme lets somebody come whom the rules do not."""

    kind: ClassVar[str] = "visits/person_let_through"
    group_id: int
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class GroupAwarded(Message):
    """To the host: the group may come, if the award is accepted in time."""

    kind: ClassVar[str] = "visits/group_awarded"
    group_id: int
    title: str
    answer_by: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class AwardLapsed(Message):
    """To the host: the award was not answered in time."""

    kind: ClassVar[str] = "visits/award_lapsed"
    group_id: int
    title: str


@dataclass(frozen=True, slots=True)
class VisitCalledOff(Message):
    """To the host and everybody in the group: the visit does not take place."""

    kind: ClassVar[str] = "visits/called_off"
    title: str
    host: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReportDue(Message):
    """To the host: the visit is over, and a report is due."""

    kind: ClassVar[str] = "visits/report_due"
    group_id: int
    title: str
    report_on: str


@dataclass(frozen=True, slots=True)
class ReportSent(Message):
    """To the managers of the programme."""

    kind: ClassVar[str] = "visits/report_sent"
    group_id: int
    title: str
    host: str
