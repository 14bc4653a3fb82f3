"""The ways to apply: opened, changed and closed by the office that decides, with who nominates."""

from dataclasses import dataclass, field
from datetime import datetime

from app.applications import policy
from app.applications.models import Nominator, Route
from app.applications.operations.nominating import refresh_desk
from app.applications.queries import routes as queries
from app.applications.states import RouteKind
from app.audit.record import record
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.opportunities.deadlines import instant_of
from app.opportunities.models import Opportunity
from app.opportunities.states import OpportunityState
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState


@dataclass(frozen=True, slots=True)
class RouteTerms:
    """What a route asks of who nominates; `due_wall` is a wall time in `zone` or nothing."""

    quota: int | None = None
    due_wall: str | None = None
    zone: str = "UTC"
    named_only: bool = True
    note: dict[str, str] = field(default_factory=dict)


def open_route(
    work: Work,
    opportunity: Opportunity,
    kind: RouteKind,
    terms: RouteTerms,
    *,
    version: int | None = None,
) -> Route:
    """Open a way to apply, or change it; who nominates already keeps its own terms.

    The first route that nominates leaves the way on one's own open: closing it is said aloud.
    """
    policy.SET_ROUTES.require(work.actor, opportunity)
    _refuse_when_over(opportunity)
    if not opportunity.takes_applications:
        raise RuleBroken(_("Nobody applies for these dates: people get a seat in another way."))
    _refuse_odd(opportunity, kind, terms)
    routes = {r.kind: r for r in work.session.scalars(queries.routes_of(opportunity.id))}
    route = routes.get(kind)
    if version is not None and version != (route.version if route else 0):
        raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
    if not routes and kind is not RouteKind.DIRECT:
        work.session.add(Route(opportunity_id=opportunity.id, kind=RouteKind.DIRECT, note={}))
    if route is None:
        route = Route(opportunity_id=opportunity.id, kind=kind, version=0)
        work.session.add(route)
    elif opportunity.published_at is not None:
        _refuse_harder(route, terms)

    route.named_only = terms.named_only or kind is not RouteKind.UNIVERSITY
    route.quota, route.note = terms.quota, {k: v for k, v in terms.note.items() if v}
    route.due_wall = terms.due_wall
    route.due_zone = terms.zone if terms.due_wall else None
    route.due_at = instant_of(terms.due_wall, terms.zone) if terms.due_wall else None
    route.version += 1
    work.session.flush()
    _show(work, opportunity)

    record(work, "call.route opened", opportunity, route=kind.value)
    return route


def close_route(work: Work, route: Route) -> None:
    """Close a way to apply before anybody sees it. Opportunity and nominators loaded."""
    opportunity = route.opportunity
    policy.SET_ROUTES.require(work.actor, opportunity)
    _refuse_when_over(opportunity)
    if opportunity.published_at is not None:
        raise RuleBroken(_("This is published: people rely on this way, so it stays open."))
    work.session.delete(route)

    record(work, "call.route closed", opportunity, route=route.kind.value)


def name_nominator(work: Work, route: Route, organisation: Organisation) -> Nominator:
    """Let a body nominate by this route, on its terms. Needs opportunity and nominators."""
    policy.SET_ROUTES.require(work.actor, route.opportunity)
    _refuse_when_over(route.opportunity)
    if route.quota is None:
        raise RuleBroken(_("Nobody is nominated who applies on their own."))
    if organisation.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("This institution is no longer active; choose its successor."))
    held = next((n for n in route.nominators if n.organisation_id == organisation.id), None)
    if held is not None:
        return held
    nominator = Nominator(
        route_id=route.id,
        organisation_id=organisation.id,
        quota=route.quota,
        due_at=route.due_at,
        due_zone=route.due_zone,
        due_wall=route.due_wall,
    )
    work.session.add(nominator)
    work.session.flush()
    _show(work, route.opportunity)

    record(
        work,
        "nominator.named",
        nominator,
        opportunity_id=route.opportunity_id,
        name=organisation.name,
        quota=nominator.quota,
    )
    return nominator


def change_nominator(
    work: Work,
    nominator: Nominator,
    *,
    quota: int,
    due_wall: str | None,
    zone: str,
    because: str = "",
    version: int | None = None,
) -> None:
    """Give a nominator another quota or a later deadline; once published, with the reason.

    Needs the route with its call, and the organisation.
    """
    opportunity = nominator.route.opportunity
    policy.SET_ROUTES.require(work.actor, opportunity)
    _refuse_when_over(opportunity)
    if quota < nominator.nominated:
        raise RuleBroken(
            _(
                "It has nominated %(num)s already: the quota cannot be less.",
                num=nominator.nominated,
            )
        )
    due_at = instant_of(due_wall, zone) if due_wall else None
    if (quota, due_at) == (nominator.quota, nominator.due_at):
        return
    if opportunity.published_at is not None:
        _refuse_less(nominator, quota=quota, due_at=due_at)
        if not because.strip():
            raise RuleBroken(_("Say why: everybody reads it beside the new deadline or quota."))
        nominator.extended_at, nominator.extended_because = work.now, because.strip()
        nominator.due_before = nominator.due_at
    work.edit(nominator, version)
    nominator.quota, nominator.due_at = quota, due_at
    nominator.due_wall, nominator.due_zone = due_wall, zone if due_wall else None
    _show(work, opportunity)
    refresh_desk(work, nominator)

    record(
        work,
        "nominator.changed",
        nominator,
        opportunity_id=opportunity.id,
        name=nominator.organisation.name,
        quota=quota,
        because=because,
    )


def drop_nominator(work: Work, nominator: Nominator) -> None:
    """Take a body out of a route before publication. Needs route, opportunity, organisation."""
    opportunity = nominator.route.opportunity
    policy.SET_ROUTES.require(work.actor, opportunity)
    _refuse_when_over(opportunity)
    if opportunity.published_at is not None:
        raise RuleBroken(_("This is published: people rely on this institution, so it stays."))

    record(
        work,
        "nominator.dropped",
        nominator,
        opportunity_id=opportunity.id,
        name=nominator.organisation.name,
    )
    work.session.delete(nominator)


def take_over_routes(work: Work, opportunity: Opportunity, like: Opportunity) -> None:
    """A call begun like an earlier one has its ways to apply and who nominates; never its days."""
    for before in work.session.scalars(queries.routes_with_nominators(like.id)).all():
        route = Route(
            opportunity_id=opportunity.id,
            kind=before.kind,
            named_only=before.named_only,
            quota=before.quota,
            note=before.note,
        )
        work.session.add(route)
        work.session.flush()
        work.session.add_all(
            Nominator(route_id=route.id, organisation_id=n.organisation_id, quota=n.quota)
            for n in before.nominators
            if before.named_only
        )


def _refuse_when_over(opportunity: Opportunity) -> None:
    if opportunity.state is OpportunityState.CANCELLED:
        raise RuleBroken(_("This is cancelled; nothing in it can be changed any more."))


def _refuse_odd(opportunity: Opportunity, kind: RouteKind, terms: RouteTerms) -> None:
    if (kind is RouteKind.DIRECT) != (terms.quota is None):
        raise RuleBroken(_("Say how many people each may nominate."))
    if any(locale not in LANGUAGES for locale in terms.note):
        raise RuleBroken(_("Choose one of the languages of this site."))
    due_at = instant_of(terms.due_wall, terms.zone) if terms.due_wall else None
    if due_at and opportunity.opens_at and due_at <= opportunity.opens_at:
        raise RuleBroken(_("Nominations must be possible after applications open."))


def _refuse_harder(route: Route, terms: RouteTerms) -> None:
    due_at = instant_of(terms.due_wall, terms.zone) if terms.due_wall else None
    sooner = due_at is not None and (route.due_at is None or due_at < route.due_at)
    fewer = terms.quota is not None and route.quota is not None and terms.quota < route.quota
    if sooner or fewer or (terms.named_only and not route.named_only):
        raise RuleBroken(
            _("This is published: the deadline can only be later, and the quota larger.")
        )


def _refuse_less(nominator: Nominator, *, quota: int, due_at: datetime | None) -> None:
    sooner = due_at is not None and (nominator.due_at is None or due_at < nominator.due_at)
    if sooner or quota < nominator.quota:
        raise RuleBroken(
            _("This is published: the deadline can only be later, and the quota larger.")
        )


def _show(work: Work, opportunity: Opportunity) -> None:
    if opportunity.published_at is not None:
        stamp_catalogue(work)
