"""Appeals: the applicant makes one, and somebody of the office answers it."""

from functools import partial

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.applications import policy, queries
from app.applications.forms.appeals import AnswerAppealForm, AppealForm
from app.applications.models import Appeal, Application
from app.applications.operations import dismiss_appeal, make_appeal, uphold_appeal
from app.applications.queries.appeals import appeal_of, appeals_visible_to, may_appeal_until
from app.applications.states import STATE_NAMES, ApplicationState
from app.applications.views.desk import desk
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work

bp = Blueprint("appealing", __name__, url_prefix="/applications/<int:application_id>/appeal")
office = Blueprint(
    "appeals", __name__, url_prefix="/tracking/<int:call_id>/<int:application_id>/appeal"
)


@bp.get("")
@needs(policy.APPEAL)
def appeal(application_id: int) -> ResponseReturnValue:
    return _page(application_id, AppealForm(formdata=None))


@bp.post("")
@needs(policy.APPEAL)
def make(application_id: int) -> ResponseReturnValue:
    form = AppealForm(request.form)
    return settle(
        form,
        find=lambda work: work.find(
            queries.own_applications(work.actor).where(Application.id == application_id)
        ),
        do=lambda work, application: make_appeal(work, application, reason=form.reason.data or ""),
        said=_("Your appeal is sent. Somebody who did not decide looks at it."),
        to=url_for(".appeal", application_id=application_id),
        again=partial(_page, application_id, form),
    )


def _page(application_id: int, form: AppealForm, refusal: str = "") -> str:
    db.session.rollback()
    query = queries.applications_to_fill_in(current_actor())
    found = desk(db.session(), one_or_404(query.where(Application.id == application_id)))
    made = db.session.scalar(appeal_of(application_id))
    until = may_appeal_until(found.application)
    if made is None and until is None:
        raise NotFound(_("There is no decision here that could be appealed."))
    return render_template(
        "applications/appeal.html",
        desk=found,
        appeal=made,
        until=until,
        at=clock.now(),
        form=form,
        refusals=[refusal] if refusal else [],
    )


@office.get("")
@needs(policy.READ_AS_OFFICE)
def made(call_id: int, application_id: int) -> ResponseReturnValue:
    return _office_page(call_id, application_id, AnswerAppealForm(formdata=None))


@office.post("")
@needs(policy.ANSWER_APPEAL)
def answer(call_id: int, application_id: int) -> ResponseReturnValue:
    form = AnswerAppealForm(request.form)
    verb = uphold_appeal if request.form.get("do") == "uphold" else dismiss_appeal

    def find(work: Work) -> Appeal:
        # Everybody locks the application first.
        query = queries.applications_visible_to(work.actor)
        work.find(query.where(Application.id == application_id))
        found = work.find(_of_office(call_id, application_id))
        policy.ANSWER_APPEAL.require(work.actor, found)
        return found

    return settle(
        form,
        find=find,
        do=lambda work, appeal: verb(
            work, appeal, answer=form.answer.data or "", version=form.version.data
        ),
        said=_("The appeal is answered; the applicant is told."),
        to=url_for(".made", call_id=call_id, application_id=application_id),
        again=partial(_office_page, call_id, application_id, form),
    )


def _of_office(call_id: int, application_id: int) -> Select[Appeal]:
    actor = current_actor()
    return appeals_visible_to(actor).where(
        Appeal.application_id == application_id,
        Application.opportunity_id == call_id,
        Application.applicant_id != actor.user_id,
    )


def _office_page(
    call_id: int, application_id: int, form: AnswerAppealForm, refusal: str = ""
) -> str:
    db.session.rollback()
    found = one_or_404(_of_office(call_id, application_id))
    if form.version.data is None or refusal:
        form.version.data = found.version
    return render_template(
        "tracking/appeal.html",
        a=found.application,
        opportunity=found.application.opportunity,
        appeal=found,
        against=STATE_NAMES[ApplicationState(found.against)],
        may_answer=policy.ANSWER_APPEAL.allows(current_actor(), found),
        decided=policy.decided_it.holds(current_actor(), found),
        form=form,
        refusals=[refusal] if refusal else [],
    )
