"""Pages on which one thing is said: who came, who left, an interruption, other days."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.stays import policy, queries, wording
from app.stays.forms import (
    ArrivalForm,
    ChangeForm,
    DepartureForm,
    InterruptForm,
    RefuseForm,
    ResumeForm,
)
from app.stays.models import StayChange
from app.stays.operations import (
    agree_to_change,
    ask_for_change,
    confirm_arrival,
    confirm_departure,
    find_change,
    interrupt_stay,
    refuse_change,
    resume_stay,
    take_back_change,
)
from app.stays.views import bp
from app.stays.views.saying import page, say, shown

# --- the host says who came and who left


@bp.get("/<int:stay_id>/arrival")
@needs(policy.CONFIRM)
def arrival(stay_id: int) -> ResponseReturnValue:
    found = shown(stay_id, policy.CONFIRM)
    return page("arrival", found, ArrivalForm(formdata=None, data={"on": found.starts_on}))


@bp.post("/<int:stay_id>/arrival")
@needs(policy.CONFIRM)
def confirm_arrival_of(stay_id: int) -> ResponseReturnValue:
    form = ArrivalForm(request.form)
    return say(
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
    found = shown(stay_id, policy.CONFIRM)
    return page("departure", found, DepartureForm(formdata=None, data={"on": found.ends_on}))


@bp.post("/<int:stay_id>/departure")
@needs(policy.CONFIRM)
def confirm_departure_of(stay_id: int) -> ResponseReturnValue:
    form = DepartureForm(request.form)
    return say(
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
    return page("interruption", shown(stay_id, policy.INTERRUPT), InterruptForm(formdata=None))


@bp.post("/<int:stay_id>/interruption")
@needs(policy.INTERRUPT)
def interrupt(stay_id: int) -> ResponseReturnValue:
    form = InterruptForm(request.form)
    return say(
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
    return page("return", shown(stay_id, policy.INTERRUPT), ResumeForm(formdata=None))


@bp.post("/<int:stay_id>/return")
@needs(policy.INTERRUPT)
def resume(stay_id: int) -> ResponseReturnValue:
    form = ResumeForm(request.form)
    return say(
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
    found = shown(stay_id, policy.ASK_CHANGE)
    data = {"starts_on": found.starts_on, "ends_on": found.ends_on, "version": found.version}
    return page("change", found, ChangeForm(formdata=None, data=data))


@bp.post("/<int:stay_id>/change")
@needs(policy.ASK_CHANGE)
def ask_change(stay_id: int) -> ResponseReturnValue:
    form = ChangeForm(request.form)
    return say(
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
