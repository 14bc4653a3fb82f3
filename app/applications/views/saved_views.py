"""Saved views of the office's list: keeping one, and putting them in order."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy
from app.applications.forms.saved_views import RenameViewForm, SaveViewForm
from app.applications.forms.tracking import as_arguments, read_filters
from app.applications.models import SavedView
from app.applications.operations.saved_views import delete_view, rename_view, save_view
from app.applications.queries.saved_views import views_of_call, views_visible_to
from app.applications.queries.tracking import tracked_opportunity
from app.applications.views.narrowing import narrowed
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs
from app.foundation.work import unit_of_work
from app.opportunities.models import Opportunity
from app.opportunities.queries import opportunities_visible_to

bp = Blueprint("saved_views", __name__, url_prefix="/tracking/<int:call_id>/views")


@bp.get("")
@needs(policy.TRACK)
def of_call(call_id: int) -> ResponseReturnValue:
    """The views of a call, and a form to keep the one that was just looked at."""
    return _page(_call(call_id), SaveViewForm(formdata=None))


@bp.post("")
@needs(policy.SAVE_VIEW)
def save(call_id: int) -> ResponseReturnValue:
    call, form = _call(call_id), SaveViewForm()
    policy.SAVE_VIEW.require(current_actor(), call)
    if not form.validate():
        return _page(call, form), 422
    arguments = as_arguments(read_filters(request.args))
    try:
        with unit_of_work(current_actor()) as work:
            opportunity = work.find(
                opportunities_visible_to(work.actor).where(Opportunity.id == call_id)
            )
            save_view(
                work,
                opportunity,
                name=form.name.data or "",
                arguments=arguments,
                shared=bool(form.shared.data),
            )
    except RuleBroken as refusal:
        return _page(call, form, refusal=str(refusal)), 409
    flash(_("The view is saved. It stands above the list."), "success")
    return redirect(url_for("tracking.call", call_id=call_id) + arguments)


@bp.post("/<int:view_id>/rename")
@needs(policy.HANDLE_VIEW)
def rename(call_id: int, view_id: int) -> ResponseReturnValue:
    form = RenameViewForm()
    try:
        with unit_of_work(current_actor()) as work:
            view = work.find(_view(call_id, view_id))
            policy.HANDLE_VIEW.require(work.actor, view)
            valid = form.validate()
            if valid:
                rename_view(work, view, name=form.name.data or "", version=form.version.data)
    except (RuleBroken, ChangedMeanwhile) as refusal:
        empty, said = SaveViewForm(formdata=None), str(refusal)
        return _page(_call(call_id), empty, refusal=said, renamed=(view_id, form)), 409
    if not valid:
        return _page(_call(call_id), SaveViewForm(formdata=None), renamed=(view_id, form)), 422
    flash(_("The view has a new name."), "success")
    return redirect(url_for(".of_call", call_id=call_id))


@bp.post("/<int:view_id>/delete")
@needs(policy.HANDLE_VIEW)
def delete(call_id: int, view_id: int) -> ResponseReturnValue:
    form = Button()
    with unit_of_work(current_actor()) as work:
        view = work.find(_view(call_id, view_id))
        if not form.validate():
            raise NotPermitted(form.first_error())
        delete_view(work, view)
    flash(_("The view is gone; the applications in it are not."), "success")
    return redirect(url_for(".of_call", call_id=call_id))


def _view(call_id: int, view_id: int) -> Any:
    return views_visible_to(current_actor()).where(
        SavedView.opportunity_id == call_id, SavedView.id == view_id
    )


def _call(call_id: int) -> Any:
    """The call's row, for those who may track it."""
    row: Any = db.session.execute(tracked_opportunity(current_actor(), call_id)).one_or_none()
    if row is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    policy.TRACK.require(current_actor(), row)
    return row


def _page(
    call: Any,
    form: SaveViewForm,
    *,
    refusal: str = "",
    renamed: tuple[int, RenameViewForm] | None = None,
) -> str:
    """The page; with `renamed`, a view's new name that cannot be kept stands where it was typed."""
    actor, filters = current_actor(), read_filters(request.args)
    saved = db.session.scalars(views_of_call(actor, call.id)).all()
    return render_template(
        "tracking/views.html",
        call=call,
        form=form,
        wrong=renamed[1] if renamed else form,
        empty=Button(formdata=None),
        refusal=refusal,
        arguments=as_arguments(filters),
        narrowed=narrowed(filters, call),
        saved=[
            (view, _renaming(view, renamed) if policy.HANDLE_VIEW.allows(actor, view) else None)
            for view in saved
        ],
    )


def _renaming(view: SavedView, renamed: tuple[int, RenameViewForm] | None) -> RenameViewForm:
    """The form of one view among others: as it was just sent, or with the name it has."""
    sent = renamed is not None and renamed[0] == view.id
    form = renamed[1] if renamed and sent else RenameViewForm(formdata=None, obj=view)
    if sent:
        form.version.data = view.version
    for field in form:
        field.id = f"{field.name}-{view.id}"
    return form
