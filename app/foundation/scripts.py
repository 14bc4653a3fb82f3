"""Which language a text is in, as far as its script tells."""

from functools import lru_cache

# Scripts that are written for one language here; of Latin letters nobody can tell.
_SCRIPTS = (
    ("km", "\u1780", "\u17ff"),
    ("th", "\u0e00", "\u0e7f"),
    ("lo", "\u0e80", "\u0eff"),
    ("my", "\u1000", "\u109f"),
    ("ta", "\u0b80", "\u0bff"),
    ("ja", "\u3040", "\u30ff"),
)


@lru_cache(maxsize=512)
def language_of(text: str) -> str | None:
    """The language that a text's script belongs to, where it has one; None for Latin letters."""
    sample = text[:400]
    found = [tag for tag, first, last in _SCRIPTS if any(first <= c <= last for c in sample)]
    return found[0] if found else None
