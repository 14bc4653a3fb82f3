"""Everything placements does: one function per verb of the office."""

from app.placements.operations.approving import approve_placement, approve_round, send_back
from app.placements.operations.holding import find_application, find_offer
from app.placements.operations.making import (
    open_round,
    place_by_hand,
    propose_placements,
    send_for_approval,
    take_out,
    withdraw_round,
)
from app.placements.operations.offers import (
    accept_offer,
    decline_offer,
    lapse_offers,
    pass_over_rest,
    release_round,
    remind_of_offers,
    restore_offer,
    withdraw_offer,
)
from app.placements.operations.withdrawals import undo_withdrawal, withdraw_application

__all__ = [
    "accept_offer",
    "approve_placement",
    "approve_round",
    "decline_offer",
    "find_application",
    "find_offer",
    "lapse_offers",
    "open_round",
    "pass_over_rest",
    "place_by_hand",
    "propose_placements",
    "release_round",
    "remind_of_offers",
    "restore_offer",
    "send_back",
    "send_for_approval",
    "take_out",
    "undo_withdrawal",
    "withdraw_application",
    "withdraw_offer",
    "withdraw_round",
]
