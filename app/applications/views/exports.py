"""Taking applications out as a file: asking, waiting, taking it, and who did so before."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy
from app.applications.forms.exports import FORMATS, ExportForm
from app.applications.forms.tracking import as_arguments, read_filters
from app.applications.models import Export
from app.applications.operations import (
    ask_for_export,
    cancel_export,
    download_export,
    make_export,
)
from app.applications.queries import exports as queries
from app.applications.queries.tracking import tracked_opportunity
from app.applications.states import ExportState
from app.applications.views.narrowing import narrowed
from app.files.operations import open_file
from app.files.sending import sent_file
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.jobs.models import Job
from app.opportunities.models import Opportunity
from app.opportunities.queries import opportunities_visible_to

bp = Blueprint("exports", __name__, url_prefix="/tracking")


@bp.get("/<int:call_id>/exports")
@needs(policy.TRACK)
def of_call(call_id: int) -> ResponseReturnValue:
    """The form, and every file that was given out of this call before."""
    return _page(_call(call_id), ExportForm(formdata=None))


@bp.post("/<int:call_id>/exports")
@needs(policy.EXPORT)
def ask(call_id: int) -> ResponseReturnValue:
    form = ExportForm()
    call = _call(call_id)
    policy.EXPORT.require(current_actor(), call)
    if not form.validate():
        return _page(call, form), 422
    with unit_of_work(current_actor()) as work:
        opportunity = work.find(
            opportunities_visible_to(work.actor).where(Opportunity.id == call_id)
        )
        export = ask_for_export(
            work,
            opportunity,
            kind=form.kind,
            recipient_name=form.recipient.data,
            purpose=form.purpose.data,
            filters=read_filters(request.args),
            key=form.request_key.data,
        )
        export_id, waits = export.id, export.job_id is not None
    if not waits:
        make_export(export_id)
    return redirect(url_for(".export", export_id=export_id))


@bp.get("/exports/<int:export_id>")
@needs(policy.TRACK)
def export(export_id: int) -> ResponseReturnValue:
    """One file: how far it is, or the file itself, with whom it is for."""
    found = one_or_404(queries.exports_visible_to(current_actor()).where(Export.id == export_id))
    filters = queries.filters_of(found)
    job = db.session.get(Job, found.job_id) if found.job_id else None
    return render_template(
        "tracking/export.html",
        export=found,
        job=job,
        call=found.opportunity,
        own=policy.HANDLE_EXPORT.allows(current_actor(), found),
        form=Button(formdata=None),
        formats=FORMATS,
        narrowed=narrowed(filters, _call(found.opportunity_id)),
    )


@bp.get("/exports/<int:export_id>/file")
@needs(policy.HANDLE_EXPORT)
def file(export_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        found = work.find(queries.exports_visible_to(work.actor).where(Export.id == export_id))
        download_export(work, found)
        kept = found.file
    if kept is None:
        raise NotFound(_("This file is not there any more. Ask for a new export."))
    return sent_file(kept, open_file(kept))


@bp.post("/exports/<int:export_id>/cancel")
@needs(policy.HANDLE_EXPORT)
def cancel(export_id: int) -> ResponseReturnValue:
    form = Button()
    with unit_of_work(current_actor()) as work:
        found = work.find(queries.exports_visible_to(work.actor).where(Export.id == export_id))
        if not form.validate():
            raise NotPermitted(form.first_error())
        cancel_export(work, found)
        call_id = found.opportunity_id
    flash(_("The export was called off."), "success")
    return redirect(url_for(".of_call", call_id=call_id))


def _call(call_id: int) -> Any:
    """The call's row, for those who may track it."""
    row: Any = db.session.execute(tracked_opportunity(current_actor(), call_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    policy.TRACK.require(current_actor(), row)
    return row


def _page(call: Any, form: ExportForm) -> str:
    actor = current_actor()
    filters = read_filters(request.args)
    return render_template(
        "tracking/exports.html",
        call=call,
        form=form,
        filters=filters,
        narrowed=narrowed(filters, call),
        arguments=as_arguments(filters),
        number=queries.number_to_export(db.session(), actor, call.id, filters, most=1001),
        exports=db.session.scalars(queries.exports_of_call(actor, call.id)).all(),
        may_export=policy.EXPORT.allows(actor, call),
        formats=FORMATS,
        states=ExportState,
    )
