"""How long what is kept apart stays after the matter that it was for is decided."""

from datetime import timedelta

DAYS = 60
_chosen = [DAYS]


def keep_apart_for(days: int) -> None:
    """Said once, by whoever runs the site."""
    _chosen[:] = [days]


def days_kept_apart() -> int:
    return _chosen[0]


def kept_apart_for() -> timedelta:
    return timedelta(days=days_kept_apart())
