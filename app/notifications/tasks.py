"""What waits for whom: opened and closed by the operations that cause and settle it."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.foundation.actors import Actor, Role, Scope
from app.foundation.database import Entity
from app.foundation.work import Work
from app.notifications.models import Task


def open_task(
    work: Work,
    kind: str,
    subject: Entity,
    *,
    holder_id: int | None = None,
    role: Role | None = None,
    scope: Scope | None = None,
    scope_id: int | None = None,
    opportunity_id: int | None = None,
    due_at: datetime | None = None,
    **values: str | int | None,
) -> None:
    """Ask one person (`holder_id`) or everyone with a role on an object for something.

    The same open task is not opened twice. `values` fill the sentence that dashboards show.
    """
    work.session.flush()
    held = select(Task).where(
        Task.kind == kind,
        Task.subject_id == subject.id,
        Task.holder_id.is_(None) if holder_id is None else Task.holder_id == holder_id,
        Task.role.is_(None) if role is None else Task.role == role,
        Task.scope_id.is_(None) if scope_id is None else Task.scope_id == scope_id,
        Task.done_at.is_(None),
    )
    task = work.session.scalar(held)
    if task is not None:
        task.due_at, task.values = due_at, values
        return
    work.session.add(
        Task(
            kind=kind,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            opportunity_id=opportunity_id,
            holder_id=holder_id,
            role=role,
            scope=scope,
            scope_id=scope_id,
            values=values,
            opened_at=work.now,
            due_at=due_at,
        )
    )


def close_tasks(work: Work, kind: str, subject: Entity, *, holder_id: int | None = None) -> None:
    """Whatever was asked under this kind about the subject is settled, for all or one holder."""
    work.session.flush()
    query = select(Task).where(
        Task.kind == kind, Task.subject_id == subject.id, Task.done_at.is_(None)
    )
    if holder_id is not None:
        query = query.where(Task.holder_id == holder_id)
    for task in work.session.scalars(query):
        task.done_at, task.done_by_id = work.now, work.actor.user_id


def close_tasks_of(work: Work, opportunity_id: int) -> None:
    """Nothing waits for anybody any more in this opportunity: it is cancelled."""
    work.session.flush()
    query = select(Task).where(Task.opportunity_id == opportunity_id, Task.done_at.is_(None))
    for task in work.session.scalars(query):
        task.done_at, task.done_by_id = work.now, work.actor.user_id


def tasks_of(actor: Actor, *besides: ColumnElement[bool]) -> Select[Task]:
    """What waits for this person, in person or through a role, soonest due first.

    `besides` are further tasks that the floors above show this person.
    """
    offices = [
        and_(
            Task.role == grant.role,
            Task.scope == grant.scope,
            Task.scope_id.is_(None) if grant.scope_id is None else Task.scope_id == grant.scope_id,
        )
        for grant in sorted(actor.grants, key=repr)
    ]
    return (
        select(Task)
        .where(Task.done_at.is_(None), or_(Task.holder_id == actor.user_id, *offices, *besides))
        .order_by(Task.due_at.is_(None), Task.due_at, Task.id)
    )
