"""What a version of a course still needs before it can be published. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.foundation.languages import LANGUAGES, language_name, listed
from app.foundation.languages import gettext as _


class Said(Protocol):
    """The texts of one language."""

    @property
    def locale(self) -> str: ...
    @property
    def is_original(self) -> bool: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def objectives(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What a version says of itself besides its texts."""

    level: int | None
    field_code: str | None
    says_hours: bool
    languages: Sequence[str]
    tracks: Sequence[str]
    says_fee: bool
    taken_at: str = ""
    given_by: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to put right; `where` is "texts" or "facts"."""

    where: str
    sentence: str
    is_warning: bool = False


def check(facts: Facts, texts: Sequence[Said]) -> list[Check]:
    """Everything that is missing, first what prevents publication, then what is only advised."""
    original = next((text for text in texts if text.is_original), None)
    wanted = (
        _of_another(facts)
        if facts.taken_at
        else [
            ("texts", original and original.summary, _("Say in one or two sentences what it is.")),
            ("texts", original and original.objectives, _("Say what people can do afterwards.")),
            ("facts", facts.level, _("Choose the level.")),
            ("facts", facts.field_code, _("Choose the field.")),
            ("facts", facts.says_hours, _("Say how many hours it takes.")),
            ("facts", facts.languages, _("Choose the languages in which it is taught.")),
            ("facts", facts.tracks, _("Choose whom it is for.")),
            ("facts", facts.says_fee, _("Say what it costs, or that it costs nothing.")),
        ]
    )
    found = [Check(where, sentence) for where, there, sentence in wanted if not there]
    written = {text.locale for text in texts}
    unwritten = [language_name(code) for code in LANGUAGES if code not in written]
    if unwritten:
        said = _("Readers of %(languages)s read the original.", languages=listed(unwritten))
        found.append(Check("texts", said, is_warning=True))
    return found


def _of_another(facts: Facts) -> list[tuple[str, object, str]]:
    """What readers need of a course that another body gives: the rest stands where it is taken."""
    return [
        ("facts", facts.given_by, _("Say who gives it.")),
        ("facts", facts.languages, _("Choose the languages in which it is taught.")),
    ]


def preventing(checks: Sequence[Check]) -> list[Check]:
    return [one for one in checks if not one.is_warning]


def facts_of(version: Any) -> Facts:
    """What a version (a row with its columns) says of itself."""
    return Facts(
        level=version.level,
        field_code=version.field_code,
        says_hours=version.minutes is not None,
        languages=version.languages,
        tracks=version.tracks,
        says_fee=version.fee_amount is not None or version.costs_something,
        taken_at=version.taken_at,
        given_by=version.given_by,
    )
