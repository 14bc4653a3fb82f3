"""Everything accounts reads for others."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from app.accounts.models import CalendarAddress, RoleGrant, SessionRow, User
from app.foundation import clock
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.search.index import matching
from app.notifications.models import Task
from app.notifications.notify import Recipient
from app.organisations.models import Organisation, OrganisationDomain
from app.organisations.states import OrganisationState

PAGE = 50
SEARCHED_AS = "person"
FOUND_BY = "secretariat"


def digest(secret: str) -> str:
    """What is kept of a cookie or an address: reading the table lets nobody in."""
    return hashlib.sha256(secret.encode()).hexdigest()


def recipient(user: User) -> Recipient:
    return Recipient(user.email, user.locale, user.id, user.zone or None)


def person_with_address(address: str) -> Select[User]:
    """The account with this address; addresses are kept in small letters."""
    return select(User).where(User.email == address.strip().lower(), User.active.is_(True))


def people_with(role: Role, scope: Scope, scope_id: int | None) -> Select[User]:
    """Who has this role on this object today."""
    return (
        select(User)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role == role,
            RoleGrant.scope == scope,
            RoleGrant.scope_id.is_(None) if scope_id is None else RoleGrant.scope_id == scope_id,
            or_(RoleGrant.until.is_(None), RoleGrant.until > clock.now()),
            User.active.is_(True),
        )
        .order_by(User.sort_key, User.id)
    )


def has_office(session: Session, organisation_id: int, *roles: Role) -> bool:
    """Whether anybody who signs in holds one of these roles for a body today."""
    return any(
        session.scalar(
            people_with(role, Scope.ORGANISATION, organisation_id)
            .with_only_columns(User.id)
            .order_by(None)
            .limit(1)
        )
        for role in roles
    )


def signs_in_for(body_id: InstrumentedAttribute[int | None], *roles: Role) -> ColumnElement[bool]:
    """The same of the body that this column of another statement names."""
    return (
        select(RoleGrant.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.role.in_(roles),
            RoleGrant.scope == Scope.ORGANISATION,
            RoleGrant.scope_id == body_id,
            or_(RoleGrant.until.is_(None), RoleGrant.until > clock.now()),
            User.active.is_(True),
        )
        .correlate(body_id.class_)
        .exists()
    )


def left_tasks() -> ColumnElement[bool]:
    """Tasks of international offices in which nobody is any more: the secretariat sees them.

    A university that never had an office here is asked in other ways.
    """
    ever = (
        select(RoleGrant.id)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.role == Role.COORDINATOR,
            RoleGrant.scope == Scope.ORGANISATION,
            RoleGrant.scope_id == Task.scope_id,
        )
        .correlate(Task)
    )
    living = ever.where(_is_held(clock.now()))
    of_offices = and_(Task.role == Role.COORDINATOR, Task.scope == Scope.ORGANISATION)
    return and_(of_offices, ever.exists(), ~living.exists())


def empty_offices(session: Session, now: datetime) -> Sequence[Row[Any]]:
    """International offices in which nobody is any more.

    Rows of the university's id and name, the last role that was given there, when the last one
    ended (None where accounts were closed), and how many tasks wait.
    """
    held = func.sum(case((_is_held(now), 1), else_=0))
    left = (
        select(
            RoleGrant.scope_id.label("id"),
            func.max(RoleGrant.id).label("grant_id"),
            func.max(RoleGrant.until).label("ended_at"),
        )
        .join(User, User.id == RoleGrant.user_id)
        .where(RoleGrant.role == Role.COORDINATOR, RoleGrant.scope == Scope.ORGANISATION)
        .group_by(RoleGrant.scope_id)
        .having(held == 0)
        .subquery()
    )
    waiting = (
        select(func.count())
        .select_from(Task)
        .where(
            Task.role == Role.COORDINATOR,
            Task.scope == Scope.ORGANISATION,
            Task.scope_id == Organisation.id,
            Task.done_at.is_(None),
        )
        .correlate(Organisation)
        .scalar_subquery()
    )
    query = select(
        Organisation.id, Organisation.name, left.c.grant_id, left.c.ended_at, waiting.label("tasks")
    ).join(left, left.c.id == Organisation.id)
    return session.execute(query.order_by(Organisation.id)).all()


def _is_held(now: datetime) -> ColumnElement[bool]:
    """A role that has not ended, of a person whose account is open."""
    return and_(or_(RoleGrant.until.is_(None), RoleGrant.until > now), User.active.is_(True))


def person(actor: Actor) -> Select[User]:
    """The reader's own row."""
    return select(User).where(User.id == actor.user_id)


def person_with_passkeys(actor: Actor) -> Select[User]:
    return person(actor).options(selectinload(User.webauthn))


def sessions_of(actor: Actor) -> Select[SessionRow]:
    """The browsers in which the reader is signed in, the latest first."""
    return (
        select(SessionRow)
        .where(SessionRow.user_id == actor.user_id, SessionRow.expires_at > clock.now())
        .order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
        .limit(50)
    )


def calendar_address(actor: Actor) -> Select[CalendarAddress]:
    """The reader's own, if there is one."""
    return select(CalendarAddress).where(CalendarAddress.user_id == actor.user_id)


def owner_of_calendar(secret: str) -> Select[str]:
    """Whose calendar a secret opens: their `fs_uniquifier`."""
    return (
        select(User.fs_uniquifier)
        .join(CalendarAddress, CalendarAddress.user_id == User.id)
        .where(CalendarAddress.secret_hash == digest(secret))
    )


def person_with_profile(actor: Actor) -> Select[User]:
    return person(actor).options(
        selectinload(User.nationalities),
        selectinload(User.languages),
        selectinload(User.home_institution),
    )


def institution(organisation_id: int) -> Select[Organisation]:
    """A body that can be somebody's home; one that was merged or closed stays with who has it."""
    return select(Organisation).where(Organisation.id == organisation_id)


def institutions_of_address(email: str) -> Select[Organisation]:
    """Bodies whose mail domain the address is of: a hint, never a proof."""
    labels = email.rpartition("@")[2].casefold().split(".")
    domains = [".".join(labels[i:]) for i in range(max(0, len(labels) - 1))]
    return (
        select(Organisation)
        .join(OrganisationDomain)
        .where(
            OrganisationDomain.domain.in_(domains[:6]),
            Organisation.state == OrganisationState.ACTIVE,
        )
        .order_by(Organisation.sort_key, Organisation.id)
        .limit(6)
    )


def people_visible_to(actor: Actor) -> Select[User]:
    """Everybody, for the secretariat; nobody for others."""
    found = select(User)
    may = actor is SYSTEM or actor.holds(Role.SECRETARIAT, Scope.EVERYTHING, None)
    return found if may else found.where(User.id.is_(None))


def people_found(actor: Actor, text: str, after: tuple[str, int] | None) -> Select[User]:
    """A page of people in the order of their names, one more than a page; with their roles."""
    query = people_visible_to(actor).options(selectinload(User.grants))
    if text:
        ids = matching(None, SEARCHED_AS, text, audiences=(FOUND_BY,))
        query = query.where(User.id.in_(ids))
    if after is not None:
        query = query.where(tuple_(User.sort_key, User.id) > tuple_(*after))
    return query.order_by(User.sort_key, User.id).limit(PAGE + 1)


def person_to_manage(actor: Actor, person_id: int) -> Select[User]:
    return people_visible_to(actor).where(User.id == person_id).options(selectinload(User.grants))


def organisations_by_id(ids: set[int]) -> Select[Organisation]:
    return select(Organisation).where(Organisation.id.in_(sorted(ids)[:200]))
