"""Pages of projects: led by one body, joined by another, and read on other pages by the world."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.foundation.actors import Role
from app.foundation.database import db
from app.notifications.models import OutboxMessage
from app.notifications.tasks import tasks_of
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation
from app.projects.models import Project, ProjectPartner
from app.projects.states import PartnerState, ProjectState
from tests import make
from tests.counting import statements
from tests.projects.test_projects import asking, begun, body, doing, office

FORM = {"locale": "en", "name": "A Khmer language model", "summary": "Words for all."}


@pytest.fixture
def kh(app, session):
    return body("KH")


@pytest.fixture
def jp(app, session):
    return body("JP", Role.COORDINATOR)


def signed_in(client, who):
    return make.sign_in(client, db.session.get_one(User, who[1].user_id))


def press(client, address: str, data: dict[str, str] | None = None):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/dashboard").text)
    assert token is not None
    return client.post(address, data={**(data or {}), "csrf_token": token[1]})


def the_project() -> Project:
    db.session.expire_all()
    return db.session.scalars(select(Project)).one()


def test_a_centre_begins_writes_and_publishes_a_project(client, kh) -> None:
    signed_in(client, kh)
    new = f"/projects/office/new/{kh[0]}"
    key = re.search(r'name="request_key"[^>]*value="([^"]+)"', client.get(new).text)[1]
    made = press(client, new, FORM | {"request_key": key})
    assert press(client, new, FORM | {"request_key": key}).location == made.location
    found = the_project()
    page, visitor = f"/projects/{found.ref}", client.application.test_client()
    assert (visitor.get(page).status_code, client.get(page).status_code) == (404, 200)
    assert FORM["name"] not in visitor.get("/projects").text
    text = {"name": "គំរូភាសាខ្មែរ", "summary": "សម្រាប់អ្នកទាំងអស់", "version": "1"}
    assert press(client, f"{made.location}/texts/km", text).status_code == 302
    assert press(client, f"{made.location}/texts/km", text).status_code == 409
    plan = {"website": "https://www.example.org/km", "version": "2"}
    assert press(client, f"{made.location}/plan", plan).status_code == 302
    assert press(client, f"{made.location}/publish").status_code == 302
    assert text["name"] in visitor.get(f"{page}?lang=km").text
    assert FORM["name"] in visitor.get("/projects?lang=en").text
    assert press(client, f"{made.location}/end").status_code == 302
    assert the_project().state is ProjectState.ENDED


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"website": "javascript:alert(1)"},
        {"locale": "xx"},
        {"starts_on-day": "2", "starts_on-month": "3", "starts_on-year": "2027"}
        | {"ends_on-day": "1", "ends_on-month": "3", "ends_on-year": "2027"},
    ],
)
def test_a_wrong_form_begins_nothing(client, kh, wrong) -> None:
    signed_in(client, kh)
    said = press(client, f"/projects/office/new/{kh[0]}", FORM | wrong)
    assert said.status_code == 422
    assert FORM["summary"] in said.text
    assert db.session.scalars(select(Project)).all() == []


def test_nobody_else_opens_the_office_of_a_project(client, kh, jp) -> None:
    begun(kh)
    number = the_project().id
    signed_in(client, jp)
    for address in (f"/{number}", f"/{number}/plan", f"/{number}/partners", f"/{number}/belongs"):
        assert client.get(f"/projects/office{address}").status_code == 404
    assert press(client, f"/projects/office/{number}/publish").status_code == 404
    assert client.get(f"/projects/office/new/{kh[0]}").status_code == 404


def test_a_body_is_asked_and_answers_and_brings_its_own(client, kh, jp) -> None:
    ref = begun(kh)
    doing(kh[1], ref, office.publish_project)
    found, visitor = the_project(), client.application.test_client()
    asked = db.session.get_one(Organisation, jp[0])
    name, organisation = asked.name, asked.ref
    signed_in(client, kh)
    partners = f"/projects/office/{found.id}/partners"
    assert press(client, partners, {"body": organisation}).status_code == 302
    assert "Not answered yet" in client.get(partners).text
    assert [task.kind for task in db.session.scalars(tasks_of(jp[1]))] == ["project to join"]
    assert name not in visitor.get(f"/projects/{ref}").text
    partner = db.session.scalars(select(ProjectPartner)).one().id

    own = make.call(programme=make.programme(organisation_id=jp[0]))
    call_ref, call_id = own.ref, own.id
    signed_in(client, jp)
    assert "may be named in this project" in client.get(f"/projects/{ref}").text
    assert press(client, f"/projects/office/{found.id}/attach").status_code == 404
    assert press(client, f"/projects/partners/{partner}/confirm").status_code == 302
    db.session.rollback()
    assert db.session.scalars(tasks_of(jp[1])).all() == []
    kinds = set(db.session.scalars(select(OutboxMessage.kind)))
    assert kinds == {"projects/asked", "projects/answered"}
    assert name in visitor.get(f"/projects/{ref}").text
    assert "A Khmer language model" in visitor.get(f"/organisations/{organisation}").text

    there = {"opportunity": str(call_id)}
    assert press(client, f"/projects/office/{found.id}/attach", there).status_code == 302
    assert call_ref in client.get(f"/projects/office/{found.id}/belongs").text
    page = visitor.get(f"/fellowships/{call_ref}").text
    assert "Part of the project:" in page
    assert f'href="/projects/{ref}"' in page
    assert press(client, f"/projects/office/{found.id}/attach", there).status_code == 422
    assert press(client, f"/projects/office/{found.id}/detach", there).status_code == 302
    assert "Part of the project:" not in visitor.get(f"/fellowships/{call_ref}").text


def test_who_leads_takes_a_body_out_and_may_ask_it_again(client, kh, jp) -> None:
    ref = begun(kh)
    asking(kh, jp, ref)
    partner = db.session.scalars(select(ProjectPartner)).one().id
    signed_in(client, jp)
    assert press(client, f"/projects/partners/{partner}/decline").status_code == 302
    db.session.expire_all()
    assert db.session.get_one(ProjectPartner, partner).state is PartnerState.DECLINED
    signed_in(client, kh)
    number = the_project().id
    assert press(client, f"/projects/office/{number}/partners/{partner}/remove").status_code == 302
    assert db.session.scalars(select(ProjectPartner)).all() == []
    asking(kh, jp, ref)


def test_a_body_for_which_nobody_signs_in_is_not_asked(client, kh) -> None:
    begun(kh)
    empty, number = make.organisation(code="JP").ref, the_project().id
    signed_in(client, kh)
    press(client, f"/projects/office/{number}/partners", {"body": empty})
    page = client.get(f"/projects/office/{number}/partners").text
    assert "Nobody signs in for this body" in page
    press(client, f"/projects/office/{number}/partners", {"body": "no\0such"})
    assert db.session.scalars(select(ProjectPartner)).all() == []


def test_a_draft_is_named_on_no_other_page(client, kh) -> None:
    call = make.call(programme=make.programme(organisation_id=kh[0]))
    call_ref, call_id = call.ref, call.id
    ref = begun(kh)

    def attaching(work, project):
        office.attach_opportunity(work, project, work.session.get_one(Opportunity, call_id))

    doing(kh[1], ref, attaching)
    where = db.session.get_one(Organisation, kh[0]).ref
    for address in (f"/fellowships/{call_ref}", f"/organisations/{where}", "/sitemap.xml"):
        assert ref not in client.get(address).text
    doing(kh[1], ref, office.publish_project)
    for address in (f"/fellowships/{call_ref}", f"/organisations/{where}", "/sitemap.xml"):
        assert ref in client.get(address).text


def test_the_list_goes_page_by_page_and_asks_no_more_for_it(client, kh, monkeypatch) -> None:
    monkeypatch.setattr(office, "stamp_catalogue", lambda _work: None)
    for number in range(27):
        ref = begun(kh, name=f"Project {number:02}")
        doing(kh[1], ref, office.publish_project)
    client.get("/projects?lang=en")
    with statements() as said:
        first = client.get("/projects?lang=en&x=1").text
    assert len(said) <= 6
    assert ("Project 24" in first, "Project 25" in first) == (True, False)
    later = re.search(r'href="([^"]+)" rel="next"', first)[1]
    second = client.get(later.replace("&amp;", "&")).text
    assert ("Project 24" in second, "Project 26" in second) == (False, True)
