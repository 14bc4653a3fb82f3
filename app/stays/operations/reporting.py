"""Reports: written by who was there, accepted or returned by who sent them."""

from datetime import timedelta
from typing import BinaryIO

from app.audit.record import record
from app.files.kinds import PDF, PICTURES
from app.files.models import StoredFile
from app.files.operations import CheckedFile, erase_file, keep_checked_file, open_file
from app.files.states import FileState, ScanState, Sensitivity
from app.foundation.actors import Scope
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.invitations.states import OFFICE
from app.notifications.tasks import close_tasks, open_task
from app.stays import policy, queries
from app.stays.messages import ReportSent, ReportWanted
from app.stays.models import Stay, StayReport, StayReportFile
from app.stays.operations.parts import ask, people_of, tell
from app.stays.states import ReportFlow, ReportState, Side, StayState

MOST_FILES = 10
ASKED_BEFORE = timedelta(days=14)


def save_report(
    work: Work, report: StayReport, *, account: str, outcome: str, version: int | None
) -> None:
    """Keep what is written so far; nobody else reads it yet."""
    policy.REPORT.require(work.actor, report)
    _require_open(report)
    work.edit(report, version)
    report.account, report.outcome = account, outcome

    record(work, "stay.report saved", report)


def add_report_file(work: Work, report: StayReport, file: CheckedFile) -> StayReportFile:
    """Put a paper or a picture beside the report. The report must be found by `find_report`."""
    policy.REPORT.require(work.actor, report)
    _require_open(report)
    if file.kind is not PDF and file.kind not in PICTURES:
        raise RuleBroken(_("Add a PDF, or a picture as JPEG, PNG or HEIC."))
    kept = work.session.scalars(queries.files_of_report(report.id)).all()
    if len(kept) >= MOST_FILES:
        raise RuleBroken(_("A report has at most 10 files."))
    added = StayReportFile(report_id=report.id, added_at=work.now)
    added.file = keep_checked_file(
        work, file, owner_id=report.stay.person_id, sensitivity=Sensitivity.PERSONAL
    )
    if any(one.file.sha256 == added.file.sha256 for one in kept):
        raise RuleBroken(_("This file stands beside the report already."))
    work.session.add(added)

    record(work, "stay.report file added", report, name=file.file_name)
    return added


def remove_report_file(work: Work, report: StayReport, file_id: int) -> None:
    """Take a file away again; its bytes are erased."""
    policy.REPORT.require(work.actor, report)
    _require_open(report)
    added = _file_of(work, report, file_id)
    if added.file.state is FileState.KEPT:
        erase_file(work, added.file)
    name = added.file.file_name
    work.session.delete(added)

    record(work, "stay.report file removed", report, name=name)


def open_report_file(work: Work, report: StayReport, file_id: int) -> tuple[StoredFile, BinaryIO]:
    """A file of a report, for whoever reads the report. Raises Quarantined."""
    policy.READ_REPORT.require(work.actor, report)
    file = _file_of(work, report, file_id).file
    if file.state is not FileState.KEPT and file.scan is not ScanState.INFECTED:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return file, open_file(file)


def _file_of(work: Work, report: StayReport, file_id: int) -> StayReportFile:
    one = queries.files_of_report(report.id).where(StayReportFile.id == file_id)
    found = work.session.scalar(one)
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found


def send_report(work: Work, report: StayReport) -> None:
    policy.REPORT.require(work.actor, report)
    _require_open(report)
    if report.stay.state in {StayState.PLANNED, StayState.CALLED_OFF}:
        raise RuleBroken(_("The stay has not begun."))
    if not report.account.strip():
        raise RuleBroken(_("Write and save the report first."))

    ReportFlow.send(report)
    report.sent_at = work.now
    report.version += 1
    close_tasks(work, queries.TO_REPORT, report)
    ask(work, queries.TO_ACCEPT, report, report.stay, Side.HOME)

    record(work, "stay.report sent", report)
    message = ReportSent(
        stay_id=report.stay_id,
        person=report.stay.person.passport_name,
        host=report.stay.host.name,
    )
    home = people_of(work, report.stay, Side.HOME)
    tell(work, report.stay, home, message, once=f"{report.id}:{report.version}")


def accept_report(work: Work, report: StayReport, *, answer: str = "") -> None:
    policy.ANSWER_REPORT.require(work.actor, report)
    _require_taker(work, report)
    _answer(work, report, answer)
    ReportFlow.accept(report)

    record(work, "stay.report accepted", report)


def return_report(work: Work, report: StayReport, *, answer: str) -> None:
    """It needs more: say what."""
    policy.ANSWER_REPORT.require(work.actor, report)
    if not answer.strip():
        raise RuleBroken(_("Say what is missing."))
    _require_taker(work, report)
    _answer(work, report, answer)
    ReportFlow.give_back(report)
    _want(work, report)

    record(work, "stay.report returned", report)


def ask_for_reports(work: Work) -> int:
    """Ask whoever is or was there, two weeks before the report is due."""
    policy.PLAN.require(work.actor, None)
    due = work.session.scalars(queries.reports_due((work.now + ASKED_BEFORE).date())).all()
    for report in due:
        _want(work, report)
    return len(due) + _ask_hosts_for_homes(work)


def _ask_hosts_for_homes(work: Work) -> int:
    """Where nobody of the home signs in any more, the office that invited takes the report."""
    waiting = work.session.scalars(queries.reports_of_homes_that_left()).all()
    for report in waiting:
        stay = report.stay
        for role in OFFICE:
            open_task(
                work,
                queries.TO_ACCEPT,
                report,
                role=role,
                scope=Scope.ORGANISATION,
                scope_id=stay.host_id,
                about=stay.person.passport_name,
            )
    return len(waiting)


def _require_taker(work: Work, report: StayReport) -> None:
    """The office that invited takes it only where the home has left."""
    if not policy.is_for_the_home.holds(work.actor, report) and not queries.home_has_left(
        work.session, report.stay
    ):
        raise RuleBroken(
            _("The home institution has an office that signs in here: it answers itself.")
        )


def _require_open(report: StayReport) -> None:
    if report.state not in {ReportState.WAITED_FOR, ReportState.RETURNED}:
        raise RuleBroken(_("This report is sent; it can be changed when it comes back."))


def _answer(work: Work, report: StayReport, answer: str) -> None:
    if report.state is not ReportState.SENT:
        raise RuleBroken(_("This report waits for no answer."))
    report.answer, report.answered_at = answer, work.now
    report.answered_by_id = work.actor.user_id
    report.version += 1
    close_tasks(work, queries.TO_ACCEPT, report)


def _want(work: Work, report: StayReport) -> None:
    stay: Stay = report.stay
    ask(work, queries.TO_REPORT, report, stay, Side.PERSON)
    message = ReportWanted(
        stay_id=stay.id,
        host=stay.host.name,
        due_on=report.due_on.isoformat(),
        answer=report.answer if report.state is ReportState.RETURNED else "",
    )
    tell(
        work,
        stay,
        [stay.person],
        message,
        once=f"{report.id}:{report.state.value}:{report.version}",
    )
