"""Transcripts from files of other systems: what is taken, what is refused and why."""

from datetime import date
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest

from app.accounts.models import User
from app.foundation.database import db
from app.foundation.errors import NotPermitted, RuleBroken
from app.interchange.reading import Reason, Unreadable
from app.notifications.models import OutboxMessage
from app.recognition.states import Origin, RecognitionState, Result, TranscriptState
from tests.mobility.choosing import student_of
from tests.recognition.recognising import (
    begun,
    issuing,
    line,
    recognition,
    stay,
    taking,
    transcript,
)

FILES = Path(__file__).parents[1] / "interchange" / "files"
JAPAN = (FILES / "elmo_tor_japan.xml").read_bytes()


@pytest.fixture
def student(th):
    return student_of(th, "NGUYEN THI MINH ANH")


@pytest.fixture
def verified(th, jp, student) -> int:
    return stay(th, jp, student)


def of(home, transcript_id: int):
    db.session.rollback()
    db.session.expire_all()
    from sqlalchemy import select

    from app.recognition.models import Recognition

    query = select(Recognition.id).where(Recognition.transcript_id == transcript_id)
    return recognition(home, db.session.scalars(query).one())


def test_a_file_becomes_lines_to_recognise(th, verified) -> None:
    made = taking(th.actor, verified, JAPAN, "toto.xml")
    found = of(th, made)
    kept = found.transcript
    assert (kept.origin, kept.state) == (Origin.FILE, TranscriptState.ISSUED)
    assert kept.file_sha256 == sha256(JAPAN).hexdigest()
    assert (kept.file_name, kept.file_learner) == ("toto.xml", "Thi Minh Anh Nguyen")
    assert kept.dated_at.isoformat() == "2027-02-20T00:00:00+00:00"
    (only,) = kept.lines
    assert (only.code, only.title, only.own_title) == ("AI-301", "Machine Learning", "機械学習")
    assert (only.credits, only.credit_system) == (Fraction(2), "jp-tani")
    assert (only.grade, only.result, only.hours) == ("A", Result.PASSED, Fraction(90))
    assert found.state is RecognitionState.WAITING


def test_either_side_brings_it_and_the_other_is_told(th, student, verified) -> None:
    taking(student, verified, JAPAN)
    kinds = [
        m.address
        for m in db.session.query(OutboxMessage).filter_by(kind="recognition/transcript_taken")
    ]
    office = db.session.get_one(User, th.actor.user_id).email
    assert kinds == [office]


def test_the_host_does_not_bring_files(jp, verified) -> None:
    with pytest.raises(NotPermitted):
        taking(jp.actor, verified, JAPAN)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.EMPTY),
        (JAPAN[:700], Reason.MALFORMED),
        (JAPAN.replace(b"<elmo", b"<!DOCTYPE elmo [<!ENTITY a 'b'>]><elmo", 1), Reason.DECLARES),
        (JAPAN + b" " * 6_000_000, Reason.TOO_LARGE),
        (b"<html/>", Reason.OTHER_FORMAT),
        (JAPAN.replace(b"2027-02-10", b"10.2.2027"), Reason.NOT_A_DAY),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(verified, th, data, reason) -> None:
    with pytest.raises(Unreadable) as caught:
        taking(th.actor, verified, data)
    assert caught.value.problems[0].reason is reason


def test_what_says_nothing_of_use_is_refused(th, verified) -> None:
    begins = JAPAN.index(b"<learningOpportunitySpecification>")
    ends = JAPAN.index(b"<issueDate>")
    with pytest.raises(RuleBroken, match="names no course"):
        taking(th.actor, verified, JAPAN[:begins] + JAPAN[ends:])
    with pytest.raises(RuleBroken, match="names no course"):
        taking(th.actor, verified, JAPAN.replace(b">passed<", b">in-progress<"))
    with pytest.raises(RuleBroken, match="that nobody gives"):
        taking(th.actor, verified, JAPAN.replace(b"<value>2<", b"<value>-2<"))


def test_a_file_about_somebody_else_is_refused(session, th, student, verified) -> None:
    session.get_one(User, student.user_id).born_on = date(2003, 2, 1)
    session.commit()
    with pytest.raises(RuleBroken, match="another day of birth"):
        taking(th.actor, verified, JAPAN)
    taking(th.actor, verified, JAPAN.replace(b"2004-05-17", b"2003-02-01"))


def test_parts_are_read_in_the_place_of_what_they_are_parts_of(th, verified) -> None:
    upstream = (FILES / "elmo_upstream.xml").read_bytes()
    made = taking(th.actor, verified, upstream)
    titles = [one.title for one in of(th, made).transcript.lines]
    assert "Master of Science in Biology" not in titles
    assert any(one.startswith("Identifying ectomycorrhizal fungi") for one in titles)


def test_systems_that_nobody_knows_here_keep_their_name(th, verified) -> None:
    odd = JAPAN.replace(b"<scheme>jp-tani</scheme>", b"<scheme>Points</scheme>")
    for known in (b"ucts", b"ects"):
        odd = odd.replace(b"<scheme>" + known, b"<scheme>x" + known)
    (only,) = of(th, taking(th.actor, verified, odd)).transcript.lines
    assert (only.credits, only.credit_system) == (Fraction(2), "points")


def test_a_newer_file_takes_the_place_of_the_first(th, verified) -> None:
    first = taking(th.actor, verified, JAPAN)
    with pytest.raises(RuleBroken, match="brought before"):
        taking(th.actor, verified, JAPAN)
    second = taking(th.actor, verified, JAPAN.replace(b">A<", b">B<"))
    assert transcript(first).state is TranscriptState.SUPERSEDED
    assert transcript(second).replaces_id == first


def test_what_the_host_issues_here_comes_before_any_file(th, jp, verified) -> None:
    taken = taking(th.actor, verified, JAPAN)
    made = begun(jp, verified, line())
    issuing(jp, made)
    assert transcript(taken).state is TranscriptState.SUPERSEDED
    assert transcript(made).replaces_id == taken
    with pytest.raises(RuleBroken, match="ask the host"):
        taking(th.actor, verified, JAPAN.replace(b">A<", b">C<"))


def test_no_file_while_the_nomination_is_not_verified(session, th, jp, student) -> None:
    from tests.mobility.choosing import nominated, opened, sent

    place = opened(jp, th)
    made = nominated(th, sent(student, place), place)
    with pytest.raises(RuleBroken, match="nomination is verified"):
        taking(th.actor, made, JAPAN)
