"""Who sees the lists of those who applied, saves views of them and takes them out."""

from app.applications.models import (
    Export,
    SavedView,
)
from app.applications.policy.whose import runs_call
from app.foundation.actors import Actor, Role
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities


@Rule
def has_an_office(actor: Actor, _subject: object) -> bool:
    """Manages or approves for some programme, or is the secretariat."""
    return any(actor.is_a(r) for r in (Role.MANAGER, Role.APPROVER, Role.SECRETARIAT))


@Rule
def asked_for_it(actor: Actor, export: Export) -> bool:
    return actor.user_id is not None and export.asked_by_id == actor.user_id


@Rule
def call_is_in_own_office(actor: Actor, export: Export) -> bool:
    """The opportunity must be loaded. Roles may have ended since the export was asked for."""
    return (opportunities.decides_on | opportunities.is_secretariat).holds(
        actor, export.opportunity
    )


@Rule
def saved_view(actor: Actor, view: SavedView) -> bool:
    return actor.user_id is not None and view.owner_id == actor.user_id


@Rule
def view_is_shared(_actor: Actor, view: SavedView) -> bool:
    return view.shared


@Rule
def manages_call_of_view(actor: Actor, view: SavedView) -> bool:
    """The opportunity must be loaded, here and below."""
    return opportunities.decides_on.holds(actor, view.opportunity)


@Rule
def view_is_of_own_office(actor: Actor, view: SavedView) -> bool:
    return runs_call.holds(actor, view.opportunity)


TRACK = Permission(
    "applications.track",
    "Only the office that runs this call may see its applications.",
    runs_call,
)
SAVE_VIEW = Permission(
    "applications.save view",
    "Only the office that runs this call may save views of its list.",
    runs_call,
)
HANDLE_VIEW = Permission(
    "applications.handle view",
    "Only who saved this view, or who manages the call, may change it.",
    view_is_of_own_office & (saved_view | (view_is_shared & manages_call_of_view)),
)
TRACK_ANY: Permission[object] = Permission(
    "applications.track any",
    "Only offices that run calls may see this page.",
    has_an_office,
)
EXPORT = Permission(
    "applications.export",
    "Only managers of the programme or staff of the centre and the secretariat may take "
    "applications out.",
    opportunities.decides_on | opportunities.is_secretariat,
)
HANDLE_EXPORT = Permission(
    "applications.handle export",
    "Only who asked for this file may take it or call it off.",
    asked_for_it & call_is_in_own_office,
)
