"""The check before sign-up: at most six questions, each rule's answer in words, other calls."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.fellowships.forms.checking import CheckForm
from app.fellowships.models import Call
from app.fellowships.queries.published import open_calls
from app.fellowships.views import bp
from app.fellowships.views.published import call_of, rules_of, rules_on, text_of
from app.foundation import clock
from app.foundation.database import db
from app.foundation.web import current_actor, public
from app.opportunities.eligibility import Facts, Outcome, check, may_apply

MOST_OTHERS = 5


@bp.get("/<ref>/check")
@public
def check_eligibility(ref: str) -> ResponseReturnValue:
    """Nothing that is answered here is kept."""
    page = call_of(ref)
    rules = rules_on(page)
    asked = bool(request.args)
    form = CheckForm(formdata=request.args if asked else None, rules=rules)
    good = not asked or form.validate()
    results = check(rules, form.facts) if asked and good else []
    return render_template(
        "fellowships/check.html",
        call=page.call,
        text=text_of(page),
        form=form,
        results=results,
        may=may_apply(results),
        sure=all(result.outcome is Outcome.MET for result in results),
        others=_others(form.facts, page.call.id) if results and not may_apply(results) else [],
    ), 200 if good else 422


def _others(facts: Facts, but: int) -> list[Call]:
    """Open calls that nothing of what was said stands against, the next to close first."""
    fitting = [
        one
        for one in db.session.scalars(open_calls(current_actor(), clock.now()))
        if one.id != but and may_apply(check(rules_of(one), facts))
    ]
    return fitting[:MOST_OTHERS]
