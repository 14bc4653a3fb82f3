"""Selective dates are reviewed as calls are: the centre writes the rubric and names reviewers."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import RoleGrant, User
from app.applications.models import Application
from app.applications.operations.screening import find_together, shortlist
from app.applications.states import ApplicationState as A
from app.courses import operations as office
from app.courses.queries import run_to_enrol_in
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.notifications.models import OutboxMessage
from app.opportunities.models import RubricVersion
from app.reviews.models import Review
from app.reviews.operations import (
    Given,
    assign_reviewers,
    declare_conflict,
    dismiss_reviewer,
    name_reviewer,
    submit_review,
    take_up,
)
from app.reviews.queries import named_reviewers, reviews_to_write, reviews_visible_to
from tests import make
from tests.courses.centres import working
from tests.courses.dates import the_run
from tests.courses.selecting import OPEN, selective

SCORES = {key: Given(4, "Clear.") for key in ("merit", "fit")}


@pytest.fixture(autouse=True)
def january(app):
    with clock.set_clock(OPEN):
        yield


@pytest.fixture
def run_id(centre) -> int:
    made = selective(centre)
    with working(centre.writer) as work:
        office.save_run_rubric(work, the_run(work, made), make.RUBRIC, version=None)
    return made


def eligible(run_id: int) -> int:
    with working(SYSTEM) as work:
        run = work.find(run_to_enrol_in(work.actor, run_id))
    return make.application(run, make.person(), state=A.ELIGIBLE).id


def given(centre, run_id: int, application_id: int) -> tuple[int, int]:
    """(review, reviewer): a reviewer whom the centre names gets this application to read."""
    reviewer_id = make.person(nationality="VN").id
    with working(centre.writer) as work:
        run = the_run(work, run_id)
        reviewer = work.session.get_one(User, reviewer_id)
        name_reviewer(work, run, reviewer)
        read = work.session.get_one(Application, application_id)
        assign_reviewers(work, run, [read], [reviewer], due_at=OPEN + timedelta(days=9))
    return db.session.scalars(select(Review.id)).one(), reviewer_id


def test_the_centre_names_a_reviewer_who_scores_and_the_centre_chooses(centre, run_id) -> None:
    application_id = eligible(run_id)
    review_id, reviewer_id = given(centre, run_id, application_id)
    letters = db.session.scalars(select(OutboxMessage.kind)).all()
    assert "accounts/role_given" in letters
    assert "reviews/assigned" in letters
    reader = make.actor(db.session.get_one(User, reviewer_id))
    with working(reader) as work:
        to_write = reviews_to_write(work.actor).where(Review.id == review_id)
        submit_review(work, take_up(work, to_write), scores=SCORES, comment="")
    assert db.session.get_one(Application, application_id).score_mean is not None
    with working(centre.writer) as work:
        shortlist(work, *find_together(work, run_id, [application_id]))
    with working(centre.writer) as work:
        office.admit_application(work, office.find_application(work, application_id))
    assert db.session.get_one(Application, application_id).state is A.OFFERED


def test_a_reviewer_of_some_dates_is_none_of_others_and_another_centre_sees_nothing(
    centre, run_id
) -> None:
    review_id, reviewer_id = given(centre, run_id, eligible(run_id))
    assert db.session.scalar(
        reviews_visible_to(make.actor(centre.writer)).where(Review.id == review_id)
    )
    assert not db.session.scalars(reviews_visible_to(make.actor(centre.stranger))).all()
    elsewhere = selective(centre)
    with working(centre.writer) as work:
        office.save_run_rubric(work, the_run(work, elsewhere), make.RUBRIC, version=None)
    read = eligible(elsewhere)
    with pytest.raises(RuleBroken, match="is not a reviewer"), working(centre.writer) as work:
        assign_reviewers(
            work,
            the_run(work, elsewhere),
            [work.session.get_one(Application, read)],
            [work.session.get_one(User, reviewer_id)],
            due_at=OPEN + timedelta(days=9),
        )


def test_what_reviewers_score_by_stays_for_reviews_that_began(centre, run_id) -> None:
    given(centre, run_id, eligible(run_id))
    with working(centre.writer) as work:
        again = office.save_run_rubric(work, the_run(work, run_id), make.RUBRIC, version=None)
        assert again.number == 2
    kept = db.session.scalars(select(RubricVersion).order_by(RubricVersion.number)).all()
    assert [one.frozen_at is not None for one in kept if one.opportunity_id == run_id] == [
        True,
        False,
    ]


def test_who_has_something_to_review_is_not_dismissed(centre, run_id) -> None:
    review_id, reviewer_id = given(centre, run_id, eligible(run_id))
    grant = db.session.scalars(named_reviewers(run_id)).one()
    with pytest.raises(RuleBroken, match="Take back first"), working(centre.writer) as work:
        found = work.find(named_reviewers(run_id).where(RoleGrant.id == grant.id))
        dismiss_reviewer(work, the_run(work, run_id), found)
    reader = make.actor(db.session.get_one(User, reviewer_id))
    with working(reader) as work:
        to_write = reviews_to_write(work.actor).where(Review.id == review_id)
        declare_conflict(work, take_up(work, to_write), reason="My student.")
    with working(centre.writer) as work:
        found = work.find(named_reviewers(run_id).where(RoleGrant.id == grant.id))
        dismiss_reviewer(work, the_run(work, run_id), found)
    assert not db.session.scalars(named_reviewers(run_id)).all()


def test_the_page_names_and_dismisses_and_says_when_nobody_has_the_address(
    client, centre, run_id
) -> None:
    page = f"/reviews/reviewers/{run_id}"
    make.sign_in(client, centre.writer)
    reader = make.person("HANA SATO", nationality="JP")
    wrong = press(client, page, {"email": "nobody@example.org"})
    assert wrong.status_code == 409
    assert "Nobody signs in with this address." in wrong.text
    assert "nobody@example.org" in wrong.text
    assert press(client, page, {"email": reader.email.upper()}).status_code == 302
    shown = client.get(page).text
    assert "HANA SATO" in shown
    grant = db.session.scalars(named_reviewers(run_id)).one()
    assert (grant.scope, grant.scope_id, grant.role) == (
        Scope.OPPORTUNITY,
        run_id,
        Role.REVIEWER,
    )
    assert press(client, f"{page}/{grant.id}/dismiss", {}).status_code == 302
    assert "HANA SATO" not in client.get(page).text.partition("named")[2]


def test_only_the_centre_that_decides_opens_the_page_and_the_rubric(client, centre, run_id) -> None:
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, make.programme().id)
    for who in (centre.stranger, manager):
        make.sign_in(client, who)
        assert client.get(f"/reviews/reviewers/{run_id}").status_code == 403
        assert client.get(f"/reviews/assign/{run_id}").status_code == 403
        assert client.get(f"/reviews/ranking/{run_id}").status_code == 403
        assert client.get(f"/courses/office/dates/{run_id}/rubric").status_code in {403, 404}


def test_the_centre_writes_the_rubric_on_its_page_and_finds_its_way_to_the_ranked_list(
    client, centre
) -> None:
    run_id = selective(centre)
    make.sign_in(client, centre.writer)
    page = f"/courses/office/dates/{run_id}/rubric"
    assert client.get(page).status_code == 200
    sent = {
        "do": "save",
        "locale": "en",
        "scale": "1-5",
        "criteria-0-title": "Use at work",
        "criteria-0-weight": "100",
        **{f"criteria-0-anchors-{n}": f"Means {n + 1}" for n in range(5)},
    }
    assert press(client, page, sent).status_code == 302
    kept = db.session.scalars(
        select(RubricVersion).where(RubricVersion.opportunity_id == run_id)
    ).one()
    assert [c["title"] for c in kept.definition["criteria"]] == [{"en": "Use at work"}]
    eligible(run_id)
    board = client.get(f"/tracking/{run_id}").text
    assert f"/reviews/assign/{run_id}" in board
    assert f"/reviews/ranking/{run_id}" in board
    assert client.get(f"/reviews/ranking/{run_id}").status_code == 200


def press(client, path: str, values: dict[str, str]):
    page = client.get(path if "/dismiss" not in path else path.rsplit("/", 2)[0]).text
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page)
    assert token is not None
    version = re.search(r'name="version"[^>]* value="([^"]*)"', page)
    told = {"version": version.group(1)} if version else {}
    return client.post(path, data={"csrf_token": token.group(1), **told, **values})
