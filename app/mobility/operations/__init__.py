"""The verbs of mobility."""

from app.files.signed import Signed
from app.mobility.operations.answering import (
    answer_by_link,
    open_scan,
    record_answer,
    refuse_nomination,
    verify_nomination,
)
from app.mobility.operations.bringing import forget_lists, look_into_list, nominate_as_seen
from app.mobility.operations.choosing import (
    drop_choice,
    raise_choice,
    rank_posting,
    save_choices,
    send_choices,
    take_back_choices,
    withdraw_choices,
)
from app.mobility.operations.ending import (
    conclude_posting,
    find_posting_to_end,
    withdraw_posting,
)
from app.mobility.operations.links import ask_partner, partner_as_guest, take_up_link
from app.mobility.operations.nominating import (
    cancel_nomination,
    correct_nomination,
    nominate,
)
from app.mobility.operations.recording import record_correction, record_nomination

__all__ = [
    "Signed",
    "answer_by_link",
    "ask_partner",
    "cancel_nomination",
    "conclude_posting",
    "correct_nomination",
    "drop_choice",
    "find_posting_to_end",
    "forget_lists",
    "look_into_list",
    "nominate",
    "nominate_as_seen",
    "open_scan",
    "partner_as_guest",
    "raise_choice",
    "rank_posting",
    "record_answer",
    "record_correction",
    "record_nomination",
    "refuse_nomination",
    "save_choices",
    "send_choices",
    "take_back_choices",
    "take_up_link",
    "verify_nomination",
    "withdraw_choices",
    "withdraw_posting",
]
