"""Keeping the published tables of credits, language scores and grades as their lists have them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from sqlalchemy import select

from app.audit.record import record_all
from app.exchanges import policy
from app.exchanges.credits import Cap, Rule, Unit
from app.exchanges.grades import GradeTable
from app.exchanges.levels import Band
from app.exchanges.models import CreditCap, CreditRule, CreditUnit, GradeRow, LanguageBand
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.organisations.operations import Loaded

Table: TypeAlias = type[CreditUnit | CreditRule | CreditCap | LanguageBand | GradeRow]
Values = dict[str, Any]


def load_tables(
    work: Work,
    *,
    units: Iterable[Unit],
    rules: Iterable[Rule],
    caps: Iterable[Cap],
    bands: Iterable[Band],
    grades: GradeTable,
) -> Counter[Loaded]:
    """Keep what is new or changed in the lists; a row that stands in none any more goes."""
    policy.LOAD.require(work.actor, None)
    listed: list[tuple[Table, list[Values]]] = [
        (CreditUnit, [_unit(unit) for unit in units]),
        (CreditRule, [_rule(rule) for rule in rules]),
        (CreditCap, [_cap(cap) for cap in caps]),
        (LanguageBand, [_band(band) for band in bands]),
        (GradeRow, _grades(grades)),
    ]
    done = sum((_keep(work, table, rows) for table, rows in listed), Counter[Loaded]())
    if done[Loaded.NEW] or done[Loaded.CHANGED]:
        stamp_catalogue(work)
    return done


def _keep(work: Work, table: Table, rows: Sequence[Values]) -> Counter[Loaded]:
    done: Counter[Loaded] = Counter()
    kept = {_key(row): row for row in work.session.scalars(select(table))}
    written: list[Any] = []
    for place, listed in enumerate(rows, start=1):
        fresh = table(**listed, place=place)
        row = kept.pop(_key(fresh), None)
        if row is None:
            work.session.add(fresh)
            written.append(fresh)
            done[Loaded.NEW] += 1
            continue
        different = {n: v for n, v in {**listed, "place": place}.items() if getattr(row, n) != v}
        for name, value in different.items():
            setattr(row, name, value)
        written += [row] if different else []
        done[Loaded.CHANGED if different else Loaded.UNCHANGED] += 1
    record_all(work, "row.loaded", written)
    record_all(work, "row.taken out", kept.values())
    for row in kept.values():
        work.session.delete(row)
        done[Loaded.CHANGED] += 1
    return done


def _key(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in row.KEY)


def _unit(unit: Unit) -> Values:
    return {
        "scheme": unit.scheme,
        "name": unit.name,
        "per_ucts": unit.per_ucts,
        "source": unit.source,
    }


def _rule(rule: Rule) -> Values:
    rounding = rule.rounding
    return {
        "origin": rule.origin,
        "target": rule.target,
        "factor": rule.factor,
        "step": rounding.step if rounding else None,
        "way": rounding.way if rounding else None,
        "scope": rule.scope,
        "since": rule.since,
        "until": rule.until,
        "source": rule.source,
        "note": rule.note,
    }


def _cap(cap: Cap) -> Values:
    return {
        "system": cap.system,
        "level": cap.level,
        "most": cap.most,
        "source": cap.source,
        "note": cap.note,
    }


def _band(band: Band) -> Values:
    return {
        "test": band.test,
        "least": band.least,
        "most": band.most,
        "level": band.level,
        "receptive": band.receptive,
        "since": band.since,
        "source": band.source,
    }


def _grades(table: GradeTable) -> list[Values]:
    return [
        {
            "reference": band.reference,
            "least": band.least,
            "most": band.most,
            "grades": {name: list(grades) for name, grades in band.grades.items()},
            "source": table.source,
        }
        for band in table.bands
    ]
