"""From a published call to an accepted seat: five people, in real browsers.

With scripts and without, in English and in Khmer, on a phone and on a desk; axe looks at every
page on the way.
"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.applications.models import Application
from app.applications.states import ApplicationState
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from tests import make
from tests.files import samples

pytestmark = pytest.mark.browser
VARIANTS = [(1280, True, "en"), (390, False, "km"), (390, True, "km"), (1280, False, "en")]


@pytest.mark.parametrize(
    "visitor",
    VARIANTS,
    indirect=True,
    ids=[f"{w}-{'scripts' if s else 'plain'}-{lang}" for w, s, lang in VARIANTS],
)
def test_from_a_published_call_to_an_accepted_seat(
    visitor, session, house, password_hash, tmp_path
):
    people, call, place = cast(password_hash)
    call_id, ref = call.id, call.ref
    paper = tmp_path / "transcript.pdf"
    paper.write_bytes(samples.PDF)

    # A visitor finds the call and reads the whole form before signing in.
    anyone = visitor()
    anyone.goes_to("/")
    anyone.goes_to(f"/fellowships/{ref}")

    # The applicant applies.
    applicant = visitor()
    applicant.signs_in(people["applicant"])
    applicant.goes_to(f"/applications/start/{call_id}")
    applicant.presses(f"form[action*='/applications/start/{call_id}'] button")
    application_id = int(re.search(r"/applications/(\d+)", applicant.page.url).group(1))
    applicant.goes_to(f"/applications/{application_id}/study")
    applicant.page.fill("[name=answer_headline]", "ការបែងចែកពាក្យខ្មែរ")
    applicant.page.fill("[name=answer_plan]", "I study how Khmer words end, with little data.")
    applicant.presses("form:has([name=answer_plan]) button.button:not(.quiet)")
    applicant.goes_to(f"/applications/{application_id}/places")
    applicant.page.select_option("[name=choice-1]", str(place.id))
    applicant.presses("form:has([name=choice-1]) button.button:not(.quiet)")
    applicant.goes_to(f"/applications/{application_id}/documents")
    applicant.page.set_input_files("#file-transcript", str(paper))
    if not applicant.scripts:
        applicant.presses("form:has(#file-transcript) button")
    else:
        applicant.page.locator("form:has(#file-transcript) button").first.click()
        applicant.page.get_by_text("transcript.pdf").first.wait_for()
        applicant.page.wait_for_load_state("networkidle")
    applicant.goes_to(f"/applications/{application_id}/check")
    applicant.page.check("[name=agree]")
    applicant.presses("form:has([name=agree]) button.button")
    assert applicant.page.url.endswith("/receipt")
    assert state_of(application_id) is ApplicationState.SUBMITTED

    # The manager finds it eligible and gives it to a reviewer.
    manager = visitor()
    manager.signs_in(people["manager"])
    manager.goes_to(f"/tracking/{call_id}")
    decide(manager, call_id, application_id, "eligible")
    assert state_of(application_id) is ApplicationState.ELIGIBLE
    assign(manager, call_id)

    # The reviewer reads and scores it.
    reviewer = visitor()
    reviewer.signs_in(people["reviewer"])
    reviewer.goes_to("/reviews")
    review = reviewer.page.locator("a[href^='/reviews/']").first.get_attribute("href")
    reviewer.goes_to(review)
    for name in reviewer.page.locator("input[type=radio]").evaluate_all(
        "all => [...new Set(all.map(one => one.name))]"
    ):
        reviewer.page.check(f"input[name='{name}'][value='4']")
    for box in reviewer.page.locator(".field textarea").all():
        box.fill("Clear question, realistic plan.")
    reviewer.presses("button[formaction$='/submit'], form[action$='/submit'] button.button")

    # The manager shortlists and proposes; a second person approves; the manager sends.
    decide(manager, call_id, application_id, "shortlist")
    manager.goes_to(f"/placements/open/{call_id}")
    manager.presses(f"form[action$='/placements/open/{call_id}'] button.button")
    round_page = re.search(r"/placements/rounds/\d+", manager.page.url).group(0)
    manager.presses(f"form[action='{round_page}/propose'] button.button")
    manager.presses(f"form[action='{round_page}/send'] button.button")
    approver = visitor()
    approver.signs_in(people["approver"])
    approver.goes_to(f"{round_page}/approve")
    fill_reason(approver)
    approver.presses(f"form[action='{round_page}/approve'] button.button")
    manager.goes_to(f"{round_page}/release")
    fill_reason(manager)
    manager.presses(f"form[action='{round_page}/release'] button.button")
    assert state_of(application_id) is ApplicationState.OFFERED

    # The applicant accepts, in at most three clicks from the dashboard.
    applicant.goes_to("/dashboard")
    applicant.presses("a[href*='/placements/offers/']")
    applicant.presses("a[href$='/accept']")
    applicant.presses("form[action$='/accept'] button.button")
    assert state_of(application_id) is ApplicationState.ACCEPTED


def cast(password_hash: str):
    """A call that is open today, its place, and four people with one password."""
    closes = clock.now().replace(microsecond=0) + timedelta(days=9)
    call = make.call(closes_at=closes, title="Khmer and Lao language-model fellowship")
    place = make.place(call, seats=1)
    roles = {"manager": Role.MANAGER, "approver": Role.APPROVER, "reviewer": Role.REVIEWER}
    people = {"applicant": make.person("CHANTHOU SOPHEAP", nationality="KH")}
    for name, role in roles.items():
        people[name] = make.person(name.upper(), nationality="VN")
        make.grant(people[name], role, Scope.PROGRAMME, call.programme_id)
    for person in people.values():
        person.password = password_hash
        person.zone = "Asia/Phnom_Penh"
    addresses = {name: person.email for name, person in people.items()}
    db.session.commit()
    return addresses, call, place


def state_of(application_id: int) -> ApplicationState:
    db.session.rollback()
    query = select(Application.state).where(Application.id == application_id)
    return db.session.scalars(query).one()


def decide(manager, call_id: int, application_id: int, verb: str) -> None:
    """Through the preview with its typed count, as for any number of applications."""
    manager.goes_to(f"/tracking/{call_id}")
    manager.page.check(f"input[name=application][value='{application_id}']")
    manager.presses(f"button[name=verb][value='{verb}']")
    manager.page.fill("input[name=count]", "1")
    manager.presses("form[method=post]:has(input[name=count]) button.button")


def fill_reason(visitor) -> None:
    for box in visitor.page.locator("main textarea").all():
        box.fill("The list follows the scores.")


def assign(manager, call_id: int) -> None:
    """From the call's page: who shall read, the preview of who would read what, and publish."""
    manager.goes_to(f"/tracking/{call_id}")
    manager.presses(f"main a[href='/reviews/assign/{call_id}']")
    manager.page.fill("input[name=per]", "1")
    due = clock.now() + timedelta(days=20)
    for part, number in {"day": due.day, "month": due.month, "year": due.year}.items():
        manager.page.fill(f"input[name=due-{part}]", str(number))
    manager.presses("form:has(input[name=per]) button.button")
    manager.presses("form:has(input[name=plan]) button.button")
    assert manager.page.url.endswith(f"/tracking/{call_id}")
