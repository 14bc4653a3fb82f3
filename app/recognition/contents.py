"""What a transcript says, its fingerprint, and what was promised against it. Pure."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256
from statistics import median

from app.exchanges.credits import Rule, conversions
from app.recognition.states import Result


@dataclass(frozen=True, slots=True)
class Line:
    """A course that somebody took, and what came of it.

    `title` is in `title_lang` (BCP 47), `own_title` in another language or empty. Credits are an
    exact number of `credit_system`. `distribution`: how many had which grade. `level` is one of
    ISCED 2011 (5 to 8), or None where nobody says.
    """

    code: str
    title: str
    title_lang: str
    credits: Fraction
    credit_system: str
    grade: str
    result: Result
    own_title: str = ""
    own_title_lang: str = ""
    hours: Fraction | None = None
    level: int | None = None
    language: str = ""
    distribution: Mapping[str, int] = field(default_factory=dict)


def fingerprint(heads: Mapping[str, str], lines: Iterable[Line]) -> str:
    """SHA-256 (hexadecimal) over what a transcript says: its heads, then each line in order."""
    said = {
        "heads": dict(heads),
        "lines": [_as_plain(line) for line in lines],
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _as_plain(line: Line) -> dict[str, object]:
    plain = asdict(line)
    return {
        name: str(value) if isinstance(value, Fraction) else value for name, value in plain.items()
    }


@dataclass(frozen=True, slots=True)
class CountsAs:
    """What a line's credits are at home by one rule: rounded as the rule says, and before that.

    The source is empty where both count in the same system.
    """

    credits: Fraction
    exact: Fraction
    factor: Fraction
    source: str = ""
    note: str = ""

    @property
    def key(self) -> str:
        """What a form sends to say which of several results it follows."""
        said = "|".join((str(self.factor), str(self.credits), self.source))
        return sha256(said.encode()).hexdigest()[:16]

    @property
    def as_shown(self) -> dict[str, str]:
        """As it is kept beside the decision."""
        return {"credits": str(self.credits), "factor": str(self.factor), "source": self.source}


def counts_as(
    line: Line, system: str, rules: Iterable[Rule], *, day: date, home: str
) -> tuple[CountsAs, ...]:
    """Every result that a published rule of the day gives; the home's own rules come first.

    `home` is the reference of the university at home. Nothing, where nobody has published a rule.
    """
    if line.credit_system == system:
        return (CountsAs(line.credits, line.credits, Fraction(1)),)
    found = conversions([line.credits], line.credit_system, system, rules, day=day, home=home)
    return tuple(
        CountsAs(one.counted, one.exact, one.rule.factor, one.rule.source, one.rule.note)
        for one in found
    )


@dataclass(frozen=True, slots=True)
class Promise:
    """What the home promised before departure: this course there counts as that one here."""

    code: str
    title: str
    credits: Fraction
    credit_system: str
    own_code: str = ""
    own_title: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Places in two lists: a promise, the line that keeps it, or one of the two alone."""

    promise: int | None
    line: int | None


def held_against(promises: Sequence[Promise], lines: Sequence[Line]) -> tuple[Held, ...]:
    """Each promise with the line of its course, by code, else by title; then what nobody promised.

    A line keeps one promise only.
    """
    free = dict(enumerate(lines))
    found = []
    for number, promise in enumerate(promises):
        kept = next((at for at, line in free.items() if _is_of(promise, line)), None)
        if kept is not None:
            del free[kept]
        found.append(Held(number, kept))
    return (*found, *(Held(None, at) for at in free))


def _is_of(promise: Promise, line: Line) -> bool:
    if promise.code and line.code:
        return promise.code.casefold() == line.code.casefold()
    return promise.title.casefold() == line.title.casefold()


def due_on(issued_on: date, weeks: int | None) -> date | None:
    """The day by which a transcript should be recognised; None where no weeks were agreed on."""
    return None if weeks is None else issued_on + timedelta(weeks=weeks)


def median_days(times: Iterable[timedelta]) -> float | None:
    """The middle of so many times, in days; None of none."""
    days = [time / timedelta(days=1) for time in times]
    return median(days) if days else None
