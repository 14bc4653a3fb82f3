"""What every page on which an office changes a call has in common."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from flask import render_template
from flask.typing import ResponseReturnValue

from app.fellowships import policy, queries, readiness
from app.fellowships.models import Call
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.forms import Form
from app.foundation.web import current_actor, one_or_404
from app.foundation.work import Work, unit_of_work

F = TypeVar("F", bound=Form)
Made_co = TypeVar("Made_co", bound=Form, covariant=True)


class Maker(Protocol[Made_co]):
    """Makes the form of a page: bound to what was sent, or showing what is kept."""

    def __call__(self, call: Call, /, *, bound: bool) -> Made_co: ...


def office_call(call_id: int) -> Call:
    """The call of one's office."""
    return one_or_404(queries.calls_visible_to(current_actor()).where(Call.id == call_id))


def call_to_change(call_id: int) -> Call:
    """The call of one's office, for a page on which it is changed."""
    call = office_call(call_id)
    policy.EDIT.require(current_actor(), call)
    return call


def checks_of(call: Call) -> list[readiness.Check]:
    """What still prevents this call from being published, and what is advised."""
    prepared = queries.preparations(db.session(), [call.id])[call.id]
    checks = readiness.check(prepared, clock.now())
    if call.published_at is not None:
        return [one for one in checks if one.code != "deadline passed"]
    return checks


def office_page(template: str, call: Call, **values: Any) -> str:
    """A page of one call, with the parts of the call beside it."""
    return render_template(
        f"fellowships/office/{template}.html",
        call=call,
        checks=checks_of(call),
        policy=policy,
        at=clock.now(),
        **values,
    )


def edit_call(
    call_id: int,
    make: Maker[F],
    save: Callable[[Work, Call, F], object],
    page: Callable[..., str],
) -> ResponseReturnValue | None:
    """Save what was sent: None when it is saved, else the page again, with what was typed.

    When somebody else saved meanwhile, the page shows theirs beside it, and saving again is a
    choice between the two.
    """
    form: F | None = None
    try:
        with unit_of_work(current_actor()) as work:
            call = work.find(queries.calls_visible_to(work.actor).where(Call.id == call_id))
            policy.EDIT.require(work.actor, call)
            form = make(call, bound=True)
            if not form.validate():
                return page(call, form), 422
            save(work, call, form)
            return None
    except ChangedMeanwhile as clash:
        return _again(call_id, make, form, page, str(clash), is_clash=True), 409
    except RuleBroken as refusal:
        return _again(call_id, make, form, page, str(refusal)), 409


def _again(
    call_id: int,
    make: Maker[F],
    form: F | None,
    page: Callable[..., str],
    said: str,
    *,
    is_clash: bool = False,
) -> str:
    call = call_to_change(call_id)
    newest = make(call, bound=False)
    form = form or newest
    if is_clash and "version" in form and "version" in newest:
        form["version"].data = newest["version"].data
    return page(call, form, refusals=[said], newest=newest if is_clash else None)
