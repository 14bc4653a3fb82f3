"""Feedback without names: turned on, asked for, given once, told to those who teach."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm.attributes import flag_modified

from app.accounts.queries import recipient
from app.audit.record import record
from app.courses import policy, queries, timetable
from app.courses.feedback import (
    FEWEST,
    HIGHEST,
    STANDARD,
    Asked,
    QuestionKind,
    can_be_read,
    counted,
    mixed,
    takes_answers,
)
from app.courses.messages import FeedbackIn, FeedbackWanted
from app.courses.models import CourseRun, Enrolment, Feedback, FeedbackQuestion
from app.courses.states import EnrolmentState
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import notify_each

LATEST = timedelta(days=180)
REMIND = timedelta(days=3)
MOST_QUESTIONS = 12


def ask_for_opinions(
    work: Work, run: CourseRun, asked: Iterable[Asked], *, until: date
) -> Feedback:
    """Ask the participants of these dates, until the end of a day. The run must be held."""
    policy.RECORD.require(work.actor, run)
    if run.published_at is None or run.cancelled_at is not None:
        raise RuleBroken(_("These dates are not published, or they are cancelled."))
    if work.session.scalar(queries.feedback_of(run.id)) is not None:
        raise RuleBroken(_("Participants of these dates are asked already."))
    questions = [
        FeedbackQuestion(
            number=number,
            kind=STANDARD.get(one.standard, one.kind),
            standard=one.standard,
            own_words=one.words.strip(),
            marks=[0] * HIGHEST,
            texts=[],
        )
        for number, one in enumerate(asked, start=1)
    ]
    if not 0 < len(questions) <= MOST_QUESTIONS:
        raise RuleBroken(_("Choose from 1 to %(most)s questions.", most=MOST_QUESTIONS))
    feedback = Feedback(
        run_id=run.id,
        closes_at=_end_of(work, run, until),
        opened_at=work.now,
        opened_by_id=work.actor.user_id or 0,
        questions=questions,
    )
    work.session.add(feedback)

    record(work, "run.feedback opened", run, number=len(questions))
    return feedback


def _end_of(work: Work, run: CourseRun, day: date) -> datetime:
    """The last second of a day on the clock of these dates; it must leave time to answer."""
    last = timetable.span(queries.meetings_of(work.session, run.id))
    if last is None:
        raise RuleBroken(_("Say first when people meet."))
    moment = datetime.combine(day, time(23, 59, 59), ZoneInfo(run.zone))
    if not max(last[1], work.now) < moment <= max(last[1], work.now) + LATEST:
        raise RuleBroken(_("Choose a day after the last meeting, half a year from now at most."))
    return moment


def _feedback(work: Work, run_id: int) -> Feedback:
    found = work.session.scalar(queries.feedback_of(run_id))
    if found is None:
        raise RuleBroken(_("Participants of these dates are not asked."))
    return found


def ask_until(work: Work, run: CourseRun, day: date) -> None:
    """Choose another last day. What was shown once stays as it is. The run must be held."""
    policy.RECORD.require(work.actor, run)
    feedback = _feedback(work, run.id)
    if can_be_read(feedback.closes_at, work.now, queries.number_answered(work.session, run.id)):
        raise RuleBroken(_("The results are shown already: nobody can answer any more."))
    feedback.closes_at = _end_of(work, run, day)
    feedback.reminded_at = feedback.told_at = None

    record(work, "run.feedback day changed", run)


def ask_no_more(work: Work, run: CourseRun) -> None:
    """Take it back, as long as nobody has answered. The run must be held."""
    policy.RECORD.require(work.actor, run)
    feedback = _feedback(work, run.id)
    if queries.number_answered(work.session, run.id):
        raise RuleBroken(_("Somebody has answered already."))
    work.session.delete(feedback)

    record(work, "run.feedback dropped", run)


def _asked_of(work: Work, enrolment: Enrolment) -> Feedback:
    """What the person of this enrolment may answer now. The run must be held."""
    policy.ANSWER_SEAT.require(work.actor, enrolment)
    feedback = _feedback(work, enrolment.run_id)
    if enrolment.state is not EnrolmentState.ACCEPTED:
        raise RuleBroken(_("You have no seat in this course any more."))
    if enrolment.gave_feedback:
        raise RuleBroken(_("You have answered already. Thank you!"))
    whole = timetable.span(queries.meetings_of(work.session, enrolment.run_id))
    if not takes_answers(whole, feedback.closes_at, work.now):
        raise RuleBroken(_("One answers after the last meeting, until the last day."))
    return feedback


def give_feedback(work: Work, enrolment: Enrolment, answers: Mapping[int, int | str]) -> None:
    """Answer once, by question. Nothing is recorded of it: no name, no order, no moment.

    The run must be held, so that no answer is lost where two come at once.
    """
    feedback = _asked_of(work, enrolment)
    said = False
    for question in feedback.questions:
        # Each is written anew by everybody: PostgreSQL knows which transaction wrote a row last.
        flag_modified(question, "marks")
        answer = answers.get(question.id)
        if question.kind is QuestionKind.SCALE and isinstance(answer, int):
            question.marks = counted(question.marks, answer)
        elif question.kind is QuestionKind.TEXT and isinstance(answer, str) and answer.strip():
            question.texts = mixed(question.texts, answer.strip())
        else:
            continue
        said = True
    if not said:
        raise RuleBroken(_("Answer at least one question."))
    enrolment.gave_feedback = True


def tend_feedback(work: Work) -> int:
    """Ask, remind, and tell who teaches that results are there; a duty of the worker."""
    policy.LAPSE.require(work.actor, None)
    told = 0
    for feedback in work.session.scalars(queries.feedback_to_ask_for(work.now)):
        feedback.asked_at = work.now
        told += _ask(work, feedback, "asked")
    soon = work.now + REMIND
    for feedback in work.session.scalars(queries.feedback_to_remind_of(work.now, soon)):
        feedback.reminded_at = work.now
        if feedback.asked_at is None or work.now - feedback.asked_at > REMIND:
            told += _ask(work, feedback, f"reminded {feedback.closes_at:%Y-%m-%d}")
    for feedback in work.session.scalars(queries.feedback_to_tell_of(work.now)):
        feedback.told_at = work.now
        if queries.number_answered(work.session, feedback.run_id) >= FEWEST:
            told += _tell_instructors(work, feedback)
    return told


def _ask(work: Work, feedback: Feedback, occasion: str) -> int:
    run = feedback.run
    letters = [
        (
            recipient(person),
            FeedbackWanted(
                enrolment_id=enrolment.id,
                title=run.title,
                closes_at=feedback.closes_at,
                zone=run.zone,
            ),
        )
        for enrolment, person in work.session.execute(queries.people_to_answer(run.id))
    ]
    notify_each(work, letters, once=f"{feedback.id}:{occasion}")
    return len(letters)


def _tell_instructors(work: Work, feedback: Feedback) -> int:
    people = work.session.scalars(queries.people_who_teach(feedback.run_id)).all()
    said = FeedbackIn(feedback_id=feedback.id, title=feedback.run.title)
    notify_each(work, [(recipient(p), said) for p in people], once=f"{feedback.id}")
    return len(people)
