"""Officials' posts: what an employer confirms, what is promised, and who went back (0029)."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.applications.models import Application, Nominator
from app.courses.models.enrolments import Enrolment
from app.courses.models.runs import CourseRun
from app.courses.states import PostAnswer, ReleaseFlow, ReleaseState, Teller
from app.foundation.database import (
    Entity,
    Moment,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.keys import WayIn
from app.foundation.languages import lazy

LIVE_RELEASE = text("state IN ('asked', 'confirmed')")


class PostTerms(Entity):
    """That people go back to their posts after some dates, and stay there for `months`.

    `commitment` is {locale: text}, what they promise when they take the seat; `ask_after` are the
    months after the last day when they and their employers are asked, `asked_through` the last of
    these that was. Whether employers must let people go is the run's `release_needed`.
    """

    __tablename__ = "post_terms"
    __table_args__ = (CheckConstraint("months BETWEEN 1 AND 60", name="some_months"),)

    run_id: Mapped[int] = mapped_column(ForeignKey(CourseRun.id), unique=True)
    months: Mapped[int]
    ask_after: Mapped[list[int]] = mapped_column(JSON)
    asked_through: Mapped[int] = mapped_column(default=0)
    commitment: Mapped[dict[str, str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)

    run: Mapped[CourseRun] = relationship(lazy="raise_on_sql")


class Release(Entity):
    """What an applicant's employer is asked to confirm, and signed: `statement`, word for word."""

    __tablename__ = "post_release"
    __table_args__ = (
        CheckConstraint("from_on <= until_on", name="begins_before_it_ends"),
        CheckConstraint(
            "state <> 'confirmed' OR (signed_name <> '' AND signed_function <> '' "
            "AND statement <> '' AND sha256 <> '' AND answered_at IS NOT NULL)",
            name="confirmed_by_somebody_in_words",
        ),
        CheckConstraint(
            "state <> 'refused' OR (reason <> '' AND answered_at IS NOT NULL)",
            name="refused_for_a_reason",
        ),
        Index(
            "uq__post_release__one_live",
            "application_id",
            unique=True,
            sqlite_where=LIVE_RELEASE,
            postgresql_where=LIVE_RELEASE,
        ),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey(Application.id, ondelete="CASCADE"), index=True
    )
    employer: Mapped[str] = mapped_column(String(300))
    post: Mapped[str] = mapped_column(String(300))
    contact: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(320))
    locale: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date]
    until_on: Mapped[date]
    state: Mapped[ReleaseState] = state_column(ReleaseState, start=ReleaseState.ASKED)
    asked_at: Mapped[Moment]
    times_sent: Mapped[int] = mapped_column(default=1)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    signed_name: Mapped[str] = mapped_column(String(300), default="")
    signed_function: Mapped[str] = mapped_column(String(300), default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(Text, default="")

    application: Mapped[Application] = relationship(lazy="raise_on_sql")


class PostCommitment(Entity):
    """What somebody promised when taking the seat: the words that were shown, in their language."""

    __tablename__ = "post_commitment"

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), unique=True)
    locale: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    accepted_at: Mapped[Moment]


class PostQuestion(Entity):
    """Whether somebody is back in the post, asked so many months after; one side answers.

    `nominator_id` is the body that nominated the person, `release_id` what the employer signed.
    `said_function` and `said_name` are the employer's, who has no account.
    """

    __tablename__ = "post_question"
    __table_args__ = (
        CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (said_by IS NULL)",
            name="answered_by_a_side",
        ),
        CheckConstraint(
            "said_by IS NULL OR said_by <> 'employer' OR (said_name <> '' AND said_function <> '')",
            name="employers_sign",
        ),
        Index("uq__post_question", "enrolment_id", "months", unique=True),
        Index("ix__post_question__open", "answered_at", "asked_at"),
    )

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    months: Mapped[int]
    nominator_id: Mapped[int | None] = mapped_column(ForeignKey(Nominator.id), index=True)
    release_id: Mapped[int | None] = mapped_column(ForeignKey(Release.id, ondelete="SET NULL"))
    asked_at: Mapped[Moment]
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answer: Mapped[PostAnswer | None] = mapped_column(words(PostAnswer, name="answer"))
    since_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    said_by: Mapped[Teller | None] = mapped_column(words(Teller, name="said_by"))
    said_name: Mapped[str] = mapped_column(String(300), default="")
    said_function: Mapped[str] = mapped_column(String(300), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    enrolment: Mapped[Enrolment] = relationship(lazy="raise_on_sql")
    nominator: Mapped[Nominator | None] = relationship(lazy="raise_on_sql")
    release: Mapped[Release | None] = relationship(lazy="raise_on_sql")


class PostKey(WayIn, Entity):
    """An employer's way in without an account: of its secret only the SHA-256 is kept."""

    __tablename__ = "post_key"
    __table_args__ = (
        CheckConstraint("(release_id IS NULL) <> (question_id IS NULL)", name="opens_one_thing"),
    )

    release_id: Mapped[int | None] = mapped_column(
        ForeignKey(Release.id, ondelete="CASCADE"), index=True
    )
    question_id: Mapped[int | None] = mapped_column(
        ForeignKey(PostQuestion.id, ondelete="CASCADE"), index=True
    )


guard(Release.state, ReleaseFlow)

# The words that the triggers of the migration refuse with.
say_when_refused("promised_word_for_word", lazy("What was promised stays as it is."))
say_when_refused("signed_word_for_word", lazy("What was signed stays as it is."))
