"""Everything is read and checked before anything is written, in one unit of work."""

from collections import Counter
from pathlib import Path

from app.exchanges.operations import load_tables
from app.foundation.actors import SYSTEM
from app.foundation.work import Work, unit_of_work
from app.organisations import operations, queries
from app.organisations.operations import Loaded
from seeds.credits import (
    Tables,
    credit_caps,
    credit_rules,
    credit_units,
    grade_table,
    score_bands,
)
from seeds.reference.centres import refuse_doubles, with_centres
from seeds.reference.countries import read_countries, zones_of_places
from seeds.reference.lists import Body, BrokenLists, Reference
from seeds.reference.rows import each_row, read_or_fault
from seeds.reference.successions import succession, succession_rows
from seeds.reference.universities import read_university, university_rows

DATA = Path(__file__).parents[1] / "data"
Counts = dict[str, Counter[Loaded]]


def load_reference(folder: Path = DATA) -> Counts:
    """Read the lists and keep what is new or changed in them. Raises BrokenLists."""
    reference = read_lists(folder)
    with unit_of_work(SYSTEM) as work:
        return _load(work, reference)


def _load(work: Work, reference: Reference) -> Counts:
    counts: Counts = {"countries": Counter(), "organisations": Counter(), "successions": Counter()}
    said = reference.tables
    counts["rows of tables"] = load_tables(
        work,
        units=said.units,
        rules=said.rules,
        caps=said.caps,
        bands=said.bands,
        grades=said.grades,
    )
    for country in reference.countries:
        counts["countries"][operations.load_country(work, facts=country)] += 1
    kept = {o.ref: o for o in work.session.scalars(queries.organisations_with_all())}
    bodies = ((body.facts, body.centre) for body in reference.bodies)
    counts["organisations"] = operations.load_organisations(work, kept, bodies)
    for s in reference.successions:
        done = operations.note_succession(
            work, kept[s.ref], kept[s.successor], on=s.on, confidence=s.confidence
        )
        counts["successions"][done] += 1
    return counts


def read_lists(folder: Path) -> Reference:
    """Read and check every list; all faults are collected before any is reported."""
    faults: list[str] = []
    countries = read_or_fault(faults, read_countries, folder)
    by_code = {c.code: c for c in countries or ()}
    places = read_or_fault(faults, zones_of_places, folder) or {}
    bodies: list[Body] = []
    if countries is not None:
        universities = each_row(faults, university_rows(folder), read_university(by_code, places))
        bodies = with_centres(faults, folder, [Body(f) for f in universities], by_code, places)
        refuse_doubles(faults, bodies)
    refs = {b.facts.ref for b in bodies}
    successions = each_row(faults, succession_rows(folder), succession(refs)) if bodies else []
    tables = _tables(faults, folder)
    if faults or tables is None:
        raise BrokenLists(faults)
    return Reference(list(by_code.values()), bodies, successions, tables)


def _tables(faults: list[str], folder: Path) -> Tables | None:
    units, rules = (
        read_or_fault(faults, credit_units, folder),
        read_or_fault(faults, credit_rules, folder),
    )
    caps, bands = (
        read_or_fault(faults, credit_caps, folder),
        read_or_fault(faults, score_bands, folder),
    )
    grades = read_or_fault(faults, grade_table, folder)
    if units is None or rules is None or caps is None or bands is None or grades is None:
        return None
    return Tables(units, rules, caps, bands, grades)
