"""What the pages and the rules of nominations read."""

from collections.abc import Sequence

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from app.exchanges.models import AcademicTerm, Agreement, AgreementSide, Posting
from app.exchanges.queries import universities_of
from app.exchanges.states import AgreementState, PostingStage
from app.foundation.actors import Actor, Role
from app.mobility.models import Choice, ChoicesOfYear, ExchangeNomination
from app.mobility.states import LIVING, ChoicesState, NominationState

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
    return choices_visible_to(actor).where(ChoicesOfYear.id == choices_id).options(*_everything())


def own_choices(actor: Actor) -> Select[ChoicesOfYear]:
    """What a student chose, the latest year first."""
    return (
        select(ChoicesOfYear)
        .where(ChoicesOfYear.person_id == actor.user_id)
        .options(*_everything())
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
        .options(*_everything())
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
        .options(*_everything())
        .order_by(ChoicesOfYear.year.desc(), ChoicesOfYear.sent_at, ChoicesOfYear.id)
        .limit(LISTED)
    )


def _everything() -> tuple[ExecutableOption, ...]:
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
        .options(*_around(), selectinload(ExchangeNomination.letters))
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


def posts_places(session: Session, home_id: int, host_id: int, year: int) -> bool:
    """Whether a university gives as well as takes.

    It has opened places of its own in that year, or has an agreement in force with the host.
    """
    opened = (
        select(Posting.id)
        .join(AcademicTerm, AcademicTerm.id == Posting.term_id)
        .where(
            Posting.organisation_id == home_id,
            Posting.published_at.is_not(None),
            Posting.stage != PostingStage.WITHDRAWN,
            AcademicTerm.year == year,
        )
    )
    with_host = select(AgreementSide.agreement_id).where(AgreementSide.organisation_id == host_id)
    agreed = (
        select(Agreement.id)
        .join(AgreementSide, AgreementSide.agreement_id == Agreement.id)
        .where(
            Agreement.state == AgreementState.IN_FORCE,
            AgreementSide.organisation_id == home_id,
            Agreement.id.in_(with_host),
        )
    )
    return bool(session.scalar(select(or_(opened.exists(), agreed.exists()))))
