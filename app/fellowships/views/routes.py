"""The pages on which a call says by which ways people come to it, and who nominates."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.applications.models import Nominator, Route
from app.applications.operations import (
    change_nominator,
    close_route,
    drop_nominator,
    name_nominator,
    open_route,
)
from app.applications.queries import routes as queries
from app.applications.states import ROUTE_NAMES, RouteKind
from app.fellowships import policy
from app.fellowships.forms.publishing import ConfirmForm
from app.fellowships.forms.routes import EVERY, NAMED, NominatorForm, RouteForm
from app.fellowships.models import Call
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_page
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.forms import wall, zone_choices
from app.organisations.models import Organisation
from app.organisations.queries import organisations_named
from app.organisations.states import OrganisationState


@bp.get("/office/<int:call_id>/routes")
@needs(policy.EDIT)
def routes(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    kept = db.session.scalars(queries.routes_with_nominators(call.id)).all()
    return office_page(
        "routes", call, routes={route.kind: route for route in kept}, names=ROUTE_NAMES
    )


@bp.get("/office/<int:call_id>/routes/<kind>")
@needs(policy.EDIT)
def route(call_id: int, kind: str) -> ResponseReturnValue:
    page = _RoutePage(_kind(kind))
    call = call_to_change(call_id)
    return page.page(call, page.form(call, bound=False))


@bp.post("/office/<int:call_id>/routes/<kind>")
@needs(policy.EDIT)
def save_route(call_id: int, kind: str) -> ResponseReturnValue:
    page = _RoutePage(_kind(kind))
    again = edit_call(call_id, page.form, page.save, page.page)
    if again is not None:
        return again
    flash(_("This way is open to people from now on."), "success")
    if page.kind is RouteKind.DIRECT:
        return redirect(url_for(".routes", call_id=call_id))
    return redirect(url_for(".route", call_id=call_id, kind=kind))


def _kind(told: str) -> RouteKind:
    if told not in list(RouteKind):
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return RouteKind(told)


class _RoutePage:
    """One way to come to a call."""

    def __init__(self, kind: RouteKind) -> None:
        self.kind = kind

    def kept(self, call: Call) -> Route | None:
        return db.session.scalar(queries.route_of(call.id, self.kind))

    def form(self, call: Call, *, bound: bool) -> RouteForm:
        kept = self.kept(call)
        zone = (kept and kept.due_zone) or call.closes_zone or call.organisation.zone
        note = kept.note if kept else {}
        form = RouteForm(
            formdata=request.form if bound else None,
            data={
                "who": NAMED if kept and kept.named_only else EVERY,
                "quota": kept.quota if kept else None,
                "due": _there(kept.due_at if kept else None, zone),
                "zone": zone,
                "version": kept.version if kept else 0,
                **{f"note_{code}": note.get(code, "") for code in LANGUAGES},
            },
        )
        form.zone.choices = zone_choices(clock.now(), zone)
        form.shape_for(self.kind)
        return form

    def save(self, work: Work, call: Call, form: RouteForm) -> None:
        open_route(work, call, self.kind, form.terms(), version=form.version.data)

    def page(self, call: Call, form: RouteForm, **values: Any) -> str:
        text = " ".join(request.args.get("q", "").replace("\0", "").split())[:200]
        return office_page(
            "route",
            call,
            form=form,
            kind=self.kind,
            name=ROUTE_NAMES[self.kind],
            route=self.kept(call),
            text=text,
            found=organisations_named(db.session(), text) if text else [],
            button=ConfirmForm(formdata=None),
            **values,
        )


def _there(moment: datetime | None, zone: str) -> datetime | None:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None


@bp.post("/office/<int:call_id>/routes/<kind>/close")
@needs(policy.EDIT)
def close_the_route(call_id: int, kind: str) -> ResponseReturnValue:
    def close(work: Work, found: Route) -> None:
        close_route(work, found)

    said = _press(call_id, _kind(kind), close)
    flash(said or _("This way is closed."), "warning" if said else "success")
    return redirect(url_for(".routes", call_id=call_id))


@bp.post("/office/<int:call_id>/routes/<kind>/name")
@needs(policy.EDIT)
def name(call_id: int, kind: str) -> ResponseReturnValue:
    """Let an institution nominate by this way."""
    told = request.form.get("organisation", "")
    organisation_id = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0

    def do(work: Work, found: Route) -> None:
        organisation = work.session.scalar(
            select(Organisation).where(
                Organisation.id == organisation_id, Organisation.state == OrganisationState.ACTIVE
            )
        )
        if organisation is None:
            raise RuleBroken(_("Choose the institution first."))
        name_nominator(work, found, organisation)

    said = _press(call_id, _kind(kind), do)
    flash(said or _("This institution may nominate."), "warning" if said else "success")
    return redirect(url_for(".route", call_id=call_id, kind=kind))


def _press(call_id: int, kind: RouteKind, do: Any) -> str:
    """Do it with the route, found again; what is said when it cannot be done."""
    form = ConfirmForm()
    try:
        with unit_of_work(current_actor()) as work:
            policy.EDIT.require(work.actor, call_to_change(call_id))
            found = work.find(queries.route_to_change(call_id, kind))
            if not form.validate():
                return form.first_error()
            do(work, found)
    except RuleBroken as refusal:
        return str(refusal)
    return ""


@bp.get("/office/<int:call_id>/nominators/<int:nominator_id>")
@needs(policy.EDIT)
def nominator(call_id: int, nominator_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    found = one_or_404(queries.nominator_of(call.id, nominator_id))
    return _nominator_page(call, found, _nominator_form(call, found, bound=False))


def _nominator_form(call: Call, found: Nominator, *, bound: bool) -> NominatorForm:
    zone = _zone(call, found)
    form = NominatorForm(
        formdata=request.form if bound else None,
        data={
            "quota": found.quota,
            "due": _there(found.due_at, zone),
            "version": found.version,
        },
    )
    form.zone = zone
    return form


def _zone(call: Call, found: Nominator) -> str:
    return found.due_zone or found.route.due_zone or call.closes_zone or found.organisation.zone


def _nominator_page(call: Call, found: Nominator, form: NominatorForm, **values: Any) -> str:
    return office_page(
        "nominator",
        call,
        form=form,
        nominator=found,
        button=ConfirmForm(formdata=None),
        route_name=ROUTE_NAMES[found.route.kind],
        **values,
    )


@bp.post("/office/<int:call_id>/nominators/<int:nominator_id>")
@needs(policy.EDIT)
def change_terms(call_id: int, nominator_id: int) -> ResponseReturnValue:
    """Another quota or a later deadline, dated and with its reason."""
    try:
        with unit_of_work(current_actor()) as work:
            call = call_to_change(call_id)
            found = work.find(queries.nominator_of(call.id, nominator_id))
            form = _nominator_form(call, found, bound=True)
            if not form.validate():
                return _nominator_page(call, found, form), 422
            change_nominator(
                work,
                found,
                quota=int(form.quota.data or 0),
                due_wall=wall(form.due.data),
                zone=form.zone,
                because=form.because.data or "",
                version=form.version.data,
            )
            kind = found.route.kind
    except RuleBroken as refusal:
        call = call_to_change(call_id)
        found = one_or_404(queries.nominator_of(call.id, nominator_id))
        again = _nominator_form(call, found, bound=True)
        again.version.data = found.version
        return _nominator_page(call, found, again, refusals=[str(refusal)]), 409
    flash(_("What it may nominate is saved."), "success")
    return redirect(url_for(".route", call_id=call_id, kind=kind.value))


@bp.post("/office/<int:call_id>/nominators/<int:nominator_id>/drop")
@needs(policy.EDIT)
def drop(call_id: int, nominator_id: int) -> ResponseReturnValue:
    form = ConfirmForm()
    said = ""
    try:
        with unit_of_work(current_actor()) as work:
            call = call_to_change(call_id)
            found = work.find(queries.nominator_of(call.id, nominator_id))
            kind = found.route.kind
            if form.validate():
                drop_nominator(work, found)
            said = form.first_error()
    except RuleBroken as refusal:
        said = str(refusal)
    if said:
        flash(said, "warning")
        return redirect(url_for(".nominator", call_id=call_id, nominator_id=nominator_id))
    flash(_("This institution nominates nobody any more."), "success")
    return redirect(url_for(".route", call_id=call_id, kind=kind.value))
