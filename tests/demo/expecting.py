"""What the policy says that each person gets, of each route with each object."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.accounts.models import RoleGrant, SessionRow, User
from app.applications.models import (
    CaseNote,
    CaseTask,
    ChangeRequest,
    Nominator,
    ReferenceRequest,
    Route,
)
from app.courses.models import (
    CourseRun,
    Material,
    Meeting,
    SeatReserve,
    Teaching,
)
from app.dashboards.faces import Face
from app.fellowships.models import Enquiry
from app.files.models import Upload
from app.foundation.actors import Actor
from app.foundation.permissions import Permission
from app.opportunities.models import Opportunity, Programme
from app.working_groups.models import GroupMembership, WorkingGroup
from tests.demo.house import UNDONE, House
from tests.demo.missing import IS_THERE
from tests.demo.subjects import (
    ABOUT,
    LISTS,
    Demo,
    InRound,
    Named,
    OfReview,
    OfTemplate,
    Question,
    SectionOfForm,
    ids,
    named_by,
)

MOST_OWN = 2  # objects of different states that are tried as one's own
REFUSED = {403, 404}
ANSWERED = {
    "GET": {200, 302, 303, UNDONE},  # and nothing is written but what READING_IS_RECORDED says
    # Nothing but the token is sent: a form may ask for more, a rule or a state may forbid.
    "POST": {200, 302, 303, 409, 422, UNDONE},
    "PATCH": {UNDONE},
    "DELETE": {UNDONE},
}
# A file that comes in pieces is sent by a script, which says these things in headers.
TOLD = {"Upload-Length": "10", "Upload-Offset": "0"}
# Whose history says who took a copy out of the house.
READING_IS_RECORDED = {"exports.file": {"audit_entry"}}
# Buttons that say which: without it there is nothing that was asked for.
PRESSED: dict[str, Callable[[Demo, Any], dict[str, str]]] = {
    "dossier.decide": lambda _demo, _one: {"verb": "shortlist"},
    "fellowships.arrange": lambda demo, call: {"do": f"up:{demo.first_section(call)}"},
    "courses.arrange": lambda demo, run: {"do": f"up:{demo.first_section(run)}"},
    "facilities.arrange": lambda demo, one: {"do": f"up:{demo.first_section(one)}"},
    "research_stays.arrange": lambda demo, one: {"do": f"up:{demo.first_section(one)}"},
    "visits.arrange": lambda demo, one: {"do": f"up:{demo.first_section(one)}"},
}


def routes(house: House) -> Iterator[tuple[Any, str, tuple[Permission[Any], ...], bool]]:
    for rule in sorted(house.app.url_map.iter_rules(), key=lambda r: r.rule):
        view = house.app.view_functions[rule.endpoint]
        if rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) & set(ANSWERED)):
            yield rule, method, getattr(view, "permissions", ()), getattr(view, "is_public", False)


@dataclass(frozen=True)
class Cell:
    """One route with one object, as one person tries it."""

    endpoint: str
    method: str
    address: str
    permissions: tuple[Permission[Any], ...]
    public: bool
    allowed: bool
    seen: bool
    pressed: dict[str, str]

    def __str__(self) -> str:
        may = "allowed" if self.allowed else ("seen" if self.seen else "hidden")
        return f"{self.method} {self.address} ({self.endpoint}, {may})"


class Table:
    """What the policy says of one person and every object."""

    def __init__(self, house: House, demo: Demo, actor: Actor) -> None:
        self.demo, self.actor = demo, actor
        with house.app.app_context():
            self.listed = {kind: ids(visible(actor)) for kind, visible in LISTS.items()}

    def allows(self, permissions: tuple[Permission[Any], ...], subject: Any) -> bool:
        def one(permission: Permission[Any]) -> bool:
            kind = ABOUT[permission.name]
            about = None if kind is None else self.demo.part(subject, kind)
            if about is None and kind is not None:  # a person who has not written a letter
                return False
            if permission.name == "accounts.edit_profile":  # one's own: the address has no other
                return self.actor.user_id is not None
            return permission.allows(self.actor, about)

        return all(map(one, permissions))

    def sees(self, subject: Any) -> bool:
        """It, or what it is a part of, is in this person's list of such things."""
        match subject:
            case InRound():
                subject = subject.round
            case OfReview():
                subject = subject.review
            case OfTemplate():
                subject = subject.template
            case Question():
                subject = subject.application
            case SectionOfForm():
                subject = subject.call
            case ReferenceRequest() | ChangeRequest() | CaseNote() | CaseTask():
                subject = subject.application
            case Nominator():
                subject = self.demo.part(subject, Opportunity)
            case GroupMembership():
                subject = self.demo.part(subject, WorkingGroup)
            case Meeting() | SeatReserve() | Teaching() | Material():
                subject = self.demo.part(subject, CourseRun)
            case Enquiry() | Route():
                subject = self.demo.by_id[Opportunity][subject.opportunity_id]
            case Upload():
                return subject.owner_id == self.actor.user_id
            case RoleGrant():
                subject = self.demo.by_id[Programme].get(subject.scope_id or 0)
        kind = next((k for k in self.listed if isinstance(subject, k)), None)
        return kind is not None and subject.id in self.listed[kind]

    @cache  # noqa: B019 - a table lives as long as its test
    def tried(
        self,
        named: Named,
        permissions: tuple[Permission[Any], ...],
        there: Callable[[Demo, Any], bool] | None,
    ) -> list[tuple[Any, bool, bool]]:
        """(object, allowed, seen): own ones in different states, and two kinds of others'."""
        own: dict[Any, Any] = {}
        others: dict[bool, Any] = {}
        for subject in named.objects(self.demo):
            if not self.allows(permissions, subject):
                others.setdefault(self.sees(subject), subject)
            elif there is None or there(self.demo, subject):
                own.setdefault(getattr(subject, "state", None), subject)
        found = [(subject, True, True) for subject in list(own.values())[:MOST_OWN]]
        return found + [(subject, False, seen) for seen, subject in others.items()]


def expected(table: Table, cell: Cell) -> set[int]:
    """The answers that the policy leaves open."""
    if cell.public:
        return {*ANSWERED[cell.method], 404}
    if table.actor.user_id is None:
        return {302}
    if cell.allowed:
        return ANSWERED[cell.method]
    about = {ABOUT[permission.name] for permission in cell.permissions}
    hidden = not cell.seen and about.isdisjoint({None, User, Face, SessionRow})
    return {404} if hidden else REFUSED


def cells(house: House, table: Table, method: str) -> Iterator[Cell]:
    """Every route of the method for one person, with each object that is tried there."""
    for rule, its_method, permissions, public in routes(house):
        named = named_by(rule)
        if its_method != method or named is None:
            continue  # tests/permissions/test_every_route.py says so
        if rule.arguments:
            tried = table.tried(named, permissions, IS_THERE.get(rule.endpoint))
        else:
            tried = [(None, table.allows(permissions, None), False)]
        for subject, allowed, seen in tried:
            address = house.addresses.build(rule.endpoint, named.values(subject), method=method)
            pressed = PRESSED.get(rule.endpoint, lambda _demo, _one: {})(table.demo, subject)
            yield Cell(rule.endpoint, method, address, permissions, public, allowed, seen, pressed)
