"""Pages of programmes: which there are, who works for them, and a new one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from app.accounts.models import RoleGrant, User
from app.accounts.queries import person_with_address
from app.fellowships import policy, queries
from app.fellowships.forms.programmes import AppointForm, ProgrammeForm, SaveProgrammeForm
from app.fellowships.operations import appoint, dismiss, open_programme, save_programme
from app.fellowships.views import bp
from app.foundation.actors import Role
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.opportunities.models import Programme
from app.organisations.models import Organisation
from app.organisations.queries import organisations_named
from app.organisations.states import OrganisationState


@bp.get("/programmes")
@needs(policy.SEE_OFFICE)
def programmes() -> ResponseReturnValue:
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    found = db.session.scalars(queries.programmes_visible_to(actor).limit(500)).all()
    ids = [programme.id for programme in found]
    people: dict[int, list[RoleGrant]] = {}
    for grant in db.session.scalars(queries.people_of_programmes(ids)):
        people.setdefault(grant.scope_id or 0, []).append(grant)
    return render_template(
        "fellowships/programmes/list.html",
        programmes=found,
        people=people,
        calls=queries.calls_of_programmes(db.session(), ids),
        may_open=policy.OPEN_PROGRAMME.allows(actor, None),
    )


@bp.get("/programmes/new")
@needs(policy.OPEN_PROGRAMME)
def new_programme() -> ResponseReturnValue:
    policy.OPEN_PROGRAMME.require(current_actor(), None)
    body = _body(request.args.get("organisation"))
    if body is None:
        text = " ".join(request.args.get("q", "").replace("\0", "").split())[:200]
        found = organisations_named(db.session(), text) if text else []
        return render_template("fellowships/programmes/find.html", text=text, found=found)
    return _new_page(body, ProgrammeForm(formdata=None))


def _body(told: str | None) -> Organisation | None:
    if not told or not (told.isascii() and told.isdigit()) or len(told) > 9:
        return None
    return db.session.scalar(
        select(Organisation).where(
            Organisation.id == int(told), Organisation.state == OrganisationState.ACTIVE
        )
    )


def _new_page(body: Organisation, form: ProgrammeForm, *refusals: str) -> str:
    return render_template(
        "fellowships/programmes/new.html", body=body, form=form, refusals=list(refusals)
    )


@bp.post("/programmes/new")
@needs(policy.OPEN_PROGRAMME)
def begin_programme() -> ResponseReturnValue:
    policy.OPEN_PROGRAMME.require(current_actor(), None)
    body = _body(request.args.get("organisation"))
    if body is None:
        flash(_("Choose the institution first."), "warning")
        return redirect(url_for(".new_programme"))
    body_id, form = body.id, ProgrammeForm()
    try:
        with unit_of_work(current_actor()) as work:
            found = work.session.get_one(Organisation, body_id)
            if not form.validate():
                return _new_page(found, form), 422
            opened = open_programme(
                work,
                found,
                ref=form.ref.data or "",
                name=form.name.data or "",
                summary=form.summary.data or "",
                request_key=form.request_key.data or "",
            )
    except RuleBroken as refusal:
        again = one_or_404(select(Organisation).where(Organisation.id == body_id))
        return _new_page(again, form, str(refusal)), 409
    flash(_("The programme is opened. Appoint who manages it."), "success")
    return redirect(url_for(".programme", programme_id=opened.id))


@bp.get("/programmes/<int:programme_id>")
@needs(policy.VIEW_PROGRAMME)
def programme(programme_id: int) -> ResponseReturnValue:
    found = one_or_404(_one(programme_id))
    return _page(found, SaveProgrammeForm(formdata=None, obj=found), AppointForm(formdata=None))


def _one(programme_id: int) -> Any:
    return queries.programmes_visible_to(current_actor()).where(Programme.id == programme_id)


def _page(found: Programme, form: SaveProgrammeForm, appointing: AppointForm, **values: Any) -> str:
    actor = current_actor()
    _offer_roles(appointing)
    return render_template(
        "fellowships/programmes/programme.html",
        programme=found,
        form=form,
        appointing=appointing,
        dismissing=Button(formdata=None),
        people=db.session.scalars(queries.people_of_programmes([found.id])).all(),
        may_save=policy.SAVE_PROGRAMME.allows(actor, found),
        may_appoint=policy.APPOINT.allows(actor, found),
        **values,
    )


def _offer_roles(form: AppointForm) -> AppointForm:
    form.role.choices = [
        SelectChoice(Role.MANAGER.value, _("Programme manager")),
        SelectChoice(Role.APPROVER.value, _("Approver")),
        SelectChoice(Role.REVIEWER.value, _("Reviewer")),
    ]
    return form


@bp.post("/programmes/<int:programme_id>")
@needs(policy.SAVE_PROGRAMME)
def change_programme(programme_id: int) -> ResponseReturnValue:
    form = SaveProgrammeForm()
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(_one(programme_id))
            policy.SAVE_PROGRAMME.require(work.actor, found)
            if not form.validate():
                return _page(found, form, AppointForm(formdata=None)), 422
            save_programme(
                work,
                found,
                name=form.name.data or "",
                summary=form.summary.data or "",
                version=form.version.data,
            )
    except ChangedMeanwhile as clash:
        found = one_or_404(_one(programme_id))
        newest = SaveProgrammeForm(formdata=None, obj=found)
        form.version.data = found.version
        empty = AppointForm(formdata=None)
        return _page(found, form, empty, refusals=[str(clash)], newest=newest), 409
    flash(_("The programme is saved."), "success")
    return redirect(url_for(".programme", programme_id=programme_id))


@bp.post("/programmes/<int:programme_id>/appoint")
@needs(policy.APPOINT)
def appoint_person(programme_id: int) -> ResponseReturnValue:
    form = _offer_roles(AppointForm())
    with unit_of_work(current_actor()) as work:
        found = work.find(_one(programme_id))
        policy.APPOINT.require(work.actor, found)
        user = _person(form) if form.validate() else None
        if user is None:
            return _page(found, SaveProgrammeForm(formdata=None, obj=found), form), 422
        appoint(work, found, user, Role(form.role.data))
    flash(_("The person is appointed and told."), "success")
    return redirect(url_for(".programme", programme_id=programme_id))


def _person(form: AppointForm) -> User | None:
    """Who signs in with this address; the field says so when nobody does."""
    user = db.session.scalar(person_with_address(form.email.data or ""))
    if user is None:
        form.email.errors = [_("Nobody signs in with this address. Ask them to sign up first.")]
    return user


@bp.post("/programmes/<int:programme_id>/dismiss/<int:grant_id>")
@needs(policy.APPOINT)
def dismiss_person(programme_id: int, grant_id: int) -> ResponseReturnValue:
    form = Button()
    with unit_of_work(current_actor()) as work:
        found = work.find(_one(programme_id))
        policy.APPOINT.require(work.actor, found)
        grant = work.find(queries.people_of_programmes([found.id]).where(RoleGrant.id == grant_id))
        if form.validate():
            dismiss(work, found, grant.user, grant)
    if form.errors:
        flash(form.first_error(), "warning")
    else:
        flash(_("The role is ended."), "success")
    return redirect(url_for(".programme", programme_id=programme_id))
