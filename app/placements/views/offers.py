"""One offer: for its applicant, for the office; each answer and decision on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Form
from app.foundation.languages import lazy, reader
from app.foundation.permissions import SIGNED_IN, Permission
from app.foundation.states import Move
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import Place
from app.placements import operations as ops
from app.placements import policy, queries
from app.placements.deadlines import LAPSE_REVERSIBLE
from app.placements.forms import AnswerForm, NoteForm, ReasonForm
from app.placements.models import Offer
from app.placements.states import OfferFlow, OfferState
from app.placements.views.blueprint import bp


@bp.get("/mine")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    """The way from a letter or a status page: the one offer that waits, else all of them."""
    rows = list(db.session.execute(queries.offers_to(current_actor(), reader().locale)))
    waiting = [row for row in rows if row.state is OfferState.RELEASED]
    if len(waiting) == 1 or len(rows) == 1:
        return redirect(url_for(".offer", offer_id=(waiting or rows)[0].id))
    return redirect(url_for(".index"))


@bp.get("/offers/<int:offer_id>")
@needs(policy.VIEW_OFFER)
def offer(offer_id: int) -> ResponseReturnValue:
    query = queries.offers_visible_to(current_actor()).where(Offer.id == offer_id)
    found = one_or_404(query)
    if policy.is_applicant.holds(current_actor(), found):
        return render_template("placements/offer.html", **_shown(found))
    history = list(db.session.scalars(queries.history_of_offer(found.id)))
    return render_template("placements/offer_office.html", history=history, **_shown(found))


def _shown(found: Offer) -> dict[str, Any]:
    """What both pages of an offer and its steps need."""
    opportunity = found.application.opportunity
    restorable = found.closed_at is not None and (clock.now() <= found.closed_at + LAPSE_REVERSIBLE)
    return {
        "offer": found,
        "opportunity": opportunity,
        "titles": queries.titles(db.session(), opportunity),
        "zone": opportunity.closes_zone or found.place.host.zone,
        "stipend": queries.stipend_of(opportunity),
        "restorable": restorable,
        "policy": policy,
    }


@dataclass(frozen=True, slots=True)
class Step:
    """What may be decided about an offer, with a note or a reason."""

    name: str
    permission: Permission[Offer]
    form: type[Form]
    do: Callable[[Work, Offer, str], Any]
    move: Move[OfferState]
    said: str


ACCEPT = Step(
    "accept",
    policy.ANSWER,
    AnswerForm,
    lambda work, o, note: ops.accept_offer(work, o, note=note),
    OfferFlow.accept,
    lazy("You accepted the seat. Congratulations."),
)
DECLINE = Step(
    "decline",
    policy.ANSWER,
    AnswerForm,
    lambda work, o, note: ops.decline_offer(work, o, note=note),
    OfferFlow.decline,
    lazy("You declined the seat. Thank you for telling us."),
)
APPROVE = Step(
    "approve",
    policy.APPROVE,
    NoteForm,
    lambda work, o, note: ops.approve_placement(work, o, note=note),
    OfferFlow.approve,
    lazy("The placement is approved. The applicant is told when the offers are sent."),
)
TAKE_BACK = Step(
    "take_back",
    policy.TAKE_BACK,
    ReasonForm,
    lambda work, o, reason: ops.withdraw_offer(work, o, reason=reason),
    OfferFlow.withdraw,
    lazy("The offer was taken back."),
)
RESTORE = Step(
    "restore",
    policy.RESTORE,
    ReasonForm,
    lambda work, o, reason: ops.restore_offer(work, o, reason=reason),
    OfferFlow.restore,
    lazy("The offer stands again; the applicant was told until when."),
)


def _asked(offer_id: int, step: Step) -> ResponseReturnValue:
    query = queries.offers_visible_to(current_actor()).where(Offer.id == offer_id)
    found = one_or_404(query)
    step.permission.require(current_actor(), found)
    if found.state not in step.move.sources:
        return redirect(url_for(".offer", offer_id=offer_id))
    return _step_page(found, step, step.form())


def _step_page(found: Offer, step: Step, form: Form) -> str:
    return render_template("placements/offer_step.html", step=step.name, form=form, **_shown(found))


def _done(offer_id: int, step: Step) -> ResponseReturnValue:
    form = step.form(request.form)
    with unit_of_work(current_actor()) as work:
        found = ops.find_offer(work, offer_id)
        step.permission.require(work.actor, found)
        if not form.validate():
            return _step_page(found, step, form), 422
        text = next((form[n].data for n in ("note", "reason") if n in form), "")
        if found.state is not step.move.target or step.permission is not policy.ANSWER:
            step.do(work, found, text or "")  # an answer sent twice is given once
    flash(str(step.said), "success")
    return redirect(url_for(".offer", offer_id=offer_id))


@bp.get("/offers/<int:offer_id>/accept")
@needs(policy.ANSWER)
def accept_page(offer_id: int) -> ResponseReturnValue:
    return _asked(offer_id, ACCEPT)


@bp.post("/offers/<int:offer_id>/accept")
@needs(policy.ANSWER)
def accept(offer_id: int) -> ResponseReturnValue:
    return _done(offer_id, ACCEPT)


@bp.get("/offers/<int:offer_id>/decline")
@needs(policy.ANSWER)
def decline_page(offer_id: int) -> ResponseReturnValue:
    return _asked(offer_id, DECLINE)


@bp.post("/offers/<int:offer_id>/decline")
@needs(policy.ANSWER)
def decline(offer_id: int) -> ResponseReturnValue:
    return _done(offer_id, DECLINE)


@bp.get("/offers/<int:offer_id>/approve")
@needs(policy.APPROVE)
def approve_offer_page(offer_id: int) -> ResponseReturnValue:
    return _asked(offer_id, APPROVE)


@bp.post("/offers/<int:offer_id>/approve")
@needs(policy.APPROVE)
def approve_offer(offer_id: int) -> ResponseReturnValue:
    return _done(offer_id, APPROVE)


@bp.get("/offers/<int:offer_id>/take-back")
@needs(policy.TAKE_BACK)
def take_back_page(offer_id: int) -> ResponseReturnValue:
    return _asked(offer_id, TAKE_BACK)


@bp.post("/offers/<int:offer_id>/take-back")
@needs(policy.TAKE_BACK)
def take_back(offer_id: int) -> ResponseReturnValue:
    return _done(offer_id, TAKE_BACK)


@bp.get("/offers/<int:offer_id>/restore")
@needs(policy.RESTORE)
def restore_page(offer_id: int) -> ResponseReturnValue:
    return _asked(offer_id, RESTORE)


@bp.post("/offers/<int:offer_id>/restore")
@needs(policy.RESTORE)
def restore(offer_id: int) -> ResponseReturnValue:
    return _done(offer_id, RESTORE)


@bp.get("/host/<int:place_id>")
@needs(policy.VIEW_PLACE)
def host(place_id: int) -> ResponseReturnValue:
    query = queries.places_visible_to(current_actor()).where(Place.id == place_id)
    place = one_or_404(query)
    return render_template(
        "placements/host.html",
        place=place,
        titles=queries.titles(db.session(), place.opportunity),
        people=list(db.session.execute(queries.who_comes(place.id))),
        office=policy.LOOK.allows(current_actor(), place.opportunity),
    )
