"""The learner's pages: enrol, my courses, one of them, take the offered seat, leave."""

from collections.abc import Callable
from typing import NamedTuple

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy, queries, timetable, wording
from app.courses.feedback import takes_answers
from app.courses.forms import ButtonForm
from app.courses.forms.people import EnrolForm
from app.courses.forms.posts import PromiseForm
from app.courses.models import Enrolment, PostQuestion
from app.courses.operations import accept_seat, enrol, find_enrolment, leave
from app.courses.posts import fingerprint
from app.courses.states import LIVE, EnrolmentState
from app.courses.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import reader
from app.foundation.permissions import SIGNED_IN
from app.foundation.settling import settle
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.form_definitions import text_in


@bp.post("/enrol/<int:run_id>")
@needs(policy.ENROL)
def take_seat(run_id: int) -> ResponseReturnValue:
    form = EnrolForm()
    run = one_or_404(queries.run_to_enrol_in(current_actor(), run_id))
    back = redirect(url_for(".run", ref=run.ref))
    try:
        with unit_of_work(current_actor()) as work:
            held = work.find(queries.run_to_enrol_in(work.actor, run_id))
            if not form.validate():
                flash(form.first_error(), "warning")
                return back
            made = enrol(
                work,
                held,
                words=form.words.data or "",
                request_key=form.request_key.data or "",
            )
            state, enrolment_id = made.state, made.id
    except RuleBroken as refusal:
        flash(str(refusal), "warning")
        return back
    flash(
        {
            EnrolmentState.ACCEPTED: _("You have a seat."),
            EnrolmentState.WAITING: _("No seat is free. You stand in line and are told."),
        }.get(state, _("The centre has your request and will answer.")),
        "success",
    )
    return redirect(url_for(".my_course", enrolment_id=enrolment_id))


@bp.get("/mine")
@needs(SIGNED_IN)
def mine() -> ResponseReturnValue:
    rows = queries.my_courses(db.session(), current_actor(), reader().locale)
    return render_template(
        "courses/mine/list.html",
        live=[row for row in rows if row.state in LIVE],
        over=[row for row in rows if row.state not in LIVE],
        names=wording.enrolment_states(),
        chips=wording.ENROLMENT_CHIPS,
        standing=wording.standing,
        modes=wording.modes(),
    )


@bp.get("/mine/<int:enrolment_id>")
@needs(policy.ANSWER_SEAT)
def my_course(enrolment_id: int) -> ResponseReturnValue:
    found = one_or_404(queries.my_enrolment(current_actor(), enrolment_id))
    run, at = found.run, clock.now()
    waits = found.state is EnrolmentState.WAITING
    attendance, result, completion, certificates = queries.what_became_of(
        db.session(), current_actor(), found
    )
    rule = db.session.scalar(queries.rule_in_use(run.id))
    asked = db.session.scalar(queries.feedback_of(run.id))
    return render_template(
        "courses/mine/course.html",
        enrolment=found,
        run=run,
        words=for_reader(run.texts),
        stage=timetable.stage(run, run.meetings, at),
        names=wording.enrolment_states(),
        chips=wording.ENROLMENT_CHIPS,
        standing=wording.standing(found.state, found.removed_at),
        modes=wording.modes(),
        place=queries.place_in_line(db.session(), found) if waits else None,
        is_live=found.state in LIVE,
        presence={one.meeting_id: one for one in attendance},
        to_check_in={
            opened.meeting_id
            for _seat, opened in queries.own_check_ins(db.session(), current_actor(), at)
        }
        if found.state is EnrolmentState.ACCEPTED
        else set(),
        presences=wording.presences(),
        presence_chips=wording.PRESENCE_CHIPS,
        result=result,
        in_percent=wording.in_percent,
        completion=completion,
        rule=wording.rule_in_words(rule.rule) if rule else "",
        certificates=certificates,
        materials=queries.materials_for(db.session(), current_actor(), run.id),
        is_asked=asked is not None
        and found.state is EnrolmentState.ACCEPTED
        and not found.gave_feedback
        and takes_answers(timetable.span(run.meetings), asked.closes_at, at),
        promise=_promise_of(found),
        posts=_posts_of(found),
        post_answers=wording.post_answers(),
        post_chips=wording.POST_CHIPS,
        button=ButtonForm(formdata=None),
        at=at,
    )


class Promise(NamedTuple):
    """What somebody commits to by taking the seat, in their language if it was written in it."""

    locale: str
    words: str
    form: PromiseForm


def _promise_of(found: Enrolment) -> Promise | None:
    if found.application_id is None or found.state is not EnrolmentState.OFFERED:
        return None
    terms = db.session.scalar(queries.post_terms_of(found.run_id))
    if terms is None:
        return None
    words, locale = text_in(terms.commitment, reader().locale)
    form = PromiseForm(formdata=None, data={"promised": fingerprint(words)})
    return Promise(locale, words, form)


def _posts_of(found: Enrolment) -> list[PostQuestion]:
    if found.application_id is None:
        return []
    return list(db.session.scalars(queries.own_posts(current_actor(), found.id)))


@bp.post("/mine/<int:enrolment_id>/accept")
@needs(policy.ANSWER_SEAT)
def accept(enrolment_id: int) -> ResponseReturnValue:
    form = PromiseForm()

    def take(work: Work, enrolment: Enrolment) -> None:
        accept_seat(work, enrolment, promised=form.fingerprint())

    return _press(enrolment_id, take, _("The seat is yours."))


@bp.post("/mine/<int:enrolment_id>/leave")
@needs(policy.ANSWER_SEAT)
def leave_course(enrolment_id: int) -> ResponseReturnValue:
    return _press(enrolment_id, leave, _("You have given it back."))


def _press(
    enrolment_id: int, do: Callable[[Work, Enrolment], object], said: str
) -> ResponseReturnValue:
    def find(work: Work) -> Enrolment:
        enrolment = find_enrolment(work, enrolment_id)
        policy.ANSWER_SEAT.require(work.actor, enrolment)
        return enrolment

    to = url_for(".my_course", enrolment_id=enrolment_id)
    return settle(ButtonForm(), find=find, do=do, said=said, to=to)
