"""Letters of recommendation: asked for, written by others, with or without an account."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models.applying import Application
from app.applications.states import (
    KeyKind,
    LetterWay,
    ReferenceFlow,
    ReferenceState,
)
from app.files.models import StoredFile
from app.foundation.database import (
    Entity,
    Moment,
    UtcDateTime,
    guard,
    state_column,
    words,
)
from app.foundation.keys import WayIn
from app.opportunities.models import Opportunity


class LetterTerms(Entity):
    """How many letters of recommendation an opportunity asks for, and until when they count.

    No row: it asks for none. Without `letters_by` they are due with the application.
    """

    __tablename__ = "letter_terms"
    __table_args__ = (
        CheckConstraint("least BETWEEN 0 AND most AND most BETWEEN 1 AND 5", name="some_letters"),
    )

    opportunity_id: Mapped[int] = mapped_column(ForeignKey(Opportunity.id), unique=True)
    least: Mapped[int]
    most: Mapped[int]
    letters_by: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)


class ReferenceRequest(Entity):
    """A person whom an applicant asks for a letter of recommendation; most have no account.

    `known_as` is how the applicant knows them (my supervisor), `corrected` what they say instead;
    `chased` is the last reminder that was told; `email` is "" for somebody who has none.
    `infected_file` had a virus in it, so that the letter may come anew until `open_until`.
    """

    __tablename__ = "reference_request"
    __table_args__ = (
        CheckConstraint(
            "state NOT IN ('received', 'declined') OR answered_at IS NOT NULL",
            name="answered_at_some_moment",
        ),
        Index("ix__reference_request__of_application", "application_id", "id"),
        Index("ix__reference_request__awaited", "state", "asked_at", "id"),
        Index(
            "uq__reference_request__one_live_an_address",
            "application_id",
            "email",
            unique=True,
            sqlite_where=text("state IN ('asked', 'writing', 'received') AND email <> ''"),
            postgresql_where=text("state IN ('asked', 'writing', 'received') AND email <> ''"),
        ),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id, ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(320))
    institution: Mapped[str] = mapped_column(String(300), default="")
    known_as: Mapped[str] = mapped_column(String(300))
    corrected: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    locale: Mapped[str] = mapped_column(String(20))
    state: Mapped[ReferenceState] = state_column(ReferenceState, start=ReferenceState.ASKED)
    asked_at: Mapped[Moment]
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    declined_because: Mapped[str] = mapped_column(Text, default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("reference_request.id"), unique=True)
    chased: Mapped[int] = mapped_column(default=0)
    files_sent: Mapped[int] = mapped_column(default=0)
    infected_file: Mapped[str] = mapped_column(String(255), default="")
    open_until: Mapped[datetime | None] = mapped_column(UtcDateTime())

    application: Mapped[Application] = relationship(lazy="raise_on_sql")
    letter: Mapped["Letter | None"] = relationship(
        lazy="raise_on_sql", back_populates="request", uselist=False
    )


class ReferenceKey(WayIn, Entity):
    """A way in without an account: of its secret only the SHA-256 is kept."""

    __tablename__ = "reference_key"
    __table_args__ = (CheckConstraint("used_at IS NULL OR kind = 'code'", name="codes_are_used"),)

    request_id: Mapped[int] = mapped_column(
        ForeignKey(ReferenceRequest.id, ondelete="CASCADE"), index=True
    )
    kind: Mapped[KeyKind] = mapped_column(words(KeyKind, name="kind"))
    way: Mapped[LetterWay] = mapped_column(words(LetterWay, name="way"))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Letter(Entity):
    """A letter of recommendation: a draft of its writer alone until `submitted_at`."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint(
            "submitted_at IS NULL OR body <> '' OR file_id IS NOT NULL", name="sent_with_something"
        ),
        CheckConstraint(
            "(submitted_at IS NULL) = (way IS NULL)", name="came_in_some_way_once_it_came"
        ),
        CheckConstraint(
            "way IS NULL OR way <> 'post' OR recorded_by_id IS NOT NULL", name="post_is_recorded"
        ),
    )

    request_id: Mapped[int] = mapped_column(
        ForeignKey(ReferenceRequest.id, ondelete="CASCADE"), unique=True
    )
    body: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id), unique=True)
    confidential: Mapped[bool] = mapped_column(default=True)
    saved_at: Mapped[Moment]
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    way: Mapped[LetterWay | None] = mapped_column(words(LetterWay, name="way"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    version: Mapped[int] = mapped_column(default=1)

    request: Mapped[ReferenceRequest] = relationship(lazy="raise_on_sql", back_populates="letter")
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


guard(ReferenceRequest.state, ReferenceFlow)
