"""Offers after approval: sent, answered, reminded of, lapsed, taken back, given again."""

from datetime import date

from sqlalchemy import select

from app.applications.models import Application
from app.applications.operations import change_state, pass_over
from app.applications.states import ApplicationFlow
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.tasks import close_tasks, open_task
from app.placements import policy, queries
from app.placements.deadlines import (
    LAPSE_REVERSIBLE,
    MORE_DAYS,
    end_of_day_after,
    may_lapse,
    reminder_due,
)
from app.placements.messages import (
    AnswerReceived,
    OfferAccepted,
    OfferLapsed,
    OfferMade,
    OfferReminder,
    OfferRestored,
    OfferTakenBack,
    PersonComes,
    PersonDoesNotCome,
)
from app.placements.models import Offer, PlacementRound
from app.placements.operations.approving import settle_round
from app.placements.operations.holding import hold, offers_held
from app.placements.operations.telling import (
    seat_is_free_again,
    tell_applicant,
    tell_host,
    tell_managers,
    title_for,
    zone_of,
)
from app.placements.states import OfferFlow, OfferState, RoundFlow, RoundState


def release_round(work: Work, placement_round: PlacementRound) -> None:
    """Send every approved offer at one moment; each person is told in their own language.

    Who was not selected is not told here.
    """
    policy.RELEASE.require(work.actor, placement_round)
    offers = [o for o in offers_held(work, placement_round.id) if o.state is OfferState.APPROVED]
    RoundFlow.release(placement_round)
    if not offers:
        raise RuleBroken(_("No offer is left in this proposal."))

    placement_round.released_at = work.now
    for offer in offers:
        _release(work, offer)

    record(
        work,
        "round.released",
        placement_round,
        opportunity_id=placement_round.opportunity_id,
        offers=len(offers),
    )
    close_tasks(work, "offers to send", placement_round)


def accept_offer(work: Work, offer: Offer, *, note: str = "") -> None:
    """The applicant takes the seat; the host and the managers are told."""
    policy.ANSWER.require(work.actor, offer)
    application, opportunity, host = offer.application, offer.application.opportunity, offer.place

    OfferFlow.accept(offer)
    change_state(work, application, ApplicationFlow.accept)
    application.award_country = host.host.country_code
    _answered(work, offer, note)

    _record(work, "offer.accepted", offer, note=note)
    receipt = AnswerReceived(
        offer.id,
        title_for(work, opportunity, application.applicant),
        host.host.name,
        accepted=True,
        answered_at=work.now,
    )
    tell_applicant(work, application, receipt, once=f"{offer.id}-{work.now.isoformat()}")
    tell_person_comes(work, offer)
    accepted = OfferAccepted(
        offer.id, application.applicant_name, opportunity.title, host.host.name
    )
    tell_managers(work, opportunity, accepted, once=f"{offer.id}-{work.now.isoformat()}")


def decline_offer(work: Work, offer: Offer, *, note: str = "") -> None:
    """The applicant says no; the seat is free again."""
    policy.ANSWER.require(work.actor, offer)
    application = offer.application

    OfferFlow.decline(offer)
    change_state(work, application, ApplicationFlow.decline)
    _answered(work, offer, note)

    _record(work, "offer.declined", offer, note=note)
    receipt = AnswerReceived(
        offer.id,
        title_for(work, application.opportunity, application.applicant),
        offer.place.host.name,
        accepted=False,
        answered_at=work.now,
    )
    tell_applicant(work, application, receipt, once=f"{offer.id}-{work.now.isoformat()}")
    seat_is_free_again(work, offer, "declined", note)


def withdraw_offer(work: Work, offer: Offer, *, reason: str) -> None:
    """Take an offer back, with a reason that the applicant reads if the offer had left."""
    policy.TAKE_BACK.require(work.actor, offer)
    before, application = offer.state, offer.application
    if before is OfferState.PROPOSED and offer.round.state is RoundState.DRAFT:
        raise RuleBroken(_("This is a draft still: exclude the person in the proposal instead."))

    OfferFlow.withdraw(offer)
    offer.closed_at, offer.closed_because = work.now, reason
    if before in (OfferState.RELEASED, OfferState.ACCEPTED):
        change_state(work, application, ApplicationFlow.take_back_offer)
    application.offer_state = offer.state.value
    settle_round(work, offer.round)

    _record(work, "offer.taken back", offer, reason=reason, was=before.value)
    close_tasks(work, "offer to answer", offer)
    if before in (OfferState.RELEASED, OfferState.ACCEPTED):
        taken = OfferTakenBack(
            offer.id,
            title_for(work, application.opportunity, application.applicant),
            offer.place.host.name,
            reason,
        )
        tell_applicant(work, application, taken, once=f"{offer.id}-{work.now.isoformat()}")
    if before is OfferState.ACCEPTED:
        tell_person_does_not_come(work, offer)


def restore_offer(work: Work, offer: Offer, *, reason: str) -> None:
    """Give a lapsed offer again, while its seat is free and for three days after it lapsed."""
    policy.RESTORE.require(work.actor, offer)
    if offer.state is not OfferState.LAPSED or offer.closed_at is None:
        raise RuleBroken(_("Only an offer that lapsed can be given again."))
    if work.now > offer.closed_at + LAPSE_REVERSIBLE:
        raise RuleBroken(_("It lapsed more than 72 hours ago. Place the person again instead."))

    change_state(work, offer.application, ApplicationFlow.restore_offer)
    give_again(work, offer)
    ask_for_an_answer(work, offer)

    _record(work, "offer.restored", offer, reason=reason)
    restored = OfferRestored(
        offer.id,
        title_for(work, offer.application.opportunity, offer.application.applicant),
        offer.place.host.name,
        answer_by=offer.answer_by or work.now,
        zone=zone_of(offer),
    )
    tell_applicant(work, offer.application, restored, once=f"{offer.id}-{work.now.isoformat()}")


def remind_of_offers(work: Work) -> int:
    """Tell whoever has not answered that the day comes near; each reminder is told once."""
    policy.LAPSE.require(work.actor, None)
    due = [
        row.id
        for row in work.session.execute(queries.unanswered())
        if reminder_due(row.released_at, row.answer_by, work.now, row.reminded) is not None
    ]
    return sum(_remind(work, offer) for offer in _unanswered_held(work, due))


def lapse_offers(work: Work) -> int:
    """Let offers lapse whose day is over; each was reminded as announced, or is given more time."""
    policy.LAPSE.require(work.actor, None)
    over = [
        row.id for row in work.session.execute(queries.unanswered()) if work.now > row.answer_by
    ]
    return sum(_lapse(work, offer) for offer in _unanswered_held(work, over))


def pass_over_rest(work: Work, placement_round: PlacementRound, *, reason: str) -> int:
    """Tell everybody who waits for a result that the seats went to others, and why."""
    policy.PASS_OVER.require(work.actor, placement_round)
    opportunity = placement_round.opportunity
    if placement_round.state is not RoundState.RELEASED:
        raise RuleBroken(_("First the offers are sent; then the others are told."))
    if queries.open_round(work.session, opportunity.id) is not None:
        raise RuleBroken(_("Another proposal for this call is in the making. Finish it first."))

    ids = list(
        work.session.scalars(
            queries.without_a_result(opportunity.id).with_only_columns(Application.id)
        )
    )
    hold(work, applications=ids)
    rest = list(work.session.scalars(queries.without_a_result(opportunity.id)))
    for application in rest:
        pass_over(work, application, note=reason)

    record(
        work,
        "round.others told",
        placement_round,
        opportunity_id=opportunity.id,
        people=len(rest),
        reason=reason,
    )
    return len(rest)


def give_again(work: Work, offer: Offer) -> None:
    """The offer stands as released once more, if its seat is still free, for two days or longer."""
    if queries.seats_left(work.session, offer.place) < 1:
        raise RuleBroken(_("The seat was given to somebody else meanwhile."))
    OfferFlow.restore(offer)
    offer.closed_at, offer.closed_because, offer.withdrawn_from = None, "", None
    soonest = end_of_day_after(work.now, MORE_DAYS, zone_of(offer))
    offer.answer_by = max(offer.answer_by or soonest, soonest)
    offer.reminded = None
    offer.application.offer_state = offer.state.value


def tell_person_comes(work: Work, offer: Offer) -> None:
    told = PersonComes(
        offer.place_id,
        offer.application.applicant_name,
        offer.application.country_code or "",
        offer.application.opportunity.title,
        offer.place.host.name,
        _day(offer.place.starts_on),
        _day(offer.place.ends_on),
    )
    tell_host(work, offer, told, once=f"{offer.id}-{work.now.isoformat()}")


def tell_person_does_not_come(work: Work, offer: Offer) -> None:
    told = PersonDoesNotCome(
        offer.place_id,
        offer.application.applicant_name,
        offer.application.opportunity.title,
        offer.place.host.name,
    )
    tell_host(work, offer, told, once=f"{offer.id}-{work.now.isoformat()}")


def _release(work: Work, offer: Offer) -> None:
    application, opportunity = offer.application, offer.application.opportunity
    OfferFlow.release(offer)
    offer.released_at = work.now
    days = queries.days_to_answer(opportunity)
    offer.answer_by = end_of_day_after(work.now, days, zone_of(offer))
    change_state(work, application, ApplicationFlow.offer)
    application.offer_state = offer.state.value

    _record(work, "offer.released", offer)
    made = OfferMade(
        offer_id=offer.id,
        opportunity=title_for(work, opportunity, application.applicant),
        host=offer.place.host.name,
        country=offer.place.host.country_code,
        starts=_day(offer.place.starts_on),
        ends=_day(offer.place.ends_on),
        answer_by=offer.answer_by,
        zone=zone_of(offer),
    )
    tell_applicant(work, application, made, once=f"{offer.id}")
    ask_for_an_answer(work, offer)


def ask_for_an_answer(work: Work, offer: Offer) -> None:
    application = offer.application
    open_task(
        work,
        "offer to answer",
        offer,
        holder_id=application.applicant_id,
        opportunity_id=application.opportunity_id,
        due_at=offer.answer_by,
        about=title_for(work, application.opportunity, application.applicant),
        zone=zone_of(offer),
    )


def _answered(work: Work, offer: Offer, note: str) -> None:
    offer.answered_at, offer.answer_note = work.now, note
    offer.application.offer_state = offer.state.value
    close_tasks(work, "offer to answer", offer)


def _unanswered_held(work: Work, ids: list[int]) -> list[Offer]:
    """These offers, held in the house's order, and still unanswered once they are."""
    if not ids:
        return []
    parts = work.session.execute(
        select(Offer.round_id, Offer.application_id, Offer.place_id).where(Offer.id.in_(ids))
    ).all()
    hold(
        work,
        rounds=[p.round_id for p in parts],
        applications=[p.application_id for p in parts],
        offers=ids,
        places=[p.place_id for p in parts],
    )
    query = queries.offers().where(Offer.id.in_(ids), Offer.state == OfferState.RELEASED)
    return list(work.session.execute(query.order_by(Offer.id)).unique().scalars())


def _remind(work: Work, offer: Offer) -> bool:
    if offer.answer_by is None or offer.released_at is None:
        return False
    days = reminder_due(offer.released_at, offer.answer_by, work.now, offer.reminded)
    if days is None:
        return False
    if work.now > offer.answer_by:  # we were late, not the applicant
        offer.answer_by = end_of_day_after(work.now, MORE_DAYS, zone_of(offer))
        ask_for_an_answer(work, offer)
    offer.reminded = days

    _record(work, "offer.reminded", offer, days=days)
    reminder = OfferReminder(
        offer.id,
        title_for(work, offer.application.opportunity, offer.application.applicant),
        offer.place.host.name,
        days,
        offer.answer_by,
        zone_of(offer),
    )
    once = f"{offer.id}-{days}-{offer.answer_by.isoformat()}"
    tell_applicant(work, offer.application, reminder, once=once)
    return True


def _lapse(work: Work, offer: Offer) -> bool:
    if offer.answer_by is None or offer.released_at is None:
        return False
    if not may_lapse(offer.released_at, offer.answer_by, work.now, offer.reminded):
        _remind(work, offer)
        return False
    application = offer.application
    OfferFlow.lapse(offer)
    change_state(work, application, ApplicationFlow.lapse)
    offer.closed_at = work.now
    application.offer_state = offer.state.value

    _record(work, "offer.lapsed", offer)
    close_tasks(work, "offer to answer", offer)
    lapsed = OfferLapsed(
        offer.id,
        title_for(work, application.opportunity, application.applicant),
        offer.place.host.name,
    )
    tell_applicant(work, application, lapsed, once=f"{offer.id}-{work.now.isoformat()}")
    seat_is_free_again(work, offer, "lapsed")
    return True


def _record(work: Work, verb: str, offer: Offer, **details: str | int | bool | None) -> None:
    record(
        work,
        verb,
        offer,
        application_id=offer.application_id,
        opportunity_id=offer.application.opportunity_id,
        **details,
    )


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
