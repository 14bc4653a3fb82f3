"""Files that arrive in pieces, over lines that break (tus 1.0): begun, received, put together.

Each piece is a row, written in the transaction that moves the offset: what was acknowledged is
there after any failure, exactly once, whichever process is asked next.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.files import kinds
from app.files.kinds import LARGEST, FileRefused
from app.files.models import Upload, UploadPiece
from app.files.states import UploadFlow, UploadState
from app.foundation.actors import Actor
from app.foundation.errors import Refusal, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work

LARGEST_PIECE = 1024 * 1024
KEPT_FOR = timedelta(days=7)
MOST_AT_ONCE = 20


class OutOfStep(Refusal):
    """The piece does not begin where the last one ended: ask for the offset, go on from there."""


def uploads_of(actor: Actor, purpose: str | None = None) -> Select[Upload]:
    """One's own uploads that are still arriving, the newest first."""
    query = select(Upload).where(
        Upload.owner_id == actor.user_id, Upload.state == UploadState.ARRIVING
    )
    if purpose is not None:
        query = query.where(Upload.purpose.startswith(purpose, autoescape=True))
    return query.order_by(Upload.id.desc()).limit(MOST_AT_ONCE)


def begin_upload(
    work: Work, *, purpose: str, file_name: str, declared: str, size: int, sha256: str
) -> Upload:
    """Say what will arrive. The same promise again goes on with the same upload."""
    if not 0 < size <= LARGEST:
        raise FileRefused(
            _(
                "A file may have up to %(most)s MB. Make it smaller, for example by scanning "
                "at 150 dpi, and upload it again.",
                most=LARGEST // kinds.MEGABYTE,
            )
        )
    mine = work.session.scalars(uploads_of(work.actor)).all()
    for upload in mine:
        if sha256 and (upload.purpose, upload.sha256, upload.size) == (purpose, sha256, size):
            return upload
    if len(mine) >= MOST_AT_ONCE:
        raise RuleBroken(_("Too many files are on their way at once. Finish or stop some first."))
    upload = Upload(
        key=secrets.token_hex(32),
        owner_id=work.actor.user_id,
        purpose=purpose,
        file_name=kinds.clean_name(file_name),
        declared=declared[:100],
        size=size,
        sha256=sha256,
        begun_at=work.now,
        expires_at=work.now + KEPT_FOR,
    )
    work.session.add(upload)
    work.session.flush()
    return upload


def receive_piece(work: Work, upload: Upload, *, at: int, content: bytes) -> None:
    """Keep the next bytes. Raises OutOfStep when they are not the next."""
    if at != upload.received:
        raise OutOfStep(_("This piece does not follow the last one."))
    if at + len(content) > upload.size:
        raise FileRefused(_("More arrived than was announced. Choose the file again."))
    if not content:
        return
    work.session.add(UploadPiece(upload_id=upload.id, at=at, content=content))
    upload.received += len(content)


def put_together(session: Session, upload: Upload) -> bytes:
    """The whole file. Raises FileRefused when it is not what was promised."""
    pieces = select(UploadPiece.content).where(UploadPiece.upload_id == upload.id)
    content = b"".join(session.scalars(pieces.order_by(UploadPiece.at)))
    if upload.sha256 and hashlib.sha256(content).hexdigest() != upload.sha256:
        raise FileRefused(
            _("What arrived is not the file that was announced. Choose the file again.")
        )
    return content


def end_upload(work: Work, upload: Upload, *, kept: bool) -> None:
    """Its pieces are not needed any more: the file is kept elsewhere, or was given up."""
    (UploadFlow.keep if kept else UploadFlow.give_up)(upload)
    work.session.execute(delete(UploadPiece).where(UploadPiece.upload_id == upload.id))


def expired_uploads(now: datetime) -> Select[Upload]:
    """What nobody went on with in time, a piece at a time, each in one process's hands."""
    return (
        select(Upload)
        .where(Upload.state == UploadState.ARRIVING, Upload.expires_at < now)
        .order_by(Upload.id)
        .limit(100)
        .with_for_update(skip_locked=True)
    )


def arrived_but_not_kept(session: Session, before: datetime) -> list[int]:
    """Uploads that are whole, whose sender went away before they were put in their place."""
    query = select(Upload.id).where(
        Upload.state == UploadState.ARRIVING,
        Upload.received == Upload.size,
        Upload.begun_at < before,
    )
    return list(session.scalars(query.order_by(Upload.id).limit(50)))
