"""Courses that were brought in: by the key of their source, with what they say now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, undefer

from app.courses.comparing import Compared, Judged, compare
from app.courses.incoming import Incoming, Refused, Row, Why
from app.courses.models import Course, CourseImport, CourseSource, CourseText, CourseVersion
from app.courses.states import CourseState, VersionState
from app.foundation.actors import Actor, Role, Scope
from app.foundation.dry_runs import Fate

OF_TEXT = ("title", "summary", "objectives", "prerequisites")
OF_VERSION = (
    *("taken_at", "given_by", "languages", "difficulty", "level", "field_code", "minutes"),
    *("length", "fee_amount", "fee_currency", "costs_something", "tracks", "licence"),
    *("starts_on", "ends_on"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A course that a file speaks of, in its newest version."""

    source: CourseSource
    course: Course
    version: CourseVersion

    @property
    def text(self) -> CourseText:
        return next(text for text in self.version.texts if text.is_original)


def source_of(course_id: int) -> Select[CourseSource]:
    return select(CourseSource).where(CourseSource.course_id == course_id)


def codes_of(session: Session, organisation_id: int) -> set[str]:
    query = select(Course.code).where(Course.organisation_id == organisation_id)
    return set(session.scalars(query))


def held_by(session: Session, organisation_id: int) -> list[Held]:
    """Every course of this centre that came from a file."""
    sources = session.scalars(
        select(CourseSource)
        .where(CourseSource.organisation_id == organisation_id)
        .options(
            joinedload(CourseSource.course)
            .selectinload(Course.versions)
            .selectinload(CourseVersion.texts)
        )
    ).unique()
    return [Held(one, one.course, one.course.versions[-1]) for one in sources]


def says(held: Held) -> dict[str, Any]:
    """What a course says now, as a file would say it."""
    said: dict[str, Any] = {name: getattr(held.text, name) for name in OF_TEXT}
    said["locale"] = held.course.original_locale
    for name in OF_VERSION:
        value = getattr(held.version, name)
        said[name] = value.isoformat() if name.endswith("_on") and value is not None else value
    return said


def judged(
    session: Session, organisation_id: int, incoming: Incoming
) -> list[tuple[Judged, Row | None, Held | None]]:
    """What becomes of each row, in the order of the file, with the course that it is about."""
    held = held_by(session, organisation_id)
    by_key = {one.source.key: one for one in held}
    by_link = {one.version.taken_at: one for one in held if one.version.taken_at}
    rows: list[Row | Refused] = sorted([*incoming.rows, *incoming.refused], key=lambda r: r.row)
    in_file = {row.key for row in incoming.rows}
    found: list[tuple[Judged, Row | None, Held | None]] = []
    for row in rows:
        if isinstance(row, Refused):
            why = Judged(row.row, row.title, Fate.REFUSED, why=row.why, said=row.said)
            found.append((why, None, None))
            continue
        one = by_key.get(row.key)
        if one is None:  # the same course from another list, which calls it something else
            other = by_link.get(row.values.get("taken_at", ""))
            one = other if other is not None and other.source.key not in in_file else None
        found.append((_judge(row, one), row, one))
    return found


def _judge(row: Row, held: Held | None) -> Judged:
    if held is None:
        return Judged(row.row, row.title, Fate.NEW)
    source = held.source
    compared = compare(row, source.brought, source.edited, says(held))
    fate, why = (Fate.CHANGED, None) if compared.changes else (Fate.UNCHANGED, None)
    if fate is Fate.CHANGED and held.version.state is VersionState.IN_REVIEW:
        fate, why = Fate.REFUSED, Why.BEING_READ
    elif fate is Fate.CHANGED and held.course.state is CourseState.ARCHIVED:
        fate, why = Fate.REFUSED, Why.ARCHIVED
    told = compared if why is None else Compared()
    return Judged(row.row, row.title, fate, told, why, course_id=held.course.id)


def all_of(found: Sequence[tuple[Judged, Row | None, Held | None]]) -> list[Judged]:
    return [one for one, _row, _held in found]


def imports_visible_to(actor: Actor) -> Select[CourseImport]:
    """The files that one's own centres looked into, the newest first."""
    return (
        select(CourseImport)
        .where(CourseImport.organisation_id.in_(actor.scopes(Role.CENTRE, Scope.ORGANISATION)))
        .options(joinedload(CourseImport.organisation), joinedload(CourseImport.looked_by))
        .order_by(CourseImport.id.desc())
    )


def import_to_open(actor: Actor, import_id: int) -> Select[CourseImport]:
    """One of them with its file and what was done."""
    return (
        imports_visible_to(actor)
        .where(CourseImport.id == import_id)
        .options(undefer(CourseImport.content), undefer(CourseImport.told))
    )
