"""Selective dates: a seat for somebody whom the centre chose among those who applied."""

from app.applications.models import Application
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState
from app.audit.record import record
from app.courses import policy, queries
from app.courses.models import CourseRun, Enrolment
from app.courses.operations.enrolling import give_back, is_over, promote, seats_of
from app.courses.operations.planning import refuse_when_over
from app.courses.operations.releasing import refuse_without_release
from app.courses.states import EnrolmentFlow, EnrolmentState
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work


def find_application(work: Work, application_id: int) -> Application:
    """An application for dates, if this actor may see it, with the run held before it."""
    visible = applications_visible_to(work.actor).where(Application.id == application_id)
    run_id = work.session.scalar(visible.with_only_columns(Application.opportunity_id))
    if run_id is None or not hold_run(work, run_id):
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return work.find(visible.execution_options(populate_existing=True))


def hold_run(work: Work, opportunity_id: int) -> bool:
    """Hold the seats of these dates; False where the opportunity is no dates."""
    return work.session.scalar(queries.run_held(opportunity_id)) is not None


def admit_application(work: Work, application: Application) -> Enrolment:
    """Offer a free seat to somebody of the shortlist: it waits for an answer as every seat does.

    The run must be held before (`find_application`). Nobody is put in line: who was not chosen
    for a free seat stays on the shortlist. Raises RuleBroken.
    """
    policy.ADMIT.require(work.actor, application)
    run = work.session.get_one(CourseRun, application.opportunity_id)
    refuse_when_over(run)
    if is_over(work, run):
        raise RuleBroken(_("These dates are over; nobody gets a seat any more."))
    if application.state is not ApplicationState.SHORTLISTED:
        raise RuleBroken(_("Seats are given to those on the shortlist."))
    refuse_without_release(work, run, application)
    person = work.session.scalars(queries.person_to_admit(application.applicant_id)).one()
    group = queries.group_of(work.session, run.id, person)
    if not seats_of(work, run).has_one_for(group):
        raise RuleBroken(_("No seat is free for this person. The shortlist stays as it is."))

    enrolment = Enrolment(
        run_id=run.id,
        person_id=person.id,
        application_id=application.id,
        state=EnrolmentState.ASKED,
        reserve_id=group,
        asked_at=work.now,
        decided_by_id=work.actor.user_id,
        decided_at=work.now,
    )
    work.session.add(enrolment)
    EnrolmentFlow.wait(enrolment)
    work.session.flush()
    record(work, "enrolment.admitted", enrolment, opportunity_id=run.id)
    if enrolment not in promote(work, run):
        raise RuleBroken(_("The last moment at which seats are offered is over."))
    return enrolment


def leave_with(work: Work, application: Application) -> None:
    """Who withdraws the application gives the seat back with it. Hold the run before."""
    query = queries.enrolment_of_application(application.id)
    enrolment = work.session.scalar(query.with_for_update(of=Enrolment))
    if enrolment is None:
        return
    run = work.session.get_one(CourseRun, enrolment.run_id)
    if is_over(work, run):
        raise RuleBroken(_("The last meeting is over; nothing is given back any more."))
    give_back(work, run, enrolment)
