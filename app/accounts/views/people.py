"""The secretariat's list of people: who they are, their roles, whether their account is open."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.accounts import appointments, policy, queries
from app.accounts.forms import RoleForm
from app.accounts.models import RoleGrant, User
from app.accounts.operations import disable_account, enable_account, end_role, grant_role
from app.accounts.views.blueprint import bp
from app.foundation import clock, languages
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.organisations.queries import organisations_named


@bp.get("/people")
@needs(policy.SEE_PEOPLE)
def people() -> ResponseReturnValue:
    policy.SEE_PEOPLE.require(current_actor(), None)
    text = request.args.get("q", "").replace("\0", "")[:200].strip()
    found = db.session.scalars(queries.people_found(current_actor(), text, _after())).all()
    more = found[queries.PAGE - 1] if len(found) > queries.PAGE else None
    return render_template(
        "accounts/people.html", people=found[: queries.PAGE], text=text, more=more, now=clock.now()
    )


def _after() -> tuple[str, int] | None:
    """The row the page follows; nonsense reads as the first page."""
    key, _dash, number = request.args.get("after", "")[:1000].rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10 and key.isalnum()):
        return None
    return key, int(number)


@bp.get("/people/<int:person_id>")
@needs(policy.SEE_PEOPLE)
def person(person_id: int) -> ResponseReturnValue:
    policy.SEE_PEOPLE.require(current_actor(), None)
    someone = one_or_404(queries.person_to_manage(current_actor(), person_id))
    return _page(someone, _form(db.session(), someone, sent=False))


@bp.post("/people/<int:person_id>/roles")
@needs(policy.GRANT_ROLE)
def give(person_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        policy.GRANT_ROLE.require(work.actor, None)
        someone = work.find(queries.person_to_manage(work.actor, person_id))
        form = _form(work.session, someone, sent=True)
        if request.form.get("do") == "find":
            return _page(someone, form)
        if not form.validate():
            return _page(someone, form), 422
        scope, scope_id = _object(form.on.data)
        grant_role(
            work,
            someone,
            Role(form.role.data),
            scope,
            scope_id,
            country=form.country.data or None,
            until=_end_of(form.until.data),
            on=next(c.label for c in form.on.choices if c.value == form.on.data),
        )
    flash(_("The role is given. The person is told by mail."), "success")
    return redirect(url_for(".person", person_id=person_id))


@bp.post("/people/<int:person_id>/roles/<int:grant_id>/end")
@needs(policy.GRANT_ROLE)
def end_grant(person_id: int, grant_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        policy.GRANT_ROLE.require(work.actor, None)
        someone = work.find(queries.person_to_manage(work.actor, person_id))
        _pressed()
        grant = next((g for g in someone.grants if g.id == grant_id), None)
        if grant is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        end_role(work, someone, grant)
    flash(_("The role has ended."), "success")
    return redirect(url_for(".person", person_id=person_id))


@bp.post("/people/<int:person_id>/account")
@needs(policy.DISABLE)
def open_or_close(person_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        policy.SEE_PEOPLE.require(work.actor, None)
        someone = work.find(queries.person_to_manage(work.actor, person_id))
        _pressed()
        if someone.active:
            disable_account(work, someone)
        else:
            enable_account(work, someone)
        said = _("The account is open again.") if someone.active else _("The account is closed.")
    flash(said, "success")
    return redirect(url_for(".person", person_id=person_id))


def _pressed() -> None:
    form = Button(request.form)
    if not form.validate():
        raise RuleBroken(form.first_error())


def _form(session: Session, someone: User, *, sent: bool) -> RoleForm:
    """With what a role can be on: programmes, the person's own institution, and those found."""
    objects = [
        (f"programme-{number}", name)
        for number, name in appointments.objects_of(session, Scope.PROGRAMME)
    ]
    asked = request.values.get("institution", "").replace("\0", "")[:200].strip()
    bodies = organisations_named(session, asked, limit=20) if asked else []
    objects += [(f"organisation-{b.id}", b.name) for b in bodies]
    if someone.home_institution_id and someone.home_institution_id not in {b.id for b in bodies}:
        home = session.scalar(queries.institution(someone.home_institution_id))
        objects += [(f"organisation-{home.id}", home.name)] if home else []
    return RoleForm(request.form if sent else None, objects=objects)


def _object(chosen: str) -> tuple[Scope, int | None]:
    """The choice as a scope and an id; the form has checked that it was offered."""
    if chosen == "everything":
        return Scope.EVERYTHING, None
    scope, _dash, number = chosen.partition("-")
    return Scope(scope), int(number)


def _end_of(day: object) -> datetime | None:
    """The first moment after the last day, in the reader's zone."""
    if not isinstance(day, date):
        return None
    zone = ZoneInfo(languages.reader().zone or "UTC")
    return datetime.combine(day + timedelta(days=1), time(), zone)


def _page(someone: User, form: RoleForm) -> str:
    names = dict(appointments.objects_of(db.session(), Scope.PROGRAMME))
    ids = {g.scope_id for g in someone.grants if g.scope is Scope.ORGANISATION and g.scope_id}
    bodies = {b.id: b.name for b in db.session.scalars(queries.organisations_by_id(ids))}

    def named(grant: RoleGrant) -> str:
        if grant.scope is Scope.EVERYTHING:
            return _("Everything")
        known = names if grant.scope is Scope.PROGRAMME else bodies
        return known.get(grant.scope_id or 0, f"{grant.scope} {grant.scope_id}")

    return render_template(
        "accounts/person.html",
        someone=someone,
        form=form,
        named=named,
        now=clock.now(),
        may_close=policy.DISABLE.allows(current_actor(), someone),
    )
