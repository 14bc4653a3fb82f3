"""How somebody's word came where that was not the own page of a side."""

from app.files.states import Way
from app.foundation.languages import gettext as _


def how_it_came(way: Way | None, name: str, function: str, *, recorder: str, side: str) -> str:
    """By a link, or on paper that `recorder` recorded for `side`; "" where it was on a page."""
    if way is Way.LINK:
        if not function:
            return _("Answered by %(name)s, through a link without an account.", name=name)
        return _(
            "Answered by %(name)s (%(function)s), through a link without an account.",
            name=name,
            function=function,
        )
    if way is Way.LETTER:
        return _(
            "Recorded by %(recorder)s on behalf of %(side)s, from the letter of %(name)s"
            " (%(function)s).",
            recorder=recorder,
            side=side,
            name=name,
            function=function,
        )
    return ""
