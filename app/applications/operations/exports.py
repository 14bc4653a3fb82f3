"""Giving applications out as a file: asked for, made, called off, and gone after a week."""

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy
from app.applications.messages import ExportReady
from app.applications.models import Export
from app.applications.queries import exports as queries
from app.applications.queries.narrowing import Filters
from app.applications.states import ExportFlow, ExportFormat, ExportState
from app.audit.record import record
from app.files.operations import MadeFile, erase_file, forget_made_file, keep_made_file
from app.files.states import Sensitivity
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.jobs.models import Job
from app.jobs.operations import ask_for, cancel_job
from app.notifications.notify import notify
from app.opportunities.models import Opportunity

ASK = "applications.export"
JOB = "applications/export"
# So many are written while the person waits; more are work for later.
AT_ONCE = 1000
KEPT_FOR = timedelta(days=7)
MEDIA_TYPES = {
    ExportFormat.CSV: "text/csv",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ExportFormat.JSON: "application/json",
}


def ask_for_export(
    work: Work,
    opportunity: Opportunity,
    *,
    kind: ExportFormat,
    recipient_name: str,
    purpose: str,
    filters: Filters,
    key: str = "",
) -> Export:
    """Ask for the applications of a list as a file; who gets it and why is remembered."""
    policy.EXPORT.require(work.actor, opportunity)
    made = earlier_result(work, ASK, key)
    if made is not None:
        return work.find(queries.exports_visible_to(work.actor).where(Export.id == made))
    export = Export(
        opportunity_id=opportunity.id,
        asked_by_id=work.actor.user_id,
        asked_by_name=work.actor.name,
        asked_at=work.now,
        format=kind,
        locale=work.actor.locale,
        recipient=recipient_name,
        purpose=purpose,
        filters=asdict(filters),
    )
    work.session.add(export)
    work.session.flush()
    number = queries.number_to_export(
        work.session, work.actor, opportunity.id, filters, most=AT_ONCE + 1
    )
    if number > AT_ONCE:
        export.job_id = ask_for(work, JOB, {"export": export.id}).id

    record(
        work,
        "applications.exported",
        export,
        opportunity_id=opportunity.id,
        recipient=recipient_name,
        reason=purpose,
        format=kind.value,
    )
    remember_result(work, ASK, key, export.id)
    return export


def cancel_export(work: Work, export: Export) -> None:
    """Call off an export that is still being made."""
    policy.HANDLE_EXPORT.require(work.actor, export)

    ExportFlow.cancel(export)
    if export.job_id is not None:
        cancel_job(work, work.find(select(Job).where(Job.id == export.job_id)))

    record(work, "export.cancelled", export, opportunity_id=export.opportunity_id)


def download_export(work: Work, export: Export) -> None:
    """Take the file; each time is remembered."""
    policy.HANDLE_EXPORT.require(work.actor, export)
    if export.state is not ExportState.READY:
        raise NotFound(_("This file is not there any more. Ask for a new export."))

    record(work, "export.downloaded", export, opportunity_id=export.opportunity_id)


def expire_exports(work: Work) -> int:
    """Take away the files that were made more than a week ago; what was given out stays noted."""
    over = work.session.scalars(queries.exports_made_before(work.now - KEPT_FOR)).all()
    for export in over:
        ExportFlow.expire(export)
        if export.file is not None:
            erase_file(work, export.file)
    return len(over)


def keep_export(work: Work, export_id: int, made: MadeFile, *, file_name: str, rows: int) -> None:
    """Keep the file that was made; unless it was called off, or another was faster."""
    export = work.find(select(Export).where(Export.id == export_id))
    if export.state is not ExportState.WAITING:
        forget_made_file(made)
        return
    file = keep_made_file(
        work,
        made,
        owner_id=export.asked_by_id,
        file_name=file_name,
        media_type=MEDIA_TYPES[export.format],
        sensitivity=Sensitivity.PERSONAL,
    )
    work.session.flush()
    export.file_id, export.rows, export.made_at = file.id, rows, work.now
    ExportFlow.make(export)

    record(work, "export.made", export, opportunity_id=export.opportunity_id, rows=rows)
    if export.job_id is not None:
        _tell(work, export)


def _tell(work: Work, export: Export) -> None:
    """Who asked need not wait before the page."""
    opportunity = work.session.get_one(Opportunity, export.opportunity_id)
    ready = ExportReady(
        export_id=export.id,
        opportunity=opportunity.title,
        rows=export.rows or 0,
        gone_at=work.now + KEPT_FOR,
    )
    person = work.session.get_one(User, export.asked_by_id)
    notify(work, recipient(person), ready, once=f"export-{export.id}")
