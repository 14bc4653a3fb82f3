"""Asking about a call: one's own questions, and the answers that everybody reads."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.fellowships import policy
from app.fellowships.forms.answering import AskForm
from app.fellowships.models import Call
from app.fellowships.operations import ask_about
from app.fellowships.queries.answers import own_enquiries
from app.fellowships.queries.published import CallPage
from app.fellowships.views import bp
from app.fellowships.views.published import call_of, text_of
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.web import current_actor, needs
from app.foundation.work import unit_of_work
from app.opportunities.deadlines import has_passed
from app.opportunities.queries import is_visible_to
from app.opportunities.states import OpportunityState


@bp.get("/<ref>/questions")
@needs(policy.ASK)
def questions(ref: str) -> ResponseReturnValue:
    return _page(_call_to_ask_about(ref), AskForm(formdata=None))


@bp.post("/<ref>/questions")
@needs(policy.ASK)
def send_question(ref: str) -> ResponseReturnValue:
    page, form = _call_to_ask_about(ref), AskForm(request.form)
    if not form.validate():
        return _page(page, form), 422
    try:
        with unit_of_work(current_actor()) as work:
            visible = is_visible_to(work.actor, Call)
            call = work.find(select(Call).where(Call.ref == ref, visible))
            ask_about(
                work,
                call,
                text=form.text.data or "",
                locale=reader().locale,
                key=form.request_key.data or "",
            )
    except RuleBroken as refusal:
        return _page(page, form, refusals=[str(refusal)]), 409
    flash(_("Your question is sent. The answer comes by mail and stands here."), "success")
    return redirect(url_for(".questions", ref=ref))


def _call_to_ask_about(ref: str) -> CallPage:
    """Its office reads a call before it is published; there is nobody to ask about it yet."""
    page = call_of(ref)
    call: Any = page.call
    if not policy.ASK.allows(current_actor(), call):
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return page


def _page(page: CallPage, form: AskForm, **values: object) -> str:
    call = page.call
    return render_template(
        "fellowships/questions.html",
        call=call,
        text=text_of(page),
        form=form,
        mine=db.session.scalars(own_enquiries(current_actor(), call.id)).all(),
        answered=page.answered(reader().locale),
        takes=call.state == OpportunityState.PUBLISHED and not has_passed(call, clock.now()),
        **values,
    )
