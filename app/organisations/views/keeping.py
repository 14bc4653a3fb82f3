"""What the secretariat does: adding, correcting and ending organisations."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.organisations import policy, queries
from app.organisations.facts import is_ref
from app.organisations.forms import EndForm, OrganisationForm, choices_of
from app.organisations.models import Organisation
from app.organisations.operations import (
    add_organisation,
    close_organisation,
    edit_organisation,
    merge_organisation,
    new_ref,
    reopen_organisation,
)
from app.organisations.views import bp
from app.organisations.views.lists import tidy_words

Page = tuple[str, int]


@bp.get("/organisations/new")
@needs(policy.ADD)
def new() -> ResponseReturnValue:
    policy.ADD.require(current_actor(), None)
    form = OrganisationForm(formdata=None)
    form.offer(db.session.scalars(queries.countries()))
    form.request_key.data = secrets.token_urlsafe(16)
    return _form_page(form)


@bp.post("/organisations/new")
@needs(policy.ADD)
def add() -> ResponseReturnValue:
    policy.ADD.require(current_actor(), None)
    form = OrganisationForm(request.form)
    try:
        with unit_of_work(current_actor()) as work:
            form.offer(work.session.scalars(queries.countries()))
            if not form.validate():
                return _form_page(form, status=422)
            facts = form.facts(new_ref(form.country_code.data))
            organisation = add_organisation(
                work, facts=facts, centre=form.centre(), request_key=form.request_key.data or ""
            )
    except RuleBroken as rule:
        return _form_page(form, status=422, others=[str(rule)])
    flash(_("The organisation is in the list now."), "success")
    return _to_page(organisation.ref)


@bp.get("/organisations/<ref>/edit")
@needs(policy.KEEP)
def edit(ref: str) -> ResponseReturnValue:
    organisation = one_or_404(queries.organisation_to_keep(ref))
    policy.KEEP.require(current_actor(), organisation)
    form = OrganisationForm(formdata=None)
    form.offer(db.session.scalars(queries.countries()))
    form.show(organisation)
    return _form_page(form, organisation)


@bp.post("/organisations/<ref>/edit")
@needs(policy.KEEP)
def save(ref: str) -> ResponseReturnValue:
    form = OrganisationForm(request.form)
    try:
        with unit_of_work(current_actor()) as work:
            organisation = work.find(queries.organisation_to_keep(ref))
            policy.KEEP.require(work.actor, organisation)
            form.offer(work.session.scalars(queries.countries()))
            if not form.validate():
                return _form_page(form, organisation, status=422)
            edit_organisation(
                work,
                organisation,
                facts=form.facts(ref, organisation.names),
                centre=form.centre(organisation),
                version=form.version.data,
            )
    except ChangedMeanwhile:
        return _both_versions(form, ref)
    except RuleBroken as rule:
        kept = one_or_404(queries.organisation_to_keep(ref))
        return _form_page(form, kept, status=422, others=[str(rule)])
    flash(_("Saved."), "success")
    return _to_page(ref)


def _both_versions(form: OrganisationForm, ref: str) -> Page:
    """Somebody saved meanwhile: what they saved stands beside what was typed here."""
    organisation = one_or_404(queries.organisation_to_keep(ref))
    theirs = OrganisationForm(formdata=None)
    theirs.offer(db.session.scalars(queries.countries()))
    theirs.show(organisation)
    mine = {name: value for name, _label, value in form.shown()}
    apart = [(label, value) for name, label, value in theirs.shown() if value != mine[name]]
    form.version.data = organisation.version
    return _form_page(form, organisation, status=409, theirs=apart)


@bp.get("/organisations/<ref>/end")
@needs(policy.KEEP)
def end(ref: str) -> ResponseReturnValue:
    organisation = one_or_404(queries.organisation_to_keep(ref))
    policy.KEEP.require(current_actor(), organisation)
    form = EndForm(formdata=None)
    return _end_page(form, organisation)


@bp.post("/organisations/<ref>/end")
@needs(policy.KEEP)
def finish(ref: str) -> ResponseReturnValue:
    form = EndForm(request.form)
    try:
        with unit_of_work(current_actor()) as work:
            both = queries.locked_together(ref, form.successor.data or "")
            work.session.execute(both).all()
            organisation = work.find(queries.organisation_to_keep(ref))
            policy.KEEP.require(work.actor, organisation)
            successor = _successor(work, form)
            if "look" in request.form:
                return _end_page(form, organisation)
            if not _is_whole(form, successor):
                return _end_page(form, organisation, status=422)
            if form.how.data == "merged" and successor is not None:
                merge_organisation(work, organisation, successor, on=form.on.data)
            else:
                close_organisation(work, organisation, on=form.on.data)
    except RuleBroken as rule:
        form.successor.errors = [str(rule)]
        kept = one_or_404(queries.organisation_to_keep(ref))
        return _end_page(form, kept, status=422)
    flash(_("The page stays, and says what became of the organisation."), "success")
    return _to_page(ref)


def _is_whole(form: EndForm, successor: Organisation | None) -> bool:
    valid = form.validate()
    if form.how.data == "merged" and successor is None:
        form.successor.errors = [_("Look for the other organisation and choose it.")]
        return False
    return bool(valid)


def _successor(work: Work, form: EndForm) -> Organisation | None:
    """The body that was chosen; what was looked for becomes the choices."""
    chosen = form.successor.data or ""
    found = queries.organisations_named(work.session, tidy_words(form.find.data or ""), limit=10)
    query = select(Organisation).where(Organisation.ref == (chosen if is_ref(chosen) else ""))
    one = work.session.scalars(query).one_or_none()
    if one is not None and one.ref not in {o.ref for o in found}:
        found.insert(0, one)
    form.successor.choices = choices_of(
        (o.ref, f"{o.name}, {o.city}" if o.city else o.name) for o in found
    )
    return one


@bp.post("/organisations/<ref>/reopen")
@needs(policy.KEEP)
def reopen(ref: str) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        organisation = work.find(queries.organisation_to_keep(ref))
        reopen_organisation(work, organisation)
    flash(_("The organisation exists again."), "success")
    return _to_page(ref)


def _to_page(ref: str) -> ResponseReturnValue:
    return redirect(url_for("public.organisation", ref=ref))


def _form_page(
    form: OrganisationForm,
    organisation: Organisation | None = None,
    *,
    status: int = 200,
    others: list[str] | None = None,
    theirs: list[tuple[str, str]] | None = None,
) -> Page:
    page = render_template(
        "organisations/form.html",
        form=form,
        organisation=organisation,
        others=others or [],
        theirs=theirs or [],
    )
    return page, status


def _end_page(form: EndForm, organisation: Organisation, *, status: int = 200) -> Page:
    return render_template("organisations/end.html", form=form, organisation=organisation), status
