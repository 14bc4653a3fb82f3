"""What participants think: asked, answered once, and never to be joined with who said it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import inspect, select, text

from app.courses import operations as office
from app.courses import queries
from app.courses.feedback import Asked, QuestionKind, can_be_read, counted, mean, mixed
from app.courses.models import Enrolment, Feedback, FeedbackQuestion
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import Base, db
from app.foundation.errors import NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from tests import make
from tests.counting import statements
from tests.courses.centres import working
from tests.courses.dates import published_run, the_run
from tests.courses.test_enrolling import OPEN, take
from tests.courses.test_pages import page, send
from tests.racing import all_at_once

AFTER = datetime(2027, 3, 16, tzinfo=UTC)
UNTIL = date(2027, 3, 31)
CLOSED = datetime(2027, 4, 1, tzinfo=UTC)
QUESTIONS = [
    Asked(QuestionKind.SCALE, standard="useful"),
    Asked(QuestionKind.TEXT, words="Which data set did you miss?"),
]


@pytest.fixture(autouse=True)
def after():
    with clock.set_clock(AFTER):
        yield


def asked_run(centre, people: int = 6) -> tuple[int, list]:
    """Dates that are over, with so many people, who are asked two questions."""
    with clock.set_clock(OPEN):
        run_id = published_run(centre)
        who = [make.person(f"PERSON {number}") for number in range(people)]
        for one in who:
            take(run_id, one)
    with working(centre.writer, now=AFTER) as work:
        office.ask_for_opinions(work, the_run(work, run_id), QUESTIONS, until=UNTIL)
    return run_id, who


def questions(run_id: int) -> list[FeedbackQuestion]:
    db.session.expire_all()
    return db.session.scalars(queries.feedback_of(run_id)).one().questions


def answer(run_id: int, who, mark: int, words: str = "", now=AFTER) -> None:
    scale, words_id = (one.id for one in questions(run_id))
    with working(who, now=now) as work:
        mine = work.session.scalars(queries.live_enrolment(run_id, who.id)).one().id
        enrolment = office.find_enrolment(work, mine)
        office.give_feedback(work, enrolment, {scale: mark, words_id: words})


def everything_kept() -> dict[str, list[tuple]]:
    """All tables, each as a reader of the database gets it: in the order of its rows."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {t.name: [tuple(r) for r in db.session.execute(select(t))] for t in tables}


SAID = [(5, "More on Khmer."), (1, "Too fast."), (4, ""), (3, "A set of letters."), (2, "None.")]


@pytest.mark.parametrize("turn", range(4))
def test_whoever_answers_in_whatever_order_the_same_rows_come_of_it(centre, turn) -> None:
    """So nothing that is kept can tell who said what: no id, no order of rows, no moment."""
    run_id, who = asked_run(centre, 5)
    before = everything_kept()
    people = [*who[turn:], *who[:turn]]  # who says what
    if turn % 2:
        people.reverse()
    pairs = list(zip(people, SAID, strict=True))
    order = pairs[::-1] if turn > 1 else pairs  # and when
    for number, (one, (mark, words)) in enumerate(order):
        answer(run_id, one, mark, words, now=AFTER + timedelta(hours=number))
    kept = everything_kept()

    scale, texts = kept["feedback_question"]
    columns = [c.name for c in FeedbackQuestion.__table__.columns]
    assert dict(zip(columns, scale, strict=True))["marks"] == [1, 1, 1, 1, 1]
    assert dict(zip(columns, texts, strict=True))["texts"] == [
        "A set of letters.",
        "More on Khmer.",
        "None.",
        "Too fast.",
    ]
    changed = {
        name
        for name, rows in kept.items()
        if sorted(map(repr, rows)) != sorted(map(repr, before[name]))
    }
    assert changed == {"feedback_question", "enrolment"}, "nothing else knows of it"
    marks = db.session.execute(select(Enrolment.id, Enrolment.gave_feedback, Enrolment.version))
    assert {row[1:] for row in marks} == {(True, 1)}
    assert _without("gave_feedback", kept["enrolment"]) == _without(
        "gave_feedback", before["enrolment"]
    )


def _without(column: str, rows: list[tuple]) -> list[tuple]:
    place = [c.name for c in Enrolment.__table__.columns].index(column)
    return sorted(row[:place] + row[place + 1 :] for row in rows)


def test_the_tables_of_answers_have_no_author_and_no_moment(session) -> None:
    """Nor has any table a row for one answer: a row is a question, whoever answered it."""
    columns = {c["name"] for c in inspect(db.engine).get_columns("feedback_question")}
    assert columns == {
        *("id", "feedback_id", "number", "kind", "standard", "own_words", "marks", "texts")
    }
    refer = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "feedback_question"
    }
    assert refer == set()


def test_the_transaction_that_wrote_a_row_last_does_not_tell_either(centre) -> None:
    """PostgreSQL names it in a hidden column, of enrolments too: who wrote alone must not stand out."""
    run_id, who = asked_run(centre, 5)
    for one, words in zip(who, ["", "", "The only text.", "", ""], strict=True):
        answer(run_id, one, 3, words)
    if db.engine.dialect.name == "postgresql":
        written = text("SELECT DISTINCT xmin::text FROM feedback_question")
        assert len(db.session.execute(written).all()) == 1
    assert questions(run_id)[1].texts == ["The only text."]


def test_texts_stand_in_an_order_of_their_own() -> None:
    one, other = ["a", "b", "c", "d"], ["d", "b", "a", "c"]
    kept: list[list[str]] = []
    for order in (one, other):
        texts: list[str] = []
        for said in order:
            texts = mixed(texts, said)
        kept.append(texts)
    assert kept[0] == kept[1] != one


def test_marks_are_counted_and_shown_from_five_on() -> None:
    assert counted([0, 0, 0, 0, 2], 5) == [0, 0, 0, 0, 3]
    assert mean([1, 1, 1, 1, 0]) is None
    assert mean([0, 0, 0, 1, 4]) == pytest.approx(4.8)
    assert not can_be_read(CLOSED, CLOSED, 9), "as long as somebody may answer"
    assert can_be_read(CLOSED, CLOSED + timedelta(seconds=1), 5)
    assert not can_be_read(CLOSED, CLOSED + timedelta(days=9), 4)


def test_everybody_answers_once_and_after_the_last_meeting(centre) -> None:
    run_id, who = asked_run(centre)
    with pytest.raises(RuleBroken, match="after the last meeting"):
        answer(run_id, who[0], 5, now=datetime(2027, 3, 10, tzinfo=UTC))
    with pytest.raises(RuleBroken, match="at least one"):
        with working(who[0], now=AFTER) as work:
            mine = work.session.scalars(queries.live_enrolment(run_id, who[0].id)).one().id
            office.give_feedback(work, office.find_enrolment(work, mine), {})
    answer(run_id, who[0], 5)
    with pytest.raises(RuleBroken, match="already"):
        answer(run_id, who[0], 4)
    with pytest.raises(RuleBroken, match="until the last day"):
        answer(run_id, who[1], 5, now=CLOSED)
    assert questions(run_id)[0].marks == [0, 0, 0, 0, 1]


def test_two_at_once_are_both_counted_and_one_twice_only_once(app, centre) -> None:
    run_id, who = asked_run(centre, 4)
    scale = questions(run_id)[0].id
    enrolments = {
        one.id: db.session.scalars(queries.live_enrolment(run_id, one.id)).one().id for one in who
    }
    actors = [make.actor(one) for one in who] * 2

    def press(number: int) -> None:
        actor = actors[number]
        with unit_of_work(actor, now=AFTER) as work:
            enrolment = office.find_enrolment(work, enrolments[actor.user_id])
            office.give_feedback(work, enrolment, {scale: 1 + number % 4})

    all_at_once(app, [lambda n=n: press(n) for n in range(8)])
    assert questions(run_id)[0].marks == [1, 1, 1, 1, 0]


def test_the_centre_alone_asks_and_what_was_answered_stays(centre) -> None:
    run_id, who = asked_run(centre)
    with working(centre.secretariat, now=AFTER) as work, pytest.raises(NotPermitted):
        office.ask_until(work, db.session.get_one(type(the_run_of(run_id)), run_id), UNTIL)
    answer(run_id, who[0], 5)
    with working(centre.writer, now=AFTER) as work, pytest.raises(RuleBroken, match="answered"):
        office.ask_no_more(work, the_run(work, run_id))
    with working(centre.writer, now=CLOSED) as work:
        office.ask_until(work, the_run(work, run_id), date(2027, 4, 15))
    for one in who[1:]:
        answer(run_id, one, 4, now=CLOSED)
    with (
        working(centre.writer, now=datetime(2027, 5, 1, tzinfo=UTC)) as work,
        pytest.raises(RuleBroken, match="shown already"),
    ):
        office.ask_until(work, the_run(work, run_id), date(2027, 5, 15))


def the_run_of(run_id: int):
    from app.courses.models import CourseRun

    return db.session.get_one(CourseRun, run_id)


def test_people_are_asked_reminded_and_the_instructors_told(centre) -> None:
    run_id, who = asked_run(centre)
    teacher = make.person("TEACHER")
    with working(centre.writer, now=OPEN) as work:
        office.name_instructor(work, the_run(work, run_id), teacher)

    def tend(now: datetime) -> None:
        with unit_of_work(SYSTEM, now=now) as work:
            office.tend_feedback(work)

    tend(AFTER)
    tend(AFTER + timedelta(hours=1))
    assert told("feedback_wanted") == sorted(one.email for one in who)
    for one in who[:5]:
        answer(run_id, one, 4)
    tend(CLOSED - timedelta(days=2))
    tend(CLOSED - timedelta(days=1))
    assert told("feedback_wanted") == sorted([*(one.email for one in who), who[5].email])
    assert told("feedback_in") == []
    tend(CLOSED)
    tend(CLOSED + timedelta(hours=1))
    assert told("feedback_in") == [teacher.email]


def told(kind: str) -> list[str]:
    db.session.rollback()
    query = select(OutboxMessage.address).where(OutboxMessage.kind == f"courses/{kind}")
    return sorted(db.session.scalars(query))


def test_the_centre_asks_a_person_answers_and_results_come_after_the_last_day(
    client, centre
) -> None:
    with clock.set_clock(OPEN):
        run_id = published_run(centre)
        who = [make.person(f"P {number}") for number in range(5)]
        mine = [take(run_id, one) for one in who]
    office_page = f"/courses/office/dates/{run_id}/feedback"
    make.sign_in(client, centre.writer)
    day = {"until-day": "31", "until-month": "3", "until-year": "2027"}
    wrong = send(client, office_page, {**day, "own_scale": "x" * 301}, status=422).text
    assert "x" * 301 in wrong, "what was typed stays"
    send(client, office_page, {**day, "standard": ["useful", "best"], "own_text": "Which data?"})
    assert "0 of 5" in page(client, office_page)

    for number, (one, enrolment) in enumerate(zip(who, mine, strict=True)):
        make.sign_in(client, one)
        answers = f"/courses/mine/{enrolment}/feedback"
        assert answers in page(client, f"/courses/mine/{enrolment}")
        scale, best, own = (q.id for q in questions(run_id))
        send(client, answers, {}, status=409)
        send(client, answers, {f"answer_{scale}": "9"}, status=422)
        send(
            client,
            answers,
            {f"answer_{scale}": "4", f"answer_{best}": f"Part {number}", f"answer_{own}": ""},
        )
        assert client.get(answers).status_code == 302

    make.sign_in(client, centre.writer)
    shown = page(client, office_page)
    assert "5 of 5" in shown
    assert "Part 3" not in shown
    with clock.set_clock(CLOSED):
        make.sign_in(client, centre.writer)
        shown = page(client, office_page)
        assert "Part 3" in shown
        assert "4.0 of 5 on average" in shown


def test_fewer_than_five_answers_are_never_shown(client, centre) -> None:
    run_id, who = asked_run(centre)
    for one in who[:4]:
        answer(run_id, one, 5, "Only four of us.")
    feedback_id = db.session.scalar(select(Feedback.id))
    with clock.set_clock(CLOSED):
        make.sign_in(client, centre.writer)
        assert "Only four" not in page(client, f"/courses/office/dates/{run_id}/feedback")
        assert "Only four" not in page(client, f"/courses/feedback/{feedback_id}")


def test_who_teaches_reads_it_and_another_centre_does_not(client, centre) -> None:
    run_id, who = asked_run(centre)
    teacher = make.person("TEACHER")
    with working(centre.writer, now=OPEN) as work:
        office.name_instructor(work, the_run(work, run_id), teacher)
    for one in who:
        answer(run_id, one, 5, "Thank you!")
    address = f"/courses/feedback/{db.session.scalar(select(Feedback.id))}"
    with clock.set_clock(CLOSED):
        make.sign_in(client, teacher)
        assert "Thank you!" in page(client, address)
        for stranger in (centre.stranger, who[0]):
            make.sign_in(client, stranger)
            page(client, address, status=404)
        make.sign_in(client, centre.writer)
        with statements() as said:
            page(client, f"/courses/office/dates/{run_id}/feedback")
        assert len(said) < 20
