"""Who may nominate whom: the ways open to a person, and the desk of a body that nominates."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.accounts.models import User
from app.applications.models import Application, Nomination, Nominator, Route, Submission
from app.applications.queries.routes import routes_with_nominators
from app.applications.states import ApplicationState, NominationState, RouteKind
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation

# Whoever answers for a body by one of these roles nominates for it, whatever the way.
NOMINATES = (Role.NOMINATOR, Role.COORDINATOR)
# Staff of a centre or a host nominates only where the call asks centres or hosts.
ALSO = {RouteKind.CENTRE: Role.CENTRE, RouteKind.HOST: Role.HOST}
UNANSWERED = ApplicationState.AWAITING_NOMINATION


@dataclass(frozen=True, slots=True)
class Way:
    """A way that is open to one person. `nominator` is None before its first applicant."""

    route: Route
    organisation: Organisation | None = None
    nominator: Nominator | None = None

    @property
    def key(self) -> str:
        body = self.organisation.id if self.organisation else 0
        return f"{self.route.kind.value}-{body}"

    @property
    def quota(self) -> int | None:
        return (self.nominator or self.route).quota

    @property
    def due_at(self) -> datetime | None:
        return (self.nominator or self.route).due_at

    @property
    def due_zone(self) -> str | None:
        return (self.nominator or self.route).due_zone


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of a call that are open to one applicant, and the one that was chosen.

    `needs_home` when one more opens to whoever names a university of the list.
    """

    open: list[Way]
    chosen: str
    needs_home: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether the chosen way is one that is open."""
        return any(way.key == self.chosen for way in self.open)

    @property
    def way(self) -> Way | None:
        return next((way for way in self.open if way.key == self.chosen), None)


def ways(session: Session, application: Application, person: User) -> Ways | None:
    """None where the call says nothing of it. `home_institution` and nationalities loaded."""
    routes = session.scalars(routes_with_nominators(application.opportunity_id)).all()
    if not routes:
        return None
    held = session.scalar(nomination_of(application.id))
    body = held.nominator.organisation_id if held else 0
    open_to_them = [way for route in routes for way in _ways_of(route, person)]
    by_university = any(route.kind is RouteKind.UNIVERSITY for route in routes)
    needs_home = by_university and person.home_institution is None
    return Ways(open_to_them, f"{application.route}-{body}", needs_home)


def _ways_of(route: Route, person: User) -> list[Way]:
    if route.kind is RouteKind.DIRECT:
        return [Way(route)]
    named = {n.organisation_id: n for n in route.nominators}
    if route.kind is RouteKind.UNIVERSITY:
        home = person.home_institution
        if home is None or (route.named_only and home.id not in named):
            return []
        return [Way(route, home, named.get(home.id))]
    theirs = {person.residence_code, *(n.country_code for n in person.nationalities)}
    return [
        Way(route, nominator.organisation, nominator)
        for nominator in route.nominators
        if route.kind is not RouteKind.MINISTRY or nominator.organisation.country_code in theirs
    ]


def nomination_of(application_id: int) -> Select[Nomination]:
    """The nominator that an application has chosen, with its terms and its name."""
    return (
        select(Nomination)
        .where(Nomination.application_id == application_id)
        .options(
            joinedload(Nomination.nominator, innerjoin=True).joinedload(
                Nominator.organisation, innerjoin=True
            ),
            joinedload(Nomination.nominator, innerjoin=True).joinedload(
                Nominator.route, innerjoin=True
            ),
        )
    )


def nominates_for(actor: Actor) -> ColumnElement[bool]:
    """A condition on Nominator joined with its Route: bodies for which the actor nominates."""
    bodies = {i for role in NOMINATES for i in actor.scopes(role, Scope.ORGANISATION)}
    return or_(
        Nominator.organisation_id.in_(sorted(bodies)),
        *(
            and_(
                Route.kind == kind,
                Nominator.organisation_id.in_(actor.scopes(role, Scope.ORGANISATION)),
            )
            for kind, role in ALSO.items()
        ),
    )


def nominators_visible_to(actor: Actor) -> Select[Nominator]:
    """The bodies for which the actor nominates, call by call."""
    return (
        select(Nominator)
        .join(Nominator.route)
        .join(Route.opportunity)
        .join(Nominator.organisation)
        .where(nominates_for(actor), Opportunity.published_at.is_not(None))
        .options(
            contains_eager(Nominator.route)
            .contains_eager(Route.opportunity)
            .selectinload(Opportunity.texts),
            contains_eager(Nominator.organisation),
        )
    )


def nominations_visible_to(actor: Actor) -> Select[Nomination]:
    """Who asked a body for which the actor nominates; never oneself, and nobody's draft."""
    return (
        select(Nomination)
        .join(Nomination.nominator)
        .join(Nominator.route)
        .join(Nominator.organisation)
        .join(Nomination.application)
        .join(Application.opportunity)
        .where(
            nominates_for(actor),
            Nomination.state != NominationState.CHOSEN,
            Application.applicant_id != actor.user_id,
        )
        .options(
            contains_eager(Nomination.nominator).contains_eager(Nominator.route),
            contains_eager(Nomination.nominator).contains_eager(Nominator.organisation),
            contains_eager(Nomination.application)
            .contains_eager(Application.opportunity)
            .selectinload(Opportunity.texts),
        )
    )


def in_its_order(found: Select[Nomination]) -> Select[Nomination]:
    """Those that wait first, then the nominated ones in the body's own order."""
    return found.order_by(
        Nomination.state != NominationState.WAITING,
        Nomination.state != NominationState.NOMINATED,
        Nomination.place,
        Nomination.asked_at,
        Nomination.id,
    ).limit(500)


def applications_to_nominate(actor: Actor) -> Select[Application]:
    """The applications about which the actor's body decides, with their opportunity."""
    seen = nominations_visible_to(actor).with_only_columns(Nomination.application_id)
    return (
        select(Application)
        .join(Application.opportunity)
        .where(Application.id.in_(seen))
        .options(contains_eager(Application.opportunity), selectinload(Application.applicant))
    )


def how_many_wait(session: Session, nominator_id: int) -> int:
    query = (
        select(func.count(Nomination.id))
        .join(Nomination.application)
        .where(
            Nomination.nominator_id == nominator_id,
            Nomination.state == NominationState.WAITING,
            Application.state == UNANSWERED,
        )
    )
    return session.scalar(query) or 0


def waiting_by_nominator(session: Session, ids: list[int]) -> dict[int, int]:
    """How many wait at each of these bodies."""
    query = (
        select(Nomination.nominator_id, func.count(Nomination.id))
        .join(Nomination.application)
        .where(
            Nomination.nominator_id.in_(ids),
            Nomination.state == NominationState.WAITING,
            Application.state == UNANSWERED,
        )
        .group_by(Nomination.nominator_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def overdue(at: datetime) -> Select[Nominator]:
    """Bodies whose own deadline is over while somebody still waits for their answer."""
    waits = (
        select(Nomination.id)
        .join(Nomination.application)
        .where(Nomination.nominator_id == Nominator.id, Application.state == UNANSWERED)
        .exists()
    )
    return (
        select(Nominator)
        .where(Nominator.due_at < at, waits)
        .options(
            selectinload(Nominator.route).joinedload(Route.opportunity, innerjoin=True),
            selectinload(Nominator.organisation),
        )
        .order_by(Nominator.id)
    )


def newest_submission(application_id: int) -> Select[Submission]:
    return (
        select(Submission)
        .where(Submission.application_id == application_id)
        .order_by(Submission.number.desc())
        .limit(1)
    )
