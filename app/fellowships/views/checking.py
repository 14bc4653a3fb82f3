"""The check before sign-up: at most six questions, each rule's answer in words, other calls."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.applications.models import EligibilityCheck
from app.applications.operations import keep_check
from app.applications.queries import opportunities_to_start
from app.applications.queries.checks import check_of
from app.fellowships.forms.checking import CheckForm, KeptCheckForm
from app.fellowships.models import Call
from app.fellowships.queries.published import CallPage, open_calls
from app.fellowships.views import bp
from app.fellowships.views.published import call_of, rules_of, rules_on, text_of
from app.foundation import clock
from app.foundation.database import db
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, one_or_404, public
from app.foundation.work import unit_of_work
from app.opportunities.eligibility import Facts, Outcome, RuleResult, check, may_apply
from app.opportunities.models import Opportunity

MOST_OTHERS = 5


@bp.get("/<ref>/check")
@public
def check_eligibility(ref: str) -> ResponseReturnValue:
    """What is answered here is kept of nobody."""
    page = call_of(ref)
    rules = rules_on(page)
    asked = bool(request.args)
    form = _form(request.args if asked else None, rules)
    good = not asked or form.validate()
    results = check(rules, form.facts) if asked and good else []
    kept = db.session.scalar(check_of(page.call.id, current_actor().user_id))
    return _page(page, form, results, kept=kept), 200 if good else 422


@bp.post("/<ref>/check")
@needs(SIGNED_IN)
def keep_eligibility(ref: str) -> ResponseReturnValue:
    """Check, and keep what came of it for one's application."""
    page = call_of(ref)
    form = KeptCheckForm(rules=rules_on(page))
    if not form.validate():
        return _page(page, form, []), 422
    with unit_of_work(current_actor()) as work:
        query = opportunities_to_start(work.actor).where(Opportunity.id == page.call.id)
        results = keep_check(work, one_or_404(query), form.facts)
    kept = db.session.scalar(check_of(page.call.id, current_actor().user_id))
    return _page(page, form, results, kept=kept)


def _form(formdata: Any, rules: dict[str, Any]) -> CheckForm:
    """Of somebody who is signed in the result is kept, so it is sent."""
    kind = CheckForm if current_actor().user_id is None else KeptCheckForm
    return kind(formdata=formdata, rules=rules)


def _page(
    page: CallPage,
    form: CheckForm,
    results: list[RuleResult],
    *,
    kept: EligibilityCheck | None = None,
) -> str:
    return render_template(
        "fellowships/check.html",
        call=page.call,
        text=text_of(page),
        form=form,
        results=results,
        may=may_apply(results),
        sure=all(result.outcome is Outcome.MET for result in results),
        others=_others(form.facts, page.call.id) if results and not may_apply(results) else [],
        keeps=isinstance(form, KeptCheckForm),
        kept=kept,
    )


def _others(facts: Facts, but: int) -> list[Call]:
    """Open calls that nothing of what was said stands against, the next to close first."""
    fitting = [
        one
        for one in db.session.scalars(open_calls(current_actor(), clock.now()))
        if one.id != but and may_apply(check(rules_of(one), facts))
    ]
    return fitting[:MOST_OTHERS]
