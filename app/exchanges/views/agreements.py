"""Agreements for the universities that make them: read, answered, renewed, ended."""

from collections.abc import Callable
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import policy, queries, terms, wording
from app.exchanges.forms import AnswerForm, EndForm, RenewForm, WordForm
from app.exchanges.models import Agreement, AgreementSide
from app.exchanges.operations import (
    approve_revision,
    decline_revision,
    end_agreement,
    renew_agreement,
)
from app.exchanges.views import bp
from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work

F = TypeVar("F", bound=WordForm)


@bp.get("/agreements")
@needs(policy.SEE_AGREEMENTS)
def agreements() -> ResponseReturnValue:
    actor = current_actor()
    policy.SEE_AGREEMENTS.require(actor, None)
    found = db.session.scalars(queries.agreements_listed(actor, _before())).all()
    shown = found[: queries.PAGE]
    return render_template(
        "exchanges/agreements.html",
        agreements=shown,
        more=shown[-1].id if len(found) > queries.PAGE else None,
        waiting=queries.waiting_for(db.session(), actor, [one.id for one in shown]),
        states=wording.agreement_states(),
        chips=wording.STATE_CHIPS,
        may_propose=policy.PROPOSE_SOME.allows(actor, None),
    )


def _before() -> int | None:
    told = request.args.get("before", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else None


@bp.get("/agreements/<int:agreement_id>")
@needs(policy.VIEW_AGREEMENT)
def agreement(agreement_id: int) -> ResponseReturnValue:
    return _page(agreement_id)


def _page(agreement_id: int, sent: WordForm | None = None, *refusals: str) -> str:
    """The agreement, with what can be said to it; `sent` is the form that was not taken."""
    actor = current_actor()
    found = one_or_404(queries.agreement_with_all(actor, agreement_id))
    newest = queries.latest(found)
    said = queries.terms_of(found, newest)
    names = {side.organisation.ref: side.organisation.name for side in found.sides}
    mine = spoken_for(actor, found)
    approved = queries.last_approved_by(found, mine) if mine else None
    changed = (
        terms.changes(queries.terms_of(found, approved), said)
        if approved is not None and approved is not newest
        else []
    )
    kinds = {"answer": AnswerForm, "renewal": RenewForm, "ending": EndForm}
    forms = {n: sent if type(sent) is kind else kind(formdata=None) for n, kind in kinds.items()}
    return render_template(
        "exchanges/agreement.html",
        agreement=found,
        newest=newest,
        lines=[wording.line(condition, names) for condition in said.conditions],
        last_year=said.last_year,
        answers={answer.side_id: answer for answer in newest.answers},
        mine=mine,
        approved=approved,
        differences=[wording.difference(one, names) for one in changed],
        sent=sent or forms["answer"],
        **forms,
        refusals=refusals,
        states=wording.agreement_states(),
        chips=wording.STATE_CHIPS,
    )


def spoken_for(actor: Actor, found: Agreement) -> AgreementSide | None:
    """The side that the actor speaks for; of several, one whose word is still missing."""
    mine = [side for side in found.sides if policy.SPEAK.allows(actor, side)]
    newest = queries.latest(found)
    given = {answer.side_id for answer in newest.answers if answer.approves}
    missing = [side for side in mine if side.organisation_id not in given]
    return next(iter([*missing, *mine]), None)


@bp.post("/agreements/<int:agreement_id>/approve")
@needs(policy.ANSWER_AGREEMENT)
def approve(agreement_id: int) -> ResponseReturnValue:
    return _say(
        agreement_id,
        AnswerForm(),
        lambda work, found, side, form: approve_revision(
            work,
            found,
            side,
            seen=form.seen.data,
            fingerprint=form.fingerprint.data or "",
        ),
        _("Your university has approved this revision."),
    )


@bp.post("/agreements/<int:agreement_id>/decline")
@needs(policy.ANSWER_AGREEMENT)
def decline(agreement_id: int) -> ResponseReturnValue:
    return _say(
        agreement_id,
        AnswerForm(),
        lambda work, found, side, form: decline_revision(
            work, found, side, seen=form.seen.data, comment=form.comment.data or ""
        ),
        _("The other side is told what has to be different."),
    )


@bp.post("/agreements/<int:agreement_id>/renew")
@needs(policy.ANSWER_AGREEMENT)
def renew(agreement_id: int) -> ResponseReturnValue:
    return _say(
        agreement_id,
        RenewForm(),
        lambda work, found, side, form: renew_agreement(
            work, found, side, seen=form.seen.data, until=form.until.data or 0
        ),
        _("The other side is asked whether it goes on as long."),
    )


@bp.post("/agreements/<int:agreement_id>/end")
@needs(policy.ANSWER_AGREEMENT)
def end(agreement_id: int) -> ResponseReturnValue:
    return _say(
        agreement_id,
        EndForm(),
        lambda work, found, side, form: end_agreement(
            work, found, side, reason=form.reason.data or ""
        ),
        _("The agreement has ended. The other side is told."),
    )


def _say(
    agreement_id: int,
    form: F,
    give: Callable[[Work, Agreement, AgreementSide, F], object],
    said: str,
) -> ResponseReturnValue:
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(queries.agreement_with_all(work.actor, agreement_id))
            policy.ANSWER_AGREEMENT.require(work.actor, found)
            if form.validate():
                give(work, found, named_side(found, form.side.data), form)
    except (ChangedMeanwhile, RuleBroken) as refusal:
        return _page(agreement_id, form, str(refusal)), 409
    if form.errors:
        return _page(agreement_id, form), 422
    flash(said, "success")
    return redirect(url_for(".agreement", agreement_id=agreement_id))


def named_side(found: Agreement, side_id: int | None) -> AgreementSide:
    side = next((side for side in found.sides if side.id == side_id), None)
    if side is None:
        raise RuleBroken(_("This university is no side of the agreement."))
    return side
