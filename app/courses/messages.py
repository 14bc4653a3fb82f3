"""What people are told about courses."""

from dataclasses import dataclass
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
