"""Where one can go from every page: by role, and from the person's own menu."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import request, url_for

from app.foundation.actors import Actor, Role
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor

# Pages about reviews that belong to the office's applications, not to a reviewer's own reading.
OF_THE_OFFICE = ("/reviews/ranking/", "/reviews/assign/")


@dataclass(frozen=True, slots=True)
class MenuItem:
    label: str
    url: str
    also: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the page that is shown is this item's, or one below it."""
        if any(request.path.startswith(beginning) for beginning in self.also):
            return True
        return request.path == self.url or (
            len(self.url) > 1
            and request.path.startswith(self.url + "/")
            and not request.path.startswith(OF_THE_OFFICE)
        )


def main_menu() -> list[MenuItem]:
    actor = current_actor()
    catalogue = MenuItem(_("Find an opportunity"), "/")
    centres = MenuItem(_("Centres"), "/centres")
    if actor.user_id is None:
        return [catalogue, centres, MenuItem(_("About"), url_for("public.about"))]
    return [MenuItem(_("Dashboard"), "/dashboard"), *_work_of(actor), catalogue, centres]


def _work_of(actor: Actor) -> list[MenuItem]:
    items = [MenuItem(_("My applications"), "/applications")]
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
    if any(actor.is_a(role) for role in (Role.NOMINATOR, Role.COORDINATOR)):
        items.append(MenuItem(_("Nominations"), "/nominations"))
    if actor.is_a(Role.CENTRE):
        items.append(MenuItem(_("Courses"), "/courses/office"))
    if any(actor.is_a(role) for role in (Role.HOST, Role.CENTRE, Role.COORDINATOR)):
        items.append(MenuItem(_("Hosting"), "/fellowships/places"))
    return items


def person_menu() -> list[MenuItem]:
    return [
        MenuItem(_("My profile"), "/profile"),
        MenuItem(_("My applications"), "/applications"),
        MenuItem(_("My documents"), "/documents"),
        MenuItem(_("Messages"), "/inbox"),
        MenuItem(_("Sign-in and security"), "/account"),
    ]


def this_page_in(locale: str) -> str:
    """The address of this page in another language, with its search kept."""
    if request.endpoint is None or request.method != "GET":
        return f"/?lang={locale}"
    arguments = {**request.args.to_dict(flat=False), "lang": locale}
    return f"{quote(request.root_path + request.path)}?{urlencode(arguments, doseq=True)}"
