"""Everything applications reads: a function returns a Select or a plain value, never writes."""

from app.applications.queries.own import (
    applications_to_fill_in,
    conditions,
    documents_visible_to,
    filled,
    form_of,
    gaps_of_profile,
    listed_applications,
    live_application,
    most_preferences,
    newest_form,
    number_of_places,
    own_applications,
    own_documents,
    person_with_profile,
    places_offered,
    title_in,
)
from app.applications.queries.visible import applications, applications_visible_to

__all__ = [
    "applications",
    "applications_to_fill_in",
    "applications_visible_to",
    "conditions",
    "documents_visible_to",
    "filled",
    "form_of",
    "gaps_of_profile",
    "listed_applications",
    "live_application",
    "most_preferences",
    "newest_form",
    "number_of_places",
    "own_applications",
    "own_documents",
    "person_with_profile",
    "places_offered",
    "title_in",
]
