"""The balance of exchanges: entries that are added and reversed, and the pages that add them up."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts.models import User
from app.exchanges import operations as office
from app.exchanges import queries
from app.exchanges.balance import Count, ledgers
from app.exchanges.models import BalanceEntry
from app.foundation.actors import SYSTEM, VISITOR, Role
from app.foundation.database import db
from app.foundation.errors import NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from tests import make
from tests.counting import statements
from tests.exchanges.agreeing import approving, proposed, university
from tests.racing import all_at_once, rounds

PAGE = "/exchanges/balance"


def entered(who, origin, target, people=3, year=2026, source="Register of 2026") -> int:
    """The id of what an office entered."""
    with unit_of_work(who.actor, now=make.NOW) as work:
        body = work.session.get_one
        return office.record_exchange(
            work,
            body(Organisation, who.id),
            origin=body(Organisation, origin.id),
            target=body(Organisation, target.id),
            year=year,
            people=people,
            source=source,
        ).id


def reversed_by(actor, entry_id: int, because: str = "A slip of the pen") -> None:
    with unit_of_work(actor, now=make.NOW) as work:
        office.reverse_entry(work, work.session.get_one(BalanceEntry, entry_id), because=because)


def with_partner(who, other, until=2027):
    """The years that one university has with another: {year: (out, in)}."""
    db.session.rollback()
    found = ledgers(queries.balance_of(db.session(), who.id, until), who.id).get(other.id)
    lines = found.lines if found else ()
    return {line.year: (line.people_out, line.people_in) for line in lines}


# --- the arithmetic

COUNTS = st.lists(
    st.builds(
        Count,
        st.integers(1, 4),
        st.integers(1, 4),
        st.integers(2020, 2024),
        places=st.integers(0, 9),
        people=st.integers(-9, 9),
    ),
    max_size=30,
)


@given(COUNTS)
def test_what_one_sends_the_other_receives(counts) -> None:
    for one in range(1, 5):
        for other, ledger in ledgers(counts, one).items():
            mirror = ledgers(counts, other)[one]
            assert ledger.balance == -mirror.balance
            assert [line.year for line in ledger.lines] == [line.year for line in mirror.lines]
            for here, there in zip(ledger.lines, mirror.lines, strict=True):
                assert (here.people_out, here.places_out) == (there.people_in, there.places_in)


@given(COUNTS)
def test_nobody_is_lost_and_nobody_goes_to_oneself(counts) -> None:
    found = ledgers(counts, 1)
    assert 1 not in found
    went = sum(c.people for c in counts if c.origin == 1 != c.target)
    assert sum(line.people_out for ledger in found.values() for line in ledger.lines) == went


# --- entries


def test_both_sides_see_what_one_of_them_entered(th, jp) -> None:
    entered(th, th, jp, people=3)
    entered(jp, jp, th, people=1)
    assert with_partner(th, jp) == {2026: (3, 1)}
    assert with_partner(jp, th) == {2026: (1, 3)}


def test_a_way_of_a_year_is_entered_once_until_it_is_reversed(th, jp) -> None:
    first = entered(th, th, jp)
    with pytest.raises(RuleBroken, match="entered already"):
        entered(jp, th, jp, people=4)
    with pytest.raises(NotPermitted):
        reversed_by(jp.actor, first)
    with pytest.raises(RuleBroken, match="what was wrong"):
        reversed_by(th.actor, first, because="")
    reversed_by(th.actor, first)
    with pytest.raises(RuleBroken, match="already"):
        reversed_by(th.actor, first)
    assert with_partner(th, jp) == {2026: (0, 0)}
    entered(jp, th, jp, people=4)
    assert with_partner(th, jp) == {2026: (4, 0)}
    assert len(db.session.scalars(queries.entries_between(th.actor, th.id, jp.id)).all()) == 3


def test_what_cannot_be_is_refused(th, jp) -> None:
    vn = university("VN")
    for wrong in (
        lambda: entered(th, jp, vn),
        lambda: entered(th, th, th),
        lambda: entered(th, th, jp, year=2028),
        lambda: entered(th, th, jp, people=0),
        lambda: entered(th, th, jp, source=""),
    ):
        with pytest.raises(RuleBroken):
            wrong()
    with unit_of_work(jp.actor) as work, pytest.raises(NotPermitted):
        body = work.session.get_one
        office.record_exchange(
            work,
            body(Organisation, th.id),
            origin=body(Organisation, th.id),
            target=body(Organisation, jp.id),
            year=2026,
            people=1,
            source="Ours",
        )


def test_a_stay_is_counted_once_and_taken_back_once(th, jp) -> None:
    for _again in range(2):
        with unit_of_work(SYSTEM, now=make.NOW) as work:
            office.enter_stay(work, origin_id=th.id, target_id=jp.id, year=2027, once="stay:1")
    assert with_partner(th, jp) == {2027: (1, 0)}
    for _again in range(2):
        with unit_of_work(SYSTEM, now=make.NOW) as work:
            office.take_stay_back(work, once="stay:1", because="The visa was refused.")
            office.take_stay_back(work, once="stay:2", because="It never was.")
    assert with_partner(th, jp) == {2027: (0, 0)}
    stay = db.session.scalars(db.select(BalanceEntry).where(BalanceEntry.once == "stay:1")).one()
    secretary = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    with pytest.raises(RuleBroken):
        reversed_by(secretary, stay.id)


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE balance_entry SET people = 9",
        "DELETE FROM balance_entry",
        *(
            "INSERT INTO balance_entry (origin_id, target_id, year, people, cause, because,"
            f" reverses_id, recorded_at) SELECT {row}, recorded_at FROM balance_entry"
            for row in (
                "origin_id, target_id, year, -2, 'reversal', 'x', id",
                "origin_id, target_id, year + 1, -people, 'reversal', 'x', id",
                "target_id, origin_id, year, -people, 'reversal', 'x', id",
                "origin_id, target_id, year, -people, 'reversal', 'x', NULL",
                "origin_id, target_id, year, -people, 'recorded', 'x', NULL",
                "origin_id, target_id, year, people, 'recorded', '', NULL",
                "origin_id, target_id, year, people, 'stay', 'x', NULL",
                "origin_id, origin_id, year, people, 'recorded', 'x', NULL",
            )
        ),
    ],
)
def test_the_database_refuses_what_must_never_be(th, jp, deed) -> None:
    entered(th, th, jp)
    db.session.rollback()
    with pytest.raises(DBAPIError):
        db.session.execute(text(deed))
    db.session.rollback()


def test_places_come_from_what_is_in_force(th, jp) -> None:
    approving(jp, proposed(th, jp, first_year=2025, last_year=2028))
    proposed(th, jp, first_year=2025, last_year=2028, places=9)
    found = ledgers(queries.balance_of(db.session(), th.id, 2027), th.id)[jp.id]
    assert [(line.year, line.places_out, line.places_in) for line in found.lines] == [
        (2027, 4, 4),
        (2026, 4, 4),
        (2025, 4, 4),
    ]


def test_countries_add_up_all_their_universities(th, jp) -> None:
    chiang_mai = university("TH")
    entered(th, th, jp, people=3)
    entered(chiang_mai, chiang_mai, jp, people=2)
    entered(th, th, chiang_mai, people=7)
    found = ledgers(queries.balance_by_country(db.session(), "TH", 2027), "TH")
    assert found.keys() == {"JP"}
    assert [(line.year, line.people_out) for line in found["JP"].lines] == [(2026, 5)]
    assert queries.countries_with_balance(db.session()) == ["JP", "TH"]


def test_a_university_sees_nothing_of_what_it_is_no_part_of(th, jp) -> None:
    vn = university("VN")
    entered(th, th, jp)
    for actor, seen in ((th.actor, 1), (jp.actor, 1), (vn.actor, 0), (VISITOR, 0)):
        assert len(db.session.scalars(queries.entries_visible_to(actor)).all()) == seen


@pytest.mark.race
def test_two_offices_at_once_enter_a_year_once(app, th, jp) -> None:
    secretary = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    for _round in rounds(4):
        presses = [lambda who=who: entered(who, th, jp) and "entered" for who in (th, jp) * 4]
        told = all_at_once(app, presses)
        assert told["entered"] == 1, told
        assert with_partner(th, jp) == {2026: (3, 0)}
        last = db.session.scalar(queries.recorded_for(th.id, jp.id, 2026))
        assert last is not None
        told = all_at_once(app, [lambda last=last: reversed_by(secretary, last)] * 8)
        assert told[None] == 1, told
        assert with_partner(th, jp) == {2026: (0, 0)}


# --- pages


def press(client, address: str, data: dict[str, str]):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/dashboard").text)
    assert token is not None
    return client.post(address, data={**data, "csrf_token": token[1]})


def signed_in(client, who):
    return make.sign_in(client, db.session.get_one(User, who.actor.user_id))


def test_an_office_enters_reads_and_reverses(client, th, jp) -> None:
    signed_in(client, th)
    assert "nobody is entered yet" in client.get(PAGE).text
    address = f"{PAGE}?university={th.ref}&partner={jp.ref}"
    assert client.get(address).status_code == 200
    said = {"way": "in", "year": "2024", "people": "2", "source": "Register, page 4"}
    for name, wrong in (("way", "up"), ("year", "soon"), ("people", "0"), ("source", "")):
        answer = press(client, address, {**said, name: wrong})
        assert answer.status_code == 422, name
        assert "Register, page 4" in answer.text or name == "source"
    assert press(client, address, said).status_code == 302
    answer = press(client, address, said)
    assert answer.status_code == 409
    assert "entered already" in answer.text
    page = client.get(address).text
    assert "Register, page 4" in page
    assert "2 more came than went" in client.get(PAGE).text
    (entry,) = db.session.scalars(queries.entries_visible_to(th.actor)).all()
    assert client.get(f"{PAGE}/{entry.id}").status_code == 200
    assert press(client, f"{PAGE}/{entry.id}", {"because": ""}).status_code == 422
    assert press(client, f"{PAGE}/{entry.id}", {"because": "Another year"}).status_code == 302
    assert press(client, f"{PAGE}/{entry.id}", {"because": "Another year"}).status_code == 409
    assert "Another year" in client.get(address).text


def test_the_partner_reads_it_and_others_find_nothing(client, th, jp) -> None:
    entry = entered(th, th, jp)
    signed_in(client, jp)
    page = client.get(f"{PAGE}?partner={th.ref}").text
    assert "Register of 2026" in page
    assert f"{PAGE}/{entry}" not in page
    assert press(client, f"{PAGE}/{entry}", {"because": "Ours"}).status_code == 403
    signed_in(client, university("VN"))
    assert client.get(f"{PAGE}/{entry}").status_code == 404
    assert "Register of 2026" not in client.get(f"{PAGE}?partner={th.ref}").text
    for nonsense in ("nobody", "%00"):
        assert client.get(f"{PAGE}?partner={nonsense}").status_code == 404
    make.sign_in(client, make.person())
    assert client.get(PAGE).status_code == 403


def test_the_secretariat_reads_countries_and_reverses(client, th, jp) -> None:
    entry = entered(th, th, jp, people=5)
    make.sign_in(client, make.grant(make.person(), Role.SECRETARIAT))
    page = client.get(f"{PAGE}?country=JP").text
    assert "Thailand" in page
    assert "5 more came than went" in page
    assert client.get(f"{PAGE}?country=ZZ").status_code == 200
    assert press(client, f"{PAGE}/{entry}", {"because": "Entered twice"}).status_code == 302
    assert "As many came as went" in client.get(f"{PAGE}?country=JP").text


def test_the_page_asks_as_many_questions_for_many_partners(client, th, jp) -> None:
    signed_in(client, th)
    counted = []
    for other in (jp, *(university(code) for code in ("VN", "LA", "KH"))):
        entered(th, th, other)
        client.get(PAGE)
        with statements() as asked:
            client.get(PAGE)
        counted.append(len(asked))
    assert len(set(counted)) == 1, counted
