"""A host that has nobody who signs in: it answers by a link, or on paper that the home records."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import RoleGrant
from app.exchanges.models import BalanceEntry, ExchangeContact
from app.files.states import Way
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NoLonger, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility import queries
from app.mobility.models import NominationKey, NominationLetter
from app.mobility.operations.links import GOOD_FOR, MOST_SENT, hash_of_link
from app.mobility.states import NominationState
from app.notifications.models import OutboxMessage
from tests import make
from tests.exchanges.test_agreement_pages import signed_in
from tests.mobility.choosing import answering, nominated, nomination, opened, sent, student_of
from tests.mobility.partners import (
    SATO,
    SIGNED,
    asks,
    by_link,
    guest_with,
    history,
    letters,
    make_back,
    newest_link,
    nominated_off,
    recorded,
    scan,
)
from tests.mobility.test_nominating import open_tasks


def test_a_link_verifies_by_name_and_function(session, th, made) -> None:
    secret = asks(th, made)
    assert session.scalars(select(NominationKey.key_hash)).one() == hash_of_link(secret)
    with pytest.raises(RuleBroken, match="name and function"):
        by_link(secret, signed=verbs.Signed("HANAKO SATO", " "))
    by_link(secret, comment="Welcome.")
    (letter,) = letters(made)
    assert nomination(made).state is NominationState.VERIFIED
    assert (letter.answered_way, letter.answered_by_id) == (Way.LINK, None)
    assert (letter.answered_name, letter.answered_function) == ("HANAKO SATO", "Dean")
    assert session.scalar(select(func.sum(BalanceEntry.people))) == 1
    assert "HANAKO SATO (Dean) verified the nomination of SOMCHAI JAIDEE" in history(made)[-1]
    with pytest.raises(RuleBroken, match="waits for no answer"):
        by_link(secret, verified=False, comment="No.")


def test_a_refusal_by_link_needs_words_and_its_correction_brings_a_new_link(th, made) -> None:
    first = asks(th, made)
    with pytest.raises(RuleBroken, match="Say why"):
        by_link(first, verified=False, comment=" ")
    by_link(first, verified=False, comment="Which field?")
    answering(th.actor, made, verbs.correct_nomination, study_level=6, field="0613", note="New.")
    second = newest_link()
    assert second != first
    with pytest.raises(NoLonger):
        by_link(first, seen=2)
    with pytest.raises(ChangedMeanwhile):
        by_link(second, seen=1)
    by_link(second, seen=2)
    assert [(one.verified, one.comment) for one in letters(made)] == [
        (False, "Which field?"),
        (True, ""),
    ]


def test_a_new_link_ends_the_old_one_and_each_has_its_time(th, made) -> None:
    first = asks(th, made)
    second = asks(th, made)
    with pytest.raises(NoLonger, match="replaced by a newer one"):
        by_link(first)
    with pytest.raises(NoLonger, match="time of this link is over"):
        by_link(second, now=make.NOW + GOOD_FOR)
    by_link(second, now=make.NOW + GOOD_FOR - timedelta(minutes=1))


def test_links_are_not_sent_without_end(th, made) -> None:
    for _ in range(MOST_SENT):
        asks(th, made)
    with pytest.raises(RuleBroken, match="often enough"):
        asks(th, made)


def test_only_whom_the_host_named_gets_a_link(session, th, jp, vn, student, made) -> None:
    for address in ("friend@home.example", th.actor.email, ""):
        with pytest.raises(RuleBroken, match="whom the host has named"):
            asks(th, made, email=address)
    session.execute(update(ExchangeContact).values(email=th.actor.email))
    session.commit()
    with pytest.raises(RuleBroken, match="your own address"):
        asks(th, made, email=th.actor.email)
    for who in (student, jp.actor):
        with pytest.raises(NotPermitted):
            answering(who, made, verbs.ask_partner, email=SATO)
    with pytest.raises(NotFound):
        answering(vn.actor, made, verbs.ask_partner, email=SATO)


def test_a_link_opens_its_nomination_alone(th, jp, made) -> None:
    other = nominated_off(th, make_back(jp), student_of(th))
    guest = guest_with(asks(th, made))
    with unit_of_work(guest, now=make.NOW) as work:
        found = work.find(queries.nomination_by_link(other))
        key = work.session.scalars(queries.keys_of(made)).one()
        with pytest.raises(NotPermitted):
            verbs.answer_by_link(work, found, key, SIGNED, verified=True, seen=1, comment="")
        with pytest.raises(NotPermitted):
            verbs.verify_nomination(work, found, seen=1)
    with unit_of_work(guest, now=make.NOW) as work, pytest.raises(NotPermitted):
        found, _key = work.find(queries.nomination_by_link(made)), None
        verbs.cancel_nomination(work, found, reason="No.")


def test_a_letter_on_paper_is_recorded_with_its_scan_and_says_so(session, th, made) -> None:
    secret = asks(th, made)
    with pytest.raises(RuleBroken, match="scan of the letter"):
        recorded(th, made, file=False)
    with pytest.raises(RuleBroken, match="Say why"):
        recorded(th, made, verified=False)
    recorded(th, made, comment="As we wrote.")
    (letter,) = letters(made)
    assert (letter.answered_way, letter.answered_by_id) == (Way.LETTER, th.actor.user_id)
    assert letter.answer_file_id is not None
    assert "on behalf of" in history(made)[-1]
    assert "from the letter of HANAKO SATO (Dean)" in history(made)[-1]
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "mobility/nomination_answered")
    ).all()
    assert {one.values["recorder"] for one in told} == {th.actor.name}
    with pytest.raises(NoLonger):
        by_link(secret)


def test_nobody_speaks_for_a_host_that_speaks_for_itself(th, jp, vn, student, made) -> None:
    for who in (student, jp.actor):
        with pytest.raises(NotPermitted), unit_of_work(who, now=make.NOW) as work:
            found = work.find(queries.nomination_with_all(who, made))
            verbs.record_answer(work, found, scan(), SIGNED, verified=True, seen=1, comment="")
    make_back(jp)
    with pytest.raises(RuleBroken, match="it answers itself"):
        recorded(th, made)
    with pytest.raises(RuleBroken, match="it answers itself"):
        asks(th, made)
    answering(jp.actor, made, verbs.verify_nomination, seen=1)
    assert letters(made)[0].answered_way is Way.PAGE


@pytest.mark.parametrize(
    "values",
    [
        {"answered_way": None},
        {"answered_way": "page"},
        {"answered_way": "link", "answered_name": "A", "answered_function": "B"},
        {"answered_way": "letter", "answered_name": "A", "answered_function": "B"},
        {"answered_way": "spoken"},
    ],
    ids=str,
)
def test_the_database_refuses_an_answer_of_nobody(app, th, made, values) -> None:
    table = NominationLetter.__table__
    said = {"verified": True, "answered_at": make.NOW, **values}
    with pytest.raises(IntegrityError):
        db.session.execute(update(table).where(table.c.nomination_id == made).values(said))
    db.session.rollback()


def test_the_home_is_asked_to_reach_a_host_that_is_not_here(client, th, jp, made) -> None:
    assert open_tasks("host to reach", th.id) == 0, "its office was there when this was sent"
    place = opened(make_back(jp), th)
    choices = [sent(student_of(th), place) for _ in range(2)]
    db.session.execute(delete(RoleGrant).where(RoleGrant.scope_id == jp.id))
    db.session.commit()
    numbers = [nominated(th, one, place) for one in choices]
    assert open_tasks("host to reach", th.id) == 2
    with clock.set_clock(make.NOW):
        assert "The host has nobody here" in signed_in(client, th).get("/dashboard").text
    asks(th, numbers[0])
    assert open_tasks("host to reach", th.id) == 1
    recorded(th, numbers[1], verified=False, comment="Which field?")
    assert open_tasks("host to reach", th.id) == 0
    answering(
        th.actor, numbers[1], verbs.correct_nomination, study_level=6, field="0613", note="New."
    )
    assert open_tasks("host to reach", th.id) == 1
    answering(th.actor, numbers[1], verbs.cancel_nomination, reason="Ill.")
    assert open_tasks("host to reach", th.id) == 0


def test_a_cancelled_nomination_has_no_link(th, made) -> None:
    secret = asks(th, made)
    answering(th.actor, made, verbs.cancel_nomination, reason="Ill.")
    with pytest.raises(NoLonger):
        by_link(secret)
