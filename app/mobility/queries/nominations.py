"""What the pages and the rules of nominations read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.exchanges.models import AcademicTerm, Agreement, AgreementSide, Posting
from app.exchanges.queries import universities_of
from app.exchanges.states import AgreementState, PostingStage
from app.foundation.actors import Actor, Role
from app.mobility.models import Choice, ChoicesOfYear, ExchangeNomination, NominationLetter
from app.mobility.standing import Place, Student, is_open
from app.mobility.states import LIVING, UNSETTLED, ChoicesState, NominationState

LISTED = 200


def choices_visible_to(actor: Actor) -> Select[ChoicesOfYear]:
    """One's own; for an international office those that its students have sent."""
    if actor.is_a(Role.SECRETARIAT):
        return select(ChoicesOfYear)
    sent = and_(
        ChoicesOfYear.home_id.in_(universities_of(actor)), ChoicesOfYear.sent_at.is_not(None)
    )
    return select(ChoicesOfYear).where(or_(ChoicesOfYear.person_id == actor.user_id, sent))


def choices_with_all(actor: Actor, choices_id: int) -> Select[ChoicesOfYear]:
    """One of them with its postings and what was nominated of it."""
    return choices_visible_to(actor).where(ChoicesOfYear.id == choices_id).options(*everything())


def own_choices(actor: Actor) -> Select[ChoicesOfYear]:
    """What a student chose, the latest year first."""
    return (
        select(ChoicesOfYear)
        .where(ChoicesOfYear.person_id == actor.user_id)
        .options(*everything())
        .order_by(ChoicesOfYear.year.desc(), ChoicesOfYear.id.desc())
        .limit(LISTED)
    )


def choices_of(person_id: int, year: int) -> Select[ChoicesOfYear]:
    """The living choices of a person in a year."""
    return (
        select(ChoicesOfYear)
        .where(
            ChoicesOfYear.person_id == person_id,
            ChoicesOfYear.year == year,
            ChoicesOfYear.state != ChoicesState.WITHDRAWN,
        )
        .options(*everything())
    )


def students_to_send(actor: Actor) -> Select[ChoicesOfYear]:
    """Of the actor's universities: whoever sent choices, the newest year first, then by name."""
    return (
        select(ChoicesOfYear)
        .where(
            ChoicesOfYear.home_id.in_(universities_of(actor)),
            ChoicesOfYear.state == ChoicesState.SENT,
        )
        .join(ChoicesOfYear.person)
        .options(*everything())
        .order_by(ChoicesOfYear.year.desc(), ChoicesOfYear.sent_at, ChoicesOfYear.id)
        .limit(LISTED)
    )


def everything() -> tuple[ExecutableOption, ...]:
    """What choices are loaded with."""
    choice = selectinload(ChoicesOfYear.choices).joinedload(Choice.posting, innerjoin=True)
    nominations = selectinload(ChoicesOfYear.nominations)
    return (
        joinedload(ChoicesOfYear.person, innerjoin=True),
        joinedload(ChoicesOfYear.home, innerjoin=True),
        choice.joinedload(Posting.organisation, innerjoin=True),
        choice.joinedload(Posting.term, innerjoin=True),
        nominations.joinedload(ExchangeNomination.host, innerjoin=True),
    )


def nominations_visible_to(actor: Actor) -> Select[ExchangeNomination]:
    """One's own, and those that one's universities sent or were sent."""
    if actor.is_a(Role.SECRETARIAT):
        return select(ExchangeNomination)
    own = universities_of(actor)
    return select(ExchangeNomination).where(
        or_(
            ExchangeNomination.person_id == actor.user_id,
            ExchangeNomination.home_id.in_(own),
            ExchangeNomination.host_id.in_(own),
        )
    )


def nomination_with_all(actor: Actor, nomination_id: int) -> Select[ExchangeNomination]:
    return (
        nominations_visible_to(actor)
        .where(ExchangeNomination.id == nomination_id)
        .options(*with_letters())
    )


def with_letters() -> tuple[ExecutableOption, ...]:
    """What a nomination is loaded with where everything that was sent and answered is read."""
    letters = selectinload(ExchangeNomination.letters)
    return (
        *_around(),
        letters.options(
            joinedload(NominationLetter.sent_by, innerjoin=True),
            joinedload(NominationLetter.answered_by),
            joinedload(NominationLetter.sent_file),
            joinedload(NominationLetter.answer_file),
        ),
    )


def nominations_to(actor: Actor) -> Select[ExchangeNomination]:
    """What the actor's universities were sent; what waits for an answer comes first."""
    return (
        select(ExchangeNomination)
        .where(ExchangeNomination.host_id.in_(universities_of(actor)))
        .options(*_around())
        .order_by((ExchangeNomination.state != NominationState.SENT), ExchangeNomination.id.desc())
        .limit(LISTED)
    )


def unsettled(posting_id: int) -> Select[ExchangeNomination]:
    """The nominations to a posting that wait for an answer, or may still be corrected."""
    return (
        select(ExchangeNomination)
        .where(
            ExchangeNomination.posting_id == posting_id,
            ExchangeNomination.state.in_(UNSETTLED),
        )
        .options(*_around())
        .order_by(ExchangeNomination.id)
    )


def choices_without_place(posting_id: int) -> Select[ChoicesOfYear]:
    """Choices that rank this posting and of which no nomination lives, sent or still written."""
    return _without_place(posting_id).options(*everything()).order_by(ChoicesOfYear.id)


def _without_place(posting_id: int) -> Select[ChoicesOfYear]:
    ranked = select(Choice.choices_id).where(Choice.posting_id == posting_id)
    lives = select(ExchangeNomination.id).where(
        ExchangeNomination.choices_id == ChoicesOfYear.id, ExchangeNomination.state.in_(LIVING)
    )
    return select(ChoicesOfYear).where(
        ChoicesOfYear.id.in_(ranked),
        ChoicesOfYear.state != ChoicesState.WITHDRAWN,
        ~lives.exists(),
    )


@dataclass(frozen=True, slots=True)
class Hopes:
    """Nominations to a posting that are not settled or verified; and who hopes without one."""

    unsettled: int
    verified: int
    choosing: int


def hopes_on(session: Session, posting_id: int) -> Hopes:
    """What ends with a posting when its host withdraws it."""
    to_it = ExchangeNomination.posting_id == posting_id
    by_state = (
        select(ExchangeNomination.state, func.count())
        .where(to_it)
        .group_by(ExchangeNomination.state)
    )
    counted = {row[0]: row[1] for row in session.execute(by_state)}
    nominated = select(ExchangeNomination.choices_id).where(to_it)
    choosing = _without_place(posting_id).where(
        ChoicesOfYear.state == ChoicesState.SENT, ChoicesOfYear.id.not_in(nominated)
    )
    ids = choosing.with_only_columns(ChoicesOfYear.id).subquery()
    return Hopes(
        unsettled=sum(counted.get(state, 0) for state in UNSETTLED),
        verified=counted.get(NominationState.VERIFIED, 0),
        choosing=session.scalar(select(func.count()).select_from(ids)) or 0,
    )


def _around() -> tuple[ExecutableOption, ...]:
    return (
        joinedload(ExchangeNomination.person, innerjoin=True),
        joinedload(ExchangeNomination.home, innerjoin=True),
        joinedload(ExchangeNomination.host, innerjoin=True),
        joinedload(ExchangeNomination.posting, innerjoin=True).joinedload(
            Posting.term, innerjoin=True
        ),
    )


def living_nominations(posting_id: int) -> Select[int]:
    """How many places of a posting are held."""
    return (
        select(func.count())
        .select_from(ExchangeNomination)
        .where(ExchangeNomination.posting_id == posting_id, ExchangeNomination.state.in_(LIVING))
    )


def places_held(session: Session, posting_ids: Sequence[int]) -> dict[int, int]:
    """The same for many postings at once; those that nobody holds are not in it."""
    rows = session.execute(
        select(ExchangeNomination.posting_id, func.count())
        .where(ExchangeNomination.posting_id.in_(posting_ids), ExchangeNomination.state.in_(LIVING))
        .group_by(ExchangeNomination.posting_id)
    )
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True, slots=True)
class Gives:
    """What a university gives: years in which it opened places, hosts it has agreements with."""

    years: frozenset[int]
    partners: frozenset[int]

    def may_send_to(self, posting: Posting) -> bool:
        """Places open to all are for universities that give as well as take (see 0025)."""
        return (
            posting.agreement_id is not None
            or posting.term.year in self.years
            or posting.organisation_id in self.partners
        )


def gives(session: Session, home_id: int) -> Gives:
    opened = (
        select(AcademicTerm.year)
        .join(Posting, Posting.term_id == AcademicTerm.id)
        .where(
            Posting.organisation_id == home_id,
            Posting.published_at.is_not(None),
            Posting.stage != PostingStage.WITHDRAWN,
        )
    )
    own = select(AgreementSide.agreement_id).where(AgreementSide.organisation_id == home_id)
    agreed = (
        select(AgreementSide.organisation_id)
        .join(Agreement, Agreement.id == AgreementSide.agreement_id)
        .where(
            Agreement.state == AgreementState.IN_FORCE,
            AgreementSide.organisation_id != home_id,
            Agreement.id.in_(own),
        )
    )
    return Gives(frozenset(session.scalars(opened)), frozenset(session.scalars(agreed)))


def place_of(posting: Posting, given: Gives, now: datetime) -> Place:
    """The posting must be loaded with its term."""
    return Place(
        id=posting.id,
        is_open=is_open(posting.stage, posting.closes_at, now),
        levels=posting.levels,
        fields=posting.fields,
        giving=given.may_send_to(posting),
    )


def student_of(choices: ChoicesOfYear) -> Student:
    """The choices must be loaded with their nominations."""
    return Student(
        sent=choices.state is ChoicesState.SENT,
        ranked={one.posting_id for one in choices.choices},
        nominated={one.posting_id: one.state in LIVING for one in choices.nominations},
    )
