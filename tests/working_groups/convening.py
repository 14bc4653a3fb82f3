"""Centres, people, and working groups that they run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.foundation.actors import Actor, Role, Scope
from app.foundation.database import db
from app.foundation.work import Work, unit_of_work
from app.organisations.models import Organisation
from app.working_groups import operations as verbs
from app.working_groups import queries
from app.working_groups.models import (
    GroupComment,
    GroupDocument,
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
)
from app.working_groups.operations.commenting import Said
from app.working_groups.states import CommentKind, Joining, MemberRole
from tests import make

TEXT = "# Scope\n\nThis is for models of Khmer.\n\nEvery model is tested by people who read Khmer."


@dataclass(frozen=True)
class Centre:
    id: int
    actor: Actor


def centre(code: str = "SG") -> Centre:
    found = make.organisation(code=code, is_centre=True)
    person = make.person(f"STAFF {found.ref}", nationality=code)
    make.grant(person, Role.CENTRE, Scope.ORGANISATION, found.id)
    return Centre(found.id, make.actor(person))


def somebody(name: str = "", body: int | None = None) -> Actor:
    person = make.person(name)
    person.home_institution_id = body
    db.session.commit()
    return make.actor(person)


def convened(at: Centre, acronym: str = "KLE", **values: Any) -> int:
    with unit_of_work(at.actor, now=make.NOW) as work:
        body = work.session.get_one(Organisation, at.id)
        said = {
            "locale": "en",
            "name": "Evaluation of Khmer language models",
            "mandate": "To say how they are tested.",
            "acronym": acronym,
            "joining": Joining.REQUEST,
            **values,
        }
        return verbs.convene_group(work, body, **said).id


def in_group(
    actor: Actor, group_id: int, do: Callable[..., Any], *values: Any, **named: Any
) -> Any:
    """`do` on the group as the actor finds it; an id among `values` is one of a membership."""
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        group = work.find(queries.group_with_all(actor, group_id=group_id))
        found = [_member(group, v) if isinstance(v, int) else v for v in values]
        return do(work, group, *found, **named)


def _member(group: WorkingGroup, membership_id: int) -> GroupMembership:
    return next(one for one in group.memberships if one.id == membership_id)


def invited(by: Actor, group_id: int, person: Actor, role: MemberRole = MemberRole.MEMBER) -> int:
    def invite(work: Work, group: WorkingGroup) -> int:
        asked = work.session.get_one(User, person.user_id)
        return verbs.invite_person(work, group, asked, role=role).id

    return in_group(by, group_id, invite)


def joined(by: Actor, group_id: int, person: Actor, role: MemberRole = MemberRole.MEMBER) -> int:
    found = invited(by, group_id, person, role)
    in_group(person, group_id, verbs.answer_invitation, found, accepts=True)
    return found


def running(at: Centre, chair: Actor, **values: Any) -> int:
    """A group at work, with one chair."""
    group_id = convened(at, **values)
    joined(at.actor, group_id, chair, MemberRole.CHAIR)
    in_group(at.actor, group_id, verbs.begin_group)
    return group_id


def drafted(actor: Actor, group_id: int, text: str = TEXT) -> int:
    said = {"locale": "en", "title": "Testing Khmer language models", "text": text}
    return in_group(actor, group_id, verbs.begin_document, **said).id


def on_document(actor: Actor, document_id: int, do: Any, *values: Any, **named: Any) -> Any:
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        document = work.find(queries.document_with_all(actor, document_id=document_id))
        return do(work, document, *values, **named)


UNTIL = {"closes_wall": "2027-02-05T23:59", "zone": "Asia/Singapore"}
AFTER = make.NOW + timedelta(days=60)


def opened(actor: Actor, group_id: int) -> int:
    """A document whose first version everybody may comment on until 5 February."""
    document_id = drafted(actor, group_id)
    on_document(actor, document_id, verbs.put_forward)
    on_document(actor, document_id, verbs.open_for_comment, **UNTIL)
    return document_id


def commented(actor: Actor, document_id: int, clause: int = 2, **named: Any) -> int:
    said = Said(clause=clause, kind=CommentKind.TECHNICAL, comment="Which models?", proposal="All.")
    return on_document(actor, document_id, verbs.make_comment, said, **named).id


def answered(
    actor: Actor, comment_id: int, disposition: Any, answer: str = "", **named: Any
) -> None:
    with unit_of_work(actor, now=named.pop("now", AFTER)) as work:
        comment = work.find(queries.comment_to_answer(actor, comment_id))
        verbs.answer_comment(work, comment, disposition=disposition, answer=answer)


def met(actor: Actor, group_id: int, **terms: Any) -> int:
    said = {
        "title": "First meeting",
        "starts_wall": "2027-01-20T10:00",
        "ends_wall": "2027-01-20T11:30",
        "zone": "Asia/Singapore",
        "join_url": "https://meet.example.org/kle",
        **terms,
    }
    return in_group(actor, group_id, verbs.plan_group_meeting, verbs.MeetingTerms(**said)).id


def at_meeting(actor: Actor, meeting_id: int, do: Any, *values: Any, **named: Any) -> None:
    with unit_of_work(actor, now=named.pop("now", make.NOW)) as work:
        meeting = work.find(queries.meeting_to_change(actor, meeting_id))
        do(work, meeting, *values, **named)


def kept(kind: type[Any], row_id: int) -> Any:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(kind, row_id)


def rows(kind: type[Any]) -> list[Any]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(kind).order_by(kind.id)))
