"""Pages of agreements: what each side reads and answers, and who finds nothing there."""

import re

import pytest
from sqlalchemy import event, select

from app.accounts.models import User
from app.exchanges import operations as office
from app.exchanges.queries import latest
from app.exchanges.states import AgreementState
from app.foundation.actors import Role
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.notifications.tasks import tasks_of
from tests import make
from tests.exchanges.agreeing import (
    approving,
    as_it_is,
    found_by,
    going,
    proposed,
    revising,
    university,
)


@pytest.fixture
def th(app, session):
    return university("TH")


@pytest.fixture
def jp(app, session):
    return university("JP")


def signed_in(client, who):
    return make.sign_in(client, db.session.get_one(User, who.actor.user_id))


def shown(who, agreement_id: int) -> dict[str, str]:
    """What the form of an agreement carries for a university."""
    agreement = as_it_is(who, agreement_id)
    side = next(side for side in agreement.sides if side.organisation_id == who.id)
    newest = latest(agreement)
    return {
        "side": str(side.id),
        "seen": str(newest.number),
        "fingerprint": newest.fingerprint,
    }


def press(client, address: str, data: dict[str, str]):
    """Send the form, with the token that this browser was given."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/dashboard").text)
    assert token is not None
    return client.post(address, data={**data, "csrf_token": token[1]})


def tasks(who) -> list[str]:
    db.session.rollback()
    return [task.kind for task in db.session.scalars(tasks_of(who.actor))]


def test_each_side_reads_what_the_other_wrote_and_approves_it(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    page = signed_in(client, jp).get(f"/exchanges/agreements/{agreement_id}").text
    assert "4 people a year" in page
    assert "Not answered yet" in page
    answer = press(client, f"/exchanges/agreements/{agreement_id}/approve", shown(jp, agreement_id))
    assert answer.status_code == 302
    assert as_it_is(th, agreement_id).state is AgreementState.IN_FORCE
    page = client.get(f"/exchanges/agreements/{agreement_id}").text
    assert "Not answered yet" not in page
    assert "Approve revision" not in page


def test_a_revision_shows_what_is_different_from_what_i_approved(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    revising(th, agreement_id, [going(th, jp, places=9), going(jp, th)])
    page = signed_in(client, jp).get(f"/exchanges/agreements/{agreement_id}").text
    assert "What is different from revision 1" in page
    changed = page.split('id="changed"')[1].split("</section>")[0]
    assert "<del>4 people a year</del>" in changed
    assert "<ins>9 people a year</ins>" in changed
    assert "Revision 1 is in force while revision 2 is talked about" in page


def test_an_old_page_approves_nothing_and_keeps_what_was_written(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    old = shown(jp, agreement_id)
    revising(th, agreement_id, [going(th, jp, places=1)])
    signed_in(client, jp)
    for verb in ("approve", "decline"):
        answer = press(
            client,
            f"/exchanges/agreements/{agreement_id}/{verb}",
            {**old, "comment": "Two are enough."},
        )
        assert answer.status_code == 409
        assert "wrote another revision meanwhile" in answer.text
        assert "Two are enough." in answer.text
    assert as_it_is(th, agreement_id).in_force_number is None


def test_declining_needs_words_and_goes_back_to_who_wrote_it(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    address = f"/exchanges/agreements/{agreement_id}/decline"
    signed_in(client, jp)
    assert press(client, address, shown(jp, agreement_id)).status_code == 409
    said = {**shown(jp, agreement_id), "comment": "We can take two."}
    assert press(client, address, said).status_code == 302
    assert "We can take two." in client.get(f"/exchanges/agreements/{agreement_id}").text
    assert tasks(th) == ["agreement declined"]
    assert tasks(jp) == []


def test_what_waits_for_a_word_is_asked_until_it_is_given(th, jp) -> None:
    agreement_id = proposed(th, jp)
    assert (tasks(th), tasks(jp)) == ([], ["agreement to approve"])
    revising(jp, agreement_id, [going(jp, th)])
    assert (tasks(th), tasks(jp)) == (["agreement to approve"], [])
    approving(th, agreement_id)
    assert tasks(th) == []
    revising(jp, agreement_id, [going(th, jp)])
    with unit_of_work(jp.actor, now=make.NOW) as work:
        agreement, side = found_by(work, agreement_id)
        office.end_agreement(work, agreement, side, reason="It is not used.")
    db.session.rollback()
    assert db.session.scalars(select(Task).where(Task.done_at.is_(None))).all() == []


def test_the_other_sides_are_told_once_and_never_who_acts(th, jp) -> None:
    def told() -> list[tuple[int | None, str]]:
        db.session.rollback()
        rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        return [(row.person_id, row.kind.removeprefix("exchanges/agreement_")) for row in rows]

    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    revising(jp, agreement_id, [going(th, jp)])
    thai, japanese = th.actor.user_id, jp.actor.user_id
    assert told() == [(japanese, "written"), (thai, "answered"), (thai, "written")]
    newest = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert newest[1].values["in_force"] is True


def test_others_find_nothing_and_nobody_answers_for_another_side(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    theirs = shown(jp, agreement_id)
    signed_in(client, university("VN"))
    assert client.get(f"/exchanges/agreements/{agreement_id}").status_code == 404
    assert f"/exchanges/agreements/{agreement_id}" not in client.get("/exchanges/agreements").text
    address = f"/exchanges/agreements/{agreement_id}/approve"
    assert press(client, address, theirs).status_code == 404
    signed_in(client, th)
    assert press(client, address, theirs).status_code == 403
    assert press(client, address, {**theirs, "side": "99"}).status_code == 409
    make.sign_in(client, make.grant(make.person(), Role.SECRETARIAT))
    page = client.get(f"/exchanges/agreements/{agreement_id}")
    assert page.status_code == 200
    assert "Approve revision" not in page.text
    assert press(client, address, theirs).status_code == 403


def test_the_list_asks_the_same_questions_however_long_it_is(app, client, th, jp) -> None:
    signed_in(client, jp)

    def asked() -> int:
        told: list[str] = []

        def note(_c, _cursor, statement, *_rest):
            told.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        page = client.get("/exchanges/agreements")
        event.remove(db.engine, "before_cursor_execute", note)
        assert page.status_code == 200
        return len(told)

    proposed(th, jp)
    asked()
    few = asked()
    for places in range(1, 28):
        proposed(th, jp, places=places)
    assert asked() == few
    assert "Earlier ones" in client.get("/exchanges/agreements").text
