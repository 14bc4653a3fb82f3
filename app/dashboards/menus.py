"""Where one can go from every page: by role, and from the person's own menu."""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter

from app.foundation.actors import VISITOR, Actor, Grant, Role
from app.foundation.languages import LANGUAGES, reader
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor

# Pages about reviews that belong to the office's applications, not to a reviewer's own reading.
OF_THE_OFFICE = ("/reviews/ranking/", "/reviews/assign/")


class MenuItem(NamedTuple):
    label: str
    url: str
    also: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Whether that page is this item's, or one below it."""
        if path == self.url or path.startswith(self.also):
            return True
        below = len(self.url) > 1 and path.startswith(self.url + "/")
        return below and not path.startswith(OF_THE_OFFICE)


def main_menu() -> tuple[tuple[MenuItem, bool], ...]:
    """Where this reader can go, and which of it is the page that is shown."""
    actor, path = current_actor(), request.path
    held = None if actor.user_id is None else actor.grants
    return tuple((item, item.has(path)) for item in _places(reader().locale, held))


@lru_cache(maxsize=500)
def _places(_locale: str, held: frozenset[Grant] | None) -> tuple[MenuItem, ...]:
    """For all who hold the same, in one language; a visitor holds None."""
    catalogue = MenuItem(_("Find an opportunity"), "/")
    centres = MenuItem(_("Centres"), "/centres")
    if held is None:
        return catalogue, centres, MenuItem(_("About"), "/about")
    work = _work_of(replace(VISITOR, grants=held))
    return MenuItem(_("Dashboard"), "/dashboard"), *work, catalogue, centres


def _work_of(actor: Actor) -> list[MenuItem]:
    # Centres and international offices have menus full of their own; what one applies for oneself
    # is under the name.
    is_office = actor.is_a(Role.COORDINATOR) or actor.is_a(Role.CENTRE)
    items = [] if is_office else [MenuItem(_("My applications"), "/applications")]
    if actor.is_a(Role.REVIEWER):
        items.append(MenuItem(_("Reviews"), "/reviews"))
    if actor.is_a(Role.MANAGER) or actor.is_a(Role.APPROVER) or actor.is_a(Role.SECRETARIAT):
        items = [
            MenuItem(_("Calls"), "/fellowships/office", also=("/fellowships/programmes",)),
            MenuItem(_("Applications"), "/tracking", also=OF_THE_OFFICE),
            MenuItem(_("Placements"), "/placements"),
        ]
        if actor.is_a(Role.REVIEWER):
            items.append(MenuItem(_("Reviews"), "/reviews"))
    if actor.is_a(Role.SECRETARIAT):
        items.append(MenuItem(_("People"), url_for("accounts.people")))
    return items + _for_institution(actor)


def _for_institution(actor: Actor) -> list[MenuItem]:
    """What one does for a centre, a university, a host or a nominating office."""
    every = (
        ({Role.NOMINATOR, Role.COORDINATOR}, _("Nominations"), "/nominations"),
        ({Role.CENTRE}, _("Courses"), "/courses/office"),
        ({Role.CENTRE}, _("Facilities"), "/facilities/office"),
        ({Role.HOST, Role.CENTRE, Role.COORDINATOR}, _("Hosting"), "/fellowships/places"),
        ({Role.COORDINATOR, Role.SECRETARIAT}, _("Agreements"), "/exchanges/agreements"),
        ({Role.CENTRE, Role.COORDINATOR}, _("Certificates"), "/certificates/office"),
        ({Role.CENTRE}, _("Projects"), "/projects/office"),
    )
    held = {grant.role for grant in actor.grants}
    return [MenuItem(label, url) for roles, label, url in every if roles & held]


def person_menu() -> list[MenuItem]:
    # The menu of an international office has no room for what it does more rarely.
    actor = current_actor()
    rarely = [MenuItem(_("Projects"), "/projects/office")] if actor.is_a(Role.COORDINATOR) else []
    if any(actor.is_a(role) for role in (Role.HOST, Role.CENTRE, Role.COORDINATOR, Role.MANAGER)):
        rarely.append(MenuItem(_("Stays"), "/stays/office"))
    if any(actor.is_a(role) for role in (Role.HOST, Role.CENTRE, Role.COORDINATOR)):
        rarely.append(MenuItem(_("Research stays"), "/research-stays/office"))
    if actor.is_a(Role.CENTRE) or actor.is_a(Role.COORDINATOR):
        rarely.append(MenuItem(_("Calls for research stays"), "/research-stays/calls"))
    if actor.is_a(Role.MANAGER) or actor.is_a(Role.APPROVER):
        rarely.append(MenuItem(_("Group visits"), "/visits/office"))
    return [
        *rarely,
        MenuItem(_("My profile"), "/profile"),
        MenuItem(_("My applications"), "/applications"),
        MenuItem(_("My exchanges"), "/mobility/choices"),
        MenuItem(_("My stays"), "/stays"),
        MenuItem(_("My invitations"), "/research-stays/mine"),
        MenuItem(_("Learning agreements"), "/learning"),
        MenuItem(_("My courses"), "/courses/mine"),
        MenuItem(_("My working groups"), "/working-groups/office"),
        MenuItem(_("What I use"), "/facilities/mine"),
        MenuItem(_("My group visits"), "/visits/mine"),
        MenuItem(_("My documents"), "/documents"),
        MenuItem(_("My certificates"), "/certificates"),
        MenuItem(_("Messages"), "/inbox"),
        MenuItem(_("Sign-in and security"), "/account"),
    ]


def this_page_elsewhere(pages: Map) -> list[tuple[str, str, str]]:
    """Each language by its code and its own name, with this page's address in it, search kept."""
    page, search = quote(request.root_path + _page_here(pages)), ""
    if request.endpoint is not None and request.method == "GET":
        others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
        search = urlencode(others) + "&" if others else ""
    return [(code, name, f"{page}?{search}lang={code}") for code, name in LANGUAGES.items()]


def _page_here(pages: Map) -> str:
    """Where this page is read again: after a button, the nearest page above its address."""
    path = request.path if request.endpoint is not None else "/"
    if request.method == "GET":
        return path
    here = pages.bind_to_environ(request.environ)
    while path != "/" and not _is_page(here, path):
        path = path.rpartition("/")[0] or "/"
    return path


def _is_page(here: MapAdapter, path: str) -> bool:
    """Whether it is read, and about nothing but what the button was about."""
    try:
        _endpoint, about = here.match(path, method="GET")
    except HTTPException:
        return False
    return about.items() <= (request.view_args or {}).items()
