"""What projects read: one with all, those of the world and of an office, and what belongs."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity
from app.opportunities.queries import is_visible_to, programmes_of, title_in
from app.opportunities.states import Kind
from app.organisations.facts import is_ref
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState
from app.projects.models import Project, ProjectOpportunity, ProjectPartner, ProjectText
from app.projects.states import PartnerState, ProjectState

# Whose staff speaks for a body in projects.
STAFF = (Role.CENTRE, Role.COORDINATOR)
PAGE = 25
MOST_SHOWN = 200


def bodies_of(actor: Actor) -> list[int]:
    """The bodies that the actor speaks for."""
    return sorted({one for role in STAFF for one in actor.scopes(role, Scope.ORGANISATION)})


def own_bodies(actor: Actor) -> Select[Organisation]:
    """The same, as far as they exist, by name."""
    return (
        select(Organisation)
        .where(
            Organisation.id.in_(bodies_of(actor)), Organisation.state == OrganisationState.ACTIVE
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )


def own_body(actor: Actor, body_id: int) -> Select[Organisation]:
    return own_bodies(actor).where(Organisation.id == body_id)


def body_named(ref: str) -> Select[Organisation]:
    return select(Organisation).where(Organisation.ref == (ref if is_ref(ref) else ""))


def _names(actor: Actor, *states: PartnerState) -> ColumnElement[bool]:
    """That a project names one of the actor's bodies, or only asks it."""
    named = select(ProjectPartner.project_id).where(
        ProjectPartner.organisation_id.in_(bodies_of(actor))
    )
    return Project.id.in_(named.where(ProjectPartner.state.in_(states)) if states else named)


def _leads(actor: Actor) -> ColumnElement[bool]:
    return Project.organisation_id.in_(bodies_of(actor))


def projects_visible_to(actor: Actor) -> Select[Project]:
    """All that were published, and the drafts that one's bodies lead or are asked to join."""
    if actor.is_a(Role.SECRETARIAT):
        return select(Project).where(true())
    return select(Project).where(
        or_(Project.state != ProjectState.DRAFT, _leads(actor), _names(actor))
    )


def project_with_all(actor: Actor, ref: str = "", *, project_id: int = 0) -> Select[Project]:
    """One of them, with its texts and the bodies that are named in it."""
    return (
        projects_visible_to(actor)
        .where(Project.ref == ref if ref else Project.id == project_id)
        .options(
            joinedload(Project.organisation, innerjoin=True),
            selectinload(Project.texts),
            selectinload(Project.partners).joinedload(ProjectPartner.organisation, innerjoin=True),
        )
    )


def project_to_change(actor: Actor, project_id: int) -> Select[Project]:
    """The same for a page that changes it: only of the bodies that one speaks for."""
    return project_with_all(actor, project_id=project_id).where(_leads(actor))


def project_to_fill(actor: Actor, project_id: int) -> Select[Project]:
    """The same for a page on which things come to belong to it: also of partners."""
    takes_part = or_(_leads(actor), _names(actor, PartnerState.CONFIRMED))
    return project_with_all(actor, project_id=project_id).where(takes_part)


def projects_of_office(actor: Actor) -> Select[Project]:
    """What the actor's bodies lead or are named in, the newest first."""
    return (
        select(Project)
        .where(or_(_leads(actor), _names(actor)))
        .options(
            joinedload(Project.organisation, innerjoin=True),
            selectinload(Project.texts),
            selectinload(Project.partners),
        )
        .order_by(Project.id.desc())
        .limit(MOST_SHOWN)
    )


def projects_listed(after: int | None = None) -> Select[Project]:
    """What the world reads, by name: a page and one more, after the one with this id."""
    query = select(Project).where(Project.state != ProjectState.DRAFT)
    if after is not None:
        last = select(Project.sort_key).where(Project.id == after).scalar_subquery()
        query = query.where(tuple_(Project.sort_key, Project.id) > tuple_(last, after))
    return (
        query.options(joinedload(Project.organisation, innerjoin=True), selectinload(Project.texts))
        .order_by(Project.sort_key, Project.id)
        .limit(PAGE + 1)
    )


def partner_to_answer(actor: Actor, partner_id: int) -> Select[ProjectPartner]:
    """One of the actor's bodies as a project names it."""
    return (
        select(ProjectPartner)
        .where(
            ProjectPartner.id == partner_id,
            ProjectPartner.organisation_id.in_(bodies_of(actor)),
        )
        .options(
            joinedload(ProjectPartner.organisation, innerjoin=True),
            joinedload(ProjectPartner.project, innerjoin=True).selectinload(Project.texts),
        )
    )


# --- what belongs to a project


def belonging(project_id: int) -> Select[int]:
    """The ids of what belongs to a project."""
    return select(ProjectOpportunity.opportunity_id).where(
        ProjectOpportunity.project_id == project_id
    )


def belonging_seen_by(actor: Actor, project_id: int, locale: str) -> Select[Any]:
    """The same as an office reads it, drafts of its own too, with what each is called."""
    return (
        select(
            Opportunity.id,
            Opportunity.ref,
            Opportunity.kind,
            Opportunity.state,
            Opportunity.organisation_id,
            Opportunity.programme_id,
            *title_in(locale),
        )
        .where(Opportunity.id.in_(belonging(project_id)), is_visible_to(actor))
        .order_by(Opportunity.kind, Opportunity.id)
        .limit(MOST_SHOWN)
    )


def free_to_belong(actor: Actor, locale: str) -> Select[Any]:
    """What the actor's bodies or programmes run and what belongs to no project, newest first."""
    own = or_(
        Opportunity.organisation_id.in_(bodies_of(actor)),
        Opportunity.programme_id.in_(programmes_of(actor, Role.MANAGER)),
    )
    return (
        select(Opportunity.id, Opportunity.ref, Opportunity.kind, *title_in(locale))
        .where(
            own,
            is_visible_to(actor),
            Opportunity.kind != Kind.ELSEWHERE,
            Opportunity.id.not_in(select(ProjectOpportunity.opportunity_id)),
        )
        .order_by(Opportunity.id.desc())
        .limit(MOST_SHOWN)
    )


def opportunity_by_id(actor: Actor, opportunity_id: int) -> Select[Opportunity]:
    return select(Opportunity).where(Opportunity.id == opportunity_id, is_visible_to(actor))


# --- what other pages say of projects


class Named(NamedTuple):
    """A project as other pages name it."""

    ref: str
    state: ProjectState
    name: str
    written_in: str


def _named_in(locale: str) -> Select[str, ProjectState, str, str]:
    """Those that were published, in the reader's language if they are."""
    original, own = aliased(ProjectText), aliased(ProjectText)
    return (
        select(
            Project.ref,
            Project.state,
            func.coalesce(own.name, original.name).label("name"),
            func.coalesce(own.locale, original.locale).label("written_in"),
        )
        .join(original, and_(original.project_id == Project.id, original.is_original))
        .outerjoin(own, and_(own.project_id == Project.id, own.locale == locale))
        .where(Project.state != ProjectState.DRAFT)
    )


def projects_with(session: Session, ids: Sequence[int], locale: str) -> list[Named]:
    """The projects that any of these opportunities belongs to."""
    found = select(ProjectOpportunity.project_id).where(ProjectOpportunity.opportunity_id.in_(ids))
    query = _named_in(locale).where(Project.id.in_(found)).order_by(Project.sort_key, Project.id)
    return [Named(*row) for row in session.execute(query)] if ids else []


def projects_at(organisation_id: int, locale: str) -> Select[str, ProjectState, str, str]:
    """What a body works on, as leader or as partner that confirmed it; the running ones first."""
    confirmed = select(ProjectPartner.project_id).where(
        ProjectPartner.organisation_id == organisation_id,
        ProjectPartner.state == PartnerState.CONFIRMED,
    )
    return (
        _named_in(locale)
        .where(or_(Project.organisation_id == organisation_id, Project.id.in_(confirmed)))
        .order_by(Project.state, Project.sort_key, Project.id)  # "active" before "ended"
        .limit(50)
    )


# --- what offices above tell on the page of a project

Telling = Callable[[Session, int], Sequence[Row[Any]]]
_told: dict[str, Telling] = {}


def tell_beside(what: str, by: Telling) -> None:
    """From now on an office above tells this on the page of each project, by its id."""
    _told[what] = by


def told_beside(session: Session, project_id: int) -> dict[str, Sequence[Row[Any]]]:
    return {what: by(session, project_id) for what, by in _told.items()}


MOST_ADDRESSES = 2000


def published_refs() -> Select[str]:
    """For the site's map."""
    return (
        select(Project.ref)
        .where(Project.state != ProjectState.DRAFT)
        .order_by(Project.id)
        .limit(MOST_ADDRESSES)
    )
