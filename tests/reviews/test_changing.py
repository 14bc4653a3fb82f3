"""Changes after submitting: only what is named, only until the date, never on scored ground."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.applications import queries as applications
from app.applications.models import Application, ChangeRequest, Document, Submission
from app.applications.operations import (
    close_changes,
    give_more_time,
    look_at_changes,
    note_late_changes,
    pass_screening,
    resubmit,
    save_changes,
    upload_change,
)
from app.applications.queries.changes import changes_of, changes_visible_to, own_changes
from app.applications.states import ApplicationState, ChangeState
from app.files.operations import check_file
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.reviews.models import Review
from app.reviews.operations import request_changes, submit_review
from app.reviews.queries.office import application_as_office
from app.reviews.states import ReviewState
from tests import make
from tests.applications.helping import ready, submit
from tests.files import samples
from tests.racing import all_at_once
from tests.reviews.helping import GOOD, assign, visible
from tests.reviews.helping import submit as give

UNTIL = "2027-01-10T12:00"  # in Tokyo
ENDS = make.NOW.replace(day=10, hour=3)


class Scene:
    """A submitted application, its applicant and a manager of its call."""

    def __init__(self) -> None:
        call = make.call()
        self.call_id, self.programme_id = call.id, call.programme_id
        self.person = make.person("DARA SOK", locale="ja")
        self.person_id = self.person.id
        self.application_id = ready(call, self.person)
        submit(self.person, self.application_id)
        self.applicant = self.as_actor(self.person_id)
        self.manager = self.who(Role.MANAGER, Scope.PROGRAMME, call.programme_id)
        self.approver = self.who(Role.APPROVER, Scope.PROGRAMME, call.programme_id)

    def as_actor(self, person_id):
        return make.actor(db.session.get(User, person_id))

    def who(self, *grant):
        return make.actor(make.grant(make.person(), *grant))

    def ask(self, *keys, actor=None, now=make.NOW, **values) -> int:
        actor = actor or self.manager
        said = {"reason": "The plan names no host.", "closes_wall": UNTIL} | values
        with unit_of_work(actor, now=now) as work:
            query = application_as_office(actor, self.call_id, self.application_id)
            found = work.find(query)
            return request_changes(work, found, questions=keys or ("plan",), **said).id

    def change(self, request_id, do, *, actor=None, now=make.NOW):
        actor = actor or self.applicant
        with unit_of_work(actor, now=now) as work:
            query = applications.applications_to_fill_in(actor)
            application = work.find(query.where(Application.id == self.application_id))
            asked = work.find(own_changes(actor).where(ChangeRequest.id == request_id))
            return do(work, asked, application)

    def write(self, request_id, now=make.NOW, version=None, **answers):
        def do(work, asked, _a):
            save_changes(work, asked, answers=answers, version=version)

        self.change(request_id, do, now=now)

    def send(self, request_id, *, key="", now=make.NOW):
        def do(work, asked, application):
            return resubmit(work, asked, application, key=key).number

        return self.change(request_id, do, now=now)

    def office(self, request_id, do, now=make.NOW, actor=None, **values):
        with unit_of_work(actor or self.manager, now=now) as work:
            query = changes_visible_to(work.actor).where(ChangeRequest.id == request_id)
            do(work, work.find(query), **values)

    def sent(self) -> list[Submission]:
        db.session.rollback()
        query = select(Submission).order_by(Submission.number)
        return list(db.session.scalars(query.execution_options(populate_existing=True)))

    def request(self) -> ChangeRequest:
        db.session.rollback()
        query = changes_of(self.application_id).execution_options(populate_existing=True)
        return db.session.scalars(query).first()


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def scene(session) -> Scene:
    return Scene()


def told(kind: str) -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind)))


def tasks(kind: str) -> int:
    query = select(func.count(Task.id)).where(Task.kind == kind, Task.done_at.is_(None))
    return db.session.scalar(query)


def test_only_what_is_named_changes_and_a_new_version_says_so(scene) -> None:
    request_id = scene.ask("plan")
    assert [m.locale for m in told("applications/changes_asked")] == ["ja"]
    scene.write(request_id, plan="I study how words end in Nara.", headline="Not open")
    assert scene.sent()[-1].content["answers"]["study"]["plan"] == "I study how words end."
    assert scene.send(request_id) == 2
    first, second = scene.sent()
    assert second.content["answers"]["study"] == {
        "headline": "Khmer word borders",
        "plan": "I study how words end in Nara.",
    }
    assert first.content["answers"]["study"]["plan"] == "I study how words end."
    assert {**second.content, "answers": None} == {**first.content, "answers": None}
    assert second.sha256 != first.sha256
    asked = scene.request()
    assert (asked.state, asked.from_version, asked.to_version) == (ChangeState.ANSWERED, 1, 2)
    assert [m.values["sha256"] for m in told("applications/changes_received")] == [second.sha256]
    assert tasks("changes to read") == 1
    scene.office(request_id, look_at_changes)
    assert tasks("changes to read") == 0


def test_a_document_is_replaced_when_it_is_sent_and_the_earlier_stays_with_its_version(
    scene,
) -> None:
    request_id = scene.ask("transcript")
    [before] = scene.sent()[0].content["documents"]

    def up(work, asked, application):
        question = applications.form_of(application).question("transcript")
        file = check_file(io.BytesIO(samples.picture("PNG")), file_name="clear.png")
        return upload_change(work, asked, application, question, file=file).id

    document_id = scene.change(request_id, up)
    live = select(Document.id).where(Document.removed_at.is_(None))
    assert list(db.session.scalars(live)) == [before["document_id"]]
    scene.send(request_id)
    db.session.rollback()
    assert list(db.session.scalars(live)) == [document_id]
    [after] = scene.sent()[1].content["documents"]
    assert after["document_id"] == document_id
    earlier = db.session.get(Document, before["document_id"])
    assert earlier.removed_at == make.NOW


def test_the_exact_end_counts_by_the_servers_clock(scene) -> None:
    request_id = scene.ask()
    assert scene.request().closes_at == ENDS
    grace = timedelta(minutes=30)
    scene.write(request_id, plan="In the last moment.", now=ENDS + grace)
    with pytest.raises(RuleBroken, match="date has passed"):
        scene.send(request_id, now=ENDS + grace + timedelta(microseconds=1))
    assert scene.send(request_id, now=ENDS + grace) == 2


def test_a_date_that_passes_asks_the_office_and_refuses_nobody(scene) -> None:
    request_id = scene.ask()
    with unit_of_work(SYSTEM, now=ENDS + timedelta(minutes=30)) as work:
        assert note_late_changes(work) == 0
    after = ENDS + timedelta(minutes=31)
    for _ in range(2):
        with unit_of_work(SYSTEM, now=after) as work:
            assert note_late_changes(work) == 1
    assert tasks("changes not made") == 1
    application = db.session.get(Application, scene.application_id, populate_existing=True)
    assert application.state is ApplicationState.SUBMITTED
    assert scene.request().state is ChangeState.OPEN
    later = {"closes_wall": "2027-01-20T12:00", "now": after}
    scene.office(request_id, give_more_time, **later)
    assert tasks("changes not made") == 0
    assert [m.values["again"] for m in told("applications/changes_asked")] == [False, True]
    scene.write(request_id, plan="Now there is time.", now=after)
    assert scene.send(request_id, now=after) == 2


def test_the_office_sees_in_list_and_file_that_it_waits_and_until_when(client, scene) -> None:
    person = make.person("MORI AYAKA")
    make.grant(person, Role.MANAGER, Scope.PROGRAMME, scene.programme_id)
    office = make.sign_in(client, person)
    pages = [f"/tracking/{scene.call_id}", f"/tracking/{scene.call_id}/{scene.application_id}"]

    def said(words: str) -> list[bool]:
        return [words in office.get(page).text for page in pages]

    assert said("Waiting for changes") == [False, False]
    request_id = scene.ask("plan")
    assert said("Waiting for changes until 10 Jan") == [True, True]
    assert "12:00 (Tokyo)</a>" in office.get(pages[1]).text
    with clock.set_clock(ENDS + timedelta(minutes=1)):
        office = make.sign_in(client, person)
        assert said("Changes did not come by 10 Jan") == [True, True]
        assert said("Waiting for changes") == [False, False]
    scene.write(request_id, plan="I study how words end in Nara.")
    scene.send(request_id)
    assert said("Changes did not come") == [False, False]
    assert said("Waiting for changes") == [False, False]


def test_the_office_asks_no_longer_and_what_was_sent_counts(scene) -> None:
    request_id = scene.ask()
    scene.write(request_id, plan="Half written")
    scene.office(request_id, close_changes, reason="It is clear now.")
    with pytest.raises(RuleBroken, match="newest state"):
        scene.send(request_id)
    assert len(scene.sent()) == 1
    assert len(told("applications/changes_closed")) == 1
    assert scene.ask() != request_id


@pytest.mark.parametrize(
    ("keys", "values", "said"),
    [
        (("nothing",), {}, "in the list"),
        (("plan",), {"reason": ""}, "Write why"),
        (("plan",), {"closes_wall": "2027-01-05T11:59"}, "to come"),
    ],
)
def test_what_cannot_be_asked(scene, keys, values, said) -> None:
    with pytest.raises(RuleBroken, match=said):
        scene.ask(*keys, **values)


def test_one_request_at_a_time_and_by_the_manager_alone(scene) -> None:
    with pytest.raises(NotPermitted):
        scene.ask(actor=scene.approver)
    stranger = scene.who(Role.MANAGER, Scope.PROGRAMME, make.programme().id)
    with pytest.raises(NotFound):
        scene.ask(actor=stranger)
    request_id = scene.ask()
    with pytest.raises(RuleBroken, match="already"):
        scene.ask("headline")
    with pytest.raises(NotFound):
        scene.change(request_id, lambda *_: None, actor=stranger)
    with pytest.raises(NotPermitted):
        scene.office(request_id, close_changes, actor=scene.approver, reason="x")


def test_two_tabs_do_not_overwrite_each_other_and_nothing_changed_is_not_sent(scene) -> None:
    request_id = scene.ask()
    with pytest.raises(RuleBroken, match="at least one"):
        scene.send(request_id)
    scene.write(request_id, version=1, plan="The first tab.")
    with pytest.raises(ChangedMeanwhile):
        scene.write(request_id, version=1, plan="The second tab.")
    scene.write(request_id, version=2, plan="")
    with pytest.raises(RuleBroken, match="Research plan"):
        scene.send(request_id)
    scene.write(request_id, plan="A plan again.")
    assert scene.send(request_id, key="once") == 2
    assert scene.send(request_id, key="once") == 2
    assert len(scene.sent()) == 2


def reviewed(scene) -> list[int]:
    """Two reviewers have read it, one has given a review."""

    class Panel:
        call_id, manager = scene.call_id, scene.manager

    people = [
        make.grant(make.person(), Role.REVIEWER, Scope.OPPORTUNITY, scene.call_id).id
        for _ in range(2)
    ]
    with unit_of_work(scene.manager, now=make.NOW) as work:
        pass_screening(
            work, work.find(application_as_office(work.actor, scene.call_id, scene.application_id))
        )
    made = assign(Panel, [(scene.application_id, person) for person in people])
    scene.reviewers = [scene.as_actor(person) for person in people]
    give(scene.reviewers[0], made[0])
    return made


def test_what_is_scored_opens_only_by_voiding_the_reviews_with_their_number_typed(scene) -> None:
    first, second = reviewed(scene)
    for count in (None, 2):
        with pytest.raises(RuleBroken, match="voids 1 review"):
            scene.ask("plan", count=count)
    request_id = scene.ask("plan", count=1)
    db.session.rollback()
    review = db.session.get(Review, first, populate_existing=True)
    assert (review.state, review.total) == (ReviewState.ASSIGNED, None)
    application = db.session.get(Application, scene.application_id, populate_existing=True)
    assert (application.reviews_done, application.score_mean) == (0, None)
    [letter] = told("reviews/voided")
    assert letter.person_id == review.reviewer_id
    with pytest.raises(RuleBroken, match="changing an answer"):
        give(scene.reviewers[1], second)
    scene.write(request_id, plan="Changed.")
    scene.send(request_id)
    give(scene.reviewers[0], first)
    give(scene.reviewers[1], second)
    db.session.rollback()
    application = db.session.get(Application, scene.application_id, populate_existing=True)
    assert application.reviews_done == 2
    assert scene.request().reviews_voided == 1


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(3))
def test_sending_while_the_office_closes_is_one_or_the_other(app, session, attempt) -> None:
    scene = Scene()
    request_id = scene.ask()
    scene.write(request_id, plan="A race.")

    def closing():
        scene.office(request_id, close_changes, reason="Enough.")
        return "closed"

    def sending():
        scene.send(request_id)
        return "sent"

    outcomes = all_at_once(app, [sending, closing])
    assert outcomes in ({"sent": 1, "RuleBroken": 1}, {"closed": 1, "RuleBroken": 1})
    state = scene.request().state
    assert (state is ChangeState.ANSWERED) == (len(scene.sent()) == 2)


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(3))
def test_a_review_given_while_a_scored_question_opens_is_counted_or_void(
    app, session, attempt
) -> None:
    scene = Scene()
    _first, second = reviewed(scene)

    def reviewing():
        with unit_of_work(scene.reviewers[1], now=make.NOW) as work:
            submit_review(work, visible(work, second), scores=GOOD, comment="")
        return "given"

    def asking():
        scene.ask("plan", count=1)
        return "asked"

    outcomes = all_at_once(app, [asking, reviewing])
    assert outcomes in ({"asked": 1, "RuleBroken": 1}, {"given": 1, "RuleBroken": 1})
    db.session.rollback()
    application = db.session.get(Application, scene.application_id, populate_existing=True)
    given = db.session.scalar(
        select(func.count(Review.id)).where(Review.state == ReviewState.SUBMITTED)
    )
    assert application.reviews_done == given
    assert given in {0, 2}
