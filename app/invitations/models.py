"""An invitation, what is paid, every letter in which it was sent, and every answer to one."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models import Application
from app.files.models import StoredFile
from app.files.states import Way
from app.foundation.database import (
    CountryCode,
    Entity,
    Locale,
    Moment,
    Name,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.keys import WayIn
from app.foundation.languages import lazy
from app.invitations.states import (
    InvitationFlow,
    InvitationState,
    Side,
)
from app.organisations.models import Organisation
from app.projects.models import Project
from app.research_stays.models import PaidLine, ResearchStayCall, some_amount
from app.research_stays.states import Purpose

LIVING_ONE = "application_id IS NOT NULL AND state IN ('draft', 'sent', 'accepted', 'agreed')"
ENDED = "state IN ('declined', 'withdrawn', 'cancelled')"


class Invitation(Entity):
    """One host invites one person of one home; none of the three ever changes once it was sent.

    The home is of the house (`home_id`) or is named by the host with its country. Days are days
    where the host is; `answer_by` is a moment that the host's clock tells. The columns from
    `laboratory` to `programme` are what the newest letter says, or will say.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint("(home_id IS NULL) = (home_name <> '')", name="has_one_home"),
        CheckConstraint("home_id IS NULL OR home_id <> host_id", name="invites_elsewhere"),
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
        CheckConstraint(
            "(application_id IS NULL) = (call_id IS NULL)", name="answers_a_request_of_a_call"
        ),
        CheckConstraint("person_name <> '' AND person_email <> ''", name="invites_somebody"),
        CheckConstraint("state = 'draft' OR purpose <> ''", name="sent_with_a_purpose"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn') OR sent_at IS NOT NULL", name="sent_at_some_moment"
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'agreed', 'cancelled') OR accepted_at IS NOT NULL",
            name="accepted_at_some_moment",
        ),
        CheckConstraint(
            f"({ENDED}) = (ended_by IS NOT NULL) AND ({ENDED}) = (ended_at IS NOT NULL)",
            name="ended_by_a_side",
        ),
        CheckConstraint(f"NOT ({ENDED}) OR ended_because <> ''", name="ended_with_words"),
        Index("ix__invitation__host", "host_id", "state", "starts_on"),
        Index("ix__invitation__home", "home_id", "state", "starts_on"),
        Index(
            "uq__invitation__living",
            "application_id",
            unique=True,
            sqlite_where=text(LIVING_ONE),
            postgresql_where=text(LIVING_ONE),
        ),
        Index("ix__invitation__call", "call_id", "state"),
        Index("ix__invitation__application", "application_id"),
        Index("ix__invitation__email", "person_email"),
        Index("ix__invitation__answer", "state", "answer_by"),
    )

    host_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    home_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    home_name: Mapped[str] = mapped_column(String(300), default="")
    home_country: Mapped[CountryCode]
    person_name: Mapped[Name]
    person_email: Mapped[str] = mapped_column(String(320))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    # In what mails to the address are written while it has no account; "": see `language_for`.
    mail_locale: Mapped[Locale] = mapped_column(default="")
    # Folded: the names and the address by which an office finds it.
    found_by: Mapped[str] = mapped_column(Text, default="")
    # The request that it answers and the call of that: then it holds one of the call's places.
    application_id: Mapped[int | None] = mapped_column(ForeignKey(Application.id))
    call_id: Mapped[int | None] = mapped_column(ForeignKey(ResearchStayCall.id))
    state: Mapped[InvitationState] = state_column(InvitationState, start=InvitationState.DRAFT)

    laboratory: Mapped[str] = mapped_column(String(300), default="")
    received_by: Mapped[str] = mapped_column(String(300), default="")
    purpose_kind: Mapped[Purpose] = mapped_column(words(Purpose, name="purpose_kind"))
    purpose: Mapped[str] = mapped_column(Text, default="")
    project_id: Mapped[int | None] = mapped_column(ForeignKey(Project.id), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    language: Mapped[Locale] = mapped_column(default="en")
    programme: Mapped[str] = mapped_column(String(300), default="")

    answer_by: Mapped[Moment]
    begun_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    begun_at: Mapped[Moment]
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Whom the person names at a home that has nobody who signs in.
    agrees_name: Mapped[str] = mapped_column(String(300), default="")
    agrees_function: Mapped[str] = mapped_column(String(300), default="")
    agrees_email: Mapped[str] = mapped_column(String(320), default="")
    ended_by: Mapped[Side | None] = mapped_column(words(Side, name="ended_by"))
    ended_because: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    host: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[host_id])
    home: Mapped[Organisation | None] = relationship(lazy="raise_on_sql", foreign_keys=[home_id])
    person: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])
    project: Mapped[Project | None] = relationship(lazy="raise_on_sql")
    application: Mapped[Application | None] = relationship(lazy="raise_on_sql")
    call: Mapped[ResearchStayCall | None] = relationship(lazy="raise_on_sql")
    paid: Mapped[list["InvitationPaid"]] = relationship(
        lazy="raise_on_sql",
        order_by="InvitationPaid.id",
        back_populates="invitation",
        cascade="all, delete-orphan",
    )
    letters: Mapped[list["InvitationLetter"]] = relationship(
        lazy="raise_on_sql", order_by="InvitationLetter.number", back_populates="invitation"
    )


class InvitationPaid(PaidLine, Entity):
    """What an invitation says that is paid."""

    __tablename__ = "invitation_paid"
    __table_args__ = (
        *some_amount(),
        Index("uq__invitation_paid", "invitation_id", "kind", unique=True),
    )

    invitation_id: Mapped[int] = mapped_column(ForeignKey(Invitation.id))

    invitation: Mapped[Invitation] = relationship(lazy="raise_on_sql", back_populates="paid")


class InvitationLetter(Entity):
    """What was sent, word for word, with its fingerprint; it never changes.

    Changed terms are the next letter, and no answer to an earlier one counts for it. `code` opens
    the page on which a letter on paper is checked.
    """

    __tablename__ = "invitation_letter"
    __table_args__ = (Index("uq__invitation_letter", "invitation_id", "number", unique=True),)

    invitation_id: Mapped[int] = mapped_column(ForeignKey(Invitation.id))
    number: Mapped[int]
    contents: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    sent_at: Mapped[Moment]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    invitation: Mapped[Invitation] = relationship(lazy="raise_on_sql", back_populates="letters")
    sent_by: Mapped[User] = relationship(lazy="raise_on_sql")
    answers: Mapped[list["InvitationAnswer"]] = relationship(
        lazy="raise_on_sql", order_by="InvitationAnswer.id", back_populates="letter"
    )


class InvitationKey(WayIn, Entity):
    """A link to one invitation, for the person or for who agrees at a home without an office."""

    __tablename__ = "invitation_key"
    __table_args__ = (
        CheckConstraint("side <> 'host'", name="not_for_the_host"),
        CheckConstraint("name <> '' AND email <> ''", name="sent_to_somebody"),
        Index(
            "uq__invitation_key__open",
            "invitation_id",
            "side",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    invitation_id: Mapped[int] = mapped_column(ForeignKey(Invitation.id), index=True)
    side: Mapped[Side] = mapped_column(words(Side, name="side"))
    name: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(320))
    expires_at: Mapped[Moment]


# On the page of a side, by a link, or by a letter that the host recorded with its scan.
ANSWERED_BY = """
    (way = 'page' AND by_id IS NOT NULL AND key_id IS NULL AND file_id IS NULL)
    OR (way = 'link' AND key_id IS NOT NULL AND by_id IS NULL AND file_id IS NULL AND name <> '')
    OR (way = 'letter' AND side = 'home' AND file_id IS NOT NULL AND by_id IS NOT NULL
        AND key_id IS NULL AND name <> '' AND function <> '')
"""


class InvitationAnswer(Entity):
    """Yes or no of a side to one letter. Nobody rewrites it; by letter, `by_id` recorded it."""

    __tablename__ = "invitation_answer"
    __table_args__ = (
        CheckConstraint("side <> 'host'", name="not_of_the_host"),
        CheckConstraint("yes OR said <> ''", name="refused_with_words"),
        CheckConstraint(" ".join(ANSWERED_BY.split()), name="answered_by_somebody"),
        Index("uq__invitation_answer", "letter_id", "side", "yes", unique=True),
    )

    letter_id: Mapped[int] = mapped_column(ForeignKey(InvitationLetter.id))
    side: Mapped[Side] = mapped_column(words(Side, name="side"))
    yes: Mapped[bool]
    said: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[Moment]
    way: Mapped[Way] = mapped_column(words(Way, name="way"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    name: Mapped[str] = mapped_column(String(300), default="")
    function: Mapped[str] = mapped_column(String(300), default="")
    key_id: Mapped[int | None] = mapped_column(ForeignKey(InvitationKey.id))
    file_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id))

    letter: Mapped[InvitationLetter] = relationship(lazy="raise_on_sql", back_populates="answers")
    by: Mapped[User | None] = relationship(lazy="raise_on_sql")
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")


guard(Invitation.state, InvitationFlow)

# The words that the triggers of this office's migration refuse with.
say_when_refused(
    "invitation_is_of_somebody_else",
    lazy("An invitation keeps its host, its person and that person's home."),
)
say_when_refused(
    "invitation_is_too_long", lazy("A short stay has 180 days at most. Choose fewer days.")
)
say_when_refused(
    "letter_was_sent", lazy("What was sent stays as it is. Change the terms and send them again.")
)
say_when_refused(
    "invitation_of_another_request", lazy("An invitation answers a request for a stay at its host.")
)
say_when_refused("no_stay_is_left", lazy("All places of this call are taken."))
say_when_refused("stays_are_promised", lazy("More people than that are invited already."))
say_when_refused("answer_was_given", lazy("An answer that was given stays as it is."))
say_when_refused(
    "stay_has_begun", lazy("The stay has begun: who leaves is written down on its page.")
)
