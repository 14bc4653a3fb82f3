"""What comes round by itself: calls close, offers are reminded of and lapse, files are swept."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from app.accounts.operations import tell_of_empty_offices
from app.applications.operations import (
    expire_exports,
    learn_usual_waits,
    make_export,
    note_days_over,
    note_late_changes,
    note_overdue_nominations,
    remind_of_letters,
)
from app.applications.operations.erasing import erase_what_was_kept_apart
from app.applications.operations.likeness import COMPARE_JOB, find_alike, mark_application
from app.applications.operations.scanning import take_scan
from app.applications.operations.uploads import finish_forgotten, give_up_late
from app.certificates.operations import BATCH_JOB, issue_batch
from app.courses import queries as courses
from app.courses.models import CourseRun
from app.courses.operations import (
    ask_for_attendance,
    close_run,
    lapse_seats,
    remind_of_seats,
    tend_feedback,
    tend_posts,
)
from app.exchanges import queries as exchanges
from app.exchanges.models import Posting
from app.exchanges.operations import close_nominations, remind_of_renewals
from app.facilities import queries as facilities
from app.facilities.models import Facility
from app.facilities.operations import (
    close_facility,
    lapse_use,
    remind_of_use,
    turn_over_use,
)
from app.fellowships import queries as fellowships
from app.fellowships.models import Call
from app.fellowships.operations import close_call
from app.files import operations as files
from app.files.scanning import ScannerDown, scanner
from app.files.storage import storage
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.work import Work, unit_of_work
from app.invitations.operations import follow_up, know_people
from app.jobs.running import Handler, JobInHand
from app.mobility.operations import forget_lists
from app.opportunities.deadlines import accepts_until
from app.opportunities.operations import forget_searches
from app.outcomes.operations import ask_for_outcomes
from app.placements.operations import lapse_offers, remind_of_offers
from app.research_stays import queries as research_stays
from app.research_stays.models import ResearchStayCall
from app.research_stays.operations import close_call as close_stay_call
from app.stays.operations import (
    ask_for_preparations,
    ask_for_reports,
    ask_who_is_there,
    call_off_stays,
    plan_stays,
)
from app.visits import queries as visits
from app.visits.models import VisitCall
from app.visits.operations import close_call as close_visit_call
from app.visits.operations import end_visits, lapse_awards

MINUTE = timedelta(minutes=1)
MOST_AT_ONCE = 50
log = logging.getLogger(__name__)


def close_calls_whose_time_is_over(_job: JobInHand) -> None:
    """Each call in a unit of its own: one that cannot be closed keeps no other open."""
    now = clock.now()
    over = [
        call.id
        for call in db.session.scalars(fellowships.calls_past_deadline(now).limit(MOST_AT_ONCE))
        if _is_over(call, now)
    ]
    db.session.rollback()
    for call_id in over:
        # One that was closed or extended meanwhile is not found any more, and that is all.
        with suppress(NotFound), unit_of_work(SYSTEM) as work:
            call = work.find(fellowships.calls_past_deadline(work.now).where(Call.id == call_id))
            if _is_over(call, work.now):
                close_call(work, call)


def _is_over(call: Call, now: datetime) -> bool:
    closes_at = call.closes_at
    return closes_at is not None and accepts_until(closes_at, call.grace_minutes) < now


def close_postings_whose_time_is_over(_job: JobInHand) -> None:
    """Each in a unit of its own, as with calls."""
    over = db.session.scalars(
        exchanges.postings_past_deadline(clock.now())
        .with_only_columns(Posting.id)
        .limit(MOST_AT_ONCE)
    ).all()
    db.session.rollback()
    for posting_id in over:
        with suppress(NotFound), unit_of_work(SYSTEM) as work:
            late = exchanges.postings_past_deadline(work.now)
            close_nominations(work, work.find(late.where(Posting.id == posting_id)))


def close_dates_whose_time_is_over(_job: JobInHand) -> None:
    """Each in a unit of its own, as with calls."""
    now = clock.now()
    over = db.session.scalars(
        courses.runs_past_deadline(now).with_only_columns(CourseRun.id).limit(MOST_AT_ONCE)
    ).all()
    db.session.rollback()
    for run_id in over:
        with suppress(NotFound), unit_of_work(SYSTEM) as work:
            query = courses.runs_past_deadline(work.now).where(CourseRun.id == run_id)
            close_run(work, work.find(query))


def close_facilities_whose_time_is_over(_job: JobInHand) -> None:
    """Each in a unit of its own, as with calls."""
    over = db.session.scalars(
        facilities.facilities_past_deadline(clock.now())
        .with_only_columns(Facility.id)
        .limit(MOST_AT_ONCE)
    ).all()
    db.session.rollback()
    for facility_id in over:
        with suppress(NotFound), unit_of_work(SYSTEM) as work:
            late = facilities.facilities_past_deadline(work.now)
            close_facility(work, work.find(late.where(Facility.id == facility_id)))


def close_visit_calls_whose_time_is_over(_job: JobInHand) -> None:
    """Each in a unit of its own, as with calls."""
    over = db.session.scalars(
        visits.calls_past_deadline(clock.now()).with_only_columns(VisitCall.id).limit(MOST_AT_ONCE)
    ).all()
    db.session.rollback()
    for call_id in over:
        with suppress(NotFound), unit_of_work(SYSTEM) as work:
            late = visits.calls_past_deadline(work.now)
            close_visit_call(work, work.find(late.where(VisitCall.id == call_id)))


def close_stay_calls_whose_time_is_over(_job: JobInHand) -> None:
    """Each in a unit of its own, as with calls."""
    over = db.session.scalars(
        research_stays.calls_past_deadline(clock.now())
        .with_only_columns(ResearchStayCall.id)
        .limit(MOST_AT_ONCE)
    ).all()
    db.session.rollback()
    for call_id in over:
        with suppress(NotFound), unit_of_work(SYSTEM) as work:
            late = research_stays.calls_past_deadline(work.now)
            close_stay_call(work, work.find(late.where(ResearchStayCall.id == call_id)))


def in_one_unit(do: Callable[[Work], int]) -> Callable[[JobInHand], None]:
    """A duty that is one operation: done and noted in the same transaction."""

    def duty(job: JobInHand) -> None:
        with unit_of_work(SYSTEM) as work:
            do(work)
            job.finish(work)

    return duty


def sweep_files(_job: JobInHand) -> None:
    """Take away stored bytes that nothing keeps any more, in small units."""
    for keys in files.unswept(clock.now()):
        with unit_of_work(SYSTEM) as work:
            files.sweep(work, keys)


def scan_files(_job: JobInHand) -> None:
    """Ask the scanner about each file that waits; when it is down, the next round asks again."""
    asked = scanner()
    if asked is None:
        return
    waiting = [(f.id, f.key) for f in db.session.scalars(files.files_to_scan())]
    db.session.rollback()
    for file_id, key in waiting:
        try:
            with storage().open(key) as content:
                virus = asked.virus_in(content)
        except ScannerDown as down:
            log.warning("the virus scanner cannot be asked: %s", down)
            return
        # One that was scanned or erased meanwhile is not found any more, and that is all.
        with suppress(NotFound), unit_of_work(SYSTEM) as work:
            take_scan(work, file_id, virus=virus)


def export_applications(job: JobInHand) -> None:
    """Write the file that an office asked for, saying now and then how far it is."""

    def tell(done: int) -> None:
        with unit_of_work(SYSTEM) as work:
            job.advance(work, done=done)

    make_export(job.values["export"], tell)


def compare_application(job: JobInHand) -> None:
    """Look for applications that may be of the same person, in two units."""
    application_id = job.values["application"]
    with unit_of_work(SYSTEM) as work:
        mark_application(work, application_id)
    with unit_of_work(SYSTEM) as work:
        find_alike(work, application_id)
        job.finish(work)


def finish_uploads(_job: JobInHand) -> None:
    """Documents whose last piece came, but whose browser or process went away then."""
    finish_forgotten(clock.now())


DUTIES = {
    "files/scan": Handler(scan_files, every=MINUTE),
    "accounts/tell_of_empty_offices": Handler(
        in_one_unit(tell_of_empty_offices), every=60 * MINUTE
    ),
    "files/sweep": Handler(sweep_files, every=24 * 60 * MINUTE),
    "applications/expire_exports": Handler(in_one_unit(expire_exports), every=60 * MINUTE),
    "applications/erase_what_was_kept_apart": Handler(
        in_one_unit(erase_what_was_kept_apart), every=60 * MINUTE
    ),
    "applications/finish_uploads": Handler(finish_uploads, every=5 * MINUTE),
    "applications/give_up_uploads": Handler(in_one_unit(give_up_late), every=30 * MINUTE),
    "applications/learn_usual_waits": Handler(
        in_one_unit(learn_usual_waits), every=24 * 60 * MINUTE
    ),
    "mobility/forget_lists": Handler(in_one_unit(forget_lists), every=24 * 60 * MINUTE),
    "opportunities/forget_searches": Handler(in_one_unit(forget_searches), every=24 * 60 * MINUTE),
    "courses/lapse_seats": Handler(in_one_unit(lapse_seats), every=MINUTE),
    "courses/remind_of_seats": Handler(in_one_unit(remind_of_seats), every=10 * MINUTE),
    "courses/ask_for_attendance": Handler(in_one_unit(ask_for_attendance), every=10 * MINUTE),
    "courses/tend_feedback": Handler(in_one_unit(tend_feedback), every=10 * MINUTE),
    "courses/tend_posts": Handler(in_one_unit(tend_posts), every=60 * MINUTE),
    "courses/close_dates": Handler(close_dates_whose_time_is_over, every=MINUTE),
    "exchanges/remind_of_renewals": Handler(in_one_unit(remind_of_renewals), every=60 * MINUTE),
    "exchanges/close_postings": Handler(close_postings_whose_time_is_over, every=MINUTE),
    "facilities/lapse_use": Handler(in_one_unit(lapse_use), every=MINUTE),
    "facilities/turn_over_use": Handler(in_one_unit(turn_over_use), every=10 * MINUTE),
    "facilities/remind_of_use": Handler(in_one_unit(remind_of_use), every=10 * MINUTE),
    "facilities/close_facilities": Handler(close_facilities_whose_time_is_over, every=MINUTE),
    "visits/lapse_awards": Handler(in_one_unit(lapse_awards), every=MINUTE),
    "visits/end_visits": Handler(in_one_unit(end_visits), every=10 * MINUTE),
    "visits/close_calls": Handler(close_visit_calls_whose_time_is_over, every=MINUTE),
    "research_stays/close_calls": Handler(close_stay_calls_whose_time_is_over, every=MINUTE),
    "invitations/know_people": Handler(in_one_unit(know_people), every=MINUTE),
    "invitations/follow_up": Handler(in_one_unit(follow_up), every=10 * MINUTE),
    "fellowships/close_calls": Handler(close_calls_whose_time_is_over, every=MINUTE),
    "applications/remind_of_letters": Handler(in_one_unit(remind_of_letters), every=10 * MINUTE),
    "applications/note_days_over": Handler(in_one_unit(note_days_over), every=10 * MINUTE),
    "applications/note_overdue_nominations": Handler(
        in_one_unit(note_overdue_nominations), every=10 * MINUTE
    ),
    "applications/note_late_changes": Handler(in_one_unit(note_late_changes), every=10 * MINUTE),
    "placements/remind_of_offers": Handler(in_one_unit(remind_of_offers), every=10 * MINUTE),
    "placements/lapse_offers": Handler(in_one_unit(lapse_offers), every=MINUTE),
    "outcomes/ask": Handler(in_one_unit(ask_for_outcomes), every=10 * MINUTE),
    "stays/plan": Handler(in_one_unit(plan_stays), every=MINUTE),
    "stays/call_off": Handler(in_one_unit(call_off_stays), every=MINUTE),
    "stays/ask_for_preparations": Handler(in_one_unit(ask_for_preparations), every=60 * MINUTE),
    "stays/ask_who_is_there": Handler(in_one_unit(ask_who_is_there), every=60 * MINUTE),
    "stays/ask_for_reports": Handler(in_one_unit(ask_for_reports), every=60 * MINUTE),
}
# What is asked for, not what comes round.
WORK = {
    "applications/export": Handler(export_applications),
    COMPARE_JOB: Handler(compare_application),
    BATCH_JOB: Handler(issue_batch),
}
