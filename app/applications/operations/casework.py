"""Working on a case: who has it, what it is tagged with, what is noted, what is to be done."""

from datetime import datetime

from sqlalchemy import delete, func, select

from app.accounts.models import User
from app.applications import policy
from app.applications.models import (
    Application,
    ApplicationTag,
    CaseNote,
    CaseOfficer,
    CaseTask,
    Tag,
)
from app.applications.queries.casework import office_people
from app.applications.states import NoteLevel, TagColour
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.search.folding import fold
from app.foundation.work import Work
from app.notifications.tasks import close_tasks, open_task

MOST_TAGS = 200
TASK = "case task"


def assign_case(work: Work, application: Application, officer_id: int | None) -> None:
    """Say who of the office has this application in hand; None: nobody in particular."""
    policy.WORK_ON_CASE.require(work.actor, application)
    held = work.session.scalar(
        select(CaseOfficer).where(CaseOfficer.application_id == application.id)
    )
    if officer_id == (held.officer_id if held else None):
        return
    if officer_id is None:
        work.session.delete(held)
        record(work, "case.given back", application, opportunity_id=application.opportunity_id)
        return
    officer = _of_the_office(work, application, officer_id)
    if held is None:
        work.session.add(
            CaseOfficer(application_id=application.id, officer_id=officer.id, since=work.now)
        )
    else:
        held.officer_id, held.since = officer.id, work.now

    record(
        work,
        "case.assigned",
        application,
        opportunity_id=application.opportunity_id,
        officer=officer.shown_name,
    )


def tag_application(
    work: Work, application: Application, *, name: str, colour: TagColour = TagColour.GREY
) -> None:
    """Put a tag on an application; a word that the programme's office has not yet is made."""
    policy.WORK_ON_CASE.require(work.actor, application)
    programme_id = application.opportunity.programme_id
    said = " ".join(name.split())
    folded = fold(said)
    if programme_id is None or not folded:
        raise RuleBroken(_("Write the tag in letters or digits."))
    of_office = select(Tag).where(Tag.programme_id == programme_id)
    tag = work.session.scalar(of_office.where(Tag.folded == folded))
    if tag is None:
        number = work.session.scalar(
            select(func.count()).select_from(of_office.with_only_columns(Tag.id).subquery())
        )
        if (number or 0) >= MOST_TAGS:
            raise RuleBroken(_("This office has %(most)s tags; use one of them.", most=MOST_TAGS))
        tag = Tag(programme_id=programme_id, name=said, folded=folded, colour=colour)
        work.session.add(tag)
        work.session.flush()
    there = select(ApplicationTag.id).where(
        ApplicationTag.application_id == application.id, ApplicationTag.tag_id == tag.id
    )
    if work.session.scalar(there) is not None:
        return
    work.session.add(ApplicationTag(application_id=application.id, tag_id=tag.id))

    record(
        work, "case.tagged", application, opportunity_id=application.opportunity_id, tag=tag.name
    )


def untag_application(work: Work, application: Application, tag_id: int) -> None:
    """Take a tag off an application."""
    policy.WORK_ON_CASE.require(work.actor, application)
    tag = work.session.scalar(
        select(Tag)
        .join(ApplicationTag, ApplicationTag.tag_id == Tag.id)
        .where(ApplicationTag.application_id == application.id, Tag.id == tag_id)
    )
    if tag is None:
        return
    work.session.execute(
        delete(ApplicationTag).where(
            ApplicationTag.application_id == application.id, ApplicationTag.tag_id == tag.id
        )
    )

    record(
        work, "case.untagged", application, opportunity_id=application.opportunity_id, tag=tag.name
    )


def write_note(work: Work, application: Application, *, body: str, level: NoteLevel) -> CaseNote:
    """Write a note for oneself, for the office, or for the office and the reviewers."""
    policy.WORK_ON_CASE.require(work.actor, application)
    assert work.actor.user_id is not None  # noqa: S101 - the office is somebody
    note = CaseNote(
        application_id=application.id,
        author_id=work.actor.user_id,
        author_name=work.actor.name,
        body=body,
        level=level,
        written_at=work.now,
    )
    work.session.add(note)

    # The history tells that there is a note, not whose eyes it is for; one's own is one's own.
    if level is not NoteLevel.MINE:
        record(
            work,
            "case.noted",
            note,
            application_id=application.id,
            opportunity_id=application.opportunity_id,
        )
    return note


def remove_note(work: Work, note: CaseNote) -> None:
    """Take one's own note away: its words are gone, that there was one stays in the history."""
    policy.REMOVE_NOTE.require(work.actor, note)
    note.removed_at, note.body = work.now, ""

    if note.level is not NoteLevel.MINE:
        record(
            work,
            "case.note removed",
            note,
            application_id=note.application_id,
            opportunity_id=note.application.opportunity_id,
        )


def set_task(
    work: Work, application: Application, *, what: str, holder_id: int, due_at: datetime
) -> CaseTask:
    """Give somebody of the office something to do about an application."""
    policy.WORK_ON_CASE.require(work.actor, application)
    assert work.actor.user_id is not None  # noqa: S101 - the office is somebody
    holder = _of_the_office(work, application, holder_id)
    task = CaseTask(
        application_id=application.id,
        what=what,
        holder_id=holder.id,
        due_at=due_at,
        set_by_id=work.actor.user_id,
        set_at=work.now,
    )
    work.session.add(task)
    open_task(
        work,
        TASK,
        task,
        holder_id=holder.id,
        opportunity_id=application.opportunity_id,
        due_at=due_at,
        what=what,
        about=f"{application.applicant_name} · {application.ref}",
        application_id=application.id,
    )

    record(
        work,
        "case.task set",
        task,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        person=holder.shown_name,
        what=what,
    )
    return task


def finish_task(work: Work, task: CaseTask) -> None:
    """It is done, whoever of the office did it."""
    policy.WORK_ON_CASE.require(work.actor, task.application)
    if task.done_at is not None:
        return
    task.done_at, task.done_by_id = work.now, work.actor.user_id
    close_tasks(work, TASK, task)

    record(
        work,
        "case.task done",
        task,
        application_id=task.application_id,
        opportunity_id=task.application.opportunity_id,
        what=task.what,
    )


def _of_the_office(work: Work, application: Application, person_id: int) -> User:
    """The person, who must work in its office and must not be the applicant."""
    office = office_people(application.opportunity)
    found = work.session.scalar(office.where(User.id == person_id))
    if found is None or found.id == application.applicant_id:
        raise RuleBroken(_("Choose somebody of this programme’s office."))
    return found
