"""Keeping files: checked, cleaned of metadata, stored under a random key; and erasing them.

The bytes are written before the transaction ends and the row with it. When the transaction is
rolled back, bytes without a row remain; nobody can reach them, and `sweep` takes them away a day
later. The other way round, `erase_file` only marks the row: the bytes go with the next sweep, so
that a transaction that is rolled back has lost nothing.
"""

import hashlib
from datetime import timedelta
from typing import BinaryIO

from sqlalchemy import select

from app.files import kinds
from app.files.kinds import LARGEST, FileRefused, Kind
from app.files.models import StoredFile
from app.files.papers import check_docx, check_pdf
from app.files.pictures import check_picture
from app.files.states import FileFlow, FileState, Sensitivity
from app.files.storage import storage
from app.foundation.languages import gettext as _
from app.foundation.work import Work

UNREACHED_FOR = timedelta(days=1)


def keep_file(
    work: Work,
    *,
    owner_id: int,
    file_name: str,
    stream: BinaryIO,
    sensitivity: Sensitivity,
    declared: str = "",
) -> StoredFile:
    """Take a file if it is what it says it is. Raises FileRefused with what to do instead.

    `declared` is the media type that the browser named. What is kept has no metadata.
    """
    content = _read(stream)
    name = kinds.clean_name(file_name)
    kind = kinds.agreed_kind(content, name, declared)
    clean = _checked(content, kind)
    kept = StoredFile(
        key=storage().put(clean),
        owner_id=owner_id,
        file_name=name,
        media_type=kind.media_type,
        size=len(clean),
        sha256=hashlib.sha256(clean).hexdigest(),
        sensitivity=sensitivity,
        stored_at=work.now,
    )
    work.session.add(kept)
    return kept


def _read(stream: BinaryIO) -> bytes:
    """All of it, never more than one byte beyond the limit."""
    content = stream.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise FileRefused(
            _(
                "This file is larger than %(most)s MB. Make it smaller, for example by scanning "
                "at 150 dpi, and upload it again.",
                most=LARGEST // kinds.MEGABYTE,
            )
        )
    return content


def _checked(content: bytes, kind: Kind) -> bytes:
    if kind is kinds.PDF:
        return check_pdf(content)
    if kind is kinds.DOCX:
        return check_docx(content)
    return check_picture(content, kind)


def open_file(file: StoredFile) -> BinaryIO:
    """The bytes of a kept file, to be sent to somebody who may see them."""
    return storage().open(file.key)


def erase_file(work: Work, file: StoredFile) -> None:
    """Nobody reaches this file any more; its bytes go with the next sweep."""
    FileFlow.erase(file)
    file.erased_at = work.now


def sweep(work: Work) -> int:
    """Take away bytes that no row keeps: erased files, and what a rollback left. Returns how many.

    What is younger than a day is left alone: its transaction may not have ended yet.
    """
    gone = 0
    batch: list[str] = []
    for key in storage().stored_before(work.now - UNREACHED_FOR):
        batch.append(key)
        if len(batch) == 500:
            gone += _sweep(work, batch)
            batch = []
    return gone + _sweep(work, batch)


def _sweep(work: Work, keys: list[str]) -> int:
    kept = set(
        work.session.scalars(
            select(StoredFile.key).where(
                StoredFile.key.in_(keys), StoredFile.state == FileState.KEPT
            )
        )
    )
    for key in keys:
        if key not in kept:
            storage().erase(key)
    return len(set(keys) - kept)
