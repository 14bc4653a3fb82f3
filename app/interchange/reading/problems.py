"""How large files may be, and what may be wrong with one, as a sentence to whoever sent it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.foundation.errors import RuleBroken
from app.foundation.languages import either, number
from app.foundation.languages import gettext as _

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
DEEPEST = 40
MOST_ELEMENTS = 20_000
PROBLEMS_TOLD = 10


class Reason(StrEnum):
    """Why a file is refused; each has its own sentence."""

    EMPTY = "empty"
    TOO_LARGE = "too large"
    DECLARES = "declares"
    TOO_DEEP = "too deep"
    TOO_MANY = "too many"
    MALFORMED = "malformed"
    OTHER_FORMAT = "other format"
    MISSING = "missing"
    UNEXPECTED = "unexpected"
    NOT_A_DAY = "not a day"
    NOT_A_MOMENT = "not a moment"
    NOT_A_NUMBER = "not a number"
    VALUE = "value"
    NO_ATTRIBUTE = "no attribute"
    CONTRADICTS = "contradicts"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file; the line counts from 1, and is None for the whole."""

    reason: Reason
    line: int | None = None
    element: str = ""
    value: str = ""
    expected: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What is wrong, in the reader's language."""
        said = _SENTENCES[self.reason](self)
        if self.line is None:
            return said
        return _("Line %(line)s: %(what)s", line=number(self.line), what=said)


class Unreadable(RuleBroken):
    """A file is not what it should be, or is not safe to read."""

    http_status = 422

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(" ".join(problem.sentence for problem in problems))


_SENTENCES: dict[Reason, Callable[[Problem], str]] = {
    Reason.EMPTY: lambda _p: _("The file is empty."),
    Reason.TOO_LARGE: lambda _p: _(
        "The file is larger than %(most)s MB.", most=number(LARGEST // MEGABYTE)
    ),
    Reason.DECLARES: lambda _p: _(
        "The file declares a document type or entities, which can hide what it says. "
        "Export it without them."
    ),
    Reason.TOO_DEEP: lambda _p: _(
        "Elements stand within each other more than %(most)s deep.", most=number(DEEPEST)
    ),
    Reason.TOO_MANY: lambda _p: _(
        "The file has more than %(most)s elements.", most=number(MOST_ELEMENTS)
    ),
    Reason.MALFORMED: lambda _p: _(
        "From here on this is not XML in UTF-8: the file may be cut off."
    ),
    Reason.OTHER_FORMAT: lambda p: _(
        "The file is of another format: it begins with “%(found)s” of “%(theirs)s”, not with "
        "“%(expected)s” of “%(namespace)s”.",
        found=p.element,
        theirs=p.value,
        expected=p.expected[1],
        namespace=p.expected[0],
    ),
    Reason.MISSING: lambda p: _(
        "In “%(element)s” something is missing: %(expected)s.",
        element=p.element,
        expected=either(p.expected),
    ),
    Reason.UNEXPECTED: lambda p: (
        _(
            "“%(element)s” may not stand here; what is expected is %(expected)s.",
            element=p.element,
            expected=either(p.expected),
        )
        if p.expected
        else _("“%(element)s” may not stand here.", element=p.element)
    ),
    Reason.NOT_A_DAY: lambda p: _(
        "“%(element)s” is not a day as 2027-02-10 is: “%(value)s”.",
        element=p.element,
        value=p.value,
    ),
    Reason.NOT_A_MOMENT: lambda p: _(
        "“%(element)s” is not a day with a time as 2027-02-10T09:00:00+09:00 is: “%(value)s”.",
        element=p.element,
        value=p.value,
    ),
    Reason.NOT_A_NUMBER: lambda p: _(
        "“%(element)s” is not a number: “%(value)s”.", element=p.element, value=p.value
    ),
    Reason.VALUE: lambda p: _(
        "The format does not know “%(value)s” as “%(element)s”.",
        element=p.element,
        value=p.value,
    ),
    Reason.NO_ATTRIBUTE: lambda p: _(
        "“%(element)s” needs the attribute “%(attribute)s”.",
        element=p.element,
        attribute=p.value,
    ),
    Reason.CONTRADICTS: lambda p: _(
        "“%(element)s” contradicts itself: the reason “%(value)s” does not go with what was "
        "done to it.",
        element=p.element,
        value=p.value,
    ),
    Reason.OTHERWISE: lambda p: _(
        "“%(element)s” is not as the format describes it.", element=p.element
    ),
}
