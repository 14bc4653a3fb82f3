"""A student's ranked choices of a year; nominations, with everything that was sent and answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.exchanges.models import Posting
from app.files.models import StoredFile
from app.files.states import Way
from app.foundation.database import (
    Entity,
    Locale,
    Moment,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.keys import WayIn
from app.foundation.languages import lazy
from app.mobility.states import (
    ChoicesFlow,
    ChoicesState,
    NominationFlow,
    NominationState,
    Side,
)
from app.organisations.models import Organisation

MOST_CHOICES = 5


class ChoicesOfYear(Entity):
    """Where a student of one university would like to go in one academic year.

    `study_level` is the level of ISCED 2011 (5 to 8) that the student is at, `field` a detailed
    field of ISCED-F.
    """

    __tablename__ = "choices_of_year"
    __table_args__ = (
        CheckConstraint("study_level BETWEEN 5 AND 8", name="a_level_of_study"),
        CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="sent_at_some_moment"),
        Index(
            "uq__choices_of_year__person",
            "person_id",
            "year",
            unique=True,
            sqlite_where=text("state <> 'withdrawn'"),
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix__choices_of_year__home", "home_id", "state", "year"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    home_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    year: Mapped[int]
    state: Mapped[ChoicesState] = state_column(ChoicesState, start=ChoicesState.DRAFT)
    study_level: Mapped[int] = mapped_column(default=6)
    field: Mapped[str] = mapped_column(String(4), default="")
    statement: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[User] = relationship(lazy="raise_on_sql")
    home: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    choices: Mapped[list["Choice"]] = relationship(
        lazy="raise_on_sql",
        order_by="Choice.rank",
        back_populates="of",
        cascade="all, delete-orphan",
    )
    nominations: Mapped[list["ExchangeNomination"]] = relationship(
        lazy="raise_on_sql", order_by="ExchangeNomination.id", back_populates="choices"
    )


class Choice(Entity):
    """One posting that a student would like, 1 being liked best."""

    __tablename__ = "exchange_choice"
    __table_args__ = (
        CheckConstraint(f"rank BETWEEN 1 AND {MOST_CHOICES}", name="of_five"),
        Index("uq__exchange_choice__rank", "choices_id", "rank", unique=True),
        Index("uq__exchange_choice__posting", "choices_id", "posting_id", unique=True),
    )

    choices_id: Mapped[int] = mapped_column(ForeignKey(ChoicesOfYear.id))
    posting_id: Mapped[int] = mapped_column(ForeignKey(Posting.id), index=True)
    rank: Mapped[int]

    of: Mapped[ChoicesOfYear] = relationship(lazy="raise_on_sql", back_populates="choices")
    posting: Mapped[Posting] = relationship(lazy="raise_on_sql")


class ExchangeNomination(Entity):
    """A university nominates one student for a place; person, home, host and posting never change.

    Of the choices of a year one nomination lives at a time. While it lives it holds a place.
    """

    __tablename__ = "exchange_nomination"
    __table_args__ = (
        CheckConstraint("home_id <> host_id", name="sent_elsewhere"),
        CheckConstraint(
            "(state = 'cancelled') = (cancelled_by IS NOT NULL)", name="cancelled_by_a_side"
        ),
        Index(
            "uq__exchange_nomination__living",
            "choices_id",
            unique=True,
            sqlite_where=text("state IN ('sent', 'verified')"),
            postgresql_where=text("state IN ('sent', 'verified')"),
        ),
        Index("uq__exchange_nomination__posting", "choices_id", "posting_id", unique=True),
        Index("ix__exchange_nomination__held", "posting_id", "state"),
        Index("ix__exchange_nomination__host", "host_id", "state"),
        Index("ix__exchange_nomination__home", "home_id", "state"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    home_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    host_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    posting_id: Mapped[int] = mapped_column(ForeignKey(Posting.id))
    choices_id: Mapped[int] = mapped_column(ForeignKey(ChoicesOfYear.id))
    rank: Mapped[int]
    state: Mapped[NominationState] = state_column(NominationState, start=NominationState.SENT)
    cancelled_by: Mapped[Side | None] = mapped_column(words(Side, name="side"))
    cancelled_because: Mapped[str] = mapped_column(Text, default="")
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[User] = relationship(lazy="raise_on_sql")
    home: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[home_id])
    host: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[host_id])
    posting: Mapped[Posting] = relationship(lazy="raise_on_sql")
    choices: Mapped[ChoicesOfYear] = relationship(lazy="raise_on_sql", back_populates="nominations")
    letters: Mapped[list["NominationLetter"]] = relationship(
        lazy="raise_on_sql", order_by="NominationLetter.number", back_populates="nomination"
    )


class NominationKey(WayIn, Entity):
    """A link to one nomination for a person of the host that has nobody who signs in here."""

    __tablename__ = "nomination_key"
    __table_args__ = (
        CheckConstraint("name <> '' AND email <> ''", name="sent_to_somebody"),
        Index(
            "uq__nomination_key__open",
            "nomination_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    nomination_id: Mapped[int] = mapped_column(ForeignKey(ExchangeNomination.id), index=True)
    name: Mapped[str] = mapped_column(String(300))
    email: Mapped[str] = mapped_column(String(320))
    locale: Mapped[Locale] = mapped_column(default="en", server_default="en")
    made_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    expires_at: Mapped[Moment]


# Whoever answers does it on the page of the host, by a link, or has written a letter on paper
# that the home recorded with its scan.
ANSWERED_BY = """
    answered_way IS NULL
    OR (answered_way = 'page' AND answered_by_id IS NOT NULL
        AND answer_key_id IS NULL AND answer_file_id IS NULL)
    OR (answered_way = 'link' AND answer_key_id IS NOT NULL AND answered_by_id IS NULL
        AND answer_file_id IS NULL AND answered_name <> '' AND answered_function <> '')
    OR (answered_way = 'letter' AND answer_file_id IS NOT NULL AND answered_by_id IS NOT NULL
        AND answer_key_id IS NULL AND answered_name <> '' AND answered_function <> '')
"""
SENT_BY = """
    (sent_way = 'page' AND sent_file_id IS NULL)
    OR (sent_way = 'letter' AND sent_file_id IS NOT NULL
        AND sent_name <> '' AND sent_function <> '')
"""


class NominationLetter(Entity):
    """What the home sent, and what the host answered to it. Corrected, it becomes the next one.

    By letter, `…_by_id` is who recorded it for the other side, and name and function are those of
    whoever signed it.
    """

    __tablename__ = "nomination_letter"
    __table_args__ = (
        CheckConstraint("study_level BETWEEN 5 AND 8", name="a_level_of_study"),
        CheckConstraint(
            "(answered_at IS NULL) = (verified IS NULL)", name="answered_at_some_moment"
        ),
        CheckConstraint("verified IS NULL OR verified OR comment <> ''", name="refused_with_words"),
        CheckConstraint("(verified IS NULL) = (answered_way IS NULL)", name="answered_in_some_way"),
        CheckConstraint(" ".join(ANSWERED_BY.split()), name="answered_by_somebody"),
        CheckConstraint(" ".join(SENT_BY.split()), name="sent_by_somebody"),
        Index("uq__nomination_letter", "nomination_id", "number", unique=True),
    )

    nomination_id: Mapped[int] = mapped_column(ForeignKey(ExchangeNomination.id))
    number: Mapped[int]
    study_level: Mapped[int]
    field: Mapped[str] = mapped_column(String(4), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[Moment]
    sent_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    verified: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    sent_way: Mapped[Way] = mapped_column(words(Way, name="sent_way"), default=Way.PAGE)
    sent_name: Mapped[str] = mapped_column(String(300), default="")
    sent_function: Mapped[str] = mapped_column(String(300), default="")
    sent_file_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id))
    answered_way: Mapped[Way | None] = mapped_column(words(Way, name="answered_way"))
    answered_name: Mapped[str] = mapped_column(String(300), default="")
    answered_function: Mapped[str] = mapped_column(String(300), default="")
    answer_key_id: Mapped[int | None] = mapped_column(ForeignKey(NominationKey.id))
    answer_file_id: Mapped[int | None] = mapped_column(ForeignKey(StoredFile.id))

    nomination: Mapped[ExchangeNomination] = relationship(
        lazy="raise_on_sql", back_populates="letters"
    )
    sent_by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[sent_by_id])
    answered_by: Mapped[User | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[answered_by_id]
    )
    sent_file: Mapped[StoredFile | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[sent_file_id]
    )
    answer_file: Mapped[StoredFile | None] = relationship(
        lazy="raise_on_sql", foreign_keys=[answer_file_id]
    )


class NominationList(Entity):
    """A list of nominations that an office looked into, and what became of its rows.

    `content` is the file until it is done or given up; `told` is what was done with each row, as
    `comparing.as_told` says it. Both go after some weeks: the nominations say the rest.
    """

    __tablename__ = "nomination_list"
    __table_args__ = (
        CheckConstraint(
            "(done_at IS NULL) = (done_by_id IS NULL)", name="done_at_some_time_by_somebody"
        ),
        Index("ix__nomination_list__of_home", "home_id", "id"),
    )

    home_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    file_name: Mapped[str] = mapped_column(String(255))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    looked_at: Mapped[Moment]
    looked_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    told: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list, deferred=True)

    home: Mapped[Organisation] = relationship(lazy="raise_on_sql")
    looked_by: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=looked_by_id)


guard(ChoicesOfYear.state, ChoicesFlow)
guard(ExchangeNomination.state, NominationFlow)

# The words that the triggers of this office's migration refuse with.
say_when_refused("no_place_is_free", lazy("All places of this posting are taken."))
say_when_refused("nomination_is_of_somebody_else", lazy("A nomination stays with its student."))
say_when_refused(
    "nominations_are_verified",
    lazy("You have verified nominations to this posting: cancel them first."),
)
say_when_refused(
    "nominations_wait",
    lazy("Nominations to this posting wait for your answer: verify or refuse each of them first."),
)
say_when_refused("nominations_are_not_taken", lazy("Nominations are not open."))
say_when_refused("places_are_held", lazy("More students are nominated to this posting than that."))
