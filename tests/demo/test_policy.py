"""Every route × every person of the demo × own and others' objects, as the policy says.

What is expected is worked out from the permissions that a route says it stands on and from the
lists of what a person may see; the views are not asked.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from app.accounts.demo import PEOPLE
from app.accounts.models import RoleGrant, SessionRow, User
from app.accounts.throttle import forget
from app.applications import policy as applications
from app.applications.models import (
    Application,
    CaseNote,
    CaseTask,
    ChangeRequest,
    Document,
    DocumentSlot,
    Export,
    Letter,
    Likeness,
    Nominator,
    ReferenceRequest,
    Route,
)
from app.applications.states import ExportState
from app.certificates import policy as certificates
from app.certificates.models import Certificate, CertificateBatch
from app.courses import policy as courses
from app.courses.queries import runs_taught_or_given
from app.courses.models import (
    Course,
    CourseRun,
    Enrolment,
    Feedback,
    Material,
    Meeting,
    PostTerms,
    SeatReserve,
    Teaching,
)
from app.dashboards.faces import Face
from app.facilities import policy as facilities
from app.facilities.models import FacilityGrant
from app.fellowships import policy as fellowships
from app.fellowships.models import Call, Enquiry
from app.files.models import Upload
from app.files.states import APART
from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.permissions import Permission
from app.notifications import policy as notifications
from app.notifications.models import OutboxMessage
from app.opportunities import policy as opportunities
from app.opportunities.models import Opportunity, Place, Programme
from app.placements import policy as placements
from app.placements import queries as placement_queries
from app.placements.models import Offer, PlacementRound
from app.reviews import policy as reviews
from app.reviews.models import Review
from app.visits import policy as visits
from app.visits.models import VisitGroup, VisitPerson
from app.working_groups.models import GroupMembership, WorkingGroup
from tests.demo.house import UNDONE, House
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

THOROUGH = os.environ.get("THOROUGH") == "1"
EVERYBODY = [name for name, _who in PEOPLE] + [None]
# Of two people who hold the same role, the one with fewer objects is asked with THOROUGH=1.
ONE_OF_EACH_ROLE = [
    "applicant-vn",
    "reviewer-1",
    "manager-b",
    "approver-a",
    "centre-jp",
    "host-jp",
    "nominator-la",
    "focal-kh",
    "coordinator-th",
    "secretariat",
    None,
]
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
    "visits.arrange": lambda demo, one: {"do": f"up:{demo.first_section(one)}"},
}


# Pages that a state, not a person, lacks: the policy allows, and there is nothing (yet).
def _submitted(_demo: Demo, one: Any) -> bool:
    return one.submitted_at is not None


def _published(demo: Demo, one: Any) -> bool:
    call = demo.part(one, Opportunity)
    return call.published_at is not None and call.state != "cancelled"


def _ready(_demo: Demo, one: Export) -> bool:
    return one.state is ExportState.READY


def _asks_for_letters(demo: Demo, one: Any) -> bool:
    return demo.asks_for_letters(demo.part(one, Opportunity).id)


def _came_as_a_file(_demo: Demo, one: ReferenceRequest) -> bool:
    return one.letter is not None and one.letter.file is not None


def _has_a_form(demo: Demo, one: Any) -> bool:
    return demo.has_a_form(demo.part(one, Opportunity).id)


def _is_a_draft(_demo: Demo, one: Any) -> bool:
    return one.state == "draft"


def _is_read(_demo: Demo, one: Course) -> bool:
    return one.published_number is not None


def _is_asked(demo: Demo, one: Enrolment) -> bool:
    return any(feedback.run_id == one.run_id for feedback in demo.rows[Feedback])


def _asks_about_posts(demo: Demo, run: CourseRun) -> bool:
    return any(terms.run_id == run.id for terms in demo.rows[PostTerms])


def _takes_applications(_demo: Demo, run: CourseRun) -> bool:
    return run.takes_applications


def _in_a_published_call(demo: Demo, one: Any) -> bool:
    return demo.part(one, Opportunity).published_at is not None


def _still_holds(_demo: Demo, one: Certificate) -> bool:
    return one.revoked_at is None


IS_THERE = {
    "certificates.paper": _still_holds,
    "courses.my_feedback": _is_asked,
    "courses.answer_feedback": _is_asked,
    "courses.adopt": _is_read,
    "courses.posts": _asks_about_posts,
    "courses.posts_file": _asks_about_posts,
    "courses.return_terms": _takes_applications,
    "courses.save_return_terms": _takes_applications,
    "courses.adopt_it": _is_read,
    "ways.way": _is_a_draft,
    "ways.choose": _is_a_draft,
    "nominations.people": _in_a_published_call,
    "nominations.order": _in_a_published_call,
    "applications.receipt": _submitted,
    "applications.answers": _submitted,
    "applications.deadline": lambda demo, one: demo.part(one, Opportunity).closes_at is not None,
    "exports.file": _ready,
    "working_groups.document": lambda _demo, one: bool(one.versions),
    "recognition.exported": lambda _demo, one: one.state != "draft",
    "recognition.printed": lambda _demo, one: one.state != "draft",
    "recognition.line": lambda _demo, one: one.state == "draft",
    "recognition.new_line": lambda _demo, one: one.state == "draft",
    "recognition.outcome": lambda _demo, one: one.state == "waiting",
    "mobility.scan": lambda _demo, one: one.letters[0].answer_file_id is not None,
    "mobility.acceptance": lambda _demo, one: one.state == "verified",
    "fellowships.arrange": lambda demo, call: bool(demo.first_section(call)),
    "fellowships.printed_form": _has_a_form,
    "courses.printed_form": _has_a_form,
    "facilities.printed_form": _has_a_form,
    "grace.receipt": Demo.has_a_grace,
    "letters.ask": _asks_for_letters,
    "letters.file": _came_as_a_file,
    "letters.people": _asks_for_letters,
    "posted.file": _came_as_a_file,
    "posted.letters": _asks_for_letters,
    "placements.before_opening": _published,
    "placements.open_": _published,
}


def routes(house: House) -> Iterator[tuple[Any, str, tuple[Permission[Any], ...], bool]]:
    for rule in sorted(house.app.url_map.iter_rules(), key=lambda r: r.rule):
        view = house.app.view_functions[rule.endpoint]
        if rule.endpoint == "static":
            continue
        for method in sorted((rule.methods or set()) & set(ANSWERED)):
            yield rule, method, getattr(view, "permissions", ()), getattr(view, "is_public", False)


@pytest.fixture(scope="module")
def demo(house: House) -> Demo:
    """Every object of the demo, with everybody signed in."""
    for name, _who in PEOPLE:
        house.browser(name)
    with house.app.app_context():
        found = Demo.load()
        slots: dict[int, DocumentSlot] = found.by_id[DocumentSlot]
        for document in found.rows[Document]:
            document.slot_kind = slots[document.slot_id].kind
        db.session.expunge_all()
    return found


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


@pytest.mark.parametrize("name", EVERYBODY if THOROUGH else ONE_OF_EACH_ROLE)
def test_every_route_answers_this_person_as_the_policy_says(house, demo, name) -> None:
    wrong: list[str] = []
    seen: Counter[bool] = Counter()
    with house.app.app_context():
        actor = house.actor(name)
    browser, table = house.browser(name), Table(house, demo, actor)
    with house.undoing():
        for cell in [c for method in ANSWERED for c in cells(house, table, method)]:
            # Signing in and out is done in a browser of its own, and as often as one likes.
            its_own = cell.endpoint.startswith("security.")
            if its_own:
                forget(house.app)
            who = house.browser(name) if its_own else browser
            answer = house.ask(who, cell.method, cell.address, headers=TOLD, pressed=cell.pressed)
            seen[cell.allowed] += 1
            fine = answer.status in expected(table, cell)
            if answer.tables and not cell.allowed:
                fine = False
            if cell.method == "GET" and answer.tables != READING_IS_RECORDED.get(
                cell.endpoint, set()
            ):
                fine = fine and not answer.tables
            if not cell.public:
                fine = fine and (name is None) == answer.location.startswith("/sign-in")
            if not fine:
                wrong.append(f"{cell} {answer.status} {answer.location} {set(answer.tables)}")
    assert not wrong, "\n".join(wrong)
    assert seen[True] > 20
    assert seen[False] > 50


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_every_route_is_tried_by_somebody_who_may_and_by_somebody_who_may_not(house, demo) -> None:
    may: set[str] = set()
    may_not: set[str] = set()
    for name in EVERYBODY:
        with house.app.app_context():
            table = Table(house, demo, house.actor(name))
        for cell in (c for method in ANSWERED for c in cells(house, table, method)):
            if not cell.public:
                (may if cell.allowed else may_not).add(cell.endpoint)
    needed = {rule.endpoint for rule, _method, _permissions, public in routes(house) if not public}
    assert sorted(needed - may) == []
    assert sorted(needed - may_not) == []


SEEN_AS = [
    (Application, applications.VIEW, None),
    (Programme, fellowships.VIEW_PROGRAMME, None),
    (Call, fellowships.VIEW, None),
    (Course, courses.VIEW, None),
    (CourseRun, courses.VIEW_RUN, None),
    (CourseRun, courses.ENTER, runs_taught_or_given),
    (Feedback, courses.READ_FEEDBACK, None),
    (Opportunity, opportunities.VIEW, None),
    (Place, fellowships.VIEW_PLACE, None),
    (Place, placements.VIEW_PLACE, placement_queries.places_visible_to),
    (PlacementRound, placements.VIEW, None),
    (Offer, placements.VIEW_OFFER, None),
    (Review, reviews.VIEW, None),
    (OutboxMessage, notifications.READ, None),
    (Document, applications.VIEW, None),
    (DocumentSlot, applications.DECIDE_DOCUMENT, None),
    (Letter, applications.READ_LETTER, None),
    (Export, applications.TRACK, None),
    (Likeness, applications.COMPARE, None),
    (Certificate, certificates.VIEW, None),
    (CertificateBatch, certificates.HANDLE_BATCH, None),
    (FacilityGrant, facilities.VIEW_GRANT, None),
    (VisitGroup, visits.VIEW_GROUP, None),
    (VisitPerson, visits.VIEW_PERSON, None),
]


def test_what_is_in_somebodys_list_is_what_the_rule_lets_them_see(house, demo) -> None:
    """`…_visible_to` and VIEW agree, for every row of the demo and every person."""
    compared, wrong = 0, []
    with house.app.app_context():
        for name in EVERYBODY:
            actor = house.actor(name)
            for kind, permission, visible in SEEN_AS:
                listed = ids((visible or LISTS[kind])(actor))
                among = {Call: demo.calls, CourseRun: demo.runs}.get(kind)
                rows = among() if among else demo.rows[kind]
                if kind is Document:
                    rows = demo.kept_documents()
                for row in rows:
                    about = row
                    if kind in {Document, Export}:
                        about = demo.part(row, Application if kind is Document else Opportunity)
                    asked = permission
                    if kind is Document and row.file.sensitivity in APART:
                        asked = applications.READ_APART
                    allowed = asked.allows(actor, about)
                    compared += 1
                    if allowed != (row.id in listed):
                        wrong.append((name, kind.__name__, row.id, allowed, row.id in listed))
    assert wrong == []
    assert compared > 10_000
