"""Nominations: within the places, answered by the host, corrected by the home, called off."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from app.exchanges.models import BalanceEntry, Posting
from app.exchanges.operations import close_nominations, save_posting
from app.exchanges.queries import posting_to_change
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility.models import ExchangeNomination
from app.mobility.queries import nomination_with_all
from app.mobility.states import LIVING, NominationState, Side
from app.notifications.models import OutboxMessage, Task
from tests import make
from tests.exchanges.posting import begun, offered, opening, term_of
from tests.exchanges.test_postings import pressed as on_posting
from tests.mobility.choosing import (
    answering,
    nominated,
    nomination,
    opened,
    pressed,
    sent,
    student_of,
)
from tests.racing import CLIENTS, all_at_once, rounds


def open_tasks(kind: str, university_id: int) -> int:
    query = select(Task.id).where(
        Task.kind == kind, Task.scope_id == university_id, Task.done_at.is_(None)
    )
    return len(db.session.scalars(query).all())


def counted() -> int:
    return db.session.scalar(select(func.coalesce(func.sum(BalanceEntry.people), 0)))


def told() -> list[str]:
    return sorted(db.session.scalars(select(OutboxMessage.kind)))


def test_a_student_is_nominated_and_verified(session, th, jp, place) -> None:
    student = student_of(th, "SOMCHAI JAIDEE")
    found = sent(student, place)
    open_before = open_tasks("student to nominate", th.id)
    made = nominated(th, found, place, note="Among our best.")
    assert (open_before, open_tasks("student to nominate", th.id)) == (1, 0)
    assert open_tasks("nomination to verify", jp.id) == 1
    assert counted() == 0
    answering(jp.actor, made, verbs.verify_nomination, seen=1, comment="Welcome.")
    assert nomination(made).state is NominationState.VERIFIED
    assert open_tasks("nomination to verify", jp.id) == 0
    assert counted() == 1
    kinds = [kind for kind in told() if kind.startswith("mobility/")]
    assert kinds == [
        *["mobility/nomination_answered"] * 2,
        "mobility/nomination_received",
        "mobility/student_nominated",
    ]
    with pytest.raises(RuleBroken, match="waits for no answer"):
        answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment="No.")


def test_a_refusal_needs_words_and_is_corrected_with_its_history(th, jp, place) -> None:
    student = student_of(th)
    made = nominated(th, sent(student, place), place)
    with pytest.raises(RuleBroken, match="Say why"):
        answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment=" ")
    with pytest.raises(RuleBroken, match="that the host refused"):
        answering(
            th.actor, made, verbs.correct_nomination, study_level=6, field="0613", note="New."
        )
    answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment="Which field?")
    assert open_tasks("nomination to correct", th.id) == 1
    with pytest.raises(RuleBroken, match="no students of this field"):
        answering(th.actor, made, verbs.correct_nomination, study_level=6, field="0912")
    answering(th.actor, made, verbs.correct_nomination, study_level=6, field="0613", note="Robots.")
    assert open_tasks("nomination to correct", th.id) == 0
    with pytest.raises(ChangedMeanwhile):
        answering(jp.actor, made, verbs.verify_nomination, seen=1)
    answering(jp.actor, made, verbs.verify_nomination, seen=2)
    with unit_of_work(student) as work:
        letters = work.find(nomination_with_all(student, made)).letters
        assert [(one.number, one.verified, one.comment) for one in letters] == [
            (1, False, "Which field?"),
            (2, True, ""),
        ]


def test_never_more_than_there_are_places(th, place) -> None:
    made = [sent(student_of(th), place) for _ in range(3)]
    first = nominated(th, made[0], place)
    nominated(th, made[1], place)
    with pytest.raises(RuleBroken, match="All places of this posting are taken"):
        nominated(th, made[2], place)
    answering(th.actor, first, verbs.cancel_nomination, reason="She is ill.")
    nominated(th, made[2], place)


def test_the_database_refuses_by_itself(session, th, jp, place) -> None:
    first = nominated(th, sent(student_of(th), place), place)
    second = nominated(th, sent(student_of(th), place), place)
    third = sent(student_of(th), place)
    found = nomination(first)
    row = {
        column.name: getattr(found, column.name)
        for column in ExchangeNomination.__table__.columns
        if column.name != "id"
    }
    other = student_of(th).user_id
    for statement, said in (
        (ExchangeNomination.__table__.insert().values(**row | {"choices_id": third}), "All places"),
        (
            update(ExchangeNomination)
            .where(ExchangeNomination.id == second)
            .values(person_id=other),
            "stays with its student",
        ),
        (
            update(Posting.__table__).where(Posting.__table__.c.id == place).values(capacity=1),
            "More students are nominated",
        ),
    ):
        with pytest.raises(RuleBroken, match=said), unit_of_work(jp.actor) as work:
            work.session.execute(statement)


def test_one_nomination_lives_at_a_time(th, jp) -> None:
    first, second = opened(jp, th), opened(jp, th)
    found = sent(student_of(th), first, second)
    made = nominated(th, found, first)
    with pytest.raises(RuleBroken, match="nominated already"):
        nominated(th, found, second)
    answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment="Full.")
    with pytest.raises(RuleBroken, match="correct that one"):
        nominated(th, found, first)
    nominated(th, found, second)
    with pytest.raises(RuleBroken, match="nominated already"):
        answering(th.actor, made, verbs.correct_nomination, study_level=6, field="0613")


def test_only_what_was_ranked_and_fits(th, jp, place) -> None:
    other = opened(jp, th)
    student = student_of(th)
    found = sent(student, place)
    with pytest.raises(RuleBroken, match="the student ranked"):
        nominated(th, found, other)
    pressed(student, found, verbs.take_back_choices)
    with pytest.raises(RuleBroken, match="taken these choices back"):
        nominated(th, found, place)
    pressed(student, found, verbs.save_choices, study_level=8, field="0613", statement="")
    pressed(student, found, verbs.send_choices)
    with pytest.raises(RuleBroken, match="this level of study"):
        nominated(th, found, place)
    on_posting(jp, place, close_nominations)
    with pytest.raises(RuleBroken, match="Nominations are not open"):
        nominated(th, found, place)


def test_who_posts_no_places_sends_to_none_that_are_open_to_all(th, jp, vn) -> None:
    free = begun(jp, offered(term_of(jp)))
    opening(jp, free)
    found = sent(student_of(vn), free)
    with pytest.raises(RuleBroken, match="posts no places"):
        nominated(vn, found, free)
    opening(vn, begun(vn, offered(term_of(vn))))
    nominated(vn, found, free)


def test_the_host_verifies_after_nominations_closed(th, jp, place) -> None:
    made = nominated(th, sent(student_of(th), place), place)
    on_posting(jp, place, close_nominations)
    answering(jp.actor, made, verbs.verify_nomination, seen=1)


def test_a_posting_is_withdrawn_only_while_nothing_is_verified(th, jp, place) -> None:
    made = nominated(th, sent(student_of(th), place), place)
    answering(jp.actor, made, verbs.verify_nomination, seen=1)
    with pytest.raises(RuleBroken, match="verified nominations"):
        on_posting(jp, place, verbs.withdraw_posting, reason="No rooms.")
    answering(jp.actor, made, verbs.cancel_nomination, reason="No rooms.")
    on_posting(jp, place, verbs.withdraw_posting, reason="No rooms.")


def test_more_places_may_be_offered_while_students_are_nominated(th, jp, place) -> None:
    nominated(th, sent(student_of(th), place), place)
    with unit_of_work(jp.actor, now=make.NOW) as work:
        found = work.find(posting_to_change(jp.actor, place))
        terms = offered(found.term_id, agreement=(found.agreement_id, th.id))
        save_posting(work, found, replace(terms, capacity=3))


@pytest.mark.parametrize("side", list(Side))
def test_each_side_calls_off_and_the_stay_is_taken_back(th, jp, place, side) -> None:
    student = student_of(th)
    made = nominated(th, sent(student, place), place)
    answering(jp.actor, made, verbs.verify_nomination, seen=1)
    who = {Side.STUDENT: student, Side.HOME: th.actor, Side.HOST: jp.actor}[side]
    with pytest.raises(RuleBroken, match="Say why"):
        answering(who, made, verbs.cancel_nomination, reason="")
    answering(who, made, verbs.cancel_nomination, reason="Plans changed.")
    found = nomination(made)
    assert (found.state, found.cancelled_by) == (NominationState.CANCELLED, side)
    assert counted() == 0
    with pytest.raises(RuleBroken, match="cancelled already"):
        answering(who, made, verbs.cancel_nomination, reason="Again.")


def test_nobody_acts_for_another_side(th, jp, vn, place) -> None:
    student = student_of(th)
    found = sent(student, place)
    with pytest.raises(NotPermitted):
        pressed(student, found, verbs.nominate, place)
    made = nominated(th, found, place)
    for who in (vn.actor, student_of(th), student_of(jp)):
        with pytest.raises(NotFound):
            answering(who, made, verbs.cancel_nomination, reason="No.")
    for who in (th.actor, student):
        with pytest.raises(NotPermitted):
            answering(who, made, verbs.verify_nomination, seen=1)
    with pytest.raises(NotPermitted):
        answering(jp.actor, made, verbs.correct_nomination, study_level=6, field="0613")


@pytest.mark.race
def test_the_last_place_is_given_once(app, session, th, jp) -> None:
    """Eight nominations for one place, and another posting in the next round."""
    for _round in rounds(4):
        place = opened(jp, th, capacity=1)
        students = [sent(student_of(th), place) for _ in range(CLIENTS)]

        def press(found: int):
            def go() -> str:
                nominated(th, found, place)
                return "nominated"

            return go

        came = all_at_once(app, [press(found) for found in students])
        assert came == {"nominated": 1, "RuleBroken": CLIENTS - 1}
        living = select(func.count(ExchangeNomination.id)).where(
            ExchangeNomination.posting_id == place, ExchangeNomination.state.in_(LIVING)
        )
        assert db.session.scalar(living) == 1
        # It is given back, so that the agreement has a place for the next round.
        on_posting(jp, place, verbs.withdraw_posting, reason="The next round.")
