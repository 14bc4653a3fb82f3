"""What the pages and the rules of transcripts read."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.exchanges.models import AcademicTerm, HostCourse, PartnerFacts, Posting
from app.exchanges.queries import universities_of
from app.foundation.actors import Actor, Role
from app.learning.models import LearningAgreement, LearningWriting
from app.learning.tables import Table, Tables
from app.mobility.models import ExchangeNomination
from app.mobility.queries import nominations_visible_to
from app.mobility.states import NominationState
from app.recognition.contents import Promise
from app.recognition.models import LineOutcome, Recognition, Transcript, TranscriptLine
from app.recognition.states import Origin, Outcome, RecognitionState, TranscriptState

LISTED = 200


def stay_with_all(actor: Actor, nomination_id: int) -> Select[ExchangeNomination]:
    """A nomination that the actor may read, with who, whence, where and when."""
    posting = joinedload(ExchangeNomination.posting, innerjoin=True)
    return (
        nominations_visible_to(actor)
        .where(ExchangeNomination.id == nomination_id)
        .options(
            joinedload(ExchangeNomination.person, innerjoin=True),
            joinedload(ExchangeNomination.home, innerjoin=True),
            joinedload(ExchangeNomination.host, innerjoin=True),
            posting.joinedload(Posting.term, innerjoin=True),
            selectinload(ExchangeNomination.letters),
        )
    )


def transcripts_visible_to(actor: Actor) -> Select[Transcript]:
    """What the actor's universities wrote; what was issued to them and to oneself."""
    issued = Transcript.state != TranscriptState.DRAFT
    if actor.is_a(Role.SECRETARIAT):
        seen = issued
    else:
        own = universities_of(actor)
        seen = or_(
            and_(Transcript.host_id.in_(own), Transcript.origin == Origin.HOST),
            and_(issued, or_(Transcript.person_id == actor.user_id, Transcript.home_id.in_(own))),
        )
    return select(Transcript).where(seen)


def transcript_with_all(actor: Actor, transcript_id: int) -> Select[Transcript]:
    return (
        transcripts_visible_to(actor)
        .where(Transcript.id == transcript_id)
        .options(
            *_around(),
            selectinload(Transcript.lines),
            selectinload(Transcript.recognition),
        )
    )


def transcripts_of(actor: Actor, nomination_id: int) -> Select[Transcript]:
    """Of one stay, the newest first."""
    return (
        transcripts_visible_to(actor)
        .where(Transcript.nomination_id == nomination_id)
        .options(selectinload(Transcript.recognition))
        .order_by(Transcript.id.desc())
        .limit(LISTED)
    )


def own_transcripts(actor: Actor) -> Select[Transcript]:
    """What was issued to oneself."""
    return (
        transcripts_visible_to(actor)
        .where(Transcript.person_id == actor.user_id, Transcript.state == TranscriptState.ISSUED)
        .options(selectinload(Transcript.recognition))
        .order_by(Transcript.id.desc())
        .limit(LISTED)
    )


def living_transcript(nomination_id: int) -> Select[Transcript]:
    """The one that holds of a stay, with what was made of it."""
    recognition = selectinload(Transcript.recognition)
    return (
        select(Transcript)
        .where(
            Transcript.nomination_id == nomination_id, Transcript.state == TranscriptState.ISSUED
        )
        .options(selectinload(Transcript.lines).selectinload(TranscriptLine.outcome), recognition)
    )


def draft_of(nomination_id: int) -> Select[Transcript]:
    return select(Transcript).where(
        Transcript.nomination_id == nomination_id, Transcript.state == TranscriptState.DRAFT
    )


def _around() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(Transcript.person, innerjoin=True),
        joinedload(Transcript.home, innerjoin=True),
        joinedload(Transcript.host, innerjoin=True),
    )


def courses_of_stay(nomination_id: int) -> Select[HostCourse]:
    """What the host offers in the term of a stay."""
    return (
        select(HostCourse)
        .join(Posting, Posting.term_id == HostCourse.term_id)
        .join(ExchangeNomination, ExchangeNomination.posting_id == Posting.id)
        .where(ExchangeNomination.id == nomination_id)
        .order_by(HostCourse.code)
    )


def stays_to_report(actor: Actor) -> Select[ExchangeNomination, PartnerFacts]:
    """Verified students of the actor's universities who have no transcript yet, as they leave.

    With the facts of the host, in which it says how many weeks it takes.
    """
    term = AcademicTerm
    reported = exists().where(
        Transcript.nomination_id == ExchangeNomination.id,
        Transcript.state == TranscriptState.ISSUED,
        Transcript.origin == Origin.HOST,
    )
    posting = joinedload(ExchangeNomination.posting, innerjoin=True)
    return (
        select(ExchangeNomination, PartnerFacts)
        .join(ExchangeNomination.posting)
        .join(term, term.id == Posting.term_id)
        .outerjoin(PartnerFacts, PartnerFacts.organisation_id == ExchangeNomination.host_id)
        .where(
            ExchangeNomination.host_id.in_(universities_of(actor)),
            ExchangeNomination.state == NominationState.VERIFIED,
            ~reported,
        )
        .options(
            joinedload(ExchangeNomination.person, innerjoin=True),
            joinedload(ExchangeNomination.home, innerjoin=True),
            posting.joinedload(Posting.term, innerjoin=True),
        )
        .order_by(term.last_on, ExchangeNomination.id)
        .limit(LISTED)
    )


def transcripts_written(actor: Actor) -> Select[Transcript]:
    """Drafts of the actor's universities, then what they issued, the newest first."""
    return (
        select(Transcript)
        .where(
            Transcript.host_id.in_(universities_of(actor)),
            Transcript.origin == Origin.HOST,
            Transcript.state != TranscriptState.SUPERSEDED,
        )
        .order_by(Transcript.state != TranscriptState.DRAFT, Transcript.id.desc())
        .limit(LISTED)
    )


def recognitions_visible_to(actor: Actor) -> Select[Recognition]:
    """One's own, and those of the students whom one's universities sent."""
    if actor.is_a(Role.SECRETARIAT):
        return select(Recognition)
    return select(Recognition).where(
        or_(
            Recognition.person_id == actor.user_id,
            Recognition.home_id.in_(universities_of(actor)),
        )
    )


def recognition_with_all(actor: Actor, recognition_id: int) -> Select[Recognition]:
    """One of them with its transcript, line by line."""
    transcript = joinedload(Recognition.transcript, innerjoin=True)
    return (
        recognitions_visible_to(actor)
        .where(Recognition.id == recognition_id)
        .options(
            transcript.joinedload(Transcript.person, innerjoin=True),
            transcript.joinedload(Transcript.home, innerjoin=True),
            transcript.joinedload(Transcript.host, innerjoin=True),
            transcript.selectinload(Transcript.lines).selectinload(TranscriptLine.outcome),
            selectinload(Recognition.outcomes),
        )
    )


def recognitions_of(actor: Actor, state: RecognitionState) -> Select[Recognition]:
    """Of the actor's universities: what waits by its day; what was decided, the newest first."""
    waiting = state is RecognitionState.WAITING
    order = (
        (Recognition.due_on.is_(None), Recognition.due_on, Recognition.id)
        if waiting
        else (Recognition.decided_at.desc(), Recognition.id.desc())
    )
    return (
        select(Recognition)
        .where(Recognition.home_id.in_(universities_of(actor)), Recognition.state == state)
        .options(joinedload(Recognition.transcript, innerjoin=True))
        .order_by(*order)
        .limit(LISTED)
    )


def times_to_decide(session: Session, actor: Actor) -> list[timedelta]:
    """From each transcript to what the actor's universities made of it, the last 200."""
    rows = session.execute(
        select(Transcript.issued_at, Recognition.decided_at)
        .join(Recognition.transcript)
        .where(
            Recognition.home_id.in_(universities_of(actor)),
            Recognition.state == RecognitionState.DECIDED,
        )
        .order_by(Recognition.decided_at.desc())
        .limit(LISTED)
    )
    return [decided - issued for issued, decided in rows if issued and decided]


def credits_recognised(
    session: Session, *, person_id: int, home_id: int, system: str, but: int
) -> Fraction:
    """What the home has recognised of a person in a system, without one recognition (its id).

    Of transcripts that another one took the place of nothing counts.
    """
    amounts: Sequence[Fraction | None] = session.scalars(
        select(LineOutcome.credits)
        .join(LineOutcome.recognition)
        .join(Recognition.transcript)
        .where(
            Recognition.person_id == person_id,
            Recognition.home_id == home_id,
            Recognition.system == system,
            Recognition.id != but,
            Recognition.state == RecognitionState.DECIDED,
            Transcript.state == TranscriptState.ISSUED,
            LineOutcome.outcome == Outcome.RECOGNISED,
        )
    ).all()
    return sum((one for one in amounts if one), Fraction(0))


def last_system(session: Session, home_id: int) -> str:
    """In which credits a university decided last; else those of its own courses, else none."""
    decided = (
        select(Recognition.system)
        .where(Recognition.home_id == home_id, Recognition.system != "")
        .order_by(Recognition.id.desc())
        .limit(1)
    )
    taught = (
        select(HostCourse.credit_system)
        .join(HostCourse.term)
        .where(AcademicTerm.organisation_id == home_id)
        .order_by(HostCourse.id.desc())
        .limit(1)
    )
    return session.scalar(decided) or session.scalar(taught) or ""


def weeks_to_recognise(session: Session, home_id: int) -> int | None:
    """What the home tells its partners."""
    return session.scalar(
        select(PartnerFacts.recognition_weeks).where(PartnerFacts.organisation_id == home_id)
    )


def promises_of(session: Session, nomination_id: int) -> tuple[Promise, ...]:
    """What the learning agreement in force promises: each course abroad, and what it counts as."""
    agreed = session.scalar(
        select(LearningWriting.content)
        .join(LearningAgreement, LearningAgreement.id == LearningWriting.agreement_id)
        .where(
            LearningAgreement.nomination_id == nomination_id,
            LearningWriting.number == LearningAgreement.agreed_number,
        )
    )
    if agreed is None:
        return ()
    rows = Tables.from_text(agreed).rows
    at_home = {row.key: row for row in rows if row.table is Table.RECOGNISED}
    return tuple(
        Promise(
            row.code,
            row.title,
            row.credits,
            row.system,
            ", ".join(filter(None, (at_home[key].code for key in row.counts_as))),
            ", ".join(at_home[key].title for key in row.counts_as),
        )
        for row in rows
        if row.table is not Table.RECOGNISED
    )
