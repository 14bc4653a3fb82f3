"""The cards of "needs you today": from tasks, and from what is derived from lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from app.dashboards.tasks import SORTS
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.notifications.models import Task


@dataclass(frozen=True, slots=True)
class Waiting:
    """One card: what to do, for what, by when, and the page where it is done."""

    sentence: str
    about: str
    url: str
    due_at: datetime | None
    zone: str | None = None
    late: bool = False


def waiting(
    tasks: list[Task],
    titles: Mapping[str, str],
    now: datetime,
    offices: Mapping[int, str] | None = None,
) -> list[Waiting]:
    """The cards for these tasks; a kind that nobody gave a sentence is a fault (tested).

    `titles` gives the reader's version of an opportunity's title, by the one it was written with;
    `offices` the names of those whose tasks somebody else sees.
    """
    of = offices or {}
    return [
        Waiting(
            SORTS[task.kind].say(task.values or {}),
            _with_office(titles.get(_about(task)) or _about(task), of.get(task.scope_id or 0, "")),
            SORTS[task.kind].url(task),
            task.due_at,
            (task.values or {}).get("zone"),
            late=task.due_at is not None and task.due_at < now,
        )
        for task in tasks
        if task.kind in SORTS
    ]


def _about(task: Task) -> str:
    values = task.values or {}
    return str(values.get("about") or values.get("opportunity") or values.get("title") or "")


def _with_office(about: str, office: str) -> str:
    return " · ".join(filter(None, (about, office)))


SOON = timedelta(days=14)


def drafts_to_finish(applications: Iterable[Row[Any]], now: datetime) -> list[Waiting]:
    """One's drafts whose call closes soon: derived from the list, never stored as a task."""
    return [
        Waiting(
            _("Finish your application"),
            row.title,
            f"/applications/{row.id}",
            row.closes_at,
            row.closes_zone,
        )
        for row in applications
        if row.state == "draft" and row.closes_at is not None and now < row.closes_at < now + SOON
    ]


def agreements_to_sign(number: int) -> list[Waiting]:
    """One line for all learning agreements that wait for one's signature."""
    if not number:
        return []
    said = ngettext(
        "%(num)s learning agreement waits for your signature",
        "%(num)s learning agreements wait for your signature",
        number,
    )
    return [Waiting(said, "", "/learning/inbox", None)]


def requests_to_read(number: int) -> list[Waiting]:
    """One line for all requests for research stays that one's office has not decided."""
    if not number:
        return []
    said = ngettext(
        "%(num)s request for a research stay waits",
        "%(num)s requests for research stays wait",
        number,
    )
    return [Waiting(said, "", "/research-stays/calls", None)]


def calls_to_move(calls: Iterable[Row[Any]]) -> list[Waiting]:
    """What a manager can move on: to screen, to give to reviewers. Derived from the kept counts."""
    return [
        Waiting(say(number), call.title, url, None)
        for call in calls
        for number, say, url in (
            (call.submitted, _to_screen, f"/tracking/{call.id}?state=submitted"),
            (call.eligible, _to_assign, f"/reviews/assign/{call.id}"),
        )
        if number
    ]


def _to_screen(number: int) -> str:
    return ngettext("%(num)s application to screen", "%(num)s applications to screen", number)


def _to_assign(number: int) -> str:
    return ngettext(
        "%(num)s application waits for reviewers", "%(num)s applications wait for reviewers", number
    )
