"""The verbs of exchanges."""

from app.exchanges.operations.agreeing import (
    approve_revision,
    decline_revision,
    end_agreement,
    propose_agreement,
    renew_agreement,
    revise_agreement,
)
from app.exchanges.operations.balancing import (
    enter_stay,
    record_exchange,
    reverse_entry,
    take_stay_back,
)
from app.exchanges.operations.bringing import bring_host_courses
from app.exchanges.operations.mailbox import ask_for_mailbox, confirm_mailbox, drop_mailbox
from app.exchanges.operations.partners import (
    remove_host_course,
    remove_term,
    save_host_course,
    save_partner_facts,
    save_term,
)
from app.exchanges.operations.people import (
    add_score,
    remove_contact,
    remove_score,
    save_contact,
)
from app.exchanges.operations.postings import (
    begin_posting,
    close_nominations,
    conclude_posting,
    open_posting,
    reopen_nominations,
    save_posting,
    save_posting_text,
    say_home_dates,
    withdraw_posting,
)
from app.exchanges.operations.reference import load_tables
from app.exchanges.operations.renewing import remind_of_renewals
from app.exchanges.operations.succeeding import hand_over_office

__all__ = [
    "add_score",
    "approve_revision",
    "ask_for_mailbox",
    "begin_posting",
    "bring_host_courses",
    "close_nominations",
    "conclude_posting",
    "confirm_mailbox",
    "decline_revision",
    "drop_mailbox",
    "end_agreement",
    "enter_stay",
    "hand_over_office",
    "load_tables",
    "open_posting",
    "propose_agreement",
    "record_exchange",
    "remind_of_renewals",
    "remove_contact",
    "remove_host_course",
    "remove_score",
    "remove_term",
    "renew_agreement",
    "reopen_nominations",
    "reverse_entry",
    "revise_agreement",
    "save_contact",
    "save_host_course",
    "save_partner_facts",
    "save_posting",
    "save_posting_text",
    "save_term",
    "say_home_dates",
    "take_stay_back",
    "withdraw_posting",
]
