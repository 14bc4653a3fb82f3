"""What the pages and the rules of learning agreements read."""

from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.exchanges.models import HostCourse, Posting
from app.exchanges.queries import universities_of
from app.foundation.actors import Actor, Role
from app.learning import standing
from app.learning.models import (
    LearningAgreement,
    LearningMessage,
    LearningRefusal,
    LearningSignature,
    LearningWriting,
)
from app.learning.standing import Word, Writing
from app.learning.tables import Row, Tables
from app.mobility.models import ExchangeNomination
from app.mobility.states import NominationState, Side

LISTED = 200


def agreements_visible_to(actor: Actor) -> Select[LearningAgreement]:
    """One's own, and those of students whom one's universities send or take."""
    query = select(LearningAgreement).join(LearningAgreement.nomination)
    if actor.is_a(Role.SECRETARIAT):
        return query
    own = universities_of(actor)
    return query.where(
        or_(
            ExchangeNomination.person_id == actor.user_id,
            ExchangeNomination.home_id.in_(own),
            ExchangeNomination.host_id.in_(own),
        )
    )


def agreement_with_all(actor: Actor, agreement_id: int) -> Select[LearningAgreement]:
    """One of them with everything that was written, signed and refused."""
    return (
        agreements_visible_to(actor)
        .where(LearningAgreement.id == agreement_id)
        .options(
            *_everything(),
            joinedload(LearningAgreement.nomination, innerjoin=True).selectinload(
                ExchangeNomination.letters
            ),
        )
    )


def message_of(agreement_id: int, message_id: int) -> Select[LearningMessage]:
    """A file that was brought to an agreement, with its bytes' row."""
    return (
        select(LearningMessage)
        .where(LearningMessage.id == message_id, LearningMessage.agreement_id == agreement_id)
        .options(joinedload(LearningMessage.file, innerjoin=True))
    )


def agreements_listed(actor: Actor) -> Select[LearningAgreement]:
    """The newest first."""
    return (
        agreements_visible_to(actor)
        .options(*_everything())
        .order_by(LearningAgreement.id.desc())
        .limit(LISTED)
    )


def agreement_of(nomination_id: int) -> Select[LearningAgreement]:
    return select(LearningAgreement).where(LearningAgreement.nomination_id == nomination_id)


def _everything() -> tuple[ExecutableOption, ...]:
    nomination = joinedload(LearningAgreement.nomination, innerjoin=True)
    writings = selectinload(LearningAgreement.writings)
    signatures = writings.selectinload(LearningWriting.signatures)
    refusals = writings.selectinload(LearningWriting.refusals)
    posting = nomination.joinedload(ExchangeNomination.posting, innerjoin=True)
    return (
        nomination.joinedload(ExchangeNomination.person, innerjoin=True),
        nomination.joinedload(ExchangeNomination.home, innerjoin=True),
        nomination.joinedload(ExchangeNomination.host, innerjoin=True),
        posting.joinedload(Posting.term, innerjoin=True),
        writings.joinedload(LearningWriting.written_by, innerjoin=True),
        signatures.joinedload(LearningSignature.person, innerjoin=True),
        signatures.joinedload(LearningSignature.message),
        refusals.joinedload(LearningRefusal.person, innerjoin=True),
        refusals.joinedload(LearningRefusal.message),
    )


# --- what waits for a signature


def waiting_for(actor: Actor) -> Select[LearningAgreement]:
    """Those in whose newest writing it is the turn of a side that the actor speaks for.

    It says in SQL what `standing.waits_for` says; a test holds the two together.
    """
    own = universities_of(actor)
    newest = and_(
        LearningWriting.agreement_id == LearningAgreement.id,
        LearningWriting.number == LearningAgreement.latest_number,
    )
    signed = exists().where(newest, LearningSignature.writing_id == LearningWriting.id)
    answered = LearningSignature.__table__.alias("answered")
    thought_better = exists().where(
        answered.c.writing_id == LearningRefusal.writing_id,
        answered.c.side == LearningRefusal.side,
    )
    refused = exists().where(
        newest, LearningRefusal.writing_id == LearningWriting.id, ~thought_better
    )
    student = ExchangeNomination.person_id == actor.user_id
    mine = {
        Side.STUDENT: student,
        Side.HOME: and_(ExchangeNomination.home_id.in_(own), ~student),
        Side.HOST: and_(ExchangeNomination.host_id.in_(own), ~student),
    }
    my_turn = [
        and_(rule, ~signed.where(LearningSignature.side == side)) for side, rule in mine.items()
    ]
    return (
        select(LearningAgreement)
        .join(LearningAgreement.nomination)
        .where(
            ExchangeNomination.state == NominationState.VERIFIED, signed, ~refused, or_(*my_turn)
        )
    )


def inbox(actor: Actor) -> Select[LearningAgreement]:
    """What waits longest comes first."""
    return waiting_for(actor).options(*_everything()).order_by(LearningAgreement.id).limit(LISTED)


def counted_waiting(actor: Actor) -> Select[int]:
    """How many wait for this person's signature."""
    return waiting_for(actor).with_only_columns(func.count(LearningAgreement.id))


def number_waiting(session: Session, actor: Actor) -> int:
    return session.scalar(counted_waiting(actor)) or 0


# --- rows as the values that the pure rooms read


def number_of(agreement: LearningAgreement) -> str:
    """As it stands on letters too: the posting's reference and the nomination's number."""
    return f"{agreement.nomination.posting.ref}-{agreement.nomination_id}"


def blank_content(agreement: LearningAgreement) -> Tables:
    """What a first version begins with: no row, and the days of the term."""
    term = agreement.nomination.posting.term
    return Tables(number_of(agreement), term.first_on, term.ends_on)


def row_of_course(key: str, course: HostCourse) -> Row:
    """A course of the host's list as a row; the term must be loaded."""
    return Row(
        key,
        course.title,
        course.code,
        Fraction(course.credit_hundredths, 100),
        course.credit_system,
        course.term.name,
        course.language,
    )


def newest(agreement: LearningAgreement) -> LearningWriting | None:
    return agreement.writings[-1] if agreement.writings else None


def content_of(writing: LearningWriting) -> Tables:
    return Tables.from_text(writing.content)


def value_of(writing: LearningWriting) -> Writing:
    return Writing(writing.number, writing.fingerprint)


def values_of(agreement: LearningAgreement) -> list[Writing]:
    return [value_of(one) for one in agreement.writings]


def signatures_of(agreement: LearningAgreement) -> list[Word]:
    return [
        Word(said.side, writing.number, said.fingerprint)
        for writing in agreement.writings
        for said in writing.signatures
    ]


def refusals_of(agreement: LearningAgreement) -> list[Word]:
    return [
        Word(said.side, writing.number, said.fingerprint)
        for writing in agreement.writings
        for said in writing.refusals
    ]


def still_to_sign(agreement: LearningAgreement, writing: LearningWriting) -> frozenset[Side]:
    return standing.still_to_sign(value_of(writing), signatures_of(agreement))


def signed_in_person(said: LearningSignature, actor: Actor) -> bool:
    """Whether it is the actor's own: who brings a file signs nothing."""
    return said.person_id == actor.user_id and said.message is None


def last_signed_by(
    agreement: LearningAgreement, actor: Actor, sides: Sequence[Side]
) -> LearningWriting | None:
    """The newest writing that this person signed; of one who never did, that their side did."""
    by_person = [
        writing
        for writing in agreement.writings
        if any(signed_in_person(said, actor) for said in writing.signatures)
    ]
    by_side = [
        writing
        for writing in agreement.writings
        if any(said.side in sides for said in writing.signatures)
    ]
    signed = by_person or by_side
    return signed[-1] if signed else None


def courses_to_choose(agreement: LearningAgreement) -> Select[HostCourse]:
    """What the host offers students of partners in the term of the stay."""
    term_id = agreement.nomination.posting.term_id
    return (
        select(HostCourse)
        .where(HostCourse.term_id == term_id)
        .options(joinedload(HostCourse.term, innerjoin=True))
        .order_by(HostCourse.code)
    )


def last_function(session: Session, actor: Actor) -> str:
    """As what this person signed last."""
    query = (
        select(LearningSignature.function)
        .where(
            LearningSignature.person_id == actor.user_id,
            LearningSignature.function != "",
            ~exists().where(LearningMessage.signature_id == LearningSignature.id),
        )
        .order_by(LearningSignature.id.desc())
        .limit(1)
    )
    return session.scalar(query) or ""
