"""A posting that ends leaves nobody waiting: withdrawn, filled, or closed with places left."""

import pytest
from sqlalchemy import select, update

from app.accounts.models import User
from app.exchanges.models import Posting
from app.exchanges.operations import close_nominations
from app.exchanges.operations import withdraw_posting as withdraw_alone
from app.exchanges.states import PostingStage
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility.models import NominationKey
from app.mobility.queries import hopes_on
from app.mobility.states import ChoicesState, NominationState, Side
from app.notifications.models import OutboxMessage, Task
from app.notifications.rendering import Letterhead, render
from tests import make
from tests.exchanges.posting import posting
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.exchanges.test_postings import pressed as on_posting
from tests.mobility.choosing import (
    answering,
    choices,
    nominated,
    nomination,
    opened,
    pressed,
    ranked,
    sent,
    student_of,
)
from tests.mobility.partners import asks
from tests.racing import all_at_once, rounds

WHY = "The dormitory is closed."
FIELD = {"study_level": 6, "field": "0613"}


def withdrawn(host, posting_id: int, reason: str = WHY) -> None:
    """As its page does it."""
    with unit_of_work(host.actor, now=make.NOW) as work:
        found = verbs.find_posting_to_end(work, posting_id)
        verbs.withdraw_posting(work, found, reason=reason)


def concluded(host, posting_id: int, *, filled: bool = True) -> None:
    with unit_of_work(host.actor, now=make.NOW) as work:
        found = verbs.find_posting_to_end(work, posting_id)
        verbs.conclude_posting(work, found, filled=filled)


def waiting(kind: str = "") -> list[str]:
    db.session.rollback()
    kinds = db.session.scalars(select(Task.kind).where(Task.done_at.is_(None)))
    return sorted(one for one in kinds if kind in one)


def told(kind: str) -> dict[str, dict]:
    """What was written under this kind, by address."""
    db.session.rollback()
    query = select(OutboxMessage).where(OutboxMessage.kind == f"mobility/{kind}")
    found = db.session.scalars(query).all()
    assert len({one.address for one in found}) == len(found)
    return {one.address: dict(one.values) for one in found}


def address(actor) -> str:
    return db.session.get_one(User, actor.user_id).email


def test_what_was_nominated_ends_with_the_reason_and_the_student_is_free(th, jp, place) -> None:
    other = opened(jp, th)
    student = student_of(th)
    found = sent(student, place, other)
    made = nominated(th, found, place)
    withdrawn(jp, place)
    ended = nomination(made)
    assert (ended.state, ended.cancelled_by) == (NominationState.CANCELLED, Side.HOST)
    assert (ended.cancelled_because, ended.cancelled_at) == (WHY, make.NOW)
    assert posting(place).stage is PostingStage.WITHDRAWN
    assert waiting("nomin") == ["student to nominate"]
    with pytest.raises(RuleBroken, match="waits for no answer"):
        answering(jp.actor, made, verbs.verify_nomination, seen=1)
    assert nomination(nominated(th, found, other)).state is NominationState.SENT


def test_students_and_offices_are_told_once_and_why(th, jp, vn, place) -> None:
    ended, refused, hopes, drafting, back = (student_of(th, f"STUDENT {n}") for n in range(5))
    other = opened(jp, th)
    for student in (ended, refused):
        made = nominated(th, sent(student, place), place)
    answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment="Which field?")
    sent(hopes, place, other)
    ranked(drafting, place)
    pressed(back, sent(back, place), verbs.withdraw_choices)
    elsewhere = student_of(th, "ELSEWHERE")
    nominated(th, sent(elsewhere, other, place), other)
    withdrawn(jp, place)
    students = told("place_withdrawn")
    assert {one: (said["was_nominated"], said["is_sent"]) for one, said in students.items()} == {
        address(ended): (True, True),
        address(refused): (True, True),
        address(hopes): (False, True),
        address(drafting): (False, False),
    }
    assert {said["reason"] for said in students.values()} == {WHY}
    (office,) = told("places_withdrawn").values()
    assert (office["ended"], office["waiting"]) == (["STUDENT 0", "STUDENT 1"], 1)
    assert not told("nomination_cancelled")


def test_what_was_refused_is_not_sent_again(th, jp, place) -> None:
    student = student_of(th)
    found = sent(student, place)
    made = nominated(th, found, place)
    answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment="Which field?")
    withdrawn(jp, place)
    assert waiting("nomin") == []
    with pytest.raises(RuleBroken, match="that the host refused"):
        answering(th.actor, made, verbs.correct_nomination, **FIELD)
    pressed(student, found, verbs.take_back_choices)
    assert choices(found).state is ChoicesState.DRAFT
    with pytest.raises(RuleBroken, match="Take it out"):
        pressed(student, found, verbs.send_choices)


def test_choices_are_not_taken_back_while_a_nomination_is_not_called_off(th, jp, place) -> None:
    student = student_of(th)
    found = sent(student, place)
    made = nominated(th, found, place)
    answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment="Which field?")
    with pytest.raises(RuleBroken, match="nominated you already"):
        pressed(student, found, verbs.take_back_choices)


def test_an_office_that_can_nominate_nowhere_is_asked_no_more(th, jp, place) -> None:
    other = opened(jp, th)
    sent(student_of(th), place, other)
    withdrawn(jp, place)
    assert waiting("nomin") == ["student to nominate"]
    withdrawn(jp, other)
    assert waiting("nomin") == []


def test_links_end_with_the_posting(th, jp, made) -> None:
    asks(th, made)
    key = db.session.scalars(select(NominationKey)).one()
    assert key.ended_at is None
    withdrawn(jp, nomination(made).posting_id)
    db.session.expire_all()
    assert db.session.scalars(select(NominationKey)).one().ended_at == make.NOW
    assert waiting("host to") == []


def test_a_posting_is_withdrawn_for_a_reason_by_its_host_alone(th, jp, place) -> None:
    made = nominated(th, sent(student_of(th), place), place)
    with pytest.raises(RuleBroken, match="Give the reason"):
        withdrawn(jp, place, reason=" ")
    with pytest.raises(NotFound):
        withdrawn(th, place)
    with pytest.raises(NotPermitted), unit_of_work(th.actor, now=make.NOW) as work:
        verbs.withdraw_posting(work, work.session.get_one(Posting, place), reason=WHY)
    assert nomination(made).state is NominationState.SENT
    answering(jp.actor, made, verbs.verify_nomination, seen=1)
    with pytest.raises(RuleBroken, match="verified nominations"):
        withdrawn(jp, place)
    assert told("place_withdrawn") == {} and nomination(made).state is NominationState.VERIFIED


@pytest.mark.parametrize("filled", [True, False])
def test_a_posting_is_concluded_when_everybody_is_answered(th, jp, place, filled) -> None:
    other = opened(jp, th)
    first, second = (sent(student_of(th), place, other) for _ in range(2))
    made, refused = nominated(th, first, place), nominated(th, second, place)
    answering(jp.actor, refused, verbs.refuse_nomination, seen=1, comment="Which field?")
    on_posting(jp, place, close_nominations)
    with pytest.raises(RuleBroken, match="wait for your answer"):
        concluded(jp, place, filled=filled)
    answering(jp.actor, made, verbs.verify_nomination, seen=1)
    assert waiting("nomin") == ["nomination to correct"]
    concluded(jp, place, filled=filled)
    assert waiting("nomin") == ["student to nominate"]
    assert nomination(refused).state is NominationState.REFUSED
    with pytest.raises(RuleBroken, match="not open"):
        answering(th.actor, refused, verbs.correct_nomination, **FIELD)


def test_the_database_refuses_to_leave_somebody_waiting(th, jp, place) -> None:
    found = sent(student_of(th), place)
    refused = nominated(th, sent(student_of(th), place), place)
    answering(jp.actor, refused, verbs.refuse_nomination, seen=1, comment="Which field?")
    made = nominated(th, found, place)
    with pytest.raises(RuleBroken, match="wait for your answer"):
        on_posting(jp, place, withdraw_alone, reason=WHY)
    answering(jp.actor, made, verbs.verify_nomination, seen=1)
    on_posting(jp, place, close_nominations)
    row = nomination(refused).__table__
    with pytest.raises(RuleBroken, match="not open"), unit_of_work(th.actor) as work:
        work.session.execute(update(row).where(row.c.id == refused).values(state="sent"))
    values = dict(db.session.execute(select(row).where(row.c.id == made)).mappings().one())
    del values["id"]
    values["choices_id"] = sent(student_of(th), opened(jp, th))
    with pytest.raises(RuleBroken, match="not open"), unit_of_work(th.actor) as work:
        work.session.execute(row.insert().values(**values))


def test_the_host_reads_first_whom_it_disappoints(client, th, jp, place) -> None:
    made = nominated(th, sent(student_of(th), place), place)
    sent(student_of(th), place)
    page = f"/mobility/postings/{place}/withdraw"
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        assert f'href="{page}"' in client.get(f"/exchanges/office/{place}").text
        asked = client.get(page).text
        assert "1 nomination that is not settled ends" in asked
        assert "1 student more ranked it" in asked
        assert press(client, page, {"reason": ""}).status_code == 422
        assert press(client, page, {"reason": WHY}).status_code == 302
        assert nomination(made).state is NominationState.CANCELLED
        assert press(client, page, {"reason": "Again."}).status_code == 409
        assert "This posting has ended" in client.get(page).text
        signed_in(client, th)
        assert client.get(page).status_code == 404
        assert press(client, page, {"reason": WHY}).status_code == 404
        assert press(client, f"/mobility/postings/{place}/filled", {}).status_code == 404


def test_pages_say_that_it_was_withdrawn_and_why(client, th, jp, place) -> None:
    student = student_of(th)
    found = sent(student, place, opened(jp, th))
    made = nominated(th, found, place)
    withdrawn(jp, place)
    with clock.set_clock(make.NOW):
        make.sign_in(client, db.session.get_one(User, student.user_id))
        assert "Withdrawn by the host" in client.get("/mobility/choices").text
        for page in (f"/mobility/choices/{found}", f"/mobility/nominations/{made}"):
            shown = client.get(page).text
            assert "The host has withdrawn this posting." in shown and WHY in shown
        signed_in(client, th)
        assert "Withdrawn by the host" in client.get("/mobility/office").text
        page = client.get(f"/mobility/choices/{found}").text
        assert f'<option value="{place}"' not in page and "<option" in page


def test_the_page_of_a_refusal_offers_no_correction_of_what_has_ended(
    client, th, jp, place
) -> None:
    made = nominated(th, sent(student_of(th), place), place)
    answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment="Which field?")
    page = f"/mobility/nominations/{made}"
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        assert "Correct the nomination" in client.get(page).text
        on_posting(jp, place, close_nominations)
        concluded(jp, place, filled=False)
        shown = client.get(page).text
    assert "Correct the nomination" not in shown and "This posting has ended" in shown


def test_a_verified_nomination_is_cancelled_first(client, th, jp, place) -> None:
    made = nominated(th, sent(student_of(th), place), place)
    answering(jp.actor, made, verbs.verify_nomination, seen=1)
    signed_in(client, jp)
    page = f"/mobility/postings/{place}/withdraw"
    shown = client.get(page).text
    assert "You have verified 1 nomination" in shown and 'name="reason"' not in shown
    assert press(client, page, {"reason": WHY}).status_code == 409
    assert hopes_on(db.session(), place).verified == 1


@pytest.mark.race
def test_nobody_is_left_by_a_withdrawal_that_races(app, session, th, jp) -> None:
    """Nominated, corrected or verified while it is withdrawn: each side wins wholly, or not."""
    for _round in rounds(4):
        place = opened(jp, th, capacity=4)
        free = [sent(student_of(th), place) for _ in range(2)]
        refused = [nominated(th, sent(student_of(th), place), place) for _ in range(2)]
        for one in refused:
            answering(jp.actor, one, verbs.refuse_nomination, seen=1, comment="Why?")
        asked = [nominated(th, sent(student_of(th), place), place) for _ in range(2)]
        presses = [
            *(lambda one=one: nominated(th, one, place) and "nominated" for one in free),
            *(
                lambda one=one: (
                    answering(jp.actor, one, verbs.verify_nomination, seen=1) or "verified"
                )
                for one in asked
            ),
            *(
                lambda one=one: (
                    answering(th.actor, one, verbs.correct_nomination, **FIELD) or "corrected"
                )
                for one in refused
            ),
            lambda: withdrawn(jp, place) or "withdrawn",
        ]
        came = all_at_once(app, presses)
        db.session.rollback()
        made = [nomination(one).state for one in asked + refused]
        if came["withdrawn"]:
            assert posting(place).stage is PostingStage.WITHDRAWN
            assert set(made) == {NominationState.CANCELLED}
            late = [one.state for found in free for one in choices(found).nominations]
            assert set(late) <= {NominationState.CANCELLED}
        else:
            assert posting(place).stage is PostingStage.OPEN
            assert NominationState.VERIFIED in made


@pytest.mark.parametrize("locale", sorted(LANGUAGES))
def test_each_reads_it_in_their_language(app, th, jp, place, locale) -> None:
    nominated(th, sent(student_of(th), place), place)
    sent(student_of(th), place)
    withdrawn(jp, place)
    head = Letterhead("Lontar", "https://lontar.example")
    for kind in ("place_withdrawn", "places_withdrawn"):
        for values in told(kind).values():
            letter = render(head, f"mobility/{kind}", values, locale, None)
            assert WHY in letter.text and WHY in letter.html and "Places in AI" in letter.subject
