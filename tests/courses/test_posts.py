"""Officials' posts: promised at the seat, asked about afterwards, told in figures."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.applications.states import ApplicationState as A
from app.audit.models import AuditEntry
from app.courses import operations as office
from app.courses import policy, queries
from app.courses.models import PostCommitment, PostQuestion
from app.courses.operations.returning import OVERDUE_AFTER, REMIND_AFTER
from app.courses.posts import Figures, by_country, due, fingerprint, months_after, published
from app.courses.states import EnrolmentState, PostAnswer, Teller
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.notifications.models import OutboxMessage, Task
from tests.courses.centres import working
from tests.courses.returning import (
    AFTER,
    TERMS,
    as_employer,
    asks,
    confirms,
    link,
    listed,
    returning,
    seated,
    sent,
    tells,
    tend,
    the_question,
)
from tests.courses.selecting import admit, answer, stands
from tests.courses.test_ways import a_ministry, official


def test_who_takes_the_seat_promises_word_for_word(centre) -> None:
    run_id, person = returning(centre), official()
    number = sent(run_id, person)
    asks(person, number)
    confirms(number)
    listed(centre, run_id, number)
    admit(centre, number)
    for words in ("", fingerprint("I may go back.")):
        with pytest.raises(RuleBroken, match="commit to"):
            answer(number, office.accept_seat, promised=words)
    answer(number, office.accept_seat, promised=fingerprint(TERMS.commitment["ja"]))
    assert stands(number) == (A.ACCEPTED, (EnrolmentState.ACCEPTED,))
    kept = db.session.scalars(select(PostCommitment)).one()
    assert (kept.locale, kept.words) == ("ja", TERMS.commitment["ja"])
    assert kept.sha256 == fingerprint(kept.words)
    with pytest.raises(DBAPIError, match="promised_word_for_word"):
        db.session.execute(update(PostCommitment).values(words="Nothing."))
    db.session.rollback()


def test_people_and_employers_are_asked_reminded_and_then_the_centre(centre) -> None:
    run_id, person = returning(centre), official()
    number = seated(centre, run_id, person)
    assert tend(datetime(2027, 6, 1, tzinfo=UTC)) == 0
    assert tend(AFTER) == 1
    assert tend(AFTER) == 0
    question = the_question()
    assert question.months == 3
    kinds = [m.kind for m in db.session.scalars(select(OutboxMessage))]
    assert kinds.count("courses/post_asked") == kinds.count("courses/employer_asked_of_post") == 1
    task = db.session.scalars(select(Task).where(Task.kind == "post to tell")).one()
    assert task.holder_id == person.id
    first = link("courses/employer_asked_of_post", f"director{number}@ministry.example")
    assert tend(AFTER + REMIND_AFTER) == 1
    assert tend(AFTER + REMIND_AFTER + timedelta(days=1)) == 0
    tend(AFTER + OVERDUE_AFTER)
    silent = db.session.scalars(select(Task).where(Task.kind == "posts unanswered")).one()
    assert (silent.scope_id, silent.values["number"]) == (centre.organisation.id, 1)
    # The link of the first mail goes on working.
    as_employer(
        first,
        office.tell_post_as_employer,
        now=AFTER + OVERDUE_AFTER,
        stand=office.Stand(PostAnswer.ELSEWHERE, date(2027, 5, 1)),
        name="Kham Director",
        function="Director general",
    )
    db.session.expire_all()
    assert all(t.done_at for t in db.session.scalars(select(Task).where(Task.kind.like("post%"))))
    assert tend(datetime(2028, 4, 1, tzinfo=UTC)) == 1
    assert {q.months for q in db.session.scalars(select(PostQuestion))} == {3, 12}


def test_a_person_answers_and_corrects_and_the_employer_cannot_after_that(centre) -> None:
    run_id, person = returning(centre), official()
    number = seated(centre, run_id, person)
    tend(AFTER)
    question_id = the_question().id
    with pytest.raises(RuleBroken, match="not come yet"):
        tells(person, question_id, since_on=date(2027, 9, 1))
    tells(person, question_id)
    tells(person, question_id, answer=PostAnswer.LEFT, note="I teach now.")
    question = the_question()
    assert (question.answer, question.said_by) == (PostAnswer.LEFT, Teller.PARTICIPANT)
    with pytest.raises(RuleBroken, match="answered already"):
        as_employer(
            link("courses/employer_asked_of_post", f"director{number}@ministry.example"),
            office.tell_post_as_employer,
            now=AFTER,
            stand=office.Stand(PostAnswer.IN_POST, date(2027, 5, 1)),
            name="K",
            function="D",
        )
    entry = select(AuditEntry).where(AuditEntry.verb == "post.told")
    assert all("left" not in str(e.details) for e in db.session.scalars(entry))


def test_only_the_person_the_centre_and_the_nominating_body_see_the_answer(centre) -> None:
    body, officer = a_ministry()
    _other, stranger = a_ministry("Another ministry")
    run_id, person = returning(centre, body=body), official()
    seated(centre, run_id, person, body, officer)
    tend(AFTER)
    question_id = the_question().id
    tells(person, question_id)
    everybody = {
        "person": (person, True),
        "centre": (centre.writer, True),
        "officer": (officer, True),
        "another centre": (centre.stranger, False),
        "secretariat": (centre.secretariat, False),
        "another ministry": (stranger, False),
        "somebody": (official("SOMEBODY"), False),
    }
    for who, (user, sees) in everybody.items():
        with working(user) as work:
            found = work.session.scalars(queries.posts_visible_to(work.actor)).unique().all()
            assert [one.id for one in found] == ([question_id] if sees else []), who
            if sees:
                assert policy.VIEW_POST.allows(work.actor, found[0])
    with working(officer) as work, pytest.raises(NotFound):
        work.find(queries.own_post(work.actor, question_id))
    with working(officer) as work, pytest.raises(NotPermitted):
        question = work.find(queries.posts_visible_to(work.actor))
        stand = office.Stand(PostAnswer.LEFT, date(2027, 5, 1))
        office.tell_own_post(work, question, stand)


def test_moments_are_months_after_the_last_day() -> None:
    assert months_after(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert months_after(date(2027, 3, 15), 12) == date(2028, 3, 15)
    assert due(date(2027, 3, 15), [12, 3], date(2027, 6, 14)) == []
    assert due(date(2027, 3, 15), [12, 3], date(2028, 3, 15)) == [3, 12]


def test_figures_of_few_people_are_not_published() -> None:
    def some(back, others):
        return [Figures("LA", in_post=back, left=others)]

    assert published(some(4, 0)) is None
    assert published(some(5, 0)) == (5, 5)
    assert published(some(9, 4)) is None
    assert published(some(3, 9)) is None
    assert published(some(6, 5)) == (6, 11)
    told = by_country([("LA", PostAnswer.IN_POST), ("LA", None), (None, PostAnswer.LEFT)])
    assert [(one.country, one.asked) for one in told] == [("", 1), ("LA", 2)]
