"""What waits for somebody, with what it is about."""

from sqlalchemy.orm import Session

from app.accounts.queries import left_tasks
from app.dashboards.queries.counting import MOST_TASKS
from app.foundation.actors import Actor, Role
from app.notifications.models import Task
from app.notifications.tasks import tasks_of
from app.opportunities.models import (
    Opportunity,
)
from app.opportunities.queries import title_in


def tasks_with_titles(session: Session, actor: Actor, locale: str) -> list[tuple[Task, str, str]]:
    """What waits for this person, with the opportunity's title as written and as one reads it."""
    query = (
        tasks_of(actor, *([left_tasks()] if actor.is_a(Role.SECRETARIAT) else []))
        .add_columns(Opportunity.title.label("written"), title_in(locale)[0])
        .outerjoin(Opportunity, Opportunity.id == Task.opportunity_id)
        .limit(MOST_TASKS)
    )
    return [(task, written or "", title or "") for task, written, title in session.execute(query)]
