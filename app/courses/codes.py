"""The code on the screen of a meeting: made of a secret and the time, another every while. Pure."""

import hashlib
import hmac
from datetime import datetime, timedelta

# No letter or digit that is read as another one: neither 0 and O, nor 1, I and L, nor 5 and S.
LETTERS = "2346789ABCDEFGHJKMNPQRTUVWXYZ"
LENGTH = 6
PERIOD = timedelta(seconds=30)
# Who scanned a code has so long to sign in and say it.
SCAN_HOLDS = timedelta(minutes=10)


def _window(at: datetime) -> int:
    return int(at.timestamp() // PERIOD.total_seconds())


def _code(secret: str, window: int) -> str:
    digest = hmac.new(secret.encode(), str(window).encode(), hashlib.sha256).digest()
    number, letters = int.from_bytes(digest), []
    for _place in range(LENGTH):
        number, letter = divmod(number, len(LETTERS))
        letters.append(LETTERS[letter])
    return "".join(letters)


def shown(secret: str, at: datetime) -> str:
    """The code that is on the screen at this moment."""
    return _code(secret, _window(at))


def tidied(typed: str) -> str:
    """As people type it: in small letters, with a space or a hyphen in the middle."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def fits(secret: str, typed: str, at: datetime, *, windows: int = 2) -> bool:
    """Whether it was on the screen then, or just before: the last of `windows` may have passed."""
    now, sent = _window(at), tidied(typed).encode()
    return any(hmac.compare_digest(_code(secret, now - n).encode(), sent) for n in range(windows))


def is_old(secret: str, typed: str, at: datetime) -> bool:
    """Whether it was on the screen within the last ten minutes, and is no more."""
    often = int(SCAN_HOLDS / PERIOD)
    return not fits(secret, typed, at) and fits(secret, typed, at, windows=often)


def is_late(came_at: datetime, starts_at: datetime, late_after: int) -> bool:
    """Whether somebody came more than so many minutes after the beginning."""
    return came_at > starts_at + timedelta(minutes=late_after)
