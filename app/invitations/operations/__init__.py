"""The verbs of invitations."""

from app.invitations.operations.answering import (
    accept_invitation,
    answer_for_home,
    decline_invitation,
    open_scan,
    record_for_home,
)
from app.invitations.operations.ending import (
    cancel_invitation,
    leave_with,
    withdraw_invitation,
)
from app.invitations.operations.giving_out import give_out_list
from app.invitations.operations.links import (
    as_guest,
    ask_home_by_link,
    send_link_again,
    take_up_link,
)
from app.invitations.operations.looking_after import follow_up, know_people
from app.invitations.operations.requests import (
    begin_from_request,
    find_invitation,
    find_request,
    hold_call,
)
from app.invitations.operations.sending import change_invitation, give_time, send_invitation
from app.invitations.operations.writing import (
    Terms,
    Whom,
    begin_invitation,
    save_invitation,
)
from app.research_stays.operations import Home

__all__ = [
    "Home",
    "Terms",
    "Whom",
    "accept_invitation",
    "answer_for_home",
    "as_guest",
    "ask_home_by_link",
    "begin_from_request",
    "begin_invitation",
    "cancel_invitation",
    "change_invitation",
    "decline_invitation",
    "find_invitation",
    "find_request",
    "follow_up",
    "give_out_list",
    "give_time",
    "hold_call",
    "know_people",
    "leave_with",
    "open_scan",
    "record_for_home",
    "save_invitation",
    "send_invitation",
    "send_link_again",
    "take_up_link",
    "withdraw_invitation",
]
