"""The page on which an applicant says by which way the application comes."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from app.applications import policy, queries
from app.applications.forms.nominating import WayForm
from app.applications.models import Application
from app.applications.operations import choose_way
from app.applications.states import ROUTE_NAMES, ApplicationState
from app.applications.views.desk import Desk, desk
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work

bp = Blueprint("ways", __name__, url_prefix="/applications/<int:application_id>/way")


@bp.get("")
@needs(policy.FILL_IN)
def way(application_id: int) -> ResponseReturnValue:
    return _page(application_id)


@bp.post("")
@needs(policy.FILL_IN)
def choose(application_id: int) -> ResponseReturnValue:
    try:
        with unit_of_work(current_actor()) as work:
            query = queries.own_applications(work.actor)
            application = work.find(query.where(Application.id == application_id))
            form = WayForm(request.form)
            form.way.choices = [SelectChoice(form.way.data or "", "")]
            if not form.validate():
                return _page(application_id, form.first_error()), 422
            choose_way(work, application, form.way.data or "")
    except RuleBroken as refusal:
        return _page(application_id, str(refusal)), refusal.http_status
    flash(_("The way you apply is saved."), "success")
    return redirect(url_for("applications.application", application_id=application_id))


def _page(application_id: int, refusal: str = "") -> str:
    db.session.rollback()
    found = _draft(application_id)
    return render_template(
        "applications/way.html",
        desk=found,
        ways=found.ways,
        names=ROUTE_NAMES,
        form=WayForm(formdata=None),
        refusal=refusal,
    )


def _draft(application_id: int) -> Desk:
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    if found.ways is None or found.application.state is not ApplicationState.DRAFT:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found
