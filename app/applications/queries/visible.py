"""Which applications a person may see at all; every other query starts here."""

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager

from app.applications.models import Application
from app.foundation.actors import Actor, Role
from app.opportunities.models import Opportunity
from app.opportunities.queries import programmes_of


def applications() -> Select[Application]:
    """Applications with their opportunity loaded."""
    return (
        select(Application)
        .join(Application.opportunity)
        .options(contains_eager(Application.opportunity))
    )


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """One's own; and, once submitted, those for the programmes one manages or approves for.

    A condition on Application joined with its Opportunity.
    """
    mine = Application.applicant_id == actor.user_id
    if actor.is_a(Role.SECRETARIAT):
        return or_(mine, Application.submitted_at.is_not(None))
    offices = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    theirs = and_(Opportunity.programme_id.in_(offices), Application.submitted_at.is_not(None))
    return or_(mine, theirs)


def applications_visible_to(actor: Actor) -> Select[Application]:
    """The applications that this person may see, with their opportunity loaded."""
    return applications().where(seen_by(actor))
