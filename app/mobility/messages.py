"""What students and international offices are told about nominations."""

from dataclasses import dataclass
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class NominationReceived(Message):
    """To the host: a student is nominated, or a nomination was corrected."""

    kind: ClassVar[str] = "mobility/nomination_received"
    nomination_id: int
    student: str
    home: str
    posting: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class PartnerAsked(Message):
    """To somebody of the host, who has no account: a link to verify or refuse a nomination."""

    kind: ClassVar[str] = "mobility/partner_asked"
    name: str
    student: str
    home: str
    host: str
    posting: str
    days: int
    path: str


@dataclass(frozen=True, slots=True)
class StudentNominated(Message):
    """To the student."""

    kind: ClassVar[str] = "mobility/student_nominated"
    nomination_id: int
    home: str
    host: str
    posting: str


@dataclass(frozen=True, slots=True)
class NominationAnswered(Message):
    """To the home and the student."""

    kind: ClassVar[str] = "mobility/nomination_answered"
    nomination_id: int
    student: str
    host: str
    posting: str
    verified: bool
    comment: str
    recorder: str = ""
    signer: str = ""


@dataclass(frozen=True, slots=True)
class PlaceWithdrawn(Message):
    """To a student who was nominated to a posting, or ranked it: its host withdrew it.

    `titles` are what it is called in each of its languages, the original first.
    """

    kind: ClassVar[str] = "mobility/place_withdrawn"
    choices_id: int
    titles: dict[str, str]
    host: str
    reason: str
    was_nominated: bool
    is_sent: bool


@dataclass(frozen=True, slots=True)
class PlacesWithdrawn(Message):
    """To the office at home, once for all its students: whose nominations ended, who waits."""

    kind: ClassVar[str] = "mobility/places_withdrawn"
    titles: dict[str, str]
    host: str
    reason: str
    ended: list[str]
    waiting: int


@dataclass(frozen=True, slots=True)
class NominationCancelled(Message):
    """To everybody but the side that called it off."""

    kind: ClassVar[str] = "mobility/nomination_cancelled"
    nomination_id: int
    student: str
    by: str
    posting: str
    reason: str
