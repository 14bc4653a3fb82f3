"""Students who were verified, what their hosts say of them, and what their homes make of it."""

from fractions import Fraction
from typing import Any

from sqlalchemy import select

from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.mobility import operations as mobility
from app.recognition import operations as verbs
from app.recognition import queries
from app.recognition.contents import Line
from app.recognition.models import Recognition, Transcript
from app.recognition.operations.recognising import Decision
from app.recognition.states import Outcome, Result
from tests import make
from tests.exchanges.agreeing import University
from tests.mobility.choosing import answering, nominated, opened, sent, student_of


def line(code: str = "AI-301", **values: Any) -> Line:
    usual: dict[str, Any] = {
        "title": f"Machine Learning {code}",
        "title_lang": "en",
        "credits": Fraction(2),
        "credit_system": "jp-tani",
        "grade": "A",
        "result": Result.PASSED,
    }
    return Line(code=code, **usual | values)


def stay(home: University, host: University, student: Actor | None = None) -> int:
    """The id of a verified nomination."""
    place = opened(host, home)
    made = nominated(home, sent(student or student_of(home), place), place)
    answering(host.actor, made, mobility.verify_nomination, seen=1)
    return made


def begun(host: University, nomination_id: int, *lines: Line) -> int:
    """The id of a draft with these lines."""
    with unit_of_work(host.actor, now=make.NOW) as work:
        nomination = work.find(queries.stay_with_all(work.actor, nomination_id))
        made = verbs.begin_transcript(work, nomination).id
    for said in lines:
        on(host, made, verbs.save_line, said)
    return made


def on(who: University, transcript_id: int, do: Any, *values: Any, **named: Any) -> Any:
    """Do something to a transcript that an office wrote."""
    with unit_of_work(who.actor, now=named.pop("now", make.NOW)) as work:
        found = work.find(queries.transcript_with_all(work.actor, transcript_id))
        return do(work, found, *values, **named)


def issuing(host: University, transcript_id: int, **named: Any) -> int:
    """The id of the recognition that begins with it."""
    with unit_of_work(host.actor, now=named.pop("now", make.NOW)) as work:
        draft = db.session.get_one(Transcript, transcript_id)
        nomination = work.find(queries.stay_with_all(work.actor, draft.nomination_id))
        found = work.find(queries.transcript_with_all(work.actor, transcript_id))
        seen = named.pop("seen", found.version)
        return verbs.issue_transcript(work, nomination, found, seen=seen).id


def issued(host: University, nomination_id: int, *lines: Line) -> int:
    """The id of a recognition that waits."""
    return issuing(host, begun(host, nomination_id, *(lines or (line(),))))


def correcting(host: University, transcript_id: int, reason: str = "A grade was wrong.") -> int:
    with unit_of_work(host.actor, now=make.NOW) as work:
        found = work.find(queries.transcript_with_all(work.actor, transcript_id))
        nomination = work.find(queries.stay_with_all(work.actor, found.nomination_id))
        return verbs.correct_transcript(work, nomination, found, reason=reason).id


def taking(who: Actor, nomination_id: int, data: bytes, name: str = "records.xml") -> int:
    with unit_of_work(who, now=make.NOW) as work:
        nomination = work.find(queries.stay_with_all(work.actor, nomination_id))
        return verbs.take_file(work, nomination, data, name=name).id


def choosing(home: University, recognition_id: int, system: str = "ects") -> None:
    with unit_of_work(home.actor, now=make.NOW) as work:
        found = work.find(queries.recognition_with_all(work.actor, recognition_id))
        verbs.choose_system(work, found, system, version=found.version)


RECOGNISED = Decision(Outcome.RECOGNISED, "CS-420", "Elective in AI", grade="A")
REFUSED = Decision(Outcome.REFUSED, reason="It is taught in the first year at home.")


def deciding_line(
    home: University, recognition_id: int, decision: Decision, *, at: int = 0, version: int = 0
) -> None:
    with unit_of_work(home.actor, now=make.NOW) as work:
        found = work.find(queries.recognition_with_all(work.actor, recognition_id))
        chosen = found.transcript.lines[at]
        verbs.decide_line(work, found, chosen, decision, version=version or found.version)


def deciding(home: University, recognition_id: int, **named: Any) -> None:
    with unit_of_work(home.actor, now=named.pop("now", make.NOW)) as work:
        found = work.find(queries.recognition_with_all(work.actor, recognition_id))
        verbs.decide_recognition(work, found, version=found.version)


def recognition(home: University, recognition_id: int) -> Recognition:
    db.session.rollback()
    db.session.expire_all()
    query = queries.recognition_with_all(home.actor, recognition_id)
    return db.session.scalars(query).unique().one()


def transcript(transcript_id: int) -> Transcript:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Transcript, transcript_id)


def transcript_of(recognition_id: int) -> int:
    found = select(Recognition.transcript_id).where(Recognition.id == recognition_id)
    return db.session.scalars(found).one()
