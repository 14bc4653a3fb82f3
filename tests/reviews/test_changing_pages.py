"""The pages of changes after submitting: the applicant's and the office's."""

import pytest

from app.accounts.models import User
from app.applications.models import Application
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.fellowships.pages.pressing import hidden
from tests.files import samples
from tests.reviews.test_changing import Scene, reviewed

DATES = {
    "closes-day": "10",
    "closes-month": "1",
    "closes-year": "2027",
    "closes-hour": "12",
    "closes-minute": "0",
}


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def scene(session) -> Scene:
    return Scene()


@pytest.fixture
def own(app, scene):
    return make.sign_in(app.test_client(), db.session.get(User, scene.person_id))


@pytest.fixture
def desk(app, scene):
    return make.sign_in(app.test_client(), db.session.get(User, scene.manager.user_id))


def send(client, page, then="", **values):
    return client.post(page + then, data=hidden(client.get(page).text) | values)


def office_page(scene) -> str:
    return f"/tracking/{scene.call_id}/{scene.application_id}/changes"


def test_the_office_opens_a_question_and_the_applicant_sends_it_changed(scene, own, desk) -> None:
    page = office_page(scene)
    assert send(desk, page, reason="Why", **DATES).status_code == 422
    asked = {"questions": "plan", "reason": "The plan names no host.", **DATES}
    assert send(desk, page, **asked).status_code == 302
    assert send(desk, page, **asked).status_code == 409
    assert "With the applicant" in desk.get(page).text

    status = own.get(f"/applications/{scene.application_id}?lang=en").text
    assert "The office asks you to change something" in status
    assert "You have it now." in status
    assert "Open it, and send what you changed." in own.get("/applications?lang=en").text
    address = f"/applications/{scene.application_id}/changes/{scene.request().id}"
    shown = own.get(address).text
    assert "answer_plan" in shown
    assert "answer_headline" not in shown
    assert "10 Jan 2027, 12:00" in shown

    kept = hidden(shown)
    saved = own.post(
        address, data=kept | {"answer_plan": "With Nara."}, headers={"Accept": "application/json"}
    )
    assert saved.json["version"] == 2
    stale = own.post(
        address, data=kept | {"answer_plan": "Other tab."}, headers={"Accept": "application/json"}
    )
    assert (stale.status_code, stale.json["changed"]) == (409, True)
    both = own.post(address, data=kept | {"answer_plan": "Other tab.", "do": "save"})
    assert both.status_code == 409
    assert "Other tab." in both.text
    assert "With Nara." in both.text
    assert "Take the saved version" in both.text
    assert scene.request().answers == {"plan": "With Nara."}
    chosen = hidden(both.text) | {"answer_plan": "Other tab.", "do": "save"}
    assert own.post(address, data=chosen).status_code == 302
    assert send(own, address, answer_plan="", do="send").status_code == 409
    assert send(own, address, answer_plan="I study words in Nara.", do="send").status_code == 302

    for client, where in (
        (own, f"/applications/{scene.application_id}/changes"),
        (desk, page),
    ):
        compared = client.get(f"{where}?lang=en").text
        assert '<del><span class="hidden-label">taken out: </span>how' in compared
        assert '<ins><span class="hidden-label">added: </span>' in compared
    assert "I have read it" in desk.get(page).text
    read = f"/{scene.request().id}/read"
    assert send(desk, page, read).status_code == 302
    assert "I have read it" not in desk.get(page).text


def test_a_document_is_uploaded_left_out_and_sent(scene, own) -> None:
    scene.ask("transcript")
    address = f"/applications/{scene.application_id}/changes/{scene.request().id}"
    files = f"{address}/files/transcript"
    token = hidden(own.get(address).text)["csrf_token"]

    def up():
        import io

        file = (io.BytesIO(samples.PDF + b"%again"), "again.pdf")
        return own.post(files, data={"csrf_token": token, "file": file})

    assert own.post(files, data={"csrf_token": token}).status_code == 422
    assert up().status_code == 302
    assert "again.pdf" in own.get(address).text
    [document_id] = scene.request().documents["transcript"]
    out = own.post(f"{files}/{document_id}/leave-out", data={"csrf_token": token})
    assert out.status_code == 302
    assert (
        own.post(f"{files}/{document_id}/leave-out", data={"csrf_token": token}).status_code == 404
    )
    assert up().status_code == 302
    assert send(own, address, do="send").status_code == 302
    assert "again.pdf" in own.get(f"/applications/{scene.application_id}/changes").text


def test_the_number_of_voided_reviews_is_said_and_typed(scene, desk) -> None:
    reviewed(scene)
    page = office_page(scene)
    shown = desk.get(page).text
    assert "1 review is in." in shown
    asked = {"questions": "plan", "reason": "Why", **DATES}
    refused = send(desk, page, **asked)
    assert refused.status_code == 409
    assert "This voids 1 review" in refused.text
    assert send(desk, page, count="1", **asked).status_code == 302
    assert (
        db.session.get(Application, scene.application_id, populate_existing=True).reviews_done == 0
    )
    assert "1 review was voided by it." in desk.get(page).text


def test_the_office_gives_time_and_closes(scene, desk, own) -> None:
    request_id = scene.ask()
    page = office_page(scene)
    later = {**DATES, "closes-day": "20"}
    assert send(desk, page, f"/{request_id}/later", **DATES).status_code in {409, 422}
    assert send(desk, page, f"/{request_id}/later", **later).status_code == 302
    assert "20 Jan 2027, 12:00" in desk.get(page).text
    assert send(desk, page, f"/{request_id}/close", reason="").status_code == 422
    late = send(desk, page, f"/{request_id}/close", version="1", reason="All is clear.")
    assert late.status_code == 409
    assert "All is clear." in late.text
    closed = send(desk, page, f"/{request_id}/close", reason="It is clear now.")
    assert closed.status_code == 302
    assert "It is clear now." in own.get(f"/applications/{scene.application_id}/changes").text
    gone = own.get(f"/applications/{scene.application_id}/changes/{request_id}")
    assert gone.status_code == 302


def test_strangers_find_none_of_it(app, scene, own, desk) -> None:
    request_id = scene.ask()
    stranger = make.sign_in(app.test_client(), make.person())
    address = f"/applications/{scene.application_id}/changes"
    for path in (address, f"{address}/{request_id}", office_page(scene)):
        assert stranger.get(path).status_code == 404
    assert own.get(office_page(scene)).status_code == 404
    assert desk.get(f"{address}/{request_id}").status_code == 404
    for path in (f"{address}/{request_id}", f"{office_page(scene)}/{request_id}/close"):
        assert stranger.post(path).status_code == 404
