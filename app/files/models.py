"""Stored bytes: written once under a random key, never changed in place."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.files.states import FileFlow, FileState, Sensitivity
from app.foundation.database import Entity, Moment, UtcDateTime, guard, state_column, words


class StoredFile(Entity):
    """What was stored, for whom, and what it may be taken for."""

    __tablename__ = "stored_file"
    __table_args__ = (CheckConstraint("size >= 0", name="size_not_negative"),)

    key: Mapped[str] = mapped_column(String(64), unique=True)
    owner_id: Mapped[int] = mapped_column(index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    sensitivity: Mapped[Sensitivity] = mapped_column(words(Sensitivity, name="sensitivity"))
    state: Mapped[FileState] = state_column(FileState, start=FileState.KEPT)
    stored_at: Mapped[Moment]
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


guard(StoredFile.state, FileFlow)
