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
from app.applications.operations.exports import (
    ask_for_export,
    cancel_export,
    download_export,
    expire_exports,
)
from app.applications.operations.making_exports import make_export
from app.applications.operations.moves import (
    change_state,
    count_new,
    open_counts,
    put_in_order,
    recount,
)
from app.applications.operations.screening import (
    Decision,
    decide_together,
    fail_screening,
    pass_over,
    pass_screening,
    shortlist,
    unlist,
)
from app.applications.operations.submitting import NotComplete, submit_application

__all__ = [
    "Decision",
    "NotComplete",
    "ProfileWanted",
    "ask_for_export",
    "cancel_export",
    "change_state",
    "count_new",
    "decide_together",
    "download_export",
    "expire_exports",
    "fail_screening",
    "make_export",
    "open_counts",
    "open_document",
    "pass_over",
    "pass_screening",
    "put_in_order",
    "rank_places",
    "recount",
    "remove_document",
    "save_section",
    "shortlist",
    "start_application",
    "submit_application",
    "unlist",
    "upload_document",
    "withdraw",
]
