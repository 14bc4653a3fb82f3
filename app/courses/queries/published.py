"""What the world reads of courses."""

from typing import Any

from sqlalchemy import Row, Select, and_, func, select
from sqlalchemy.orm import Session, joinedload

from app.courses.models import Course, CourseText, CourseVersion
from app.courses.states import CourseState
from app.organisations.models import Organisation


def published_course(centre_ref: str, code: str) -> Select[Course]:
    """A course by its address, once it was published; also when it is archived."""
    return (
        select(Course)
        .join(Course.organisation)
        .where(
            Organisation.ref == centre_ref,
            Course.code == code,
            Course.published_number.is_not(None),
        )
        .options(joinedload(Course.organisation))
    )


def courses_of_centre(
    organisation_id: int, locale: str
) -> Select[str, Any, Any, Any, int | None, int]:
    """What a centre teaches: code, title and summary in the reader's language.

    `written_in` is the language that they are in. What others give comes last, `listed` is how
    many of those there are in all.
    """
    original, own = CourseText.__table__.alias(), CourseText.__table__.alias()
    return (
        select(
            Course.code,
            func.coalesce(own.c.title, original.c.title).label("title"),
            func.coalesce(own.c.summary, original.c.summary).label("summary"),
            func.coalesce(own.c.locale, original.c.locale).label("written_in"),
            Course.listing_id,
            func.count(Course.listing_id).over().label("listed"),
        )
        .select_from(Course)
        .join(
            CourseVersion,
            and_(
                CourseVersion.course_id == Course.id,
                CourseVersion.number == Course.published_number,
            ),
        )
        .join(original, and_(original.c.version_id == CourseVersion.id, original.c.is_original))
        .outerjoin(own, and_(own.c.version_id == CourseVersion.id, own.c.locale == locale))
        .where(
            Course.organisation_id == organisation_id,
            Course.state == CourseState.PUBLISHED,
        )
        .order_by(Course.listing_id.is_not(None), Course.code)
        .limit(100)
    )


def own_courses(session: Session) -> list[Row[Any]]:
    """Where each published course has its page: its centre and its code; not what others give."""
    query = (
        select(Organisation.ref, Course.code)
        .join(Course.organisation)
        .where(Course.state == CourseState.PUBLISHED, Course.listing_id.is_(None))
        .order_by(Course.id)
        .limit(5000)
    )
    return list(session.execute(query))
