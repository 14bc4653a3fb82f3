"""Withdrawing one's application, and undoing it for a day."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications.models import Application
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationFlow, ApplicationState
from app.foundation import clock
from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.placements import operations as ops
from app.placements import policy, queries
from app.placements.deadlines import WITHDRAWAL_REVERSIBLE
from app.placements.forms import WithdrawForm
from app.placements.views.blueprint import bp


@bp.get("/withdraw/<int:application_id>")
@needs(policy.WITHDRAW)
def withdraw_page(application_id: int) -> ResponseReturnValue:
    query = applications_visible_to(current_actor()).where(Application.id == application_id)
    application = one_or_404(query)
    policy.WITHDRAW.require(current_actor(), application)
    return _page(application, WithdrawForm())


def _page(application: Application, form: WithdrawForm) -> str:
    until = None
    if application.withdrawn_at is not None and application.withdrawn_from:
        until = application.withdrawn_at + WITHDRAWAL_REVERSIBLE
    return render_template(
        "placements/withdraw.html",
        application=application,
        titles=queries.titles(db.session(), application.opportunity),
        form=form,
        button=Button(),
        withdrawn=application.state is ApplicationState.WITHDRAWN,
        possible=application.state in ApplicationFlow.withdraw.sources,
        until=until if until is not None and clock.now() <= until else None,
    )


@bp.post("/withdraw/<int:application_id>")
@needs(policy.WITHDRAW)
def withdraw(application_id: int) -> ResponseReturnValue:
    form = WithdrawForm(request.form)
    with unit_of_work(current_actor()) as work:
        application = ops.find_application(work, application_id)
        policy.WITHDRAW.require(work.actor, application)
        if not form.validate():
            return _page(application, form), 422
        if application.state is not ApplicationState.WITHDRAWN:  # sent twice, done once
            ops.withdraw_application(work, application, reason=form.reason.data or "")
    flash(_("Your application is withdrawn. For 24 hours you can undo this."), "success")
    return redirect(url_for(".withdraw_page", application_id=application_id))


@bp.post("/withdraw/<int:application_id>/undo")
@needs(policy.WITHDRAW)
def undo(application_id: int) -> ResponseReturnValue:
    form = Button(request.form)
    with unit_of_work(current_actor()) as work:
        application = ops.find_application(work, application_id)
        policy.WITHDRAW.require(work.actor, application)
        if not form.validate():
            flash(form.first_error(), "warning")
            return redirect(url_for(".withdraw_page", application_id=application_id))
        ops.undo_withdrawal(work, application)
        state = application.state
    if state is ApplicationState.SHORTLISTED:
        flash(_("Your application stands again. The office decides on its seats."), "success")
    else:
        flash(_("Your application stands again, as it did before."), "success")
    return redirect(url_for("applications.application", application_id=application_id))
