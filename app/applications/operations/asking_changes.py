"""Changes after submitting, by the office: named questions are opened, waited for, closed."""

from collections.abc import Sequence
from datetime import datetime

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications import policy
from app.applications.messages import ChangesAsked, ChangesClosed
from app.applications.models import Application, ChangeRequest, Submission
from app.applications.operations.applying import titles
from app.applications.queries import changes
from app.applications.states import IN_PROGRESS, ChangeFlow, ChangeState
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Message, notify
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.deadlines import accepts_until, instant_of, wall_of
from app.opportunities.form_definitions import FormDefinition, Question, parse_form, text_in
from app.opportunities.models import FormVersion
from app.opportunities.queries import office_of


def open_questions(
    work: Work,
    application: Application,
    *,
    questions: Sequence[str],
    reason: str,
    closes_wall: str,
    voided: int = 0,
) -> ChangeRequest:
    """Open these questions of a submitted application, and no others, until a date.

    What reviewers have scored opens only after their reviews were voided: the floor above does.
    The application must be locked, its opportunity loaded. Raises RuleBroken.
    """
    policy.ASK_FOR_CHANGES.require(work.actor, application)
    if application.state not in IN_PROGRESS:
        raise RuleBroken(_("Only an application that is still being decided can be changed."))
    if work.session.scalar(changes.open_change(application.id)) is not None:
        raise RuleBroken(_("The applicant is asked to change something already. Close that first."))
    if not reason:
        raise RuleBroken(_("Write why; the applicant reads it."))
    form, sent = form_of_changes(work, application), _sent_last(work, application)
    asked = _named(application, form, sent, questions)
    if application.reviews_done and any(changes.is_scored(q) for q in asked):
        raise RuleBroken(_("Reviewers have scored these answers. Their reviews must be voided."))
    closes_at, zone = _until(work, application, closes_wall)

    request = ChangeRequest(
        application_id=application.id,
        application=application,
        questions=[q.key for q in asked],
        reason=reason,
        asked_by_id=work.actor.user_id or 0,
        asked_at=work.now,
        closes_at=closes_at,
        closes_zone=zone,
        closes_wall=wall_of(closes_at, zone),
        reviews_voided=voided,
        from_version=sent.number,
    )
    work.session.add(request)

    _record(work, "application.changes asked", request, reason=reason, number=len(asked))
    _ask(work, request, asked, again=False)
    return request


def give_more_time(
    work: Work, request: ChangeRequest, *, closes_wall: str, version: int | None = None
) -> None:
    """Set a later date by which the changes are expected."""
    policy.ASK_FOR_CHANGES.require(work.actor, request.application)
    refuse_unless_open_still(request)
    closes_at, zone = _until(work, request.application, closes_wall)
    if closes_at <= request.closes_at:
        raise RuleBroken(_("Choose a date that is later than the present one."))
    work.edit(request, version)

    request.closes_at, request.closes_zone = closes_at, zone
    request.closes_wall = wall_of(closes_at, zone)
    close_tasks(work, "changes not made", request)

    _record(work, "application.changes given time", request)
    form = form_of_changes(work, request.application)
    _ask(work, request, [q for q in form.questions() if q.key in request.questions], again=True)


def close_changes(
    work: Work, request: ChangeRequest, *, reason: str, version: int | None = None
) -> None:
    """Ask for the changes no longer: what was sent before counts as it is."""
    policy.ASK_FOR_CHANGES.require(work.actor, request.application)
    refuse_unless_open_still(request)
    if not reason:
        raise RuleBroken(_("Write why; the applicant reads it."))
    work.edit(request, version)

    ChangeFlow.close(request)
    request.closed_at, request.closed_because = work.now, reason
    close_tasks(work, "changes not made", request)

    _record(work, "application.changes closed", request, reason=reason)
    application = request.application
    message = ChangesClosed(
        application_id=application.id,
        ref=application.ref,
        titles=titles(work, application.opportunity),
        reason=reason,
    )
    tell_applicant(work, application, message, once=str(request.id))


def look_at_changes(work: Work, request: ChangeRequest) -> None:
    """Somebody of the office has read what was changed."""
    policy.ASK_FOR_CHANGES.require(work.actor, request.application)
    if request.state is not ChangeState.ANSWERED:
        raise RuleBroken(_("Nothing has been changed yet."))
    close_tasks(work, "changes to read", request)
    _record(work, "application.changes read", request)


def note_late_changes(work: Work) -> int:
    """The date of some requests has passed: nothing is decided by that, the office is asked."""
    policy.CHASE.require(work.actor, None)
    found = work.session.scalars(changes.late_changes(work.now).with_for_update(of=ChangeRequest))
    late = [request for request in found if _is_over(request, work.now)]
    for request in late:
        ask_the_office(work, "changes not made", request)
    return len(late)


def _is_over(request: ChangeRequest, now: datetime) -> bool:
    return now > accepts_until(request.closes_at, request.application.opportunity.grace_minutes)


def form_of_changes(work: Work, application: Application) -> FormDefinition:
    return parse_form(work.session.get_one(FormVersion, application.form_version_id).definition)


def _sent_last(work: Work, application: Application) -> Submission:
    sent = changes.sent_versions(work.session, application.id)
    if not sent:
        raise RuleBroken(_("There are no answers to read in this application."))
    return sent[-1]


def _named(
    application: Application, form: FormDefinition, sent: Submission, keys: Sequence[str]
) -> list[Question]:
    known = {
        q.key: q
        for _s, some in changes.may_be_opened(form, sent.content, application.state)
        for q in some
    }
    if not keys:
        raise RuleBroken(_("Choose at least one question to open."))
    if any(key not in known for key in keys):
        raise RuleBroken(_("Choose among the questions in the list."))
    return [question for key, question in known.items() if key in set(keys)]


def _until(work: Work, application: Application, closes_wall: str) -> tuple[datetime, str]:
    """The instant and the zone of a date, on the clock of the call."""
    zone = application.opportunity.closes_zone or "UTC"
    closes_at = instant_of(closes_wall, zone)
    if closes_at <= work.now:
        raise RuleBroken(_("Choose a date to come."))
    return closes_at, zone


def refuse_unless_open_still(request: ChangeRequest) -> None:
    if request.state is not ChangeState.OPEN:
        raise RuleBroken(_("Nothing is open here any more. Look at the newest state."))


def _ask(work: Work, request: ChangeRequest, asked: Sequence[Question], *, again: bool) -> None:
    application = request.application
    message = ChangesAsked(
        application_id=application.id,
        request_id=request.id,
        ref=application.ref,
        titles=titles(work, application.opportunity),
        questions={code: [text_in(q.label, code)[0] for q in asked] for code in LANGUAGES},
        reason=request.reason,
        closes_at=request.closes_at,
        zone=request.closes_zone,
        again=again,
    )
    tell_applicant(work, application, message, once=f"{request.id}:{request.closes_at.isoformat()}")


def ask_the_office(work: Work, kind: str, request: ChangeRequest) -> None:
    application = request.application
    open_task(
        work,
        kind,
        request,
        **office_of(application.opportunity),
        opportunity_id=application.opportunity_id,
        application_id=application.id,
        ref=application.ref,
        about=application.opportunity.title,
    )


def _record(work: Work, verb: str, request: ChangeRequest, **details: str | int) -> None:
    record(
        work,
        verb,
        request,
        application_id=request.application_id,
        opportunity_id=request.application.opportunity_id,
        **details,
    )


def tell_applicant(work: Work, application: Application, message: Message, *, once: str) -> None:
    applicant = work.session.get_one(User, application.applicant_id)
    notify(work, recipient(applicant), message, once=once)
