"""Asking the office to let a condition pass, and its answer with reasons."""

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy, queries
from app.applications.messages import ExceptionAnswered
from app.applications.models import Application, EligibilityException
from app.applications.operations.applying import refuse_unless_draft, titles
from app.applications.progress import asked_answers
from app.applications.queries.exceptions import exception_of
from app.applications.states import ExceptionFlow, ExceptionState
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.eligibility import Outcome
from app.opportunities.operations import numbered_rules
from app.opportunities.queries import office_of


def ask_for_exception(work: Work, application: Application, *, because: str) -> None:
    """Ask the office to let pass what is not met; from now on it sees that this person applies.

    Everything of `queries.applications_to_fill_in` must be loaded.
    """
    policy.FILL_IN.require(work.actor, application)
    refuse_unless_draft(application)
    if work.session.scalar(exception_of(application.id)) is not None:
        raise RuleBroken(_("You have asked already; the office answers once."))
    if not because:
        raise RuleBroken(_("Write why the office should let it pass."))
    codes = _not_met(work, application)
    if not codes:
        raise RuleBroken(_("No condition stands against your application."))

    rules = queries.rules_of(application.opportunity, work.session)
    asked = EligibilityException(
        application_id=application.id,
        application=application,
        codes=codes,
        rules=numbered_rules(work, application.opportunity, rules).number,
        because=because,
        asked_at=work.now,
    )
    work.session.add(asked)

    _record(work, "exception.asked", asked, because)
    open_task(
        work,
        "exception to answer",
        asked,
        **office_of(application.opportunity),
        opportunity_id=application.opportunity_id,
        due_at=application.opportunity.closes_at,
        application_id=application.id,
        ref=application.ref,
        about=application.opportunity.title,
        zone=application.opportunity.closes_zone,
    )


def grant_exception(
    work: Work, asked: EligibilityException, *, answer: str, version: int | None = None
) -> None:
    """Let the conditions pass for this person, for reasons in words."""
    _answer(work, asked, answer, version)
    ExceptionFlow.grant(asked)
    _record(work, "exception.granted", asked, answer)
    _tell(work, asked, granted=True)


def decline_exception(
    work: Work, asked: EligibilityException, *, answer: str, version: int | None = None
) -> None:
    """Leave the conditions as they are, for reasons in words."""
    _answer(work, asked, answer, version)
    ExceptionFlow.decline(asked)
    _record(work, "exception.declined", asked, answer)
    _tell(work, asked, granted=False)


def _not_met(work: Work, application: Application) -> list[str]:
    person = work.session.execute(
        queries.person_with_profile(application.applicant_id)
    ).scalar_one()
    given = {row.section: row.answers for row in application.sections}
    answers = asked_answers(queries.form_of(application), given)
    results = queries.conditions(application.opportunity, person, answers, session=work.session)
    return [r.code for r in results if r.outcome is Outcome.NOT_MET]


def _answer(work: Work, asked: EligibilityException, answer: str, version: int | None) -> None:
    policy.ANSWER_EXCEPTION.require(work.actor, asked)
    if asked.state is not ExceptionState.ASKED:
        raise RuleBroken(_("This is answered already."))
    if not answer:
        raise RuleBroken(_("Write the reasons; the applicant reads them."))
    work.edit(asked, version)
    asked.answered_at, asked.answered_by_id = work.now, work.actor.user_id
    asked.answer = answer


def _record(work: Work, verb: str, asked: EligibilityException, reason: str) -> None:
    record(
        work,
        verb,
        asked,
        application_id=asked.application_id,
        opportunity_id=asked.application.opportunity_id,
        reason=reason,
        codes=asked.codes,
    )


def _tell(work: Work, asked: EligibilityException, *, granted: bool) -> None:
    close_tasks(work, "exception to answer", asked)
    application = asked.application
    message = ExceptionAnswered(
        application_id=application.id,
        ref=application.ref,
        titles=titles(work, application.opportunity),
        granted=granted,
        answer=asked.answer,
    )
    person = work.session.get_one(User, application.applicant_id)
    notify(work, recipient(person), message, once=str(asked.id))
