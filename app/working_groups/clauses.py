"""The parts of a document that comments point at: its paragraphs, counted from 1. Pure."""

from dataclasses import dataclass
from hashlib import sha256

HEADING = "# "


@dataclass(frozen=True, slots=True)
class Clause:
    """A paragraph, or a heading: a line that begins with "# "."""

    number: int
    text: str
    is_heading: bool


def clauses(text: str) -> list[Clause]:
    """The paragraphs of a text, which empty lines part; the same text gives the same numbers."""
    parts = [part.strip("\n") for part in text.split("\n\n") if part.strip()]
    return [
        Clause(number, part.removeprefix(HEADING).strip(), part.startswith(HEADING))
        for number, part in enumerate(parts, start=1)
    ]


def fingerprint(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hexadecimal: what `sha256sum` says of the file."""
    return sha256(text.encode()).hexdigest()
