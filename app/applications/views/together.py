"""The office's work on several applications at once: read the list, type its number, done."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row
from werkzeug.datastructures import MultiDict

from app.applications import policy
from app.applications.forms.casework import offer
from app.applications.forms.together import OfficerTogetherForm, TagTogetherForm, TogetherForm
from app.applications.forms.tracking import DecideTogetherForm, read_filters, row_id
from app.applications.models import Application
from app.applications.operations import Decision, decide_together
from app.applications.operations.screening import MOVES, find_together
from app.applications.operations.together import assign_together, tag_together
from app.applications.queries import tracking as queries
from app.applications.queries.casework import office_people, read_named
from app.applications.queries.narrowing import Filters
from app.applications.states import STATE_NAMES, TagColour
from app.applications.views.tracking import bp, call, opportunity_of
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.permissions import Permission
from app.foundation.web import current_actor, needs, safe_next
from app.foundation.work import Work, unit_of_work

# So many are still a list that a person reads before confirming it.
MOST_TOGETHER = 500


@bp.get("/<int:call_id>/together")
@needs(policy.DECIDE_TOGETHER)
def together(call_id: int) -> ResponseReturnValue:
    """The list of what would be decided about, before anything is."""
    opportunity = opportunity_of(call_id)
    policy.DECIDE_TOGETHER.require(current_actor(), opportunity)
    ids, why_not = asked_for(opportunity)
    verb = request.args.get("verb")
    if verb not in set(Decision) or why_not:
        return back_with(call_id, why_not or nothing_ticked())
    form = DecideTogetherForm(formdata=None, verb=verb, back=way_back(call_id))
    return _decision_page(opportunity, form, ids)


@bp.post("/<int:call_id>/together")
@needs(policy.DECIDE_TOGETHER)
def decide(call_id: int) -> ResponseReturnValue:
    """Decide about all of them, or about none."""
    form = DecideTogetherForm(request.form)
    ids, why_not = sent_ids()
    if form.verb.data not in set(Decision) or why_not:
        policy.DECIDE_TOGETHER.require(current_actor(), opportunity_of(call_id))
        flash(why_not or nothing_ticked(), "warning")
        return make_response(call(call_id), 422)
    try:
        with unit_of_work(current_actor()) as work:
            applications = find_together(work, call_id, ids)
            valid = form.validate()
            if valid:
                decide_together(
                    work,
                    applications,
                    form.decision,
                    count=form.count.data,
                    reason=form.screening_reason,
                    note=form.note.data or "",
                    key=form.request_key.data,
                )
    except RuleBroken as refusal:
        return _decision_page(opportunity_of(call_id), form, ids, str(refusal)), 409
    if not valid:
        return _decision_page(opportunity_of(call_id), form, ids), 422
    flash(_decided(form.decision, len(ids)), "success")
    return redirect(safe_next(form.back.data) or url_for(".call", call_id=call_id))


@bp.get("/<int:call_id>/together/officer")
@needs(policy.WORK_TOGETHER)
def officer_together(call_id: int) -> ResponseReturnValue:
    return _casework_page(call_id, OfficerTogetherForm)


@bp.post("/<int:call_id>/together/officer")
@needs(policy.WORK_TOGETHER)
def assign(call_id: int) -> ResponseReturnValue:
    """Give all of these cases to one person, or none."""

    def do(work: Work, applications: list[Application], form: OfficerTogetherForm) -> None:
        assign_together(
            work,
            applications[0].opportunity,
            applications,
            officer_id=int(form.officer.data) if form.officer.data else None,
            count=form.count.data,
            key=form.request_key.data,
        )

    return _done_together(call_id, OfficerTogetherForm(request.form), do)


@bp.get("/<int:call_id>/together/tag")
@needs(policy.WORK_TOGETHER)
def tag_list(call_id: int) -> ResponseReturnValue:
    return _casework_page(call_id, TagTogetherForm)


@bp.post("/<int:call_id>/together/tag")
@needs(policy.WORK_TOGETHER)
def tag(call_id: int) -> ResponseReturnValue:
    """Put the tag on all of these, or on none."""

    def do(work: Work, applications: list[Application], form: TagTogetherForm) -> None:
        tag_together(
            work,
            applications[0].opportunity,
            applications,
            name=form.name.data or "",
            colour=TagColour(form.colour.data),
            count=form.count.data,
            key=form.request_key.data,
        )

    return _done_together(call_id, TagTogetherForm(request.form), do)


def asked_for(opportunity: Any) -> tuple[list[int], str]:
    """The ids that were ticked, or of all that the list's filters leave; or why there are none."""
    if request.args.get("all") != "1":
        return _within(ids_in(request.args.getlist("application")))
    back = MultiDict(parse_qsl(urlsplit(request.args.get("back", "")).query))
    query = queries.tracked(current_actor(), opportunity.id, read_filters(back))
    query = query.with_only_columns(Application.id).order_by(Application.sort_key, Application.id)
    return _within(list(db.session.scalars(query.limit(MOST_TOGETHER + 1))))


def sent_ids() -> tuple[list[int], str]:
    """The ids of the list that was confirmed; or what is wrong with them."""
    return _within(ids_in(request.form.getlist("application")))


def _within(ids: list[int]) -> tuple[list[int], str]:
    if len(ids) > MOST_TOGETHER:
        most = languages.number(MOST_TOGETHER)
        return [], _(
            "At most %(most)s applications at once. Narrow the list down; nothing was done.",
            most=most,
        )
    return ids, "" if ids else nothing_ticked()


def nothing_ticked() -> str:
    return _("Tick the applications first, then choose what to do with them.")


def ids_in(texts: Sequence[str]) -> list[int]:
    """Ids out of an address or a form, each once."""
    found = (row_id(text) for text in texts)
    return list(dict.fromkeys(i for i in found if i is not None))


def way_back(call_id: int) -> str:
    return safe_next(request.values.get("back")) or url_for("tracking.call", call_id=call_id)


def back_with(call_id: int, why: str) -> ResponseReturnValue:
    flash(why, "warning")
    return redirect(way_back(call_id))


def rows_of(opportunity_id: int, ids: Sequence[int]) -> list[Row[Any]]:
    """The listed applications of these ids, in the order of the ids."""
    query = queries.tracked(current_actor(), opportunity_id, Filters())
    found = {r.id: r for r in db.session.execute(query.where(Application.id.in_(ids)))}
    return [found[i] for i in ids if i in found]


def require(permission: Permission[Any], opportunity: Any) -> None:
    permission.require(current_actor(), opportunity)


def _decision_page(
    opportunity: Any, form: DecideTogetherForm, ids: Sequence[int], refusal: str = ""
) -> str:
    rows = rows_of(opportunity.id, ids)
    sources = MOVES[form.decision].sources
    return render_template(
        "tracking/together.html",
        opportunity=opportunity,
        form=form,
        rows=rows,
        possible=[row.id for row in rows if row.state in sources],
        decision=form.decision.value,
        refusal=refusal,
        names=STATE_NAMES,
        target=STATE_NAMES[MOVES[form.decision].target],
    )


def _casework_page(
    call_id: int, kind: type[TogetherForm], sent: Any = None, refusal: str = ""
) -> ResponseReturnValue:
    opportunity = opportunity_of(call_id)
    require(policy.WORK_TOGETHER, opportunity)
    ids, why_not = asked_for(opportunity) if sent is None else sent_ids()
    if why_not:
        return back_with(call_id, why_not)
    form = sent or kind(formdata=None, back=way_back(call_id))
    if isinstance(form, OfficerTogetherForm):
        _offer_people(form, opportunity)
    return render_template(
        "tracking/casework_together.html",
        opportunity=opportunity,
        form=form,
        rows=rows_of(opportunity.id, ids),
        names=STATE_NAMES,
        refusal=refusal,
        by_tag=isinstance(form, TagTogetherForm),
        tags=read_named(opportunity.tags),
    )


def _offer_people(form: OfficerTogetherForm, opportunity: Any) -> None:
    people = db.session.scalars(office_people(opportunity))
    offer(
        form.officer,
        [(person.id, person.shown_name) for person in people],
        nobody=_("Nobody in particular"),
    )


def _done_together(
    call_id: int, form: Any, do: Callable[[Work, list[Application], Any], None]
) -> ResponseReturnValue:
    """One thing written about all of these cases; refused, the list again with the reason."""
    refusal = ""
    opportunity = opportunity_of(call_id)
    require(policy.WORK_TOGETHER, opportunity)
    ids, why_not = sent_ids()
    if why_not:
        return back_with(call_id, why_not)
    if isinstance(form, OfficerTogetherForm):
        _offer_people(form, opportunity)
    try:
        with unit_of_work(current_actor()) as work:
            applications = find_together(work, call_id, ids)
            valid = form.validate()
            if valid:
                do(work, applications, form)
    except RuleBroken as broken:
        refusal, valid = str(broken), False
    if not valid:
        db.session.rollback()
        page = _casework_page(call_id, type(form), form, refusal)
        return make_response(page, 409 if refusal else 422)
    flash(
        ngettext(
            "It is written down for %(num)s application.",
            "It is written down for %(num)s applications.",
            len(ids),
        ),
        "success",
    )
    return redirect(way_back(call_id))


def _decided(decision: Decision, number: int) -> str:
    match decision:
        case Decision.ELIGIBLE:
            return ngettext(
                "%(num)s application is eligible.", "%(num)s applications are eligible.", number
            )
        case Decision.NOT_ELIGIBLE:
            return ngettext(
                "%(num)s application is not eligible; the applicant is told why.",
                "%(num)s applications are not eligible; the applicants are told why.",
                number,
            )
        case Decision.SHORTLIST:
            return ngettext(
                "%(num)s application is on the shortlist.",
                "%(num)s applications are on the shortlist.",
                number,
            )
        case Decision.UNLIST:
            return ngettext(
                "%(num)s application is off the shortlist.",
                "%(num)s applications are off the shortlist.",
                number,
            )
        case Decision.NOT_SELECTED:
            return ngettext(
                "%(num)s application is not selected; the applicant is told.",
                "%(num)s applications are not selected; the applicants are told.",
                number,
            )
