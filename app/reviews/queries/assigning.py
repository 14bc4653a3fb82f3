"""What is needed to say who may read what: the pool, its burdens, and the parties."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.models import RoleGrant, User
from app.applications.models import Application
from app.foundation import clock
from app.foundation.actors import Actor, Role, Scope
from app.opportunities.models import Opportunity
from app.opportunities.queries import is_decided_by
from app.organisations.models import Organisation
from app.reviews.conflicts import Party, party
from app.reviews.models import Review
from app.reviews.states import ASSIGNED_IN, COUNTS, ReviewState


def reviewers_of(opportunity_id: int, programme_id: int | None) -> Select[User]:
    """Who may be asked to read for this opportunity: its own reviewers and its programme's."""
    appointed = (
        select(RoleGrant.user_id)
        .where(
            RoleGrant.role == Role.REVIEWER,
            or_(
                (RoleGrant.scope == Scope.OPPORTUNITY) & (RoleGrant.scope_id == opportunity_id),
                (RoleGrant.scope == Scope.PROGRAMME) & (RoleGrant.scope_id == programme_id),
            ),
            or_(RoleGrant.until.is_(None), RoleGrant.until > clock.now()),
        )
        .distinct()
    )
    return (
        select(User)
        .where(User.id.in_(appointed), User.active.is_(True))
        .order_by(User.sort_key, User.id)
        .limit(500)
    )


def named_reviewers(opportunity_id: int) -> Select[RoleGrant]:
    """Who was named to review for this opportunity alone, with the person loaded."""
    return (
        select(RoleGrant)
        .join(RoleGrant.user)
        .options(contains_eager(RoleGrant.user))
        .where(
            RoleGrant.role == Role.REVIEWER,
            RoleGrant.scope == Scope.OPPORTUNITY,
            RoleGrant.scope_id == opportunity_id,
            or_(RoleGrant.until.is_(None), RoleGrant.until > clock.now()),
        )
        .order_by(User.sort_key, User.id)
    )


def reviewer_to_dismiss(actor: Actor, opportunity_id: int, grant_id: int) -> Select[RoleGrant]:
    """One of them, for whoever decides on the applications."""
    decided = select(Opportunity.id).where(is_decided_by(actor))
    return named_reviewers(opportunity_id).where(
        RoleGrant.id == grant_id, RoleGrant.scope_id.in_(decided)
    )


def burdens_of(session: Session, opportunity_id: int) -> dict[int, int]:
    """How many applications of this opportunity each reviewer reads or has read."""
    query = (
        select(Review.reviewer_id, func.count(Review.id))
        .where(Review.opportunity_id == opportunity_id, Review.state.in_(COUNTS))
        .group_by(Review.reviewer_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def assignable_applications(actor: Actor, opportunity_id: int) -> Select[Any]:
    """The applications of an opportunity that reviewers may be given, never the actor's own."""
    columns: tuple[Any, ...] = (
        Application.id,
        Application.ref,
        Application.applicant_id,
        Application.applicant_name,
        Application.home_institution_id,
        Application.home_institution_name,
        Application.reviews_wanted,
        Application.reviews_assigned,
    )
    return (
        select(*columns)
        .where(
            Application.opportunity_id == opportunity_id,
            Application.state.in_(ASSIGNED_IN),
            Application.applicant_id != actor.user_id,
        )
        .order_by(Application.id)
    )


def reviews_of_applications(
    session: Session, opportunity_id: int
) -> dict[tuple[int, int], ReviewState]:
    """What became of every pair (application, reviewer) that was ever assigned here."""
    query = select(Review.application_id, Review.reviewer_id, Review.state).where(
        Review.opportunity_id == opportunity_id
    )
    return {(a, r): state for a, r, state in session.execute(query)}


def parties_of(session: Session, people: Collection[int]) -> dict[int, Party]:
    """These people as parties to a conflict, by their profiles of today."""
    query = (
        select(
            User.id,
            User.email,
            User.home_institution_id,
            User.home_institution_text,
            Organisation.name,
        )
        .outerjoin(Organisation, Organisation.id == User.home_institution_id)
        .where(User.id.in_(people))
    )
    return {
        person_id: party(
            person_id,
            addresses=[email],
            institution_ids=[institution_id],
            institution_names=[name, written],
        )
        for person_id, email, institution_id, written, name in session.execute(query)
    }


def applicants_of(
    session: Session, applications: Sequence[Application | Row[Any]]
) -> dict[int, Party]:
    """{application: its applicant}, of today and as frozen when the application was sent."""
    today = parties_of(session, {a.applicant_id for a in applications})
    return {a.id: _also_then(today[a.applicant_id], a) for a in applications}


def _also_then(today: Party, application: Application | Row[Any]) -> Party:
    then = party(
        today.person_id,
        institution_ids=[application.home_institution_id],
        institution_names=[application.home_institution_name],
    )
    return Party(
        today.person_id,
        today.addresses,
        today.institution_ids | then.institution_ids,
        today.institution_names | then.institution_names,
    )
