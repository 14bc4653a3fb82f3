"""Finding applications that may be of one person; whether they are, a person says."""

from sqlalchemy import delete, select

from app.applications import policy
from app.applications.likeness import MOST_ALIKE, STRONG, Mark, Sign, Verdict, marks_of
from app.applications.models import Application, IdentityMark, Likeness
from app.applications.queries import likeness as queries
from app.audit.record import record
from app.foundation.work import Work
from app.jobs.operations import ask_for
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.models import Opportunity
from app.opportunities.queries import office_of

COMPARE_JOB = "applications/compare"
TASK = "possible duplicate"


def have_compared(work: Work, application_id: int) -> None:
    """Ask that an application is compared with others once this unit is over."""
    ask_for(work, COMPARE_JOB, {"application": application_id})


def mark_application(work: Work, application_id: int) -> None:
    """Keep what an application is found by as it stands now.

    In a unit before `find_alike`: of two that are sent at once, each is then found by the other.
    """
    policy.FIND_ALIKE.require(work.actor, None)
    sent = queries.newest_content(work.session, [application_id]).get(application_id)
    files = queries.files_of(work.session, [application_id]).get(application_id, [])
    wanted = marks_of(sent.content.get("applicant", {}), files) if sent else set()
    here = IdentityMark.application_id == application_id
    work.session.execute(delete(IdentityMark).where(here))
    work.session.add_all(
        IdentityMark(application_id=application_id, sign=mark.sign, digest=mark.digest)
        for mark in sorted(wanted)
    )


def find_alike(work: Work, application_id: int) -> None:
    """Write down which applications look like this one, and why.

    What the office has said of a pair stays; a pair that shares nothing any more, and of which
    nothing was said, goes.
    """
    policy.FIND_ALIKE.require(work.actor, None)
    application = work.session.get(Application, application_id)
    if application is None:
        return
    signs, others = _alike(work, application)
    pairs = work.session.scalars(select(Likeness).where(queries.of_application(application_id)))
    for pair in pairs.all():
        other_id = pair.second_id if pair.first_id == application_id else pair.first_id
        if other_id in signs:
            _now_by(pair, signs.pop(other_id))
        elif pair.verdict is Verdict.OPEN:
            close_tasks(work, TASK, pair)
            work.session.delete(pair)
    for other_id, shared in signs.items():
        first, second = sorted((application, others[other_id]), key=lambda one: one.id)
        pair = Likeness(
            first_id=first.id,
            second_id=second.id,
            first_call_id=first.opportunity_id,
            second_call_id=second.opportunity_id,
            found_at=work.now,
        )
        _now_by(pair, shared)
        work.session.add(pair)
        said = work.session.scalar(queries.said_before_of(first, second))
        if said is None:
            _ask_the_office(work, application, pair)
        else:
            _say_the_same(pair, said)


def settle_likeness(
    work: Work, pair: Likeness, verdict: Verdict, *, because: str = "", version: int | None = None
) -> None:
    """Say whether two applications are of one person, with the reason, or that it is open again.

    It changes neither of them, and of this pair nobody is asked again.
    """
    policy.COMPARE.require(work.actor, pair)
    work.edit(pair, version)
    reopened = verdict is Verdict.OPEN
    pair.verdict, pair.because = verdict, "" if reopened else because
    pair.settled_by_id = None if reopened else work.actor.user_id
    pair.settled_by_name = "" if reopened else work.actor.name
    pair.settled_at = None if reopened else work.now
    close_tasks(work, TASK, pair)

    match verdict:
        case Verdict.SAME:
            _record(work, "likeness.the same person", pair)
        case Verdict.OTHER:
            _record(work, "likeness.not the same person", pair)
        case Verdict.OPEN:
            _record(work, "likeness.open again", pair)


def _record(work: Work, verb: str, pair: Likeness) -> None:
    """Once in the history of each; the other is named in neither, and why stands with the pair."""
    for one in (pair.first, pair.second):
        record(
            work,
            verb,
            pair,
            application_id=one.id,
            opportunity_id=one.opportunity_id,
            because=pair.because,
        )


def _alike(
    work: Work, application: Application
) -> tuple[dict[int, set[Sign]], dict[int, Application]]:
    """By which signs which other application looks like this one."""
    marks = select(IdentityMark).where(IdentityMark.application_id == application.id)
    signs: dict[int, set[Sign]] = {}
    others: dict[int, Application] = {}
    for mark in work.session.scalars(marks).all():
        alike = queries.with_this_mark(work.session, application, Mark(mark.sign, mark.digest))
        if len(alike) > MOST_ALIKE:
            continue
        for other in alike:
            signs.setdefault(other.id, set()).add(mark.sign)
            others[other.id] = other
    return signs, others


def _now_by(pair: Likeness, signs: set[Sign]) -> None:
    pair.signs = [sign.value for sign in Sign if sign in signs]
    pair.shown = signs != {Sign.FILE_APART}


def _say_the_same(pair: Likeness, said: Likeness) -> None:
    """What the office found out of these two people holds for what else they send."""
    pair.verdict, pair.because, pair.settled_at = said.verdict, said.because, said.settled_at
    pair.settled_by_id, pair.settled_by_name = said.settled_by_id, said.settled_by_name


def _ask_the_office(work: Work, application: Application, pair: Likeness) -> None:
    """A strong sign between two applications of one office waits for who decides there."""
    calls = select(Opportunity).where(Opportunity.id.in_((pair.first_call_id, pair.second_call_id)))
    office, *others = [office_of(call) for call in work.session.scalars(calls)]
    elsewhere = office["scope_id"] is None or any(other != office for other in others)
    if elsewhere or not STRONG & set(map(Sign, pair.signs)):
        return
    open_task(
        work,
        TASK,
        pair,
        **office,
        opportunity_id=application.opportunity_id,
        ref=application.ref,
    )
