"""Every route × every person of the demo × own and others' objects, as the policy says.

What is expected is worked out from the permissions that a route says it stands on and from the
lists of what a person may see; the views are not asked.
"""

import os
from collections import Counter

import pytest

from app.accounts.demo import PEOPLE
from app.accounts.throttle import forget
from app.applications import policy as applications
from app.applications.models import (
    Application,
    Document,
    DocumentSlot,
    Export,
    Letter,
    Likeness,
)
from app.certificates import policy as certificates
from app.certificates.models import Certificate, CertificateBatch
from app.courses import policy as courses
from app.courses.models import (
    Course,
    CourseRun,
    Feedback,
)
from app.courses.queries import runs_taught_or_given
from app.facilities import policy as facilities
from app.facilities.models import FacilityGrant
from app.fellowships import policy as fellowships
from app.fellowships.models import Call
from app.files.states import APART
from app.foundation.database import db
from app.notifications import policy as notifications
from app.notifications.models import OutboxMessage
from app.opportunities import policy as opportunities
from app.opportunities.models import Opportunity, Place, Programme
from app.placements import policy as placements
from app.placements import queries as placement_queries
from app.placements.models import Offer, PlacementRound
from app.reviews import policy as reviews
from app.reviews.models import Review
from app.invitations import policy as invitations
from app.invitations.models import Invitation
from app.outcomes import policy as outcomes
from app.outcomes.models import Outcome
from app.visits import policy as visits
from app.visits.models import VisitGroup, VisitPerson
from tests.demo.expecting import ANSWERED, READING_IS_RECORDED, TOLD, Table, cells, expected, routes
from tests.demo.house import House
from tests.demo.subjects import (
    LISTS,
    Demo,
    ids,
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
    (Invitation, invitations.VIEW, None),
    (Outcome, outcomes.VIEW, None),
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
