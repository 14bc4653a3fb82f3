"""The office's pages over a whole call: who reads what, and the ranked list."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.applications.forms.tracking import row_id
from app.applications.models import Application
from app.applications.queries import newest_rubric
from app.applications.states import STATE_NAMES
from app.applications.views.tracking import TONES
from app.foundation import languages
from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.opportunities.deadlines import end_of_day
from app.opportunities.form_definitions import text_in
from app.opportunities.models import Opportunity
from app.opportunities.queries import opportunities_visible_to
from app.opportunities.rubrics import parse_rubric
from app.reviews import policy, queries
from app.reviews.conflicts import conflict_between
from app.reviews.forms import AssignForm, PublishForm, row_number
from app.reviews.matching import Plan, plan_readings
from app.reviews.operations import assign_pairs
from app.reviews.queries import office as office_queries
from app.reviews.scoring import is_large
from app.reviews.states import COUNTS, ReviewState

bp = Blueprint("assigning", __name__, url_prefix="/reviews")


@dataclass(frozen=True, slots=True)
class Preview:
    """A plan with everything that its page says about it."""

    plan: Plan
    applications: dict[int, Any]
    burdens: dict[int, int]
    barred: dict[int, list[int]]

    @property
    def digest(self) -> str:
        """What a plan is recognised by when it is published."""
        return hashlib.sha256(repr(self.plan.pairs).encode()).hexdigest()[:32]


@bp.get("/assign/<int:opportunity_id>")
@needs(policy.ASSIGN)
def assign(opportunity_id: int) -> ResponseReturnValue:
    """Choose reviewers and how many reviews; then see who would get what."""
    opportunity = _opportunity(opportunity_id)
    policy.ASSIGN.require(current_actor(), opportunity)
    asked = "per" in request.args
    if not asked:
        due = getattr(opportunity, "reviews_due_at", None)
        form = AssignForm(
            formdata=None,
            per=getattr(opportunity, "reviews_wanted", 2),
            due=due.date() if due else None,
        )
        return _choose(opportunity, form, None)
    form = AssignForm(request.args, meta={"csrf": False})
    chosen = _chosen(request.args.getlist("reviewer"))
    if not form.validate() or not chosen:
        return _choose(opportunity, form, chosen)
    return _preview(opportunity, form, chosen)


@bp.post("/assign/<int:opportunity_id>")
@needs(policy.ASSIGN)
def publish(opportunity_id: int) -> ResponseReturnValue:
    """Assign as planned, if the plan is still the one that was looked at."""
    form = PublishForm(request.form)
    chosen = _chosen(request.form.getlist("reviewer"))
    try:
        with unit_of_work(current_actor()) as work:
            opportunity = work.find(
                opportunities_visible_to(work.actor).where(Opportunity.id == opportunity_id)
            )
            policy.ASSIGN.require(work.actor, opportunity)
            valid = form.validate() and bool(chosen)
            if valid:
                pool = _pool(work.session, opportunity, chosen)
                plan = _plan(work.session, work.actor, opportunity, pool, form.per.data or 1)
                _refuse_another_plan(plan, form)
                people = {p.id: p for p in pool}
                rows = _rows(work.session, plan.plan)
                assign_pairs(
                    work,
                    opportunity,
                    [(rows[a], people[r]) for a, r in plan.plan.pairs],
                    due_at=end_of_day(form.due.data, opportunity.closes_zone),
                    wanted=form.per.data or 1,
                )
    except RuleBroken as refusal:
        db.session.rollback()
        return _preview(_opportunity(opportunity_id), form, chosen, str(refusal)), 409
    if not valid:
        return _choose(_opportunity(opportunity_id), form, chosen), 422
    flash(
        ngettext(
            "%(num)s review is assigned; the reviewers are told.",
            "%(num)s reviews are assigned; the reviewers are told.",
            len(plan.plan.pairs),
        ),
        "success",
    )
    return redirect(url_for("tracking.call", call_id=opportunity_id))


@bp.get("/ranking/<int:opportunity_id>")
@needs(policy.RANK)
def ranking(opportunity_id: int) -> ResponseReturnValue:
    """All applications with a review, by their mean; where reviews are far apart, it says so."""
    actor, session = current_actor(), db.session()
    opportunity = _opportunity(opportunity_id)
    policy.RANK.require(actor, opportunity)
    page = office_queries.ranked(
        session,
        actor,
        opportunity_id,
        before=row_id(request.args.get("before")),
        after=row_id(request.args.get("after")),
    )
    version = session.scalar(newest_rubric(opportunity_id))
    rubric = parse_rubric(version.definition) if version else None
    low, high = (rubric.low, rubric.high) if rubric else (0, 0)
    return render_template(
        "reviews/ranking.html",
        opportunity=opportunity,
        page=page,
        ranks=_ranks(session, actor, opportunity_id, page.rows),
        means=office_queries.criteria_means(session, [r.id for r in page.rows]),
        rubric=rubric,
        far_apart={r.id for r in page.rows if rubric and is_large(r.score_spread, low, high)},
        names=STATE_NAMES,
        tones=TONES,
        text_in=lambda texts: text_in(texts, languages.reader().locale),
    )


def _refuse_another_plan(plan: Preview, form: PublishForm) -> None:
    if plan.digest != form.plan.data:
        raise RuleBroken(_("Something changed meanwhile. Look at the new plan and publish it."))


def _opportunity(opportunity_id: int) -> Opportunity:
    query = opportunities_visible_to(current_actor()).where(Opportunity.id == opportunity_id)
    return one_or_404(query)


def _chosen(texts: Sequence[str]) -> list[int]:
    return sorted({i for i in map(row_number, texts) if i is not None})


def _pool(session: Session, opportunity: Opportunity, chosen: Sequence[int] | None) -> list[User]:
    pool = queries.reviewers_of(opportunity.id, opportunity.programme_id)
    if chosen is not None:
        pool = pool.where(User.id.in_(chosen))
    return list(session.scalars(pool))


def _rows(session: Session, plan: Plan) -> dict[int, Application]:
    ids = {a for a, _r in plan.pairs}
    return {a.id: a for a in session.scalars(select(Application).where(Application.id.in_(ids)))}


def _plan(
    session: Session, actor: Actor, opportunity: Opportunity, pool: Sequence[User], per: int
) -> Preview:
    """Who of the chosen would read what, so that each application has `per` reviews."""
    rows = list(session.execute(queries.assignable_applications(actor, opportunity.id)))
    applicants = queries.applicants_of(session, rows)
    parties = queries.parties_of(session, [p.id for p in pool])
    known = queries.reviews_of_applications(session, opportunity.id)
    barred: dict[int, list[int]] = {
        row.id: [p.id for p in pool if conflict_between(applicants[row.id], parties[p.id])]
        for row in rows
    }
    excluded = {(a, r) for a, people in barred.items() for r in people}
    excluded |= {pair for pair, state in known.items() if state is not ReviewState.TAKEN_BACK}
    has = {row.id: 0 for row in rows}
    for (application_id, _reviewer), state in known.items():
        if state in COUNTS and application_id in has:
            has[application_id] += 1
    lacking = {row.id: max(0, per - has[row.id]) for row in rows}
    burdens = queries.burdens_of(session, opportunity.id)
    plan = plan_readings(lacking, [p.id for p in pool], excluded=excluded, burdens=burdens)
    return Preview(plan, {row.id: row for row in rows}, burdens, barred)


def _choose(opportunity: Opportunity, form: AssignForm, chosen: Sequence[int] | None) -> str:
    session = db.session()
    return render_template(
        "reviews/assign.html",
        opportunity=opportunity,
        form=form,
        pool=_pool(session, opportunity, None),
        burdens=queries.burdens_of(session, opportunity.id),
        chosen=chosen,
        waiting=len(
            list(session.execute(queries.assignable_applications(current_actor(), opportunity.id)))
        ),
    )


def _preview(
    opportunity: Opportunity, form: AssignForm, chosen: Sequence[int], refusal: str = ""
) -> str:
    session = db.session()
    pool = _pool(session, opportunity, chosen)
    preview = _plan(session, current_actor(), opportunity, pool, form.per.data or 1)
    publish_form = PublishForm(formdata=None, per=form.per.data, due=form.due.data)
    return render_template(
        "reviews/preview.html",
        opportunity=opportunity,
        form=publish_form,
        pool=pool,
        preview=preview,
        names={p.id: p.full_name for p in pool},
        refusal=refusal,
    )


def _ranks(
    session: Session, actor: Actor, opportunity_id: int, rows: Sequence[Any]
) -> dict[int, int]:
    """Equal means share a rank, and the next one counts on: 1, 2, 2, 4."""
    if not rows:
        return {}
    above = office_queries.number_above(session, actor, opportunity_id, rows[0])
    ranks: dict[int, int] = {}
    for n, row in enumerate(rows):
        same = n > 0 and row.score_sort == rows[n - 1].score_sort
        ranks[row.id] = ranks[rows[n - 1].id] if same else above + 1 + n
    return ranks
