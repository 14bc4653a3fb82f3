"""Dates of a course, planned and published through operations."""

from typing import Any

from sqlalchemy import select

from app.courses import operations as office
from app.courses.models import Course, CourseRun
from app.courses.queries import run_to_open
from app.courses.states import EnrolmentMode, Mode
from app.foundation.database import db
from app.foundation.work import Work
from tests.courses.centres import Centre, published, the_course, working


def TERMS(**values: Any) -> office.RunTerms:  # noqa: N802 - reads as the constants beside it do
    """Online in Tokyo's evenings from 1 March 2027; enrolment ends on 15 February."""
    given: dict[str, Any] = {
        "mode": Mode.ONLINE,
        "zone": "Asia/Tokyo",
        "capacity": 20,
        "enrolment_mode": EnrolmentMode.OPEN,
        "closes_wall": "2027-02-15T18:00",
        "join_url": "https://meet.example.org/secret-room",
    }
    return office.RunTerms(**given | values)


def planned(place: Centre, *, times: int = 3, **values: Any) -> int:
    """Planned dates with so many weekly evenings; the course is published when it is not yet."""
    course_id = db.session.scalar(
        select(Course.id).where(Course.organisation_id == place.organisation.id)
    ) or published(place)
    with working(place.writer) as work:
        run_id = office.plan_run(work, the_course(work, course_id), TERMS(**values)).id
    if times:
        evenings(place, run_id, times=times)
    return run_id


def evenings(place: Centre, run_id: int, *, times: int = 3) -> None:
    first = office.MeetingTerms("2027-03-01T18:00", "2027-03-01T20:00", "Asia/Tokyo")
    with working(place.writer) as work:
        office.add_meetings(work, the_run(work, run_id), first, times=times)


def published_run(place: Centre, **values: Any) -> int:
    run_id = planned(place, **values)
    with working(place.writer) as work:
        office.publish_run(work, the_run(work, run_id))
    return run_id


def the_run(work: Work, run_id: int) -> CourseRun:
    return work.find(run_to_open(work.actor, run_id))
