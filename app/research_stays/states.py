"""What research stays are for, how long they are at most, and what is paid of them by whom."""

from enum import StrEnum

LONGEST_DAYS = 180


class Purpose(StrEnum):
    JOINT_RESEARCH = "joint research"
    TEACHING = "supervision and teaching"
    FACILITIES = "use of facilities"
    DATA = "data collection"
    TRAINING = "training"


class Paid(StrEnum):
    """What may be paid for."""

    TRAVEL = "travel"
    LODGING = "lodging"
    ALLOWANCE = "daily allowance"
    INSURANCE = "insurance"


class Payer(StrEnum):
    HOST = "host"
    HOME = "home"
    PROGRAMME = "programme"
