"""The list of proposals, one proposal, and each of its steps, confirmed on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation.actors import Role
from app.foundation.database import db
from app.foundation.forms import Button, Form
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy, ngettext, reader
from app.foundation.permissions import SIGNED_IN, Permission
from app.foundation.states import Move
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.placements import operations as ops
from app.placements import policy, queries
from app.placements.forms import NoteForm, ProposeForm, ReasonForm
from app.placements.models import PlacementRound
from app.placements.states import RoundFlow, RoundState
from app.placements.views.blueprint import bp

LARGEST = 2_147_483_647


def number_asked(name: str) -> int | None:
    """A row's number from the address; anything else reads as not given."""
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return min(int(text), LARGEST)


@bp.get("")
@needs(SIGNED_IN)
def index() -> ResponseReturnValue:
    actor, locale = current_actor(), reader().locale
    office = any(actor.is_a(r) for r in (Role.MANAGER, Role.APPROVER, Role.SECRETARIAT))
    run = db.session.execute
    rows = list(run(queries.round_list(actor, locale, number_asked("before")))) if office else []
    return render_template(
        "placements/index.html",
        office=office,
        rounds=rows[: queries.PAGE],
        more=len(rows) > queries.PAGE,
        ready=list(run(queries.ready_to_place(actor, locale))) if actor.is_a(Role.MANAGER) else [],
        offers=list(run(queries.offers_to(actor, locale))),
    )


@bp.get("/rounds/<int:round_id>")
@needs(policy.VIEW)
def round_(round_id: int) -> ResponseReturnValue:
    query = queries.rounds_visible_to(current_actor()).where(PlacementRound.id == round_id)
    return _page(one_or_404(query), ProposeForm())


def _page(placement_round: PlacementRound, form: ProposeForm) -> str:
    asked = request.args.get("show", "all")
    show = asked if asked in queries.SHOWN else "all"
    after = number_asked("after")
    return render_template(
        "placements/round.html",
        round=placement_round,
        page=queries.round_page(db.session(), placement_round, show=show, after=after),
        titles=queries.titles(db.session(), placement_round.opportunity),
        show=show,
        after=after,
        opened=number_asked("person"),
        form=form,
        button=Button(),
        policy=policy,
        history=list(db.session.scalars(queries.history_of_round(placement_round.id))),
    )


def find_round(work: Work, round_id: int) -> PlacementRound:
    return work.find(queries.rounds_visible_to(work.actor).where(PlacementRound.id == round_id))


@bp.post("/rounds/<int:round_id>/propose")
@needs(policy.PROPOSE)
def propose(round_id: int) -> ResponseReturnValue:
    form = ProposeForm(request.form)
    with unit_of_work(current_actor()) as work:
        placement_round = find_round(work, round_id)
        policy.PROPOSE.require(work.actor, placement_round)
        if not form.validate():
            return _page(placement_round, form), 422
        ops.propose_placements(work, placement_round, with_in_review=form.with_in_review.data)
    flash(_("The proposal is worked out. Nobody is told anything yet."), "success")
    return redirect(url_for(".round_", round_id=round_id))


@bp.post("/rounds/<int:round_id>/send")
@needs(policy.PROPOSE)
def send(round_id: int) -> ResponseReturnValue:
    form = Button(request.form)
    with unit_of_work(current_actor()) as work:
        placement_round = find_round(work, round_id)
        policy.PROPOSE.require(work.actor, placement_round)
        if not form.validate():
            flash(form.first_error(), "warning")
            return redirect(url_for(".round_", round_id=round_id))
        ops.send_for_approval(work, placement_round)
    flash(_("The proposal was sent to the approvers of this programme."), "success")
    return redirect(url_for(".round_", round_id=round_id))


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is confirmed on a page of its own, with a note or a reason."""

    name: str
    permission: Permission[PlacementRound]
    form: type[Form]
    do: Callable[[Work, PlacementRound, str], Any]
    move: Move[RoundState] | None
    said: str


APPROVE = Step(
    "approve",
    policy.APPROVE_ROUND,
    NoteForm,
    lambda work, r, note: ops.approve_round(work, r, note=note),
    RoundFlow.approve,
    lazy("The proposal is approved. The applicants are told when the offers are sent."),
)
SEND_BACK = Step(
    "send_back",
    policy.APPROVE_ROUND,
    ReasonForm,
    lambda work, r, reason: ops.send_back(work, r, reason=reason),
    RoundFlow.send_back,
    lazy("The proposal is with its managers again, with your reason."),
)
RELEASE = Step(
    "release",
    policy.RELEASE,
    Button,
    lambda work, r, _text: ops.release_round(work, r),
    RoundFlow.release,
    lazy("All offers were sent at the same moment."),
)
GIVE_UP = Step(
    "give_up",
    policy.PROPOSE,
    ReasonForm,
    lambda work, r, reason: ops.withdraw_round(work, r, reason=reason),
    RoundFlow.withdraw,
    lazy("The proposal was given up. Nobody had been told anything."),
)
OTHERS = Step(
    "others",
    policy.PASS_OVER,
    ReasonForm,
    lambda work, r, reason: ops.pass_over_rest(work, r, reason=reason),
    None,
    lazy("Everybody who was waiting for a result has been told."),
)


def _asked(round_id: int, step: Step) -> ResponseReturnValue:
    query = queries.rounds_visible_to(current_actor()).where(PlacementRound.id == round_id)
    placement_round = one_or_404(query)
    step.permission.require(current_actor(), placement_round)
    if not _possible(placement_round, step):
        return redirect(url_for(".round_", round_id=round_id))
    return _step_page(placement_round, step, step.form())


def _possible(placement_round: PlacementRound, step: Step) -> bool:
    if step.move is None:
        return placement_round.state is RoundState.RELEASED
    return placement_round.state in step.move.sources


def _step_page(placement_round: PlacementRound, step: Step, form: Form) -> str:
    offers = list(db.session.execute(queries.offers_of_round(placement_round.id)))
    waiting = queries.without_a_result(placement_round.opportunity_id)
    return render_template(
        "placements/step.html",
        round=placement_round,
        step=step.name,
        form=form,
        offers=offers,
        titles=queries.titles(db.session(), placement_round.opportunity),
        waiting=queries.how_many(db.session(), waiting) if step is OTHERS else 0,
        days=queries.days_to_answer(placement_round.opportunity),
    )


def _done(round_id: int, step: Step) -> ResponseReturnValue:
    form = step.form(request.form)
    with unit_of_work(current_actor()) as work:
        placement_round = find_round(work, round_id)
        step.permission.require(work.actor, placement_round)
        if not form.validate():
            return _step_page(placement_round, step, form), 422
        text = next((form[n].data for n in ("note", "reason") if n in form), "")
        done = step.do(work, placement_round, text or "")
    if step is OTHERS:
        flash(ngettext("%(num)s person was told.", "%(num)s people were told.", done), "success")
    else:
        flash(str(step.said), "success")
    return redirect(url_for(".round_", round_id=round_id))


@bp.get("/rounds/<int:round_id>/approve")
@needs(policy.APPROVE_ROUND)
def approve_page(round_id: int) -> ResponseReturnValue:
    return _asked(round_id, APPROVE)


@bp.post("/rounds/<int:round_id>/approve")
@needs(policy.APPROVE_ROUND)
def approve(round_id: int) -> ResponseReturnValue:
    return _done(round_id, APPROVE)


@bp.get("/rounds/<int:round_id>/send-back")
@needs(policy.APPROVE_ROUND)
def send_back_page(round_id: int) -> ResponseReturnValue:
    return _asked(round_id, SEND_BACK)


@bp.post("/rounds/<int:round_id>/send-back")
@needs(policy.APPROVE_ROUND)
def send_back(round_id: int) -> ResponseReturnValue:
    return _done(round_id, SEND_BACK)


@bp.get("/rounds/<int:round_id>/release")
@needs(policy.RELEASE)
def release_page(round_id: int) -> ResponseReturnValue:
    return _asked(round_id, RELEASE)


@bp.post("/rounds/<int:round_id>/release")
@needs(policy.RELEASE)
def release(round_id: int) -> ResponseReturnValue:
    return _done(round_id, RELEASE)


@bp.get("/rounds/<int:round_id>/give-up")
@needs(policy.PROPOSE)
def give_up_page(round_id: int) -> ResponseReturnValue:
    return _asked(round_id, GIVE_UP)


@bp.post("/rounds/<int:round_id>/give-up")
@needs(policy.PROPOSE)
def give_up(round_id: int) -> ResponseReturnValue:
    return _done(round_id, GIVE_UP)


@bp.get("/rounds/<int:round_id>/others")
@needs(policy.PASS_OVER)
def others_page(round_id: int) -> ResponseReturnValue:
    return _asked(round_id, OTHERS)


@bp.post("/rounds/<int:round_id>/others")
@needs(policy.PASS_OVER)
def others(round_id: int) -> ResponseReturnValue:
    return _done(round_id, OTHERS)
