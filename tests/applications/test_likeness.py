"""Applications that may be of one person: found by facts, shown side by side, settled by people."""

import re
from datetime import date

import pytest
from sqlalchemy import delete, func, select

from app.applications.likeness import MOST_ALIKE, Sign, Verdict, mailbox, marks_of, words_of
from app.applications.models import Likeness
from app.applications.operations.likeness import have_compared, settle_likeness
from app.applications.queries.likeness import likenesses_visible_to
from app.audit.models import AuditEntry
from app.commands.duties import WORK
from app.files.models import StoredFile
from app.files.states import Sensitivity
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound
from app.foundation.work import unit_of_work
from app.jobs.models import Job
from app.jobs.running import run_next
from app.notifications.models import Task
from app.opportunities.models import Programme
from tests import make
from tests.applications import helping
from tests.counting import statements
from tests.files import samples

BORN = date(1999, 3, 4)


@pytest.fixture(autouse=True)
def _that_day(session):
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def call():
    return make.call()


@pytest.fixture
def manager(call):
    return make.grant(make.person("MANAGER"), Role.MANAGER, Scope.PROGRAMME, call.programme_id)


def send(call, person, content=None) -> int:
    """An application as somebody sends it, each with a file of its own."""
    application_id = helping.start(call, person)
    helping.save(person, application_id)
    own = samples.PDF + f"\n% {person.id}\n".encode()
    helping.upload(person, application_id, content=content or own)
    helping.submit(person, application_id)
    return application_id


def compare() -> None:
    while run_next(WORK):
        pass


def pairs() -> list[Likeness]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Likeness).order_by(Likeness.id)))


def tasks() -> int:
    query = select(func.count()).where(Task.kind == "possible duplicate", Task.done_at.is_(None))
    return db.session.scalar(query)


def settle(person, verdict, because="They told us by telephone.", version=None) -> None:
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        pair = work.find(likenesses_visible_to(work.actor))
        settle_likeness(work, pair, verdict, because=because, version=version)


def test_a_name_counts_folded_and_with_its_words_in_any_order() -> None:
    assert words_of("NGUYỄN Thị Hoà") == words_of("thi hoa, Nguyen")
    assert words_of("山田 花子") != words_of("山田 太郎")
    assert mailbox("Jane+Two@Example.org") == mailbox("jane@example.org")


def test_a_name_alone_is_no_sign() -> None:
    alone = {"passport_name": "SOK DARA", "born_on": None, "nationalities": []}
    assert marks_of(alone, []) == set()
    assert {m.sign for m in marks_of({**alone, "nationalities": ["KH"]}, [])} == {Sign.NATIONALITY}


def test_the_same_name_and_day_of_birth_ask_the_office(call, manager) -> None:
    first = send(call, make.person("SOK DARA", born_on=BORN, nationality="KH"))
    send(call, make.person("SOMEBODY ELSE", born_on=BORN, nationality="KH"))
    second = send(call, make.person("Dara SOK", born_on=BORN, nationality="VN"))
    compare()
    [pair] = pairs()
    assert (pair.first_id, pair.second_id, pair.verdict) == (first, second, Verdict.OPEN)
    assert pair.signs == [Sign.BIRTH]
    assert tasks() == 1
    assert helping.reload(first).state == helping.reload(second).state == "submitted"


def test_what_was_sent_before_is_compared_when_it_is_asked_for(app, call, manager) -> None:
    for name in ("SOK DARA", "Dara SOK"):
        send(call, make.person(name, born_on=BORN, nationality="KH"))
    db.session.execute(delete(Job))
    db.session.commit()
    said = [app.test_cli_runner().invoke(args=["compare-sent"]).output]
    compare()
    assert [pair.signs for pair in pairs()] == [[Sign.BIRTH, Sign.NATIONALITY]]
    said.append(app.test_cli_runner().invoke(args=["compare-sent"]).output)
    assert said == ["applications: 2 to compare\n", "applications: 0 to compare\n"]


def test_a_name_and_a_nationality_stand_in_the_list_but_ask_nobody(call, manager) -> None:
    for born in (BORN, date(1990, 1, 1)):
        send(call, make.person("SOK DARA", born_on=born))
    compare()
    assert [pair.signs for pair in pairs()] == [[Sign.NATIONALITY]]
    assert tasks() == 0


def test_the_same_file_is_a_sign_unless_many_have_it(call, manager) -> None:
    for n in range(2):
        send(call, make.person(f"PERSON OF{n}", nationality="KH"), content=samples.PDF)
    compare()
    assert [pair.signs for pair in pairs()] == [[Sign.FILE]]
    for n in range(MOST_ALIKE):
        newest = send(call, make.person(f"MANY OF{n}"), content=samples.PDF)
    compare()
    assert newest not in {pair.second_id for pair in pairs()}


def test_what_the_office_says_stays_and_is_not_asked_again(call, manager) -> None:
    people = [make.person("SOK DARA", born_on=BORN) for _twin in range(2)]
    for person in people:
        send(call, person)
    compare()
    settle(manager, Verdict.OTHER, version=1)
    assert tasks() == 0
    with pytest.raises(ChangedMeanwhile):
        settle(manager, Verdict.SAME, version=1)
    with unit_of_work(make.actor(manager), now=make.NOW) as work:
        have_compared(work, pairs()[0].first_id)
    compare()
    [pair] = pairs()
    assert (pair.verdict, pair.because) == (Verdict.OTHER, "They told us by telephone.")
    assert tasks() == 0
    said = select(AuditEntry.application_id, AuditEntry.verb).where(
        AuditEntry.verb.like("likeness.%")
    )
    assert {tuple(row) for row in db.session.execute(said)} == {
        (pair.first_id, "likeness.not the same person"),
        (pair.second_id, "likeness.not the same person"),
    }
    settle(manager, Verdict.OPEN, because="")
    assert pairs()[0].verdict is Verdict.OPEN


def another_call_of(programme_id: int):
    return make.call(programme=db.session.get_one(Programme, programme_id))


def test_what_was_said_of_two_people_holds_for_their_next_applications(call, manager) -> None:
    programme_id = call.programme_id
    people = [make.person("SOK DARA", born_on=BORN) for _twin in range(2)]
    for person in people:
        send(call, person)
    compare()
    settle(manager, Verdict.OTHER)
    send(another_call_of(programme_id), people[0])
    compare()
    assert [pair.verdict for pair in pairs()] == [Verdict.OTHER, Verdict.OTHER]
    assert pairs()[1].because == pairs()[0].because
    assert tasks() == 0


def test_what_was_said_across_offices_is_not_told_to_one_of_them(call) -> None:
    programme_id, elsewhere = call.programme_id, make.call()
    people = [make.person("SOK DARA", born_on=BORN) for _twin in range(2)]
    send(call, people[0])
    send(elsewhere, people[1])
    compare()
    settle(make.grant(make.person("SECRETARIAT"), Role.SECRETARIAT), Verdict.OTHER)
    send(another_call_of(programme_id), people[1])
    compare()
    assert [(pair.verdict, pair.because != "") for pair in pairs()] == [
        (Verdict.OTHER, True),
        (Verdict.OPEN, False),
    ]


def test_only_who_works_for_both_calls_sees_a_pair(call, manager) -> None:
    elsewhere = make.call()
    send(call, make.person("SOK DARA", born_on=BORN))
    send(elsewhere, make.person("SOK DARA", born_on=BORN))
    compare()
    assert len(pairs()) == 1
    assert tasks() == 0
    with pytest.raises(NotFound):
        settle(manager, Verdict.SAME)
    secretariat = make.grant(make.person("SECRETARIAT"), Role.SECRETARIAT)
    settle(secretariat, Verdict.SAME)
    assert pairs()[0].verdict is Verdict.SAME


def test_nobody_sees_a_pair_that_one_is_of(call) -> None:
    twin = make.person("SOK DARA", born_on=BORN)
    send(call, twin)
    send(call, make.person("SOK DARA", born_on=BORN))
    compare()
    make.grant(twin, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    assert db.session.scalars(likenesses_visible_to(make.actor(twin))).all() == []


def test_a_file_kept_apart_tells_only_those_who_open_it(call, manager, client) -> None:
    for n in range(2):
        send(call, make.person(f"PERSON OF{n}"), content=samples.PDF)
    for file in db.session.scalars(select(StoredFile)):
        file.sensitivity = Sensitivity.IDENTITY
    db.session.commit()
    compare()
    [pair] = pairs()
    assert (pair.signs, pair.shown) == ([Sign.FILE_APART], False)
    approver = make.grant(
        make.person("APPROVER"), Role.APPROVER, Scope.PROGRAMME, call.programme_id
    )
    assert db.session.scalars(likenesses_visible_to(make.actor(approver))).all() == []
    assert len(db.session.scalars(likenesses_visible_to(make.actor(manager))).all()) == 1
    address = f"/tracking/{call.id}/alike/{pair.id}"
    make.sign_in(client, approver)
    assert client.get(address).status_code == 404
    make.sign_in(client, manager)
    assert "kept apart" in client.get(address).text


def test_two_stand_side_by_side_and_a_reason_is_asked_for(call, manager, client) -> None:
    send(call, make.person("SOK DARA", born_on=date(1999, 1, 1)))
    send(call, make.person("DARA SOK", born_on=date(1999, 1, 1), nationality="VN"))
    compare()
    [pair] = pairs()
    make.sign_in(client, manager)
    listed = client.get(f"/tracking/{call.id}/alike")
    assert "The same name and day of birth" in listed.text
    address = f"/tracking/{call.id}/alike/{pair.id}"
    page = client.get(address)
    assert "1 January is often written" in page.text
    assert "the same without marks, in any order" in page.text, "SOK DARA and DARA SOK"
    assert ">the same<" in page.text, "the day of birth"
    assert "differs" in page.text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    given = {"version": "1", "csrf_token": token}
    refused = client.post(address, data={"do": "same person", **given})
    assert refused.status_code == 422
    assert "Write how you know" in refused.text
    sent = {"do": "not the same person", "because": "Two cousins.", **given}
    answer = client.post(address, data=sent)
    assert answer.status_code == 302, answer.text
    assert "Two cousins." in client.get(address).text
    assert "No two applications" in client.get(f"/tracking/{call.id}/alike").text
    assert "Two cousins." in client.get(f"/tracking/{call.id}/alike?settled=1").text
    shown = client.get(f"/tracking/{call.id}/{pair.first_id}")
    assert "Possibly the same person" in shown.text


def test_the_list_asks_as_much_for_many_pairs_as_for_one(call, manager, client) -> None:
    send(call, make.person("SOK DARA", born_on=BORN))
    send(call, make.person("SOK DARA", born_on=BORN))
    compare()
    make.sign_in(client, manager)
    counted = []
    for _more in range(2):
        with statements() as asked:
            assert client.get(f"/tracking/{call.id}/alike").status_code == 200
        counted.append(len(asked))
        for _twin in range(3):
            send(call, make.person("SOK DARA", born_on=BORN))
        compare()
    assert counted[0] == counted[1]
