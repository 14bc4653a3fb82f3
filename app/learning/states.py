"""How a learning agreement stands, and why it is changed once it was agreed."""

from enum import StrEnum


class Standing(StrEnum):
    """Derived from writings and signatures (`standing.py`), never stored."""

    DRAFT = "draft"
    WAITING = "waiting"
    REFUSED = "refused"
    AGREED = "agreed"
    CHANGED = "changed"


class Why(StrEnum):
    """The reasons of Erasmus Without Paper (omobility-las, `reason-code`), and any other."""

    NOT_AVAILABLE = "not-available"
    LANGUAGE = "language-mismatch"
    TIMETABLE = "timetable-conflict"
    SUBSTITUTING = "substituting-deleted"
    EXTENDING = "extending-mobility"
    ADDING_VIRTUAL = "adding-virtual-component"
    OTHER = "other"


class Missing(StrEnum):
    """What has to be written before a file of an agreement can be made."""

    SIGNATURES = "signatures"
    HOME_CONTACT = "home contact"
    HOST_CONTACT = "host contact"
    FIELD = "field"
    LANGUAGE = "language"
    LEVEL = "level"
