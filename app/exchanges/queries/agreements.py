"""Agreements for those who are party to them, and their rows as the values that rules read."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.exchanges import terms
from app.exchanges.models import (
    Agreement,
    AgreementAnswer,
    AgreementCondition,
    AgreementRevision,
    AgreementSide,
)
from app.exchanges.states import AgreementState
from app.foundation.actors import Actor, Role, Scope
from app.organisations.models import Country, Organisation
from app.organisations.states import OrganisationState

PAGE = 25


def universities_of(actor: Actor) -> list[int]:
    """The universities whose international office the actor is."""
    return actor.scopes(Role.COORDINATOR, Scope.ORGANISATION)


def universities_by_ref(refs: Sequence[str]) -> Select[Organisation]:
    """Institutions that still exist, by their references: what the world may read of them."""
    return (
        select(Organisation)
        .where(Organisation.ref.in_(refs), Organisation.state == OrganisationState.ACTIVE)
        .order_by(Organisation.sort_key, Organisation.id)
    )


def own_universities(actor: Actor) -> Select[Organisation]:
    """Those whose international office the actor is."""
    return (
        select(Organisation)
        .where(Organisation.id.in_(universities_of(actor)))
        .order_by(Organisation.sort_key, Organisation.id)
    )


def agreements_visible_to(actor: Actor) -> Select[Agreement]:
    """Those that one's universities are party to; the secretariat reads all."""
    if actor.is_a(Role.SECRETARIAT):
        return select(Agreement)
    party = exists().where(
        AgreementSide.agreement_id == Agreement.id,
        AgreementSide.organisation_id.in_(universities_of(actor)),
    )
    return select(Agreement).where(party)


def agreement_with_all(actor: Actor, agreement_id: int) -> Select[Agreement]:
    """One of them, with its sides and everything that was ever written and answered."""
    revisions = selectinload(Agreement.revisions)
    return (
        agreements_visible_to(actor)
        .where(Agreement.id == agreement_id)
        .options(
            selectinload(Agreement.sides).selectinload(AgreementSide.organisation),
            revisions.selectinload(AgreementRevision.conditions),
            revisions.selectinload(AgreementRevision.answers).joinedload(
                AgreementAnswer.answered_by
            ),
        )
    )


def agreements_ending(horizon: date) -> Select[int, int, int]:
    """Those in force of whose end nobody was reminded, and whose last year may end by a day.

    (id, last_year, begins_in): the month in which the first of its sides begins a year.
    """
    last_year = func.max(AgreementCondition.last_year)
    begins_in = func.min(func.coalesce(Country.academic_year_starts_in, 1))
    return (
        select(Agreement.id, last_year.label("last_year"), begins_in.label("begins_in"))
        .join(
            AgreementRevision,
            and_(
                AgreementRevision.agreement_id == Agreement.id,
                AgreementRevision.number == Agreement.in_force_number,
            ),
        )
        .join(AgreementCondition, AgreementCondition.revision_id == AgreementRevision.id)
        .join(AgreementSide, AgreementSide.agreement_id == Agreement.id)
        .join(Organisation, Organisation.id == AgreementSide.organisation_id)
        .join(Country, Country.code == Organisation.country_code)
        .where(Agreement.state == AgreementState.IN_FORCE)
        .group_by(Agreement.id, Agreement.asked_to_renew)
        .having(
            last_year < horizon.year,
            or_(Agreement.asked_to_renew.is_(None), Agreement.asked_to_renew < last_year),
        )
    )


def agreements_to_remind(ids: Sequence[int]) -> Select[Agreement]:
    """These, for the site itself, with their sides."""
    return (
        select(Agreement)
        .where(Agreement.id.in_(ids), Agreement.state == AgreementState.IN_FORCE)
        .options(selectinload(Agreement.sides).selectinload(AgreementSide.organisation))
        .order_by(Agreement.id)
    )


def agreements_listed(actor: Actor, before: int | None = None) -> Select[Agreement]:
    """The newest first, a page and one more, with the names of the sides."""
    query = agreements_visible_to(actor).options(
        selectinload(Agreement.sides).selectinload(AgreementSide.organisation)
    )
    if before is not None:
        query = query.where(Agreement.id < before)
    return query.order_by(Agreement.id.desc()).limit(PAGE + 1)


def waiting_for(session: Session, actor: Actor, ids: Sequence[int]) -> set[int]:
    """Which of these agreements wait for the word of one of the actor's universities."""
    said = exists().where(
        AgreementAnswer.revision_id == AgreementRevision.id,
        AgreementAnswer.side_id == AgreementSide.organisation_id,
    )
    query = (
        select(Agreement.id)
        .join(AgreementSide, AgreementSide.agreement_id == Agreement.id)
        .join(
            AgreementRevision,
            and_(
                AgreementRevision.agreement_id == Agreement.id,
                AgreementRevision.number == Agreement.latest_number,
            ),
        )
        .where(
            Agreement.id.in_(ids),
            Agreement.state != AgreementState.ENDED,
            AgreementSide.organisation_id.in_(universities_of(actor)),
            ~said,
        )
    )
    return set(session.scalars(query))


def last_approved_by(agreement: Agreement, side: AgreementSide) -> AgreementRevision | None:
    """The newest revision that a side gave its word for, of an agreement loaded with all."""
    approved = (
        revision
        for revision in reversed(agreement.revisions)
        for answer in revision.answers
        if answer.approves and answer.side_id == side.organisation_id
    )
    return next(approved, None)


def latest(agreement: Agreement) -> AgreementRevision:
    """The newest revision, of an agreement that is loaded with all."""
    return agreement.revisions[-1]


def terms_of(agreement: Agreement, revision: AgreementRevision) -> terms.Terms:
    """What a revision says, of an agreement that is loaded with all."""
    refs = {side.organisation_id: side.organisation.ref for side in agreement.sides}
    return terms.Terms(
        frozenset(refs.values()),
        tuple(
            terms.Condition(
                origin=refs[row.origin_id],
                target=refs[row.target_id],
                places=row.places,
                months=row.months,
                first_year=row.first_year,
                last_year=row.last_year,
                fields=tuple(row.fields),
                levels=tuple(row.levels),
                language=row.language,
                language_level=row.language_level,
            )
            for row in revision.conditions
        ),
    )


def revision_of(agreement: Agreement, revision: AgreementRevision) -> terms.Revision:
    return terms.Revision(revision.number, terms_of(agreement, revision))


def approvals_of(agreement: Agreement) -> list[terms.Approval]:
    """Every word that was given, for whichever revision."""
    refs = {side.organisation_id: side.organisation.ref for side in agreement.sides}
    return [
        terms.Approval(refs[answer.side_id], revision.number, answer.fingerprint)
        for revision in agreement.revisions
        for answer in revision.answers
        if answer.approves
    ]
