"""People are named, confirm by a link or signed in, decline, and are replaced until a day."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import NoLonger, NotFound, RuleBroken
from app.notifications.models import OutboxMessage, Task
from app.organisations.models import Country
from app.visits import operations as visits
from app.visits.models import VisitGroup, VisitPerson
from app.visits.operations import Oneself
from app.visits.queries import groups_beyond_their_call, people_visible_to
from app.visits.states import Part
from app.visits.states import PersonState as P
from tests import make
from tests.racing import CLIENTS, all_at_once, rounds
from tests.visits.grouping import (
    FIRST,
    NOW,
    ONESELF,
    SENDERS,
    acting,
    application_of,
    confirming,
    first_person,
    grouped,
    named,
    office_of,
    one,
    published,
    sent,
    somebody,
    whole,
    working,
)


def replacing(office, group_id: int, person_id: int, whom=None, *, now=NOW, reason="Ill.") -> int:
    def do(work, found):
        [person] = [p for p in found.people if p.id == person_id]
        return visits.replace_person(work, found, person, whom or somebody(), reason=reason).id

    return acting(office.receiver, group_id, do, now=now)


def link_of(person_id: int) -> str:
    """The key that was mailed last."""
    address = one(person_id).email
    sent_to = select(OutboxMessage).where(
        OutboxMessage.address == address, OutboxMessage.kind == "visits/named_in_group"
    )
    newest = db.session.scalars(sent_to.order_by(OutboxMessage.id.desc())).first()
    found = re.search(r"/confirm/([^?]+)", str(newest.values["path"]))
    assert found is not None
    return found.group(1)


def test_a_group_has_at_most_so_many_people_and_supervisors(office) -> None:
    group_id = grouped(office, published(office))
    named(office, group_id, somebody(Part.SUPERVISOR))
    with pytest.raises(RuleBroken, match="as many supervisors"):
        named(office, group_id, somebody(Part.SUPERVISOR))
    for _ in range(3):
        named(office, group_id)
    with pytest.raises(RuleBroken, match="as many people"):
        named(office, group_id)


@pytest.mark.parametrize("part", list(Part))
def test_the_database_refuses_one_too_many(office, part) -> None:
    group_id = grouped(office, published(office))
    named(office, group_id, somebody(Part.SUPERVISOR))
    for _ in range(3 if part is Part.PARTICIPANT else 1):
        named(office, group_id)
    db.session.add(
        VisitPerson(
            group_id=group_id,
            part=part,
            name="One more",
            email="one-more@example.org",
            institution="x",
            key_hash="0" * 64,
            named_at=NOW,
        )
    )
    with pytest.raises(IntegrityError, match="group_is_full|group_has_its_supervisors"):
        db.session.flush()


def test_nobody_is_in_a_group_twice(office) -> None:
    group_id = grouped(office, published(office))
    named(office, group_id, somebody(email="ANNA@example.org"))
    with pytest.raises(RuleBroken, match="in the group already"):
        named(office, group_id, somebody(email="anna@example.org "))


@pytest.mark.parametrize(
    "wrong", [{"email": "nobody"}, {"name": "  "}, {"institution": "Somewhere else"}]
)
def test_whoever_is_named_can_be_reached_and_is_sent_by_somebody(office, wrong) -> None:
    group_id = grouped(office, published(office))
    with pytest.raises(RuleBroken):
        named(office, group_id, somebody(**wrong))


def test_somebody_without_an_account_confirms_by_the_link(office) -> None:
    group_id = whole(office, published(office))
    person_id = first_person(group_id)
    key = link_of(person_id)
    with working(visits.guest(one(person_id))) as work:
        visits.confirm_coming(work, visits.opened_with(work, key), ONESELF)
    person = one(person_id)
    assert (person.state, person.nationality, person.user_id) == (P.CONFIRMED, "KH", None)


def test_a_link_opens_one_person_and_nobody_else(office) -> None:
    group_id = whole(office, published(office))
    other = named(office, group_id)
    with working(visits.guest(one(first_person(group_id)))) as work, pytest.raises(NotFound):
        visits.find_person(work, other)


def test_somebody_with_an_account_finds_it_there(office) -> None:
    account = make.person(email="anna@example.org")
    group_id = grouped(office, published(office))
    person_id = named(office, group_id, somebody(email="Anna@Example.org"))
    assert db.session.scalars(select(Task.kind).where(Task.holder_id == account.id)).all() == [
        "visit to confirm"
    ]
    assert db.session.scalars(people_visible_to(make.actor(account))).one().id == person_id
    with working(account) as work:
        visits.confirm_coming(work, visits.find_person(work, person_id), ONESELF)
    assert one(person_id).user_id == account.id
    assert db.session.scalars(select(Task.done_at).where(Task.kind == "visit to confirm")).one()


def test_a_new_link_ends_the_one_before(office) -> None:
    group_id = whole(office, published(office))
    person_id = first_person(group_id)
    before = link_of(person_id)

    def again(work, found):
        visits.send_link_again(work, found, found.people[0])

    acting(office.receiver, group_id, again)
    assert link_of(person_id) != before
    with working(visits.guest(one(person_id))) as work:
        with pytest.raises(NotFound):
            visits.opened_with(work, before)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nationality": "XX"},
        {"passport_name": " "},
        {"born_on": date(2030, 1, 1)},
        {"born_on": date(1800, 1, 1)},
    ],
)
def test_one_says_who_one_is_as_the_passport_has_it(office, wrong) -> None:
    group_id = whole(office, published(office))
    given = {"passport_name": "A", "nationality": "KH", "born_on": date(2001, 2, 3)} | wrong
    with pytest.raises(RuleBroken):
        confirming(first_person(group_id), Oneself(**given))


def test_the_database_refuses_a_confirmation_without_a_nationality(office) -> None:
    person_id = first_person(whole(office, published(office)))
    said = {"state": P.CONFIRMED, "confirmed_at": NOW, "passport_name": "X"}
    with pytest.raises(IntegrityError):
        db.session.execute(update(VisitPerson).where(VisitPerson.id == person_id).values(said))


def test_a_replaced_person_stays_in_the_history(office) -> None:
    group_id = sent(office, published(office))
    first = first_person(group_id)
    confirming(first)
    key = link_of(first)
    other = replacing(office, group_id, first)
    assert (one(first).state, one(first).ended_because) == (P.REPLACED, "Ill.")
    assert one(first).passport_name == "GUEST ONE"
    assert one(other).replaces_id == first
    with working(visits.guest(one(first))) as work, pytest.raises(NoLonger):
        visits.opened_with(work, key)
    with pytest.raises(RuleBroken, match="comes for this person already"):
        replacing(office, group_id, first)


def test_people_are_replaced_until_the_day_that_the_call_names(office) -> None:
    group_id = sent(office, published(office))
    until = FIRST - timedelta(days=14)
    midnight = NOW + timedelta(days=(until - NOW.date()).days, hours=12)  # in Tokyo
    second = replacing(
        office, group_id, first_person(group_id), now=midnight - timedelta(minutes=1)
    )
    with pytest.raises(RuleBroken, match="until"):
        replacing(office, group_id, second, now=midnight + timedelta(minutes=1))
    with pytest.raises(RuleBroken, match="until"):
        named(office, group_id, now=midnight + timedelta(minutes=1))


def test_a_full_group_has_room_for_whoever_replaces_somebody(office) -> None:
    group_id = grouped(office, published(office))
    supervisor = named(office, group_id, somebody(Part.SUPERVISOR))
    for _ in range(3):
        named(office, group_id)
    other = replacing(office, group_id, supervisor, somebody(Part.SUPERVISOR))
    assert one(other).part is Part.SUPERVISOR
    with pytest.raises(RuleBroken, match="as many supervisors"):
        replacing(office, group_id, first_person(group_id) + 1, somebody(Part.SUPERVISOR))


def test_who_does_not_come_is_replaced_and_the_host_is_asked(office) -> None:
    group_id = sent(office, published(office))
    first = first_person(group_id)
    with working(visits.guest(one(first))) as work:
        visits.decline_coming(work, visits.find_person(work, first), reason="Exams.")
    assert one(first).state is P.DECLINED
    waiting = select(Task).where(Task.kind == "person to replace", Task.done_at.is_(None))
    assert db.session.scalars(waiting).one().subject_id == group_id
    replacing(office, group_id, first)
    assert db.session.scalars(waiting).all() == []
    assert db.session.scalars(
        select(OutboxMessage.kind).where(OutboxMessage.kind == "visits/person_declined")
    ).all()


def test_the_last_person_of_a_group_that_was_sent_is_replaced_and_not_left_out(office) -> None:
    group_id = sent(office, published(office))

    def without(work, found):
        visits.leave_out(work, found, found.people[0])

    with pytest.raises(RuleBroken, match="last person"):
        acting(office.receiver, group_id, without)


def test_a_draft_whose_last_person_declines_is_not_whole(office) -> None:
    group_id = whole(office, published(office))
    first = first_person(group_id)
    with working(visits.guest(one(first))) as work:
        visits.decline_coming(work, visits.find_person(work, first))
    assert application_of(group_id).lacks


def test_who_somebody_is_never_changes_in_a_row(office) -> None:
    person_id = first_person(whole(office, published(office)))
    other = update(VisitPerson).where(VisitPerson.id == person_id).values(email="x@example.org")
    with pytest.raises(IntegrityError, match="person_of_group_stays"):
        db.session.execute(other)


def naming(office, group_id: int, part: Part):
    whom = somebody(part)

    def press() -> str:
        acting(db.session.merge(office.receiver), group_id, visits.name_person, whom)
        return part.value

    return press


@pytest.mark.race
def test_people_named_at_once_never_exceed_the_group(app, session) -> None:
    office = office_of()
    call_id = published(office, groups=500)
    for number in rounds(10):
        who = make.person()
        make.grant(who, Role.HOST, Scope.ORGANISATION, office.host.id)
        group_id = grouped(office, call_id, who)
        named(office, group_id)
        first = Part.SUPERVISOR if number % 2 else Part.PARTICIPANT
        parts = [first if n % 2 else Part.SUPERVISOR for n in range(CLIENTS)]
        told = all_at_once(app, [naming(office, group_id, part) for part in parts])
        assert told["supervisor"] <= 1
        assert told["participant"] + told["supervisor"] <= 3
        assert told["RuleBroken"] >= CLIENTS - 3
        assert db.session.execute(groups_beyond_their_call()).all() == []


@pytest.mark.race
def test_two_who_replace_one_person_at_once_name_one(app, session) -> None:
    office = office_of()
    call_id = published(office, groups=500)
    for _ in rounds(10):
        who = make.grant(make.person(), Role.HOST, Scope.ORGANISATION, office.host.id)
        group_id = grouped(office, call_id, who)
        first = named(office, group_id)

        def press() -> str:
            replacing(office, group_id, first)
            return "replaced"

        told = all_at_once(app, [press] * CLIENTS)
        assert told == {"replaced": 1, "RuleBroken": CLIENTS - 1}
        living = select(VisitPerson.id).where(
            VisitPerson.group_id == group_id, VisitPerson.state == P.NAMED
        )
        assert len(db.session.scalars(living).all()) == 1
    assert db.session.scalar(select(VisitGroup.id).limit(1))


def test_a_guest_is_written_to_in_the_language_chosen_else_of_the_sending_country(office) -> None:
    call_id = published(office)
    make.organisation(SENDERS[0], "KH")
    with working(office.receiver) as work:
        work.session.get_one(Country, "KH").languages = ["km"]
    group_id = grouped(office, call_id)
    for values, spoken in (
        ({}, "km"),
        ({"locale": "ja"}, "ja"),
        ({"institution": SENDERS[1]}, "en"),
    ):
        person = one(named(office, group_id, somebody(**values)))
        to = select(OutboxMessage).where(OutboxMessage.address == person.email)
        mail = db.session.scalars(to).one()
        assert (person.locale, mail.locale) == (spoken, spoken)
        assert str(mail.values["path"]).endswith(f"?lang={spoken}")
        db.session.rollback()
