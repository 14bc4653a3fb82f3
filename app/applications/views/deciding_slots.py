"""A document that cannot be had: the applicant says so; the office decides about documents."""

from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.applications import policy, queries
from app.applications.forms.deciding import CannotForm, DecideSlotForm
from app.applications.models import Application, DocumentSlot
from app.applications.operations.deciding_slots import (
    REASONED,
    SlotDecision,
    decide_slot,
    possible,
    say_one_cannot,
)
from app.applications.queries import form_of
from app.applications.queries.slots import said_of_slot, slots_visible_to
from app.applications.views.desk import Refused, desk
from app.applications.views.documents import slot_address
from app.applications.views.filling import (
    keep_beside,
    refused_beside,
    sent_about,
    wrong_beside,
)
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.form_definitions import text_in

bp = Blueprint("deciding", __name__, url_prefix="/applications/<int:application_id>/files")
office = Blueprint("slots", __name__, url_prefix="/tracking/<int:call_id>/slots")


@bp.post("/<question_key>/cannot")
@needs(policy.FILL_IN)
def cannot(application_id: int, question_key: str) -> ResponseReturnValue:
    form = CannotForm(sent_about(question_key))
    with unit_of_work(current_actor()) as work:
        query = queries.applications_to_fill_in(work.actor)
        application = work.find(query.where(Application.id == application_id))
        found = desk(work.session, application)
        question = found.form.question(question_key)
        if question is None or question.kind != "document":
            raise NotFound(_("There is no such page, or it is not yours to see."))
        said = form.because.data or ""
        typed = keep_beside(work, found, found.section_of(question))
        if not form.validate():
            refused = Refused(form.first_error(), "because", said)
            return refused_beside(found, question, refused, typed=typed), 422
        try:
            say_one_cannot(work, application, question, because=said)
        except RuleBroken as refusal:
            refused = Refused(str(refusal), "because", said)
            return refused_beside(found, question, refused, typed=typed), refusal.http_status
        if wrong := wrong_beside(desk(work.session, application), typed):
            return wrong
        section = found.section_of(question)
    return redirect(slot_address(application_id, section.key, question_key))


@office.get("/<int:slot_id>")
@needs(policy.DECIDE_DOCUMENT)
def slot(call_id: int, slot_id: int) -> ResponseReturnValue:
    return _page(call_id, slot_id, DecideSlotForm(formdata=None))


@office.post("/<int:slot_id>")
@needs(policy.DECIDE_DOCUMENT)
def decide(call_id: int, slot_id: int) -> ResponseReturnValue:
    """`do` is the button's."""
    form, wanted = DecideSlotForm(request.form), request.form.get("do", "")
    form.ask_for(reason=wanted in REASONED, instead=wanted == SlotDecision.SUBSTITUTE)

    def find(work: Work) -> DocumentSlot:
        return work.find(_of_office(call_id, slot_id))

    def do(work: Work, found: DocumentSlot) -> None:
        if wanted not in set(SlotDecision):
            raise RuleBroken(_("Choose what you decide."))
        decide_slot(
            work,
            found,
            SlotDecision(wanted),
            reason=form.reason.data or "",
            instead=form.instead.data or "",
            version=form.version.data,
        )

    return settle(
        form,
        find=find,
        do=do,
        said=_("It is decided; the applicant is told."),
        to=url_for(".slot", call_id=call_id, slot_id=slot_id),
        again=partial(_page, call_id, slot_id, form),
    )


def _of_office(call_id: int, slot_id: int) -> Select[DocumentSlot]:
    return slots_visible_to(current_actor()).where(
        DocumentSlot.id == slot_id, Application.opportunity_id == call_id
    )


def _page(call_id: int, slot_id: int, form: DecideSlotForm, refusal: str = "") -> str:
    db.session.rollback()
    found = one_or_404(_of_office(call_id, slot_id))
    if form.version.data is None or refusal:
        form.version.data = found.version
    application = found.application
    question = form_of(application).question(found.kind)
    label, lang = text_in(question.label, languages.reader().locale) if question else ("", "")
    return render_template(
        "tracking/slot.html",
        a=application,
        opportunity=application.opportunity,
        person=application.applicant,
        slot=found,
        label=label or found.kind,
        label_lang=lang,
        said=said_of_slot(found),
        possible=[decision.value for decision in possible(found)],
        form=form,
        refusals=[refusal] if refusal else [],
    )
