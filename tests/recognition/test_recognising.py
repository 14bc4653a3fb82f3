"""What the home makes of a transcript: line by line, by published rules or its own words."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from app.organisations.models import Organisation
from app.recognition import queries
from app.recognition.models import LineOutcome, Recognition
from app.recognition.states import Outcome, RecognitionState, Result
from tests import make
from tests.mobility.choosing import student_of
from tests.recognition.recognising import (
    RECOGNISED,
    REFUSED,
    choosing,
    correcting,
    deciding,
    deciding_line,
    issued,
    issuing,
    line,
    recognition,
    stay,
    transcript_of,
)


@pytest.fixture
def student(th):
    return student_of(th, "SOMCHAI JAIDEE")


@pytest.fixture
def waiting(tables, th, jp, student) -> int:
    """A recognition of two lines that waits at a Thai university."""
    return issued(jp, stay(th, jp, student), line(credits=Fraction(4)), line("AI-302", grade="C"))


def results(home, recognition_id: int, at: int = 0) -> list[str]:
    """The keys of what is shown for a line."""
    from app.exchanges.queries import credit_rules
    from app.recognition.contents import counts_as

    found = recognition(home, recognition_id)
    said = found.transcript.lines[at].said
    rules = credit_rules(db.session())
    shown = counts_as(said, found.system, rules, day=make.NOW.date(), home=home.ref)
    return [one.key for one in shown]


def test_a_line_is_recognised_by_a_published_rule(th, waiting) -> None:
    choosing(th, waiting)
    first = results(th, waiting)[0]
    deciding_line(th, waiting, replace(RECOGNISED, follows=first))
    outcome = recognition(th, waiting).transcript.lines[0].outcome
    assert (outcome.credits, outcome.factor) == (Fraction(6), Fraction(3, 2))
    assert "https://umap.org" in outcome.source
    assert [one["credits"] for one in outcome.shown] == ["6", "8", "20/3"]
    assert (outcome.own_code, outcome.own_title, outcome.grade) == ("CS-420", "Elective in AI", "A")


def test_otherwise_needs_a_number_and_words(th, waiting) -> None:
    choosing(th, waiting)
    with pytest.raises(RuleBroken, match="Write a number of credits"):
        deciding_line(th, waiting, RECOGNISED)
    with pytest.raises(RuleBroken, match="otherwise than the published rules"):
        deciding_line(th, waiting, replace(RECOGNISED, credits=Fraction(7)))
    with pytest.raises(RuleBroken, match="results that are shown"):
        deciding_line(th, waiting, replace(RECOGNISED, follows="0123456789abcdef"))
    own = replace(RECOGNISED, credits=Fraction(7), reason="Our senate counts four as seven.")
    deciding_line(th, waiting, own)
    outcome = recognition(th, waiting).transcript.lines[0].outcome
    assert (outcome.credits, outcome.factor, outcome.source) == (Fraction(7), None, "")


def test_credits_without_a_published_rule_are_the_homes_own_word(tables, th, jp) -> None:
    found = issued(jp, stay(th, jp), line(credit_system="acts"))
    choosing(th, found)
    assert results(th, found) == []
    deciding_line(
        th, found, replace(RECOGNISED, credits=Fraction(3), reason="By the hours of teaching.")
    )
    assert recognition(th, found).transcript.lines[0].outcome.shown == []


def test_a_refusal_needs_words(th, waiting) -> None:
    with pytest.raises(RuleBroken, match="Say why it is not recognised"):
        deciding_line(th, waiting, replace(REFUSED, reason=" "))
    deciding_line(th, waiting, REFUSED)
    outcome = recognition(th, waiting).transcript.lines[0].outcome
    assert (outcome.outcome, outcome.credits) == (Outcome.REFUSED, None)


def test_what_is_recognised_counts_as_something_in_some_system(th, waiting) -> None:
    with pytest.raises(RuleBroken, match="in which credits"):
        deciding_line(th, waiting, RECOGNISED)
    choosing(th, waiting)
    with pytest.raises(RuleBroken, match="course or elective"):
        deciding_line(th, waiting, replace(RECOGNISED, own_title=""))
    with pytest.raises(RuleBroken, match="answers in the list"):
        choosing(th, waiting, "euro")


def test_what_was_not_passed_is_not_recognised(tables, th, jp) -> None:
    found = issued(jp, stay(th, jp), line(result=Result.FAILED, grade="F"))
    choosing(th, found)
    with pytest.raises(RuleBroken, match="not passed"):
        deciding_line(th, found, replace(RECOGNISED, follows=results(th, found)[0]))


def test_another_system_is_decided_anew(th, waiting) -> None:
    choosing(th, waiting)
    deciding_line(th, waiting, replace(RECOGNISED, follows=results(th, waiting)[0]))
    deciding_line(th, waiting, REFUSED, at=1)
    choosing(th, waiting, "ucts")
    first, second = recognition(th, waiting).transcript.lines
    assert first.outcome is None
    assert second.outcome.outcome is Outcome.REFUSED


def test_decided_when_every_line_is_and_never_changed(session, th, student, waiting) -> None:
    choosing(th, waiting)
    deciding_line(th, waiting, replace(RECOGNISED, follows=results(th, waiting)[1]))
    with pytest.raises(RuleBroken, match="Machine Learning AI-302” waits still"):
        deciding(th, waiting)
    deciding_line(th, waiting, REFUSED, at=1)
    deciding(th, waiting)
    found = recognition(th, waiting)
    assert found.state is RecognitionState.DECIDED
    told = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "recognition/recognition_decided")
    ).one()
    assert (told.values["recognised"], told.values["refused"]) == (1, 1)
    for do in (
        lambda: deciding_line(th, waiting, REFUSED),
        lambda: choosing(th, waiting),
        lambda: deciding(th, waiting),
    ):
        with pytest.raises(RuleBroken, match="stays as it is"):
            do()


def test_the_database_refuses_by_itself(session, th, waiting) -> None:
    recognitions, outcomes = Recognition.__table__, LineOutcome.__table__
    decided = update(recognitions).values(state="decided", decided_at=make.NOW)
    with pytest.raises(IntegrityError, match="lines_wait_for_an_outcome"):
        session.execute(decided)
    session.rollback()
    for at in (0, 1):
        deciding_line(th, waiting, REFUSED, at=at)
    deciding(th, waiting)
    for statement in (
        update(outcomes).values(reason="Because."),
        delete(outcomes),
        update(recognitions).values(state="waiting"),
        update(recognitions).values(system="acts"),
        delete(recognitions),
    ):
        with pytest.raises(IntegrityError, match="recognition_was_decided"):
            session.execute(statement)
        session.rollback()


def test_only_the_home_decides(th, jp, vn, student, waiting) -> None:
    with pytest.raises(NotPermitted):
        with unit_of_work(student, now=make.NOW) as work:
            from app.recognition.operations import decide_recognition

            found = work.find(queries.recognition_with_all(student, waiting))
            decide_recognition(work, found, version=found.version)
    for who in (jp, vn):
        with pytest.raises(NotFound):
            deciding(who, waiting)


def test_an_old_form_decides_nothing(th, waiting) -> None:
    deciding_line(th, waiting, REFUSED)
    with pytest.raises(ChangedMeanwhile):
        deciding_line(th, waiting, REFUSED, at=1, version=1)


def test_grades_are_proposed_by_the_published_table(session, tables, th, jp) -> None:
    for who, acronym in ((jp, "TUMSAT"), (th, "CU")):
        session.get_one(Organisation, who.id).acronym = acronym
    session.commit()
    found = issued(jp, stay(th, jp), line(grade="A+"))
    choosing(th, found)
    deciding_line(th, found, replace(RECOGNISED, follows=results(th, found)[0], grade="B+"))
    outcome = recognition(th, found).transcript.lines[0].outcome
    assert outcome.proposed == ["A"]
    assert outcome.grade == "B+", "the home decides"


def test_after_a_correction_only_what_changed_is_decided_anew(th, jp, waiting) -> None:
    choosing(th, waiting)
    deciding_line(th, waiting, replace(RECOGNISED, follows=results(th, waiting)[0]))
    deciding_line(th, waiting, REFUSED, at=1)
    deciding(th, waiting)
    again = correcting(jp, transcript_of(waiting))
    from app.recognition import operations as verbs
    from tests.recognition.recognising import on

    on(
        jp,
        again,
        lambda work, found: verbs.save_line(
            work, found, line("AI-302", grade="B"), line=found.lines[1]
        ),
    )
    second = recognition(th, issuing(jp, again))
    assert second.system == "ects"
    assert [one.outcome and one.outcome.outcome for one in second.transcript.lines] == [
        Outcome.RECOGNISED,
        None,
    ]
    assert second.transcript.lines[0].outcome.credits == 6
    assert recognition(th, waiting).state is RecognitionState.DECIDED, "what was decided stays"


def test_credits_are_added_over_the_stays_of_a_person(
    session, th, jp, vn, student, waiting
) -> None:
    choosing(th, waiting)
    deciding_line(th, waiting, replace(RECOGNISED, follows=results(th, waiting)[0]))
    deciding_line(th, waiting, REFUSED, at=1)

    def counted(but: int = 0, system: str = "ects") -> Fraction:
        return queries.credits_recognised(
            session, person_id=student.user_id, home_id=th.id, system=system, but=but
        )

    assert counted() == 0, "what waits does not count"
    deciding(th, waiting)
    assert counted() == 6
    assert counted(but=waiting) == counted(system="ucts") == 0


def test_how_long_it_took_and_what_waits(session, th, jp, waiting) -> None:
    other = issued(jp, stay(th, jp))
    for at in (0, 1):
        deciding_line(th, waiting, REFUSED, at=at)
    deciding(th, waiting, now=make.NOW + timedelta(days=12))
    assert queries.times_to_decide(session, th.actor) == [timedelta(days=12)]
    assert queries.times_to_decide(session, jp.actor) == []

    def listed(state: RecognitionState) -> list[int]:
        return [one.id for one in session.scalars(queries.recognitions_of(th.actor, state))]

    assert listed(RecognitionState.WAITING) == [other]
    assert listed(RecognitionState.DECIDED) == [waiting]
    assert session.scalar(select(func.count()).select_from(LineOutcome)) == 2
