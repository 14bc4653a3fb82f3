"""An application withdrawn by its applicant, with whatever it holds; and brought back."""

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.accounts.queries import recipient
from app.applications.models import Application
from app.applications.operations import change_state, withdraw
from app.applications.operations.nominating import (
    clear_desk,
    leave_nominator,
    return_to_nominator,
)
from app.applications.states import COME_BACK, ApplicationFlow, ApplicationState
from app.audit.record import record
from app.courses import operations as courses
from app.facilities import operations as facilities
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.invitations import operations as invitations
from app.notifications.notify import notify
from app.notifications.tasks import close_tasks
from app.opportunities.deadlines import accepts_for
from app.opportunities.queries import own_deadline
from app.opportunities.states import OpportunityState
from app.placements import policy, queries
from app.placements.deadlines import WITHDRAWAL_REVERSIBLE
from app.placements.messages import NothingToRead, WithdrawalUndone
from app.placements.models import Offer
from app.placements.operations.approving import settle_round
from app.placements.operations.offers import (
    ask_for_an_answer,
    give_again,
    tell_person_comes,
    tell_person_does_not_come,
)
from app.placements.operations.telling import seat_is_free_again, tell_applicant, title_for
from app.placements.states import HOLDS_A_SEAT, LIVE, OfferFlow, OfferState
from app.reviews.models import Review
from app.reviews.operations import read_on, stop_reading
from app.reviews.states import ReviewState
from app.visits import operations as visits


def withdraw_application(work: Work, application: Application, *, reason: str = "") -> None:
    """Take one's application back, with any seat that it holds; for a day it may be undone."""
    policy.WITHDRAW.require(work.actor, application)
    offer = _offer_of(work, application, live=True)
    held = None if offer is None else offer.state

    application.withdrawn_from = application.state.value
    application.stood_since = application.state_since
    leave_nominator(work, application)
    withdraw(work, application, reason=reason)
    clear_desk(work, application)
    courses.leave_with(work, application)
    facilities.leave_with(work, application, reason=reason)
    visits.leave_with(work, application)
    invitations.leave_with(work, application, reason=reason)
    if offer is not None and held is not None:
        _give_up(work, offer, held)

    _tell_reviewers(work, application)
    stop_reading(work, application)
    if offer is not None and held in HOLDS_A_SEAT:
        seat_is_free_again(work, offer, "withdrawn", reason)
    if offer is not None and held is OfferState.ACCEPTED:
        tell_person_does_not_come(work, offer)


def undo_withdrawal(work: Work, application: Application) -> None:
    """Bring one's application back within a day, and its seat if that is still free."""
    policy.WITHDRAW.require(work.actor, application)
    _require_reversible(work, application)
    was = return_to_nominator(work, application, ApplicationState(application.withdrawn_from or ""))
    offer = _offer_of(work, application, live=False)
    released = was in (ApplicationState.OFFERED, ApplicationState.ACCEPTED)
    seat = offer is not None and released and queries.seats_left(work.session, offer.place) > 0

    target = ApplicationState.SHORTLISTED if released and not seat else was
    accepted = target is ApplicationState.ACCEPTED
    change_state(work, application, COME_BACK[ApplicationState.OFFERED if accepted else target])
    stood_since = application.stood_since if target.value == application.withdrawn_from else None
    application.withdrawn_at = application.withdrawn_from = application.stood_since = None
    application.withdrawn_because = ""
    if offer is not None and seat:
        give_again(work, offer)
    if offer is not None and accepted:
        OfferFlow.accept(offer)
        change_state(work, application, ApplicationFlow.accept)
        application.offer_state = offer.state.value
        tell_person_comes(work, offer)
    elif offer is not None and seat:
        ask_for_an_answer(work, offer)
    application.state_since = stood_since or application.state_since
    read_on(work, application)
    clear_desk(work, application)

    record(
        work,
        "application.withdrawal undone",
        application,
        opportunity_id=application.opportunity_id,
        now=application.state.value,
    )
    undone = WithdrawalUndone(
        application.id,
        title_for(work, application.opportunity, application.applicant),
        application.ref,
    )
    tell_applicant(work, application, undone, once=f"{application.id}-{work.now.isoformat()}")


def _give_up(work: Work, offer: Offer, held: OfferState) -> None:
    offer.withdrawn_from = held.value
    OfferFlow.withdraw(offer)
    offer.closed_at = work.now
    offer.application.offer_state = offer.state.value
    close_tasks(work, "offer to answer", offer)
    settle_round(work, offer.round)


def _offer_of(work: Work, application: Application, *, live: bool) -> Offer | None:
    """The live offer; or the one that ended with the withdrawal."""
    query = queries.offers().where(Offer.application_id == application.id)
    if live:
        query = query.where(Offer.state.in_(LIVE))
    else:
        query = query.where(Offer.state == OfferState.WITHDRAWN, Offer.withdrawn_from.is_not(None))
    found = work.session.execute(query.order_by(Offer.id.desc())).unique().scalars()
    return found.first()


def _require_reversible(work: Work, application: Application) -> None:
    at, opportunity = application.withdrawn_at, application.opportunity
    if application.state is not ApplicationState.WITHDRAWN or at is None:
        raise RuleBroken(_("This application is not withdrawn."))
    if not application.withdrawn_from or work.now > at + WITHDRAWAL_REVERSIBLE:
        raise RuleBroken(_("It was withdrawn more than 24 hours ago."))
    draft = application.withdrawn_from == ApplicationState.DRAFT
    own = own_deadline(work.session, work.actor, opportunity.id)
    still_open = accepts_for(opportunity, own, work.now)
    if opportunity.state is OpportunityState.CANCELLED or (draft and not still_open):
        raise RuleBroken(_("This call takes no applications any more."))
    another = select(Application.id).where(
        Application.opportunity_id == application.opportunity_id,
        Application.applicant_id == application.applicant_id,
        Application.state != ApplicationState.WITHDRAWN,
    )
    if work.session.scalar(another.limit(1)) is not None:
        raise RuleBroken(_("You have begun another application for this call meanwhile."))


def _tell_reviewers(work: Work, application: Application) -> None:
    """Whoever still had it on the desk need not read it."""
    waiting = (
        select(Review)
        .join(Review.reviewer)
        .options(contains_eager(Review.reviewer))
        .where(Review.application_id == application.id, Review.state == ReviewState.ASSIGNED)
        .order_by(Review.id)
    )
    told = NothingToRead(application.ref, application.opportunity.title)
    for review in work.session.scalars(waiting):
        notify(work, recipient(review.reviewer), told, once=f"{application.id}")
