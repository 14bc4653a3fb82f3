"""Saying that an upload fails, and the receipt that comes of it."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy, queries
from app.applications.forms.grace import FailsForm
from app.applications.models import Application, UploadGrace
from app.applications.operations import say_upload_fails
from app.applications.queries.grace import graces_of
from app.applications.views.desk import Refused, desk
from app.applications.views.filling import (
    keep_beside,
    refused_beside,
    sent_about,
    wrong_beside,
)
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work

bp = Blueprint("grace", __name__, url_prefix="/applications/<int:application_id>/files")


@bp.post("/<question_key>/fails")
@needs(policy.FILL_IN)
def fails(application_id: int, question_key: str) -> ResponseReturnValue:
    form = FailsForm(sent_about(question_key))
    with unit_of_work(current_actor()) as work:
        query = queries.applications_to_fill_in(work.actor)
        application = work.find(query.where(Application.id == application_id))
        found = desk(work.session, application)
        question = found.form.question(question_key)
        if question is None or question.kind != "document":
            raise NotFound(_("There is no such page, or it is not yours to see."))
        said = form.note.data or ""
        typed = keep_beside(work, found, found.section_of(question))
        if not form.validate():
            refused = Refused(form.first_error(), "note", said)
            return refused_beside(found, question, refused, typed=typed), 422
        try:
            say_upload_fails(work, application, question, note=said)
        except RuleBroken as refusal:
            refused = Refused(str(refusal), "note", said)
            return refused_beside(found, question, refused, typed=typed), refusal.http_status
        if wrong := wrong_beside(desk(work.session, application), typed):
            return wrong
    return redirect(url_for(".receipt", application_id=application_id, question_key=question_key))


@bp.get("/<question_key>/receipt")
@needs(policy.FILL_IN)
def receipt(application_id: int, question_key: str) -> ResponseReturnValue:
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    grace = one_or_404(graces_of(application_id).where(UploadGrace.kind == question_key))
    question = found.form.question(question_key)
    return render_template("applications/grace.html", desk=found, grace=grace, question=question)
