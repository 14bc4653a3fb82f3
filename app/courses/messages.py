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


@dataclass(frozen=True, slots=True)
class SeatHeld(Message):
    """A seat is one's own: the page has the timetable and the link to join."""

    kind: ClassVar[str] = "courses/seat_held"
    enrolment_id: int
    title: str


@dataclass(frozen=True, slots=True)
class WaitsForSeat(Message):
    """No seat is free: one stands in line, at this place."""

    kind: ClassVar[str] = "courses/waits"
    enrolment_id: int
    title: str
    place: int


@dataclass(frozen=True, slots=True)
class EnrolmentAsked(Message):
    """The centre will answer."""

    kind: ClassVar[str] = "courses/asked"
    ref: str
    title: str


@dataclass(frozen=True, slots=True)
class SeatOffered(Message):
    """A seat fell free for who waited: it is kept until `answer_by`."""

    kind: ClassVar[str] = "courses/seat_offered"
    enrolment_id: int
    title: str
    answer_by: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class SeatReminder(Message):
    """The offered seat goes to the next in line soon."""

    kind: ClassVar[str] = "courses/seat_reminder"
    enrolment_id: int
    title: str
    answer_by: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class SeatLapsed(Message):
    """The offered seat was not answered in time."""

    kind: ClassVar[str] = "courses/seat_lapsed"
    ref: str
    title: str


@dataclass(frozen=True, slots=True)
class SeatDeclined(Message):
    """The centre cannot give a seat, and says why."""

    kind: ClassVar[str] = "courses/seat_declined"
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class SeatTakenBack(Message):
    """The centre takes a seat back that was held or offered, and says why."""

    kind: ClassVar[str] = "courses/seat_taken_back"
    enrolment_id: int
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class InvitedToDates(Message):
    """Somebody may enrol in dates that are by invitation."""

    kind: ClassVar[str] = "courses/invited"
    ref: str
    title: str
    centre: str


@dataclass(frozen=True, slots=True)
class GroupWritten(Message):
    """The centre writes to those of some dates; `written_in` is the language of its words."""

    kind: ClassVar[str] = "courses/group_written"
    enrolment_id: int
    ref: str
    title: str
    centre: str
    written_in: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class FeedbackWanted(Message):
    """The course is over: what was it like? Answered without a name, until `closes_at`."""

    kind: ClassVar[str] = "courses/feedback_wanted"
    enrolment_id: int
    title: str
    closes_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class FeedbackIn(Message):
    """To who teaches: what participants said can be read."""

    kind: ClassVar[str] = "courses/feedback_in"
    feedback_id: int
    title: str


@dataclass(frozen=True, slots=True)
class ReleaseAsked(Message):
    """To an employer: whether somebody who applies for a course may go, and comes back."""

    kind: ClassVar[str] = "courses/release_asked"
    name: str
    applicant: str
    post: str
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class ReleaseAnswered(Message):
    """To the applicant: the employer has signed, or has said why not."""

    kind: ClassVar[str] = "courses/release_answered"
    application_id: int
    title: str
    employer: str
    confirmed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PostAsked(Message):
    """To who took part: whether they are back in their post, so many months after."""

    kind: ClassVar[str] = "courses/post_asked"
    question_id: int
    title: str
    months: int


@dataclass(frozen=True, slots=True)
class EmployerAskedOfPost(Message):
    """To the employer who let somebody go: whether the person is back in the post."""

    kind: ClassVar[str] = "courses/employer_asked_of_post"
    name: str
    person: str
    post: str
    title: str
    months: int
    path: str
