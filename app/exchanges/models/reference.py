"""The published tables of credits, language scores and grades, row by row with their sources.

`place` is a row's place in its list; `KEY` says what makes it the same row when the list is loaded
again. The rules that read these rows are pure: `credits`, `levels`, `grades`.
"""

from datetime import date
from fractions import Fraction
from typing import ClassVar

from sqlalchemy import JSON, CheckConstraint, Index, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from app.accounts.states import LanguageLevel
from app.exchanges.credits import Way
from app.foundation.database import Code, Entity, words


class Exact(TypeDecorator[Fraction]):
    """A number as the fraction that it is: 2/3. Not to be compared or added in the database."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:
        return None if value is None else str(Fraction(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:
        return None if value is None else Fraction(value)


def _above_nothing(column: str) -> CheckConstraint:
    return CheckConstraint(f"{column} NOT LIKE '-%' AND {column} <> '0'", name=f"some_{column}")


class CreditUnit(Entity):
    """A system's credit and how many are one UCTS; None where nobody has published it."""

    __tablename__ = "credit_unit"
    __table_args__ = (
        CheckConstraint("source <> ''", name="has_a_source"),
        _above_nothing("per_ucts"),
    )
    KEY: ClassVar = ("scheme",)

    scheme: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(200), default="")
    per_ucts: Mapped[Fraction | None] = mapped_column(Exact())
    source: Mapped[str] = mapped_column(Text)
    place: Mapped[int]


class CreditRule(Entity):
    """What a table says beside what follows from the units, as `credits.Rule` has it."""

    __tablename__ = "credit_rule"
    __table_args__ = (
        CheckConstraint("origin <> target", name="between_two"),
        CheckConstraint("source <> ''", name="has_a_source"),
        CheckConstraint("since <= until", name="begins_before_it_ends"),
        CheckConstraint("(step IS NULL) = (way IS NULL)", name="rounding_is_whole"),
        _above_nothing("factor"),
        _above_nothing("step"),
        Index("ix__credit_rule__way", "origin", "target"),
    )
    KEY: ClassVar = ("origin", "target", "scope", "source", "note", "since")

    origin: Mapped[Code]
    target: Mapped[Code]
    factor: Mapped[Fraction] = mapped_column(Exact())
    step: Mapped[Fraction | None] = mapped_column(Exact())
    way: Mapped[Way | None] = mapped_column(words(Way, name="way"))
    scope: Mapped[Code] = mapped_column(default="")
    since: Mapped[date | None]
    until: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[int]


class CreditCap(Entity):
    """How many credits from elsewhere a system at home recognises at a level of study."""

    __tablename__ = "credit_cap"
    __table_args__ = (
        CheckConstraint("source <> ''", name="has_a_source"),
        _above_nothing("most"),
        Index("uq__credit_cap", "system", "level", unique=True),
    )
    KEY: ClassVar = ("system", "level")

    system: Mapped[Code]
    level: Mapped[Code]
    most: Mapped[Fraction] = mapped_column(Exact())
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    place: Mapped[int]


class LanguageBand(Entity):
    """From which to which score of a test a CEFR level is named, as `levels.Band` has it."""

    __tablename__ = "language_band"
    __table_args__ = (
        CheckConstraint("source <> ''", name="has_a_source"),
        Index("uq__language_band", "test", "least", unique=True),
    )
    KEY: ClassVar = ("test", "least")

    test: Mapped[Code]
    least: Mapped[Fraction] = mapped_column(Exact())
    most: Mapped[Fraction | None] = mapped_column(Exact())
    level: Mapped[LanguageLevel] = mapped_column(words(LanguageLevel, name="level"))
    receptive: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    place: Mapped[int]


class GradeRow(Entity):
    """What universities give for the same scores, by their short names."""

    __tablename__ = "grade_row"
    __table_args__ = (
        CheckConstraint("source <> ''", name="has_a_source"),
        CheckConstraint("least BETWEEN 0 AND most", name="scores_in_order"),
    )
    KEY: ClassVar = ("least",)

    reference: Mapped[Code]
    least: Mapped[int] = mapped_column(unique=True)
    most: Mapped[int]
    grades: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    source: Mapped[str] = mapped_column(Text)
    place: Mapped[int]
