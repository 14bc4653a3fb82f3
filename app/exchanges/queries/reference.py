"""The published tables as the values that the pure rules read."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.exchanges.credits import Cap, Rounding, Rule, Unit, rules_between
from app.exchanges.grades import GradeBand, GradeTable
from app.exchanges.levels import Band
from app.exchanges.models import CreditCap, CreditRule, CreditUnit, GradeRow, LanguageBand


def credit_units(session: Session) -> tuple[Unit, ...]:
    """Each system's credit, in the order of the list."""
    rows = session.scalars(select(CreditUnit).order_by(CreditUnit.place, CreditUnit.id))
    return tuple(Unit(row.scheme, row.per_ucts, row.source, row.name) for row in rows)


def credit_rules(session: Session) -> tuple[Rule, ...]:
    """What follows from the units first, then what other tables say."""
    rows = session.scalars(select(CreditRule).order_by(CreditRule.place, CreditRule.id))
    return (
        *rules_between(credit_units(session)),
        *(
            Rule(
                row.origin,
                row.target,
                row.factor,
                row.source,
                Rounding(row.step, row.way) if row.step and row.way else None,
                row.scope,
                row.since,
                row.until,
                row.note,
            )
            for row in rows
        ),
    )


def credit_caps(session: Session) -> tuple[Cap, ...]:
    """How much is recognised at most, by system and level."""
    rows = session.scalars(select(CreditCap).order_by(CreditCap.place, CreditCap.id))
    return tuple(Cap(row.system, row.level, row.most, row.source, row.note) for row in rows)


def score_bands(session: Session) -> tuple[Band, ...]:
    """Which CEFR level a score of a test stands for."""
    rows = session.scalars(select(LanguageBand).order_by(LanguageBand.place, LanguageBand.id))
    return tuple(
        Band(row.test, row.least, row.most, row.level, row.source, row.receptive, row.since)
        for row in rows
    )


def grade_table(session: Session) -> GradeTable:
    """What the same work is graded at universities that compared; empty before it is loaded."""
    rows = session.scalars(select(GradeRow).order_by(GradeRow.place, GradeRow.id)).all()
    bands = tuple(
        GradeBand(row.reference, row.least, row.most, {n: tuple(g) for n, g in row.grades.items()})
        for row in rows
    )
    return GradeTable(bands, rows[0].source if rows else "")
