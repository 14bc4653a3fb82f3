"""Meetings as calendars keep them: those that one person goes to, and those of one centre."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from app.courses.models import CourseRun, Enrolment, Meeting, Teaching
from app.courses.states import HOLDS_A_SEAT
from app.opportunities.queries import title_in
from app.opportunities.states import OpportunityState

MOST = 500


def meetings_for(session: Session, person_id: int, since: datetime, locale: str) -> list[Row[Any]]:
    """Where somebody has a seat, or is offered one, or teaches; what was cancelled as well."""
    seats = select(Enrolment.run_id).where(
        Enrolment.person_id == person_id, Enrolment.state.in_(HOLDS_A_SEAT)
    )
    taught = select(Teaching.meeting_id).where(Teaching.person_id == person_id)
    mine = or_(Meeting.run_id.in_(seats), Meeting.id.in_(taught))
    return _meetings(session, mine, since, locale)


def meetings_at(
    session: Session, organisation_id: int, since: datetime, locale: str
) -> list[Row[Any]]:
    """What a centre gives: the meetings of all dates that it published."""
    return _meetings(session, CourseRun.organisation_id == organisation_id, since, locale)


def _meetings(
    session: Session, which: ColumnElement[bool], since: datetime, locale: str
) -> list[Row[Any]]:
    """`title` is that of the course in this language, `meeting` the meeting's own."""
    published = and_(CourseRun.published_at.is_not(None), CourseRun.state != OpportunityState.DRAFT)
    query = (
        select(
            Meeting.id,
            Meeting.title.label("meeting"),
            Meeting.starts_at,
            Meeting.ends_at,
            Meeting.sequence,
            func.coalesce(Meeting.changed_at, CourseRun.published_at).label("stamped_at"),
            func.coalesce(func.nullif(Meeting.venue, ""), CourseRun.venue).label("place"),
            or_(Meeting.cancelled_at.is_not(None), CourseRun.cancelled_at.is_not(None)).label(
                "cancelled"
            ),
            CourseRun.ref,
            *title_in(locale),
        )
        .join(CourseRun, CourseRun.id == Meeting.run_id)
        .where(which, published, Meeting.ends_at > since)
        .order_by(Meeting.starts_at, Meeting.id)
        .limit(MOST)
    )
    return list(session.execute(query))
