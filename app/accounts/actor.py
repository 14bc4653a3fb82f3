"""From the session to the Actor that every rule reads; User rows stop here."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from app.accounts.models import RoleGrant, User
from app.foundation import clock
from app.foundation.actors import VISITOR, Actor, Grant


def actor_of(user: User) -> Actor:
    """The person as a value. `grants` and `nationalities` must be loaded."""
    now = clock.now()
    return Actor(
        user_id=user.id,
        grants=frozenset(
            Grant(g.role, g.scope, g.scope_id, g.country_code)
            for g in user.grants
            if g.until is None or g.until > now
        ),
        name=user.shown_name,
        email=user.email,
        locale=user.locale,
        zone=user.zone or None,
        nationalities=frozenset(n.country_code for n in user.nationalities),
        organisation_id=user.home_institution_id,
    )


def actor_signed_in_as(session: Session, uniquifier: str) -> Actor:
    """Who the session's user id stands for; a visitor when it stands for nobody any more."""
    current = or_(RoleGrant.until.is_(None), RoleGrant.until > clock.now())
    query = (
        select(User)
        .where(User.fs_uniquifier == uniquifier, User.active.is_(True))
        .options(
            selectinload(User.grants.and_(current)),
            selectinload(User.nationalities),
        )
    )
    user = session.scalar(query)
    return VISITOR if user is None else actor_of(user)
