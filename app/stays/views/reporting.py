"""The pages of a report: to write, to send, to accept or to return."""

from collections.abc import Callable

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.files.kinds import PDF, PICTURES
from app.files.operations import check_file
from app.files.sending import sent_file
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.stays import policy, queries, wording
from app.stays.forms import AnswerReportForm, ReportFileForm, ReportForm
from app.stays.models import StayReport
from app.stays.operations import (
    accept_report,
    add_report_file,
    find_report,
    open_report_file,
    remove_report_file,
    return_report,
    save_report,
    send_report,
)
from app.stays.states import ReportState
from app.stays.views import bp

ACCEPTED = ",".join(sorted({suffix for kind in (PDF, *PICTURES) for suffix in kind.suffixes}))


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


@bp.post("/reports/<int:report_id>/files")
@needs(policy.REPORT)
def add_file(report_id: int) -> ResponseReturnValue:
    """Put a paper or a picture beside the report."""
    form = ReportFileForm()

    def do(work: Work, found: StayReport) -> None:
        sent = form.file.data
        file = check_file(sent.stream, file_name=sent.filename, declared=sent.mimetype or "")
        add_report_file(work, found, file)

    return settle(
        form,
        find=lambda work: _found(work, report_id, policy.REPORT),
        do=do,
        said=_("The file stands beside the report."),
        to=_page_of(report_id),
        again=lambda refusal: _page(report_id, adding=form, refusal=refusal),
    )


@bp.get("/reports/<int:report_id>/files/<int:file_id>")
@needs(policy.READ_REPORT)
def file(report_id: int, file_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        found = find_report(work, report_id)
        kept, stream = open_report_file(work, found, file_id)
    return sent_file(kept, stream)


@bp.post("/reports/<int:report_id>/files/<int:file_id>/remove")
@needs(policy.REPORT)
def remove_file(report_id: int, file_id: int) -> ResponseReturnValue:
    return settle(
        Button(request.form),
        find=lambda work: _found(work, report_id, policy.REPORT),
        do=lambda work, found: remove_report_file(work, found, file_id),
        said=_("The file is gone."),
        to=_page_of(report_id),
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


def _takes(report: StayReport) -> bool:
    """The office that invited answers only where the home has left."""
    actor = current_actor()
    return policy.ANSWER_REPORT.allows(actor, report) and (
        policy.is_for_the_home.holds(actor, report)
        or queries.home_has_left(db.session(), report.stay)
    )


def _page_of(report_id: int) -> str:
    return url_for(".report", report_id=report_id)


def _page(
    report_id: int,
    *,
    writing: ReportForm | None = None,
    answering: AnswerReportForm | None = None,
    adding: ReportFileForm | None = None,
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
        readable=policy.READ_REPORT.allows(actor, found),
        files=db.session.scalars(queries.files_of_report(found.id)).all(),
        adding=adding or ReportFileForm(formdata=None),
        accept=ACCEPTED,
        may_write=own and found.state in {ReportState.WAITED_FOR, ReportState.RETURNED},
        may_answer=found.state is ReportState.SENT and _takes(found),
        writing=writing or ReportForm(formdata=None, data=data),
        answering=answering or AnswerReportForm(formdata=None),
        refusals=[refusal] if refusal else [],
        wording=wording,
    )
