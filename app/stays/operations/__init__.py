"""The verbs of stays."""

from app.stays.operations.being_there import (
    ask_who_is_there,
    confirm_arrival,
    confirm_departure,
    interrupt_stay,
    resume_stay,
)
from app.stays.operations.changing import (
    agree_to_change,
    ask_for_change,
    refuse_change,
    take_back_change,
)
from app.stays.operations.finding import find_change, find_preparation, find_report
from app.stays.operations.planning import call_off_stays, plan_stays
from app.stays.operations.preparing import (
    add_preparation,
    ask_for_preparations,
    move_preparation,
    open_preparation_again,
    settle_preparation,
)
from app.stays.operations.reporting import (
    accept_report,
    add_report_file,
    ask_for_reports,
    open_report_file,
    remove_report_file,
    return_report,
    save_report,
    send_report,
)

__all__ = [
    "accept_report",
    "add_preparation",
    "add_report_file",
    "agree_to_change",
    "ask_for_change",
    "ask_for_preparations",
    "ask_for_reports",
    "ask_who_is_there",
    "call_off_stays",
    "confirm_arrival",
    "confirm_departure",
    "find_change",
    "find_preparation",
    "find_report",
    "interrupt_stay",
    "move_preparation",
    "open_preparation_again",
    "open_report_file",
    "plan_stays",
    "refuse_change",
    "remove_report_file",
    "resume_stay",
    "return_report",
    "save_report",
    "send_report",
    "settle_preparation",
    "take_back_change",
]
