"""What an office keeps about a case: for the office, for reviewers if it says so, for nobody else."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.applications.models import (
    Application,
    ApplicationTag,
    CaseNote,
    CaseOfficer,
    CaseTask,
    Tag,
)
from app.applications.operations.casework import set_task, write_note
from app.applications.queries import casework as queries
from app.applications.states import ApplicationState, NoteLevel, TagColour
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import Task
from tests import make

CANARY = "canary-7f3a"


@pytest.fixture
def case(app):
    return Case()


class Case:
    """A submitted application, its office, and everybody who has no business with it."""

    def __init__(self) -> None:
        call = make.call()
        self.call_id, self.programme_id = call.id, call.programme_id
        self.application_id = make.application(call, state=ApplicationState.ELIGIBLE).id
        self.manager = self.person(Role.MANAGER, self.programme_id, "Manager Mok")
        self.approver = self.person(Role.APPROVER, self.programme_id, "Approver An")
        self.elsewhere = self.person(Role.MANAGER, make.programme().id, "Elsewhere")
        self.applicant = db.session.get(Application, self.application_id).applicant_id
        self.address = f"/tracking/{self.call_id}/{self.application_id}/case"

    def person(self, role: Role, programme_id: int, name: str) -> int:
        who = make.person(name)
        return make.grant(who, role, Scope.PROGRAMME, programme_id).id

    def actor(self, user_id: int):
        return make.actor(db.session.get(User, user_id))

    def browser(self, app, user_id: int):
        return make.sign_in(app.test_client(), db.session.get(User, user_id))

    def do(self, user_id: int, verb, *args, **values):
        actor = self.actor(user_id)
        with unit_of_work(actor, now=make.NOW) as work:
            query = queries.cases_visible_to(actor)
            found = work.find(query.where(Application.id == self.application_id))
            return verb(work, found, *args, **values)


def post(browser, address: str, **data):
    page = browser.get(address.split("/case")[0] + "/case").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    return browser.post(address, data={"csrf_token": token, **data})


def test_an_office_writes_down_who_has_a_case(app, session, case):
    desk = case.browser(app, case.manager)
    answer = post(desk, f"{case.address}/officer", officer=str(case.approver))
    assert answer.status_code == 302
    assert session.scalars(select(CaseOfficer.officer_id)).one() == case.approver
    assert "Approver An" in desk.get(case.address.removesuffix("/case")).text
    post(desk, f"{case.address}/officer", officer="")
    session.expire_all()
    assert session.scalars(select(CaseOfficer)).all() == []
    verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs[-2:] == ["case.assigned", "case.given back"]


def test_only_somebody_of_the_office_has_a_case(app, session, case):
    desk = case.browser(app, case.manager)
    for stranger in (case.elsewhere, case.applicant, 999_999):
        answer = post(desk, f"{case.address}/officer", officer=str(stranger))
        assert answer.status_code == 422
    assert session.scalars(select(CaseOfficer)).all() == []


def test_a_tag_is_one_word_of_the_office_however_it_is_spelled(app, session, case):
    desk = case.browser(app, case.manager)
    post(desk, f"{case.address}/tags", name="Café  visit", colour="amber")
    post(desk, f"{case.address}/tags", name="cafe visit", colour="red")
    tag = session.scalars(select(Tag)).one()
    assert (tag.name, tag.colour) == ("Café visit", TagColour.AMBER)
    assert len(session.scalars(select(ApplicationTag)).all()) == 1
    listed = desk.get(f"/tracking/{case.call_id}").text
    assert '<span class="chip warn"><bdi>Café visit</bdi></span>' in listed
    post(desk, f"{case.address}/tags/{tag.id}/remove")
    listed = desk.get(f"/tracking/{case.call_id}").text
    assert listed.count("Café visit") == 1  # as a tag that the list can be narrowed by
    assert re.search(r"<option [^>]*>Café visit</option>", listed)


def test_a_task_waits_on_the_dashboard_of_who_does_it_until_it_is_done(app, session, case):
    desk = case.browser(app, case.manager)
    due = date(2030, 1, 14)
    answer = post(
        desk,
        f"{case.address}/tasks",
        what="Ask the ministry for the stamp",
        holder=str(case.approver),
        **{"due-day": due.day, "due-month": due.month, "due-year": due.year},
    )
    assert answer.status_code == 302
    other = case.browser(app, case.approver)
    assert "Ask the ministry for the stamp" in other.get("/dashboard").text
    task = session.scalars(select(CaseTask)).one()
    post(other, f"{case.address}/tasks/{task.id}/done")
    session.expire_all()
    assert session.scalars(select(CaseTask.done_by_id)).one() == case.approver
    assert session.scalars(select(Task.done_at).where(Task.kind == "case task")).one()
    assert "Ask the ministry" not in other.get("/dashboard").text


def test_a_task_for_somebody_outside_is_refused(session, case):
    with pytest.raises(RuleBroken, match="office"):
        case.do(
            case.manager,
            set_task,
            what="Look",
            holder_id=case.elsewhere,
            due_at=make.NOW + timedelta(days=1),
        )
    assert session.scalars(select(CaseTask)).all() == []


@pytest.mark.parametrize(
    ("level", "readers"),
    [
        (NoteLevel.MINE, {"manager"}),
        (NoteLevel.OFFICE, {"manager", "approver"}),
        (NoteLevel.REVIEWERS, {"manager", "approver"}),
    ],
)
def test_a_note_is_read_by_whom_it_is_for(app, session, case, level, readers):
    case.do(case.manager, write_note, body=CANARY, level=level)
    people = ("manager", "approver", "elsewhere", "applicant")
    seen = set()
    for who in people:
        browser = case.browser(app, getattr(case, who))
        pages = (
            case.address,
            case.address.removesuffix("/case"),
            f"/tracking/{case.call_id}",
            f"/applications/{case.application_id}",
            f"/applications/{case.application_id}/sent",
            "/dashboard",
            "/inbox",
        )
        if any(CANARY in browser.get(page).text for page in pages):
            seen.add(who)
    assert seen == readers
    with app.app_context():
        for who in people:
            actor = case.actor(getattr(case, who))
            found = session.scalars(queries.notes_visible_to(actor)).all()
            assert bool(found) == (who in readers)


def test_one_takes_away_ones_own_note_and_its_words_are_gone(app, session, case):
    note_id = case.do(case.manager, write_note, body=CANARY, level=NoteLevel.OFFICE).id
    other = case.browser(app, case.approver)
    assert post(other, f"{case.address}/notes/{note_id}/remove").status_code == 403
    assert post(case.browser(app, case.manager), f"{case.address}/notes/{note_id}/remove")
    session.expire_all()
    kept = session.get(CaseNote, note_id)
    assert (kept.body, kept.removed_at is not None) == ("", True)


def test_what_is_refused_stays_in_its_field(app, session, case):
    desk = case.browser(app, case.manager)
    answer = post(desk, f"{case.address}/notes", body="x" * 5001, level="office")
    assert answer.status_code == 422
    assert "x" * 5001 in answer.text
    answer = post(desk, f"{case.address}/tasks", what="Call back", holder="", **{"due-day": "40"})
    assert answer.status_code == 422
    assert 'value="Call back"' in answer.text
    assert session.scalars(select(CaseNote)).all() == []
    assert session.scalars(select(CaseTask)).all() == []


def test_nobody_works_on_a_case_elsewhere_or_on_the_own_one(app, session, case):
    for who in (case.elsewhere, case.applicant):
        browser = case.browser(app, who)
        assert browser.get(case.address).status_code == 404
        for path in ("officer", "tags", "notes", "tasks"):
            assert browser.post(f"{case.address}/{path}").status_code == 404
    both = case.person(Role.MANAGER, case.programme_id, "Both")
    db.session.get(Application, case.application_id).applicant_id = both
    db.session.commit()
    assert case.browser(app, both).get(case.address).status_code == 404
    actor = case.actor(both)
    with unit_of_work(actor, now=make.NOW) as work:
        own = work.session.get(Application, case.application_id)
        work.session.refresh(own, ["opportunity"])
        with pytest.raises(NotPermitted):
            write_note(work, own, body="mine", level=NoteLevel.OFFICE)


def test_an_empty_note_is_refused_by_the_database(session, case):
    session.add(
        CaseNote(
            application_id=case.application_id,
            author_id=case.manager,
            author_name="M",
            body="",
            level=NoteLevel.OFFICE,
            written_at=clock.now(),
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
