"""The pages of a report: to write, to send, to accept or to return."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.stays import policy, queries, wording
from app.stays.forms import AnswerReportForm, ReportForm
from app.stays.models import StayReport
from app.stays.operations import accept_report, find_report, return_report, save_report, send_report
from app.stays.states import ReportState
from app.stays.views import bp


@bp.get("/reports/<int:report_id>")
@needs(policy.VIEW_STAY)
def report(report_id: int) -> ResponseReturnValue:
    return _page(report_id)


@bp.post("/reports/<int:report_id>")
@needs(policy.REPORT)
def save(report_id: int) -> ResponseReturnValue:
    form = ReportForm(request.form)
    return settle(
        form,
        find=lambda work: _found(work, report_id, policy.REPORT),
        do=lambda work, found: save_report(
            work,
            found,
            account=form.account.data or "",
            outcome=form.outcome.data or "",
            version=form.version.data,
        ),
        said=_("Saved. Only you read it until you send it."),
        to=_page_of(report_id),
        again=lambda refusal: _page(report_id, writing=form, refusal=refusal),
    )


@bp.post("/reports/<int:report_id>/send")
@needs(policy.REPORT)
def send(report_id: int) -> ResponseReturnValue:
    return settle(
        Button(request.form),
        find=lambda work: _found(work, report_id, policy.REPORT),
        do=send_report,
        said=_("The report is sent."),
        to=_page_of(report_id),
    )


@bp.post("/reports/<int:report_id>/accept")
@needs(policy.ANSWER_REPORT)
def accept(report_id: int) -> ResponseReturnValue:
    return _answer(report_id, accept_report, _("The report is accepted."))


@bp.post("/reports/<int:report_id>/return")
@needs(policy.ANSWER_REPORT)
def give_back(report_id: int) -> ResponseReturnValue:
    return _answer(report_id, return_report, _("The report is with the person again."))


def _answer(report_id: int, do: Callable[..., None], said: str) -> ResponseReturnValue:
    form = AnswerReportForm(request.form)
    return settle(
        form,
        find=lambda work: _found(work, report_id, policy.ANSWER_REPORT),
        do=lambda work, found: do(work, found, answer=form.answer.data or ""),
        said=said,
        to=_page_of(report_id),
        again=lambda refusal: _page(report_id, answering=form, refusal=refusal),
    )


def _found(work: Work, report_id: int, may: Permission[StayReport]) -> StayReport:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = find_report(work, report_id)
    may.require(work.actor, found)
    return found


def _page_of(report_id: int) -> str:
    return url_for(".report", report_id=report_id)


def _page(
    report_id: int,
    *,
    writing: ReportForm | None = None,
    answering: AnswerReportForm | None = None,
    refusal: str = "",
) -> str:
    actor = current_actor()
    stay = one_or_404(queries.stay_of(actor, StayReport, report_id))
    policy.VIEW_STAY.require(actor, stay)
    found = next(one for one in stay.reports if one.id == report_id)
    own = policy.REPORT.allows(actor, found)
    if writing is not None:
        writing.version.data = found.version
    data = {"account": found.account, "outcome": found.outcome, "version": found.version}
    return render_template(
        "stays/report.html",
        found=found,
        stay=stay,
        own=own,
        # What is being written is nobody else's to read.
        readable=own or found.state in {ReportState.SENT, ReportState.ACCEPTED},
        may_write=own and found.state in {ReportState.WAITED_FOR, ReportState.RETURNED},
        may_answer=found.state is ReportState.SENT and policy.ANSWER_REPORT.allows(actor, found),
        writing=writing or ReportForm(formdata=None, data=data),
        answering=answering or AnswerReportForm(formdata=None),
        refusals=[refusal] if refusal else [],
        wording=wording,
    )
