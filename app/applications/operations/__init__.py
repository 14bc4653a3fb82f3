"""Everything applications does: one function per verb of the office."""

from app.applications.operations.applying import (
    ProfileWanted,
    rank_places,
    save_section,
    start_application,
    withdraw,
)
from app.applications.operations.documents import (
    open_document,
    remove_document,
    upload_document,
)
from app.applications.operations.moves import change_state, count_new, open_counts
from app.applications.operations.submitting import NotComplete, submit_application

__all__ = [
    "NotComplete",
    "ProfileWanted",
    "change_state",
    "count_new",
    "open_counts",
    "open_document",
    "rank_places",
    "remove_document",
    "save_section",
    "start_application",
    "submit_application",
    "upload_document",
    "withdraw",
]
