"""What reviewers are told."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class ReviewsAssigned(Message):
    """So many applications to read, by when; told once however many they are."""

    kind: ClassVar[str] = "reviews/assigned"

    number: int
    titles: dict[str, str]
    due_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class ReviewTakenBack(Message):
    kind: ClassVar[str] = "reviews/taken_back"

    ref: str
    titles: dict[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewReopened(Message):
    kind: ClassVar[str] = "reviews/reopened"

    review_id: int
    ref: str
    titles: dict[str, str]
    reason: str


@dataclass(frozen=True, slots=True)
class ReviewVoided(Message):
    """A submitted review does not count: what it scored is being changed by the applicant."""

    kind: ClassVar[str] = "reviews/voided"

    review_id: int
    ref: str
    titles: dict[str, str]
    changes_by: datetime
    due_at: datetime
    zone: str
