"""Meetings of working groups as calendars keep them. Pure."""

from typing import Any

from app.opportunities.calendar import Entry


def entry_of(row: Any, url: str) -> Entry:
    """A row of `queries.meetings_of_group`, with the address of the group's page."""
    return Entry(
        uid=f"group-meeting-{row.id}@lontar",
        title=f"{row.title}: {row.meeting}",
        url=url,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        stamped_at=row.stamped_at,
        sequence=row.sequence,
        place=row.place,
        cancelled=row.cancelled,
    )
