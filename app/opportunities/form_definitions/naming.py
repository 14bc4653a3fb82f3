"""How a sentence about a definition names what it is about: as those who build it read it."""

from collections.abc import Mapping
from typing import Any

from app.foundation.languages import gettext as _
from app.foundation.languages import number as in_digits
from app.foundation.languages import reader
from app.opportunities.form_definitions.shape import text_in

LONGEST = 80


def section_named(title: Any, number: int = 0) -> str:
    """By its title in the reader's language; one that has none yet by its place in the form."""
    if said := _called(title):
        return _("Section “%(title)s”", title=said)
    return _("Section %(number)s", number=in_digits(number))


def question_named(where: str, label: Any, number: int = 0, *, is_column: bool = False) -> str:
    """By its label, with the section (or, of a column, the question) in which it stands."""
    said = _called(label)
    if is_column and said:
        return _("%(question)s, column “%(label)s”", question=where, label=said)
    if is_column:
        return _("%(question)s, column %(number)s", question=where, number=in_digits(number))
    if said:
        return _("%(section)s, question “%(label)s”", section=where, label=said)
    return _("%(section)s, question %(number)s", section=where, number=in_digits(number))


def texts_in_words() -> dict[str, str]:
    return {
        "title": _("title"),
        "intro": _("introduction"),
        "label": _("label"),
        "hint": _("help with it"),
    }


def numbers_in_words() -> dict[str, str]:
    """As the builder calls them."""
    return {
        "max_words": _("Words, at most"),
        "max_characters": _("Characters, at most"),
        "min": _("Least number"),
        "max": _("Largest number"),
        "step": _("In steps of"),
        "decimals": _("Decimals"),
        "most": _("At most so many"),
        "least": _("At least so many rows"),
        "at_least": _("Least number"),
        "at_most": _("Largest number"),
    }


def _called(texts: Any) -> str:
    """What a title or a label says, whatever was given as one; "" where it says nothing yet."""
    rows = texts.items() if isinstance(texts, Mapping) else ()
    said = {code: text for code, text in rows if isinstance(text, str) and text.strip()}
    called = " ".join(text_in(said, reader().locale)[0].split())
    return called if len(called) <= LONGEST else f"{called[: LONGEST - 1]}…"
