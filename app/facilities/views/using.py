"""A grant: for the person to answer, end and report on; for the centre to read or take back."""

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.facilities import policy, queries, wording
from app.facilities.forms import AcceptForm, ReportForm
from app.facilities.models import FacilityGrant
from app.facilities.operations import (
    accept_use,
    conditions_in,
    decline_use,
    end_use,
    find_grant,
    fingerprint,
    send_report,
    withdraw_use,
)
from app.facilities.states import LIVING, GrantState
from app.facilities.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.permissions import SIGNED_IN, Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.forms import ReasonForm


@bp.get("/mine")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    """What one uses, is offered and has used."""
    locale = reader().locale
    titled = []
    for one in db.session.scalars(queries.grants_of_person(current_actor())):
        words = {text.locale: text for text in one.facility.texts}
        titled.append((one, words.get(locale) or words[one.facility.original_locale]))
    return render_template("facilities/mine.html", grants=titled, wording=wording)


@bp.get("/grants/<int:grant_id>")
@needs(policy.VIEW_GRANT)
def grant(grant_id: int) -> ResponseReturnValue:
    return _page(grant_id)


@bp.get("/grants/<int:grant_id>/conditions.txt")
@needs(policy.VIEW_GRANT)
def agreed(grant_id: int) -> ResponseReturnValue:
    """The conditions that were agreed to, byte for byte: their SHA-256 is the one that is kept."""
    found = one_or_404(queries.grant_with_all(current_actor(), grant_id))
    policy.VIEW_GRANT.require(current_actor(), found)
    return Response(
        found.conditions_words.encode(),
        mimetype="text/plain",
        headers={"Cache-Control": "no-store", "Content-Language": found.conditions_locale or "en"},
    )


@bp.post("/grants/<int:grant_id>/accept")
@needs(policy.ANSWER_GRANT)
def accept(grant_id: int) -> ResponseReturnValue:
    form = AcceptForm(request.form)
    return settle(
        form,
        find=lambda work: _found(work, grant_id, policy.ANSWER_GRANT),
        do=lambda work, found: accept_use(
            work, found, locale=form.locale.data or "", seen=form.seen.data or ""
        ),
        said=_("The use is yours. The conditions to which you agreed are kept with it."),
        to=_page_of(grant_id),
        again=lambda refusal: _page(grant_id, accepting=form, refusal=refusal),
    )


@bp.post("/grants/<int:grant_id>/decline")
@needs(policy.ANSWER_GRANT)
def decline(grant_id: int) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: _found(work, grant_id, policy.ANSWER_GRANT),
        do=decline_use,
        said=_("You declined the use; others may have it."),
        to=_page_of(grant_id),
    )


@bp.post("/grants/<int:grant_id>/end")
@needs(policy.END_GRANT)
def end(grant_id: int) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: _found(work, grant_id, policy.END_GRANT),
        do=end_use,
        said=_("Use has ended; what was left is free for others."),
        to=_page_of(grant_id),
    )


@bp.post("/grants/<int:grant_id>/withdraw")
@needs(policy.WITHDRAW_GRANT)
def withdraw(grant_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    return settle(
        form,
        find=lambda work: _found(work, grant_id, policy.WITHDRAW_GRANT),
        do=lambda work, found: withdraw_use(work, found, reason=form.reason.data or ""),
        said=_("The use is withdrawn, and the person is told why."),
        to=_page_of(grant_id),
        again=lambda refusal: _page(grant_id, withdrawing=form, refusal=refusal),
    )


@bp.post("/grants/<int:grant_id>/report")
@needs(policy.REPORT)
def report(grant_id: int) -> ResponseReturnValue:
    form = ReportForm(request.form)
    return settle(
        form,
        find=lambda work: _found(work, grant_id, policy.REPORT),
        do=lambda work, found: send_report(
            work,
            found,
            done=form.done.data or "",
            outcome=form.outcome.data or "",
            links=form.addresses(),
            version=form.version.data,
        ),
        said=_("The centre has your report. Thank you."),
        to=_page_of(grant_id),
        again=lambda refusal: _page(grant_id, reporting=form, refusal=refusal),
    )


def _found(work: Work, grant_id: int, may: Permission[FacilityGrant]) -> FacilityGrant:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = find_grant(work, grant_id)
    may.require(work.actor, found)
    return found


def _page_of(grant_id: int) -> str:
    return url_for(".grant", grant_id=grant_id)


def _page(
    grant_id: int,
    *,
    accepting: AcceptForm | None = None,
    withdrawing: ReasonForm | None = None,
    reporting: ReportForm | None = None,
    refusal: str = "",
) -> str:
    actor = current_actor()
    found = one_or_404(queries.grant_with_all(actor, grant_id))
    policy.VIEW_GRANT.require(actor, found)
    facility, locale = found.facility, reader().locale
    words = {text.locale: text for text in facility.texts}
    conditions = conditions_in(facility, locale)
    # After a clash the page shows what is newest: what is sent again answers that.
    accepting = accepting or AcceptForm(formdata=None)
    accepting.locale.data = conditions.locale
    accepting.seen.data = fingerprint(conditions.words)
    reporting = reporting or _report_form(found)
    reporting.version.data = found.report.version if found.report else 0
    offered = found.state is GrantState.OFFERED and found.answer_by >= clock.now()
    used = found.state in {GrantState.RUNNING, GrantState.ENDED}
    return render_template(
        "facilities/grant.html",
        found=found,
        facility=facility,
        text=words.get(locale) or words[facility.original_locale],
        conditions=conditions,
        accepting=accepting,
        withdrawing=withdrawing or ReasonForm(formdata=None),
        reporting=reporting,
        refusals=[refusal] if refusal else [],
        is_own=policy.is_own.holds(actor, found),
        may_answer=offered and policy.ANSWER_GRANT.allows(actor, found),
        may_end=found.state is GrantState.RUNNING and policy.END_GRANT.allows(actor, found),
        may_withdraw=found.state in LIVING and policy.WITHDRAW_GRANT.allows(actor, found),
        may_report=used and policy.REPORT.allows(actor, found),
        wording=wording,
    )


def _report_form(found: FacilityGrant) -> ReportForm:
    kept = found.report
    said = (
        {"done": kept.done, "outcome": kept.outcome, "links": "\n".join(kept.links)} if kept else {}
    )
    return ReportForm(formdata=None, data=said)
