"""What international offices are told about their agreements."""

from dataclasses import dataclass
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class AgreementWritten(Message):
    """Another side put a revision before the reader's university."""

    kind: ClassVar[str] = "exchanges/agreement_written"
    agreement_id: int
    side: str
    number: int
    note: str


@dataclass(frozen=True, slots=True)
class AgreementAnswered(Message):
    """Another side approved or declined; with the last word that was missing it is in force."""

    kind: ClassVar[str] = "exchanges/agreement_answered"
    agreement_id: int
    side: str
    number: int
    approves: bool
    in_force: bool
    comment: str


@dataclass(frozen=True, slots=True)
class AgreementEnded(Message):
    """Another side ended the agreement."""

    kind: ClassVar[str] = "exchanges/agreement_ended"
    agreement_id: int
    side: str
    reason: str


@dataclass(frozen=True, slots=True)
class AgreementEnds(Message):
    """The last year that an agreement is about comes near; `ends` is the day after it, in ISO."""

    kind: ClassVar[str] = "exchanges/agreement_ends"
    agreement_id: int
    others: list[str]
    ends: str


@dataclass(frozen=True, slots=True)
class MailboxToConfirm(Message):
    """To the address itself: answers to an office come here once the link is followed."""

    kind: ClassVar[str] = "exchanges/mailbox_to_confirm"

    university: str
    by: str
    path: str
