"""What dashboards show of courses: one statement each, so that a face asks few questions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.courses.models import CourseRun, CourseVersion, Enrolment
from app.courses.states import HOLDS_A_SEAT, LIVE, EnrolmentState
from app.foundation.actors import Actor
from app.opportunities.models import Opportunity
from app.opportunities.queries import title_in, unmet_searches
from app.opportunities.states import OpportunityState
from app.organisations.models import Organisation

MANY = 25


def _number(*states: EnrolmentState) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((Enrolment.state.in_(states), 1), else_=0)), 0)


def centres_and_dates(
    session: Session, centres: list[int], now: datetime, locale: str
) -> Sequence[Row[Any]]:
    """Each of these centres with the dates that it gives now or soon: who holds, waits, asks.

    A centre without dates is one row, whose `id` is null. Each row has what was looked for in vain.
    """
    soon = and_(
        CourseRun.organisation_id == Organisation.id,
        CourseRun.state.in_((OpportunityState.PUBLISHED, OpportunityState.CLOSED)),
        or_(CourseRun.ends_on.is_(None), CourseRun.ends_on >= now.date()),
    )
    beside: list[ColumnElement[Any]] = [unmet_searches(now), *title_in(locale)]
    query = (
        select(
            Organisation.name.label("centre"),
            CourseRun.id,
            CourseRun.ref,
            CourseRun.capacity,
            CourseRun.starts_on,
            CourseVersion.course_id,
            _number(*HOLDS_A_SEAT).label("held"),
            _number(EnrolmentState.WAITING).label("waiting"),
            _number(EnrolmentState.ASKED).label("asking"),
            *beside,
        )
        .select_from(Organisation)
        .outerjoin(CourseRun, soon)
        .outerjoin(CourseVersion, CourseVersion.id == CourseRun.course_version_id)
        .outerjoin(Enrolment, Enrolment.run_id == CourseRun.id)
        .where(Organisation.id.in_(centres))
        .group_by(Organisation.id, CourseRun.id, Opportunity.id, CourseVersion.course_id)
        .order_by(Organisation.sort_key, Organisation.id, CourseRun.starts_on, CourseRun.id)
        .limit(MANY)
    )
    return session.execute(query).all()


def my_seats_beside(
    session: Session, actor: Actor, locale: str, *beside: ColumnElement[Any]
) -> Sequence[Row[Any]]:
    """One's seats and requests, the next to begin first, each with what is told besides.

    There is a row for the person without any, whose `id` is null.
    """
    mine = and_(Enrolment.person_id == User.id, Enrolment.state.in_(LIVE))
    query = (
        select(
            Enrolment.id,
            Enrolment.state,
            CourseRun.starts_on,
            *beside,
            *title_in(locale),
        )
        .select_from(User)
        .outerjoin(Enrolment, mine)
        .outerjoin(CourseRun, CourseRun.id == Enrolment.run_id)
        .where(User.id == actor.user_id)
        .order_by(CourseRun.starts_on, Enrolment.id)
        .limit(MANY)
    )
    return session.execute(query).all()
