"""What applications tells people; each kind has templates/mail/<kind>/."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class AboutApplication(Message):
    """What every message about one's application names: it, and the call in its languages."""

    application_id: int
    ref: str
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class ApplicationBegun(AboutApplication):
    """After the first save: the way back."""

    kind: ClassVar[str] = "applications/begun"

    closes_at: datetime | None
    closes_zone: str | None


@dataclass(frozen=True, slots=True)
class ApplicationReceived(AboutApplication):
    """The receipt: number, moment, digest, and what happens next."""

    kind: ClassVar[str] = "applications/received"

    office: str
    submitted_at: datetime
    closes_zone: str | None
    sha256: str
    documents: list[str]
    nominator: str = ""
    by_centre: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationNotEligible(AboutApplication):
    """`by_centre` is for what a centre or a host decides on, here and below."""

    kind: ClassVar[str] = "applications/not_eligible"

    reason: str
    note: str
    appeal_by: datetime | None = None
    zone: str = "UTC"
    by_centre: bool = False


@dataclass(frozen=True, slots=True)
class ApplicationEligibleAfterAll(AboutApplication):
    kind: ClassVar[str] = "applications/eligible_after_all"

    by_centre: bool = False


@dataclass(frozen=True, slots=True)
class CalledOff(AboutApplication):
    """What was applied for, or is being applied for, is cancelled."""

    kind: ClassVar[str] = "applications/called_off"

    reason: str
    is_draft: bool


@dataclass(frozen=True, slots=True)
class ApplicationNotSelected(AboutApplication):
    kind: ClassVar[str] = "applications/not_selected"

    note: str
    appeal_by: datetime | None = None
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class OfficeWrote(AboutApplication):
    """What the office wrote, as this applicant reads it; `written_in` is its language."""

    kind: ClassVar[str] = "applications/office_wrote"

    written_in: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class ExportReady(Message):
    """To whom asked for it: the file can be taken."""

    kind: ClassVar[str] = "applications/export_ready"

    export_id: int
    opportunity: str
    rows: int
    gone_at: datetime


@dataclass(frozen=True, slots=True)
class LetterAsked(Message):
    """To whom an applicant asks for a letter: who asks, for what, until when, and the link.

    `again` when the link is a new one and earlier ones are dead. The token travels as a path.
    """

    kind: ClassVar[str] = "applications/letter_asked"

    name: str
    applicant: str
    known_as: str
    note: str
    titles: dict[str, str]
    letter_by: datetime | None
    zone: str
    path: str
    again: bool


@dataclass(frozen=True, slots=True)
class LetterReminder(Message):
    """To whom was asked and has not answered."""

    kind: ClassVar[str] = "applications/letter_reminder"

    name: str
    applicant: str
    titles: dict[str, str]
    letter_by: datetime | None
    zone: str
    path: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class LettersOutstanding(Message):
    """To the applicant: who has not answered yet, and was reminded."""

    kind: ClassVar[str] = "applications/letters_outstanding"

    application_id: int
    titles: dict[str, str]
    people: list[str]
    letter_by: datetime | None
    zone: str
    is_last: bool


@dataclass(frozen=True, slots=True)
class LetterArrived(Message):
    """To the applicant: that a letter is here; never what it says."""

    kind: ClassVar[str] = "applications/letter_arrived"

    application_id: int
    titles: dict[str, str]
    person: str
    still: int


@dataclass(frozen=True, slots=True)
class LetterKept(Message):
    """To whom wrote it, or in whose name it was recorded: it is here."""

    kind: ClassVar[str] = "applications/letter_kept"

    name: str
    applicant: str
    titles: dict[str, str]
    sent_at: datetime
    way: str
    contact: str


@dataclass(frozen=True, slots=True)
class LetterDeclined(Message):
    """To the applicant: ask somebody else."""

    kind: ClassVar[str] = "applications/letter_declined"

    application_id: int
    titles: dict[str, str]
    person: str
    letter_by: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class LetterNotNeeded(Message):
    """To whom was asked: the letter is not needed any more."""

    kind: ClassVar[str] = "applications/letter_not_needed"

    name: str
    applicant: str
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class ChangesAsked(Message):
    """To the applicant: these questions are open again, until when and why.

    `questions` are their labels by language; `again` says that only the date is new.
    """

    kind: ClassVar[str] = "applications/changes_asked"

    application_id: int
    request_id: int
    ref: str
    titles: dict[str, str]
    questions: dict[str, list[str]]
    reason: str
    closes_at: datetime
    zone: str
    again: bool


@dataclass(frozen=True, slots=True)
class ChangesReceived(AboutApplication):
    """To the applicant: the changed application is here; its receipt."""

    kind: ClassVar[str] = "applications/changes_received"

    number: int
    sha256: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class ChangesClosed(AboutApplication):
    """To the applicant: nothing need be changed any more; what was sent before counts."""

    kind: ClassVar[str] = "applications/changes_closed"

    reason: str


@dataclass(frozen=True, slots=True)
class UploadGraceGiven(Message):
    """To the applicant: the receipt of a document whose upload failed; until when it may follow."""

    kind: ClassVar[str] = "applications/upload_grace"

    application_id: int
    titles: dict[str, str]
    documents: dict[str, str]
    receipt: str
    until_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class NominationAsked(Message):
    """To who nominates for a body: somebody asks to be nominated."""

    kind: ClassVar[str] = "applications/nomination_asked"

    nominator_id: int
    titles: dict[str, str]
    name: str
    organisation: str
    due_at: datetime | None
    due_zone: str | None


@dataclass(frozen=True, slots=True)
class NominationMade(AboutApplication):
    kind: ClassVar[str] = "applications/nomination_made"

    organisation: str


@dataclass(frozen=True, slots=True)
class NominationDeclined(AboutApplication):
    kind: ClassVar[str] = "applications/nomination_declined"

    organisation: str
    reason: str


@dataclass(frozen=True, slots=True)
class NominationTakenBack(AboutApplication):
    """To the applicant: the body nominates them no longer, and why; it may still do so again."""

    kind: ClassVar[str] = "applications/nomination_taken_back"

    organisation: str
    reason: str


@dataclass(frozen=True, slots=True)
class AppealReceived(AboutApplication):
    """To the applicant: the appeal is here, and until when it is answered."""

    kind: ClassVar[str] = "applications/appeal_received"

    answer_by: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class AppealAnswered(AboutApplication):
    """To the applicant: what came of it, and why."""

    kind: ClassVar[str] = "applications/appeal_answered"

    upheld: bool
    answer: str


@dataclass(frozen=True, slots=True)
class ExceptionAnswered(AboutApplication):
    """To the applicant: whether the office lets the conditions pass, and why."""

    kind: ClassVar[str] = "applications/exception_answered"

    granted: bool
    answer: str


@dataclass(frozen=True, slots=True)
class DocumentInfected(Message):
    """To the applicant: a virus was found in a document.

    `wanted` says whether it is asked for again; `until_at` is the date of a sent application.
    """

    kind: ClassVar[str] = "applications/document_infected"

    application_id: int
    titles: dict[str, str]
    documents: dict[str, str]
    file_name: str
    wanted: bool
    until_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class LetterInfected(Message):
    """To whom wrote a letter: a virus was found in its file; until when it may come anew.

    Without `until_at` nothing is to be done. The token travels as a path.
    """

    kind: ClassVar[str] = "applications/letter_infected"

    name: str
    applicant: str
    titles: dict[str, str]
    file_name: str
    until_at: datetime | None
    zone: str
    path: str


@dataclass(frozen=True, slots=True)
class LetterUnread(Message):
    """To the applicant: a letter that was here cannot be read and comes anew."""

    kind: ClassVar[str] = "applications/letter_unread"

    application_id: int
    titles: dict[str, str]
    person: str
    by_post: bool
    until_at: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class DocumentDecided(AboutApplication):
    """To the applicant: what the office decided about one document, and why.

    `decision` is a word of SlotDecision; `documents` is the document's label by language.
    """

    kind: ClassVar[str] = "applications/document_decided"

    documents: dict[str, str]
    decision: str
    reason: str
    another: str
    is_draft: bool
