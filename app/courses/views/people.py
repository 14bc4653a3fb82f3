"""The centre's pages of who comes: the roster, requests, the line, invitations."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.courses import policy, queries, wording
from app.courses.forms import ButtonForm
from app.courses.forms.people import InviteForm, TurnDownForm
from app.courses.models import CourseRun, Enrolment
from app.courses.operations import admit, find_enrolment, invite, remove, turn_down
from app.courses.states import EnrolmentMode, EnrolmentState
from app.courses.views import bp
from app.courses.views.running import run_of_centre, run_office_page, run_to_change
from app.courses.wording import standing
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs
from app.foundation.work import Work, unit_of_work


@bp.get("/office/dates/<int:run_id>/people")
@needs(policy.SEE_PEOPLE)
def people(run_id: int) -> ResponseReturnValue:
    run = run_of_centre(run_id)
    policy.SEE_PEOPLE.require(current_actor(), run)
    return _people_page(run, TurnDownForm(formdata=None))


def _people_page(
    run: CourseRun, form: TurnDownForm, status: int = 200, **values: Any
) -> ResponseReturnValue:
    everybody = queries.roster(db.session(), run.id)
    page: ResponseReturnValue = run_office_page(
        "people",
        run,
        status,
        form=form,
        groups=[
            (shown, [one for one in everybody if standing(one.state, one.removed_at) == shown])
            for shown in wording.IN_ORDER
        ],
        names=wording.enrolment_states(),
        chips=wording.ENROLMENT_CHIPS,
        held=sum(one.state in wording.HOLDING for one in everybody),
        shortlist=queries.shortlist_of(db.session(), run.id) if run.takes_applications else [],
        releases=queries.releases_of_run(db.session(), run.id) if run.asks_employer else {},
        release_names=wording.releases(),
        release_chips=wording.RELEASE_CHIPS,
        **values,
    )
    return page


@bp.post("/office/dates/<int:run_id>/people/<int:enrolment_id>/admit")
@needs(policy.DECIDE)
def admit_person(run_id: int, enrolment_id: int) -> ResponseReturnValue:
    def do(work: Work, enrolment: Enrolment) -> str:
        admit(work, enrolment)
        if enrolment.state is EnrolmentState.WAITING:
            return _("No seat is free: the person stands in line.")
        return _("The person has a seat and is told.")

    return settle(
        ButtonForm(),
        find=lambda work: _to_decide_on(work, run_id, enrolment_id),
        do=do,
        said=lambda said: said,
        to=url_for(".people", run_id=run_id),
    )


@bp.post("/office/dates/<int:run_id>/people/<int:enrolment_id>/turn-down")
@needs(policy.DECIDE)
def turn_person_down(run_id: int, enrolment_id: int) -> ResponseReturnValue:
    def do(work: Work, enrolment: Enrolment, reason: str) -> str:
        turn_down(work, enrolment, reason=reason)
        return _("The person is told, with your reason.")

    return _say_no(run_id, enrolment_id, do)


@bp.post("/office/dates/<int:run_id>/people/<int:enrolment_id>/remove")
@needs(policy.DECIDE)
def remove_person(run_id: int, enrolment_id: int) -> ResponseReturnValue:
    def do(work: Work, enrolment: Enrolment, reason: str) -> str:
        if remove(work, enrolment, reason=reason):
            return _(
                "The seat is taken back and offered to the next in line. The person is told why."
            )
        return _("The seat is taken back and free. The person is told why.")

    return _say_no(run_id, enrolment_id, do)


def _say_no(
    run_id: int, enrolment_id: int, do: Callable[[Work, Enrolment, str], str]
) -> ResponseReturnValue:
    """Do with one person what needs a reason, or show the page again with what was typed."""
    form = TurnDownForm()
    try:
        with unit_of_work(current_actor()) as work:
            enrolment = _to_decide_on(work, run_id, enrolment_id)
            if not form.validate():
                run = work.session.scalars(queries.run_to_open(work.actor, run_id)).unique().one()
                return _people_page(run, form, 422, about=enrolment_id)
            said = do(work, enrolment, form.reason.data or "")
    except RuleBroken as refusal:
        flash(str(refusal), "warning")
        return redirect(url_for(".people", run_id=run_id))
    flash(said, "success")
    return redirect(url_for(".people", run_id=run_id))


def _to_decide_on(work: Work, run_id: int, enrolment_id: int) -> Enrolment:
    enrolment = find_enrolment(work, enrolment_id)
    policy.DECIDE.require(work.actor, enrolment)
    if enrolment.run_id != run_id:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return enrolment


@bp.get("/office/dates/<int:run_id>/invitations")
@needs(policy.EDIT_RUN)
def invitations(run_id: int) -> ResponseReturnValue:
    return _invitations_page(run_to_change(run_id), InviteForm(formdata=None))


def _invitations_page(
    run: CourseRun, form: InviteForm, status: int = 200, **values: Any
) -> ResponseReturnValue:
    page: ResponseReturnValue = run_office_page(
        "invitations",
        run,
        status,
        form=form,
        invited=queries.addresses_invited(db.session(), run.id),
        by_invitation=run.enrolment_mode is EnrolmentMode.INVITATION,
        **values,
    )
    return page


@bp.post("/office/dates/<int:run_id>/invitations")
@needs(policy.EDIT_RUN)
def invite_people(run_id: int) -> ResponseReturnValue:
    form = InviteForm()
    try:
        with unit_of_work(current_actor()) as work:
            run = work.find(queries.run_to_open(work.actor, run_id))
            policy.EDIT_RUN.require(work.actor, run)
            if not form.validate():
                return _invitations_page(run, form, 422)
            number = invite(work, run, form.listed())
    except RuleBroken as refusal:
        return _invitations_page(run_to_change(run_id), form, 409, refusals=[str(refusal)])
    said = ngettext("%(num)s person is invited.", "%(num)s people are invited.", number)
    flash(said, "success")
    return redirect(url_for(".invitations", run_id=run_id))
