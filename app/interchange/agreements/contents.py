"""What a learning agreement, or an answer to one, says."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class Month(NamedTuple):
    """A month of a year, where the day is not known."""

    year: int
    month: int


class TermId(NamedTuple):
    """Which of how many terms of an academic year: the first of two."""

    number: int
    of: int


class Change(StrEnum):
    INSERTED = "inserted"
    DELETED = "deleted"


class ChangeReason(StrEnum):
    NOT_AVAILABLE = "not-available"
    LANGUAGE_MISMATCH = "language-mismatch"
    TIMETABLE_CONFLICT = "timetable-conflict"
    SUBSTITUTING_DELETED = "substituting-deleted"
    EXTENDING_MOBILITY = "extending-mobility"
    ADDING_VIRTUAL_COMPONENT = "adding-virtual-component"


# Which reason goes with which change: the schema's words say it, its types do not.
REASONS = {
    Change.DELETED: frozenset(
        {
            ChangeReason.NOT_AVAILABLE,
            ChangeReason.LANGUAGE_MISMATCH,
            ChangeReason.TIMETABLE_CONFLICT,
        }
    ),
    Change.INSERTED: frozenset(
        {
            ChangeReason.SUBSTITUTING_DELETED,
            ChangeReason.EXTENDING_MOBILITY,
            ChangeReason.ADDING_VIRTUAL_COMPONENT,
        }
    ),
}


@dataclass(frozen=True, slots=True)
class Contact:
    given_names: str
    family_name: str
    email: str


@dataclass(frozen=True, slots=True)
class Institution:
    hei_id: str
    contact: Contact
    unit_name: str = ""
    unit_id: str = ""


@dataclass(frozen=True, slots=True)
class Student:
    """`gender` by ISO 5218: 0, 1, 2 or 9."""

    given_names: str = ""
    family_name: str = ""
    global_id: str = ""
    born_on: date | None = None
    citizenship: str = ""
    gender: int | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class Credit:
    scheme: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Component:
    """A course: studied abroad (table A), recognised at home (B) or online (C).

    `change` only in changes to a first version; a reason goes with the change it is for, or the
    component is refused with ValueError.
    """

    title: str
    code: str = ""
    term: TermId | None = None
    credits: tuple[Credit, ...] = ()
    conditions: str = ""
    description: str = ""
    los_id: str = ""
    loi_id: str = ""
    change: Change | None = None
    reason: ChangeReason | None = None
    reason_text: str = ""

    def __post_init__(self) -> None:
        if self.reason and (self.change is None or self.reason not in REASONS[self.change]):
            raise ValueError("this reason is not for this change")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who agreed, when; students sign without a name, universities with one."""

    at: datetime
    name: str = ""
    position: str = ""
    email: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """What is studied, recognised and taken online, and who signed it."""

    student_signature: Signature
    sending_signature: Signature
    receiving_signature: Signature | None = None
    studied: tuple[Component, ...] = ()
    recognised: tuple[Component, ...] = ()
    virtual: tuple[Component, ...] = ()
    blended: tuple[Component, ...] = ()
    doctoral: tuple[Component, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that not everybody has signed; the student's own data where they change."""

    id: str
    tables: Tables
    student: Student | None = None


@dataclass(frozen=True, slots=True)
class LearningAgreement:
    """`year` as 2026/2027, `eqf_level` 1 to 8, `isced` a field of ISCED-F, `cefr_level` or NS."""

    omobility_id: str
    sending: Institution
    receiving: Institution
    year: str
    student: Student
    start: date | Month
    end: date | Month
    eqf_level: int
    isced: str
    language: str
    cefr_level: str
    isced_clarification: str = ""
    first_version: Tables | None = None
    approved_changes: Tables | None = None
    proposal: Proposal | None = None
    outcomes_url: str = ""
    provisions_url: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """The receiving university agrees to a proposal."""

    sending_hei_id: str
    omobility_id: str
    proposal_id: str
    signature: Signature


@dataclass(frozen=True, slots=True)
class Comment:
    """The receiving university does not agree, and says why."""

    sending_hei_id: str
    omobility_id: str
    proposal_id: str
    signature: Signature
    comment: str
