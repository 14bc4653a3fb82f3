"""The verbs of facilities."""

from app.facilities.operations.coming_round import lapse_use, remind_of_use, turn_over_use
from app.facilities.operations.granting import (
    accept_use,
    conditions_in,
    decline_use,
    end_use,
    find_application,
    find_grant,
    fingerprint,
    hold_facility,
    leave_with,
    offer_use,
    withdraw_use,
)
from app.facilities.operations.reporting import send_report
from app.facilities.operations.telling import today_at
from app.facilities.operations.writing import (
    MOST_UNITS,
    FacilityTerms,
    FacilityWords,
    begin_facility,
    close_facility,
    give_up_facility,
    publish_facility,
    reopen_facility,
    save_facility,
    save_facility_form,
    save_facility_rubric,
    save_facility_text,
)

__all__ = [
    "MOST_UNITS",
    "FacilityTerms",
    "FacilityWords",
    "accept_use",
    "begin_facility",
    "close_facility",
    "conditions_in",
    "decline_use",
    "end_use",
    "find_application",
    "find_grant",
    "fingerprint",
    "give_up_facility",
    "hold_facility",
    "lapse_use",
    "leave_with",
    "offer_use",
    "publish_facility",
    "remind_of_use",
    "reopen_facility",
    "save_facility",
    "save_facility_form",
    "save_facility_rubric",
    "save_facility_text",
    "send_report",
    "today_at",
    "turn_over_use",
    "withdraw_use",
]
