"""Saved views: kept for oneself or the office, found above the list, and by nobody else."""

import re

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.applications.models import SavedView
from app.applications.states import ApplicationState
from app.audit.models import AuditEntry
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from tests import make
from tests.counting import statements

S = ApplicationState
NARROWED = "?state=submitted&days=3&a.degree=phd&sort=name"


@pytest.fixture
def call(session):
    return make.call(title="Khmer fellowship")


def colleague(call, name: str, role=Role.MANAGER):
    return make.grant(make.person(name), role, Scope.PROGRAMME, call.programme_id)


@pytest.fixture
def office(client, call):
    return make.sign_in(client, colleague(call, "OFFICE"))


def token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)


def save(browser, call_id, name, *, shared=False, arguments=NARROWED):
    page = browser.get(f"/tracking/{call_id}/views{arguments}").text
    data = {"csrf_token": token(page), "name": name} | ({"shared": "y"} if shared else {})
    return browser.post(f"/tracking/{call_id}/views{arguments}", data=data)


def change(browser, call_id, view_id, verb, **values):
    page = browser.get("/tracking").text
    data = {"csrf_token": token(page), **values}
    return browser.post(f"/tracking/{call_id}/views/{view_id}/{verb}", data=data)


def shown(page: str) -> list[str]:
    row = re.search(r'<nav class="picked switch views".*?</nav>', page, re.DOTALL)
    return re.findall(r"<bdi>([^<]*)</bdi>", row.group()) if row else []


def views() -> list[SavedView]:
    db.session.rollback()
    return list(db.session.scalars(select(SavedView).order_by(SavedView.id)))


def verbs() -> list[str]:
    db.session.rollback()
    kept = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id))
    return [verb for verb in kept if verb.startswith("view.")]


def test_a_view_is_saved_and_found_with_one_click(call, office) -> None:
    call_id = call.id
    answer = save(office, call_id, "  To   screen ")
    assert answer.status_code == 302
    page = office.get(answer.location).text
    assert shown(page) == ["To screen"]
    assert 'aria-current="page"><bdi>To screen</bdi>' in page
    assert "Save this view" not in page
    assert "Save this view" in office.get(f"/tracking/{call_id}?days=9").text
    link = re.search(r'href="([^"]*)"[^>]*><bdi>To screen', office.get(f"/tracking/{call_id}").text)
    assert link.group(1).replace("&amp;", "&") == answer.location


def test_one_s_own_view_is_ones_own_and_a_shared_one_the_office_s(client, call, office) -> None:
    call_id = call.id
    save(office, call_id, "Mine")
    save(office, call_id, "Ours", shared=True)
    approver = colleague(call, "COLLEAGUE", Role.APPROVER)
    assert shown(office.get(f"/tracking/{call_id}").text) == ["Mine", "Ours"]
    assert verbs() == ["view.saved"]
    other = make.sign_in(client, approver)
    assert shown(other.get(f"/tracking/{call_id}").text) == ["Ours"]
    page = other.get(f"/tracking/{call_id}/views").text
    assert "Mine" not in page
    assert "Rename or take away" not in page


def test_a_name_is_there_once(call, office) -> None:
    call_id = call.id
    assert save(office, call_id, "Strong", shared=True).status_code == 302
    assert save(office, call_id, "Strong", shared=True).status_code == 302  # the same once more
    assert save(office, call_id, "Strong", shared=True, arguments="?days=8").status_code == 409
    assert save(office, call_id, "Strong").status_code == 302  # one's own may be called the same
    assert save(office, call_id, "Strong", arguments="?days=8").status_code == 409
    assert save(office, call_id, "").status_code == 422
    assert save(office, call_id, "x" * 61).status_code == 422
    assert [(v.name, v.shared) for v in views()] == [("Strong", True), ("Strong", False)]


@pytest.mark.parametrize("shared", [True, False])
def test_the_database_refuses_a_second_view_of_the_name(session, call, office, shared) -> None:
    save(office, call.id, "Strong", shared=shared)
    again = text(
        "INSERT INTO saved_view (opportunity_id, owner_id, name, arguments, shared, saved_at, version)"
        " SELECT opportunity_id, owner_id, name, '?', shared, saved_at, 1 FROM saved_view"
    )
    with pytest.raises(IntegrityError):
        session.execute(again)
    session.rollback()


def test_a_view_is_renamed_and_taken_away(call, office) -> None:
    call_id = call.id
    save(office, call_id, "Strong", shared=True)
    save(office, call_id, "Weak", shared=True, arguments="?days=1")
    first, second = (view.id for view in views())
    assert change(office, call_id, first, "rename", name="Weak", version="1").status_code == 409
    assert change(office, call_id, first, "rename", name="", version="1").status_code == 422
    assert change(office, call_id, first, "rename", name="Best", version="1").status_code == 302
    assert change(office, call_id, first, "rename", name="Late", version="1").status_code == 409
    assert change(office, call_id, second, "delete").status_code == 302
    assert [view.name for view in views()] == ["Best"]
    assert verbs() == ["view.saved", "view.saved", "view.renamed", "view.taken away"]


def test_a_new_name_that_is_refused_stands_where_it_was_typed(call, office) -> None:
    call_id = call.id
    for name in ("First", "Second"):
        save(office, call_id, name)
    second = views()[1].id
    page = change(office, call_id, second, "rename", name="x" * 61, version="1").text
    field = re.search(rf'<input[^>]*id="name-{second}"[^>]*>', page).group()
    assert f'aria-describedby="name-{second}-error"' in field
    assert f'value="{"x" * 61}"' in field
    assert page.count(f'id="name-{second}-error"') == 1
    assert f'href="#name-{second}"' in page
    assert page.count('<details class="more" open>') == 1
    assert [view.name for view in views()] == ["First", "Second"]


def test_a_foreign_office_finds_nothing(client, call, office) -> None:
    call_id, other_call = call.id, make.call()
    save(office, call_id, "Ours", shared=True)
    save(office, call_id, "Mine")
    shared, own = (view.id for view in views())
    approver = colleague(call, "APPROVER", Role.APPROVER)
    foreign = make.sign_in(client, colleague(other_call, "FOREIGN"))
    for view_id in (shared, own):
        for verb in ("rename", "delete"):
            answer = change(foreign, call_id, view_id, verb, name="X", version="1")
            assert answer.status_code == 404
    assert foreign.get(f"/tracking/{call_id}/views").status_code == 403
    inside = make.sign_in(client, approver)
    assert change(inside, call_id, own, "delete").status_code == 404
    assert change(inside, call_id, shared, "delete").status_code == 403
    assert change(inside, call_id, shared, "rename", name="X").status_code == 403
    assert len(views()) == 2


NASTY = ["\x00", "\u202e", "\t\n", "x" * 30_000, "<b>'\"</b>", "😀"]


@pytest.mark.parametrize("name", NASTY)
def test_a_nasty_name_is_kept_plainly_or_refused(call, office, name) -> None:
    assert save(office, call.id, name).status_code in {302, 422}
    page = office.get(f"/tracking/{call.id}")
    assert page.status_code == 200
    assert "<b>'" not in page.text


@pytest.mark.parametrize("rows", [1, 25])
def test_views_cost_the_list_no_statement(call, office, rows) -> None:
    call_id = call.id
    for n in range(rows):
        save(office, call_id, f"View {n:02}", arguments=f"?days={n + 1}")
    with statements() as asked:
        assert len(shown(office.get(f"/tracking/{call_id}").text)) == rows
    assert len(asked) <= 4, asked
