"""Everything applications reads: a function returns a Select or a plain value, never writes."""

from app.applications.queries.visible import applications, applications_visible_to

__all__ = ["applications", "applications_visible_to"]
