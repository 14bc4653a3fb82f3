"""An office's own page about a case: who has it, tags, notes, what is to be done."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from app.applications import policy
from app.applications.forms.casework import NoteForm, OfficerForm, TagForm, TaskForm, offer
from app.applications.models import Application, CaseNote, CaseTask
from app.applications.operations.casework import (
    assign_case,
    finish_task,
    remove_note,
    set_task,
    tag_application,
    untag_application,
    write_note,
)
from app.applications.queries import casework as queries
from app.applications.states import NOTE_LEVELS, TAG_TONES, NoteLevel, TagColour
from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.deadlines import end_of_day

bp = Blueprint("casework", __name__, url_prefix="/tracking/<int:call_id>/<int:application_id>/case")


@bp.get("")
@needs(policy.WORK_ON_CASE)
def case(call_id: int, application_id: int) -> ResponseReturnValue:
    return _page(_found(call_id, application_id))


@bp.post("/officer")
@needs(policy.WORK_ON_CASE)
def officer(call_id: int, application_id: int) -> ResponseReturnValue:
    """Say who has it in hand."""

    def do(work: Work, application: Application, form: OfficerForm) -> None:
        assign_case(work, application, int(form.officer.data) if form.officer.data else None)

    return _done(call_id, application_id, OfficerForm(), do, _("It is written down who has this."))


@bp.post("/tags")
@needs(policy.WORK_ON_CASE)
def tag(call_id: int, application_id: int) -> ResponseReturnValue:
    def do(work: Work, application: Application, form: TagForm) -> None:
        colour = TagColour(form.colour.data)
        tag_application(work, application, name=form.name.data or "", colour=colour)

    return _done(call_id, application_id, TagForm(), do, _("The tag is on the application."))


@bp.post("/tags/<int:tag_id>/remove")
@needs(policy.WORK_ON_CASE)
def untag(call_id: int, application_id: int, tag_id: int) -> ResponseReturnValue:
    def do(work: Work, application: Application, _form: Button) -> None:
        untag_application(work, application, tag_id)

    return _done(call_id, application_id, Button(), do, _("The tag is off the application."))


@bp.post("/notes")
@needs(policy.WORK_ON_CASE)
def note(call_id: int, application_id: int) -> ResponseReturnValue:
    def do(work: Work, application: Application, form: NoteForm) -> None:
        level = NoteLevel(form.level.data)
        write_note(work, application, body=form.body.data or "", level=level)

    return _done(call_id, application_id, NoteForm(), do, _("The note is kept."))


@bp.post("/notes/<int:note_id>/remove")
@needs(policy.WORK_ON_CASE, policy.REMOVE_NOTE)
def take_away(call_id: int, application_id: int, note_id: int) -> ResponseReturnValue:
    def do(work: Work, application: Application, _form: Button) -> None:
        notes = queries.notes_visible_to(work.actor)
        here = (CaseNote.id == note_id, CaseNote.application_id == application.id)
        remove_note(work, work.find(notes.where(*here)))

    return _done(call_id, application_id, Button(), do, _("The note is taken away."))


@bp.post("/tasks")
@needs(policy.WORK_ON_CASE)
def task(call_id: int, application_id: int) -> ResponseReturnValue:
    def do(work: Work, application: Application, form: TaskForm) -> None:
        zone = application.opportunity.closes_zone
        set_task(
            work,
            application,
            what=form.what.data or "",
            holder_id=int(form.holder.data),
            due_at=end_of_day(form.due.data, zone),
        )

    return _done(call_id, application_id, TaskForm(), do, _("It is on the list of who does it."))


@bp.post("/tasks/<int:task_id>/done")
@needs(policy.WORK_ON_CASE)
def finish(call_id: int, application_id: int, task_id: int) -> ResponseReturnValue:
    def do(work: Work, application: Application, _form: Button) -> None:
        tasks = queries.tasks_visible_to(work.actor)
        here = (CaseTask.id == task_id, CaseTask.application_id == application.id)
        finish_task(work, work.find(tasks.where(*here)))

    return _done(call_id, application_id, Button(), do, _("It is done."))


def _found(call_id: int, application_id: int) -> Application:
    found: Application = one_or_404(_case(call_id, application_id))
    policy.WORK_ON_CASE.require(current_actor(), found)
    return found


def _case(call_id: int, application_id: int) -> Any:
    return queries.cases_visible_to(current_actor()).where(
        Application.id == application_id, Application.opportunity_id == call_id
    )


def _done(
    call_id: int,
    application_id: int,
    form: Any,
    do: Callable[[Work, Application, Any], None],
    said: str,
) -> ResponseReturnValue:
    """One thing written about the case; refused, the page again with what was typed."""

    def find(work: Work) -> Application:
        application: Application = work.find(_case(call_id, application_id))
        policy.WORK_ON_CASE.require(work.actor, application)
        _offer_people(form, application)
        return application

    def again(refusal: str) -> str:
        db.session.rollback()
        return _page(_found(call_id, application_id), form, refusal)

    return settle(
        form,
        find=find,
        do=lambda work, application: do(work, application, form),
        said=said,
        to=url_for(".case", call_id=call_id, application_id=application_id),
        again=again,
    )


def _offer_people(form: Any, application: Application) -> None:
    """Whoever works in the office can be chosen, but not the applicant."""
    if not isinstance(form, OfficerForm | TaskForm):
        return
    query = queries.office_people(application.opportunity)
    people = [
        (person.id, person.shown_name)
        for person in db.session.scalars(query)
        if person.id != application.applicant_id
    ]
    if isinstance(form, OfficerForm):
        offer(form.officer, people, nobody=_("Nobody in particular"))
    else:
        offer(form.holder, people)


def _page(found: Application, sent: Any = None, refusal: str = "") -> str:
    session, actor = db.session(), current_actor()
    held = queries.officer_of(session, found.id)
    forms: dict[type, Any] = {
        OfficerForm: OfficerForm(formdata=None, officer=str(held.officer_id) if held else ""),
        TagForm: TagForm(formdata=None),
        NoteForm: NoteForm(formdata=None),
        TaskForm: TaskForm(formdata=None, holder=str(actor.user_id)),
        Button: Button(formdata=None),
    }
    if sent is not None:
        forms[type(sent)] = sent
    for form in forms.values():
        _offer_people(form, found)
    notes = queries.notes_visible_to(actor).where(CaseNote.application_id == found.id)
    tasks = queries.tasks_visible_to(actor).where(CaseTask.application_id == found.id)
    return render_template(
        "tracking/case.html",
        a=found,
        opportunity=found.opportunity,
        tags=queries.tags_of(session, found.id),
        of_office=session.scalars(
            queries.tags_of_programme(found.opportunity.programme_id or 0)
        ).all(),
        notes=session.scalars(notes.order_by(CaseNote.id.desc())).all(),
        tasks=session.scalars(
            tasks.order_by(CaseTask.done_at.is_not(None), CaseTask.due_at, CaseTask.id)
        ).all(),
        officer=forms[OfficerForm],
        tagging=forms[TagForm],
        noting=forms[NoteForm],
        tasking=forms[TaskForm],
        empty=forms[Button],
        levels=NOTE_LEVELS,
        tones=TAG_TONES,
        wrong=sent,
        refusal=refusal,
        at=clock.now(),
    )
