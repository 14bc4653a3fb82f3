"""Transcripts: written by the host, issued for good, corrected by another one, read by the right."""

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.exchanges.operations import save_partner_facts
from app.exchanges.operations.partners import FactSheet
from app.exchanges.queries import own_university
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.mobility import operations as mobility
from app.notifications.models import OutboxMessage, Task
from app.recognition import operations as verbs
from app.recognition import queries
from app.recognition.models import Recognition, Transcript, TranscriptLine
from app.recognition.operations.issuing import is_unchanged
from app.recognition.states import Origin, RecognitionState, Result, TranscriptState
from tests import make
from tests.mobility.choosing import answering, nominated, opened, sent, student_of
from tests.racing import CLIENTS, all_at_once, rounds
from tests.recognition.recognising import (
    begun,
    correcting,
    issued,
    issuing,
    line,
    on,
    recognition,
    stay,
    transcript,
    transcript_of,
)


@pytest.fixture
def student(th):
    return student_of(th, "SOMCHAI JAIDEE")


@pytest.fixture
def verified(th, jp, student) -> int:
    return stay(th, jp, student)


def told(kind: str) -> int:
    query = select(func.count()).where(OutboxMessage.kind == kind)
    return db.session.scalar(query)


def tasks(university_id: int) -> int:
    query = select(func.count()).where(
        Task.kind == "transcript to recognise",
        Task.scope_id == university_id,
        Task.done_at.is_(None),
    )
    return db.session.scalar(query)


def test_a_transcript_is_written_and_issued(session, th, jp, verified) -> None:
    made = begun(jp, verified, line(), line("AI-302", credits=Fraction(5, 2), grade="B"))
    waiting = issuing(jp, made)
    found = transcript(made)
    assert found.state is TranscriptState.ISSUED
    assert found.serial == f"TR-2027-{made:06d}"
    assert len(found.fingerprint) == 64
    assert (found.student_name, found.issued_by_name) == ("SOMCHAI JAIDEE", jp.actor.name)
    kept = recognition(th, waiting)
    assert kept.state is RecognitionState.WAITING
    assert [one.credits for one in kept.transcript.lines] == [Fraction(2), Fraction(5, 2)]
    assert is_unchanged(kept.transcript)
    assert told("recognition/transcript_issued") == 2
    assert tasks(th.id) == 1


def test_only_students_who_were_verified_have_one(th, jp, student) -> None:
    place = opened(jp, th)
    made = nominated(th, sent(student, place), place)
    with pytest.raises(RuleBroken, match="nomination is verified"):
        begun(jp, made)
    answering(jp.actor, made, mobility.verify_nomination, seen=1)
    draft = begun(jp, made, line())
    answering(th.actor, made, mobility.cancel_nomination, reason="She is ill.")
    with pytest.raises(RuleBroken, match="nomination is verified"):
        issuing(jp, draft)


def test_only_the_host_writes_it(th, jp, vn, verified, student) -> None:
    for who in (th.actor, student):
        with pytest.raises(NotPermitted), unit_of_work(who, now=make.NOW) as work:
            verbs.begin_transcript(work, work.find(queries.stay_with_all(who, verified)))
    with pytest.raises(NotFound), unit_of_work(vn.actor, now=make.NOW) as work:
        work.find(queries.stay_with_all(vn.actor, verified))


def test_an_empty_or_unfinished_one_is_not_issued(jp, verified) -> None:
    made = begun(jp, verified)
    with pytest.raises(RuleBroken, match="at least one line"):
        issuing(jp, made)
    on(jp, made, verbs.save_line, line(grade=""))
    with pytest.raises(RuleBroken, match="Machine Learning AI-301” has no grade yet"):
        issuing(jp, made)


def test_a_line_is_of_a_known_system_and_not_endless(jp, verified) -> None:
    made = begun(jp, verified)
    for odd in ({"credit_system": "euro"}, {"credits": Fraction(1001)}, {"credits": Fraction(-1)}):
        with pytest.raises(RuleBroken, match="Write a number of credits"):
            on(jp, made, verbs.save_line, line(**odd))
    with pytest.raises(RuleBroken, match="levels of study"):
        on(jp, made, verbs.save_line, line(level=2))
    with pytest.raises(RuleBroken, match="At most 30 grades"):
        on(jp, made, verbs.save_line, line(distribution={str(n): 1 for n in range(31)}))


def test_an_old_form_changes_nothing(jp, verified) -> None:
    made = begun(jp, verified, line())
    with pytest.raises(ChangedMeanwhile):
        on(jp, made, verbs.note_on_transcript, "Graded by rank.", version=1)
    with pytest.raises(ChangedMeanwhile):
        issuing(jp, made, seen=1)


def test_one_draft_and_one_that_holds_at_a_time(jp, verified) -> None:
    begun(jp, verified, line())
    with pytest.raises(RuleBroken, match="begun already"):
        begun(jp, verified)
    made = transcript_of(issuing(jp, db.session.scalars(select(Transcript.id)).one()))
    with pytest.raises(RuleBroken, match="correct that one"):
        begun(jp, verified)
    correcting(jp, made)
    with pytest.raises(RuleBroken, match="begun already"):
        correcting(jp, made)


def test_a_draft_is_thrown_away_with_its_lines(session, jp, verified) -> None:
    made = begun(jp, verified, line())
    on(jp, made, verbs.discard_transcript)
    assert session.scalar(select(func.count()).select_from(Transcript)) == 0
    assert session.scalar(select(func.count()).select_from(TranscriptLine)) == 0


def test_nothing_of_one_that_was_issued_is_changed(jp, verified) -> None:
    made = transcript_of(issued(jp, verified))
    with pytest.raises(RuleBroken, match="stays as it is"):
        on(jp, made, verbs.save_line, line("AI-9"))
    with pytest.raises(RuleBroken, match="stays as it is"):
        on(jp, made, verbs.note_on_transcript, "Later.")
    with pytest.raises(RuleBroken, match="stays as it is"):
        on(jp, made, verbs.discard_transcript)
    with pytest.raises(RuleBroken, match="stays as it is"):
        on(jp, made, lambda work, found: verbs.remove_line(work, found, found.lines[0]))


def test_the_database_refuses_by_itself(session, jp, verified) -> None:
    made = transcript_of(issued(jp, verified))
    lines, heads = TranscriptLine.__table__, Transcript.__table__
    for statement in (
        update(heads).values(student_name="SOMEBODY ELSE"),
        update(heads).values(state="draft"),
        update(heads).values(state="superseded", note="And this."),
        delete(heads),
        update(lines).values(grade="S"),
        delete(lines),
        insert(lines).values(
            transcript_id=made,
            place=9,
            title="One more",
            **{"code": "", "title_lang": "en", "own_title": "", "own_title_lang": ""},
            **{"credits": Fraction(2), "credit_system": "ects", "grade": "A"},
            **{"result": Result.PASSED, "distribution": {}, "language": ""},
        ),
    ):
        with pytest.raises(IntegrityError, match="transcript_was_issued"):
            session.execute(statement)
        session.rollback()
    session.execute(update(heads).values(state="superseded"))
    with pytest.raises(IntegrityError, match="transcript_was_issued"):
        session.execute(update(heads).values(state="issued"))
    session.rollback()


def test_what_somebody_changed_behind_our_back_no_longer_fits_its_fingerprint(
    session, jp, th, verified
) -> None:
    waiting = issued(jp, verified)
    found = recognition(th, waiting).transcript
    assert is_unchanged(found)
    found.lines[0].grade = "S"
    assert not is_unchanged(found)
    session.rollback()


def test_a_corrected_one_takes_the_place_of_the_first(th, jp, student, verified) -> None:
    first = issued(jp, verified, line(), line("AI-302", grade="C"))
    made = transcript_of(first)
    with pytest.raises(RuleBroken, match="Say why"):
        correcting(jp, made, " ")
    again = correcting(jp, made, "The grade of AI-302 was mistyped.")
    assert transcript(made).state is TranscriptState.ISSUED, "it holds until the next is issued"
    on(
        jp,
        again,
        lambda work, found: verbs.save_line(
            work, found, line("AI-302", grade="B"), line=found.lines[1]
        ),
    )
    second = issuing(jp, again)
    assert transcript(made).state is TranscriptState.SUPERSEDED
    found = transcript(again)
    assert (found.replaces_id, found.because) == (made, "The grade of AI-302 was mistyped.")
    assert recognition(th, first).state is RecognitionState.LAPSED
    assert recognition(th, second).state is RecognitionState.WAITING
    assert tasks(th.id) == 1
    assert told("recognition/transcript_issued") == 4
    with unit_of_work(student) as work:
        seen = work.session.scalars(queries.transcripts_of(student, verified)).all()
        assert [one.state for one in seen] == [TranscriptState.ISSUED, TranscriptState.SUPERSEDED]


def test_who_sees_what(th, jp, vn, student, verified) -> None:
    made = begun(jp, verified, line())

    def seen(actor) -> set[int]:
        return {one.id for one in db.session.scalars(queries.transcripts_visible_to(actor))}

    others = (vn.actor, student_of(th), student_of(vn))
    assert seen(jp.actor) == {made}
    assert not any(seen(who) for who in (th.actor, student, *others)), "a draft is the host's"
    waiting = issuing(jp, made)
    assert all(seen(who) == {made} for who in (jp.actor, th.actor, student))
    assert not any(seen(who) for who in others)

    def read(actor) -> set[int]:
        return {one.id for one in db.session.scalars(queries.recognitions_visible_to(actor))}

    assert all(read(who) == {waiting} for who in (th.actor, student))
    assert not any(read(who) for who in (jp.actor, *others)), "what it counts as is not the host's"


def test_who_waits_for_a_transcript_is_listed_until_it_is_issued(th, jp, vn, verified) -> None:
    def listed(who) -> list[int]:
        rows = db.session.execute(queries.stays_to_report(who.actor)).all()
        return [row[0].id for row in rows]

    assert listed(jp) == [verified]
    assert listed(th) == listed(vn) == []
    made = begun(jp, verified, line())
    assert listed(jp) == [verified]
    issuing(jp, made)
    assert listed(jp) == []


@pytest.mark.race
def test_pressed_at_once_it_is_issued_once(app, session, th, jp) -> None:
    for _round in rounds(4):
        made = begun(jp, stay(th, jp), line())
        version = transcript(made).version
        db.session.rollback()

        def press(made: int = made, version: int = version) -> str:
            issuing(jp, made, seen=version)
            return "issued"

        came = all_at_once(app, [press] * CLIENTS)
        assert came["issued"] == 1, came
        query = select(func.count()).where(Recognition.transcript_id == made)
        assert db.session.scalar(query) == 1


def test_weeks_are_counted_from_the_issue(session, th, jp, verified) -> None:
    with unit_of_work(th.actor, now=make.NOW) as work:
        university = work.find(own_university(work.actor, th.id))
        save_partner_facts(work, university, FactSheet(recognition_weeks=5))
    found = recognition(th, issued(jp, verified))
    assert found.due_on == make.NOW.date() + timedelta(weeks=5)
    assert found.transcript.origin is Origin.HOST
