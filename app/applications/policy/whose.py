"""Whose an application is, and who runs, decides or approves what it is for."""

from app.applications.models import (
    Application,
)
from app.applications.states import ApplicationState
from app.foundation.actors import SYSTEM, Actor
from app.foundation.permissions import Rule
from app.opportunities import policy as opportunities


@Rule
def is_applicant(actor: Actor, application: Application) -> bool:
    return actor.user_id is not None and application.applicant_id == actor.user_id


@Rule
def manages_call(actor: Actor, application: Application) -> bool:
    """Decides on who came to it: `opportunities.decides_on`. The opportunity must be loaded."""
    return opportunities.decides_on.holds(actor, application.opportunity)


@Rule
def manages_programme_of_call(actor: Actor, application: Application) -> bool:
    """For what only calls have: placements. The opportunity must be loaded."""
    return (opportunities.manages & opportunities.is_a_call).holds(actor, application.opportunity)


@Rule
def approves_for_call(actor: Actor, application: Application) -> bool:
    return opportunities.approves_for.holds(actor, application.opportunity)


@Rule
def is_secretariat(actor: Actor, application: Application) -> bool:
    return opportunities.is_secretariat.holds(actor, application.opportunity)


@Rule
def was_submitted(_actor: Actor, application: Application) -> bool:
    """Drafts are the applicant's own: no office sees who is writing one."""
    return application.submitted_at is not None


@Rule
def is_draft(_actor: Actor, application: Application) -> bool:
    return application.state is ApplicationState.DRAFT


@Rule
def is_the_site(actor: Actor, _subject: object) -> bool:
    return actor is SYSTEM


runs_call = opportunities.works_on
office_of_call = (manages_call | approves_for_call | is_secretariat) & was_submitted
