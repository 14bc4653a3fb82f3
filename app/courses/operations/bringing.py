"""Courses brought in from files: judged row by row, written, and published where that is asked."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from app.audit.record import record, record_all
from app.courses import policy, queries, readiness
from app.courses.comparing import Judged
from app.courses.incoming import Incoming, Row
from app.courses.models import Course, CourseSource, CourseText, CourseVersion
from app.courses.operations.listing import list_elsewhere
from app.courses.operations.publishing import let_all_read
from app.courses.operations.writing import CODE, revise_course
from app.courses.queries.sources import OF_TEXT, OF_VERSION, Held
from app.courses.states import CourseFlow, VersionFlow, VersionState
from app.foundation.dry_runs import Fate
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState

Found = tuple[Judged, Row | None, Held | None]


def bring_courses(
    work: Work, centre: Organisation, incoming: Incoming, *, publish: bool = False
) -> list[Judged]:
    """Bring the courses of a file to this centre. The same file again changes nothing.

    With `publish`, what is taken elsewhere and says all that a reader needs is published at once,
    unless the centre wants a second person to read it, or it has begun already.
    """
    policy.BEGIN.require(work.actor, centre)
    if not centre.is_centre or centre.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("Only AI centres that are active publish courses."))
    found = queries.judged(work.session, centre.id, incoming)
    at_once = publish and not queries.wants_second_person(work.session, centre.id)
    new = _begin(work, centre, [row for one, row, _h in found if one.fate is Fate.NEW and row])
    if at_once:
        today = work.now.astimezone(ZoneInfo(centre.zone)).date()
        _publish_new(work, [(c, v) for c, v in new if _may_be_shown(v, today)])
    for one, row, held in found:
        if row is None or held is None:
            continue
        if one.fate is Fate.CHANGED:
            _change(work, held, one, publish=at_once)
        if one.fate is not Fate.REFUSED:
            _remember(work, held.source, row, one)
    return queries.all_of(found)


def _begin(
    work: Work, centre: Organisation, rows: Sequence[Row]
) -> list[tuple[Course, CourseVersion]]:
    """Begin a course for each row, all in a few statements."""
    if not rows:
        return []
    taken = queries.codes_of(work.session, centre.id)
    writer = work.actor.user_id
    courses = [
        Course(
            organisation=centre,
            code=_free_code(row.code, taken),
            title=row.title,
            original_locale=row.values["locale"],
            begun_at=work.now,
            begun_by_id=writer,
        )
        for row in rows
    ]
    work.session.add_all(courses)
    work.session.flush()
    versions = [
        CourseVersion(
            course_id=course.id, number=1, shaped_by=[writer] if writer is not None else []
        )
        for course in courses
    ]
    for version, row in zip(versions, rows, strict=True):
        text = CourseText(locale=row.values["locale"], is_original=True, title=row.title)
        version.texts = [text]
        write_values(version, text, row.values)
    work.session.add_all(versions)
    work.session.add_all(
        CourseSource(
            course_id=course.id,
            organisation_id=centre.id,
            key=row.key,
            brought=row.values,
            list_name=row.list_name,
            list_licence=row.list_licence,
            first_at=work.now,
            last_at=work.now,
        )
        for course, row in zip(courses, rows, strict=True)
    )
    record_all(work, "course.brought in", courses)
    return list(zip(courses, versions, strict=True))


def _free_code(wished: str, taken: set[str]) -> str:
    """The code that the file wishes for, else the next free number; it is taken from now on."""
    code = wished if CODE.fullmatch(wished) and wished not in taken else ""
    number = len(taken)
    while not code:
        number += 1
        code = f"EXT-{number:04}" if f"EXT-{number:04}" not in taken else ""
    taken.add(code)
    return code


def write_values(version: CourseVersion, text: CourseText, values: dict[str, Any]) -> None:
    """Write what a file says, so that what belongs together fits together."""
    for name, value in values.items():
        if name in OF_TEXT:
            setattr(text, name, value)
        elif name in OF_VERSION:
            is_day = name.endswith("_on") and value is not None
            setattr(version, name, date.fromisoformat(value) if is_day else value)
    if not version.taken_at:
        version.taken_at = version.given_by = ""
    elif not version.given_by:
        version.given_by = str(urlsplit(version.taken_at).hostname)
    if not version.fee_amount or not version.fee_currency:
        version.fee_amount = None if version.fee_amount else version.fee_amount
        version.fee_currency = None
    if version.starts_on and version.ends_on and version.ends_on < version.starts_on:
        version.ends_on = None


def _may_be_shown(version: CourseVersion, today: date) -> bool:
    """Taken elsewhere, said in full, and not begun already."""
    missing = readiness.preventing(readiness.check(readiness.facts_of(version), version.texts))
    over = version.starts_on is not None and version.starts_on < today
    return bool(version.taken_at) and not missing and not over


def _publish_new(work: Work, found: Sequence[tuple[Course, CourseVersion]]) -> None:
    if not found:
        return
    work.session.flush()
    for course, version in found:
        version.published_at = work.now
        VersionFlow.publish(version)
        CourseFlow.publish(course)
        course.published_number = version.number
    list_elsewhere(work, found)
    stamp_catalogue(work)
    record_all(work, "course.published", [course for course, _version in found], number=1)


def _change(work: Work, held: Held, one: Judged, *, publish: bool) -> None:
    """Write what changed: into the version that is being written, else into the next one."""
    version = held.version
    was_published = version.state is VersionState.PUBLISHED
    if was_published:
        version = revise_course(work, held.course)
    text = next(text for text in version.texts if text.is_original)
    write_values(version, text, {change.name: change.after for change in one.compared.changes})
    version.version += 1
    held.course.title = text.title
    writer = work.actor.user_id
    if writer is not None and writer not in version.shaped_by:
        version.shaped_by = [*version.shaped_by, writer]
    record(
        work,
        "course.brought anew",
        held.course,
        fields=[change.name for change in one.compared.changes],
    )
    today = work.now.date()
    if publish and was_published and _may_be_shown(version, today):
        let_all_read(work, held.course, version, checked_by_id=None)
        record(work, "course.published", held.course, number=version.number)


def _remember(work: Work, source: CourseSource, row: Row, one: Judged) -> None:
    """Keep what the file said, so that the next one is compared with it."""
    if one.compared.edited != source.edited:
        source.edited = one.compared.edited
    said = {**source.brought, **row.values}
    if said != source.brought:
        source.brought = said
        source.last_at = work.now
