"""The second person: sent back, approved one by one, approved as a whole."""

from collections import Counter

from sqlalchemy import select

from app.applications.states import ApplicationFlow
from app.audit.record import record
from app.foundation.errors import NotPermitted, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.tasks import close_tasks
from app.opportunities.models import Place
from app.opportunities.states import PlaceState
from app.placements import policy, queries
from app.placements.models import Offer, PlacementRound
from app.placements.operations.holding import offers_held
from app.placements.operations.telling import ask_managers
from app.placements.states import OfferFlow, OfferState, RoundFlow, RoundState


def approve_placement(work: Work, offer: Offer, *, note: str) -> None:
    """Approve one proposed placement: from now on it holds a seat."""
    policy.APPROVE.require(work.actor, offer)
    if offer.round.state is not RoundState.PROPOSED:
        raise RuleBroken(_("This proposal was not sent for approval."))
    _require_seats(work, offer.place, 1)

    _approve(work, offer, note)
    settle_round(work, offer.round)


def approve_round(work: Work, placement_round: PlacementRound, *, note: str) -> None:
    """Approve the whole proposal: every placement in it that is not approved yet."""
    policy.APPROVE_ROUND.require(work.actor, placement_round)
    offers = [o for o in offers_held(work, placement_round.id) if o.state is OfferState.PROPOSED]
    if placement_round.state is RoundState.PROPOSED and not offers:
        raise RuleBroken(_("Nobody is placed in this proposal any more. Send it back."))
    for offer in offers:
        if not policy.APPROVE.allows(work.actor, offer):
            raise NotPermitted(_("You applied for this call or proposed a placement in it."))
    places = {o.place_id: o.place for o in offers}
    for place_id, wanted in sorted(Counter(o.place_id for o in offers).items()):
        _require_seats(work, places[place_id], wanted)

    RoundFlow.approve(placement_round)
    for offer in offers:
        _approve(work, offer, note)
    _approved(work, placement_round, note)


def send_back(work: Work, placement_round: PlacementRound, *, reason: str) -> None:
    """Give the proposal back to the managers, saying why; what was approved in it is void."""
    policy.APPROVE_ROUND.require(work.actor, placement_round)
    offers = offers_held(work, placement_round.id)

    RoundFlow.send_back(placement_round)
    placement_round.sent_back_because = reason
    for offer in offers:
        if offer.state is OfferState.APPROVED:
            OfferFlow.void_approval(offer)
            offer.approved_by_id = offer.approved_at = None
            offer.application.offer_state = offer.state.value

    record(
        work,
        "round.sent back",
        placement_round,
        opportunity_id=placement_round.opportunity_id,
        reason=reason,
    )
    close_tasks(work, "placements to approve", placement_round)
    ask_managers(work, "proposal sent back", placement_round, placement_round.opportunity)


def settle_round(work: Work, placement_round: PlacementRound) -> None:
    """A proposal is approved once nothing in it waits for approval and something is approved."""
    if placement_round.state is not RoundState.PROPOSED:
        return
    # The proposal is held, so that nobody else moves its offers; locking them here as well would
    # be out of the house's order.
    query = select(Offer.state).where(Offer.round_id == placement_round.id)
    states = Counter(work.session.scalars(query))
    if states[OfferState.PROPOSED] == 0 and states[OfferState.APPROVED] > 0:
        RoundFlow.approve(placement_round)
        _approved(work, placement_round, "")


def _approved(work: Work, placement_round: PlacementRound, note: str) -> None:
    placement_round.approved_at = work.now
    record(
        work,
        "round.approved",
        placement_round,
        opportunity_id=placement_round.opportunity_id,
        note=note,
    )
    close_tasks(work, "placements to approve", placement_round)
    ask_managers(work, "offers to send", placement_round, placement_round.opportunity)


def _approve(work: Work, offer: Offer, note: str) -> None:
    application = offer.application
    if application.state not in ApplicationFlow.offer.sources:
        raise RuleBroken(
            _(
                "%(person)s can no longer be offered a seat. Send the proposal back.",
                person=application.applicant_name,
            )
        )
    OfferFlow.approve(offer)
    offer.approved_by_id, offer.approved_at = work.actor.user_id, work.now
    application.offer_state = offer.state.value

    record(
        work,
        "placement.approved",
        offer,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        note=note,
    )


def _require_seats(work: Work, place: Place, wanted: int) -> None:
    left = queries.seats_left(work.session, place)
    if place.state is not PlaceState.CONFIRMED:
        raise RuleBroken(_("%(host)s no longer offers seats in this call.", host=place.host.name))
    if left < 1:
        raise RuleBroken(_("%(host)s has no seat left.", host=place.host.name))
    if left < wanted:
        raise RuleBroken(
            _(
                "%(host)s has fewer seats left than this proposal gives. Send it back.",
                host=place.host.name,
            )
        )
