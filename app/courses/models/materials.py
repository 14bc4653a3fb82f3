"""What participants work with: links and files of some dates, or of one of their meetings."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses.models.runs import CourseRun, Meeting
from app.files.models import StoredFile
from app.foundation.database import Entity, Moment


class Material(Entity):
    """A link or a file, for everybody or for those with a seat; `position` is its place."""

    __tablename__ = "material"
    __table_args__ = (
        CheckConstraint("(url <> '') = (file_id IS NULL)", name="a_link_or_a_file"),
        CheckConstraint("title <> ''", name="has_a_title"),
        Index("ix__material__of_run", "run_id", "position", "id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(CourseRun.id))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey(Meeting.id, ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(500), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id))
    for_everybody: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    added_at: Mapped[Moment]
    added_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    version: Mapped[int] = mapped_column(default=1)

    run: Mapped[CourseRun] = relationship(lazy="raise_on_sql")
    meeting: Mapped[Meeting | None] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
