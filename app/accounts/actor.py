"""From the session to the Actor that every rule reads; User rows stop here."""

from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Nationality, RoleGrant, User, shown_name
from app.foundation import clock
from app.foundation.actors import VISITOR, Actor, Grant

_u, _g, _n = User.__table__.c, RoleGrant.__table__.c, Nationality.__table__.c
# One row for each pair of a grant and a nationality: both are few, and it is one statement, made
# once. Each page of a signed-in person begins with it.
_SIGNED_IN_AS = (
    select(
        _u.id,
        _u.called_name,
        _u.passport_name,
        _u.native_name,
        _u.email,
        _u.locale,
        _u.zone,
        _u.home_institution_id,
        _g.role,
        _g.scope,
        _g.scope_id,
        _g.country_code,
        _n.country_code.label("nationality"),
    )
    .select_from(User.__table__)
    .outerjoin(
        RoleGrant.__table__,
        and_(_g.user_id == _u.id, or_(_g.until.is_(None), _g.until > bindparam("now"))),
    )
    .outerjoin(Nationality.__table__, _n.user_id == _u.id)
    .where(_u.fs_uniquifier == bindparam("uniquifier"), _u.active.is_(True))
)


def actor_of(user: User) -> Actor:
    """The person as a value. `grants` and `nationalities` must be loaded."""
    now = clock.now()
    return _actor(
        user,
        frozenset(
            Grant(g.role, g.scope, g.scope_id, g.country_code)
            for g in user.grants
            if g.until is None or g.until > now
        ),
        frozenset(n.country_code for n in user.nationalities),
    )


def actor_signed_in_as(session: Session, uniquifier: str) -> Actor:
    """Who the session's user id stands for; a visitor when it stands for nobody any more."""
    asked = {"uniquifier": uniquifier, "now": clock.now()}
    rows = session.connection().execute(_SIGNED_IN_AS, asked).all()
    if not rows:
        return VISITOR
    return _actor(
        rows[0],
        frozenset(
            Grant(r.role, r.scope, r.scope_id, r.country_code) for r in rows if r.role is not None
        ),
        frozenset(r.nationality for r in rows if r.nationality is not None),
    )


def _actor(person: Any, grants: frozenset[Grant], nationalities: frozenset[str]) -> Actor:
    """The value of a person's row, or of a selection of its columns."""
    return Actor(
        user_id=person.id,
        grants=grants,
        name=shown_name(person),
        email=person.email,
        locale=person.locale,
        zone=person.zone or None,
        nationalities=nationalities,
        organisation_id=person.home_institution_id,
    )
