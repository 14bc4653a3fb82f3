"""The verbs of calls for research stays."""

from app.research_stays.operations.asking import (
    Home,
    Wanted,
    ask_for_stay,
    find_application,
)
from app.research_stays.operations.audience import Audience, audience_of, say_who_may_ask
from app.research_stays.operations.paying import Line, name_of_payer, pay
from app.research_stays.operations.writing import (
    MOST_STAYS,
    StayTerms,
    StayWords,
    begin_call,
    close_call,
    give_up_call,
    publish_call,
    reopen_call,
    save_call,
    save_call_form,
    save_call_rubric,
    save_call_text,
)

__all__ = [
    "MOST_STAYS",
    "Audience",
    "Home",
    "Line",
    "StayTerms",
    "StayWords",
    "Wanted",
    "ask_for_stay",
    "audience_of",
    "begin_call",
    "close_call",
    "find_application",
    "give_up_call",
    "name_of_payer",
    "pay",
    "publish_call",
    "reopen_call",
    "save_call",
    "save_call_form",
    "save_call_rubric",
    "save_call_text",
    "say_who_may_ask",
]
