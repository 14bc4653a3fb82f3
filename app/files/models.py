"""Stored bytes: written once under a random key, never changed in place."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.files.states import (
    FileFlow,
    FileState,
    ScanState,
    Sensitivity,
    UploadFlow,
    UploadState,
)
from app.foundation.database import Base, Entity, Moment, UtcDateTime, guard, state_column, words


class StoredFile(Entity):
    """What was stored, for whom, and what it may be taken for."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("(scan = 'infected') = (virus <> '')", name="infected_by_something"),
        Index(
            "ix__stored_file__to_scan",
            "id",
            sqlite_where=text("scan = 'waiting'"),
            postgresql_where=text("scan = 'waiting'"),
        ),
    )

    # Several rows may keep the same bytes; these go when the last of them is erased.
    key: Mapped[str] = mapped_column(String(64), index=True)
    owner_id: Mapped[int] = mapped_column(index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    sensitivity: Mapped[Sensitivity] = mapped_column(words(Sensitivity, name="sensitivity"))
    state: Mapped[FileState] = state_column(FileState, start=FileState.KEPT)
    scan: Mapped[ScanState] = mapped_column(
        words(ScanState, name="scan"), default=ScanState.UNSCANNED, active_history=True
    )
    virus: Mapped[str] = mapped_column(String(200), default="")
    stored_at: Mapped[Moment]
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    @property
    def waits_for_scan(self) -> bool:
        return self.scan is ScanState.WAITING


class Upload(Entity):
    """A file on its way in pieces: how large it will be, and how much of it has arrived.

    `purpose` says what it is for, in words of the office that asked: "application:12:transcript".
    `sha256` is what its sender promised, or empty; the same promise again is the same upload.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("size > 0", name="has_a_size"),
        CheckConstraint("received BETWEEN 0 AND size", name="no_more_than_its_size"),
        Index(
            "uq__upload__once_promised",
            "owner_id",
            "purpose",
            "sha256",
            "size",
            unique=True,
            sqlite_where=text("state = 'arriving' AND sha256 <> ''"),
            postgresql_where=text("state = 'arriving' AND sha256 <> ''"),
        ),
        Index("ix__upload__of_owner", "owner_id", "purpose", "state"),
        Index("ix__upload__expiring", "state", "expires_at"),
    )

    key: Mapped[str] = mapped_column(String(64), unique=True)
    owner_id: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(120))
    file_name: Mapped[str] = mapped_column(String(255))
    declared: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[UploadState] = state_column(UploadState, start=UploadState.ARRIVING)
    begun_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class UploadPiece(Base):
    """Some bytes of an upload, from `at` on; kept in the transaction that counts them."""

    __tablename__ = "upload_piece"

    upload_id: Mapped[int] = mapped_column(
        ForeignKey(Upload.id, ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


guard(StoredFile.state, FileFlow)
guard(Upload.state, UploadFlow)
