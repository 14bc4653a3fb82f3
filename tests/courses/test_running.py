"""Dates of a course: planned, their timetable, who teaches, published, changed, cancelled."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import User
from app.commands.duties import close_dates_whose_time_is_over
from app.courses import operations as office
from app.courses import timetable
from app.courses.models import CourseRun, Meeting, SeatReserve, Teaching
from app.courses.queries import run_to_open
from app.courses.states import EnrolmentMode, Mode, Stage
from app.foundation import clock
from app.foundation.database import db, sentence_for
from app.foundation.errors import NotPermitted, RuleBroken
from app.notifications.models import OutboxMessage
from app.opportunities.models import OpportunityFacet
from app.opportunities.queries import opportunities_visible_to
from app.opportunities.states import OpportunityState
from tests import make
from tests.courses.centres import working
from tests.courses.dates import TERMS, evenings, planned, published_run, the_run


def run_of(run_id: int) -> CourseRun:
    db.session.expire_all()
    return db.session.get_one(CourseRun, run_id)


def meetings(run_id: int) -> list[Meeting]:
    db.session.expire_all()
    query = select(Meeting).where(Meeting.run_id == run_id).order_by(Meeting.starts_at)
    return list(db.session.scalars(query))


def letters(kind: str) -> list[OutboxMessage]:
    query = select(OutboxMessage).where(OutboxMessage.kind == f"courses/{kind}")
    return list(db.session.scalars(query.order_by(OutboxMessage.id)))


def the_meeting(work, run, number=0) -> Meeting:
    return the_run(work, run).meetings[number]


def test_meetings_that_come_again_keep_their_time_of_day(centre) -> None:
    run_id = planned(centre)
    starts = [one.starts_at for one in meetings(run_id)]
    assert starts == [datetime(2027, 3, day, 9, 0, tzinfo=UTC) for day in (1, 8, 15)]
    run = run_of(run_id)
    assert (run.starts_on, run.ends_on) == (date(2027, 3, 1), date(2027, 3, 15))


def test_a_weekly_meeting_keeps_its_wall_time_over_the_change_of_clocks(centre) -> None:
    run_id = planned(centre, times=0)
    with working(centre.writer) as work:
        first = office.MeetingTerms("2027-03-22T18:00", "2027-03-22T20:00", "Europe/London")
        office.add_meetings(work, the_run(work, run_id), first, times=2)
    hours = [one.starts_at.hour for one in meetings(run_id)]
    assert hours == [18, 17]


def test_dates_need_meetings_and_a_window_before_they_are_published(centre) -> None:
    run_id = planned(centre, times=0)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="when people meet"):
        office.publish_run(work, the_run(work, run_id))
    evenings(centre, run_id)
    with (
        working(centre.writer, now=make.NOW + timedelta(days=60)) as work,
        pytest.raises(RuleBroken, match="later one"),
    ):
        office.publish_run(work, the_run(work, run_id))


def test_online_dates_need_a_link(centre) -> None:
    run_id = planned(centre, join_url="")
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="link"):
        office.publish_run(work, the_run(work, run_id))


def test_published_dates_are_in_the_catalogue_with_their_facets(centre) -> None:
    run_id = published_run(centre)
    run = run_of(run_id)
    assert (run.state, run.seats, run.online) == (OpportunityState.PUBLISHED, 20, True)
    rows = db.session.execute(select(OpportunityFacet.facet, OpportunityFacet.value))
    kept = {(row.facet, row.value) for row in rows}
    assert {("kind", "course"), ("where", "online"), ("track", "engineer")} <= kept
    assert ("where", "JP") not in kept
    assert run.promote_until == meetings(run_id)[0].starts_at


def test_on_site_dates_are_found_by_their_country(centre) -> None:
    published_run(centre, mode=Mode.ON_SITE, venue="Room 1, Tokyo")
    rows = db.session.execute(select(OpportunityFacet.facet, OpportunityFacet.value))
    assert ("where", "JP") in {(row.facet, row.value) for row in rows}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"capacity": 19}, "not fewer"),
        ({"closes_wall": "2027-02-10T18:00"}, "longer"),
        ({"enrolment_mode": EnrolmentMode.APPROVAL}, "published already"),
        ({"opens_wall": "2027-01-08T09:00"}, "published already"),
    ],
)
def test_what_people_count_on_does_not_shrink(centre, changed, said) -> None:
    run_id = published_run(centre)
    with pytest.raises(RuleBroken, match=said), working(centre.writer) as work:
        office.save_run(work, the_run(work, run_id), TERMS(**changed), version=None)
    assert run_of(run_id).capacity == 20


def test_there_can_be_more_seats_and_more_time(centre) -> None:
    run_id = published_run(centre)
    with working(centre.writer) as work:
        terms = TERMS(capacity=30, closes_wall="2027-02-20T18:00")
        office.save_run(work, the_run(work, run_id), terms, version=None)
    assert (run_of(run_id).capacity, run_of(run_id).seats) == (30, 30)


def test_a_moved_meeting_raises_its_sequence_and_is_told(centre) -> None:
    run_id = published_run(centre)
    with working(centre.writer) as work:
        person = work.session.get_one(User, centre.reader.id)
        office.name_instructor(work, the_run(work, run_id), person)
    later = office.MeetingTerms("2027-03-02T18:00", "2027-03-02T20:00", "Asia/Tokyo")
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="Say why"):
        office.change_meeting(work, the_meeting(work, run_id), later)
    with working(centre.writer) as work:
        office.change_meeting(work, the_meeting(work, run_id), later, reason="The hall is closed.")
    moved = meetings(run_id)[0]
    assert (moved.sequence, moved.starts_at.day) == (1, 2)
    (letter,) = letters("meeting_moved")
    assert letter.address == centre.reader.email
    assert letter.values["before_at"] == "2027-03-01T09:00:00+00:00"
    with working(centre.writer) as work:
        office.cancel_meeting(work, the_meeting(work, run_id), reason="No teacher.")
    assert meetings(run_id)[0].sequence == 2
    assert run_of(run_id).starts_on == date(2027, 3, 8)
    assert [one.address for one in letters("meeting_cancelled")] == [centre.reader.email]


def test_nothing_is_told_when_nothing_moved(centre) -> None:
    run_id = published_run(centre)
    same = office.MeetingTerms("2027-03-01T18:00", "2027-03-01T20:00", "Asia/Tokyo", title="New")
    with working(centre.writer) as work:
        office.change_meeting(work, the_meeting(work, run_id), same, reason="A better title.")
    assert (meetings(run_id)[0].sequence, meetings(run_id)[0].title) == (0, "New")
    assert letters("meeting_moved") == []


def test_the_only_meeting_is_not_cancelled_alone(centre) -> None:
    run_id = published_run(centre, times=1)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="only meeting"):
        office.cancel_meeting(work, the_meeting(work, run_id), reason="x")


def test_an_instructor_who_teaches_elsewhere_is_a_warning_with_a_reason(centre) -> None:
    first, second = published_run(centre), published_run(centre)
    with working(centre.writer) as work:
        person = work.session.get_one(User, centre.reader.id)
        office.name_instructor(work, the_run(work, first), person)
    with working(centre.writer) as work, pytest.raises(office.InstructorClash, match="same time"):
        person = work.session.get_one(User, centre.reader.id)
        office.name_instructor(work, the_run(work, second), person)
    with working(centre.writer) as work:
        person = work.session.get_one(User, centre.reader.id)
        run = the_run(work, second)
        office.name_instructor(work, run, person, override="An assistant stands in.")
    kept = db.session.scalars(select(Teaching.override_reason).order_by(Teaching.id)).all()
    assert kept == ["", "", "", *["An assistant stands in."] * 3]


def test_meetings_that_only_touch_do_not_clash(centre) -> None:
    first, second = published_run(centre), planned(centre, times=0)
    with working(centre.writer) as work:
        after = office.MeetingTerms("2027-03-01T20:00", "2027-03-01T21:00", "Asia/Tokyo")
        office.add_meetings(work, the_run(work, second), after)
    for run_id in (first, second):
        with working(centre.writer) as work:
            person = work.session.get_one(User, centre.reader.id)
            office.name_instructor(work, the_run(work, run_id), person)
    assert len(db.session.scalars(select(Teaching)).all()) == 4


def test_a_meeting_is_not_moved_into_a_clash(centre) -> None:
    first, second = published_run(centre), planned(centre, times=0)
    with working(centre.writer) as work:
        free = office.MeetingTerms("2027-03-02T18:00", "2027-03-02T20:00", "Asia/Tokyo")
        office.add_meetings(work, the_run(work, second), free)
    for run_id in (first, second):
        with working(centre.writer) as work:
            person = work.session.get_one(User, centre.reader.id)
            office.name_instructor(work, the_run(work, run_id), person)
    busy = office.MeetingTerms("2027-03-01T19:00", "2027-03-01T21:00", "Asia/Tokyo")
    with working(centre.writer) as work, pytest.raises(office.InstructorClash):
        office.change_meeting(work, the_meeting(work, second), busy)
    with working(centre.writer) as work:
        office.change_meeting(work, the_meeting(work, second), busy, override="Both online.")
    assert meetings(second)[0].starts_at.day == 1


def test_seats_are_kept_within_the_seats(centre) -> None:
    run_id = planned(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="altogether"):
        kept = [office.Reserve(15, country_code="KH"), office.Reserve(6, country_code="LA")]
        office.reserve_seats(work, the_run(work, run_id), kept)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="once"):
        kept = [office.Reserve(1, country_code="KH"), office.Reserve(2, country_code="KH")]
        office.reserve_seats(work, the_run(work, run_id), kept)
    with working(centre.writer) as work:
        kept = [office.Reserve(15, country_code="KH"), office.Reserve(5, country_code="LA")]
        office.reserve_seats(work, the_run(work, run_id), kept)
    assert [one.seats for one in db.session.scalars(select(SeatReserve))] == [15, 5]
    with working(centre.writer) as work:
        office.publish_run(work, the_run(work, run_id))
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="before the dates"):
        office.reserve_seats(work, the_run(work, run_id), [])


@pytest.mark.parametrize(
    "change",
    [
        "INSERT INTO seat_reserve (run_id, country_code, seats) SELECT id, 'LA', 6 FROM course_run",
        "UPDATE seat_reserve SET seats = 21",
        "UPDATE course_run SET capacity = 14",
    ],
)
def test_the_database_alone_keeps_reserves_within_the_seats(centre, change) -> None:
    run_id = planned(centre)
    with working(centre.writer) as work:
        kept = [office.Reserve(15, country_code="KH")]
        office.reserve_seats(work, the_run(work, run_id), kept)
    with pytest.raises(DBAPIError) as refused:
        db.session.execute(text(change))
    db.session.rollback()
    assert "kept for some" in (sentence_for(refused.value) or "")


def test_cancelled_dates_are_told_and_change_no_more(centre) -> None:
    run_id = published_run(centre)
    with working(centre.writer) as work:
        person = work.session.get_one(User, centre.reader.id)
        office.name_instructor(work, the_run(work, run_id), person)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="reason"):
        office.cancel_run(work, the_run(work, run_id), reason="")
    with working(centre.writer) as work:
        office.cancel_run(work, the_run(work, run_id), reason="A storm.")
    assert [one.address for one in letters("dates_cancelled")] == [centre.reader.email]
    assert {one.sequence for one in meetings(run_id)} == {1}
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="cancelled"):
        office.save_run(work, the_run(work, run_id), TERMS(), version=None)


def test_dates_that_are_over_are_not_cancelled(centre) -> None:
    run_id = published_run(centre)
    later = make.NOW + timedelta(days=100)
    with working(centre.writer, now=later) as work, pytest.raises(RuleBroken, match="took place"):
        office.cancel_run(work, the_run(work, run_id), reason="x")


def test_enrolment_closes_by_itself(centre) -> None:
    run_id = published_run(centre)
    with clock.set_clock(datetime(2027, 2, 15, 8, 59, tzinfo=UTC)):
        close_dates_whose_time_is_over(None)
    assert run_of(run_id).state is OpportunityState.PUBLISHED
    with clock.set_clock(datetime(2027, 2, 15, 9, 1, tzinfo=UTC)):
        close_dates_whose_time_is_over(None)
    assert run_of(run_id).state is OpportunityState.CLOSED


def test_another_centre_neither_sees_nor_changes_planned_dates(centre) -> None:
    run_id = planned(centre)
    stranger = make.actor(centre.stranger)
    assert db.session.scalars(run_to_open(stranger, run_id)).unique().all() == []
    seen = opportunities_visible_to(stranger).with_only_columns(CourseRun.id)
    assert db.session.scalars(seen).all() == []
    deeds = (
        lambda work, run: office.save_run(work, run, TERMS(), version=None),
        lambda work, run: office.publish_run(work, run),
        lambda work, run: office.cancel_run(work, run, reason="x"),
        lambda work, run: office.close_run(work, run),
        lambda work, run: office.reserve_seats(work, run, []),
    )
    for do in deeds:
        with working(stranger) as work, pytest.raises(NotPermitted):
            do(work, work.session.get_one(CourseRun, run_id))


@pytest.mark.parametrize(
    "values",
    [
        {"zone": "Asia/Nowhere"},
        {"capacity": 0},
        {"mode": Mode.ON_SITE},
        {"join_url": "http://example.org/x"},
        {"join_url": "javascript:alert(1)"},
        {"opens_wall": "2027-02-16T09:00"},
    ],
)
def test_odd_terms_are_refused(centre, values) -> None:
    with pytest.raises(RuleBroken):
        planned(centre, **values)


class At:
    def __init__(self, start: int, end: int, cancelled_at=None) -> None:
        self.starts_at = datetime(2027, 3, 1, start, tzinfo=UTC)
        self.ends_at = datetime(2027, 3, 1, end, tzinfo=UTC)
        self.cancelled_at = cancelled_at


def test_where_dates_stand_follows_state_and_clock() -> None:
    class Run:
        state = OpportunityState.PUBLISHED
        opens_at = datetime(2027, 1, 1, tzinfo=UTC)
        closes_at = datetime(2027, 2, 1, tzinfo=UTC)

    held = [At(9, 10), At(12, 13), At(20, 21, cancelled_at=make.NOW)]
    moments = {
        datetime(2026, 12, 1, tzinfo=UTC): Stage.COMING,
        datetime(2027, 1, 15, tzinfo=UTC): Stage.OPEN,
        datetime(2027, 2, 15, tzinfo=UTC): Stage.CLOSED,
        datetime(2027, 3, 1, 11, tzinfo=UTC): Stage.RUNNING,
        datetime(2027, 3, 1, 14, tzinfo=UTC): Stage.FINISHED,
    }
    assert {at: timetable.stage(Run, held, at) for at in moments} == moments


def test_a_run_pins_the_version_it_was_planned_with(centre) -> None:
    run_id = published_run(centre)
    version = run_of(run_id).course_version_id
    with pytest.raises(DBAPIError):
        db.session.execute(update(CourseRun.__table__).values(course_version_id=version + 1000))
        db.session.commit()
    db.session.rollback()
