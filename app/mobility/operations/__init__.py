"""The verbs of mobility."""

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
from app.mobility.operations.nominating import (
    cancel_nomination,
    correct_nomination,
    nominate,
    refuse_nomination,
    verify_nomination,
)

__all__ = [
    "cancel_nomination",
    "correct_nomination",
    "drop_choice",
    "forget_lists",
    "look_into_list",
    "nominate",
    "nominate_as_seen",
    "raise_choice",
    "rank_posting",
    "refuse_nomination",
    "save_choices",
    "send_choices",
    "take_back_choices",
    "verify_nomination",
    "withdraw_choices",
]
