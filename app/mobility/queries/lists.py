"""Lists of nominations: what each row would do, and which lists an office gave."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from app.accounts.models import User
from app.exchanges.models import Posting
from app.exchanges.queries import universities_of
from app.exchanges.states import PostingStage
from app.foundation.actors import Actor
from app.foundation.dry_runs import Fate
from app.mobility.comparing import Judged, changes
from app.mobility.incoming import MOST_ROWS, Refused, Row, Why
from app.mobility.models import ChoicesOfYear, ExchangeNomination, NominationList
from app.mobility.queries.nominations import (
    Gives,
    everything,
    gives,
    place_of,
    places_held,
    student_of,
)
from app.mobility.standing import Student, why_not_corrected, why_not_nominated
from app.mobility.standing import Why as NotSent
from app.mobility.states import ChoicesState, NominationState


def lists_visible_to(actor: Actor) -> Select[NominationList]:
    """The lists that one's own universities looked into, the newest first."""
    return (
        select(NominationList)
        .where(NominationList.home_id.in_(universities_of(actor)))
        .options(joinedload(NominationList.home), joinedload(NominationList.looked_by))
        .order_by(NominationList.id.desc())
    )


def list_to_open(actor: Actor, list_id: int) -> Select[NominationList]:
    """One of them with its file and what was done."""
    return (
        lists_visible_to(actor)
        .where(NominationList.id == list_id)
        .options(undefer(NominationList.content), undefer(NominationList.told))
    )


def places_for(home_id: int, now: datetime) -> Select[Posting]:
    """What is open to students of a home, by host."""
    return (
        select(Posting)
        .where(
            Posting.stage == PostingStage.OPEN,
            or_(Posting.closes_at.is_(None), Posting.closes_at > now),
            or_(Posting.origin_id.is_(None), Posting.origin_id == home_id),
            Posting.organisation_id != home_id,
        )
        .options(
            joinedload(Posting.organisation, innerjoin=True),
            joinedload(Posting.term, innerjoin=True),
        )
        .order_by(Posting.ref)
        .limit(1000)
    )


def students_of(home_id: int) -> Select[ChoicesOfYear]:
    """Whose choices are with the office of this home, in the order in which they came."""
    return (
        select(ChoicesOfYear)
        .where(ChoicesOfYear.home_id == home_id, ChoicesOfYear.state == ChoicesState.SENT)
        .options(*everything())
        .order_by(ChoicesOfYear.year.desc(), ChoicesOfYear.sent_at, ChoicesOfYear.id)
        .limit(MOST_ROWS)
    )


def chosen_by(home_id: int, addresses: Sequence[str]) -> Select[ChoicesOfYear]:
    """What people with these addresses once sent to the office of this home."""
    return (
        select(ChoicesOfYear)
        .join(User, User.id == ChoicesOfYear.person_id)
        .where(
            ChoicesOfYear.home_id == home_id,
            ChoicesOfYear.sent_at.is_not(None),
            ChoicesOfYear.state != ChoicesState.WITHDRAWN,
            func.lower(User.email).in_(addresses),
        )
        .order_by(ChoicesOfYear.id)
    )


def judged(
    session: Session, home_id: int, rows: Sequence[Row | Refused], now: datetime
) -> list[tuple[Judged, Row | None]]:
    """What becomes of each row, one after the other: what a row takes, the next does not find."""
    judge = _judge_of(session, home_id, [one for one in rows if isinstance(one, Row)], now)
    found: list[tuple[Judged, Row | None]] = []
    for one in rows:
        if isinstance(one, Refused):
            fate = Judged(one.row, one.student, one.place, Fate.REFUSED, one.why, one.said)
            found.append((fate, None))
        else:
            found.append((judge.judge(one), one))
    return found


def _judge_of(session: Session, home_id: int, rows: Sequence[Row], now: datetime) -> "_Judge":
    addresses = sorted({one.student for one in rows})
    choices = session.scalars(
        chosen_by(home_id, addresses).options(
            *everything(),
            selectinload(ChoicesOfYear.nominations).selectinload(ExchangeNomination.letters),
        )
    ).unique()
    by_student: dict[str, list[ChoicesOfYear]] = {}
    for one in choices:
        by_student.setdefault(one.person.email.casefold(), []).append(one)
    postings = session.scalars(
        select(Posting)
        .where(Posting.ref.in_({one.place for one in rows}), Posting.published_at.is_not(None))
        .options(
            joinedload(Posting.organisation, innerjoin=True),
            joinedload(Posting.term, innerjoin=True),
        )
    ).all()
    held = places_held(session, [one.id for one in postings])
    return _Judge(
        by_student=by_student,
        postings={one.ref: one for one in postings},
        free={one.id: one.capacity - held.get(one.id, 0) for one in postings},
        given=gives(session, home_id),
        now=now,
        students={},
    )


@dataclass
class _Judge:
    """What the rows are judged by; `free` and `students` go on as rows take their places."""

    by_student: dict[str, list[ChoicesOfYear]]
    postings: dict[str, Posting]
    free: dict[int, int]
    given: Gives
    now: datetime
    students: dict[int, Student]

    def judge(self, row: Row) -> Judged:
        told = Judged(row.row, row.student, row.place, Fate.REFUSED)
        mine = self.by_student.get(row.student)
        if not mine:
            return replace(told, why=Why.NOT_YOURS)
        told = replace(told, name=mine[0].person.full_name)
        posting = self.postings.get(row.place)
        if posting is None:
            return replace(told, why=Why.NO_SUCH_PLACE)
        told = replace(told, host=posting.organisation.name)
        choices = next((one for one in mine if one.year == posting.term.year), None)
        if choices is None:
            return replace(told, why=Why.RANKED_OTHERS)
        told = replace(told, choices_id=choices.id)
        sent = next((one for one in choices.nominations if one.posting_id == posting.id), None)
        if sent is None:
            return self._new(told, row, choices, posting)
        return self._known(told, row, choices, posting, sent)

    def _new(self, told: Judged, row: Row, choices: ChoicesOfYear, posting: Posting) -> Judged:
        student = self._student(choices)
        why = why_not_nominated(
            student,
            place_of(posting, self.given, self.now),
            choices.study_level,
            choices.field,
        )
        if why is NotSent.NOT_RANKED:
            return replace(told, why=Why.RANKED_OTHERS)
        if why is not None:
            return replace(told, why=why)
        if changes(replace(row, note=""), choices.study_level, choices.field, ""):
            return replace(told, why=Why.OTHER_STUDIES)
        return self._take(replace(told, fate=Fate.NEW), student, posting)

    def _known(
        self,
        told: Judged,
        row: Row,
        choices: ChoicesOfYear,
        posting: Posting,
        sent: ExchangeNomination,
    ) -> Judged:
        """Of one that was sent before only what the host refused is corrected."""
        last = sent.letters[-1]
        differs = changes(row, last.study_level, last.field, last.note)
        refused = sent.state is NominationState.REFUSED
        if sent.state is NominationState.CANCELLED:
            return replace(told, why=Why.CANCELLED)
        if not differs:
            why = Why.REFUSED_BY_HOST if refused else ""
            return replace(told, fate=Fate.UNCHANGED, why=why)
        if not refused:
            verified = sent.state is NominationState.VERIFIED
            return replace(told, why=Why.VERIFIED if verified else Why.WITH_HOST)
        student = self._student(choices)
        why_not = why_not_corrected(
            student,
            place_of(posting, self.given, self.now),
            row.study_level or last.study_level,
            row.study_field or last.field,
        )
        if why_not is not None:
            return replace(told, why=why_not)
        return self._take(replace(told, fate=Fate.CHANGED, changes=differs), student, posting)

    def _take(self, told: Judged, student: Student, posting: Posting) -> Judged:
        if self.free[posting.id] < 1:
            return replace(told, fate=Fate.REFUSED, why=NotSent.FULL, changes=())
        self.free[posting.id] -= 1
        student.nominated[posting.id] = True
        return told

    def _student(self, choices: ChoicesOfYear) -> Student:
        return self.students.setdefault(choices.id, student_of(choices))
