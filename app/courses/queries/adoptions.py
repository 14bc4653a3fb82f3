"""Which course is adapted from which."""

from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from app.courses.models import Course, CourseAdoption, CourseText, CourseVersion
from app.courses.states import CourseState
from app.organisations.models import Organisation

MOST = 20


def _titled(locale: str) -> Select[str, str, str, str, str]:
    """Courses as readers know them: centre, code, and title in their language (`written_in`)."""
    shown, own, original = aliased(CourseVersion), aliased(CourseText), aliased(CourseText)
    return (
        select(
            Organisation.ref.label("centre"),
            Organisation.name.label("centre_name"),
            Course.code,
            func.coalesce(own.title, original.title).label("title"),
            func.coalesce(own.locale, original.locale).label("written_in"),
        )
        .select_from(Course)
        .join(Course.organisation)
        .join(shown, and_(shown.course_id == Course.id, shown.number == Course.published_number))
        .join(original, and_(original.version_id == shown.id, original.is_original))
        .outerjoin(own, and_(own.version_id == shown.id, own.locale == locale))
    )


def adapted_from(session: Session, course_id: int, locale: str) -> Row[Any] | None:
    """The course that this one is adapted from: which version, and whether a newer one is out."""
    query = (
        _titled(locale)
        .add_columns(
            CourseVersion.number,
            CourseVersion.licence,
            Course.published_number.label("newest"),
        )
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .join(CourseAdoption, CourseAdoption.original_id == CourseVersion.id)
        .where(CourseAdoption.course_id == course_id)
    )
    return session.execute(query).first()


def adaptations_of(session: Session, course_id: int, locale: str) -> list[Row[Any]]:
    """The published courses of other centres that are adapted from this one."""
    adopted = aliased(CourseVersion)
    query = (
        _titled(locale)
        .join(CourseAdoption, CourseAdoption.course_id == Course.id)
        .join(adopted, adopted.id == CourseAdoption.original_id)
        .where(adopted.course_id == course_id, Course.state == CourseState.PUBLISHED)
        .order_by(Course.id)
        .limit(MOST)
    )
    return list(session.execute(query))


def licence_adapted(session: Session, course_id: int) -> str:
    """The licence of what this course is adapted from; nothing where it is a centre's own."""
    query = (
        select(CourseVersion.licence)
        .join(CourseAdoption, CourseAdoption.original_id == CourseVersion.id)
        .where(CourseAdoption.course_id == course_id)
    )
    return session.scalar(query) or ""
