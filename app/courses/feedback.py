"""Feedback without names: what is asked, how answers are kept, when they may be read. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

HIGHEST = 5
FEWEST = 5
"""From so many answers on results are shown: of fewer one could guess who said what."""


class QuestionKind(StrEnum):
    SCALE = "scale"
    TEXT = "text"


STANDARD = {
    "useful": QuestionKind.SCALE,
    "explained": QuestionKind.SCALE,
    "pace": QuestionKind.SCALE,
    "organised": QuestionKind.SCALE,
    "recommend": QuestionKind.SCALE,
    "best": QuestionKind.TEXT,
    "better": QuestionKind.TEXT,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the standard set, by its key, or one in the centre's own words."""

    kind: QuestionKind
    standard: str = ""
    words: str = ""


def counted(marks: Sequence[int], mark: int) -> list[int]:
    """How often each mark from 1 was given, with one more of this."""
    return [number + (place == mark) for place, number in enumerate(marks, start=1)]


def mixed(texts: Iterable[str], text: str) -> list[str]:
    """The texts with one more, in an order that tells nothing of the order in which they came."""
    return sorted([*texts, text], key=lambda one: (sha256(one.encode()).digest(), one))


def takes_answers(
    whole: tuple[datetime, datetime] | None, closes_at: datetime, now: datetime
) -> bool:
    """Whether it is the time to answer: after the last meeting, until the last day."""
    return whole is not None and whole[1] < now <= closes_at


def can_be_read(closes_at: datetime, now: datetime, answers: int) -> bool:
    """Whether results are shown: once nobody answers any more, so that no two looks differ."""
    return now > closes_at and answers >= FEWEST


def mean(marks: Sequence[int]) -> float | None:
    """The average mark; None where fewer answered this question than may be shown."""
    number = sum(marks)
    if number < FEWEST:
        return None
    return sum(place * times for place, times in enumerate(marks, start=1)) / number
