"""Everything applications does: one function per verb of the office."""

from app.applications.operations.moves import change_state, count_new, open_counts

__all__ = ["change_state", "count_new", "open_counts"]
