"""Appeals: once, in time, answered in words by somebody who did not decide."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications import queries
from app.applications.models import Appeal, Application
from app.applications.operations import (
    dismiss_appeal,
    fail_screening,
    make_appeal,
    pass_over,
    pass_screening,
    uphold_appeal,
)
from app.applications.queries.appeals import appeals_visible_to
from app.applications.states import AppealState, ApplicationState, ScreeningReason
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from tests import make
from tests.fellowships.pages.pressing import hidden
from tests.racing import all_at_once

S = ApplicationState


class Scene:
    """An application against which its manager has decided, and who else there is."""

    def __init__(self, state=S.INELIGIBLE) -> None:
        call = make.call()
        self.call_id = call.id
        person = make.person("DARA SOK", locale="ja")
        self.person_id = person.id
        self.id = make.application(call, person, state=S.SUBMITTED).id
        self.applicant = make.actor(db.session.get(User, self.person_id))
        programme = (Scope.PROGRAMME, call.programme_id)
        self.decider = make.actor(make.grant(make.person(), Role.MANAGER, *programme))
        self.other = make.actor(make.grant(make.person(), Role.MANAGER, *programme))
        self.approver = make.actor(make.grant(make.person(), Role.APPROVER, *programme))
        self.stranger = make.actor(
            make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, make.programme().id)
        )
        with unit_of_work(self.decider, now=make.NOW) as work:
            found = self.find(work)
            if state is S.INELIGIBLE:
                fail_screening(work, found, reason=ScreeningReason.DEGREE)
            else:
                pass_screening(work, found)
                pass_over(work, found)

    def find(self, work):
        query = queries.applications_visible_to(work.actor)
        return work.find(query.where(Application.id == self.id))

    def appeal(self, *, now=make.NOW, actor=None, reason="My degree is on page 2."):
        with unit_of_work(actor or self.applicant, now=now) as work:
            make_appeal(work, self.find(work), reason=reason)

    def answer(self, verb, actor, *, answer="It is on page 2 indeed.", version=None):
        with unit_of_work(actor, now=make.NOW) as work:
            self.find(work)
            verb(work, work.find(appeals_visible_to(work.actor)), answer=answer, version=version)

    def state(self):
        db.session.rollback()
        return db.session.get(Application, self.id, populate_existing=True).state


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


def the_appeal() -> Appeal:
    db.session.rollback()
    return db.session.scalars(select(Appeal).execution_options(populate_existing=True)).one()


@pytest.mark.parametrize(
    ("against", "then"), [(S.INELIGIBLE, S.ELIGIBLE), (S.NOT_SELECTED, S.SHORTLISTED)]
)
def test_an_upheld_appeal_lets_the_application_go_on(session, against, then) -> None:
    scene = Scene(against)
    scene.appeal()
    tasks = select(Task.role).where(Task.kind == "appeal to answer", Task.done_at.is_(None))
    assert set(db.session.scalars(tasks)) == {Role.MANAGER, Role.APPROVER}
    scene.answer(uphold_appeal, scene.other)
    assert scene.state() is then
    assert the_appeal().state is AppealState.UPHELD
    assert list(db.session.scalars(tasks)) == []
    told = select(OutboxMessage).where(OutboxMessage.kind.like("applications/appeal_%"))
    assert [(m.kind[13:], m.locale) for m in db.session.scalars(told)] == [
        ("appeal_received", "ja"),
        ("appeal_answered", "ja"),
    ]


def test_a_dismissed_appeal_leaves_the_decision_with_reasons_in_words(session) -> None:
    scene = Scene()
    scene.appeal()
    with pytest.raises(RuleBroken, match="reasons"):
        scene.answer(dismiss_appeal, scene.approver, answer="")
    scene.answer(dismiss_appeal, scene.approver, answer="Page 2 is of another person.")
    assert scene.state() is S.INELIGIBLE
    appeal = the_appeal()
    assert (appeal.state, appeal.answer) == (AppealState.DISMISSED, "Page 2 is of another person.")
    with pytest.raises(RuleBroken, match="answered already"):
        scene.answer(uphold_appeal, scene.other)
    with pytest.raises(RuleBroken, match="appealed already"):
        scene.appeal()


def test_whoever_decided_does_not_answer_and_nobody_else_does(session) -> None:
    scene = Scene()
    scene.appeal()
    assert the_appeal().decided_by_id == scene.decider.user_id
    for actor in (scene.decider, scene.applicant):
        with pytest.raises(NotPermitted):
            scene.answer(uphold_appeal, actor)
    with pytest.raises(NotFound):
        scene.answer(uphold_appeal, scene.stranger)
    with pytest.raises(NotPermitted):
        scene.appeal(actor=scene.other)


def test_one_appeals_to_the_exact_end_and_only_a_decision(session) -> None:
    scene = Scene()
    ends = make.NOW + timedelta(days=14)
    with pytest.raises(RuleBroken, match="is over"):
        scene.appeal(now=ends + timedelta(microseconds=1))
    with pytest.raises(RuleBroken, match="Write why"):
        scene.appeal(reason="")
    scene.appeal(now=ends)
    other = make.application(make.call(), make.person(), state=S.SUBMITTED)
    scene.id = other.id
    scene.applicant = make.actor(db.session.get(User, other.applicant_id))
    with pytest.raises(RuleBroken, match="no decision"):
        scene.appeal()


def test_the_pages_of_the_applicant_and_the_office(app, session) -> None:
    scene = Scene()
    own = make.sign_in(app.test_client(), db.session.get(User, scene.person_id))
    status = f"/applications/{scene.id}"
    assert "Appeal this decision" in own.get(f"{status}?lang=en").text

    def send(client, page, **values):
        return client.post(page, data=hidden(client.get(page).text) | values)

    assert send(own, f"{status}/appeal", reason="").status_code == 422
    assert send(own, f"{status}/appeal", reason="See page 2.").status_code == 302
    assert "With the office" in own.get(f"{status}?lang=en").text
    page = f"/tracking/{scene.call_id}/{scene.id}/appeal"
    decider = make.sign_in(app.test_client(), db.session.get(User, scene.decider.user_id))
    assert "You took this decision" in decider.get(page).text
    assert send(decider, page, answer="x", do="dismiss").status_code == 403
    office = make.sign_in(app.test_client(), db.session.get(User, scene.approver.user_id))
    assert send(office, page, answer="", do="dismiss").status_code == 422
    assert send(office, page, answer="Not the right page.", do="dismiss").status_code == 302
    assert "Not the right page." in own.get(f"{status}/appeal?lang=en").text
    stranger = make.sign_in(app.test_client(), make.person())
    for path in (f"{status}/appeal", page):
        assert stranger.get(path).status_code == 404
        assert stranger.post(path).status_code == 404
    assert own.get(page).status_code == 404


@pytest.mark.race
@pytest.mark.parametrize("attempt", range(3))
def test_two_who_answer_at_once_are_one_answer(app, session, attempt) -> None:
    scene = Scene()
    scene.appeal()

    def answering(verb, actor):
        def press():
            scene.answer(verb, actor)
            return "answered"

        return press

    told = all_at_once(
        app, [answering(uphold_appeal, scene.other), answering(dismiss_appeal, scene.approver)]
    )
    assert told == {"answered": 1, "RuleBroken": 1}
    upheld = the_appeal().state is AppealState.UPHELD
    assert (scene.state() is S.ELIGIBLE) == upheld


def test_the_mail_of_a_decision_says_until_when_one_may_appeal(session) -> None:
    scene = Scene()
    sent = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "applications/not_eligible")
    ).one()
    until = db.session.get(Application, scene.id).state_since + timedelta(days=14)
    assert sent.values["appeal_by"] == until.isoformat()


def test_nobody_is_found_not_eligible_while_asked_to_change_something(session) -> None:
    from app.applications.models import ChangeRequest

    call = make.call()
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    application = make.application(call, state=S.SUBMITTED)
    number = application.id
    db.session.add(
        ChangeRequest(
            application_id=number,
            questions=["plan"],
            reason="Please name the host.",
            asked_by_id=manager.id,
            asked_at=make.NOW,
            closes_at=make.NOW + timedelta(days=7),
            closes_zone="Asia/Tokyo",
            closes_wall="2027-01-12T17:00",
            from_version=1,
        )
    )
    db.session.commit()
    actor = make.actor(manager)
    with pytest.raises(RuleBroken, match="asked to change"), unit_of_work(actor) as work:
        query = queries.applications_visible_to(work.actor).where(Application.id == number)
        fail_screening(work, work.find(query), reason=ScreeningReason.DEGREE)


def test_the_office_and_the_applicant_find_the_appeal_from_the_application(session, client) -> None:
    scene = Scene()
    with clock.set_clock(make.NOW):
        make.sign_in(client, db.session.get(User, scene.person_id))
        status = client.get(f"/applications/{scene.id}?lang=en").text
        assert "appeal below" in status
        scene.appeal()
        make.sign_in(client, db.session.get(User, scene.other.user_id))
        page = client.get(f"/tracking/{scene.call_id}/{scene.id}").text
    assert f"/tracking/{scene.call_id}/{scene.id}/appeal" in page
