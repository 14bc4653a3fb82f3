"""Lists of nominations: looked into row by row, sent as they were seen, the same list only once."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry
from app.exchanges.operations import close_nominations
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.dry_runs import Fate
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility import queries
from app.mobility.incoming import Why
from app.mobility.models import ExchangeNomination, NominationList
from app.mobility.operations.bringing import KEPT
from app.mobility.standing import Why as NotSent
from app.mobility.states import NominationState
from app.organisations.models import Organisation
from tests import make
from tests.exchanges.posting import begun, offered, opening, posting
from tests.exchanges.test_postings import pressed as on_posting
from tests.mobility.choosing import (
    answering,
    nominated,
    nomination,
    opened,
    pressed,
    ranked,
    sent,
    student_of,
)
from tests.mobility.listing import (
    address_of,
    bringing,
    judged,
    living,
    looked,
    seal_of,
    table,
    told,
)
from tests.racing import all_at_once, rounds


def test_looking_nominates_nobody_and_bringing_does_what_was_seen(session, th, jp, place) -> None:
    student = student_of(th, "SOMCHAI JAIDEE")
    choices = sent(student, place)
    ref = posting(place).ref
    number = looked(th, table((address_of(student).upper(), ref.lower(), "Our best.")))
    assert told(judged(th, number)) == [("new", "")]
    assert living(place) == 0
    bringing(th, number)
    made = session.scalars(select(ExchangeNomination)).one()
    assert (made.choices_id, made.state, made.rank) == (choices, NominationState.SENT, 1)
    with unit_of_work(jp.actor) as work:
        letter = work.find(queries.nomination_with_all(jp.actor, made.id)).letters[-1]
        assert (letter.note, letter.sent_by_id) == ("Our best.", th.actor.user_id)
    verbs_told = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    for verb in ("nominations.looked into", "nomination.sent", "nominations.brought in"):
        assert verb in verbs_told
    with pytest.raises(RuleBroken, match="brought in already"):
        bringing(th, number, seen="")


def test_the_same_list_again_changes_nothing(th, place) -> None:
    rows = table((address_of(student := student_of(th)), posting(place).ref, "A note."))
    sent(student, place)
    bringing(th, looked(th, rows))
    again = looked(th, rows)
    assert told(judged(th, again)) == [("unchanged", "")]
    bringing(th, again)
    assert living(place) == 1


def test_rows_take_places_one_after_the_other(th, jp, place) -> None:
    """Two places: the third row finds none, and the first row that is wrong takes none."""
    students = [student_of(th) for _ in range(4)]
    for one in students:
        sent(one, place)
    ref = posting(place).ref
    rows = [(address_of(students[0]), ref, "", 7)]
    rows += [(address_of(one), ref) for one in students[1:]]
    number = looked(th, table(*rows))
    expected = [
        ("refused", Why.OTHER_STUDIES),
        ("new", ""),
        ("new", ""),
        ("refused", NotSent.FULL),
    ]
    assert told(judged(th, number)) == expected
    assert told(bringing(th, number)) == expected
    assert living(place) == 2


def test_a_row_is_refused_with_its_reason_and_stops_no_other(th, jp, vn, place) -> None:
    other = opened(jp, th)
    free = begun(jp, offered(posting(place).term_id))
    opening(jp, free)
    good, draft, back, twice, foreign = (student_of(th) for _ in range(5))
    stranger = student_of(vn)
    sent(stranger, free)
    ranked(draft, place)
    pressed(back, sent(back, place), verbs.take_back_choices)
    sent(good, place)
    pressed(foreign, sent(foreign, place), verbs.withdraw_choices)
    sent(twice, place, other)
    ref, second = posting(place).ref, posting(other).ref
    found = judged(
        th,
        looked(
            th,
            table(
                (address_of(stranger), ref),
                (address_of(draft), ref),
                (address_of(back), ref),
                (address_of(foreign), ref),
                ("nobody@example.org", ref),
                (address_of(good), "EXC-00-99"),
                (address_of(good), second),
                ("", ref),
                (address_of(good), ""),
                (address_of(good), ref, "", "nine"),
                (address_of(good), ref, "", "", "99"),
                (address_of(good), ref, "x" * 3001),
                (address_of(good), ref, "", "", "", "more"),
                (address_of(good), ref, "", "", "613"),
                (address_of(good), ref, "Again."),
                (address_of(twice), ref),
                (address_of(twice), second),
            ),
        ),
    )
    assert [one.why for one in found] == [
        *(Why.NOT_YOURS, Why.NOT_YOURS, NotSent.TAKEN_BACK, Why.NOT_YOURS, Why.NOT_YOURS),
        *(Why.NO_SUCH_PLACE, Why.RANKED_OTHERS, Why.NO_STUDENT, Why.NO_PLACE),
        *(Why.NO_SUCH_LEVEL, Why.UNKNOWN_FIELD, Why.LONG_NOTE, Why.TOO_MANY_CELLS),
        *("", Why.TWICE, "", NotSent.NOMINATED),
    ]
    assert [one.fate for one in found if not one.why] == [Fate.NEW, Fate.NEW]
    assert all(not one.name for one in found if one.why is Why.NOT_YOURS)


def test_what_the_host_refused_is_corrected_and_nothing_else_is_changed(th, jp, place) -> None:
    student = student_of(th)
    made = nominated(th, sent(student, place), place, note="Our best.")
    ref, address = posting(place).ref, address_of(student)
    other_words = table((address, ref, "Robotics."))
    assert told(judged(th, looked(th, other_words))) == [("refused", Why.WITH_HOST)]
    answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment="Which field?")
    same = judged(th, looked(th, table((address, ref, "Our best."))))
    assert told(same) == [("unchanged", Why.REFUSED_BY_HOST)]
    number = looked(th, other_words)
    (row,) = judged(th, number)
    assert row.fate is Fate.CHANGED
    assert row.changes == (("note", "Our best.", "Robotics."),)
    bringing(th, number)
    assert nomination(made).state is NominationState.SENT
    with unit_of_work(th.actor) as work:
        letters = work.find(queries.nomination_with_all(th.actor, made)).letters
        assert [one.note for one in letters] == ["Our best.", "Robotics."]
    answering(jp.actor, made, verbs.verify_nomination, seen=2)
    assert told(judged(th, looked(th, other_words))) == [("unchanged", "")]
    third = table((address, ref, "Vision."))
    assert told(judged(th, looked(th, third))) == [("refused", Why.VERIFIED)]
    answering(th.actor, made, verbs.cancel_nomination, reason="Ill.")
    assert told(judged(th, looked(th, third))) == [("refused", Why.CANCELLED)]


def test_a_closed_posting_and_a_home_that_gives_nothing_are_told(th, vn, jp, place) -> None:
    student = student_of(th)
    sent(student, place)
    on_posting(jp, place, close_nominations)
    ref = posting(place).ref
    assert told(judged(th, looked(th, table((address_of(student), ref))))) == [
        ("refused", NotSent.CLOSED)
    ]
    free = begun(jp, offered(posting(place).term_id))
    opening(jp, free)
    guest = student_of(vn)
    sent(guest, free)
    rows = table((address_of(guest), posting(free).ref))
    assert told(judged(vn, looked(vn, rows))) == [("refused", NotSent.NO_PLACES_POSTED)]


def test_what_changed_since_is_shown_again_before_anything_is_done(th, place) -> None:
    students = [student_of(th) for _ in range(2)]
    choices = [sent(one, place) for one in students]
    ref = posting(place).ref
    number = looked(th, table(*((address_of(one), ref) for one in students)))
    seen = seal_of(th, number)
    nominated(th, choices[0], place)
    with pytest.raises(ChangedMeanwhile, match="changed since you looked"):
        bringing(th, number, seen)
    assert living(place) == 1
    bringing(th, number)
    assert living(place) == 2


def test_another_office_neither_sees_nor_brings_a_list(th, jp, vn, place) -> None:
    student = student_of(th)
    sent(student, place)
    number = looked(th, table((address_of(student), posting(place).ref)))
    seen = seal_of(th, number)
    for who in (jp, vn):
        with pytest.raises(NotFound):
            bringing(who, number, seen)
        with unit_of_work(who.actor) as work, pytest.raises(NotPermitted):
            home = work.session.get_one(Organisation, th.id)
            verbs.look_into_list(work, home, content=b"student,place\n", file_name="a.csv")
        found = judged(who, looked(who, table((address_of(student), posting(place).ref))))
        assert told(found) == [("refused", Why.NOT_YOURS)]


def test_neither_file_nor_names_are_kept_for_long(session, th, place) -> None:
    student = student_of(th)
    sent(student, place)
    rows = table((address_of(student), posting(place).ref))
    done, left = looked(th, rows), looked(th, rows)
    bringing(th, done)
    with unit_of_work(th.actor) as work, pytest.raises(NotPermitted):
        verbs.forget_lists(work)
    with unit_of_work(SYSTEM, now=make.NOW + KEPT * 2) as work:
        verbs.forget_lists(work)
    kept = session.execute(
        select(NominationList.content, NominationList.told, NominationList.counts).order_by("id")
    ).all()
    assert [(row[0], row[1]) for row in kept] == [(b"", []), (b"", [])]
    assert kept[0][2]["new"] == 1
    with pytest.raises(RuleBroken, match="not kept any more"):
        bringing(th, left, seen="")


def test_the_database_knows_no_list_that_nobody_brought(session, th, place) -> None:
    found = session.get_one(NominationList, looked(th, table(("a@example.org", "EXC-1"))))
    found.done_at = clock.now()
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


@pytest.mark.race
def test_two_lists_and_a_page_never_take_more_than_there_is(app, session, th, jp) -> None:
    """The same two students in opposite order, and one of them on the page, for one place."""
    for _round in rounds(4):
        place = opened(jp, th, capacity=1)
        ref = posting(place).ref
        students = [student_of(th) for _ in range(2)]
        choices = [sent(one, place) for one in students]
        rows = [(address_of(one), ref) for one in students]
        numbers = [looked(th, table(*rows)), looked(th, table(*reversed(rows)))]
        seals = [seal_of(th, number) for number in numbers]

        def bring(number: int, seen: str):
            def go() -> str:
                bringing(th, number, seen)
                return "brought"

            return go

        def by_hand(place: int = place, found: int = choices[0]) -> str:
            nominated(th, found, place)
            return "nominated"

        presses = [bring(n, s) for n, s in zip(numbers, seals, strict=True)] * 2
        came = all_at_once(app, [*presses, by_hand, by_hand])
        assert came["brought"] + came["nominated"] == 1, came
        assert set(came) <= {"brought", "nominated", "RuleBroken", "ChangedMeanwhile"}
        assert living(place) == 1
        on_posting(jp, place, verbs.withdraw_posting, reason="The next round.")
