"""Which applications a person may see at all; every other query starts here."""

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager

from app.applications.models import Application
from app.foundation.actors import Actor, Role
from app.opportunities.queries import is_worked_on_by


def applications() -> Select[Application]:
    """Applications with their opportunity loaded."""
    return (
        select(Application)
        .join(Application.opportunity)
        .options(contains_eager(Application.opportunity))
    )


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """One's own; and, once submitted, those that one's offices work on.

    A condition on Application joined with its Opportunity.
    """
    mine = Application.applicant_id == actor.user_id
    if actor.is_a(Role.SECRETARIAT):
        return or_(mine, Application.submitted_at.is_not(None))
    theirs = and_(is_worked_on_by(actor), Application.submitted_at.is_not(None))
    return or_(mine, theirs)


def applications_visible_to(actor: Actor) -> Select[Application]:
    """The applications that this person may see, with their opportunity loaded."""
    return applications().where(seen_by(actor))
