"""What every kind of opportunity goes through, whichever office runs it."""

from app.opportunities.operations.moving import (
    cancel,
    close,
    publish,
    refuse_past,
    refuse_unless,
    refuse_without_reason,
    reopen,
)
from app.opportunities.operations.rules import numbered_rules
from app.opportunities.operations.searches import forget_searches, note_unmet_searches
from app.opportunities.operations.showing import (
    index_opportunity,
    keep_facets,
    recount_seats,
    show_in_catalogue,
    show_new_in_catalogue,
)
from app.opportunities.operations.writing import (
    begin_opportunity,
    known_language,
    set_last_day,
    write_text,
)

__all__ = [
    "begin_opportunity",
    "cancel",
    "close",
    "forget_searches",
    "index_opportunity",
    "keep_facets",
    "known_language",
    "note_unmet_searches",
    "numbered_rules",
    "publish",
    "recount_seats",
    "refuse_past",
    "refuse_unless",
    "refuse_without_reason",
    "reopen",
    "set_last_day",
    "show_in_catalogue",
    "show_new_in_catalogue",
    "write_text",
]
