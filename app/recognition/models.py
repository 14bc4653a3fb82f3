"""Transcripts, line by line; what becomes of each line at home."""

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.exchanges.models.reference import Exact
from app.foundation.database import (
    Entity,
    Locale,
    Name,
    UtcDateTime,
    guard,
    say_when_refused,
    state_column,
    words,
)
from app.foundation.languages import lazy
from app.mobility.models import ExchangeNomination
from app.organisations.models import Organisation
from app.recognition.contents import Line
from app.recognition.states import (
    Origin,
    Outcome,
    RecognitionFlow,
    RecognitionState,
    Result,
    TranscriptFlow,
    TranscriptState,
)


class Transcript(Entity):
    """What a student who was verified took at the host. Issued, it is never changed.

    A corrected one takes its place (`replaces_id`), with the reason. Names are kept as they were;
    `fingerprint` is over heads and lines (`contents.fingerprint`), that of a file (`origin`) is in
    `file_sha256`. `dated_at` is when the university elsewhere says that it issued it.
    """

    __tablename__ = "transcript"
    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="begins_before_it_ends"),
        CheckConstraint("study_level BETWEEN 5 AND 8", name="a_level_of_study"),
        CheckConstraint(
            "state = 'draft' OR (issued_at IS NOT NULL AND serial <> '' AND fingerprint <> '')",
            name="issued_whole",
        ),
        CheckConstraint("replaces_id <> id", name="replaces_another"),
        CheckConstraint("(origin = 'file') = (file_sha256 <> '')", name="files_have_fingerprints"),
        Index(
            "uq__transcript__draft",
            "nomination_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
        Index(
            "uq__transcript__issued",
            "nomination_id",
            unique=True,
            sqlite_where=text("state = 'issued'"),
            postgresql_where=text("state = 'issued'"),
        ),
        Index(
            "uq__transcript__serial",
            "serial",
            unique=True,
            sqlite_where=text("serial <> ''"),
            postgresql_where=text("serial <> ''"),
        ),
        Index("ix__transcript__host", "host_id", "state"),
        Index("ix__transcript__home", "home_id", "state"),
    )

    nomination_id: Mapped[int] = mapped_column(ForeignKey(ExchangeNomination.id), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    home_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    host_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("transcript.id"), unique=True)
    because: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[Origin] = mapped_column(words(Origin, name="origin"), default=Origin.HOST)
    state: Mapped[TranscriptState] = state_column(TranscriptState, start=TranscriptState.DRAFT)
    student_name: Mapped[Name]
    student_native_name: Mapped[str] = mapped_column(String(300), default="")
    student_native_lang: Mapped[Locale] = mapped_column(default="")
    born_on: Mapped[date | None]
    home_name: Mapped[Name]
    host_name: Mapped[Name]
    term_name: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    study_level: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    file_name: Mapped[str] = mapped_column(String(200), default="")
    file_sha256: Mapped[str] = mapped_column(String(64), default="")
    file_learner: Mapped[str] = mapped_column(String(300), default="")
    dated_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    issued_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    issued_by_name: Mapped[str] = mapped_column(String(300), default="")
    serial: Mapped[str] = mapped_column(String(40), default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int] = mapped_column(default=1)

    nomination: Mapped[ExchangeNomination] = relationship(lazy="raise_on_sql")
    person: Mapped[User] = relationship(lazy="raise_on_sql", foreign_keys=[person_id])
    home: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[home_id])
    host: Mapped[Organisation] = relationship(lazy="raise_on_sql", foreign_keys=[host_id])
    lines: Mapped[list["TranscriptLine"]] = relationship(
        lazy="raise_on_sql",
        order_by="TranscriptLine.place",
        back_populates="transcript",
        cascade="all, delete-orphan",
    )
    recognition: Mapped["Recognition | None"] = relationship(
        lazy="raise_on_sql", back_populates="transcript", uselist=False
    )


class TranscriptLine(Entity):
    """A course on a transcript (`contents.Line` says what its columns mean)."""

    __tablename__ = "transcript_line"
    __table_args__ = (
        CheckConstraint("level BETWEEN 5 AND 8", name="level_of_study"),
        CheckConstraint("credits NOT LIKE '-%'", name="no_debts"),
        CheckConstraint(
            "(own_title = '') = (own_title_lang = '')", name="own_title_in_some_language"
        ),
        Index("uq__transcript_line", "transcript_id", "place", unique=True),
    )

    transcript_id: Mapped[int] = mapped_column(ForeignKey(Transcript.id))
    place: Mapped[int]
    code: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[Name]
    title_lang: Mapped[Locale] = mapped_column(default="en")
    own_title: Mapped[str] = mapped_column(String(300), default="")
    own_title_lang: Mapped[Locale] = mapped_column(default="")
    credits: Mapped[Fraction] = mapped_column(Exact())
    credit_system: Mapped[str] = mapped_column(String(40))
    hours: Mapped[Fraction | None] = mapped_column(Exact())
    grade: Mapped[str] = mapped_column(String(40), default="")
    result: Mapped[Result] = mapped_column(words(Result, name="result"), default=Result.PASSED)
    distribution: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    level: Mapped[int | None]
    language: Mapped[Locale] = mapped_column(default="")

    transcript: Mapped[Transcript] = relationship(lazy="raise_on_sql", back_populates="lines")
    outcome: Mapped["LineOutcome | None"] = relationship(
        lazy="raise_on_sql", back_populates="line", uselist=False
    )

    @property
    def said(self) -> Line:
        """The line as a plain value."""
        return Line(**{name: getattr(self, name) for name in Line.__dataclass_fields__})


class Recognition(Entity):
    """What the university at home makes of one transcript; decided, it is never changed.

    `system` is the one its credits are counted in, `due_on` the day by the weeks that it tells
    its partners.
    """

    __tablename__ = "recognition"
    __table_args__ = (
        CheckConstraint("state <> 'decided' OR decided_at IS NOT NULL", name="decided_some_time"),
        Index("ix__recognition__home", "home_id", "state"),
    )

    transcript_id: Mapped[int] = mapped_column(ForeignKey(Transcript.id), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    home_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    state: Mapped[RecognitionState] = state_column(RecognitionState, start=RecognitionState.WAITING)
    system: Mapped[str] = mapped_column(String(40), default="")
    due_on: Mapped[date | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    version: Mapped[int] = mapped_column(default=1)

    transcript: Mapped[Transcript] = relationship(lazy="raise_on_sql", back_populates="recognition")
    outcomes: Mapped[list["LineOutcome"]] = relationship(
        lazy="raise_on_sql", order_by="LineOutcome.line_id", back_populates="recognition"
    )


class LineOutcome(Entity):
    """What one line counts as, or why it does not.

    `factor` and `source` are those of the published rule that was followed; where the home counts
    otherwise both are empty and `reason` says why. `shown` keeps every result that was shown, with
    factor and source; `proposed` the grades of the published table.
    """

    __tablename__ = "line_outcome"
    __table_args__ = (
        CheckConstraint(
            "outcome <> 'refused' OR (reason <> '' AND credits IS NULL)",
            name="refused_with_words",
        ),
        CheckConstraint(
            "outcome <> 'recognised' OR (own_title <> '' AND credits IS NOT NULL)",
            name="recognised_as_something",
        ),
        CheckConstraint("credits NOT LIKE '-%'", name="no_debts"),
        CheckConstraint("factor IS NOT NULL OR source = ''", name="sources_have_factors"),
        CheckConstraint(
            "outcome <> 'recognised' OR factor IS NOT NULL OR reason <> ''",
            name="otherwise_with_words",
        ),
    )

    recognition_id: Mapped[int] = mapped_column(ForeignKey(Recognition.id), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey(TranscriptLine.id), unique=True)
    outcome: Mapped[Outcome] = mapped_column(words(Outcome, name="outcome"))
    own_code: Mapped[str] = mapped_column(String(40), default="")
    own_title: Mapped[str] = mapped_column(String(300), default="")
    credits: Mapped[Fraction | None] = mapped_column(Exact())
    factor: Mapped[Fraction | None] = mapped_column(Exact())
    source: Mapped[str] = mapped_column(Text, default="")
    shown: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    grade: Mapped[str] = mapped_column(String(40), default="")
    proposed: Mapped[list[str]] = mapped_column(JSON, default=list)
    reason: Mapped[str] = mapped_column(Text, default="")

    recognition: Mapped[Recognition] = relationship(lazy="raise_on_sql", back_populates="outcomes")
    line: Mapped[TranscriptLine] = relationship(lazy="raise_on_sql", back_populates="outcome")


guard(Transcript.state, TranscriptFlow)
guard(Recognition.state, RecognitionFlow)

# The words that the triggers of this office's migration refuse with.
say_when_refused("transcript_was_issued", lazy("A transcript that was issued stays as it is."))
say_when_refused(
    "recognition_was_decided", lazy("What was decided about a transcript stays as it is.")
)
say_when_refused(
    "lines_wait_for_an_outcome", lazy("Decide about every line first: some wait still.")
)
