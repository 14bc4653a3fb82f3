"""Agreements for those who are party to them, and their rows as the values that rules read."""

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import selectinload

from app.exchanges import terms
from app.exchanges.models import Agreement, AgreementRevision, AgreementSide
from app.foundation.actors import Actor, Role, Scope


def universities_of(actor: Actor) -> list[int]:
    """The universities whose international office the actor is."""
    return actor.scopes(Role.COORDINATOR, Scope.ORGANISATION)


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
            revisions.selectinload(AgreementRevision.answers),
        )
    )


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
