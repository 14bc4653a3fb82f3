"""What happens when a transcript becomes one that holds, wherever it came from."""

from app.accounts.models import User
from app.accounts.queries import people_with
from app.exchanges.terms import STUDY_LEVELS
from app.foundation.actors import Role, Scope
from app.foundation.work import Work
from app.mobility.models import ExchangeNomination
from app.notifications.tasks import close_tasks, open_task
from app.recognition import queries
from app.recognition.contents import due_on, fingerprint
from app.recognition.models import LineOutcome, Recognition, Transcript, TranscriptLine
from app.recognition.states import (
    Origin,
    RecognitionFlow,
    RecognitionState,
    TranscriptFlow,
    TranscriptState,
)

TO_RECOGNISE = "transcript to recognise"
_HEADS = (
    *("serial", "student_name", "student_native_name", "home_name", "host_name"),
    *("term_name", "year", "first_on", "last_on", "study_level", "note", "file_sha256"),
)
# What of an outcome is kept when nothing of its line changed.
_KEPT = (
    *("outcome", "own_code", "own_title", "credits", "factor", "source", "shown"),
    *("grade", "proposed", "reason"),
)


def draft_for(
    work: Work, nomination: ExchangeNomination, *, replaces: Transcript | None, because: str = ""
) -> Transcript:
    """A draft with its heads as they are now; the nomination must be loaded with all."""
    person, term = nomination.person, nomination.posting.term
    draft = Transcript(
        nomination=nomination,
        person=person,
        home=nomination.home,
        host=nomination.host,
        replaces_id=replaces.id if replaces else None,
        because=because,
        student_name=person.passport_name or person.native_name,
        student_native_name=person.native_name,
        student_native_lang=person.native_name_lang,
        born_on=person.born_on,
        home_name=nomination.home.name,
        host_name=nomination.host.name,
        term_name=term.name,
        year=term.year,
        first_on=term.first_on,
        last_on=term.ends_on,
        study_level=_level(nomination),
        lines=[],
    )
    work.session.add(draft)
    work.session.flush()
    return draft


def _level(nomination: ExchangeNomination) -> int:
    level = nomination.letters[-1].study_level
    return level if level in STUDY_LEVELS else 6


def make_valid(work: Work, draft: Transcript, living: Transcript | None) -> Recognition:
    """The draft holds from now on; what held before is superseded, with what was made of it.

    The nomination must be locked. Where a line is as it was, the home finds its own words again.
    """
    if living is not None:
        TranscriptFlow.supersede(living)
        _let_lapse(work, living)
        work.session.flush()
        draft.replaces_id = living.id
    draft.issued_at = work.now
    draft.issued_by_id, draft.issued_by_name = work.actor.user_id, work.actor.name
    draft.serial = f"TR-{draft.year}-{draft.id:06d}"
    draft.fingerprint = fingerprint(heads_of(draft), (line.said for line in draft.lines))
    TranscriptFlow.issue(draft)
    work.session.flush()

    recognition = Recognition(
        transcript=draft,
        person_id=draft.person_id,
        home_id=draft.home_id,
        system=_system(work, draft, living),
        due_on=due_on(work.now.date(), queries.weeks_to_recognise(work.session, draft.home_id)),
        outcomes=[],
    )
    work.session.add(recognition)
    work.session.flush()
    if living is not None:
        _carry_over(work, living, draft, recognition)
    open_task(
        work,
        TO_RECOGNISE,
        recognition,
        role=Role.COORDINATOR,
        scope=Scope.ORGANISATION,
        scope_id=draft.home_id,
        about=draft.student_name,
    )
    return recognition


def heads_of(transcript: Transcript) -> dict[str, str]:
    """What the fingerprint is made over, besides the lines."""
    return {
        **{name: str(getattr(transcript, name)) for name in _HEADS},
        "born_on": str(transcript.born_on or ""),
        "issued_at": transcript.issued_at.isoformat() if transcript.issued_at else "",
    }


def is_unchanged(transcript: Transcript) -> bool:
    """Whether a transcript that was issued still says what its fingerprint was made over."""
    said = fingerprint(heads_of(transcript), (line.said for line in transcript.lines))
    return transcript.state is not TranscriptState.DRAFT and said == transcript.fingerprint


def office_of(work: Work, university_id: int) -> list[User]:
    return list(
        work.session.scalars(people_with(Role.COORDINATOR, Scope.ORGANISATION, university_id))
    )


def _let_lapse(work: Work, living: Transcript) -> None:
    recognition = living.recognition
    if recognition is not None and recognition.state is RecognitionState.WAITING:
        RecognitionFlow.lapse(recognition)
        close_tasks(work, TO_RECOGNISE, recognition)


def _system(work: Work, draft: Transcript, living: Transcript | None) -> str:
    before = living.recognition.system if living and living.recognition else ""
    return before or queries.last_system(work.session, draft.home_id)


def _carry_over(
    work: Work, living: Transcript, draft: Transcript, recognition: Recognition
) -> None:
    """Only where nothing of the line changed: what else is new is to be looked at anew."""
    before = {_key(line): line.outcome for line in living.lines if line.outcome is not None}
    for line in draft.lines:
        found = before.pop(_key(line), None)
        if found is not None:
            copied = {name: getattr(found, name) for name in _KEPT}
            outcome = LineOutcome(recognition_id=recognition.id, line_id=line.id, **copied)
            work.session.add(outcome)
    work.session.flush()


def _key(line: TranscriptLine) -> tuple[object, ...]:
    return (line.code, line.title, line.credits, line.credit_system, line.grade, line.result)


def came_from_a_file(transcript: Transcript | None) -> bool:
    return transcript is not None and transcript.origin is Origin.FILE
