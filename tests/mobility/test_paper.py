"""A home that has nobody who signs in nominates on paper, which the host records."""

import io
import re

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import RoleGrant, User
from app.exchanges.queries import posting_to_change, posting_with_all
from app.files.states import Way
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility import queries
from app.mobility.models import ExchangeNomination, NominationLetter
from app.mobility.states import LIVING, NominationState
from tests import make
from tests.exchanges.test_agreement_pages import signed_in
from tests.files import samples
from tests.mobility.choosing import answering, nomination, opened, ranked, sent, student_of
from tests.mobility.partners import SIGNED, history, letters, make_back, scan, upload
from tests.racing import CLIENTS, all_at_once, rounds

UNKNOWN = "No student with this address ranked this place"


@pytest.fixture
def student(th, place):
    return off(th, place)


def off(th, place: int):
    """A student who ranked the place; the office of the university has left since."""
    found = student_of(th, "SOMCHAI JAIDEE")
    sent(found, place)
    db.session.execute(delete(RoleGrant).where(RoleGrant.scope_id == th.id))
    db.session.commit()
    return found


def address_of(student) -> str:
    return db.session.get_one(User, student.user_id).email


def recorded(host, place: int, email: str, *, file=True, signed=SIGNED) -> int:
    with unit_of_work(host.actor, now=make.NOW) as work:
        posting = work.find(posting_to_change(work.actor, place))
        paper = scan() if file else None
        return verbs.record_nomination(
            work, posting, paper, signed, email=email, note="Our best."
        ).id


def corrected(host, number: int, **values) -> None:
    said = {"study_level": 6, "field": "0613", "note": "Robotics."} | values
    with unit_of_work(host.actor, now=make.NOW) as work:
        found = work.find(queries.nomination_with_all(work.actor, number))
        verbs.record_correction(work, found, scan(), SIGNED, **said)


def living(place: int) -> int:
    query = select(func.count(ExchangeNomination.id)).where(
        ExchangeNomination.posting_id == place, ExchangeNomination.state.in_(LIVING)
    )
    return db.session.scalar(query) or 0


def test_a_letter_of_a_home_is_recorded_and_then_answered_like_any_other(
    th, jp, place, student
) -> None:
    number = recorded(jp, place, address_of(student).upper())
    (letter,) = letters(number)
    assert (letter.sent_way, letter.sent_by_id) == (Way.LETTER, jp.actor.user_id)
    assert (letter.sent_name, letter.note) == ("HANAKO SATO", "Our best.")
    assert letter.sent_file_id is not None
    assert (nomination(number).home_id, nomination(number).person_id) == (th.id, student.user_id)
    assert "on behalf of" in history(number)[0]
    assert "from the letter of HANAKO SATO (Dean)" in history(number)[0]
    answering(jp.actor, number, verbs.verify_nomination, seen=1)
    assert letters(number)[0].answered_way is Way.PAGE


def test_nothing_is_recorded_without_scan_name_and_function(jp, place, student) -> None:
    email = address_of(student)
    with pytest.raises(RuleBroken, match="scan of the letter"):
        recorded(jp, place, email, file=False)
    with pytest.raises(RuleBroken, match="name and function"):
        recorded(jp, place, email, signed=verbs.Signed("HANAKO SATO", ""))
    assert living(place) == 0


def test_a_host_learns_nothing_of_other_students(th, jp, vn, place, student) -> None:
    undecided = student_of(th)
    ranked(undecided, place)
    for email in (address_of(undecided), address_of(student_of(th)), "nobody@example.org", ""):
        with pytest.raises(RuleBroken, match=UNKNOWN):
            recorded(jp, place, email)
    make_back(th)
    with pytest.raises(RuleBroken, match=UNKNOWN):
        recorded(jp, place, address_of(student))


def test_only_the_host_of_the_place_records(th, jp, vn, place, student) -> None:
    for who in (th.actor, vn.actor, student):
        with unit_of_work(who, now=make.NOW) as work, pytest.raises(NotPermitted):
            posting = work.find(posting_with_all(work.actor, posting_id=place))
            verbs.record_nomination(work, posting, scan(), SIGNED, email=address_of(student))


def test_a_correction_on_paper_keeps_the_history(th, jp, place, student) -> None:
    number = recorded(jp, place, address_of(student))
    with pytest.raises(RuleBroken, match="that the host refused"):
        corrected(jp, number)
    answering(jp.actor, number, verbs.refuse_nomination, seen=1, comment="Which field?")
    with unit_of_work(student, now=make.NOW) as work, pytest.raises(NotPermitted):
        found = work.find(queries.nomination_with_all(student, number))
        verbs.record_correction(work, found, scan(), SIGNED, study_level=6, field="0613")
    corrected(jp, number)
    assert nomination(number).state is NominationState.SENT
    assert [(one.note, one.verified) for one in letters(number)] == [
        ("Our best.", False),
        ("Robotics.", None),
    ]
    answering(jp.actor, number, verbs.refuse_nomination, seen=2, comment="Still not.")
    make_back(th)
    with pytest.raises(RuleBroken, match="corrects it itself"):
        corrected(jp, number)


def test_paper_takes_no_more_places_than_there_are(th, jp) -> None:
    place = opened(jp, th, capacity=1)
    students = [student_of(th) for _ in range(2)]
    for one in students:
        sent(one, place)
    db.session.execute(delete(RoleGrant).where(RoleGrant.scope_id == th.id))
    db.session.commit()
    recorded(jp, place, address_of(students[0]))
    with pytest.raises(RuleBroken, match="All places"):
        recorded(jp, place, address_of(students[1]))
    with pytest.raises(RuleBroken, match="nominated already"):
        recorded(jp, place, address_of(students[0]))


def test_the_database_refuses_a_letter_that_nobody_signed(jp, place, student) -> None:
    number = recorded(jp, place, address_of(student))
    table = NominationLetter.__table__
    for values in (
        {"sent_file_id": None},
        {"sent_name": ""},
        {"sent_function": ""},
        {"sent_way": "page"},
        {"sent_way": "link"},
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(update(table).where(table.c.nomination_id == number).values(values))
        db.session.rollback()


def test_from_the_letter_to_the_verdict_through_the_pages(client, th, jp, place, student) -> None:
    here = "/mobility/office/paper"
    said = {"posting": str(place), "name": "HANAKO SATO", "function": "Dean"}

    def letter() -> dict:
        return {"scan": (io.BytesIO(samples.PDF), "letter.pdf")}

    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        assert "Record a nomination on paper" in client.get("/mobility/office").text
        none = upload(client, here, said)
        assert none.status_code == 422
        for words in ("Add the scan of the letter.", "Write the email address"):
            assert words in none.text
        bad = {**said, "email": address_of(student), "scan": (io.BytesIO(b"MZ"), "a.pdf")}
        assert upload(client, here, bad).status_code == 422
        unknown = upload(client, here, {**said, **letter(), "email": "nobody@example.org"})
        assert unknown.status_code == 409
        assert UNKNOWN in unknown.text
        other = {**said, **letter(), "email": address_of(student), "posting": "99999"}
        assert upload(client, here, other).status_code == 422
        done = upload(client, here, {**said, **letter(), "email": address_of(student)})
        address = done.location
        assert "from the letter of HANAKO SATO (Dean)" in client.get(address).text
        with client.get(f"{address}/letters/1/scan/home") as answer:
            assert answer.data == samples.PDF
        number = int(re.search(r"(\d+)$", address)[1])
        answering(jp.actor, number, verbs.refuse_nomination, seen=1, comment="Which field?")
        assert "Record the correction" in client.get(address).text
        anew = {"name": "HANAKO SATO", "function": "Dean", "study_level": "6", "field": "0613"}
        verb = f"{address}/record-correction"
        assert upload(client, verb, anew).status_code == 422
        assert upload(client, verb, {**anew, **letter()}).status_code == 302
        assert nomination(number).state is NominationState.SENT
        make.sign_in(client, db.session.get_one(User, student.user_id))
        assert "from the letter of HANAKO SATO" in client.get(address).text
        assert upload(client, verb, {**anew, **letter()}).status_code == 403
        assert client.get(here).status_code == 403


@pytest.mark.race
def test_a_letter_that_is_recorded_by_many_is_recorded_once(app, session, th, jp) -> None:
    for _round in rounds(4):
        place = opened(jp, make_back(th))
        student = off(th, place)
        email = address_of(student)
        db.session.rollback()

        def press(place: int = place, email: str = email) -> str:
            recorded(jp, place, email)
            return "recorded"

        came = all_at_once(app, [press] * CLIENTS)
        assert came == {"recorded": 1, "RuleBroken": CLIENTS - 1}
        assert living(place) == 1
        number = session.scalars(
            select(ExchangeNomination.id).where(ExchangeNomination.posting_id == place)
        ).one()
        answering(jp.actor, number, verbs.cancel_nomination, reason="The next round.")
