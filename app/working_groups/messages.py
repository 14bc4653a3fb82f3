"""What people are told about working groups."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class GroupInvitation(Message):
    """To whoever is asked to join."""

    kind: ClassVar[str] = "working_groups/invited"
    ref: str
    group: str
    centre: str
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class JoinRequested(Message):
    """To the chairs and the convening office: somebody asks to join."""

    kind: ClassVar[str] = "working_groups/requested"
    group_id: int
    group: str
    person: str
    note: str


@dataclass(frozen=True, slots=True)
class JoinAnswered(Message):
    """To whoever asked to join."""

    kind: ClassVar[str] = "working_groups/answered"
    ref: str
    group: str
    approved: bool
    answer: str


@dataclass(frozen=True, slots=True)
class GroupMeets(Message):
    """To the members: a meeting is planned, or is at another time or place."""

    kind: ClassVar[str] = "working_groups/meets"
    ref: str
    group: str
    meeting: str
    is_new: bool
    starts_at: datetime
    ends_at: datetime
    zone: str
    venue: str
    reason: str


@dataclass(frozen=True, slots=True)
class GroupMeetingCancelled(Message):
    """To the members."""

    kind: ClassVar[str] = "working_groups/meeting_cancelled"
    ref: str
    group: str
    meeting: str
    starts_at: datetime
    zone: str
    reason: str


@dataclass(frozen=True, slots=True)
class CommentsOpened(Message):
    """To the members: everybody may comment on a version, or may for longer."""

    kind: ClassVar[str] = "working_groups/open_for_comment"
    ref: str
    group: str
    document: str
    number: int
    closes_at: datetime
    zone: str
    longer: bool


@dataclass(frozen=True, slots=True)
class CommentAnswered(Message):
    """To whoever commented; `outcome` is a word of `states.Disposition`."""

    kind: ClassVar[str] = "working_groups/comment_answered"
    ref: str
    document: str
    comment: str
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class ResultPublished(Message):
    """To the members and to everybody who commented."""

    kind: ClassVar[str] = "working_groups/published"
    ref: str
    group: str
    document: str
    number: str
