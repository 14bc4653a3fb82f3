"""What projects read."""

from sqlalchemy import Select, or_, select, true
from sqlalchemy.orm import selectinload

from app.foundation.actors import Actor, Role, Scope
from app.projects.models import Project, ProjectPartner
from app.projects.states import ProjectState

# Whose staff speaks for a body in projects.
STAFF = (Role.CENTRE, Role.COORDINATOR)


def projects_visible_to(actor: Actor) -> Select[Project]:
    """All that were published, and the drafts that one's bodies lead or are asked to join."""
    if actor.is_a(Role.SECRETARIAT):
        return select(Project).where(true())
    bodies = sorted({i for role in STAFF for i in actor.scopes(role, Scope.ORGANISATION)})
    named = select(ProjectPartner.project_id).where(ProjectPartner.organisation_id.in_(bodies))
    return select(Project).where(
        or_(
            Project.state != ProjectState.DRAFT,
            Project.organisation_id.in_(bodies),
            Project.id.in_(named),
        )
    )


def project_with_all(actor: Actor, ref: str) -> Select[Project]:
    """One of them, with its texts and the bodies that are named in it."""
    return (
        projects_visible_to(actor)
        .where(Project.ref == ref)
        .options(
            selectinload(Project.organisation),
            selectinload(Project.texts),
            selectinload(Project.partners).selectinload(ProjectPartner.organisation),
        )
    )
