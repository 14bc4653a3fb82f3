"""Keys that are made once: making one takes a second, and most tests only need some key."""

import pytest

from app.certificates import signing

_MADE: list[signing.KeyPair] = []
_REALLY = signing.make_key


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first, second… key of each test is the first, second… of the process."""
    asked: list[int] = []

    def nth() -> signing.KeyPair:
        asked.append(1)
        while len(_MADE) < len(asked):
            _MADE.append(_REALLY())
        return _MADE[len(asked) - 1]

    monkeypatch.setattr(signing, "make_key", nth)
