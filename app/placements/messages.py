"""What people are told about placing; each kind has templates in templates/mail/<kind>/."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class OfferMade(Message):
    """To the applicant: a seat is yours, please answer. Days are ISO text or empty."""

    kind: ClassVar[str] = "placements/offer_made"

    offer_id: int
    opportunity: str
    host: str
    country: str
    starts: str
    ends: str
    answer_by: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class OfferReminder(Message):
    """To the applicant: the day to answer comes near."""

    kind: ClassVar[str] = "placements/offer_reminder"

    offer_id: int
    opportunity: str
    host: str
    days: int
    answer_by: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class AnswerReceived(Message):
    """To the applicant: the receipt for a yes or a no."""

    kind: ClassVar[str] = "placements/answer_received"

    offer_id: int
    opportunity: str
    host: str
    accepted: bool
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class OfferAccepted(Message):
    """To the managers: somebody accepted."""

    kind: ClassVar[str] = "placements/offer_accepted"

    offer_id: int
    person: str
    opportunity: str
    host: str


@dataclass(frozen=True, slots=True)
class PersonComes(Message):
    """To the host institution: this person accepted a seat with you."""

    kind: ClassVar[str] = "placements/person_comes"

    place_id: int
    person: str
    country: str
    opportunity: str
    host: str
    starts: str
    ends: str


@dataclass(frozen=True, slots=True)
class PersonDoesNotCome(Message):
    """To the host institution: somebody who had accepted does not come after all."""

    kind: ClassVar[str] = "placements/person_does_not_come"

    place_id: int
    person: str
    opportunity: str
    host: str


@dataclass(frozen=True, slots=True)
class SeatReturned(Message):
    """To the managers: a seat is free again. `why` is declined, lapsed or withdrawn."""

    kind: ClassVar[str] = "placements/seat_returned"

    offer_id: int
    person: str
    opportunity: str
    host: str
    why: str
    note: str


@dataclass(frozen=True, slots=True)
class OfferLapsed(Message):
    """To the applicant: no answer came in time."""

    kind: ClassVar[str] = "placements/offer_lapsed"

    offer_id: int
    opportunity: str
    host: str


@dataclass(frozen=True, slots=True)
class OfferTakenBack(Message):
    """To the applicant: the office takes the offer back, and why."""

    kind: ClassVar[str] = "placements/offer_taken_back"

    offer_id: int
    opportunity: str
    host: str
    reason: str


@dataclass(frozen=True, slots=True)
class OfferRestored(Message):
    """To the applicant: the seat is offered again, until a new day."""

    kind: ClassVar[str] = "placements/offer_restored"

    offer_id: int
    opportunity: str
    host: str
    answer_by: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class NothingToRead(Message):
    """To a reviewer: an application on your desk was withdrawn."""

    kind: ClassVar[str] = "placements/nothing_to_read"

    ref: str
    opportunity: str


@dataclass(frozen=True, slots=True)
class WithdrawalUndone(Message):
    """To the applicant: the application stands again."""

    kind: ClassVar[str] = "placements/withdrawal_undone"

    application_id: int
    opportunity: str
    ref: str
