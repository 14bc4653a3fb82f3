"""Last year's exchange students: transcripts from Tokyo, and what Bangkok made of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import select

from app.accounts.models import User
from app.exchanges.operations import (
    begin_posting,
    close_nominations,
    open_posting,
    save_term,
)
from app.exchanges.operations.partners import TermDates
from app.exchanges.operations.postings import PostingTerms, PostingText
from app.exchanges.queries import credit_rules, own_university, posting_to_change
from app.foundation.database import db
from app.foundation.work import Work
from app.mobility.operations import conclude_posting, verify_nomination
from app.mobility.queries import nomination_with_all
from app.recognition import queries
from app.recognition.contents import Line, counts_as
from app.recognition.models import Recognition, Transcript
from app.recognition.operations import (
    begin_transcript,
    choose_system,
    correct_transcript,
    decide_line,
    decide_recognition,
    issue_transcript,
    save_line,
)
from app.recognition.operations.recognising import Decision
from app.recognition.states import Outcome, Result
from seeds.demo import sending
from seeds.demo.agreeing import JAPANESE, THAI
from seeds.demo.stage import Company

TEXT = PostingText(
    title="Exchange semester in AI, Tokyo",
    summary="A spring semester of courses in English.",
    description="Courses of the graduate school, and Japanese for beginners.",
    who_may_apply="Master students of computing.",
)
COURSES = (
    Line(
        *("CS-5101", "Foundations of trustworthy AI", "en", Fraction(2), "jp-tani", "A"),
        Result.PASSED,
        own_title="信頼できるAIの基礎",
        own_title_lang="ja",
        hours=Fraction(90),
        level=7,
        language="en",
        distribution={"S": 3, "A": 11, "B": 9, "C": 4},
    ),
    Line(
        *("CS-5120", "Robot learning", "en", Fraction(2), "jp-tani", "S"),
        Result.PASSED,
        hours=Fraction(90),
        level=7,
        language="en",
    ),
    Line(
        *("GEN-210", "Japanese for exchange students", "en", Fraction(1), "jp-tani", "B"),
        Result.PASSED,
        own_title="留学生のための日本語",
        own_title_lang="ja",
        hours=Fraction(45),
        level=6,
        language="ja",
    ),
)
NOTE = "Grades are S, A, B, C (passed) and F. One credit is 45 hours of work."
HOST, HOME = "coordinator-jp", "coordinator-th"


def report_and_recognise(company: Company, organisations: dict[str, int], now: datetime) -> int:
    """Of two students one is recognised; the other waits, and Tokyo is about to correct it."""
    year = now.year - 1
    students = db.session.scalars(
        select(User.id)
        .where(User.home_institution_id == organisations[THAI])
        .order_by(User.id)
        .limit(2)
    ).all()
    stays = _stays(company, organisations, students, year)
    after_exams = datetime(year, 8, 24, 3, tzinfo=UTC)
    first = _issue(company, stays[0], COURSES, after_exams)
    _recognise(company, first, after_exams + timedelta(days=23))
    for stay in stays[1:]:
        _issue(company, stay, COURSES[:2], now - timedelta(days=9))
        _begin_correction(company, stay, now - timedelta(days=1))
    return len(stays)


def _stays(
    company: Company, organisations: dict[str, int], students: Sequence[int], year: int
) -> list[int]:
    """Nominations of a semester that is over, each verified."""
    at = datetime(year, 1, 8, 3, tzinfo=UTC)
    with company.acts(HOST, at) as work:
        university = work.find(own_university(work.actor, organisations[JAPANESE]))
        dates = TermDates(
            *("Spring semester", year, date(year, 4, 6), date(year, 7, 20)),
            *(date(year, 7, 21), date(year, 8, 3), date(year, 2, 1), date(year, 2, 20)),
        )
        term = save_term(work, university, dates)
        terms = PostingTerms(
            term.id,
            capacity=2,
            levels=(7,),
            languages=("en",),
            language="en",
            documents="Transcript of records",
            nominate_by=date(year, 2, 1),
            papers_by=date(year, 2, 20),
        )
        place = begin_posting(work, university, terms, TEXT).id
    with company.acts(HOST, at) as work:
        open_posting(work, work.find(posting_to_change(work.actor, place)))
    made = []
    for student in students:
        chosen = sending.choose(company, student, place, sending.WHY[0], at + timedelta(days=1))
        sending.send(company, student, chosen, at + timedelta(days=2))
        made.append(sending.nominate_for(company, chosen, place, at + timedelta(days=3)))
        with company.acts(HOST, at + timedelta(days=5)) as work:
            found = work.find(nomination_with_all(work.actor, made[-1]))
            verify_nomination(work, found, seen=1, comment="Welcome to Tokyo.")
    with company.acts(HOST, at + timedelta(days=30)) as work:
        posting = work.find(posting_to_change(work.actor, place))
        close_nominations(work, posting)
        conclude_posting(work, posting, filled=True)
    return made


def _issue(company: Company, stay: int, lines: Sequence[Line], at: datetime) -> int:
    """The id of the recognition that begins with it."""
    with company.acts(HOST, at - timedelta(hours=2)) as work:
        nomination = work.find(queries.stay_with_all(work.actor, stay))
        draft = begin_transcript(work, nomination)
        draft.note = NOTE
        for line in lines:
            save_line(work, draft, line)
        made, seen = draft.id, draft.version
    with company.acts(HOST, at) as work:
        nomination = work.find(queries.stay_with_all(work.actor, stay))
        found = work.find(queries.transcript_with_all(work.actor, made))
        return issue_transcript(work, nomination, found, seen=seen).id


def _begin_correction(company: Company, stay: int, at: datetime) -> None:
    with company.acts(HOST, at) as work:
        nomination = work.find(queries.stay_with_all(work.actor, stay))
        held = queries.transcripts_of(work.actor, stay).with_only_columns(Transcript.id)
        found = work.find(
            queries.transcript_with_all(work.actor, work.session.scalars(held).first() or 0)
        )
        correct_transcript(
            work, nomination, found, reason="The grade of “Robot learning” was mistyped."
        )


def _recognise(company: Company, recognition: int, at: datetime) -> None:
    """One by the first rule, one by the university's own word, one not at all."""
    with company.acts(HOME, at - timedelta(days=1)) as work:
        found = _found(work, recognition)
        choose_system(work, found, "ects", version=found.version)
    for number, decision in enumerate(
        (
            Decision(Outcome.RECOGNISED, "2110581", "Elective in AI", grade="A"),
            Decision(
                *(Outcome.RECOGNISED, "2110582", "Advanced robotics", "", Fraction(3), "A"),
                reason="Our faculty counts courses with a laboratory of 90 hours as three.",
            ),
            Decision(Outcome.REFUSED, reason="Language courses do not count for this degree."),
        )
    ):
        with company.acts(HOME, at - timedelta(hours=5 - number)) as work:
            found = _found(work, recognition)
            line = found.transcript.lines[number]
            chosen = decision
            if decision.outcome is Outcome.RECOGNISED and decision.credits is None:
                chosen = _by_rule(work, found, number, decision)
            decide_line(work, found, line, chosen, version=found.version)
    with company.acts(HOME, at) as work:
        found = _found(work, recognition)
        decide_recognition(work, found, version=found.version)


def _found(work: Work, recognition: int) -> Recognition:
    found: Recognition = work.find(queries.recognition_with_all(work.actor, recognition))
    return found


def _by_rule(work: Work, found: Recognition, number: int, decision: Decision) -> Decision:
    """The first result that a published rule gives."""
    shown = counts_as(
        found.transcript.lines[number].said,
        found.system,
        credit_rules(work.session),
        day=work.now.date(),
        home=found.transcript.home.ref,
    )
    return replace(decision, follows=shown[0].key)
