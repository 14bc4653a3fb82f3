"""When somebody has completed a course: a stated rule, what is known of them, and why not. Pure."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any


class Excused(StrEnum):
    """How a rule counts a meeting that somebody was excused from."""

    LEFT_OUT = "left out"
    ATTENDED = "attended"
    ABSENT = "absent"


class Gap(StrEnum):
    """What is missing."""

    ATTENDANCE = "attendance"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Rule:
    """At least so many percent of the meetings, and of the points where `result` is not None."""

    share: int = 80
    excused: Excused = Excused.LEFT_OUT
    result: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person: meetings held, present at, excused from; the result in percent."""

    meetings: int
    present: int
    excused: int = 0
    result: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def attended(rule: Rule, facts: Facts) -> Fraction:
    """The share of the meetings that counts, from 0 to 1; 0 where there is nothing to count."""
    counted, present = facts.meetings, facts.present
    if rule.excused is Excused.LEFT_OUT:
        counted -= facts.excused
    elif rule.excused is Excused.ATTENDED:
        present += facts.excused
    return Fraction(present, counted) if counted > 0 else Fraction(0)


def percent(share: Fraction) -> int:
    """As it is shown: rounded down, so that nobody reads 80 % and has not reached it."""
    return int(share * 100)


def gaps(rule: Rule, facts: Facts) -> tuple[Gap, ...]:
    """What keeps somebody from having completed; nothing: they have."""
    missing = []
    if attended(rule, facts) * 100 < rule.share:
        missing.append(Gap.ATTENDANCE)
    if rule.result is not None and (facts.result is None or facts.result < rule.result):
        missing.append(Gap.RESULT)
    return tuple(missing)
