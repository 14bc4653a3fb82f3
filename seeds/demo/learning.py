"""Two learning agreements: one agreed with a change that waits, one that waits for the host."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import select

from app.foundation.database import db
from app.interchange import agreements as ewp
from app.learning import queries
from app.learning.ewp import proposal_id
from app.learning.models import LearningAgreement
from app.learning.operations import (
    begin_agreement,
    sign_agreement,
    take_message,
    write_agreement,
)
from app.learning.states import Why
from app.learning.tables import Row, Table, Tables, next_key
from app.mobility.models import ExchangeNomination
from app.mobility.operations import verify_nomination
from app.mobility.queries import nomination_with_all
from app.mobility.states import NominationState, Side
from seeds.demo.stage import Company

HOME, HOST = "coordinator-th", "coordinator-jp"
FUNCTIONS = {HOME: "Head of the international office", HOST: "Exchange coordinator"}
AT_HOME = (
    Row("B1", "Special topics in AI", "2110581", Fraction(3), "us", "2nd semester", "th"),
    Row("B2", "Free elective", "", Fraction(3), "us"),
)
ONLINE = Row(
    *("C1", "AI ethics across borders (online seminar)", "OL-07", Fraction(1), "jp-tani"),
    language="en",
    counts_as=("B2",),
)


def write_agreements(company: Company, now: datetime) -> int:
    """Of the student who is verified already, and of one whom the host takes now."""
    states = (NominationState.VERIFIED, NominationState.SENT)
    verified, sent = (
        db.session.scalars(
            select(ExchangeNomination.id)
            .where(ExchangeNomination.state == state)
            .order_by(ExchangeNomination.id)
        ).first()
        for state in states
    )
    if verified is None or sent is None:
        return 0
    _agree_and_change(company, verified, now)
    _take(company, sent, now - timedelta(days=2, hours=20))
    _wait_for_the_host(company, sent, now)
    return 2


def _agree_and_change(company: Company, nomination_id: int, now: datetime) -> None:
    made, student = _begin(company, nomination_id, now - timedelta(days=4, hours=12))
    content = _write(company, student, made, (), now - timedelta(days=4, hours=11))
    signers: tuple[str | int, ...] = (student, HOME)
    for hours, who in enumerate(signers):
        _sign(company, who, made, now - timedelta(days=4, hours=9 - hours))
    _bring_what_the_host_signed(company, made, now - timedelta(days=4, hours=6))
    less = [row for row in content.rows if row.key != "A2"]
    with company.acts(student, now - timedelta(days=1)) as work:
        found = work.find(queries.agreement_with_all(work.actor, made))
        write_agreement(
            work,
            found,
            replace(content, rows=(*less, ONLINE)),
            side=Side.STUDENT,
            seen=found.latest_number,
            why=Why.TIMETABLE,
            note="Robot learning is at the same hour as Japanese. The online seminar fits.",
        )
    _sign(company, student, made, now - timedelta(hours=23))


def _bring_what_the_host_signed(company: Company, made: int, at: datetime) -> None:
    """The host keeps its agreements in a system of its own, and brings the file that it writes."""
    with company.acts(HOST, at) as work:
        found = work.find(queries.agreement_with_all(work.actor, made))
        signature = ewp.Signature(
            at - timedelta(minutes=30),
            "Sato Kenta",
            "Exchange coordinator",
            "sato@demo.example.org",
        )
        answer = ewp.Approval(
            found.nomination.home.ref,
            queries.number_of(found),
            proposal_id(found.writings[-1]),
            signature,
        )
        take_message(work, found, ewp.write_update(answer), name="approval.xml")


def _wait_for_the_host(company: Company, nomination_id: int, now: datetime) -> None:
    made, student = _begin(company, nomination_id, now - timedelta(days=2, hours=6))
    _write(company, student, made, (ONLINE,), now - timedelta(days=2, hours=5))
    signers: tuple[str | int, ...] = (student, HOME)
    for hours, who in enumerate(signers):
        _sign(company, who, made, now - timedelta(days=2, hours=3 - hours))


def _take(company: Company, nomination_id: int, at: datetime) -> None:
    with company.acts(HOST, at) as work:
        nomination = work.find(nomination_with_all(work.actor, nomination_id))
        verify_nomination(work, nomination, seen=1, comment="Welcome.")


def _begin(company: Company, nomination_id: int, at: datetime) -> tuple[int, int]:
    """The agreement, and whose it is."""
    student = db.session.get_one(ExchangeNomination, nomination_id).person_id
    with company.acts(student, at) as work:
        nomination = work.find(nomination_with_all(work.actor, nomination_id))
        return begin_agreement(work, nomination).id, student


def _write(company: Company, student: int, made: int, more: Sequence[Row], at: datetime) -> Tables:
    """The courses that the host lists for the term, all counting for what is there at home."""
    with company.acts(student, at) as work:
        found = work.find(queries.agreement_with_all(work.actor, made))
        rows: list[Row] = []
        for course in work.session.scalars(queries.courses_to_choose(found)):
            row = queries.row_of_course(next_key(Table.STUDIED, [r.key for r in rows]), course)
            rows.append(replace(row, counts_as=("B1",) if len(rows) < 2 else ("B2",)))
        content = replace(queries.blank_content(found), rows=(*rows, *AT_HOME, *more))
        write_agreement(work, found, content, side=Side.STUDENT, seen=0)
        return content


def _sign(company: Company, who: str | int, made: int, at: datetime) -> None:
    with company.acts(who, at) as work:
        found: LearningAgreement = work.find(queries.agreement_with_all(work.actor, made))
        side = {HOME: Side.HOME, HOST: Side.HOST}.get(str(who), Side.STUDENT)
        sign_agreement(
            work,
            found,
            side=side,
            fingerprint=found.writings[-1].fingerprint,
            function=FUNCTIONS.get(str(who), ""),
        )
