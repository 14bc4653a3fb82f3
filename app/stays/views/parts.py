"""Pages on which one thing is said: who came, who left, other days, what is ready."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation.forms import Button, Form
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.stays import policy, queries, wording
from app.stays.forms import (
    ArrivalForm,
    ChangeForm,
    DepartureForm,
    InterruptForm,
    LineForm,
    MoveForm,
    RefuseForm,
    ResumeForm,
    SettleForm,
)
from app.stays.models import Preparation, Stay, StayChange
from app.stays.operations import (
    add_preparation,
    agree_to_change,
    ask_for_change,
    confirm_arrival,
    confirm_departure,
    find_change,
    find_preparation,
    interrupt_stay,
    move_preparation,
    open_preparation_again,
    refuse_change,
    resume_stay,
    settle_preparation,
    take_back_change,
)
from app.stays.states import Side
from app.stays.views import bp

# --- the host says who came and who left


@bp.get("/<int:stay_id>/arrival")
@needs(policy.CONFIRM)
def arrival(stay_id: int) -> ResponseReturnValue:
    found = _shown(stay_id, policy.CONFIRM)
    return _page("arrival", found, ArrivalForm(formdata=None, data={"on": found.starts_on}))


@bp.post("/<int:stay_id>/arrival")
@needs(policy.CONFIRM)
def confirm_arrival_of(stay_id: int) -> ResponseReturnValue:
    form = ArrivalForm(request.form)
    return _say(
        stay_id,
        policy.CONFIRM,
        "arrival",
        form,
        lambda work, found: confirm_arrival(work, found, on=form.on.data),
        said=_("The arrival is confirmed."),
    )


@bp.get("/<int:stay_id>/departure")
@needs(policy.CONFIRM)
def departure(stay_id: int) -> ResponseReturnValue:
    found = _shown(stay_id, policy.CONFIRM)
    return _page("departure", found, DepartureForm(formdata=None, data={"on": found.ends_on}))


@bp.post("/<int:stay_id>/departure")
@needs(policy.CONFIRM)
def confirm_departure_of(stay_id: int) -> ResponseReturnValue:
    form = DepartureForm(request.form)
    return _say(
        stay_id,
        policy.CONFIRM,
        "departure",
        form,
        lambda work, found: confirm_departure(
            work, found, on=form.on.data, because=form.because.data or ""
        ),
        said=_("The departure is confirmed."),
    )


@bp.get("/<int:stay_id>/interruption")
@needs(policy.INTERRUPT)
def interruption(stay_id: int) -> ResponseReturnValue:
    return _page("interruption", _shown(stay_id, policy.INTERRUPT), InterruptForm(formdata=None))


@bp.post("/<int:stay_id>/interruption")
@needs(policy.INTERRUPT)
def interrupt(stay_id: int) -> ResponseReturnValue:
    form = InterruptForm(request.form)
    return _say(
        stay_id,
        policy.INTERRUPT,
        "interruption",
        form,
        lambda work, found: interrupt_stay(
            work, found, from_on=form.from_on.data, reason=form.reason.data or ""
        ),
        said=_("The interruption is written down."),
    )


@bp.get("/<int:stay_id>/return")
@needs(policy.INTERRUPT)
def coming_back(stay_id: int) -> ResponseReturnValue:
    return _page("return", _shown(stay_id, policy.INTERRUPT), ResumeForm(formdata=None))


@bp.post("/<int:stay_id>/return")
@needs(policy.INTERRUPT)
def resume(stay_id: int) -> ResponseReturnValue:
    form = ResumeForm(request.form)
    return _say(
        stay_id,
        policy.INTERRUPT,
        "return",
        form,
        lambda work, found: resume_stay(work, found, on=form.on.data),
        said=_("The stay goes on."),
    )


# --- other days


@bp.get("/<int:stay_id>/change")
@needs(policy.ASK_CHANGE)
def change(stay_id: int) -> ResponseReturnValue:
    found = _shown(stay_id, policy.ASK_CHANGE)
    data = {"starts_on": found.starts_on, "ends_on": found.ends_on, "version": found.version}
    return _page("change", found, ChangeForm(formdata=None, data=data))


@bp.post("/<int:stay_id>/change")
@needs(policy.ASK_CHANGE)
def ask_change(stay_id: int) -> ResponseReturnValue:
    form = ChangeForm(request.form)
    return _say(
        stay_id,
        policy.ASK_CHANGE,
        "change",
        form,
        lambda work, found: ask_for_change(
            work,
            found,
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            reason=form.reason.data or "",
            version=form.version.data,
        ),
        said=_("The other sides are asked to agree."),
    )


@bp.get("/changes/<int:change_id>")
@needs(policy.VIEW_STAY)
def wish(change_id: int) -> ResponseReturnValue:
    return _wish(change_id, RefuseForm(formdata=None))


@bp.post("/changes/<int:change_id>/agree")
@needs(policy.ANSWER_CHANGE)
def agree(change_id: int) -> ResponseReturnValue:
    return _answer(change_id, agree_to_change, _("You agreed."))


@bp.post("/changes/<int:change_id>/take-back")
@needs(policy.TAKE_BACK_CHANGE)
def take_back(change_id: int) -> ResponseReturnValue:
    return _answer(change_id, take_back_change, _("The wish is taken back."))


@bp.post("/changes/<int:change_id>/refuse")
@needs(policy.ANSWER_CHANGE)
def refuse(change_id: int) -> ResponseReturnValue:
    form = RefuseForm(request.form)
    return settle(
        form,
        find=lambda work: find_change(work, change_id),
        do=lambda work, found: refuse_change(work, found, answer=form.answer.data or ""),
        said=_("The stay keeps the days it had."),
        to=url_for(".wish", change_id=change_id),
        again=lambda refusal: _wish(change_id, form, refusal),
    )


def _answer(
    change_id: int, do: Callable[[Work, StayChange], None], said: str
) -> ResponseReturnValue:
    return settle(
        Button(request.form),
        find=lambda work: find_change(work, change_id),
        do=do,
        said=said,
        to=url_for(".wish", change_id=change_id),
    )


def _wish(change_id: int, form: RefuseForm, refusal: str = "") -> str:
    actor = current_actor()
    stay = one_or_404(queries.stay_of(actor, StayChange, change_id))
    policy.VIEW_STAY.require(actor, stay)
    found = next(one for one in stay.changes if one.id == change_id)
    return render_template(
        "stays/wish.html",
        found=found,
        stay=stay,
        form=form,
        refusals=[refusal] if refusal else [],
        may_answer=found.state == "asked" and policy.ANSWER_CHANGE.allows(actor, found),
        may_take_back=found.state == "asked" and policy.TAKE_BACK_CHANGE.allows(actor, found),
        wording=wording,
    )


# --- the list before arrival


@bp.get("/<int:stay_id>/preparations/new")
@needs(policy.ADD_PREPARATION)
def new_line(stay_id: int) -> ResponseReturnValue:
    found = _shown(stay_id, policy.ADD_PREPARATION)
    data = {"side": Side.PERSON.value, "due_on": found.starts_on}
    return _page("line", found, LineForm(formdata=None, data=data))


@bp.post("/<int:stay_id>/preparations/new")
@needs(policy.ADD_PREPARATION)
def add_line(stay_id: int) -> ResponseReturnValue:
    form = LineForm(request.form)
    return _say(
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


# --- one page for everything that is a few fields and a button


def _shown(stay_id: int, may: Permission[Stay]) -> Stay:
    found = one_or_404(queries.stay_with_all(current_actor(), stay_id))
    may.require(current_actor(), found)
    return found


def _found(work: Work, stay_id: int, may: Permission[Stay]) -> Stay:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = work.find(queries.stay_with_all(work.actor, stay_id))
    may.require(work.actor, found)
    return found


def _say(
    stay_id: int,
    may: Permission[Stay],
    what: str,
    form: Form,
    do: Callable[[Work, Stay], Any],
    *,
    said: str,
) -> ResponseReturnValue:
    """Do it and go back to the stay; or show the same page again, with what was typed."""

    def again(refusal: str) -> str:
        found = _shown(stay_id, may)
        # After a clash the page shows what is newest: what is sent again answers that.
        if isinstance(form, ChangeForm):
            form.version.data = found.version
        return _page(what, found, form, refusal)

    return settle(
        form,
        find=lambda work: _found(work, stay_id, may),
        do=do,
        said=said,
        to=url_for(".stay", stay_id=stay_id),
        again=again,
    )


def _page(what: str, found: Stay, form: Form, refusal: str = "") -> str:
    return render_template(
        f"stays/say/{what}.html",
        stay=found,
        form=form,
        refusals=[refusal] if refusal else [],
        wording=wording,
    )
