"""The home decides, line by line, what a transcript counts as; decided, it stays."""

from dataclasses import dataclass
from fractions import Fraction

from app.accounts.queries import recipient
from app.audit.record import record
from app.exchanges.queries import credit_rules, grade_table, reply_to
from app.exchanges.wording import credit_systems
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify_each
from app.notifications.tasks import close_tasks
from app.recognition import policy
from app.recognition.contents import CountsAs, counts_as
from app.recognition.messages import RecognitionDecided
from app.recognition.models import LineOutcome, Recognition, TranscriptLine
from app.recognition.operations.issuing import TO_RECOGNISE
from app.recognition.states import Outcome, RecognitionFlow, RecognitionState, Result

MOST_CREDITS = 1000


@dataclass(frozen=True, slots=True)
class Decision:
    """What the office wrote about a line.

    `follows` is the key of the result that it follows among those that were shown; empty where it
    counts otherwise, which needs `credits` and `reason`.
    """

    outcome: Outcome
    own_code: str = ""
    own_title: str = ""
    follows: str = ""
    credits: Fraction | None = None
    grade: str = ""
    reason: str = ""


def choose_system(work: Work, recognition: Recognition, system: str, *, version: int) -> None:
    """Say in which credits this university counts.

    What was recognised in another system meanwhile is to be written anew.
    """
    policy.DECIDE.require(work.actor, recognition)
    _require_waiting(recognition)
    if system not in credit_systems():
        raise RuleBroken(_("Choose one of the answers in the list."))
    work.edit(recognition, version)
    if system != recognition.system:
        for one in [one for one in recognition.outcomes if one.outcome is Outcome.RECOGNISED]:
            work.session.delete(one)
        recognition.system = system

    record(work, "recognition.system chosen", recognition, system=system)


def decide_line(
    work: Work,
    recognition: Recognition,
    line: TranscriptLine,
    decision: Decision,
    *,
    version: int,
) -> LineOutcome:
    """Write what a line counts as, or why it does not; it may be changed until all is decided.

    The recognition must be locked and loaded with all.
    """
    policy.DECIDE.require(work.actor, recognition)
    _require_waiting(recognition)
    work.edit(recognition, version)
    outcome = line.outcome or LineOutcome(recognition_id=recognition.id, line_id=line.id)
    outcome.outcome = decision.outcome
    outcome.reason = decision.reason.strip()
    if decision.outcome is Outcome.REFUSED:
        _refuse(outcome)
    else:
        _recognise(work, recognition, line, outcome, decision)
    work.session.add(outcome)
    work.session.flush()

    refused = decision.outcome is Outcome.REFUSED
    record(
        work,
        "recognition.line refused" if refused else "recognition.line recognised",
        recognition,
        title=line.title,
    )
    return outcome


def decide_recognition(work: Work, recognition: Recognition, *, version: int) -> None:
    """Close it: every line has its outcome, the student reads it, and it stays as it is."""
    policy.DECIDE.require(work.actor, recognition)
    _require_waiting(recognition)
    transcript = recognition.transcript
    outcomes = [line.outcome for line in transcript.lines if line.outcome is not None]
    waiting = next((line for line in transcript.lines if line.outcome is None), None)
    if waiting is not None:
        raise RuleBroken(
            _("Decide about every line first: “%(title)s” waits still.", title=waiting.title)
        )
    work.edit(recognition, version)
    recognition.decided_at, recognition.decided_by_id = work.now, work.actor.user_id
    RecognitionFlow.decide(recognition)
    close_tasks(work, TO_RECOGNISE, recognition)

    record(work, "recognition.decided", recognition, name=transcript.student_name)
    kept = sum(one.outcome is Outcome.RECOGNISED for one in outcomes)
    told = RecognitionDecided(
        recognition_id=recognition.id,
        home=transcript.home_name,
        host=transcript.host_name,
        recognised=kept,
        refused=len(transcript.lines) - kept,
    )
    answers = reply_to(work.session, work.actor, transcript.home_id)
    letters = [(recipient(transcript.person), told)]
    notify_each(work, letters, once=str(recognition.id), reply_to=answers)


def _require_waiting(recognition: Recognition) -> None:
    if recognition.state is not RecognitionState.WAITING:
        raise RuleBroken(_("What was decided about a transcript stays as it is."))


def _refuse(outcome: LineOutcome) -> None:
    if not outcome.reason:
        raise RuleBroken(_("Say why it is not recognised: the student reads it."))
    outcome.own_code = outcome.own_title = outcome.grade = outcome.source = ""
    outcome.credits = outcome.factor = None
    outcome.shown = []
    outcome.proposed = []


def _recognise(
    work: Work,
    recognition: Recognition,
    line: TranscriptLine,
    outcome: LineOutcome,
    decision: Decision,
) -> None:
    if line.result is Result.FAILED:
        raise RuleBroken(_("A course that was not passed is not recognised."))
    if not recognition.system:
        raise RuleBroken(_("Choose first in which credits your university counts."))
    if not decision.own_title:
        raise RuleBroken(_("Write which course or elective of yours it counts as."))
    transcript = recognition.transcript
    results = counts_as(
        line.said,
        recognition.system,
        credit_rules(work.session),
        day=work.now.date(),
        home=transcript.home.ref,
    )
    outcome.own_code, outcome.own_title = decision.own_code, decision.own_title
    _count(outcome, results, decision)
    outcome.shown = [one.as_shown for one in results]
    outcome.grade = decision.grade
    table = grade_table(work.session)
    ours, theirs = transcript.home.acronym or "", transcript.host.acronym or ""
    outcome.proposed = list(table.proposals(line.grade, theirs, ours))


def _count(outcome: LineOutcome, results: tuple[CountsAs, ...], decision: Decision) -> None:
    if decision.follows:
        followed = next((one for one in results if one.key == decision.follows), None)
        if followed is None:
            raise RuleBroken(_("Choose one of the results that are shown."))
        outcome.credits, outcome.factor = followed.credits, followed.factor
        outcome.source = followed.source
        return
    if decision.credits is None or not 0 <= decision.credits <= MOST_CREDITS:
        raise RuleBroken(_("Write a number of credits, for example 7.5."))
    if not outcome.reason:
        raise RuleBroken(_("Say why it counts otherwise than the published rules say."))
    outcome.credits, outcome.factor, outcome.source = decision.credits, None, ""
