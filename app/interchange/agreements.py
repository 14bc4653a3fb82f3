"""Learning agreements as Erasmus Without Paper writes them, and the answers to them.

The formats: `omobility-las` of https://github.com/erasmus-without-paper, get response and update
request (stable-v2, whose namespace still says v1). Nothing is sent to that network here: the files
are given out and taken in by people. Telephone numbers are read past.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from app.interchange.reading import Node, Reason, root_of
from app.interchange.writing import add, add_if, add_in, root, written

_EWP = "https://github.com/erasmus-without-paper/ewp-specs-"
NAMESPACE = _EWP + "api-omobility-las/blob/stable-v1/endpoints/get-response.xsd"
UPDATE_NAMESPACE = _EWP + "api-omobility-las/blob/stable-v1/endpoints/update-request.xsd"
TERM_NAMESPACE = _EWP + "types-academic-term/tree/stable-v2"
_SCHEMA = "ewp/omobility-las-get-response.xsd"
_UPDATE_SCHEMA = "ewp/omobility-las-update-request.xsd"


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


def write_agreements(agreements: Iterable[LearningAgreement]) -> bytes:
    """The file, as XML; `Unreadable` where an agreement holds what the format cannot say."""
    response = root(NAMESPACE, "omobility-las-get-response", trm=TERM_NAMESPACE)
    for agreement in agreements:
        _write_agreement(add(response, "la"), agreement)
    return written(response, _SCHEMA)


def read_agreements(data: bytes) -> tuple[LearningAgreement, ...]:
    """What a file says; `Unreadable` with every reason where it may not or cannot be read."""
    response = Node(root_of(data, NAMESPACE, "omobility-las-get-response", _SCHEMA))
    return tuple(map(_agreement, response.all("la")))


def write_update(update: Approval | Comment) -> bytes:
    request = root(UPDATE_NAMESPACE, "omobility-las-update-request", la=NAMESPACE)
    add(request, "sending-hei-id", update.sending_hei_id)
    commented = isinstance(update, Comment)
    element = add(request, "comment-proposal-v1" if commented else "approve-proposal-v1")
    add(element, "omobility-id", update.omobility_id)
    add(element, "changes-proposal-id", update.proposal_id)
    if isinstance(update, Comment):
        add(element, "comment", update.comment)
    _write_signature(add(element, "signature"), update.signature)
    return written(request, _UPDATE_SCHEMA)


def read_update(data: bytes) -> Approval | Comment:
    request = Node(root_of(data, UPDATE_NAMESPACE, "omobility-las-update-request", _UPDATE_SCHEMA))
    sender = request.say("sending-hei-id")
    approved = request.one("approve-proposal-v1")
    if approved:
        return Approval(sender, *_about(approved))
    commented = request.child("comment-proposal-v1")
    return Comment(sender, *_about(commented), commented.say("comment"))


def _about(node: Node) -> tuple[str, str, Signature]:
    return (
        node.say("omobility-id"),
        node.say("changes-proposal-id"),
        _signature(node.child("signature")),
    )


def _write_agreement(element: Any, one: LearningAgreement) -> None:
    add(element, "omobility-id", one.omobility_id)
    _write_institution(add(element, "sending-hei"), one.sending)
    _write_institution(add(element, "receiving-hei"), one.receiving)
    add(element, "receiving-academic-year-id", one.year)
    _write_student(add(element, "student"), one.student)
    _write_day(element, "start", one.start)
    _write_day(element, "end", one.end)
    add(element, "eqf-level-studied-at-departure", one.eqf_level)
    add(element, "isced-f-code", one.isced)
    add_if(element, "isced-clarification", one.isced_clarification)
    skill = add(element, "student-language-skill")
    add(skill, "language", one.language)
    add(skill, "cefr-level", one.cefr_level)
    if one.first_version:
        _write_tables(add(element, "first-version"), one.first_version)
    if one.approved_changes:
        _write_tables(add(element, "approved-changes"), one.approved_changes)
    if one.proposal:
        proposal = add(element, "changes-proposal", id=one.proposal.id)
        _write_tables(proposal, one.proposal.tables)
        if one.proposal.student:
            _write_student(add(proposal, "student"), one.proposal.student)
    add_if(element, "learning-outcomes-url", one.outcomes_url)
    add_if(element, "provisions-url", one.provisions_url)


def _agreement(node: Node) -> LearningAgreement:
    first, changed = node.one("first-version"), node.one("approved-changes")
    proposal = node.one("changes-proposal")
    skill = node.child("student-language-skill")
    return LearningAgreement(
        omobility_id=node.say("omobility-id"),
        sending=_institution(node.child("sending-hei")),
        receiving=_institution(node.child("receiving-hei")),
        year=node.say("receiving-academic-year-id"),
        student=_student(node.child("student")),
        start=_day(node, "start"),
        end=_day(node, "end"),
        eqf_level=int(node.say("eqf-level-studied-at-departure")),
        isced=node.say("isced-f-code"),
        language=skill.say("language"),
        cefr_level=skill.say("cefr-level"),
        isced_clarification=node.say("isced-clarification"),
        first_version=_tables(first) if first else None,
        approved_changes=_tables(changed) if changed else None,
        proposal=_proposal(proposal) if proposal else None,
        outcomes_url=node.say("learning-outcomes-url"),
        provisions_url=node.say("provisions-url"),
    )


def _proposal(node: Node) -> Proposal:
    student = node.one("student")
    return Proposal(node.attribute("id"), _tables(node), _student(student) if student else None)


def _write_day(element: Any, name: str, when: date | Month) -> None:
    if isinstance(when, Month):
        add(element, f"{name}-year-month", f"{when.year:04d}-{when.month:02d}")
    else:
        add(element, f"{name}-date", when)


def _day(node: Node, name: str) -> date | Month:
    found = node.one(f"{name}-date")
    if found:
        return found.day
    return Month(*node.child(f"{name}-year-month").month)


def _write_institution(element: Any, one: Institution) -> None:
    add(element, "hei-id", one.hei_id)
    add_if(element, "ounit-name", one.unit_name)
    add_if(element, "ounit-id", one.unit_id)
    contact = add(element, "contact-person")
    add(contact, "given-names", one.contact.given_names)
    add(contact, "family-name", one.contact.family_name)
    add(contact, "email", one.contact.email)


def _institution(node: Node) -> Institution:
    contact = node.child("contact-person")
    return Institution(
        node.say("hei-id"),
        Contact(contact.say("given-names"), contact.say("family-name"), contact.say("email")),
        node.say("ounit-name"),
        node.say("ounit-id"),
    )


def _write_student(element: Any, one: Student) -> None:
    add_if(element, "given-names", one.given_names)
    add_if(element, "family-name", one.family_name)
    add_if(element, "global-id", one.global_id)
    add_if(element, "birth-date", one.born_on)
    add_if(element, "citizenship", one.citizenship)
    add_if(element, "gender", one.gender)
    add_if(element, "email", one.email)


def _student(node: Node) -> Student:
    born, gender = node.one("birth-date"), node.say("gender")
    return Student(
        node.say("given-names"),
        node.say("family-name"),
        node.say("global-id"),
        born.day if born else None,
        node.say("citizenship"),
        int(gender) if gender else None,
        node.say("email"),
    )


# The tables in the order of the format, and what it calls them.
_TABLES = {
    "studied": "components-studied",
    "recognised": "components-recognized",
    "virtual": "virtual-components",
    "blended": "blended-mobility-components",
    "doctoral": "short-term-doctoral-components",
}


def _write_tables(element: Any, tables: Tables) -> None:
    for ours, name in _TABLES.items():
        components: tuple[Component, ...] = getattr(tables, ours)
        if components:
            table = add(element, name)
            for component in components:
                _write_component(table, component)
    _write_signature(add(element, "student-signature"), tables.student_signature)
    _write_signature(add(element, "sending-hei-signature"), tables.sending_signature)
    if tables.receiving_signature:
        _write_signature(add(element, "receiving-hei-signature"), tables.receiving_signature)


def _tables(node: Node) -> Tables:
    received = node.one("receiving-hei-signature")
    found = {ours: node.one(name) for ours, name in _TABLES.items()}
    return Tables(
        _signature(node.child("student-signature")),
        _signature(node.child("sending-hei-signature")),
        _signature(received) if received else None,
        **{
            ours: tuple(map(_component, table.all("component")))
            for ours, table in found.items()
            if table
        },
    )


def _write_component(table: Any, one: Component) -> None:
    element = add(
        table,
        "component",
        status=one.change or "",
        reason_code=one.reason or "",
        reason_text=one.reason_text,
    )
    add_if(element, "los-id", one.los_id)
    add_if(element, "los-code", one.code)
    add(element, "title", one.title)
    add_if(element, "loi-id", one.loi_id)
    if one.term:
        term = add(element, "term-id")
        add_in(TERM_NAMESPACE, term, "term-number", one.term.number)
        add_in(TERM_NAMESPACE, term, "total-terms", one.term.of)
    for credit in one.credits:
        given = add(element, "credit")
        add(given, "scheme", credit.scheme)
        add(given, "value", credit.value)
    add_if(element, "recognition-conditions", one.conditions)
    add_if(element, "short-description", one.description)


def _component(node: Node) -> Component:
    term = node.one("term-id")
    change, reason = node.attribute("status"), node.attribute("reason-code")
    try:
        return Component(
            title=node.say("title"),
            code=node.say("los-code"),
            term=_term(term) if term else None,
            credits=tuple(
                Credit(one.say("scheme"), one.child("value").number) for one in node.all("credit")
            ),
            conditions=node.say("recognition-conditions"),
            description=node.say("short-description"),
            los_id=node.say("los-id"),
            loi_id=node.say("loi-id"),
            change=Change(change) if change else None,
            reason=ChangeReason(reason) if reason else None,
            reason_text=node.attribute("reason-text"),
        )
    except ValueError:
        node.refuse(Reason.CONTRADICTS, reason)


def _term(node: Node) -> TermId:
    number, of = (node.child(name, TERM_NAMESPACE) for name in ("term-number", "total-terms"))
    return TermId(int(number.number), int(of.number))


def _write_signature(element: Any, one: Signature) -> None:
    # In an answer the signature is of the answer's format and what it says of the agreement's.
    for name, value in (
        ("signer-name", one.name),
        ("signer-position", one.position),
        ("signer-email", one.email),
        ("timestamp", one.at),
        ("signer-app", one.app),
    ):
        if value:
            add_in(NAMESPACE, element, name, value)


def _signature(node: Node) -> Signature:
    return Signature(
        node.child("timestamp", NAMESPACE).moment,
        node.say("signer-name", NAMESPACE),
        node.say("signer-position", NAMESPACE),
        node.say("signer-email", NAMESPACE),
        node.say("signer-app", NAMESPACE),
    )
