"""The reviewer's pages: the queue, one application, saving, submitting, and what stays hidden."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application, Document, DocumentSlot, Submission
from app.files.models import StoredFile
from app.files.states import Sensitivity
from app.files.storage import storage
from app.foundation.database import db
from app.ledger.models import ViewEntry
from app.opportunities.models import OpportunityText
from app.reviews.models import Review, Score
from app.reviews.operations import Given
from app.reviews.states import ReviewState
from tests import make
from tests.counting import statements
from tests.reviews.helping import Panel, assign_all, submit

SENT = {
    "format": 1,
    "applicant": {
        "passport_name": "SECRET NAME",
        "email": "secret@example.org",
        "born_on": "1999-03-02",
        "nationalities": ["KH"],
    },
    "answers": {"study": {"headline": "Segmentation of Khmer", "plan": "គម្រោងនេះសិក្សា"}},
    "preferences": [{"rank": 1, "place_id": 1, "host": "Tohoku University"}],
    "documents": [],
}
COMPLETE = {
    "score_merit": "4",
    "why_merit": "Clear.",
    "score_fit": "3",
    "why_fit": "Known.",
    "comment": "Fine.",
}


def send(panel: Panel) -> None:
    """Give every application what its applicant sent."""
    for i in panel.applications:
        application = db.session.get(Application, i)
        application.headline = f"Plan {i}"
        db.session.add(
            Submission(
                application_id=i,
                number=1,
                content=SENT,
                sha256="0" * 64,
                submitted_by_id=application.applicant_id,
                submitted_at=make.NOW,
            )
        )
    db.session.commit()


def browser(client, actor):
    return make.sign_in(client, db.session.get(User, actor.user_id))


def token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)


def post(browser, path: str, at: str | None = None, **data):
    page = browser.get(at or path.removesuffix("/submit")).text
    version = re.search(r'name="version" value="(\d+)"', page)
    sent = {"csrf_token": token(page), "version": version.group(1) if version else "1", **data}
    return browser.post(path, data=sent)


def read(review_id: int) -> Review:
    db.session.rollback()
    return db.session.get(Review, review_id, populate_existing=True)


@pytest.fixture
def panel(session):
    made = Panel(reviewers=2, applications=3)
    send(made)
    made.reviews = assign_all(made)[0::2]
    made.others = [
        i for i in session.scalars(select(Review.id).order_by(Review.id)) if i not in made.reviews
    ]
    return made


def test_the_queue_names_a_call_in_the_readers_language(client, panel) -> None:
    make.add(
        OpportunityText(
            opportunity_id=panel.call_id,
            locale="km",
            title="អាហារូបករណ៍ AI",
            summary="",
            description="",
            is_original=False,
        )
    )
    page = browser(client, panel.reviewers[0]).get("/reviews?lang=km").text
    assert f'id="c{panel.call_id}" lang="km">អាហារូបករណ៍ AI' in page


def test_the_queue_shows_what_to_read_and_how_far_one_is(client, panel) -> None:
    reviewer = browser(client, panel.reviewers[0])
    page = reviewer.get("/reviews").text
    assert "You have read 0 of 3" in page
    submit(panel.reviewers[0], panel.reviews[0])
    assert "You have read 1 of 3" in reviewer.get("/reviews").text
    assert "nothing to read" in browser(client, panel.secretariat).get("/reviews").text


def test_the_page_shows_the_application_without_contact_or_birth(client, panel) -> None:
    page = browser(client, panel.reviewers[0]).get(f"/reviews/{panel.reviews[0]}").text
    assert "Segmentation of Khmer" in page
    assert 'lang="km">គម្រោងនេះសិក្សា' in page
    assert "Tohoku University" in page
    for hidden in ("SECRET NAME", "secret@example.org", "1999", "Cambodia"):
        assert hidden not in page
    assert "Application 1 of 3" in page


def test_others_reviews_appear_after_ones_own(client, panel) -> None:
    words = {"merit": Given(2, "Nothing new under the sun."), "fit": Given(2, "No host does this.")}
    submit(panel.reviewers[1], panel.others[0], words, "Do not take this one.")
    reviewer = browser(client, panel.reviewers[0])
    address = f"/reviews/{panel.reviews[0]}"
    assert "Nothing new under" not in reviewer.get(address).text
    submit(panel.reviewers[0], panel.reviews[0])
    page = reviewer.get(address).text
    assert "Nothing new under" in page
    assert "Do not take this one." in page
    assert "Another reviewer: 2.00" in page
    assert "Your overall score: 3.60" in page
    assert 'name="score_merit"' not in page


def test_a_draft_is_saved_with_the_button_and_by_script(client, panel) -> None:
    reviewer, address = browser(client, panel.reviewers[0]), f"/reviews/{panel.reviews[0]}"
    assert post(reviewer, address, score_merit="5", why_fit="Perhaps").status_code == 302
    page = reviewer.get(address).text
    assert 'value="5" checked' in page
    assert "Perhaps" in page
    sent = {"csrf_token": token(page), "version": "2", "score_merit": "4", "comment": "Hm"}
    answer = reviewer.post(address, data=sent, headers={"Accept": "application/json"})
    assert answer.json["version"] == 3
    assert answer.json["saved"].startswith("Saved at ")
    late = reviewer.post(address, data=sent, headers={"Accept": "application/json"})
    assert (late.status_code, late.json["changed"]) == (409, True)


def test_two_versions_are_both_shown(client, panel) -> None:
    reviewer, address = browser(client, panel.reviewers[0]), f"/reviews/{panel.reviews[0]}"
    key = token(reviewer.get(address).text)
    first = {"csrf_token": key, "version": "1", "score_merit": "2", "why_merit": "There"}
    assert reviewer.post(address, data=first).status_code == 302
    second = {"csrf_token": key, "version": "1", "score_merit": "5", "why_merit": "Here"}
    answer = reviewer.post(address, data=second)
    assert answer.status_code == 409
    assert "There" in answer.text
    assert "Here" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert reviewer.post(address, data={**second, "version": "2"}).status_code == 302
    assert {s.value for s in db.session.scalars(select(Score))} == {5, None}


def test_submitting_leads_to_the_next_of_the_same_call(client, panel) -> None:
    reviewer = browser(client, panel.reviewers[0])
    places = []
    for review_id in panel.reviews:
        answer = post(reviewer, f"/reviews/{review_id}/submit", **COMPLETE)
        assert answer.status_code == 302
        places.append(answer.location)
    assert places == [f"/reviews/{panel.reviews[1]}", f"/reviews/{panel.reviews[2]}", "/reviews"]
    assert read(panel.reviews[0]).total == 3.6


@pytest.mark.parametrize(
    "change",
    [{"score_merit": ""}, {"why_fit": " "}, {"score_fit": "9"}, {"why_merit": "x" * 2001}],
)
def test_an_incomplete_review_keeps_what_was_typed(client, panel, change) -> None:
    reviewer, address = browser(client, panel.reviewers[0]), f"/reviews/{panel.reviews[0]}"
    answer = post(reviewer, f"{address}/submit", **{**COMPLETE, **change})
    assert answer.status_code == 422
    assert "1 thing needs your attention" in answer.text
    assert "Fine." in answer.text
    assert read(panel.reviews[0]).state is ReviewState.ASSIGNED


def test_a_review_is_not_submitted_twice_by_page(client, panel) -> None:
    reviewer, address = browser(client, panel.reviewers[0]), f"/reviews/{panel.reviews[0]}"
    key = token(reviewer.get(address).text)
    sent = {"csrf_token": key, "version": "1", **COMPLETE}
    assert reviewer.post(f"{address}/submit", data=sent).status_code == 302
    assert reviewer.post(f"{address}/submit", data=sent).status_code == 409


def test_a_conflict_is_declared_with_its_reason(client, panel) -> None:
    reviewer, address = browser(client, panel.reviewers[0]), f"/reviews/{panel.reviews[0]}/conflict"
    assert post(reviewer, address, reason="").status_code == 422
    assert post(reviewer, address, reason="We wrote a paper together.").status_code == 302
    assert read(panel.reviews[0]).state is ReviewState.CONFLICT
    assert reviewer.get(address).status_code == 404
    assert "You have read 0 of 2" in reviewer.get("/reviews").text


def test_foreign_reviews_are_not_found_and_the_office_is_led_to_its_own_page(client, panel) -> None:
    address = f"/reviews/{panel.reviews[0]}"
    for who in (panel.reviewers[1], panel.elsewhere):
        stranger = browser(client, who)
        assert stranger.get(address).status_code == 404
        assert stranger.get(f"{address}/conflict").status_code == 404
        key = token(stranger.get("/about").text)
        assert stranger.post(address, data={"csrf_token": key}).status_code == 404
        assert stranger.post(f"{address}/submit", data={"csrf_token": key}).status_code == 404
    for who in (panel.manager, panel.approver, panel.secretariat):
        office = browser(client, who)
        page = f"/tracking/{panel.call_id}/{panel.applications[0]}#review-{panel.reviews[0]}"
        assert office.get(address).location == page
        key = token(office.get("/about").text)
        assert office.post(address, data={"csrf_token": key}).status_code == 403
        assert office.get(f"{address}/conflict").status_code == 403


NASTY = ["\x00", "\u202e", "x" * 30_000, "😀", "<script>", "-1", "99999999999", "٣", "4.5"]


@pytest.mark.parametrize("field", ["score_merit", "why_merit", "comment", "version", "csrf_token"])
def test_nasty_input_is_refused_or_kept_politely(client, panel, field) -> None:
    reviewer, address = browser(client, panel.reviewers[0]), f"/reviews/{panel.reviews[0]}"
    key = token(reviewer.get(address).text)
    for value in NASTY:
        sent = {"csrf_token": key, "version": "1", **COMPLETE, field: value, "score_fit": ""}
        for path in (address, f"{address}/submit"):
            assert reviewer.post(path, data=sent).status_code < 500, value
    assert reviewer.get(address).status_code == 200
    assert reviewer.post(f"{address}/conflict", data={**sent, "reason": "\x00"}).status_code == 422


# --- Documents -----------------------------------------------------------------------------------


def upload(application_id: int, sensitivity=Sensitivity.PERSONAL) -> int:
    application = db.session.get(Application, application_id)
    slot = make.add(DocumentSlot(application_id=application_id, kind="transcript"))
    file = make.add(
        StoredFile(
            key=storage().put(b"%PDF-1.7 transcript"),
            owner_id=application.applicant_id,
            file_name="transcript.pdf",
            media_type="application/pdf",
            size=19,
            sha256="0" * 64,
            sensitivity=sensitivity,
            stored_at=make.NOW,
        )
    )
    return make.add(
        Document(
            slot_id=slot.id,
            application_id=application_id,
            file_id=file.id,
            uploaded_by_id=application.applicant_id,
            uploaded_at=make.NOW,
        )
    ).id


def test_a_reviewer_opens_a_document_and_the_applicant_can_know(client, session, panel) -> None:
    document_id, foreign = upload(panel.applications[0]), upload(panel.applications[1])
    reviewer = browser(client, panel.reviewers[0])
    address = f"/reviews/{panel.reviews[0]}/documents"
    answer = reviewer.get(f"{address}/{document_id}", buffered=True)
    assert answer.data == b"%PDF-1.7 transcript"
    assert "attachment" in answer.headers["Content-Disposition"]
    view = session.scalars(select(ViewEntry)).one()
    assert (view.viewer_id, view.what) == (panel.people[0], "document")
    assert reviewer.get(f"{address}/{foreign}").status_code == 404
    assert browser(client, panel.reviewers[1]).get(f"{address}/{document_id}").status_code == 404


def test_a_reviewer_does_not_open_what_is_kept_apart(client, session, panel) -> None:
    document_id = upload(panel.applications[0], Sensitivity.HEALTH)
    reviewer = browser(client, panel.reviewers[0])
    address = f"/reviews/{panel.reviews[0]}/documents/{document_id}"
    assert reviewer.get(address).status_code == 404
    assert session.scalars(select(ViewEntry)).all() == []


def test_a_reviewer_takes_all_of_it_along_and_the_applicant_can_know(client, session, panel):
    document_id = upload(panel.applications[0])
    sent = {"question": "transcript", "document_id": document_id, "file_name": "transcript.pdf"}
    submission = session.scalars(
        select(Submission).where(Submission.application_id == panel.applications[0])
    ).one()
    submission.content = {**submission.content, "documents": [sent]}
    session.commit()
    reviewer = browser(client, panel.reviewers[0])
    answer = reviewer.get(f"/reviews/{panel.reviews[0]}/papers.pdf")
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    view = session.scalars(select(ViewEntry)).one()
    assert (view.viewer_id, view.what) == (panel.people[0], "document")
    foreign = browser(client, panel.reviewers[1]).get(f"/reviews/{panel.reviews[0]}/papers.pdf")
    assert foreign.status_code == 404


# --- Cost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 25])
@pytest.mark.parametrize("submitted", [False, True])
def test_the_page_asks_few_questions_however_much_there_is(
    client, session, number, submitted
) -> None:
    panel = Panel(reviewers=min(number, 5) + 1, applications=number)
    send(panel)
    ids = assign_all(panel)
    if submitted:
        for n, actor in enumerate(panel.reviewers):
            submit(actor, ids[n])
    reviewer = browser(client, panel.reviewers[0])
    with statements() as asked:
        assert reviewer.get(f"/reviews/{ids[0]}").status_code == 200
    assert len(asked) <= 6, asked
    with statements() as asked:
        assert reviewer.get("/reviews").status_code == 200
    assert len(asked) <= 2, asked
