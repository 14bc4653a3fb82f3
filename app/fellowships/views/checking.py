"""The check before sign-up: at most six questions, each rule's answer in words, other calls."""

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
from app.foundation.web import current_actor, one_or_404, public
from app.foundation.work import unit_of_work
from app.opportunities.eligibility import Facts, Outcome, RuleResult, check, may_apply
from app.opportunities.models import Opportunity

MOST_OTHERS = 5


@bp.route("/<ref>/check", methods=["GET", "POST"])
@public
def check_eligibility(ref: str) -> ResponseReturnValue:
    """Nothing that is answered here stands in an address, which others who use the machine read.

    Of somebody who is signed in the result is kept for their application; of nobody else.
    """
    page = call_of(ref)
    person_id = current_actor().user_id
    form = (CheckForm if person_id is None else KeptCheckForm)(rules=rules_on(page))
    asked = request.method == "POST"
    good = not asked or form.validate()
    results: list[RuleResult] = []
    if asked and good:
        results = check(form.rules, form.facts) if person_id is None else _keep(page, form)
    kept = db.session.scalar(check_of(page.call.id, person_id))
    return _page(page, form, results, kept=kept), 200 if good else 422


def _keep(page: CallPage, form: CheckForm) -> list[RuleResult]:
    with unit_of_work(current_actor()) as work:
        query = opportunities_to_start(work.actor).where(Opportunity.id == page.call.id)
        return keep_check(work, one_or_404(query), form.facts)


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
