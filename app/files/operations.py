"""Keeping files: checked, cleaned of metadata, stored under a random key; and erasing them.

The bytes are written before the transaction ends and the row with it. When the transaction is
rolled back, bytes without a row remain; nobody can reach them, and `sweep` takes them away a day
later. The other way round, `erase_file` only marks the row: the bytes go with the next sweep, so
that a transaction that is rolled back has lost nothing.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO

from sqlalchemy import Select, select

from app.files import kinds
from app.files.kinds import LARGEST, FileRefused, Kind
from app.files.models import StoredFile
from app.files.papers import check_docx, check_pdf
from app.files.scanning import scanner
from app.files.states import (
    CAREFULLY,
    READABLE,
    FileFlow,
    FileState,
    ScanState,
    Sensitivity,
)
from app.files.storage import storage
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work

UNREACHED_FOR = timedelta(days=1)
AT_A_TIME = 500
SCANNED_AT_A_TIME = 50


class Quarantined(RuleBroken):
    """The file waits for the virus scanner, or did not pass it."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that is what it says it is, clean of metadata, not yet kept."""

    content: bytes
    file_name: str
    kind: Kind


def check_file(stream: BinaryIO, *, file_name: str, declared: str = "") -> CheckedFile:
    """Read and check a file; no transaction need be open. Raises FileRefused.

    `declared` is the media type that the browser named.
    """
    content = _read(stream)
    name = kinds.clean_name(file_name)
    kind = kinds.agreed_kind(content, name, declared)
    return CheckedFile(_checked(content, kind), name, kind)


def keep_checked_file(
    work: Work, file: CheckedFile, *, owner_id: int, sensitivity: Sensitivity
) -> StoredFile:
    """Store a checked file for its owner."""
    kept = StoredFile(
        key=storage().put(file.content),
        owner_id=owner_id,
        file_name=file.file_name,
        media_type=file.kind.media_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        sensitivity=sensitivity,
        scan=ScanState.UNSCANNED if scanner() is None else ScanState.WAITING,
        stored_at=work.now,
    )
    work.session.add(kept)
    return kept


def keep_again(work: Work, file_id: int, *, sensitivity: Sensitivity) -> StoredFile | None:
    """Keep the bytes of a file once more, as carefully as either asks; None when they are erased.

    Nothing is copied: each row is erased on its own, and the bytes stay as long as one keeps them.
    """
    file = work.session.get(StoredFile, file_id, with_for_update=True, populate_existing=True)
    if file is None or file.state is not FileState.KEPT or file.scan is ScanState.INFECTED:
        return None
    again = StoredFile(
        key=file.key,
        owner_id=file.owner_id,
        file_name=file.file_name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        sensitivity=max(file.sensitivity, sensitivity, key=CAREFULLY.index),
        scan=file.scan,
        stored_at=work.now,
    )
    work.session.add(again)
    return again


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that we wrote ourselves: its bytes are stored, and are nobody's yet."""

    key: str
    size: int
    sha256: str


def store_made_file(pieces: Iterable[bytes]) -> MadeFile:
    """Store what we write, of any size, while it is written; no transaction need be open."""
    digest, size = hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            yield piece

    return MadeFile(storage().put(counted()), size, digest.hexdigest())


def keep_made_file(
    work: Work,
    made: MadeFile,
    *,
    owner_id: int,
    file_name: str,
    media_type: str,
    sensitivity: Sensitivity,
) -> StoredFile:
    """Make it somebody's."""
    kept = StoredFile(
        key=made.key,
        owner_id=owner_id,
        file_name=file_name,
        media_type=media_type,
        size=made.size,
        sha256=made.sha256,
        sensitivity=sensitivity,
        stored_at=work.now,
    )
    work.session.add(kept)
    return kept


def forget_made_file(made: MadeFile) -> None:
    """Take the bytes away that are nobody's: `sweep` would, a day later."""
    storage().erase(made.key)


def keep_file(
    work: Work,
    *,
    owner_id: int,
    file_name: str,
    stream: BinaryIO,
    sensitivity: Sensitivity,
    declared: str = "",
) -> StoredFile:
    """Check a file and store it. Raises FileRefused with what to do instead."""
    file = check_file(stream, file_name=file_name, declared=declared)
    return keep_checked_file(work, file, owner_id=owner_id, sensitivity=sensitivity)


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
    from app.files.pictures import check_picture  # its decoders are heavy

    return check_picture(content, kind)


def open_file(file: StoredFile) -> BinaryIO:
    """The bytes of a kept file, to be sent to somebody who may see them. Raises Quarantined."""
    if file.scan not in READABLE:
        raise Quarantined(
            _("This file is being checked for viruses. Please come back in some minutes.")
            if file.scan is ScanState.WAITING
            else _("A virus was found in this file, so nobody can open it.")
        )
    return storage().open(file.key)


def files_to_scan() -> Select[StoredFile]:
    """What waits for the scanner, the oldest first."""
    return (
        select(StoredFile)
        .where(StoredFile.scan == ScanState.WAITING, StoredFile.state == FileState.KEPT)
        .order_by(StoredFile.id)
        .limit(SCANNED_AT_A_TIME)
    )


def note_scan(work: Work, file: StoredFile, virus: str) -> bool:
    """Keep what the scanner said; an infected file is erased at once. Answers whether it is."""
    if virus:
        file.scan, file.virus = ScanState.INFECTED, virus
        if file.state is FileState.KEPT:
            erase_file(work, file)
        return True
    file.scan = ScanState.CLEAN
    return False


def erase_file(work: Work, file: StoredFile) -> None:
    """Nobody reaches this file any more; its bytes go with the next sweep."""
    FileFlow.erase(file)
    file.erased_at = work.now


def unswept(now: datetime) -> Iterator[list[str]]:
    """Keys of everything older than a day, some hundreds at a time, for `sweep`.

    What is younger is left alone: its transaction may not have ended yet.
    """
    keys = storage().stored_before(now - UNREACHED_FOR)
    while batch := list(islice(keys, AT_A_TIME)):
        yield batch


def sweep(work: Work, keys: list[str]) -> int:
    """Take away the bytes that no row keeps: erased files, and what a rollback left behind."""
    kept = set(
        work.session.scalars(
            select(StoredFile.key).where(
                StoredFile.key.in_(keys), StoredFile.state == FileState.KEPT
            )
        )
    )
    gone = [key for key in keys if key not in kept]
    for key in gone:
        storage().erase(key)
    return len(gone)
