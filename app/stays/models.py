"""A stay, what is prepared for it, its wished changes, its interruptions and its reports."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.files.models import StoredFile
from app.foundation.database import (
    Entity,
    Moment,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.languages import lazy
from app.invitations.models import Invitation
from app.mobility.models import ExchangeNomination
from app.opportunities.models import Opportunity, Programme
from app.organisations.models import Organisation
from app.placements.models import Offer
from app.stays.preparing import Step
from app.stays.states import (
    ChangeFlow,
    ChangeState,
    PreparationFlow,
    PreparationState,
    ReportFlow,
    ReportKind,
    ReportState,
    Side,
    StayFlow,
    StayState,
)

# What a stay may come of, as a check adds it up.
GROUNDS = [
    f"(CASE WHEN {one} IS NULL THEN 0 ELSE 1 END)"
    for one in ("nomination_id", "offer_id", "invitation_id")
]


class Stay(Entity):
    """Of one person with one host: of a verified nomination, an accepted offer or an invitation.

    The home is an institution (`home_id`) or a programme (`programme_id`); who was invited may have
    a home that only the invitation names. Person, host, home and what it comes of never change.
    Days are days where the host is.
    """

    __tablename__ = "stay"
    __table_args__ = (
        CheckConstraint(" + ".join(GROUNDS) + " = 1", name="of_one_ground"),
        CheckConstraint(
            "(home_id IS NULL) <> (programme_id IS NULL)"
            " OR (invitation_id IS NOT NULL AND programme_id IS NULL)",
            name="has_one_home",
        ),
        CheckConstraint(
            "opportunity_id IS NOT NULL OR invitation_id IS NOT NULL", name="of_some_opportunity"
        ),
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
        CheckConstraint("arrived_on <= left_on", name="left_after_arriving"),
        CheckConstraint(
            "(state IN ('there', 'interrupted', 'ended')) = (arrived_on IS NOT NULL)",
            name="arrived_some_day",
        ),
        CheckConstraint("(state = 'ended') = (left_on IS NOT NULL)", name="left_some_day"),
        CheckConstraint("left_on >= ends_on OR left_because <> ''", name="early_with_words"),
        Index("ix__stay__host", "host_id", "state", "starts_on"),
        Index("ix__stay__home", "home_id", "state", "starts_on"),
        Index("ix__stay__programme", "programme_id", "state", "starts_on"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    host_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    home_id: Mapped[int | None] = mapped_column(ForeignKey(Organisation.id))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey(Programme.id))
    opportunity_id: Mapped[int | None] = mapped_column(ForeignKey(Opportunity.id), index=True)
    nomination_id: Mapped[int | None] = mapped_column(
        ForeignKey(ExchangeNomination.id), unique=True
    )
    offer_id: Mapped[int | None] = mapped_column(ForeignKey(Offer.id), unique=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey(Invitation.id), unique=True)
    state: Mapped[StayState] = state_column(StayState, start=StayState.PLANNED)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    arrived_on: Mapped[date | None]
    left_on: Mapped[date | None]
    left_because: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    person: Mapped[User] = relationship(lazy="raise_on_sql")
    host: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[host_id])
    home: Mapped[Organisation | None] = relationship(lazy="raise_on_sql", foreign_keys=[home_id])
    programme: Mapped[Programme | None] = relationship(lazy="raise_on_sql")
    opportunity: Mapped[Opportunity | None] = relationship(lazy="raise_on_sql")
    invitation: Mapped[Invitation | None] = relationship(lazy="raise_on_sql")
    preparations: Mapped[list["Preparation"]] = relationship(
        lazy="raise_on_sql",
        order_by="(Preparation.due_on, Preparation.id)",
        back_populates="stay",
    )
    changes: Mapped[list["StayChange"]] = relationship(
        lazy="raise_on_sql", order_by="StayChange.id", back_populates="stay"
    )
    interruptions: Mapped[list["Interruption"]] = relationship(
        lazy="raise_on_sql", order_by="Interruption.id", back_populates="stay"
    )
    reports: Mapped[list["StayReport"]] = relationship(
        lazy="raise_on_sql", order_by="StayReport.due_on", back_populates="stay"
    )


class Preparation(Entity):
    """A line of the list before arrival; one that an office added has words of its own."""

    __tablename__ = "preparation"
    __table_args__ = (
        CheckConstraint("(step = 'other') = (title <> '')", name="own_words"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled_some_moment"),
        CheckConstraint("state <> 'not_needed' OR note <> ''", name="not_needed_with_words"),
        Index(
            "uq__preparation__step",
            "stay_id",
            "step",
            unique=True,
            sqlite_where=text("step <> 'other'"),
            postgresql_where=text("step <> 'other'"),
        ),
        Index("ix__preparation__due", "state", "due_on"),
    )

    stay_id: Mapped[int] = mapped_column(ForeignKey(Stay.id), index=True)
    step: Mapped[Step] = mapped_column(words(Step, name="step"))
    title: Mapped[str] = mapped_column(String(200), default="")
    side: Mapped[Side] = mapped_column(words(Side, name="side"))
    due_on: Mapped[date]
    state: Mapped[PreparationState] = state_column(PreparationState, start=PreparationState.OPEN)
    note: Mapped[str] = mapped_column(Text, default="")
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    stay: Mapped[Stay] = relationship(lazy="raise_on_sql", back_populates="preparations")


class StayChange(Entity):
    """Other days that one side wishes; the stay has them once all three sides agree."""

    __tablename__ = "stay_change"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
        CheckConstraint("reason <> ''", name="asked_with_words"),
        CheckConstraint("state <> 'refused' OR answer <> ''", name="refused_with_words"),
        CheckConstraint(
            "state <> 'agreed' OR (person_agreed_at IS NOT NULL AND host_agreed_at IS NOT NULL"
            " AND home_agreed_at IS NOT NULL)",
            name="agreed_by_all",
        ),
        Index(
            "uq__stay_change__asked",
            "stay_id",
            unique=True,
            sqlite_where=text("state = 'asked'"),
            postgresql_where=text("state = 'asked'"),
        ),
    )

    stay_id: Mapped[int] = mapped_column(ForeignKey(Stay.id), index=True)
    side: Mapped[Side] = mapped_column(words(Side, name="side"))
    state: Mapped[ChangeState] = state_column(ChangeState, start=ChangeState.ASKED)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    person_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    host_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    home_agreed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_side: Mapped[Side | None] = mapped_column(words(Side, name="answered_side"))
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    stay: Mapped[Stay] = relationship(lazy="raise_on_sql", back_populates="changes")

    def agreed(self) -> dict[Side, datetime | None]:
        """When each side agreed; who asked agreed by asking."""
        return {
            Side.PERSON: self.person_agreed_at,
            Side.HOST: self.host_agreed_at,
            Side.HOME: self.home_agreed_at,
        }


class Interruption(Entity):
    """From the first day away; `until_on`, the day one was back, is not known at first."""

    __tablename__ = "interruption"
    __table_args__ = (
        CheckConstraint("from_on <= until_on", name="ends_after_it_starts"),
        CheckConstraint("reason <> ''", name="with_words"),
        Index(
            "uq__interruption__open",
            "stay_id",
            unique=True,
            sqlite_where=text("until_on IS NULL"),
            postgresql_where=text("until_on IS NULL"),
        ),
    )

    stay_id: Mapped[int] = mapped_column(ForeignKey(Stay.id), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    noted_at: Mapped[Moment]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))

    stay: Mapped[Stay] = relationship(lazy="raise_on_sql", back_populates="interruptions")


class StayReport(Entity):
    """What the person tells of the stay: how it goes or went, and what came of it."""

    __tablename__ = "stay_report"
    __table_args__ = (
        CheckConstraint("state = 'waited_for' OR sent_at IS NOT NULL", name="sent_some_moment"),
        CheckConstraint("state = 'waited_for' OR account <> ''", name="sent_with_words"),
        CheckConstraint("state <> 'returned' OR answer <> ''", name="returned_with_words"),
        Index("uq__stay_report", "stay_id", "kind", unique=True),
        Index("ix__stay_report__due", "state", "due_on"),
    )

    stay_id: Mapped[int] = mapped_column(ForeignKey(Stay.id))
    kind: Mapped[ReportKind] = mapped_column(words(ReportKind, name="kind"))
    state: Mapped[ReportState] = state_column(ReportState, start=ReportState.WAITED_FOR)
    due_on: Mapped[date]
    account: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    version: Mapped[int] = mapped_column(default=1)

    stay: Mapped[Stay] = relationship(lazy="raise_on_sql", back_populates="reports")
    files: Mapped[list["StayReportFile"]] = relationship(
        lazy="raise_on_sql", order_by="StayReportFile.id", back_populates="report"
    )


class StayReportFile(Entity):
    """A paper or picture beside a report. It goes with the report; a trigger erases its bytes."""

    __tablename__ = "stay_report_file"

    report_id: Mapped[int] = mapped_column(
        ForeignKey(StayReport.id, ondelete="CASCADE"), index=True
    )
    file_id: Mapped[int] = mapped_column(ForeignKey(StoredFile.id), unique=True)
    added_at: Mapped[Moment]

    report: Mapped[StayReport] = relationship(lazy="raise_on_sql", back_populates="files")
    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")


guard(Stay.state, StayFlow)
guard(Preparation.state, PreparationFlow)
guard(StayChange.state, ChangeFlow)
guard(StayReport.state, ReportFlow)

# The words that the triggers of this office's migration refuse with.
say_when_refused(
    "stay_is_of_somebody_else", lazy("A stay keeps its person, its host and its home.")
)
say_when_refused("report_has_its_files", lazy("A report has at most 10 files."))
say_when_refused("report_was_accepted", lazy("A report that was accepted stays as it is."))
say_when_refused(
    "invitation_is_over", lazy("The invitation was called off; nobody arrives on it any more.")
)
