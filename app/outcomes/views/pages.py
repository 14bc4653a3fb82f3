"""What came of a stay: the list, and the page on which it is told, confirmed and shown."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import SIGNED_IN, Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.outcomes import policy, queries, wording
from app.outcomes.forms import AnswerForm, OutcomeForm, ShowForm, shown_in_form
from app.outcomes.models import Outcome
from app.outcomes.operations import (
    confirm_outcome,
    publish_outcome,
    return_outcome,
    save_outcome,
    send_outcome,
    show_outcome,
)
from app.outcomes.states import OPEN, OutcomeState
from app.outcomes.views import bp
from app.stays import policy as stays
from app.stays.models import Stay
from app.stays.queries import stays_visible_to


@bp.get("")
@needs(SIGNED_IN)
def outcomes() -> ResponseReturnValue:
    """Of one's own stays, and of those that one's offices host or send."""
    found = db.session.scalars(queries.outcomes_of_stays(current_actor())).unique().all()
    return render_template(
        "outcomes/outcomes.html",
        outcomes=found,
        today=clock.now().date(),
        me=current_actor().user_id,
        wording=wording,
        open_states=OPEN,
    )


@bp.get("/of/<int:stay_id>")
@needs(stays.VIEW_STAY)
def of_stay(stay_id: int) -> ResponseReturnValue:
    """The way from a stay to what came of it; the person is asked soon after the last day."""
    stay = one_or_404(stays_visible_to(current_actor()).where(Stay.id == stay_id))
    found = db.session.scalar(queries.outcome_of_stay(stay.id))
    if found is None:
        flash(_("The person is asked within an hour after the departure is confirmed."), "info")
        return redirect(url_for("stays.stay", stay_id=stay_id))
    return redirect(_page_of(found))


@bp.get("/<int:outcome_id>")
@needs(policy.VIEW)
def outcome(outcome_id: int) -> ResponseReturnValue:
    return _page(outcome_id)


@bp.post("/<int:outcome_id>")
@needs(policy.TELL)
def save(outcome_id: int) -> ResponseReturnValue:
    form = OutcomeForm()
    return settle(
        form,
        find=lambda work: _found(work, outcome_id, policy.TELL),
        do=lambda work, found: save_outcome(
            work,
            found,
            done=form.done.data or "",
            next_steps=form.next_steps.data or "",
            results=form.results(),
            version=form.version.data,
        ),
        said=_("Saved. Only you read it until you send it."),
        to=_page_of(outcome_id),
        again=lambda refusal: _page(outcome_id, telling=form, refusal=refusal),
    )


@bp.post("/<int:outcome_id>/send")
@needs(policy.TELL)
def send(outcome_id: int) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: _found(work, outcome_id, policy.TELL),
        do=send_outcome,
        said=_("It is with the host."),
        to=_page_of(outcome_id),
    )


@bp.post("/<int:outcome_id>/confirm")
@needs(policy.ANSWER)
def confirm(outcome_id: int) -> ResponseReturnValue:
    return _answer(outcome_id, confirm_outcome, _("It is confirmed."))


@bp.post("/<int:outcome_id>/return")
@needs(policy.ANSWER)
def give_back(outcome_id: int) -> ResponseReturnValue:
    return _answer(outcome_id, return_outcome, _("It is with the person again."))


def _answer(outcome_id: int, do: Callable[..., None], said: str) -> ResponseReturnValue:
    form = AnswerForm()
    return settle(
        form,
        find=lambda work: _found(work, outcome_id, policy.ANSWER),
        do=lambda work, found: do(work, found, answer=form.answer.data or ""),
        said=said,
        to=_page_of(outcome_id),
        again=lambda refusal: _page(outcome_id, answering=form, refusal=refusal),
    )


@bp.post("/<int:outcome_id>/show")
@needs(policy.TELL)
def show(outcome_id: int) -> ResponseReturnValue:
    form = ShowForm()
    return settle(
        form,
        find=lambda work: _found(work, outcome_id, policy.TELL),
        do=lambda work, found: show_outcome(work, found, shown=form.wish.data == "yes"),
        said=_("Saved."),
        to=_page_of(outcome_id),
    )


@bp.post("/<int:outcome_id>/publish")
@needs(policy.ANSWER)
def publish(outcome_id: int) -> ResponseReturnValue:
    form = ShowForm()
    return settle(
        form,
        find=lambda work: _found(work, outcome_id, policy.ANSWER),
        do=lambda work, found: publish_outcome(work, found, published=form.wish.data == "yes"),
        said=_("Saved."),
        to=_page_of(outcome_id),
    )


def _found(work: Work, outcome_id: int, may: Permission[Outcome]) -> Outcome:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = work.find(queries.outcome_with_all(work.actor, outcome_id))
    may.require(work.actor, found)
    return found


def _page_of(outcome_id: int) -> str:
    return url_for(".outcome", outcome_id=outcome_id)


def _page(
    outcome_id: int,
    *,
    telling: OutcomeForm | None = None,
    answering: AnswerForm | None = None,
    refusal: str = "",
) -> str:
    actor = current_actor()
    found = one_or_404(queries.outcome_with_all(actor, outcome_id))
    policy.VIEW.require(actor, found)
    own = policy.TELL.allows(actor, found)
    if telling is not None:  # after a clash it shows what is newest: what is sent answers that
        telling.version.data = found.version
    wrong: Any = telling if telling is not None else answering or AnswerForm(formdata=None)
    return render_template(
        "outcomes/outcome.html",
        found=found,
        stay=found.stay,
        own=own,
        host=policy.ANSWER.allows(actor, found),
        # What is being written is nobody else's to read.
        readable=found.state not in OPEN,
        may_write=own and found.state in OPEN,
        may_answer=found.state is OutcomeState.SENT and policy.ANSWER.allows(actor, found),
        telling=telling or OutcomeForm(formdata=None, data=shown_in_form(found)),
        answering=answering or AnswerForm(formdata=None),
        wrong=wrong,
        refusals=[refusal] if refusal else [],
        wording=wording,
    )
