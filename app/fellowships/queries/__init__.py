"""Everything fellowships reads: a function returns a Select or a plain value, never writes."""

from app.fellowships.queries.calls import (
    LIVE,
    application_counts,
    calls_by_state,
    calls_past_deadline,
    calls_visible_to,
    countries,
    extensions,
    live_applicants,
    offers_are_under_way,
    office_list,
    results_are_out,
    texts,
)
from app.fellowships.queries.places import (
    applicants_who_rank,
    places_for_hosts,
    places_of,
    places_visible_to,
    staff_of,
    staffed_by,
    times_named,
)
from app.fellowships.queries.preparations import (
    preparations,
)
from app.fellowships.queries.programmes import (
    calls_of_programmes,
    people_of_programmes,
    programmes_managed_by,
    programmes_visible_to,
)

__all__ = [
    "LIVE",
    "applicants_who_rank",
    "application_counts",
    "calls_by_state",
    "calls_of_programmes",
    "calls_past_deadline",
    "calls_visible_to",
    "countries",
    "extensions",
    "live_applicants",
    "offers_are_under_way",
    "office_list",
    "people_of_programmes",
    "places_for_hosts",
    "places_of",
    "places_visible_to",
    "preparations",
    "programmes_managed_by",
    "programmes_visible_to",
    "results_are_out",
    "staff_of",
    "staffed_by",
    "texts",
    "times_named",
]
