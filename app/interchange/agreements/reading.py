"""Learning agreements and answers to them, read from XML."""

from datetime import date

from app.interchange.agreements.contents import (
    Approval,
    Change,
    ChangeReason,
    Comment,
    Component,
    Contact,
    Credit,
    Institution,
    LearningAgreement,
    Month,
    Proposal,
    Signature,
    Student,
    Tables,
    TermId,
)
from app.interchange.agreements.formats import (
    NAMESPACE,
    SCHEMA,
    TABLES,
    TERM_NAMESPACE,
    UPDATE_NAMESPACE,
    UPDATE_SCHEMA,
)
from app.interchange.reading import Node, Reason, root_of


def read_agreements(data: bytes) -> tuple[LearningAgreement, ...]:
    """What a file says; `Unreadable` with every reason where it may not or cannot be read."""
    response = Node(root_of(data, NAMESPACE, "omobility-las-get-response", SCHEMA))
    return tuple(map(_agreement, response.all("la")))


def read_update(data: bytes) -> Approval | Comment:
    request = Node(root_of(data, UPDATE_NAMESPACE, "omobility-las-update-request", UPDATE_SCHEMA))
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


def _day(node: Node, name: str) -> date | Month:
    found = node.one(f"{name}-date")
    if found:
        return found.day
    return Month(*node.child(f"{name}-year-month").month)


def _institution(node: Node) -> Institution:
    contact = node.child("contact-person")
    return Institution(
        node.say("hei-id"),
        Contact(contact.say("given-names"), contact.say("family-name"), contact.say("email")),
        node.say("ounit-name"),
        node.say("ounit-id"),
    )


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


def _tables(node: Node) -> Tables:
    received = node.one("receiving-hei-signature")
    found = {ours: node.one(name) for ours, name in TABLES.items()}
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


def _signature(node: Node) -> Signature:
    return Signature(
        node.child("timestamp", NAMESPACE).moment,
        node.say("signer-name", NAMESPACE),
        node.say("signer-position", NAMESPACE),
        node.say("signer-email", NAMESPACE),
        node.say("signer-app", NAMESPACE),
    )
