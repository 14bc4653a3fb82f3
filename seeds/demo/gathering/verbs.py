"""What people of a group do: convene, join, meet, write, comment and answer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.foundation.actors import Actor, Scope
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.working_groups import queries
from app.working_groups.models import GroupDocument, GroupMembership, WorkingGroup
from app.working_groups.operations import (
    MeetingTerms,
    answer_comment,
    answer_invitation,
    begin_document,
    convene_group,
    invite_person,
    make_comment,
    open_for_comment,
    plan_group_meeting,
    put_forward,
    write_document,
    write_group,
    write_minutes,
)
from app.working_groups.operations.commenting import Said
from app.working_groups.states import Audience, Disposition, MemberRole
from seeds.demo.gathering.words import Texts
from seeds.demo.stage import Company


def days_before(now: datetime) -> Callable[[int], datetime]:
    return lambda days: now - timedelta(days=days)


def convene(
    company: Company, staff: str, centre: int, texts: Texts, now: datetime, **values: Any
) -> int:
    """In the language that is written first, and then in the others."""
    at = now - timedelta(days=200)
    (locale, (name, mandate)), *others = texts.items()
    with company.acts(staff, at) as work:
        group = convene_group(
            work,
            work.session.get_one(Organisation, centre),
            locale=locale,
            name=name,
            mandate=mandate,
            starts_on=at.date(),
            ends_on=(at + timedelta(days=730)).date(),
            **values,
        )
        group_id = group.id
    for code, (name, mandate) in others:
        with company.acts(staff, at + timedelta(hours=1)) as work:
            write_group(work, group_called(work, group_id), locale=code, name=name, mandate=mandate)
    return group_id


def group_called(work: Work, group_id: int) -> WorkingGroup:
    return work.find(queries.group_with_all(work.actor, group_id=group_id))


def do_in(
    company: Company, who: str, group_id: int, do: Callable[..., Any], at: datetime, **named: Any
) -> None:
    with company.acts(who, at) as work:
        do(work, group_called(work, group_id), **named)


def join_group(
    company: Company, staff: str, group_id: int, *, who: str, role: MemberRole, at: datetime
) -> None:
    """Asked one day, they join the next, speaking for the body that they work for."""
    with company.acts(staff, at) as work:
        person = work.session.get_one(User, company.by_address[who])
        membership = invite_person(work, group_called(work, group_id), person, role=role).id
    with company.acts(who, at + timedelta(days=1)) as work:
        found = select(GroupMembership).where(GroupMembership.id == membership)
        group = group_called(work, group_id)
        answer_invitation(
            work,
            group,
            work.session.scalars(found).one(),
            accepts=True,
            speaks_for=_body_of(work.actor),
        )


def _body_of(actor: Actor) -> int | None:
    """The body that they have a role for, else their home institution."""
    held = [g.scope_id for g in actor.grants if g.scope is Scope.ORGANISATION and g.scope_id]
    return min(held, default=actor.organisation_id)


def hold_meeting(
    company: Company,
    who: str,
    group_id: int,
    now: datetime,
    *,
    days: int,
    title: str,
    agenda: str = "",
    minutes: str = "",
    audience: Audience | None = None,
) -> None:
    day = (now + timedelta(days=days)).date()
    terms = MeetingTerms(
        title=title,
        starts_wall=f"{day}T14:00",
        ends_wall=f"{day}T15:30",
        zone="Asia/Singapore",
        join_url="https://meet.demo.example.org/group",
        agenda=agenda,
    )
    with company.acts(who, min(now, now + timedelta(days=days - 15))) as work:
        meeting_id = plan_group_meeting(work, group_called(work, group_id), terms).id
    if minutes:
        with company.acts(who, now + timedelta(days=days + 3)) as work:
            meeting = work.find(queries.meeting_to_change(work.actor, meeting_id))
            write_minutes(work, meeting, minutes=minutes, audience=audience)


def begin_draft(
    company: Company, who: str, group_id: int, said: tuple[str, str], at: datetime
) -> int:
    """Begun with its scope, written on, and put forward."""
    title, text = said
    scope = "\n\n".join(text.split("\n\n")[:2])
    with company.acts(who, at) as work:
        group = group_called(work, group_id)
        document_id = begin_document(work, group, locale="en", title=title, text=scope).id
    do_on(company, who, document_id, write_document, at + timedelta(days=1), title=title, text=text)
    do_on(company, who, document_id, put_forward, at + timedelta(days=2))
    return document_id


def _document(work: Work, document_id: int) -> GroupDocument:
    return work.find(queries.document_with_all(work.actor, document_id=document_id))


def do_on(
    company: Company, who: str, document_id: int, do: Callable[..., Any], at: datetime, **named: Any
) -> None:
    with company.acts(who, at) as work:
        do(work, _document(work, document_id), **named)


def open_until(
    company: Company, who: str, document_id: int, at: datetime, *, until: datetime
) -> None:
    closes = f"{until.date()}T23:59"
    do_on(
        company, who, document_id, open_for_comment, at, closes_wall=closes, zone="Asia/Singapore"
    )


def say_of(company: Company, who: str, document_id: int, said: Said, at: datetime) -> int:
    with company.acts(who, at) as work:
        said = replace(said, speaks_for=_body_of(work.actor))
        made = make_comment(work, _document(work, document_id), said)
        work.session.flush()
        return made.id


def answer_said(
    company: Company, who: str, comment_id: int, at: datetime, *, outcome: Disposition, answer: str
) -> None:
    with company.acts(who, at) as work:
        comment = work.find(queries.comment_to_answer(work.actor, comment_id))
        answer_comment(work, comment, disposition=outcome, answer=answer)
