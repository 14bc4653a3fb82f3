"""What a centre wrote to those who are in some dates of a course, or wait for a seat there."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses.models.runs import CourseRun, Meeting
from app.courses.states import Group
from app.foundation.database import Entity, Moment, words


class GroupMessage(Entity):
    """One message, to how many it went, and who sent it. `texts`: language → subject and body.

    `meeting_id` is the meeting that its readers missed. Rows are only ever added.
    """

    __tablename__ = "group_message"
    __table_args__ = (
        CheckConstraint("number > 0", name="to_somebody"),
        CheckConstraint(
            "(readers = 'missed') = (meeting_id IS NOT NULL)", name="missed_one_meeting"
        ),
        Index("ix__group_message__of_run", "run_id", "id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(CourseRun.id))
    readers: Mapped[Group] = mapped_column(words(Group, name="readers"))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey(Meeting.id))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    number: Mapped[int]
    sent_at: Mapped[Moment]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    meeting: Mapped[Meeting | None] = relationship(lazy="raise_on_sql")
    sent_by: Mapped[User] = relationship(lazy="raise_on_sql")
