"""Documents that arrive in pieces: begun for a slot, and put into it once they are whole."""

import io
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actor import actor_signed_in_as
from app.accounts.models import User
from app.applications import policy, queries
from app.applications.models import Application
from app.applications.operations.applying import refuse_unless_draft
from app.applications.operations.documents import upload_document
from app.files.arriving import (
    arrived_but_not_kept,
    begin_upload,
    end_upload,
    put_together,
    uploads_of,
)
from app.files.kinds import FileRefused
from app.files.models import Upload
from app.files.operations import CheckedFile, check_file
from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.errors import NotFound, Refusal
from app.foundation.languages import gettext as _
from app.foundation.work import Work, unit_of_work
from app.opportunities.form_definitions import Question

A_WHILE = timedelta(minutes=5)


def purpose_of(application_id: int, question_key: str = "") -> str:
    """What an upload for this slot says it is for; without a question, how all of them begin."""
    return f"application:{application_id}:{question_key}"


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
    """Announce a document that will come in pieces."""
    policy.FILL_IN.require(work.actor, application)
    refuse_unless_draft(application)
    return begin_upload(
        work,
        purpose=purpose_of(application.id, question.key),
        file_name=file_name,
        declared=declared,
        size=size,
        sha256=sha256,
    )


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
                end_upload(work, work.find(query), kept=False)
            raise
    with unit_of_work(actor) as work:
        waiting = work.session.scalars(query.with_for_update()).one_or_none()
        if waiting is not None:
            place_document(work, waiting, file)


def place_document(work: Work, upload: Upload, file: CheckedFile) -> None:
    """Put a file that is whole into the slot that it was announced for."""
    application_id, question_key = _slot_of(upload)
    query = queries.applications_to_fill_in(work.actor).where(Application.id == application_id)
    application = work.find(query)
    question = queries.form_of(application).question(question_key)
    if question is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))

    upload_document(work, application, question, file=file)
    end_upload(work, upload, kept=True)


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


def _slot_of(upload: Upload) -> tuple[int, str]:
    kind, _colon, slot = upload.purpose.partition(":")
    application_id, _colon, question_key = slot.partition(":")
    if kind != "application":
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return int(application_id), question_key
