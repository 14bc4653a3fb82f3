"""What applications tells people; each kind has templates/mail/<kind>/."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class ApplicationBegun(Message):
    """After the first save: the way back."""

    kind: ClassVar[str] = "applications/begun"

    application_id: int
    ref: str
    titles: dict[str, str]
    closes_at: datetime | None
    closes_zone: str | None


@dataclass(frozen=True, slots=True)
class ApplicationReceived(Message):
    """The receipt: number, moment, digest, and what happens next."""

    kind: ClassVar[str] = "applications/received"

    application_id: int
    ref: str
    titles: dict[str, str]
    office: str
    submitted_at: datetime
    closes_zone: str | None
    sha256: str
    documents: list[str]


@dataclass(frozen=True, slots=True)
class ApplicationNotEligible(Message):
    kind: ClassVar[str] = "applications/not_eligible"

    application_id: int
    ref: str
    titles: dict[str, str]
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class ApplicationEligibleAfterAll(Message):
    kind: ClassVar[str] = "applications/eligible_after_all"

    application_id: int
    ref: str
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class ApplicationNotSelected(Message):
    kind: ClassVar[str] = "applications/not_selected"

    application_id: int
    ref: str
    titles: dict[str, str]
    note: str


@dataclass(frozen=True, slots=True)
class ExportReady(Message):
    """To whom asked for it: the file can be taken."""

    kind: ClassVar[str] = "applications/export_ready"

    export_id: int
    opportunity: str
    rows: int
    gone_at: datetime
