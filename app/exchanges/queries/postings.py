"""Postings: for the world, for their hosts, and what the rules about them read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.exchanges.models import (
    AcademicTerm,
    Agreement,
    AgreementCondition,
    AgreementRevision,
    AgreementSide,
    HomeDates,
    PartnerFacts,
    Posting,
)
from app.exchanges.overlap import Overlap, Span, cuts
from app.exchanges.queries.agreements import universities_of
from app.exchanges.readiness import Preparation, Taken, Under
from app.exchanges.states import AgreementState, PostingStage
from app.exchanges.terms import Condition
from app.foundation.actors import Actor, Role
from app.opportunities.deadlines import closing_day
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState

# Whose places count against an agreement: withdrawn ones do not, drafts do not yet.
COUNTED = (
    PostingStage.OPEN,
    PostingStage.NOMINATIONS_CLOSED,
    PostingStage.FILLED,
    PostingStage.CLOSED,
)


def postings_visible_to(actor: Actor) -> Select[Posting]:
    """All that was opened, and what one's own universities are preparing."""
    if actor.is_a(Role.SECRETARIAT):
        return select(Posting)
    own = Posting.organisation_id.in_(universities_of(actor))
    return select(Posting).where(or_(Posting.published_at.is_not(None), own))


def posting_with_all(actor: Actor, *, ref: str = "", posting_id: int = 0) -> Select[Posting]:
    """One that the actor may see, with what its pages show."""
    one = Posting.ref == ref if ref else Posting.id == posting_id
    return (
        postings_visible_to(actor)
        .where(one)
        .options(
            selectinload(Posting.texts),
            joinedload(Posting.organisation, innerjoin=True),
            joinedload(Posting.term, innerjoin=True),
            joinedload(Posting.origin),
            selectinload(Posting.home_dates).joinedload(HomeDates.organisation, innerjoin=True),
        )
    )


def posting_to_change(actor: Actor, posting_id: int) -> Select[Posting]:
    """The same for a page that changes it: only of one's own universities."""
    return posting_with_all(actor, posting_id=posting_id).where(
        Posting.organisation_id.in_(universities_of(actor))
    )


def postings_of_office(actor: Actor) -> Select[Posting]:
    """What the actor's universities post, the newest first."""
    return (
        select(Posting)
        .where(Posting.organisation_id.in_(universities_of(actor)))
        .options(
            joinedload(Posting.organisation, innerjoin=True),
            joinedload(Posting.term, innerjoin=True),
            joinedload(Posting.origin),
        )
        .order_by(Posting.id.desc())
        .limit(200)
    )


def postings_of_term(term_id: int | None) -> Select[Posting]:
    """What was posted for a term, opened or not."""
    return select(Posting).where(Posting.term_id == term_id).order_by(Posting.id)


def postings_past_deadline(now: datetime) -> Select[Posting]:
    """Open ones whose last moment to nominate is over."""
    return (
        select(Posting)
        .where(Posting.stage == PostingStage.OPEN, Posting.closes_at < now)
        .order_by(Posting.closes_at, Posting.id)
    )


# --- the agreement that a posting is under


def senders_to(session: Session, host_id: int) -> list[tuple[int, Organisation]]:
    """(agreement, sender): who may send to a university under an agreement that is in force."""
    theirs = select(AgreementSide.agreement_id).where(AgreementSide.organisation_id == host_id)
    rows = session.execute(
        select(AgreementSide.agreement_id, Organisation)
        .join(Organisation, Organisation.id == AgreementSide.organisation_id)
        .join(Agreement, Agreement.id == AgreementSide.agreement_id)
        .where(
            Agreement.state == AgreementState.IN_FORCE,
            AgreementSide.agreement_id.in_(theirs),
            AgreementSide.organisation_id != host_id,
        )
        .order_by(Organisation.sort_key, AgreementSide.agreement_id)
    )
    return [(row[0], row[1]) for row in rows]


def conditions_in_force(
    session: Session, agreement_id: int, origin_id: int, target_id: int
) -> tuple[Condition, ...] | None:
    """What the agreement promises from one to the other; None when it is not in force."""
    state = session.scalar(select(Agreement.state).where(Agreement.id == agreement_id))
    if state is not AgreementState.IN_FORCE:
        return None
    rows = session.scalars(
        select(AgreementCondition)
        .join(AgreementRevision, AgreementRevision.id == AgreementCondition.revision_id)
        .join(
            Agreement,
            and_(
                Agreement.id == AgreementRevision.agreement_id,
                Agreement.in_force_number == AgreementRevision.number,
            ),
        )
        .where(
            Agreement.id == agreement_id,
            AgreementCondition.origin_id == origin_id,
            AgreementCondition.target_id == target_id,
        )
        .order_by(AgreementCondition.place)
    )
    return tuple(
        Condition(
            origin=str(row.origin_id),
            target=str(row.target_id),
            places=row.places,
            months=row.months,
            first_year=row.first_year,
            last_year=row.last_year,
            fields=tuple(row.fields),
            levels=tuple(row.levels),
            language=row.language,
            language_level=row.language_level,
        )
        for row in rows
    )


def places_taken(session: Session, posting: Posting, year: int) -> tuple[Taken, ...]:
    """Of other postings of the same host, sender, agreement and academic year."""
    rows = session.execute(
        select(Posting.capacity, Posting.fields, Posting.levels)
        .join(Posting.term)
        .where(
            Posting.agreement_id == posting.agreement_id,
            Posting.origin_id == posting.origin_id,
            Posting.organisation_id == posting.organisation_id,
            Posting.stage.in_(COUNTED),
            Posting.id != posting.id,
            AcademicTerm.year == year,
        )
    )
    return tuple(Taken(row.capacity, tuple(row.fields), tuple(row.levels)) for row in rows)


# --- calendars


def spans_of(terms: Sequence[AcademicTerm]) -> list[Span]:
    return [Span(term.name, term.first_on, term.ends_on) for term in terms]


def calendars_of(session: Session, ids: Sequence[int]) -> dict[int, list[AcademicTerm]]:
    """The terms of each of these universities, in order of days."""
    found: dict[int, list[AcademicTerm]] = {one: [] for one in ids}
    rows = session.scalars(
        select(AcademicTerm)
        .where(AcademicTerm.organisation_id.in_(ids))
        .order_by(AcademicTerm.first_on, AcademicTerm.id)
    )
    for term in rows:
        found[term.organisation_id].append(term)
    return found


def universities_with_calendar() -> Select[Organisation]:
    """Those whose terms are known, by name: as whose student somebody may look."""
    return (
        select(Organisation)
        .where(
            Organisation.id.in_(select(AcademicTerm.organisation_id)),
            Organisation.state == OrganisationState.ACTIVE,
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )


# --- what is still missing


def preparation_of(session: Session, posting: Posting) -> Preparation:
    """A posting, loaded with all, as the rules of readiness read it."""
    original = next((text for text in posting.texts if text.is_original), None)
    term, under = posting.term, None
    cut: tuple[Overlap, ...] = ()
    if posting.agreement_id is not None and posting.origin_id is not None:
        conditions = conditions_in_force(
            session, posting.agreement_id, posting.origin_id, posting.organisation_id
        )
        name = posting.origin.name if posting.origin else ""
        under = Under(name, conditions, places_taken(session, posting, term.year))
        home = spans_of(calendars_of(session, [posting.origin_id])[posting.origin_id])
        cut = tuple(cuts(Span(term.name, term.first_on, term.ends_on), home))
    facts = select(PartnerFacts.id).where(PartnerFacts.organisation_id == posting.organisation_id)
    return Preparation(
        original_locale=posting.original_locale,
        title=posting.title,
        description=original.description if original else "",
        locales=frozenset(text.locale for text in posting.texts),
        closes_at=posting.closes_at,
        nominate_by=closing_day(posting.closes_at, posting.closes_zone),
        papers_by=posting.papers_by,
        first_on=term.first_on,
        year=term.year,
        places=posting.capacity,
        levels=tuple(posting.levels),
        fields=tuple(posting.fields),
        languages=tuple(posting.languages),
        documents=posting.documents,
        has_facts=session.scalar(facts) is not None,
        under=under,
        cut=cut,
    )
