"""What a message may say of its reader: names in braces, checked when it is written. Pure."""

import re
from collections.abc import Mapping

from app.foundation.languages import lazy

# What stands for what; every message has a value for each.
PLACEHOLDERS = {
    "name": lazy("the applicant’s name"),
    "number": lazy("the application’s number"),
    "call": lazy("the title of the call"),
    "closes": lazy("when the call closes"),
    "programme": lazy("the name of the programme"),
}
_BRACES = re.compile(r"\{([^{}\n]*)\}|[{}]")


def unknown(text: str) -> list[str]:
    """What stands in braces and means nothing; a brace that has no partner is "{" or "}"."""
    found = (m[0] for m in _BRACES.finditer(text) if m[1] is None or m[1] not in PLACEHOLDERS)
    return list(dict.fromkeys(found))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with every placeholder filled in, once: what is filled in is not read again."""
    return _BRACES.sub(lambda m: values.get(m[1] or "", m[0]), text)
