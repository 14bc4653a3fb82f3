"""What a centre writes to a group: shown before, counted by hand, sent once to each, kept."""

import pytest
from sqlalchemy import func, select

from app.applications.queries.writing import Text
from app.audit.models import AuditEntry
from app.courses import operations as office
from app.courses import queries
from app.courses.completion import Rule
from app.courses.models import GroupMessage
from app.courses.states import Group
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotPermitted, RuleBroken
from app.notifications.models import OutboxMessage
from tests import make
from tests.counting import statements
from tests.courses.centres import working
from tests.courses.dates import published_run, the_run
from tests.courses.test_attendance import AFTER, A, P, X, enter, judge, state
from tests.courses.test_enrolling import OPEN, take
from tests.courses.test_pages import hidden, page
from tests.racing import CLIENTS, all_at_once, rounds

WORDS = {"en": Text("Room 4", "We meet in room 4.\nBring your laptop.")}


@pytest.fixture
def run_id(centre):
    """Four people with a seat, one in line."""
    with clock.set_clock(OPEN):
        made = published_run(centre, capacity=4)
        for name in ("SOK DARA", "KIM LY", "CHAN NITA", "OUK VANN", "PEN SITHA"):
            take(made, make.person(name, sort_key=name.casefold(), locale="km"))
    return made


@pytest.fixture(autouse=True)
def after():
    with clock.set_clock(AFTER):
        yield


def write(centre, run_id, group=Group.ENROLLED, *, count, meeting_id=None, words=WORDS, key=""):
    with working(centre.writer, now=AFTER) as work:
        return office.write_to_group(
            work,
            the_run(work, run_id),
            group,
            words,
            meeting_id=meeting_id,
            count=count,
            request_key=key,
        )


def told() -> list[str]:
    query = select(OutboxMessage).where(OutboxMessage.kind == "courses/group_written")
    return sorted(one.address for one in db.session.scalars(query))


def names(run_id, group, meeting_id=None) -> list[str]:
    found = db.session.scalars(queries.group_of_run(run_id, group, meeting_id)).unique()
    return [one.person.full_name for one in found]


def address(run_id: int) -> str:
    return f"/courses/office/dates/{run_id}/messages"


def looked(client, run_id, **said):
    words = {"readers": "enrolled", "subject_en": "Room 4", "body_en": "We meet in room 4.", **said}
    seen = client.post(
        f"{address(run_id)}/look", data={**hidden(page(client, address(run_id))), **words}
    )
    return seen, words


def test_the_groups_are_who_they_say(centre, run_id) -> None:
    enter(centre, run_id, 0, P, A, X, P)
    enter(centre, run_id, 1, P, P, P, P)
    enter(centre, run_id, 2, P, P, P, P)
    state(centre, run_id, Rule(share=100))
    judge(centre, run_id)
    first = min(queries.meetings_missed(db.session(), run_id))
    assert len(names(run_id, Group.ENROLLED)) == 4
    assert names(run_id, Group.WAITING) == ["PEN SITHA"]
    assert names(run_id, Group.MISSED, first) == ["KIM LY", "OUK VANN"]
    assert names(run_id, Group.COMPLETED) == ["CHAN NITA", "OUK VANN", "SOK DARA"]


def test_the_look_shows_who_gets_what_and_the_typed_number_sends_it(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    seen, words = looked(client, run_id)
    assert seen.status_code == 200
    assert "It goes to 4 people" in seen.text
    assert "4 readers of Khmer get it in English" in seen.text
    assert "KIM LY" in seen.text
    assert told() == []
    sent = {**hidden(seen.text), **words}
    wrong = client.post(address(run_id), data={**sent, "count": "5"})
    assert wrong.status_code == 409
    assert "It goes to 4 people now." in wrong.text
    assert "We meet in room 4." in wrong.text
    assert client.post(address(run_id), data={**sent, "count": "x"}).status_code == 422
    assert told() == []
    for _reload in range(2):
        assert client.post(address(run_id), data={**sent, "count": "4"}).status_code == 302
    assert len(told()) == 4
    listed = page(client, address(run_id))
    assert "Room 4" in listed
    assert "4 people" in listed
    assert centre.writer.full_name in listed
    history = page(client, f"/courses/office/dates/{run_id}")
    assert "wrote “Room 4” to people (4)" in history


def test_from_two_tabs_it_is_sent_once(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    tabs = [looked(client, run_id) for _tab in range(2)]
    answers = [
        client.post(address(run_id), data={**hidden(seen.text), **words, "count": "4"})
        for seen, words in tabs
    ]
    assert [one.status_code for one in answers] == [302, 409]
    assert "all have it already" in answers[1].text
    assert len(told()) == 4


def test_who_came_later_is_told_and_nobody_twice(centre, run_id) -> None:
    assert write(centre, run_id, count=4) == 4
    assert write(centre, run_id, Group.WAITING, count=1) == 1
    assert len(told()) == 5
    with pytest.raises(RuleBroken, match="all have it already"):
        write(centre, run_id, count=0)
    other = {"km": Text("បន្ទប់ ៤", "សូមមក។")}
    assert write(centre, run_id, count=4, words=other) == 4


def test_a_number_that_changed_is_refused_with_the_new_one(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    seen, words = looked(client, run_id, readers="waiting")
    with clock.set_clock(OPEN):
        take(run_id, make.person())
    sent = {**hidden(seen.text), **words}
    again = client.post(address(run_id), data={**sent, "count": "1"})
    assert again.status_code == 409
    assert "It goes to 2 people now." in again.text
    assert told() == []
    assert db.session.scalar(select(func.count(GroupMessage.id))) == 0
    ok = client.post(address(run_id), data={**hidden(again.text), **words, "count": "2"})
    assert ok.status_code == 302
    assert len(told()) == 2


def test_only_staff_of_the_centre_write(client, centre, run_id) -> None:
    for one in (centre.stranger, make.person()):
        make.sign_in(client, one)
        assert client.get(address(run_id)).status_code in {403, 404}
        assert client.post(address(run_id), data={"count": "4"}).status_code in {403, 404}
        assert client.post(f"{address(run_id)}/look", data={}).status_code in {403, 404}
    with working(centre.secretariat, now=AFTER) as work, pytest.raises(NotPermitted):
        office.write_to_group(work, the_run(work, run_id), Group.ENROLLED, WORDS, count=4)
    assert told() == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"subject_en": "", "body_en": ""}, "in one language at least"),
        ({"body_en": ""}, "write both the subject and the text"),
        ({"readers": "missed 999999"}, "in the list"),
        ({"readers": "x"}, "in the list"),
        ({"subject_en": "x" * 201}, "shorten"),
    ],
)
def test_what_cannot_be_sent_is_not_looked_at(client, centre, run_id, said, why) -> None:
    make.sign_in(client, centre.writer)
    seen, _words = looked(client, run_id, **said)
    assert seen.status_code == 422
    assert why in seen.text


def test_going_back_keeps_the_words(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    seen, words = looked(client, run_id)
    back = client.post(f"{address(run_id)}/look", data={**hidden(seen.text), **words, "again": "1"})
    assert back.status_code == 200
    assert "We meet in room 4." in back.text
    assert "Show who gets what" in back.text


def test_of_many_who_send_at_once_one_does(app, centre, run_id) -> None:
    for number in rounds(3):
        words = {"en": Text("Now", f"Round {number}")}

        def send(words=words) -> int:
            return write(centre, run_id, count=4, words=words)

        assert all_at_once(app, [send] * CLIENTS) == {4: 1, "RuleBroken": CLIENTS - 1}
        assert len(told()) == 4 * (number + 1)


def test_the_record_says_who_sent_what_and_many_people_cost_no_more(client, centre, run_id) -> None:
    write(centre, run_id, Group.WAITING, count=1)
    said = db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == "run.group written to")
    ).one()
    assert (said.actor_id, said.details["number"]) == (centre.writer.id, 1)
    make.sign_in(client, centre.writer)
    looked(client, run_id, body_en="x", readers="waiting")
    with statements() as few:
        looked(client, run_id, body_en="x", readers="waiting")
    with clock.set_clock(OPEN):
        for _one in range(10):
            take(run_id, make.person())
    with statements() as many:
        looked(client, run_id, body_en="x", readers="waiting")
    assert len(many) == len(few)
