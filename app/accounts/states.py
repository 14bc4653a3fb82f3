"""Words that profiles are written in."""

from enum import StrEnum


class LanguageLevel(StrEnum):
    """CEFR levels, and one above them for a first language."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"
    FIRST = "first language"
