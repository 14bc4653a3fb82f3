"""Everything group visits read: a function returns a Select or a plain value, never writes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.applications.models import Application, ApplicationCount
from app.applications.queries import applications_visible_to
from app.applications.states import IN_PROGRESS
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity, Programme
from app.opportunities.queries import programmes_of, title_in
from app.opportunities.states import Kind, OpportunityState
from app.organisations.models import Country, Organisation
from app.organisations.queries import country_codes
from app.visits.models import VisitCall, VisitGroup, VisitPerson
from app.visits.states import COMES, HOLDS, HOST_ROLES, GroupState, Part

MOST_LISTED = 200


def hosts_of(actor: Actor) -> list[int]:
    """The institutions for which the actor may receive a group."""
    return sorted({one for role in HOST_ROLES for one in actor.scopes(role, Scope.ORGANISATION)})


def own_hosts(actor: Actor) -> Select[Organisation]:
    return (
        select(Organisation)
        .where(Organisation.id.in_(hosts_of(actor)))
        .order_by(Organisation.sort_key, Organisation.id)
    )


def own_programmes(actor: Actor) -> Select[Programme]:
    """The programmes that the actor manages, by name."""
    return (
        select(Programme)
        .where(Programme.id.in_(programmes_of(actor, Role.MANAGER)))
        .options(joinedload(Programme.organisation, innerjoin=True))
        .order_by(Programme.name, Programme.id)
    )


def own_programme(actor: Actor, programme_id: int) -> Select[Programme]:
    return own_programmes(actor).where(Programme.id == programme_id)


# --- calls


def calls_visible_to(actor: Actor) -> Select[VisitCall]:
    """All that was published, and what one's own programmes are preparing."""
    if actor.is_a(Role.SECRETARIAT):
        return select(VisitCall)
    own = VisitCall.programme_id.in_(programmes_of(actor, Role.MANAGER, Role.APPROVER))
    return select(VisitCall).where(or_(VisitCall.published_at.is_not(None), own))


def _whole(query: Select[VisitCall]) -> Select[VisitCall]:
    return query.options(
        selectinload(VisitCall.texts),
        joinedload(VisitCall.organisation, innerjoin=True),
        joinedload(VisitCall.programme),
    )


def call_by_ref(actor: Actor, ref: str) -> Select[VisitCall]:
    return _whole(calls_visible_to(actor)).where(VisitCall.ref == ref)


def call_by_id(actor: Actor, call_id: int) -> Select[VisitCall]:
    return _whole(calls_visible_to(actor)).where(VisitCall.id == call_id)


def call_to_change(actor: Actor, call_id: int) -> Select[VisitCall]:
    """One of the programmes that the actor manages, with what its pages show."""
    own = programmes_of(actor, Role.MANAGER)
    return _whole(select(VisitCall).where(VisitCall.id == call_id, VisitCall.programme_id.in_(own)))


def call_of_office(actor: Actor, call_id: int) -> Select[VisitCall]:
    """The same for whoever is in the office of its programme, and the secretariat."""
    query = select(VisitCall).where(VisitCall.id == call_id)
    if not actor.is_a(Role.SECRETARIAT):
        own = programmes_of(actor, Role.MANAGER, Role.APPROVER)
        query = query.where(VisitCall.programme_id.in_(own))
    return _whole(query)


def call_held(call_id: int) -> Select[VisitCall]:
    """The call, locked and read anew: the first thing that every verb about groups does."""
    return (
        select(VisitCall)
        .where(VisitCall.id == call_id)
        .options(joinedload(VisitCall.organisation, innerjoin=True))
        .with_for_update(of=VisitCall)
        .execution_options(populate_existing=True)
    )


def calls_past_deadline(now: datetime) -> Select[VisitCall]:
    return (
        select(VisitCall)
        .where(VisitCall.state == OpportunityState.PUBLISHED, VisitCall.closes_at < now)
        .order_by(VisitCall.closes_at, VisitCall.id)
    )


def calls_of(session: Session, programmes: Sequence[int], locale: str) -> Sequence[Row[Any]]:
    """What these programmes call for, the newest first, with what waits. One statement."""
    call = VisitCall.__table__
    waiting = (
        select(func.coalesce(func.sum(ApplicationCount.number), 0))
        .where(
            ApplicationCount.opportunity_id == Opportunity.id,
            ApplicationCount.country_code == "",
            ApplicationCount.state.in_(IN_PROGRESS),
        )
        .correlate(Opportunity)
        .scalar_subquery()
    )
    held = (
        select(func.count(VisitGroup.id))
        .where(VisitGroup.call_id == Opportunity.id, VisitGroup.state.in_(HOLDS))
        .correlate(Opportunity)
        .scalar_subquery()
    )
    query = (
        select(
            Opportunity.id,
            Opportunity.ref,
            Opportunity.state,
            Opportunity.programme_id,
            Programme.name.label("programme"),
            call.c.groups,
            call.c.most_people,
            waiting.label("waiting"),
            held.label("held"),
            *title_in(locale),
        )
        .join(call, call.c.id == Opportunity.id)
        .join(Programme, Programme.id == Opportunity.programme_id)
        .where(Opportunity.kind == Kind.VISIT, Opportunity.programme_id.in_(programmes))
        .order_by(Opportunity.id.desc())
        .limit(MOST_LISTED)
    )
    return session.execute(query).all()


# --- groups


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """Of one's own application or institution; or sent, for the office. Joined with both."""
    mine = or_(Application.applicant_id == actor.user_id, VisitGroup.host_id.in_(hosts_of(actor)))
    sent = Application.submitted_at.is_not(None)
    if actor.is_a(Role.SECRETARIAT):
        return or_(mine, sent)
    own = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    return or_(mine, and_(sent, VisitCall.programme_id.in_(own)))


def groups_visible_to(actor: Actor) -> Select[VisitGroup]:
    """Those of one's own institution, and those that one's office has received."""
    return (
        select(VisitGroup)
        .join(VisitGroup.application)
        .join(VisitGroup.call)
        .options(contains_eager(VisitGroup.application), contains_eager(VisitGroup.call))
        .where(_seen_by(actor))
    )


def group_with_all(actor: Actor, group_id: int) -> Select[VisitGroup]:
    """One that the actor may see, with what its page and its verbs read."""
    call = contains_eager(VisitGroup.call)
    return (
        groups_visible_to(actor)
        .where(VisitGroup.id == group_id)
        .options(
            call.joinedload(VisitCall.organisation, innerjoin=True),
            call.selectinload(VisitCall.texts),
            joinedload(VisitGroup.host, innerjoin=True),
            selectinload(VisitGroup.plan),
            selectinload(VisitGroup.people),
            joinedload(VisitGroup.report),
        )
        .execution_options(populate_existing=True)
    )


def group_of_application(application_id: int) -> Select[int]:
    return select(VisitGroup.id).where(VisitGroup.application_id == application_id)


def own_application(actor: Actor, application_id: int) -> Select[Application]:
    """The actor's own application for a group visit."""
    return applications_visible_to(actor).where(
        Application.id == application_id,
        Application.applicant_id == actor.user_id,
        Opportunity.kind == Kind.VISIT,
    )


def visit_application(actor: Actor, application_id: int) -> Select[Application]:
    """One that the actor may see, whoever applied."""
    return applications_visible_to(actor).where(
        Application.id == application_id, Opportunity.kind == Kind.VISIT
    )


def application_held(application_id: int) -> Select[Application]:
    return (
        select(Application)
        .where(Application.id == application_id)
        .with_for_update(of=Application)
        .execution_options(populate_existing=True)
    )


def group_held(group_id: int) -> Select[VisitGroup]:
    """The group, locked after its call and application, with what messages about it read."""
    return (
        select(VisitGroup)
        .where(VisitGroup.id == group_id)
        .options(
            joinedload(VisitGroup.call, innerjoin=True),
            joinedload(VisitGroup.host, innerjoin=True),
            selectinload(VisitGroup.people),
        )
        .with_for_update(of=VisitGroup)
        .execution_options(populate_existing=True)
    )


def due_group_held(group_id: int) -> Select[VisitGroup]:
    """The same with its application, for what comes round by itself."""
    return group_held(group_id).options(joinedload(VisitGroup.application, innerjoin=True))


def groups_of_host(actor: Actor) -> Select[VisitGroup]:
    """What one's institutions applied for or receive, the newest first."""
    mine = or_(Application.applicant_id == actor.user_id, VisitGroup.host_id.in_(hosts_of(actor)))
    return (
        select(VisitGroup)
        .join(VisitGroup.application)
        .where(mine)
        .options(
            contains_eager(VisitGroup.application),
            joinedload(VisitGroup.call, innerjoin=True).selectinload(VisitCall.texts),
            joinedload(VisitGroup.host, innerjoin=True),
        )
        .order_by(VisitGroup.id.desc())
        .limit(MOST_LISTED)
    )


def groups_of_call(call_id: int) -> Select[VisitGroup]:
    """Those that the office has received, with their hosts, people and reports."""
    return (
        select(VisitGroup)
        .join(VisitGroup.application)
        .where(VisitGroup.call_id == call_id, Application.submitted_at.is_not(None))
        .options(
            contains_eager(VisitGroup.application),
            joinedload(VisitGroup.host, innerjoin=True),
            joinedload(VisitGroup.report),
            selectinload(VisitGroup.people),
        )
        .order_by(VisitGroup.first_on, VisitGroup.id)
        .limit(MOST_LISTED)
    )


def groups_held(session: Session, call_id: int) -> int:
    """How many of the groups that a call pays for are taken."""
    query = select(func.count(VisitGroup.id)).where(
        VisitGroup.call_id == call_id, VisitGroup.state.in_(HOLDS)
    )
    return session.scalar(query) or 0


# --- people


def people_visible_to(actor: Actor) -> Select[VisitPerson]:
    """Those who were named by the address with which the actor signs in."""
    if actor.user_id is None:
        return select(VisitPerson).where(VisitPerson.id == _opened(actor))
    return select(VisitPerson).where(
        or_(VisitPerson.email == actor.email.lower(), VisitPerson.user_id == actor.user_id)
    )


def _opened(actor: Actor) -> int:
    kind, row = actor.guest_of or ("", 0)
    return row if kind == VisitPerson.__tablename__ else 0


def person_with_all(actor: Actor, person_id: int) -> Select[VisitPerson]:
    return _about(people_visible_to(actor).where(VisitPerson.id == person_id))


def person_with_key(key_hash: str) -> Select[VisitPerson]:
    return _about(select(VisitPerson).where(VisitPerson.key_hash == key_hash))


def _about(query: Select[VisitPerson]) -> Select[VisitPerson]:
    group = joinedload(VisitPerson.group, innerjoin=True)
    call = group.joinedload(VisitGroup.call, innerjoin=True)
    return query.options(
        group.joinedload(VisitGroup.host, innerjoin=True),
        group.joinedload(VisitGroup.application, innerjoin=True),
        group.selectinload(VisitGroup.plan),
        call.selectinload(VisitCall.texts),
        call.joinedload(VisitCall.organisation, innerjoin=True),
    ).execution_options(populate_existing=True)


def visits_of_person(actor: Actor) -> Select[VisitPerson]:
    """The groups that the actor was named in, the newest first."""
    return _about(people_visible_to(actor)).order_by(VisitPerson.id.desc()).limit(MOST_LISTED)


def number_that_comes(session: Session, group_id: int, part: Part | None = None) -> int:
    """How many people of a group come, or how many of them in one part."""
    query = select(func.count(VisitPerson.id)).where(
        VisitPerson.group_id == group_id, VisitPerson.state.in_(COMES)
    )
    if part is not None:
        query = query.where(VisitPerson.part == part)
    return session.scalar(query) or 0


def is_country(session: Session, code: str) -> bool:
    return session.scalar(country_codes().where(Country.code == code)) is not None


# --- what comes round


def awards_to_lapse(now: datetime) -> Select[VisitGroup]:
    return select(VisitGroup).where(
        VisitGroup.state == GroupState.AWARDED, VisitGroup.answer_by < now
    )


def visits_to_end(latest: date) -> Select[VisitGroup]:
    """Those whose last day may be over; each counts days where its host is."""
    return select(VisitGroup).where(
        VisitGroup.state == GroupState.ACCEPTED, VisitGroup.last_on < latest
    )


def groups_beyond_their_call() -> Select[int, int, int]:
    """Groups with more people or supervisors than their call allows: there must be none."""
    people = func.count(VisitPerson.id)
    supervisors = func.count(VisitPerson.id).filter(VisitPerson.part == Part.SUPERVISOR)
    call = VisitCall.__table__
    return (
        select(VisitGroup.id, people, supervisors)
        .join(VisitPerson, VisitPerson.group_id == VisitGroup.id)
        .join(call, call.c.id == VisitGroup.call_id)
        .where(VisitPerson.state.in_(COMES))
        .group_by(VisitGroup.id, call.c.most_people, call.c.most_supervisors)
        .having(or_(people > call.c.most_people, supervisors > call.c.most_supervisors))
    )
