"""The host writes a transcript, issues it, and corrects what it has issued by another one."""

from fractions import Fraction

from app.accounts.queries import recipient
from app.audit.record import record
from app.exchanges.models import HostCourse
from app.exchanges.queries import reply_to
from app.exchanges.terms import STUDY_LEVELS
from app.exchanges.wording import credit_systems
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.mobility.models import ExchangeNomination
from app.mobility.states import NominationState
from app.notifications.notify import notify_each
from app.recognition import policy, queries
from app.recognition.contents import Line
from app.recognition.messages import TranscriptIssued
from app.recognition.models import Recognition, Transcript, TranscriptLine
from app.recognition.operations.issuing import (
    came_from_a_file,
    draft_for,
    make_valid,
    office_of,
)
from app.recognition.states import Result, TranscriptState

MOST_LINES = 100
MOST_GRADES = 30


def begin_transcript(work: Work, nomination: ExchangeNomination) -> Transcript:
    """Begin a transcript for a student whose stay here was verified."""
    policy.WRITE.require(work.actor, nomination)
    _require_stay(nomination)
    living = work.session.scalar(queries.living_transcript(nomination.id))
    if living is not None and not came_from_a_file(living):
        raise RuleBroken(_("There is a transcript already: correct that one."))
    if work.session.scalar(queries.draft_of(nomination.id)) is not None:
        raise RuleBroken(_("A transcript of this stay is begun already."))
    draft = draft_for(work, nomination, replaces=None)

    record(work, "transcript.begun", draft, name=draft.student_name)
    return draft


def add_course(work: Work, transcript: Transcript, course: HostCourse) -> TranscriptLine:
    """Put a course of one's list on the transcript; its grade is written afterwards."""
    return save_line(
        work,
        transcript,
        Line(
            code=course.code,
            title=course.title,
            title_lang="en",
            own_title=course.own_title,
            own_title_lang=course.own_title_lang,
            credits=Fraction(course.credit_hundredths, 100),
            credit_system=course.credit_system,
            grade="",
            result=Result.PASSED,
            level=course.level,
            language=course.language,
        ),
    )


def save_line(
    work: Work,
    transcript: Transcript,
    said: Line,
    *,
    line: TranscriptLine | None = None,
    version: int | None = None,
) -> TranscriptLine:
    """Write a line of a draft, a new one without `line`. The transcript must be locked."""
    policy.EDIT_TRANSCRIPT.require(work.actor, transcript)
    _require_draft(transcript)
    _require_sense(said)
    work.edit(transcript, version)
    if line is None:
        if len(transcript.lines) >= MOST_LINES:
            raise RuleBroken(_("A transcript has at most %(most)s lines.", most=MOST_LINES))
        place = max((one.place for one in transcript.lines), default=0) + 1
        line = TranscriptLine(place=place, **_columns(said))
        transcript.lines.append(line)
    else:
        for name, value in _columns(said).items():
            setattr(line, name, value)
    work.session.flush()

    record(work, "transcript.line saved", transcript, title=said.title)
    return line


def remove_line(work: Work, transcript: Transcript, line: TranscriptLine) -> None:
    """Take a line off a draft."""
    policy.EDIT_TRANSCRIPT.require(work.actor, transcript)
    _require_draft(transcript)
    work.edit(transcript, None)
    transcript.lines.remove(line)

    record(work, "transcript.line removed", transcript, title=line.title)


def note_on_transcript(
    work: Work, transcript: Transcript, note: str, *, version: int | None = None
) -> None:
    """Say something about the whole of a draft: how grades are given, say."""
    policy.EDIT_TRANSCRIPT.require(work.actor, transcript)
    _require_draft(transcript)
    work.edit(transcript, version)
    transcript.note = note

    record(work, "transcript.noted", transcript, name=transcript.student_name)


def discard_transcript(work: Work, transcript: Transcript) -> None:
    """Throw a draft away."""
    policy.EDIT_TRANSCRIPT.require(work.actor, transcript)
    _require_draft(transcript)

    record(work, "transcript.discarded", transcript, name=transcript.student_name)
    work.session.delete(transcript)


def issue_transcript(
    work: Work, nomination: ExchangeNomination, transcript: Transcript, *, seen: int
) -> Recognition:
    """Issue it: from now on it never changes. The nomination must be locked with it."""
    policy.EDIT_TRANSCRIPT.require(work.actor, transcript)
    _require_stay(nomination)
    _require_draft(transcript)
    work.edit(transcript, seen)
    if not transcript.lines:
        raise RuleBroken(_("Write at least one line before you issue it."))
    unfinished = next((line for line in transcript.lines if not line.grade), None)
    if unfinished is not None:
        raise RuleBroken(_("“%(title)s” has no grade yet.", title=unfinished.title))
    living = work.session.scalar(queries.living_transcript(nomination.id))
    if living is not None and transcript.replaces_id != living.id and not came_from_a_file(living):
        raise RuleBroken(_("There is a transcript already: correct that one."))
    recognition = make_valid(work, transcript, living)

    record(
        work,
        "transcript.issued",
        transcript,
        name=transcript.student_name,
        serial=transcript.serial,
    )
    told = TranscriptIssued(
        transcript_id=transcript.id,
        student=transcript.student_name,
        host=transcript.host_name,
        serial=transcript.serial,
        because=transcript.because,
    )
    people = {one.id: one for one in [transcript.person, *office_of(work, transcript.home_id)]}
    letters = [(recipient(person), told) for person in people.values()]
    answers = reply_to(work.session, work.actor, transcript.host_id)
    notify_each(work, letters, once=str(transcript.id), reply_to=answers)
    return recognition


def correct_transcript(
    work: Work, nomination: ExchangeNomination, transcript: Transcript, *, reason: str
) -> Transcript:
    """Begin the transcript that takes the place of one that was issued, and say why."""
    policy.EDIT_TRANSCRIPT.require(work.actor, transcript)
    if transcript.state is not TranscriptState.ISSUED:
        raise RuleBroken(_("Only a transcript that holds is corrected by another one."))
    if not reason.strip():
        raise RuleBroken(_("Say why: the student and the university at home read it."))
    if work.session.scalar(queries.draft_of(nomination.id)) is not None:
        raise RuleBroken(_("A transcript of this stay is begun already."))
    draft = draft_for(work, nomination, replaces=transcript, because=reason)
    draft.note = transcript.note
    for line in transcript.lines:
        draft.lines.append(TranscriptLine(place=line.place, **_columns(line.said)))
    work.session.flush()

    record(work, "transcript.correction begun", draft, name=draft.student_name, reason=reason)
    return draft


# --- the rules


def _require_stay(nomination: ExchangeNomination) -> None:
    if nomination.state is not NominationState.VERIFIED:
        raise RuleBroken(_("Transcripts are for students whose nomination is verified."))


def _require_draft(transcript: Transcript) -> None:
    if transcript.state is not TranscriptState.DRAFT:
        raise RuleBroken(_("A transcript that was issued stays as it is."))


def _require_sense(said: Line) -> None:
    if said.credits < 0 or said.credits > 1000 or said.credit_system not in credit_systems():
        raise RuleBroken(_("Write a number of credits, for example 7.5."))
    if said.level is not None and said.level not in STUDY_LEVELS:
        raise RuleBroken(_("Choose levels of study among those in the list."))
    if len(said.distribution) > MOST_GRADES:
        raise RuleBroken(_("At most %(most)s grades are compared.", most=MOST_GRADES))


def _columns(said: Line) -> dict[str, object]:
    columns = {name: getattr(said, name) for name in Line.__dataclass_fields__}
    return columns | {"distribution": dict(said.distribution)}
