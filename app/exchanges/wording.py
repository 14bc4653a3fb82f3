"""What pages say about agreements, in the reader's words. Pure."""

from app.exchanges.terms import MOST_MONTHS, Fault
from app.foundation.languages import gettext as _


def fault_sentence(fault: Fault) -> str:
    """Why terms cannot be put before anybody."""
    return {
        Fault.ONE_SIDE: _("An agreement is between two universities at least."),
        Fault.NOTHING: _("Write at least one condition: who sends how many people to whom."),
        Fault.STRANGER: _("A condition names a university that is no side of this agreement."),
        Fault.TO_ITSELF: _("Choose two different universities: people go from one to another."),
        Fault.NO_PLACES: _("Offer at least one place a year."),
        Fault.MONTHS: _("Write a stay of 1 to %(most)s months.", most=MOST_MONTHS),
        Fault.YEARS: _("The last year cannot be before the first."),
        Fault.FIELD: _("Write fields by their four digits, for example 0613."),
        Fault.LEVEL: _("Choose levels of study among those in the list."),
        Fault.LEVEL_OF_NO_LANGUAGE: _("Choose the language that the level is of."),
        Fault.TWICE: _("The same condition stands here twice."),
    }[fault]
