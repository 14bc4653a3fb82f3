"""What is said in several languages, one of which is the original."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from app.foundation.languages import reader


class Text(Protocol):
    locale: str
    is_original: bool


T = TypeVar("T", bound=Text)


def for_reader(texts: Iterable[T]) -> T:
    """The text in the reader's language, else the original. One of them must be."""
    said = {text.locale: text for text in texts}
    own = said.get(reader().locale)
    return own or next(text for text in said.values() if text.is_original)
