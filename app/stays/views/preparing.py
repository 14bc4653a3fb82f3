"""The list before arrival: its lines are added, settled, opened again and moved."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.stays import policy, queries, wording
from app.stays.forms import LineForm, MoveForm, SettleForm
from app.stays.models import Preparation
from app.stays.operations import (
    add_preparation,
    find_preparation,
    move_preparation,
    open_preparation_again,
    settle_preparation,
)
from app.stays.states import Side
from app.stays.views import bp
from app.stays.views.saying import page, say, shown


@bp.get("/<int:stay_id>/preparations/new")
@needs(policy.ADD_PREPARATION)
def new_line(stay_id: int) -> ResponseReturnValue:
    found = shown(stay_id, policy.ADD_PREPARATION)
    data = {"side": Side.PERSON.value, "due_on": found.starts_on}
    return page("line", found, LineForm(formdata=None, data=data))


@bp.post("/<int:stay_id>/preparations/new")
@needs(policy.ADD_PREPARATION)
def add_line(stay_id: int) -> ResponseReturnValue:
    form = LineForm(request.form)
    return say(
        stay_id,
        policy.ADD_PREPARATION,
        "line",
        form,
        lambda work, found: add_preparation(
            work,
            found,
            title=form.title.data or "",
            side=Side(form.side.data),
            due_on=form.due_on.data,
        ),
        said=_("It is on the list."),
    )


@bp.get("/preparations/<int:preparation_id>")
@needs(policy.SETTLE)
def line(preparation_id: int) -> ResponseReturnValue:
    return _line(preparation_id)


@bp.post("/preparations/<int:preparation_id>/done")
@needs(policy.SETTLE)
def done(preparation_id: int) -> ResponseReturnValue:
    return _settle(preparation_id, needed=True)


@bp.post("/preparations/<int:preparation_id>/not-needed")
@needs(policy.SETTLE)
def not_needed(preparation_id: int) -> ResponseReturnValue:
    return _settle(preparation_id, needed=False)


def _settle(preparation_id: int, *, needed: bool) -> ResponseReturnValue:
    form = SettleForm(request.form)
    return settle(
        form,
        find=lambda work: _found_line(work, preparation_id, policy.SETTLE),
        do=lambda work, found: settle_preparation(
            work, found, needed=needed, note=form.note.data or ""
        ),
        said=_("Saved."),
        to=_stay_of(preparation_id),
        again=lambda refusal: _line(preparation_id, settling=form, refusal=refusal),
    )


@bp.post("/preparations/<int:preparation_id>/open")
@needs(policy.SETTLE)
def open_again(preparation_id: int) -> ResponseReturnValue:
    return settle(
        Button(request.form),
        find=lambda work: _found_line(work, preparation_id, policy.SETTLE),
        do=open_preparation_again,
        said=_("It is open again."),
        to=_stay_of(preparation_id),
    )


@bp.post("/preparations/<int:preparation_id>/move")
@needs(policy.MOVE)
def move(preparation_id: int) -> ResponseReturnValue:
    form = MoveForm(request.form)
    return settle(
        form,
        find=lambda work: _found_line(work, preparation_id, policy.MOVE),
        do=lambda work, found: move_preparation(work, found, due_on=form.due_on.data),
        said=_("Saved."),
        to=_stay_of(preparation_id),
        again=lambda refusal: _line(preparation_id, moving=form, refusal=refusal),
    )


def _found_line(work: Work, preparation_id: int, may: Permission[Preparation]) -> Preparation:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = find_preparation(work, preparation_id)
    may.require(work.actor, found)
    return found


def _stay_of(preparation_id: int) -> str:
    found = one_or_404(queries.stay_of(current_actor(), Preparation, preparation_id))
    return url_for(".stay", stay_id=found.id)


def _line(
    preparation_id: int,
    *,
    settling: SettleForm | None = None,
    moving: MoveForm | None = None,
    refusal: str = "",
) -> str:
    actor = current_actor()
    stay = one_or_404(queries.stay_of(actor, Preparation, preparation_id))
    found = next(one for one in stay.preparations if one.id == preparation_id)
    policy.SETTLE.require(actor, found)
    return render_template(
        "stays/line.html",
        found=found,
        stay=stay,
        settling=settling or SettleForm(formdata=None, data={"note": found.note}),
        moving=moving or MoveForm(formdata=None, data={"due_on": found.due_on}),
        refusals=[refusal] if refusal else [],
        may_move=policy.MOVE.allows(actor, found),
        wording=wording,
    )
