"""What each face of the dashboard shows: Core rows, one statement each, LIMIT inside."""

from app.dashboards.queries.counting import MANY, Rows
from app.dashboards.queries.offices import (
    BEING_READ,
    calls_of,
    hosts_of,
    names_beside,
    offices_of,
    open_to,
    our_applicants,
    places_at,
    programmes_overview,
    rounds_of,
    run_by,
)
from app.dashboards.queries.people import my_applications, my_reviews, suggested
from app.dashboards.queries.tasks import tasks_with_titles

__all__ = [
    "BEING_READ",
    "MANY",
    "Rows",
    "calls_of",
    "hosts_of",
    "my_applications",
    "my_reviews",
    "names_beside",
    "offices_of",
    "open_to",
    "our_applicants",
    "places_at",
    "programmes_overview",
    "rounds_of",
    "run_by",
    "suggested",
    "tasks_with_titles",
]
