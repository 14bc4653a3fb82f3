"""Saved views of the office's list: kept, renamed and taken away."""

from sqlalchemy import select

from app.applications import policy
from app.applications.models import SavedView
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.opportunities.models import Opportunity

MOST_VIEWS = 30
LONGEST = 2000


def save_view(
    work: Work, opportunity: Opportunity, *, name: str, arguments: str, shared: bool
) -> SavedView:
    """Keep filters and an order under a name, for oneself or for the whole office.

    Keeping the same once more changes nothing. Raises RuleBroken.
    """
    policy.SAVE_VIEW.require(work.actor, opportunity)
    name = " ".join(name.split())
    held = _held(work, opportunity.id, shared=shared)
    same = next((view for view in held if view.name == name), None)
    if same is not None and same.arguments == arguments:
        return same
    if same is not None:
        raise RuleBroken(_("There is a view with this name. Choose another name."))
    if len(held) >= MOST_VIEWS:
        raise RuleBroken(_("There are many views. Take one away first."))
    if len(arguments) > LONGEST:
        raise RuleBroken(_("These are too many filters for one view. Take some away."))
    view = SavedView(
        opportunity_id=opportunity.id,
        opportunity=opportunity,
        owner_id=work.actor.user_id,
        name=name,
        arguments=arguments,
        shared=shared,
        saved_at=work.now,
    )
    work.session.add(view)
    work.session.flush()
    if view.shared:  # what a whole office relies on; one's own is nobody else's matter
        record(work, "view.saved", view, opportunity_id=view.opportunity_id, name=view.name)
    return view


def rename_view(work: Work, view: SavedView, *, name: str, version: int | None = None) -> None:
    """Call a view something else. Its opportunity must be loaded. Raises RuleBroken."""
    policy.HANDLE_VIEW.require(work.actor, view)
    work.edit(view, version)
    name = " ".join(name.split())
    if name == view.name:
        return
    if any(other.name == name for other in _held(work, view.opportunity_id, shared=view.shared)):
        raise RuleBroken(_("There is a view with this name. Choose another name."))
    view.name = name
    if view.shared:
        record(work, "view.renamed", view, opportunity_id=view.opportunity_id, name=view.name)


def delete_view(work: Work, view: SavedView) -> None:
    """Take a view away. Its opportunity must be loaded."""
    policy.HANDLE_VIEW.require(work.actor, view)
    if view.shared:
        record(work, "view.taken away", view, opportunity_id=view.opportunity_id, name=view.name)
    work.session.delete(view)


def _held(work: Work, opportunity_id: int, *, shared: bool) -> list[SavedView]:
    """The views with which a name must not be shared: the office's, or one's own."""
    query = select(SavedView).where(
        SavedView.opportunity_id == opportunity_id, SavedView.shared.is_(shared)
    )
    if not shared:
        query = query.where(SavedView.owner_id == work.actor.user_id)
    return list(work.session.scalars(query))
