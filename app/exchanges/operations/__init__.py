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
from app.exchanges.operations.reference import load_tables
from app.exchanges.operations.renewing import remind_of_renewals

__all__ = [
    "approve_revision",
    "decline_revision",
    "end_agreement",
    "enter_stay",
    "load_tables",
    "propose_agreement",
    "record_exchange",
    "remind_of_renewals",
    "renew_agreement",
    "reverse_entry",
    "revise_agreement",
    "take_stay_back",
]
