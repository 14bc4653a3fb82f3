"""Students of the two universities who rank places, are nominated, verified and refused."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from io import BytesIO

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import person
from app.exchanges.models import Posting
from app.exchanges.operations import add_score
from app.exchanges.queries import posting_with_all
from app.exchanges.wording import test_name
from app.files.operations import check_file
from app.foundation.database import db
from app.foundation.dry_runs import seal
from app.mobility.comparing import as_told
from app.mobility.operations import (
    find_posting_to_end,
    look_into_list,
    nominate,
    nominate_as_seen,
    rank_posting,
    refuse_nomination,
    save_choices,
    send_choices,
    verify_nomination,
    withdraw_posting,
)
from app.mobility.operations.bringing import rows_of
from app.mobility.queries import choices_with_all, judged, list_to_open, nomination_with_all
from app.organisations.models import Organisation
from seeds.demo.agreeing import JAPANESE, THAI
from seeds.demo.papers import paper
from seeds.demo.stage import Company

WHY = (
    "I work on speech recognition for Thai and would like to learn how such systems are tested.",
    "My thesis is on safe robot arms; the laboratory in Tokyo has the ones that I simulate.",
    "I would like to compare how two countries teach the ethics of AI.",
    "I want to read papers in Japanese one day; a semester there is the best beginning.",
)

GONE = "The laboratory moves to another campus in spring and cannot receive guests. We are sorry."

# One reaches what Tokyo asks of its students, one does not; the others have kept none.
SCORES = (("ielts_academic", "6.5"), ("toefl_ibt_0_120", "68"))


def send_students(company: Company, organisations: dict[str, int], now: datetime) -> int:
    """Four Thai students rank Tokyo; two are nominated, one verified and one refused.

    Two rank another laboratory as well, which is withdrawn while one is nominated to it.
    """
    students = db.session.scalars(
        select(User.id)
        .where(User.home_institution_id == organisations[THAI])
        .order_by(User.id)
        .limit(len(WHY))
    ).all()
    place, withdrawn = db.session.scalars(
        select(Posting.id)
        .where(
            Posting.organisation_id == organisations[JAPANESE], Posting.published_at.is_not(None)
        )
        .order_by(Posting.id)
        .limit(2)
    )
    chosen = [
        choose(company, student, place, why, now - timedelta(days=9, hours=n))
        for n, (student, why) in enumerate(zip(students, WHY, strict=False))
    ]
    for student in (students[1], students[3]):
        choose(company, student, withdrawn, WHY[1], now - timedelta(days=8, hours=12))
    for student, (test, points) in zip(students, SCORES, strict=False):
        with company.acts(student, now - timedelta(days=9)) as work:
            found = work.find(person(work.actor))
            report = paper(test_name(test), found.passport_name)
            add_score(
                work,
                found,
                test=test,
                points=Fraction(points),
                taken_on=(now - timedelta(days=120)).date(),
                file=check_file(BytesIO(report), file_name="report.pdf"),
            )
    # All but the last, who is still thinking.
    for student, one in list(zip(students, chosen, strict=True))[:-1]:
        send(company, student, one, now - timedelta(days=8))
    made = [
        nominate_for(company, one, place, now - timedelta(days=7, hours=n))
        for n, one in enumerate(chosen[:2])
    ]
    _answer(company, made, now - timedelta(days=5))
    nominate_for(company, chosen[1], withdrawn, now - timedelta(days=4))
    with company.acts("coordinator-jp", now - timedelta(days=2)) as work:
        withdraw_posting(work, find_posting_to_end(work, withdrawn), reason=GONE)
    _bring_lists(company, organisations[THAI], students, place, now)
    return len(chosen)


def _bring_lists(
    company: Company, home_id: int, students: Sequence[int], place: int, now: datetime
) -> None:
    """One list was sent; another was looked into, and waits for somebody to put it right."""
    addresses = [db.session.get_one(User, one).email for one in students]
    ref = db.session.get_one(Posting, place).ref
    db.session.rollback()
    head = "student,place,note\n"
    first = head + f"{addresses[2]},{ref},Recommended by the faculty.\n{addresses[0]},{ref},\n"
    second = head + f"{addresses[1]},{ref},It is for the laboratory of Professor Sato.\n"
    second += f"{addresses[0]},{ref},\n{addresses[3]},{ref},\nnobody@example.org,{ref},\n"
    sent = _look(company, home_id, first, "nominations-spring.csv", now - timedelta(days=3))
    with company.acts("coordinator-th", now - timedelta(days=3)) as work:
        looked = work.find(list_to_open(work.actor, sent))
        rows = judged(work.session, home_id, rows_of(looked).rows, work.now)
        nominate_as_seen(work, looked, seen=seal(as_told([one for one, _row in rows])))
    _look(company, home_id, second, "nominations-more.csv", now - timedelta(days=1))


def _look(company: Company, home_id: int, content: str, name: str, at: datetime) -> int:
    with company.acts("coordinator-th", at) as work:
        home = work.session.get_one(Organisation, home_id)
        return look_into_list(work, home, content=content.encode(), file_name=name).id


def _answer(company: Company, made: Sequence[int], at: datetime) -> None:
    """The first is welcome; of the second the host would like to know more."""
    welcome, unclear = made
    with company.acts("coordinator-jp", at) as work:
        found = work.find(nomination_with_all(work.actor, welcome))
        verify_nomination(work, found, seen=1, comment="We look forward to meeting you.")
    with company.acts("coordinator-jp", at) as work:
        found = work.find(nomination_with_all(work.actor, unclear))
        words = "Please say which of the two laboratories it is for."
        refuse_nomination(work, found, seen=1, comment=words)


def choose(company: Company, student: int, place: int, why: str, at: datetime) -> int:
    with company.acts(student, at) as work:
        posting = work.find(posting_with_all(work.actor, posting_id=place))
        found = rank_posting(work, posting)
        save_choices(work, found, study_level=7, field="0619", statement=why)
        return found.id


def send(company: Company, student: int, chosen: int, at: datetime) -> None:
    with company.acts(student, at) as work:
        send_choices(work, work.find(choices_with_all(work.actor, chosen)))


def nominate_for(company: Company, chosen: int, place: int, at: datetime) -> int:
    with company.acts("coordinator-th", at) as work:
        found = work.find(choices_with_all(work.actor, chosen))
        return nominate(work, found, place, note="Recommended by the faculty.").id
