"""What every page on which an office changes a call has in common."""

from typing import Any

from flask import render_template

from app.fellowships import policy, queries, readiness
from app.fellowships.models import Call
from app.foundation import clock
from app.foundation.database import db
from app.foundation.settling import Editing
from app.foundation.web import current_actor, one_or_404


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


edit_call: Editing[Call] = Editing(
    of=lambda actor, call_id: queries.calls_visible_to(actor).where(Call.id == call_id),
    may=policy.EDIT,
)
