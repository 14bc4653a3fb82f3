"""Saved views of the office's list: one's own, and those of the whole office."""

from typing import NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, case, cast, func, or_, select
from sqlalchemy.orm import contains_eager

from app.applications.models import SavedView
from app.foundation.actors import Actor, Role
from app.opportunities.queries import is_worked_on_by


class View(NamedTuple):
    """A saved view in the row above the list."""

    id: int
    shared: bool
    name: str
    arguments: str


def views_visible_to(actor: Actor) -> Select[SavedView]:
    """One's own views and the shared ones, of the calls that one's offices run, with the call."""
    return (
        select(SavedView)
        .join(SavedView.opportunity)
        .options(contains_eager(SavedView.opportunity))
        .where(_in_own_office(actor), _own_or_shared(actor))
    )


def views_of_call(actor: Actor, opportunity_id: int) -> Select[SavedView]:
    """The views of one call that this person may use, by name."""
    return (
        views_visible_to(actor)
        .where(SavedView.opportunity_id == opportunity_id)
        .order_by(SavedView.name, SavedView.id)
    )


def views_as_text(actor: Actor, opportunity_id: int) -> ScalarSelect[str]:
    """The same as one text, so that the list's page asks for them with its opportunity."""
    of_call = (
        select(
            cast(SavedView.id, String)
            .concat(case((SavedView.shared, "\t1\t"), else_="\t0\t"))
            .concat(SavedView.name)
            .concat("\t")
            .concat(SavedView.arguments)
            .label("view")
        )
        .where(SavedView.opportunity_id == opportunity_id, _own_or_shared(actor))
        .subquery()
    )
    return select(func.aggregate_strings(of_call.c.view, "\n")).scalar_subquery()


def read_views(text: str | None) -> list[View]:
    """What `views_as_text` gave, by name. Names and addresses have no tab and no new line."""
    found = []
    for line in text.split("\n") if text else ():
        number, shared, name, arguments = line.split("\t")
        found.append(View(int(number), shared == "1", name, arguments))
    return sorted(found, key=lambda view: (view.name.casefold(), view.id))


def _own_or_shared(actor: Actor) -> ColumnElement[bool]:
    return or_(SavedView.shared, SavedView.owner_id == actor.user_id)


def _in_own_office(actor: Actor) -> ColumnElement[bool]:
    if actor.is_a(Role.SECRETARIAT):
        return SavedView.id.is_not(None)
    return is_worked_on_by(actor)
