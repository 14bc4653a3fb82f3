"""What participants say of some dates, kept so that no answer can be joined with a person.

There is no row for an answer. Each question keeps how often each mark was given, and the texts in
an order that comes of the texts alone; that somebody has answered is a mark of their enrolment.
Whoever answered in whatever order, the same rows come of it (decision 0017).
"""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.courses.feedback import QuestionKind
from app.courses.models.runs import CourseRun
from app.foundation.database import Entity, Moment, UtcDateTime, words


class Feedback(Entity):
    """That the participants of some dates are asked, until `closes_at`.

    `asked_at`, `reminded_at` and `told_at` are when they were asked and reminded, and when those
    who teach were told of what came in.
    """

    __tablename__ = "feedback"
    __table_args__ = (Index("uq__feedback", "run_id", unique=True),)

    run_id: Mapped[int] = mapped_column(ForeignKey(CourseRun.id))
    closes_at: Mapped[Moment]
    opened_at: Mapped[Moment]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    run: Mapped[CourseRun] = relationship(lazy="raise_on_sql")
    questions: Mapped[list["FeedbackQuestion"]] = relationship(
        lazy="raise_on_sql", order_by="FeedbackQuestion.number", cascade="all, delete-orphan"
    )


class FeedbackQuestion(Entity):
    """A question of the standard set or in the centre's own words, and its answers."""

    __tablename__ = "feedback_question"
    __table_args__ = (
        CheckConstraint("(standard = '') <> (own_words = '')", name="standard_or_own_words"),
        Index("uq__feedback_question", "feedback_id", "number", unique=True),
    )

    feedback_id: Mapped[int] = mapped_column(ForeignKey(Feedback.id, ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(words(QuestionKind, name="kind"))
    standard: Mapped[str] = mapped_column(String(40), default="")
    own_words: Mapped[str] = mapped_column(Text, default="")
    marks: Mapped[list[int]] = mapped_column(JSON)
    texts: Mapped[list[str]] = mapped_column(JSON)
