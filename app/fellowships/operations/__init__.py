"""Everything fellowships does: one function per verb of the office."""

from app.fellowships.operations.answering import (
    Said,
    answer_alone,
    answer_for_all,
    ask_about,
)
from app.fellowships.operations.correcting import Change, correct_call
from app.fellowships.operations.definitions import save_form, save_rubric
from app.fellowships.operations.extending import extend_for_country, extend_for_person
from app.fellowships.operations.places import (
    Seats,
    add_place,
    change_place,
    confirm_place,
    refuse_place,
    remove_place,
)
from app.fellowships.operations.preparing import (
    Audience,
    Terms,
    Text,
    Window,
    prepare_call,
    save_audience,
    save_call,
    save_terms,
    save_window,
    translate_call,
)
from app.fellowships.operations.programmes import (
    appoint,
    dismiss,
    open_programme,
    save_programme,
)
from app.fellowships.operations.publishing import (
    cancel_call,
    close_call,
    extend_call,
    publish_call,
    reopen_call,
)

__all__ = [
    "Audience",
    "Change",
    "Said",
    "Seats",
    "Terms",
    "Text",
    "Window",
    "add_place",
    "answer_alone",
    "answer_for_all",
    "appoint",
    "ask_about",
    "cancel_call",
    "change_place",
    "close_call",
    "confirm_place",
    "correct_call",
    "dismiss",
    "extend_call",
    "extend_for_country",
    "extend_for_person",
    "open_programme",
    "prepare_call",
    "publish_call",
    "refuse_place",
    "remove_place",
    "reopen_call",
    "save_audience",
    "save_call",
    "save_form",
    "save_programme",
    "save_rubric",
    "save_terms",
    "save_window",
    "translate_call",
]
