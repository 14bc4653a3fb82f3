"""Learning agreements and answers to them, written as XML."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from app.interchange.agreements.contents import (
    Approval,
    Comment,
    Component,
    Institution,
    LearningAgreement,
    Month,
    Signature,
    Student,
    Tables,
)
from app.interchange.agreements.formats import (
    NAMESPACE,
    SCHEMA,
    TABLES,
    TERM_NAMESPACE,
    UPDATE_NAMESPACE,
    UPDATE_SCHEMA,
)
from app.interchange.writing import add, add_if, add_in, root, written


def write_agreements(agreements: Iterable[LearningAgreement]) -> bytes:
    """The file, as XML; `Unreadable` where an agreement holds what the format cannot say."""
    response = root(NAMESPACE, "omobility-las-get-response", trm=TERM_NAMESPACE)
    for agreement in agreements:
        _write_agreement(add(response, "la"), agreement)
    return written(response, SCHEMA)


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
    return written(request, UPDATE_SCHEMA)


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


def _write_day(element: Any, name: str, when: date | Month) -> None:
    if isinstance(when, Month):
        add(element, f"{name}-year-month", f"{when.year:04d}-{when.month:02d}")
    else:
        add(element, f"{name}-date", when)


def _write_institution(element: Any, one: Institution) -> None:
    add(element, "hei-id", one.hei_id)
    add_if(element, "ounit-name", one.unit_name)
    add_if(element, "ounit-id", one.unit_id)
    contact = add(element, "contact-person")
    add(contact, "given-names", one.contact.given_names)
    add(contact, "family-name", one.contact.family_name)
    add(contact, "email", one.contact.email)


def _write_student(element: Any, one: Student) -> None:
    add_if(element, "given-names", one.given_names)
    add_if(element, "family-name", one.family_name)
    add_if(element, "global-id", one.global_id)
    add_if(element, "birth-date", one.born_on)
    add_if(element, "citizenship", one.citizenship)
    add_if(element, "gender", one.gender)
    add_if(element, "email", one.email)


def _write_tables(element: Any, tables: Tables) -> None:
    for ours, name in TABLES.items():
        components: tuple[Component, ...] = getattr(tables, ours)
        if components:
            table = add(element, name)
            for component in components:
                _write_component(table, component)
    _write_signature(add(element, "student-signature"), tables.student_signature)
    _write_signature(add(element, "sending-hei-signature"), tables.sending_signature)
    if tables.receiving_signature:
        _write_signature(add(element, "receiving-hei-signature"), tables.receiving_signature)


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
