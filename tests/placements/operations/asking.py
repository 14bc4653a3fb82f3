"""What the tests of placement ask of the office."""

from app.notifications.models import OutboxMessage, Task


def kinds(session) -> list[str]:
    session.remove()
    return [m.kind.removeprefix("placements/") for m in session.query(OutboxMessage)]


def open_tasks(session) -> set[tuple[str, str | int | None]]:
    session.remove()
    tasks = session.query(Task).filter(Task.done_at.is_(None))
    return {(t.kind, t.role or t.holder_id) for t in tasks}


def lapsed(s):
    s.until("released").later(days=13)
    s.remind()
    s.later(days=2)
    assert s.lapse() == 3
