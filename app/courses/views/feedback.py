"""Pages of what participants think: asked for by the centre, answered once, read by who teaches."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy, queries, timetable, wording
from app.courses.feedback import FEWEST, STANDARD, QuestionKind, can_be_read, mean, takes_answers
from app.courses.forms import ButtonForm
from app.courses.forms.feedback import AskForm, UntilForm, answer_form, answers_in
from app.courses.models import CourseRun, Enrolment, Feedback
from app.courses.operations import (
    ask_for_opinions,
    ask_no_more,
    ask_until,
    find_enrolment,
    give_feedback,
)
from app.courses.views import bp
from app.courses.views.attendance import run_to_record
from app.courses.views.running import run_office_page
from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Form
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work

USUAL_DAYS = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Told:
    """What a question brought: marks with how many gave each, or the texts."""

    words: str
    kind: QuestionKind
    number: int
    mean: float | None
    marks: list[tuple[str, int]]
    texts: list[str]


def results_of(feedback: Feedback, answers: int) -> list[Told]:
    """What may be shown now: nothing before the last day, and nothing of fewer than five."""
    if not can_be_read(feedback.closes_at, clock.now(), answers):
        return []
    standard, said = wording.standard_questions(), wording.marks_of_scale()
    return [
        Told(
            words=standard.get(one.standard) or one.own_words,
            kind=one.kind,
            number=sum(one.marks),
            mean=mean(one.marks),
            marks=list(zip(said.values(), one.marks, strict=True)),
            texts=one.texts,
        )
        for one in feedback.questions
    ]


@bp.get("/office/dates/<int:run_id>/feedback")
@needs(policy.RECORD)
def feedback(run_id: int) -> ResponseReturnValue:
    """Ask participants, or see how many have answered and, once that is over, what."""
    page: ResponseReturnValue = _office_page(run_to_record(run_id))
    return page


def _office_page(
    run: CourseRun,
    ask: AskForm | None = None,
    until: UntilForm | None = None,
    refusal: str = "",
) -> Any:
    asked = db.session.scalar(queries.feedback_of(run.id))
    answers = queries.number_answered(db.session(), run.id)
    span = timetable.span(run.meetings)
    last = max(span[1], clock.now()) if span else clock.now()
    usual = (last + USUAL_DAYS).astimezone(ZoneInfo(run.zone)).date()
    closes = asked.closes_at.astimezone(ZoneInfo(run.zone)).date() if asked else usual
    return run_office_page(
        "feedback",
        run,
        asked=asked,
        answers=answers,
        people=queries.number_with_seats(db.session(), run.id),
        shown=asked is not None and can_be_read(asked.closes_at, clock.now(), answers),
        is_closed=asked is not None and clock.now() > asked.closes_at,
        results=results_of(asked, answers) if asked else [],
        standard=wording.standard_questions(),
        kinds=wording.question_kinds(),
        fewest=FEWEST,
        ask=ask or AskForm(formdata=None, data={"standard": list(STANDARD), "until": usual}),
        until=until or UntilForm(formdata=None, data={"until": closes}),
        refusals=[refusal] if refusal else [],
    )


def _find(work: Work, run_id: int) -> CourseRun:
    run = work.find(queries.run_to_open(work.actor, run_id))
    policy.RECORD.require(work.actor, run)
    return run


@bp.post("/office/dates/<int:run_id>/feedback")
@needs(policy.RECORD)
def open_feedback(run_id: int) -> ResponseReturnValue:
    form = AskForm()
    return settle(
        form,
        find=lambda work: _find(work, run_id),
        do=lambda work, run: ask_for_opinions(work, run, form.asked(), until=form.until.data),
        said=_("Participants are asked as soon as the last meeting is over."),
        to=url_for(".feedback", run_id=run_id),
        again=lambda refusal: _office_page(run_to_record(run_id), ask=form, refusal=refusal),
    )


@bp.post("/office/dates/<int:run_id>/feedback/until")
@needs(policy.RECORD)
def feedback_until(run_id: int) -> ResponseReturnValue:
    form = UntilForm()
    return settle(
        form,
        find=lambda work: _find(work, run_id),
        do=lambda work, run: ask_until(work, run, form.until.data),
        said=_("Saved."),
        to=url_for(".feedback", run_id=run_id),
        again=lambda refusal: _office_page(run_to_record(run_id), until=form, refusal=refusal),
    )


@bp.post("/office/dates/<int:run_id>/feedback/drop")
@needs(policy.RECORD)
def drop_feedback(run_id: int) -> ResponseReturnValue:
    return settle(
        ButtonForm(),
        find=lambda work: _find(work, run_id),
        do=ask_no_more,
        said=_("Participants are not asked."),
        to=url_for(".feedback", run_id=run_id),
    )


@bp.get("/feedback/<int:feedback_id>")
@needs(policy.READ_FEEDBACK)
def feedback_results(feedback_id: int) -> ResponseReturnValue:
    """For those who teach, of the centre or not: what participants said."""
    found = one_or_404(queries.feedback_to_read(current_actor(), feedback_id))
    policy.READ_FEEDBACK.require(current_actor(), found)
    answers = queries.number_answered(db.session(), found.run_id)
    return render_template(
        "courses/feedback_results.html",
        run=found.run,
        asked=found,
        words=for_reader(found.run.texts),
        answers=answers,
        results=results_of(found, answers),
        fewest=FEWEST,
        is_closed=clock.now() > found.closes_at,
    )


@bp.get("/mine/<int:enrolment_id>/feedback")
@needs(policy.ANSWER_SEAT)
def my_feedback(enrolment_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.my_enrolment(current_actor(), enrolment_id))
    asked = one_or_404(queries.feedback_of(found.run_id))
    whole = timetable.span(found.run.meetings)
    if found.gave_feedback or not takes_answers(whole, asked.closes_at, clock.now()):
        flash(_("You are not asked now, or you have answered already."), "warning")
        return redirect(url_for(".my_course", enrolment_id=enrolment_id))
    return _answer_page(found, asked)


def _own(work: Work, enrolment_id: int) -> Enrolment:
    enrolment = find_enrolment(work, enrolment_id)
    policy.ANSWER_SEAT.require(work.actor, enrolment)
    return enrolment


def _answer_page(
    found: Enrolment, asked: Feedback, form: Form | None = None, refusal: str = ""
) -> str:
    return render_template(
        "courses/mine/feedback.html",
        enrolment=found,
        run=found.run,
        words=for_reader(found.run.texts),
        asked=asked,
        fewest=FEWEST,
        form=form or answer_form(asked.questions, None),
        refusals=[refusal] if refusal else [],
    )


@bp.post("/mine/<int:enrolment_id>/feedback")
@needs(policy.ANSWER_SEAT)
def answer_feedback(enrolment_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.my_enrolment(current_actor(), enrolment_id))
    asked = one_or_404(queries.feedback_of(found.run_id))
    form = answer_form(asked.questions, request.form)
    return settle(
        form,
        find=lambda work: _own(work, enrolment_id),
        do=lambda work, mine: give_feedback(work, mine, answers_in(form, asked.questions)),
        said=_("Thank you! Your answers are kept without your name."),
        to=url_for(".my_course", enrolment_id=enrolment_id),
        again=lambda refusal: _answer_page(found, asked, form, refusal),
    )
