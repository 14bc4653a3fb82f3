"""One page for everything that is a few fields and a button."""

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.foundation.forms import Form
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, one_or_404
from app.foundation.work import Work
from app.stays import queries, wording
from app.stays.forms import ChangeForm
from app.stays.models import Stay


def shown(stay_id: int, may: Permission[Stay]) -> Stay:
    found = one_or_404(queries.stay_with_all(current_actor(), stay_id))
    may.require(current_actor(), found)
    return found


def _found(work: Work, stay_id: int, may: Permission[Stay]) -> Stay:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = work.find(queries.stay_with_all(work.actor, stay_id))
    may.require(work.actor, found)
    return found


def say(
    stay_id: int,
    may: Permission[Stay],
    what: str,
    form: Form,
    do: Callable[[Work, Stay], Any],
    *,
    said: str,
) -> ResponseReturnValue:
    """Do it and go back to the stay; or show the same page again, with what was typed."""

    def again(refusal: str) -> str:
        found = shown(stay_id, may)
        # After a clash the page shows what is newest: what is sent again answers that.
        if isinstance(form, ChangeForm):
            form.version.data = found.version
        return page(what, found, form, refusal)

    return settle(
        form,
        find=lambda work: _found(work, stay_id, may),
        do=do,
        said=said,
        to=url_for(".stay", stay_id=stay_id),
        again=again,
    )


def page(what: str, found: Stay, form: Form, refusal: str = "") -> str:
    return render_template(
        f"stays/say/{what}.html",
        stay=found,
        form=form,
        refusals=[refusal] if refusal else [],
        wording=wording,
    )
