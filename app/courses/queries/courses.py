"""Courses as their centres know them."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.accounts.models import User
from app.accounts.queries import people_with
from app.audit.models import AuditEntry
from app.courses.models import CentrePractice, Course, CourseVersion
from app.courses.states import VersionState
from app.foundation.actors import Actor, Role, Scope
from app.organisations.models import Organisation

OPEN = (VersionState.DRAFT, VersionState.IN_REVIEW)


def courses_visible_to(actor: Actor) -> Select[Course]:
    """The courses of one's own centres, in whatever state; all of them for the secretariat."""
    if actor.is_a(Role.SECRETARIAT):
        return select(Course)
    centres = actor.scopes(Role.CENTRE, Scope.ORGANISATION)
    return select(Course).where(Course.organisation_id.in_(centres))


def course_to_open(actor: Actor, course_id: int) -> Select[Course]:
    """One course with all its versions and their texts."""
    return (
        courses_visible_to(actor)
        .where(Course.id == course_id)
        .options(
            joinedload(Course.organisation),
            selectinload(Course.versions).selectinload(CourseVersion.texts),
        )
    )


def open_version(course_id: int) -> Select[CourseVersion]:
    """The version that is being written or read, if there is one."""
    return (
        select(CourseVersion)
        .where(CourseVersion.course_id == course_id, CourseVersion.state.in_(OPEN))
        .options(selectinload(CourseVersion.texts), joinedload(CourseVersion.course))
    )


def published_version(course: Course) -> Select[CourseVersion]:
    """What readers read now."""
    return (
        select(CourseVersion)
        .where(
            CourseVersion.course_id == course.id, CourseVersion.number == course.published_number
        )
        .options(selectinload(CourseVersion.texts))
    )


def practice_of(organisation_id: int) -> Select[CentrePractice]:
    return select(CentrePractice).where(CentrePractice.organisation_id == organisation_id)


def wants_second_person(session: Session, organisation_id: int) -> bool:
    """Whether a second person of the centre reads a course before it is published."""
    practice = session.scalar(practice_of(organisation_id))
    return practice is not None and practice.second_person


def others_of_centre(organisation_id: int, but: list[int]) -> Select[User]:
    """Who works at the centre, except these people."""
    staff = people_with(Role.CENTRE, Scope.ORGANISATION, organisation_id)
    return staff.where(User.id.not_in(but))


def history_of_course(course_id: int) -> Select[AuditEntry]:
    """What was done to a course, newest first."""
    return (
        select(AuditEntry)
        .where(AuditEntry.subject_kind == Course.__tablename__, AuditEntry.subject_id == course_id)
        .order_by(AuditEntry.id.desc())
        .limit(100)
    )


def centres_with(ids: list[int]) -> Select[Organisation]:
    """These centres, by name."""
    return select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.sort_key)


def practices(ids: list[int]) -> Select[CentrePractice]:
    return select(CentrePractice).where(CentrePractice.organisation_id.in_(ids))


def being_written(session: Session, course_ids: list[int]) -> dict[int, CourseVersion]:
    """The version of each of these courses that is being written or read."""
    query = select(CourseVersion).where(
        CourseVersion.course_id.in_(course_ids), CourseVersion.state.in_(OPEN)
    )
    return {version.course_id: version for version in session.scalars(query)}
