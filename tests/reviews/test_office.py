"""The office's pages: one application whole, who reads what, and the ranked list."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application
from app.foundation import clock
from app.foundation.database import db
from app.opportunities.models import Opportunity
from app.reviews.models import Review
from app.reviews.operations import Given
from app.reviews.states import ReviewState
from tests import make
from tests.counting import statements
from tests.reviews.helping import S, Panel, assign, assign_all, submit
from tests.reviews.test_pages import SENT, browser, read, send, token


def due() -> dict[str, str]:
    day = clock.now() + timedelta(days=30)
    return {"due-day": str(day.day), "due-month": str(day.month), "due-year": str(day.year)}


def post(office, page: str, path: str, **data):
    return office.post(page + path, data={"csrf_token": token(office.get(page).text), **data})


@pytest.fixture
def panel(session):
    made = Panel(reviewers=3, applications=1)
    send(made)
    made.page = f"/tracking/{made.call_id}/{made.applications[0]}"
    return made


def state(panel):
    db.session.rollback()
    return db.session.get(Application, panel.applications[0], populate_existing=True).state


def test_the_page_shows_what_was_sent_the_reviews_and_the_history(client, panel) -> None:
    first = assign_all(panel)[0]
    submit(panel.reviewers[0], first)
    office = browser(client, panel.manager)
    page = office.get(panel.page).text
    assert SENT["answers"]["study"]["headline"] in page
    assert "secret@example.org" in page
    assert "A clear question." in page
    assert "submitted a review" in page
    assert "Overall score: 3.60" in page
    for who in (panel.approver, panel.secretariat):
        other = browser(client, who).get(panel.page)
        assert other.status_code == 200
        assert 'name="verb"' not in other.text


def test_strangers_reviewers_and_the_applicant_do_not_find_it(client, session, panel) -> None:
    assign_all(panel)
    applicant = session.get(Application, panel.applications[0]).applicant_id
    own = make.application(
        session.get(Opportunity, panel.call_id),
        session.get(User, panel.manager.user_id),
        state=S.IN_REVIEW,
    ).id
    draft = make.application(session.get(Opportunity, panel.call_id)).id
    for who in (panel.elsewhere, panel.reviewers[0]):
        assert browser(client, who).get(panel.page).status_code == 404
    assert make.sign_in(client, session.get(User, applicant)).get(panel.page).status_code == 404
    office = browser(client, panel.manager)
    assert office.get(f"/tracking/{panel.call_id}/{own}").status_code == 404
    assert office.get(f"/tracking/{panel.call_id}/{draft}").status_code == 404
    assert office.get(f"/tracking/{panel.call_id + 1}/{panel.applications[0]}").status_code == 404


def test_an_application_is_screened_and_listed_from_its_page(client, panel) -> None:
    office = browser(client, panel.manager)
    assert post(office, panel.page, "/decide", verb="not eligible").status_code == 409
    answer = post(office, panel.page, "/decide", verb="not eligible", reason="degree", note="Hm")
    assert answer.status_code == 302
    assert state(panel) is S.INELIGIBLE
    assert "degree or experience" in office.get(panel.page).text
    assert post(office, panel.page, "/decide", verb="eligible").status_code == 302
    assert post(office, panel.page, "/decide", verb="shortlist").status_code == 302
    assert post(office, panel.page, "/decide", verb="shortlist").status_code == 409
    assert post(office, panel.page, "/decide", verb="unlist").status_code == 302
    assert state(panel) is S.IN_REVIEW
    assert post(office, panel.page, "/decide", verb="explode").status_code == 404
    assert post(office, panel.page, "/decide", verb="shortlist", note="\x00").status_code == 422


def test_one_more_reviewer_is_asked(client, session, panel) -> None:
    office, person = browser(client, panel.manager), panel.people[0]
    assert post(office, panel.page, "/reviewers", reviewer="", **due()).status_code == 422
    assert post(office, panel.page, "/reviewers", reviewer="99999", **due()).status_code == 409
    assert post(office, panel.page, "/reviewers", reviewer=str(person)).status_code == 422
    past = {"due-day": "1", "due-month": "1", "due-year": "2020"}
    assert post(office, panel.page, "/reviewers", reviewer=str(person), **past).status_code == 409
    assert post(office, panel.page, "/reviewers", reviewer=str(person), **due()).status_code == 302
    assert session.scalar(select(Review.reviewer_id)) == person
    approver = browser(client, panel.approver)
    data = {"csrf_token": token(approver.get("/about").text), "reviewer": str(person), **due()}
    assert approver.post(panel.page + "/reviewers", data=data).status_code == 403


def test_reviews_are_taken_back_and_reopened_with_a_reason(client, panel) -> None:
    first, second, _third = assign_all(panel)
    submit(panel.reviewers[0], first)
    office = browser(client, panel.manager)
    assert post(office, panel.page, f"/reviews/{second}/take-back", reason="").status_code == 422
    assert post(office, panel.page, f"/reviews/{second}/take-back", reason="x").status_code == 302
    assert post(office, panel.page, f"/reviews/{first}/reopen", reason="Look").status_code == 302
    assert post(office, panel.page, f"/reviews/{first}/reopen", reason="Look").status_code == 409
    assert read(first).state is ReviewState.ASSIGNED
    assert read(second).state is ReviewState.TAKEN_BACK
    assert post(office, panel.page, "/reviews/99999/reopen", reason="x").status_code == 404


# --- Who reads what ------------------------------------------------------------------------------


def plan_of(office, panel, people, per="2"):
    query = {"reviewer": people, "per": per, **due()}
    return office.get(f"/reviews/assign/{panel.call_id}", query_string=query)


def publish(office, panel, page, people, per="2"):
    plan = re.search(r'name="plan" value="([^"]+)"', page).group(1)
    data = {"csrf_token": token(page), "reviewer": people, "per": per, "plan": plan, **due()}
    return office.post(f"/reviews/assign/{panel.call_id}", data=data)


def test_a_plan_is_looked_at_and_then_published(client, session) -> None:
    panel = Panel(reviewers=3, applications=6)
    office = browser(client, panel.manager)
    assert "6 applications can be read" in office.get(f"/reviews/assign/{panel.call_id}").text
    page = plan_of(office, panel, panel.people).text
    assert "12 new reviews" in page
    assert session.scalars(select(Review.id)).all() == []
    assert publish(office, panel, page, panel.people).status_code == 302
    loads = [
        len(session.scalars(select(Review.id).where(Review.reviewer_id == p)).all())
        for p in panel.people
    ]
    assert loads == [4, 4, 4]
    assert publish(office, panel, page, panel.people).status_code == 409


def test_conflicts_hold_in_the_plan_and_are_said(client, session) -> None:
    panel = Panel(reviewers=1, applications=0)
    home = make.organisation().id
    own = panel.reviewer(name="SOK DARA", home_institution_id=home)
    call = session.get(Opportunity, panel.call_id)
    make.application(call, make.person(home_institution_id=home), state=S.ELIGIBLE)
    make.application(call, session.get(User, panel.manager.user_id), state=S.ELIGIBLE)
    office = browser(client, panel.manager)
    page = plan_of(office, panel, [panel.people[0], own]).text
    assert "1 new review" in page
    assert "1 application gets too few reviews" in page
    assert "SOK DARA" in page
    assert publish(office, panel, page, [panel.people[0], own]).status_code == 302
    assert session.scalars(select(Review.reviewer_id)).all() == [panel.people[0]]


def test_a_plan_that_changed_meanwhile_is_shown_again(client, session) -> None:
    panel = Panel(reviewers=2, applications=2)
    office = browser(client, panel.manager)
    page = plan_of(office, panel, panel.people, "1").text
    assign(panel, [(panel.applications[0], panel.people[1])])
    answer = publish(office, panel, page, panel.people, "1")
    assert answer.status_code == 409
    assert "Something changed meanwhile" in answer.text
    assert len(session.scalars(select(Review.id)).all()) == 1


@pytest.mark.parametrize(
    "query", ["?per=0", "?per=x&reviewer=%00", "?per=999999999999", "?per=2", "?per=2&due-day=99"]
)
def test_nonsense_brings_the_form_back(client, query) -> None:
    panel = Panel()
    answer = browser(client, panel.manager).get(f"/reviews/assign/{panel.call_id}{query}")
    assert answer.status_code == 200
    assert "attention" in answer.text


@pytest.mark.parametrize("who", ["approver", "secretariat", "elsewhere"])
def test_only_managers_assign_by_page(client, who) -> None:
    panel = Panel()
    stranger = browser(client, getattr(panel, who))
    assert stranger.get(f"/reviews/assign/{panel.call_id}").status_code == 403
    data = {"csrf_token": token(stranger.get("/about").text)}
    assert stranger.post(f"/reviews/assign/{panel.call_id}", data=data).status_code == 403


# --- The ranked list -----------------------------------------------------------------------------


def test_the_ranked_list_shares_ranks_and_flags_what_is_far_apart(client, session) -> None:
    panel = Panel(reviewers=2, applications=4)
    ids = assign_all(panel)
    given = [(5, 1), (3, 3), (4, 2), (2, 2)]
    for n, pair in enumerate(given):
        for m, value in enumerate(pair):
            scores = {k: Given(value, "So.") for k in ("merit", "fit")}
            submit(panel.reviewers[m], ids[2 * n + m], scores)
    address = f"/reviews/ranking/{panel.call_id}"
    office = browser(client, panel.manager)
    page = office.get(address).text
    ranks = re.findall(r"<tr>\s*<td>(\d+)</td>", page)
    assert ranks == ["1", "1", "1", "4"]
    assert page.count("Far apart") == 2
    with statements() as asked:
        office.get(address)
    assert len(asked) <= 6, asked
    assert browser(client, panel.approver).get(address).status_code == 200
    assert browser(client, panel.reviewers[0]).get(address).status_code == 403
    office = browser(client, panel.manager)
    for nasty in ("?after=x", "?before=-1", "?after=99999999999999", "?after=123456"):
        assert office.get(address + nasty).status_code == 200
