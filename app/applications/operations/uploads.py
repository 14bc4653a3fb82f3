"""Documents that arrive in pieces: begun for a slot, and put into it once they are whole."""

import io
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import actor_signed_in_as
from app.accounts.models import User
from app.applications import policy, queries
from app.applications.models import Application, DocumentSlot
from app.applications.operations.applying import refuse_unless_draft
from app.applications.operations.documents import put_into_slot, slot_for, upload_document
from app.applications.operations.giving_time import take_in_given_time
from app.applications.operations.versions import add_version
from app.applications.queries.arriving import purpose_of, slot_of, uploads_for
from app.applications.states import ApplicationState, SlotFlow, SlotState
from app.audit.record import record
from app.files.arriving import (
    arrived_but_not_kept,
    begin_upload,
    end_upload,
    expired_uploads,
    put_together,
    uploads_of,
)
from app.files.kinds import FileRefused
from app.files.models import Upload
from app.files.operations import CheckedFile, check_file
from app.files.states import UploadState
from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.errors import NotFound, Refusal, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work, unit_of_work
from app.notifications.tasks import open_task
from app.opportunities.form_definitions import Question
from app.opportunities.models import Opportunity
from app.opportunities.queries import office_of

A_WHILE = timedelta(minutes=5)


def begin_document(
    work: Work,
    application: Application,
    question: Question,
    *,
    file_name: str,
    declared: str,
    size: int,
    sha256: str,
) -> Upload:
    """Announce a document that will come in pieces. With its digest it is promised.

    What was promised before the application is submitted may come after it.
    """
    policy.FILL_IN.require(work.actor, application)
    purpose = purpose_of(application.id, question.key)
    if application.state is not ApplicationState.DRAFT:
        mine = work.session.scalars(uploads_for(application))
        promised = next(
            (u for u in mine if (u.purpose, u.sha256, u.size) == (purpose, sha256, size)), None
        )
        if promised is not None and sha256:
            return promised
    slot = slot_for(work, application, question)
    if slot.state is not SlotState.GIVEN_TIME:
        refuse_unless_draft(application)
    upload = begin_upload(
        work,
        purpose=purpose,
        file_name=file_name,
        declared=declared,
        size=size,
        sha256=sha256,
    )
    if sha256 and slot.state is SlotState.TO_DO:
        SlotFlow.promise(slot)
        record(
            work,
            "document.promised",
            application,
            opportunity_id=application.opportunity_id,
            slot=question.key,
            sha256=sha256,
        )
    return upload


def finish_document(actor: Actor, key: str) -> None:
    """Check what has arrived, outside any unit of work, and put it into its slot, once.

    Raises Refusal, and gives the upload up, when it is no file that is taken.
    """
    query = uploads_of(actor).where(Upload.key == key)
    with Session(db.engine) as session:
        upload = session.scalars(query).one_or_none()
        if upload is None:
            return  # another request was faster
        try:
            file = check_file(
                io.BytesIO(put_together(session, upload)),
                file_name=upload.file_name,
                declared=upload.declared,
            )
        except FileRefused:
            session.close()
            with unit_of_work(actor) as work:
                give_up_document(work, work.find(query))
            raise
    with unit_of_work(actor) as work:
        waiting = work.session.scalars(query.with_for_update()).one_or_none()
        if waiting is not None:
            _place(work, waiting, file)


def _place(work: Work, upload: Upload, file: CheckedFile) -> None:
    application, question = _subject(work, upload)
    if application.state is ApplicationState.DRAFT:
        upload_document(work, application, question, file=file)
        end_upload(work, upload, kept=True)
    else:
        deliver_document(work, application, question, file=file, sha256=upload.sha256)
        if upload.state is UploadState.ARRIVING:  # it was given time rather than promised
            end_upload(work, upload, kept=True)


def deliver_document(
    work: Work, application: Application, question: Question, *, file: CheckedFile, sha256: str
) -> None:
    """What was promised has come after all: the submission gets a version that has it.

    `sha256` is of what was sent. Raises RuleBroken when no such file was promised in time.
    """
    policy.FILL_IN.require(work.actor, application)
    slot = slot_for(work, application, question)
    if slot.state is SlotState.GIVEN_TIME:
        take_in_given_time(work, application, slot, question, file=file)
        return
    purpose = purpose_of(application.id, question.key)
    promised = next(
        (
            upload
            for upload in work.session.scalars(uploads_for(application).with_for_update())
            if (upload.purpose, upload.sha256) == (purpose, sha256)
        ),
        None,
    )
    if slot.state is not SlotState.PROMISED:
        raise RuleBroken(_("This application was submitted, so it cannot be changed any more."))
    if promised is None:
        raise RuleBroken(_("This is not the file that was registered in time. Send that one."))

    document = put_into_slot(work, application, slot, question, file)
    add_version(work, application, arrived=document, promised_sha256=sha256)
    end_upload(work, promised, kept=True)

    record(
        work,
        "document.arrived",
        document,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        slot=question.key,
    )


def give_up_document(work: Work, upload: Upload) -> None:
    """Nothing more of this comes. Of a submitted application, the office is asked to look."""
    end_upload(work, upload, kept=False)
    named = slot_of(upload.purpose)
    if named is None:
        return
    slot = work.session.scalar(
        select(DocumentSlot).where(
            DocumentSlot.application_id == named[0], DocumentSlot.kind == named[1]
        )
    )
    others = select(Upload.id).where(
        Upload.purpose == upload.purpose,
        Upload.state == UploadState.ARRIVING,
        Upload.sha256 != "",
        Upload.id != upload.id,
    )
    if slot is None or slot.state is not SlotState.PROMISED or work.session.scalar(others):
        return
    SlotFlow.break_promise(slot)
    application = work.session.get_one(Application, named[0])
    record(
        work,
        "document.did not come",
        application,
        opportunity_id=application.opportunity_id,
        slot=slot.kind,
    )
    if application.submitted_at is not None:
        opportunity = work.session.get_one(Opportunity, application.opportunity_id)
        open_task(
            work,
            "promised document",
            application,
            **office_of(opportunity),
            opportunity_id=opportunity.id,
            ref=application.ref,
            name=application.applicant_name,
        )


def give_up_late(work: Work) -> int:
    """Give up what nobody went on with in its time."""
    late = work.session.scalars(expired_uploads(work.now)).all()
    for upload in late:
        give_up_document(work, upload)
    return len(late)


def _subject(work: Work, upload: Upload) -> tuple[Application, Question]:
    named = slot_of(upload.purpose)
    if named is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    query = queries.applications_to_fill_in(work.actor).where(Application.id == named[0])
    application = work.find(query)
    question = queries.form_of(application).question(named[1])
    if question is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return application, question


def finish_forgotten(now: datetime) -> int:
    """Put into their slots what is whole but was left when a process or a browser ended."""
    with Session(db.engine) as session:
        waiting = [
            (actor_signed_in_as(session, uniquifier), key)
            for uniquifier, key in session.execute(
                select(User.fs_uniquifier, Upload.key)
                .join(User, User.id == Upload.owner_id)
                .where(Upload.id.in_(arrived_but_not_kept(session, now - A_WHILE)))
            )
        ]
    for actor, key in waiting:
        with suppress(Refusal):
            finish_document(actor, key)
    return len(waiting)
