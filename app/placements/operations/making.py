"""Making a proposal: opened, worked out, changed by hand, sent to a second person, given up."""

from sqlalchemy import select

from app.applications.models import Application
from app.audit.record import record
from app.foundation.actors import Role, Scope
from app.foundation.errors import NotPermitted, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.models import Task
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.models import Opportunity, Place
from app.opportunities.states import PlaceState
from app.placements import policy, queries
from app.placements.matching import Candidate, Facts, Free, propose
from app.placements.models import Offer, PlacementRound
from app.placements.operations.holding import hold, offers_held
from app.placements.states import LIVE, OfferFlow, OfferState, RoundFlow, RoundState


def open_round(work: Work, opportunity: Opportunity, *, note: str = "") -> PlacementRound:
    """Begin a proposal for a call; one is in the making at a time."""
    policy.OPEN.require(work.actor, opportunity)
    if queries.open_round(work.session, opportunity.id) is not None:
        raise RuleBroken(_("A proposal for this call is in the making already. Finish it first."))

    actor_id = work.actor.user_id or 0
    placement_round = PlacementRound(
        opportunity=opportunity,
        number=queries.next_number(work.session, opportunity.id),
        state=RoundState.DRAFT,
        note=note,
        proposed_by_id=actor_id,
        proposed_at=work.now,
        shaped_by=[actor_id],
    )
    work.session.add(placement_round)
    work.session.flush()
    _settle_free_seats(work, opportunity)

    record(work, "round.opened", placement_round, opportunity_id=opportunity.id, note=note)
    return placement_round


def propose_placements(
    work: Work, placement_round: PlacementRound, *, with_in_review: bool = False
) -> None:
    """Work the proposal out: highest score first within the seats.

    Who was placed by hand stays there, who was excluded by hand stays out; everybody else is
    placed anew. What it was worked out from is kept with it.
    """
    policy.PROPOSE.require(work.actor, placement_round)
    _require_draft(placement_round)
    opportunity_id = placement_round.opportunity_id
    shortlist = queries.placeable(opportunity_id, with_in_review=with_in_review)
    shortlist = shortlist.with_for_update(key_share=True, of=Application)
    applications = {a.id: a for a in work.session.scalars(shortlist)}
    _refuse_own(work, applications.values())
    earlier = offers_held(work, placement_round.id)

    by_hand = [o for o in earlier if o.by_hand and o.state in LIVE]
    excluded = {
        o.application_id
        for o in earlier
        if o.state is OfferState.WITHDRAWN and o.withdrawn_from is None
    }
    settled = {o.application_id for o in by_hand} | excluded
    facts = _facts(work, placement_round, list(applications.values()))
    _clear(work, [o for o in earlier if not o.by_hand and o.state is OfferState.PROPOSED])

    taken = [o.place_id for o in by_hand]
    free = [Free(p.place_id, p.seats - taken.count(p.place_id)) for p in facts.places]
    people = [c for c in facts.candidates if c.application_id not in settled]
    proposed = propose(free, people)
    for p in proposed:
        application = applications[p.application_id]
        _add(work, placement_round, application, p.place_id, p.preference_rank, reason="")
    placement_round.considered = facts.as_json()
    _shaped(work, placement_round)
    placement_round.proposed_by_id = work.actor.user_id or 0
    placement_round.proposed_at = work.now

    record(
        work,
        "round.proposed",
        placement_round,
        opportunity_id=opportunity_id,
        considered=len(facts.candidates),
        placed=len(proposed) + len(by_hand),
        by_hand=len(by_hand),
        with_in_review=with_in_review,
    )


def place_by_hand(
    work: Work,
    placement_round: PlacementRound,
    application: Application,
    place: Place,
    *,
    reason: str,
) -> Offer:
    """Put a person at a host in the proposal, whatever the mechanism says, for a stated reason."""
    policy.PLACE_PERSON.require(work.actor, application)
    _require_draft(placement_round)
    hold(work, applications=[application.id])
    own = _offers_of(work, placement_round, application)
    hold(work, offers=[o.id for o in own], places=[place.id])
    _require_placeable(placement_round, application)
    if place.opportunity_id != placement_round.opportunity_id or (
        place.state is not PlaceState.CONFIRMED
    ):
        raise RuleBroken(_("This host has not confirmed any seats in this call."))
    here = select(Offer.id).where(
        Offer.round_id == placement_round.id,
        Offer.place_id == place.id,
        Offer.state == OfferState.PROPOSED,
        Offer.application_id != application.id,
    )
    proposed_here = len(work.session.scalars(here).all())
    if queries.seats_left(work.session, place) - proposed_here < 1:
        raise RuleBroken(
            _("Every seat at this host is given in this proposal. Exclude somebody there first.")
        )

    _clear(work, [o for o in own if o.state is OfferState.PROPOSED])
    candidate = _consider_also(work, placement_round, application)
    rank = candidate.wishes.index(place.id) + 1 if place.id in candidate.wishes else None
    offer = _add(work, placement_round, application, place.id, rank, reason=reason, by_hand=True)
    _shaped(work, placement_round)

    record(
        work,
        "placement.made by hand",
        offer,
        application_id=application.id,
        opportunity_id=placement_round.opportunity_id,
        reason=reason,
    )
    return offer


def take_out(
    work: Work, placement_round: PlacementRound, application: Application, *, reason: str
) -> None:
    """Exclude a person from the proposal by hand; it stays so when it is worked out anew."""
    policy.PLACE_PERSON.require(work.actor, application)
    _require_draft(placement_round)
    hold(work, applications=[application.id])
    own = _offers_of(work, placement_round, application)
    hold(work, offers=[o.id for o in own])
    live = next((o for o in own if o.state is OfferState.PROPOSED), None)
    if live is None:
        raise RuleBroken(_("This person is not placed in this proposal."))

    OfferFlow.withdraw(live)
    live.closed_at, live.closed_because, live.by_hand = work.now, reason, True
    application.offer_state = live.state.value
    _shaped(work, placement_round)

    record(
        work,
        "placement.taken out",
        live,
        application_id=application.id,
        opportunity_id=placement_round.opportunity_id,
        reason=reason,
    )


def send_for_approval(work: Work, placement_round: PlacementRound) -> None:
    """Hand the proposal to a second person; until it comes back nobody changes it."""
    policy.PROPOSE.require(work.actor, placement_round)
    offers = offers_held(work, placement_round.id)
    if not any(o.state is OfferState.PROPOSED for o in offers):
        raise RuleBroken(_("Nobody is placed in this proposal yet. Work it out first."))

    RoundFlow.send_for_approval(placement_round)
    placement_round.sent_at, placement_round.sent_back_because = work.now, ""
    _shaped(work, placement_round)

    opportunity = placement_round.opportunity
    record(work, "round.sent for approval", placement_round, opportunity_id=opportunity.id)
    close_tasks(work, "proposal sent back", placement_round)
    open_task(
        work,
        "placements to approve",
        placement_round,
        role=Role.APPROVER,
        scope=Scope.PROGRAMME,
        scope_id=opportunity.programme_id,
        opportunity_id=opportunity.id,
        about=opportunity.title,
        number=len([o for o in offers if o.state is OfferState.PROPOSED]),
    )


def withdraw_round(work: Work, placement_round: PlacementRound, *, reason: str) -> None:
    """Give a proposal up before its offers left; nobody was told anything."""
    policy.PROPOSE.require(work.actor, placement_round)
    offers = offers_held(work, placement_round.id)

    RoundFlow.withdraw(placement_round)
    for offer in offers:
        if offer.state in LIVE:
            OfferFlow.withdraw(offer)
            offer.closed_at, offer.closed_because = work.now, reason
            offer.application.offer_state = offer.state.value

    record(
        work,
        "round.withdrawn",
        placement_round,
        opportunity_id=placement_round.opportunity_id,
        reason=reason,
    )
    for kind in ("placements to approve", "proposal sent back"):
        close_tasks(work, kind, placement_round)


def _require_draft(placement_round: PlacementRound) -> None:
    if placement_round.state is not RoundState.DRAFT:
        raise RuleBroken(_("This proposal was sent for approval; nobody may change it now."))


def _refuse_own(work: Work, applications: object) -> None:
    """Who applied for a call does not decide on the others who did."""
    for application in applications:  # type: ignore[attr-defined]
        if application.applicant_id == work.actor.user_id:
            raise NotPermitted(_("You applied for this call yourself; somebody else places."))


def _require_placeable(placement_round: PlacementRound, application: Application) -> None:
    if (
        application.opportunity_id != placement_round.opportunity_id
        or application.state not in queries.PLACEABLE
    ):
        raise RuleBroken(_("Only people on the shortlist or in review can be placed."))


def _facts(work: Work, placement_round: PlacementRound, applications: list[Application]) -> Facts:
    """What there is to give (seats that no earlier offer holds), and who asks for what."""
    places = work.session.execute(queries.places_with_offers(placement_round.opportunity_id)).all()
    wishes = work.session.execute(queries.wishes_of([a.id for a in applications])).all()
    return Facts(
        tuple(Free(p.id, max(p.seats - p.held, 0)) for p in places),
        tuple(queries.candidates(applications, places, wishes)),
    )


def _consider_also(
    work: Work, placement_round: PlacementRound, application: Application
) -> Candidate:
    """The person as considered; who came to the shortlist after the proposal is added to it."""
    kept = Facts.from_json(placement_round.considered)
    for candidate in kept.candidates:
        if candidate.application_id == application.id:
            return candidate
    now = _facts(work, placement_round, [application])
    facts = Facts(kept.places or now.places, (*kept.candidates, *now.candidates))
    placement_round.considered = facts.as_json()
    return now.candidates[0]


def _offers_of(
    work: Work, placement_round: PlacementRound, application: Application
) -> list[Offer]:
    query = select(Offer).where(
        Offer.round_id == placement_round.id, Offer.application_id == application.id
    )
    return list(work.session.scalars(query.order_by(Offer.id)))


def _clear(work: Work, offers: list[Offer]) -> None:
    """Proposals that nobody approved or heard of leave no trace but their line in the record."""
    for offer in offers:
        work.session.delete(offer)
    work.session.flush()
    for offer in offers:
        application = work.session.get(Application, offer.application_id)
        if application is not None:
            application.offer_state = None


def _add(
    work: Work,
    placement_round: PlacementRound,
    application: Application,
    place_id: int,
    rank: int | None,
    *,
    reason: str,
    by_hand: bool = False,
) -> Offer:
    offer = Offer(
        round_id=placement_round.id,
        application_id=application.id,
        place_id=place_id,
        state=OfferState.PROPOSED,
        reason=reason,
        by_hand=by_hand,
        preference_rank=rank,
        score=application.score_mean,
        proposed_by_id=work.actor.user_id,
        proposed_at=work.now,
    )
    work.session.add(offer)
    application.offer_state = offer.state.value
    return offer


def _shaped(work: Work, placement_round: PlacementRound) -> None:
    """Whoever had a part in the proposal is not the second person who approves it."""
    actor_id = work.actor.user_id or 0
    if actor_id not in placement_round.shaped_by:
        placement_round.shaped_by = [*placement_round.shaped_by, actor_id]


def _settle_free_seats(work: Work, opportunity: Opportunity) -> None:
    """A new proposal answers the tasks that free seats had opened."""
    query = select(Task).where(
        Task.kind == "seats are free again",
        Task.opportunity_id == opportunity.id,
        Task.done_at.is_(None),
    )
    for task in work.session.scalars(query):
        task.done_at, task.done_by_id = work.now, work.actor.user_id
