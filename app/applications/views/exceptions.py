"""What is not met, and may be let pass: the applicant asks, and the office answers."""

from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.applications import policy, queries
from app.applications.forms.exceptions import AnswerExceptionForm, AskExceptionForm
from app.applications.models import Application, EligibilityException
from app.applications.operations import ask_for_exception, decline_exception, grant_exception
from app.applications.queries.checks import check_of, judged_by
from app.applications.queries.exceptions import exception_of, exceptions_visible_to
from app.applications.states import ApplicationState, ExceptionState
from app.applications.views.desk import desk
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.eligibility import Outcome, excepted

bp = Blueprint("exceptions", __name__, url_prefix="/applications/<int:application_id>/eligibility")
office = Blueprint(
    "exceptions_office",
    __name__,
    url_prefix="/tracking/<int:call_id>/<int:application_id>/eligibility",
)


@bp.get("")
@needs(policy.FILL_IN)
def conditions(application_id: int) -> ResponseReturnValue:
    return _page(application_id, AskExceptionForm(formdata=None))


@bp.post("")
@needs(policy.FILL_IN)
def ask(application_id: int) -> ResponseReturnValue:
    form = AskExceptionForm(request.form)
    return settle(
        form,
        find=lambda work: work.find(
            queries.applications_to_fill_in(work.actor).where(Application.id == application_id)
        ),
        do=lambda work, application: ask_for_exception(
            work, application, because=form.because.data or ""
        ),
        said=_("The office is asked. You get a mail as soon as it has answered."),
        to=url_for(".conditions", application_id=application_id),
        again=partial(_page, application_id, form),
    )


def _page(application_id: int, form: AskExceptionForm, refusal: str = "") -> str:
    db.session.rollback()
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    asked = db.session.scalar(exception_of(application_id))
    draft = found.application.state is ApplicationState.DRAFT
    return render_template(
        "applications/eligibility.html",
        desk=found,
        asked=asked,
        early=db.session.scalar(
            check_of(found.application.opportunity_id, found.application.applicant_id)
        ),
        judged=db.session.scalar(judged_by(application_id)),
        may_ask=asked is None and draft and not found.eligible and found.takes_applications,
        form=form,
        refusals=[refusal] if refusal else [],
    )


@office.get("")
@needs(policy.READ_EXCEPTION)
def asked(call_id: int, application_id: int) -> ResponseReturnValue:
    return _office_page(call_id, application_id, AnswerExceptionForm(formdata=None))


@office.post("")
@needs(policy.ANSWER_EXCEPTION)
def answer(call_id: int, application_id: int) -> ResponseReturnValue:
    form = AnswerExceptionForm(request.form)
    verb = grant_exception if request.form.get("do") == "grant" else decline_exception

    def find(work: Work) -> EligibilityException:
        found = work.find(_of_office(call_id, application_id))
        policy.ANSWER_EXCEPTION.require(work.actor, found)
        return found

    return settle(
        form,
        find=find,
        do=lambda work, asked: verb(
            work, asked, answer=form.answer.data or "", version=form.version.data
        ),
        said=_("It is answered; the applicant is told."),
        to=url_for(".asked", call_id=call_id, application_id=application_id),
        again=partial(_office_page, call_id, application_id, form),
    )


def _of_office(call_id: int, application_id: int) -> Select[EligibilityException]:
    actor = current_actor()
    return exceptions_visible_to(actor).where(
        EligibilityException.application_id == application_id,
        Application.opportunity_id == call_id,
        Application.applicant_id != actor.user_id,
    )


def _office_page(
    call_id: int, application_id: int, form: AnswerExceptionForm, refusal: str = ""
) -> str:
    db.session.rollback()
    found = one_or_404(_of_office(call_id, application_id))
    if form.version.data is None or refusal:
        form.version.data = found.version
    person = db.session.execute(
        queries.person_with_profile(found.application.applicant_id)
    ).scalar_one()
    results = queries.conditions(
        found.application.opportunity,
        person,
        queries.answers_kept(db.session(), application_id),
        session=db.session(),
    )
    about = [r for r in results if r.code in found.codes]
    if found.state is ExceptionState.GRANTED:
        about = excepted(about, found.codes)
    return render_template(
        "tracking/eligibility.html",
        a=found.application,
        opportunity=found.application.opportunity,
        asked=found,
        person=person,
        results=about,
        met=all(r.outcome is Outcome.MET for r in about),
        may_answer=policy.ANSWER_EXCEPTION.allows(current_actor(), found),
        form=form,
        refusals=[refusal] if refusal else [],
    )
