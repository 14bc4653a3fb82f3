"""The centre takes a seat back, and says why."""

from app.applications.states import ApplicationFlow
from app.audit.record import record
from app.courses import policy
from app.courses.messages import SeatTakenBack
from app.courses.models import CourseRun, Enrolment
from app.courses.operations.enrolling import TO_ANSWER, follow, is_over, promote, tell
from app.courses.operations.planning import refuse_when_over
from app.courses.states import HOLDS_A_SEAT, EnrolmentFlow
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.tasks import close_tasks


def remove(work: Work, enrolment: Enrolment, *, reason: str) -> int:
    """Take the seat back from somebody: how many who wait are offered a seat. Hold the run."""
    policy.DECIDE.require(work.actor, enrolment)
    run = work.session.get_one(CourseRun, enrolment.run_id)
    refuse_when_over(run)
    if is_over(work, run):
        raise RuleBroken(_("These dates are over; nobody loses a seat any more."))
    if enrolment.state not in HOLDS_A_SEAT:
        raise RuleBroken(_("This person has no seat any more."))
    if not reason.strip():
        raise RuleBroken(_("Say why; the person reads it."))

    enrolment.decided_by_id, enrolment.decided_at = work.actor.user_id, work.now
    enrolment.reason, enrolment.ended_at, enrolment.removed_at = reason, work.now, work.now
    EnrolmentFlow.remove(enrolment)
    follow(work, enrolment, ApplicationFlow.take_back_offer)
    follow(work, enrolment, ApplicationFlow.pass_over)
    enrolment.version += 1
    close_tasks(work, TO_ANSWER, enrolment)

    record(work, "enrolment.removed", enrolment, opportunity_id=run.id, reason=reason)
    tell(work, enrolment, SeatTakenBack(enrolment_id=enrolment.id, title=run.title, reason=reason))
    return len(promote(work, run))
