"""Getting a seat: enrolled at once, after the centre's word, or waiting; answered; given back."""

from datetime import datetime, timedelta

from app.accounts.queries import recipient
from app.applications.models import Application
from app.applications.operations import change_state
from app.applications.states import ApplicationFlow, ApplicationState
from app.audit.record import record
from app.courses import policy, queries, timetable
from app.courses.messages import (
    EnrolmentAsked,
    SeatDeclined,
    SeatHeld,
    SeatLapsed,
    SeatOffered,
    SeatReminder,
    WaitsForSeat,
)
from app.courses.models import CourseRun, Enrolment
from app.courses.operations.releasing import keep_promise
from app.courses.operations.telling import ask_centre
from app.courses.states import (
    HOLDS_A_SEAT,
    LIVE,
    EnrolmentFlow,
    EnrolmentMode,
    EnrolmentState,
    Stage,
)
from app.courses.waitlist import Seats, promoted
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.states import Move
from app.foundation.work import Work
from app.notifications.notify import Message, notify
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.deadlines import accepts, has_opened
from app.opportunities.states import OpportunityState

TO_ANSWER = "seat to answer"
TO_DECIDE = "people to decide on"
TO_OFFER = "seats to offer"


def find_enrolment(work: Work, enrolment_id: int) -> Enrolment:
    """The enrolment, if this actor may see it, with its run held before it."""
    run_id = work.session.scalar(queries.run_of_enrolment(work.actor, enrolment_id))
    if run_id is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    work.session.scalars(queries.run_held(run_id)).one()
    return work.find(queries.enrolment_to_answer(work.actor, enrolment_id))


def enrol(work: Work, run: CourseRun, *, words: str = "", request_key: str = "") -> Enrolment:
    """Get a seat, ask for one, or stand in line. The run must be held (`work.find`).

    Whoever has a seat, asks or waits already keeps what they have; about somebody whose seat the
    centre took back, the centre decides.
    """
    policy.ENROL.require(work.actor, run)
    earlier = earlier_result(work, "enrol", request_key)
    if earlier is not None:
        return work.session.get_one(Enrolment, earlier)
    person = work.session.scalars(queries.person_enrolling(work.actor)).one()
    live = work.session.scalar(queries.live_enrolment(run.id, person.id))
    if live is not None:
        return live
    _refuse_unless_open(work, run)
    if run.takes_applications:
        raise RuleBroken(_("One applies for these dates: the centre chooses among applications."))
    if run.enrolment_mode is EnrolmentMode.INVITATION and not queries.is_invited(
        work.session, run.id, person.email
    ):
        raise RuleBroken(_("These dates are by invitation. Write to the centre to be invited."))

    enrolment = Enrolment(
        run_id=run.id,
        person_id=person.id,
        state=EnrolmentState.ASKED,
        reserve_id=queries.group_of(work.session, run.id, person),
        asked_at=work.now,
        words=words,
    )
    work.session.add(enrolment)
    work.session.flush()
    remember_result(work, "enrol", request_key, enrolment.id)
    record(work, "enrolment.asked", enrolment, opportunity_id=run.id)
    removed = queries.was_removed(work.session, run.id, person.id)
    if removed or run.enrolment_mode is EnrolmentMode.APPROVAL:
        tell(work, enrolment, EnrolmentAsked(ref=run.ref, title=run.title))
        ask_to_decide(work, run)
    else:
        _seat_or_line(work, run, enrolment)
    return enrolment


def _refuse_unless_open(work: Work, run: CourseRun) -> None:
    if accepts(run, work.now):
        return
    if run.state is OpportunityState.PUBLISHED and not has_opened(run, work.now):
        raise RuleBroken(_("Enrolment has not opened yet."))
    raise RuleBroken(_("Enrolment is closed."))


def _seat_or_line(work: Work, run: CourseRun, enrolment: Enrolment) -> None:
    """A seat where one is free and nobody who could take it waits; else a place in the line."""
    seats = seats_of(work, run)
    line = queries.line_of(work.session, run.id)
    if seats.has_one_for(enrolment.reserve_id) and not promoted(line, seats):
        enrolment.kept_seat = seats.pool_for(enrolment.reserve_id) is not None
        EnrolmentFlow.accept(enrolment)
        record(work, "enrolment.accepted", enrolment, opportunity_id=run.id)
        tell(work, enrolment, SeatHeld(enrolment_id=enrolment.id, title=run.title))
    else:
        EnrolmentFlow.wait(enrolment)
        record(work, "enrolment.waiting", enrolment, opportunity_id=run.id)
        said = WaitsForSeat(enrolment_id=enrolment.id, title=run.title, place=len(line) + 1)
        tell(work, enrolment, said)


def seats_of(work: Work, run: CourseRun) -> Seats:
    """How many seats are free. The run must be held, so that nobody else counts meanwhile."""
    work.session.flush()
    kept, held = queries.seats_kept_and_held(work.session, run.id)
    return Seats.of(run.capacity, kept, held)


def promote(work: Work, run: CourseRun) -> list[Enrolment]:
    """Offer what is free to who waits, in order and within the groups, until the cut-off."""
    too_late = run.promote_until is not None and work.now > run.promote_until
    if too_late or run.state not in {OpportunityState.PUBLISHED, OpportunityState.CLOSED}:
        close_tasks(work, TO_OFFER, run)
        return []
    seats = seats_of(work, run)
    line = queries.line_of(work.session, run.id)
    answer_by = _answer_by(work, run)
    offered = []
    for enrolment_id, pool in promoted(line, seats):
        enrolment = work.session.get_one(Enrolment, enrolment_id)
        enrolment.kept_seat = pool is not None
        EnrolmentFlow.offer(enrolment)
        enrolment.offered_at = work.now
        enrolment.answer_by = answer_by
        enrolment.remind_at = work.now + (answer_by - work.now) / 2
        enrolment.version += 1
        follow(work, enrolment, ApplicationFlow.offer)
        offered.append(enrolment)
        record(work, "enrolment.offered", enrolment, opportunity_id=run.id)
        open_task(
            work,
            TO_ANSWER,
            enrolment,
            holder_id=enrolment.person_id,
            opportunity_id=run.id,
            due_at=answer_by,
            title=run.title,
            zone=run.zone,
        )
        said = SeatOffered(
            enrolment_id=enrolment.id,
            title=run.title,
            answer_by=answer_by,
            zone=run.zone,
        )
        tell(work, enrolment, said)
    if run.takes_applications:
        _ask_to_offer(work, run)
    return offered


def _ask_to_offer(work: Work, run: CourseRun) -> None:
    """Keep what waits for the centre in selective dates: seats that the shortlist could have."""
    free = sum(seats_of(work, run).free.values())
    ask_centre(work, TO_OFFER, run, min(free, queries.number_listed(work.session, run.id)))


def _answer_by(work: Work, run: CourseRun) -> datetime:
    """So many hours from now, but no longer than to the first meeting, and an hour at least."""
    latest = work.now + timedelta(hours=run.hours_to_answer)
    starts_at = queries.first_meeting_at(work.session, run.id)
    if starts_at is not None:
        latest = min(latest, starts_at)
    return max(latest, work.now + timedelta(hours=1))


def accept_seat(work: Work, enrolment: Enrolment, *, promised: str = "") -> None:
    """Take the seat that was offered. The run must be held before.

    `promised` is the fingerprint of what one read and commits to, where the dates ask for that.
    """
    policy.ANSWER_SEAT.require(work.actor, enrolment)
    if enrolment.state is EnrolmentState.ACCEPTED:
        return
    if enrolment.state is not EnrolmentState.OFFERED:
        raise RuleBroken(_("No seat is offered to you now."))
    if enrolment.answer_by is not None and work.now > enrolment.answer_by:
        raise RuleBroken(_("The time to answer is over."))
    run = work.session.get_one(CourseRun, enrolment.run_id)
    keep_promise(work, enrolment, promised)

    EnrolmentFlow.accept(enrolment)
    follow(work, enrolment, ApplicationFlow.accept)
    enrolment.version += 1
    close_tasks(work, TO_ANSWER, enrolment)

    record(work, "enrolment.accepted", enrolment, opportunity_id=run.id)
    tell(work, enrolment, SeatHeld(enrolment_id=enrolment.id, title=run.title))


def is_over(work: Work, run: CourseRun) -> bool:
    """Whether all that was to take place has: nobody gets, gives back or loses a seat any more."""
    meetings = queries.meetings_of(work.session, run.id)
    return timetable.stage(run, meetings, work.now) is Stage.FINISHED


def leave(work: Work, enrolment: Enrolment) -> None:
    """Give a seat, a place in the line or a request back; the next in line is offered the seat."""
    policy.ANSWER_SEAT.require(work.actor, enrolment)
    if enrolment.state not in LIVE:
        raise RuleBroken(_("You have nothing to give back here."))
    run = work.session.get_one(CourseRun, enrolment.run_id)
    if is_over(work, run):
        raise RuleBroken(_("The last meeting is over; nothing is given back any more."))

    was = enrolment.state
    give_back(work, run, enrolment)
    if was is EnrolmentState.OFFERED:
        follow(work, enrolment, ApplicationFlow.decline)
    elif was is EnrolmentState.ACCEPTED:
        application = follow(work, enrolment, ApplicationFlow.withdraw)
        if application is not None:
            application.withdrawn_at = work.now


def give_back(work: Work, run: CourseRun, enrolment: Enrolment) -> None:
    """End somebody's enrolment as they wish; what they held goes to the next. Hold the run."""
    held = enrolment.state in HOLDS_A_SEAT
    EnrolmentFlow.withdraw(enrolment)
    enrolment.ended_at = work.now
    enrolment.version += 1
    close_tasks(work, TO_ANSWER, enrolment)

    record(work, "enrolment.left", enrolment, opportunity_id=run.id)
    if held:
        promote(work, run)
    ask_to_decide(work, run)


def admit(work: Work, enrolment: Enrolment) -> None:
    """The centre says yes: a seat where one is free, else a place in the line."""
    policy.DECIDE.require(work.actor, enrolment)
    if enrolment.state is not EnrolmentState.ASKED:
        raise RuleBroken(_("This request was answered already."))
    run = work.session.get_one(CourseRun, enrolment.run_id)

    enrolment.decided_by_id, enrolment.decided_at = work.actor.user_id, work.now
    enrolment.version += 1
    _seat_or_line(work, run, enrolment)

    record(work, "enrolment.admitted", enrolment, opportunity_id=run.id)
    ask_to_decide(work, run)


def turn_down(work: Work, enrolment: Enrolment, *, reason: str) -> None:
    """The centre says no, and why, to somebody who asks or waits."""
    policy.DECIDE.require(work.actor, enrolment)
    if enrolment.state not in {EnrolmentState.ASKED, EnrolmentState.WAITING}:
        raise RuleBroken(_("This request was answered already."))
    if not reason.strip():
        raise RuleBroken(_("Say why; the person reads it."))
    run = work.session.get_one(CourseRun, enrolment.run_id)

    enrolment.decided_by_id, enrolment.decided_at = work.actor.user_id, work.now
    enrolment.reason, enrolment.ended_at = reason, work.now
    EnrolmentFlow.decline(enrolment)
    enrolment.version += 1

    record(work, "enrolment.declined", enrolment, opportunity_id=run.id, reason=reason)
    tell(work, enrolment, SeatDeclined(title=run.title, reason=reason))
    ask_to_decide(work, run)


def ask_to_decide(work: Work, run: CourseRun) -> None:
    """Keep what waits for the centre: how many people ask for a seat."""
    work.session.flush()
    ask_centre(work, TO_DECIDE, run, queries.number_asking(work.session, run.id))


MOST_AT_ONCE = 50


def lapse_seats(work: Work) -> int:
    """Offered seats whose time to answer is over go to the next in line."""
    policy.LAPSE.require(work.actor, None)
    runs = work.session.scalars(queries.runs_with_seats_to_lapse(work.now, MOST_AT_ONCE)).all()
    lapsed = 0
    for run_id in runs:
        run = work.session.scalars(queries.run_held(run_id)).one()
        for enrolment in work.session.scalars(queries.seats_to_lapse(run_id, work.now)):
            EnrolmentFlow.lapse(enrolment)
            follow(work, enrolment, ApplicationFlow.lapse)
            enrolment.ended_at = work.now
            enrolment.version += 1
            close_tasks(work, TO_ANSWER, enrolment)
            record(work, "enrolment.lapsed", enrolment, opportunity_id=run.id)
            tell(work, enrolment, SeatLapsed(ref=run.ref, title=run.title))
            lapsed += 1
        promote(work, run)
    return lapsed


def remind_of_seats(work: Work) -> int:
    """Whoever has let half the time to answer pass is reminded once."""
    policy.LAPSE.require(work.actor, None)
    told = 0
    for enrolment in work.session.scalars(queries.seats_to_remind_of(work.now, MOST_AT_ONCE)):
        enrolment.reminded_at = work.now
        run = work.session.get_one(CourseRun, enrolment.run_id)
        record(work, "enrolment.reminded", enrolment, opportunity_id=run.id)
        said = SeatReminder(
            enrolment_id=enrolment.id,
            title=run.title,
            answer_by=enrolment.answer_by or work.now,
            zone=run.zone,
        )
        tell(work, enrolment, said)
        told += 1
    return told


def follow(work: Work, enrolment: Enrolment, move: Move[ApplicationState]) -> Application | None:
    """Take the application by which somebody came along with their seat. Hold the run before."""
    if enrolment.application_id is None:
        return None
    held = queries.application_held(enrolment.application_id)
    application = work.session.scalars(held).one()
    change_state(work, application, move)
    return application


def tell(work: Work, enrolment: Enrolment, said: Message) -> None:
    """Tell the person whose enrolment this is."""
    work.session.flush()
    person = work.session.scalars(queries.person_of(enrolment)).one()
    occasion = f"{enrolment.id}:{enrolment.state}:{work.now.isoformat()}"
    notify(work, recipient(person), said, once=occasion)
