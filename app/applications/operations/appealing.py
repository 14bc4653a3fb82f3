"""An applicant appeals once; somebody who did not take the decision answers, in words."""

from datetime import timedelta

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy
from app.applications.messages import AppealAnswered, AppealReceived
from app.applications.models import Appeal, Application
from app.applications.operations.applying import titles
from app.applications.operations.moves import change_state
from app.applications.queries.appeals import appeal_of, may_appeal_until, who_decided
from app.applications.states import AppealFlow, AppealState, ApplicationFlow, ApplicationState
from app.audit.record import record
from app.foundation.actors import Role
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Message, notify
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.queries import office_of

ANSWERED_WITHIN = timedelta(days=14)


def make_appeal(work: Work, application: Application, *, reason: str) -> Appeal:
    """Ask that somebody else looks at a decision again. The opportunity must be loaded."""
    policy.APPEAL.require(work.actor, application)
    if work.session.scalar(appeal_of(application.id)) is not None:
        raise RuleBroken(_("You have appealed already; a decision can be appealed once."))
    until = may_appeal_until(application)
    if until is None:
        raise RuleBroken(_("There is no decision here that could be appealed."))
    if work.now > until:
        raise RuleBroken(_("The time in which this decision could be appealed is over."))
    if not reason:
        raise RuleBroken(_("Write why you think that the decision should be another one."))

    appeal = Appeal(
        application_id=application.id,
        application=application,
        against=application.state.value,
        decided_by_id=who_decided(work.session, application.id),
        reason=reason,
        made_at=work.now,
        answer_by=work.now + ANSWERED_WITHIN,
    )
    work.session.add(appeal)

    record(
        work,
        "application.appealed",
        appeal,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        reason=reason,
    )
    for role in (Role.MANAGER, Role.APPROVER):
        open_task(
            work,
            "appeal to answer",
            appeal,
            **office_of(application.opportunity, role),
            opportunity_id=application.opportunity_id,
            due_at=appeal.answer_by,
            application_id=application.id,
            ref=application.ref,
            about=application.opportunity.title,
            zone=application.opportunity.closes_zone,
        )
    message = AppealReceived(
        application_id=application.id,
        ref=application.ref,
        titles=titles(work, application.opportunity),
        answer_by=appeal.answer_by,
        zone=application.opportunity.closes_zone or "UTC",
    )
    _tell(work, application, message)
    return appeal


def uphold_appeal(work: Work, appeal: Appeal, *, answer: str, version: int | None = None) -> None:
    """The decision does not stand: the application goes on where it was stopped."""
    _refuse_unless_answerable(work, appeal, answer)
    work.edit(appeal, version)
    application = appeal.application
    if application.state.value != appeal.against:
        raise RuleBroken(_("The application does not stand where it did when it was appealed."))

    _answer(work, appeal, answer)
    AppealFlow.uphold(appeal)
    if application.state is ApplicationState.INELIGIBLE:
        change_state(work, application, ApplicationFlow.pass_screening)
    else:
        change_state(work, application, ApplicationFlow.hear_again)

    record(
        work,
        "application.appeal upheld",
        appeal,
        application_id=application.id,
        opportunity_id=application.opportunity_id,
        reason=answer,
    )
    _tell_the_answer(work, appeal, upheld=True)


def dismiss_appeal(work: Work, appeal: Appeal, *, answer: str, version: int | None = None) -> None:
    """The decision stands, for reasons in words."""
    _refuse_unless_answerable(work, appeal, answer)
    work.edit(appeal, version)

    _answer(work, appeal, answer)
    AppealFlow.dismiss(appeal)

    record(
        work,
        "application.appeal dismissed",
        appeal,
        application_id=appeal.application_id,
        opportunity_id=appeal.application.opportunity_id,
        reason=answer,
    )
    _tell_the_answer(work, appeal, upheld=False)


def _refuse_unless_answerable(work: Work, appeal: Appeal, answer: str) -> None:
    policy.ANSWER_APPEAL.require(work.actor, appeal)
    if appeal.state is not AppealState.MADE:
        raise RuleBroken(_("This appeal is answered already."))
    if not answer:
        raise RuleBroken(_("Write the reasons; the applicant reads them."))


def _answer(work: Work, appeal: Appeal, answer: str) -> None:
    appeal.answered_at, appeal.answered_by_id = work.now, work.actor.user_id
    appeal.answer = answer


def _tell_the_answer(work: Work, appeal: Appeal, *, upheld: bool) -> None:
    close_tasks(work, "appeal to answer", appeal)
    application = appeal.application
    message = AppealAnswered(
        application_id=application.id,
        ref=application.ref,
        titles=titles(work, application.opportunity),
        upheld=upheld,
        answer=appeal.answer,
    )
    _tell(work, application, message)


def _tell(work: Work, application: Application, message: Message) -> None:
    person = work.session.get_one(User, application.applicant_id)
    notify(work, recipient(person), message, once=str(application.id))
