"""What people are told about courses."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class CourseToCheck(Message):
    """To the others of the centre: a course waits to be read before it is published."""

    kind: ClassVar[str] = "courses/to_check"
    course_id: int
    title: str
    number: int
    sender: str


@dataclass(frozen=True, slots=True)
class CourseSentBack(Message):
    """To who sent it: the second person asks for changes."""

    kind: ClassVar[str] = "courses/sent_back"
    course_id: int
    title: str
    reader: str
    reason: str


@dataclass(frozen=True, slots=True)
class CoursePublished(Message):
    """To who sent it: the second person published it."""

    kind: ClassVar[str] = "courses/published"
    course_id: int
    title: str
    reader: str


@dataclass(frozen=True, slots=True)
class MeetingMoved(Message):
    """A meeting is added, moved, or somewhere else; `before_at` is when it was, if it moved."""

    kind: ClassVar[str] = "courses/meeting_moved"
    ref: str
    title: str
    meeting: str
    before_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    zone: str
    venue: str
    reason: str


@dataclass(frozen=True, slots=True)
class MeetingCancelled(Message):
    """One meeting does not take place."""

    kind: ClassVar[str] = "courses/meeting_cancelled"
    ref: str
    title: str
    meeting: str
    starts_at: datetime
    zone: str
    reason: str


@dataclass(frozen=True, slots=True)
class DatesCancelled(Message):
    """None of the meetings takes place."""

    kind: ClassVar[str] = "courses/dates_cancelled"
    ref: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class InstructorNamed(Message):
    """Somebody teaches at so many meetings."""

    kind: ClassVar[str] = "courses/instructor_named"
    ref: str
    title: str
    number: int
