"""The pages on which an office says by which ways people come to it, and who nominates.

Every floor above whose opportunities take applications offers them at its own addresses.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.applications.forms.routes import EVERY, NAMED, NominatorForm, RouteForm
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
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.forms import wall, zone_choices
from app.organisations.models import Organisation
from app.organisations.queries import organisations_named
from app.organisations.states import OrganisationState


@dataclass(frozen=True)
class RouteSetting:
    """How one office sets the ways to its opportunities."""

    edit: Editing[Any]
    page: Callable[..., str]
    kinds: tuple[RouteKind, ...] = tuple(RouteKind)

    def offer(self, bp: Blueprint, base: str) -> None:
        """Give the pages their addresses, below `base` with the id of the opportunity in it."""
        way = f"{base}/routes/<kind>"
        nominator = f"{base}/nominators/<int:nominator_id>"
        for rule, method, view in (
            (f"{base}/routes", "GET", self.routes),
            (way, "GET", self.route),
            (way, "POST", self.save_route),
            (f"{way}/close", "POST", self.close_the_route),
            (f"{way}/name", "POST", self.name_body),
            (nominator, "GET", self.nominator),
            (nominator, "POST", self.change_terms),
            (f"{nominator}/drop", "POST", self.drop_body),
        ):
            bp.add_url_rule(rule, view.__name__, self._marked(view), methods=[method])

    def _marked(self, view: Callable[..., ResponseReturnValue]) -> Any:
        @needs(self.edit.may)
        @wraps(view)
        def marked(**named: Any) -> ResponseReturnValue:
            return view(**named)

        return marked

    def _to_change(self, call_id: int) -> Any:
        call = one_or_404(self.edit.of(current_actor(), call_id))
        self.edit.may.require(current_actor(), call)
        return call

    def _kind(self, told: str) -> RouteKind:
        kind = next((kind for kind in self.kinds if kind == told), None)
        if kind is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        return kind

    # --- the ways, and one of them

    def routes(self, call_id: int) -> ResponseReturnValue:
        call = self._to_change(call_id)
        kept = db.session.scalars(queries.routes_with_nominators(call.id)).all()
        return self.page(
            "routes",
            call,
            routes={route.kind: route for route in kept},
            names={kind: ROUTE_NAMES[kind] for kind in self.kinds},
        )

    def route(self, call_id: int, kind: str) -> ResponseReturnValue:
        way = _Way(self._kind(kind), self.page)
        call = self._to_change(call_id)
        return way.page(call, way.form(call, bound=False))

    def save_route(self, call_id: int, kind: str) -> ResponseReturnValue:
        way = _Way(self._kind(kind), self.page)
        again = self.edit(call_id, way.form, way.save, way.page)
        if again is not None:
            return again
        flash(_("This way is open to people from now on."), "success")
        if way.kind is RouteKind.DIRECT:
            return redirect(url_for(".routes", call_id=call_id))
        return redirect(url_for(".route", call_id=call_id, kind=kind))

    def close_the_route(self, call_id: int, kind: str) -> ResponseReturnValue:
        return settle(
            Button(),
            find=lambda work: self._route_to_change(work, call_id, kind),
            do=close_route,
            said=_("This way is closed."),
            to=url_for(".routes", call_id=call_id),
        )

    def name_body(self, call_id: int, kind: str) -> ResponseReturnValue:
        """Let an institution nominate by this way."""
        told = request.form.get("organisation", "")
        organisation_id = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0

        def do(work: Work, found: Route) -> None:
            organisation = work.session.scalar(
                select(Organisation).where(
                    Organisation.id == organisation_id,
                    Organisation.state == OrganisationState.ACTIVE,
                )
            )
            if organisation is None:
                raise RuleBroken(_("Choose the institution first."))
            name_nominator(work, found, organisation)

        return settle(
            Button(),
            find=lambda work: self._route_to_change(work, call_id, kind),
            do=do,
            said=_("This institution may nominate."),
            to=url_for(".route", call_id=call_id, kind=self._kind(kind).value),
        )

    def _route_to_change(self, work: Work, call_id: int, kind: str) -> Route:
        self._to_change(call_id)
        return work.find(queries.route_to_change(call_id, self._kind(kind)))

    # --- one body that nominates

    def nominator(self, call_id: int, nominator_id: int) -> ResponseReturnValue:
        call = self._to_change(call_id)
        found = one_or_404(queries.nominator_of(call.id, nominator_id))
        return self._nominator_page(call, found, _nominator_form(call, found, bound=False))

    def _nominator_page(
        self, call: Any, found: Nominator, form: NominatorForm, **values: Any
    ) -> str:
        return self.page(
            "nominator",
            call,
            form=form,
            nominator=found,
            button=Button(formdata=None),
            route_name=ROUTE_NAMES[found.route.kind],
            **values,
        )

    def change_terms(self, call_id: int, nominator_id: int) -> ResponseReturnValue:
        """Another quota or a later deadline, dated and with its reason."""
        try:
            with unit_of_work(current_actor()) as work:
                call = self._to_change(call_id)
                found = work.find(queries.nominator_of(call.id, nominator_id))
                form = _nominator_form(call, found, bound=True)
                if not form.validate():
                    return self._nominator_page(call, found, form), 422
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
            call = self._to_change(call_id)
            found = one_or_404(queries.nominator_of(call.id, nominator_id))
            again = _nominator_form(call, found, bound=True)
            again.version.data = found.version
            return self._nominator_page(call, found, again, refusals=[str(refusal)]), 409
        flash(_("What it may nominate is saved."), "success")
        return redirect(url_for(".route", call_id=call_id, kind=kind.value))

    def drop_body(self, call_id: int, nominator_id: int) -> ResponseReturnValue:
        call = self._to_change(call_id)
        kind = one_or_404(queries.nominator_of(call.id, nominator_id)).route.kind

        def find(work: Work) -> Nominator:
            self._to_change(call_id)
            return work.find(queries.nominator_of(call_id, nominator_id))

        return settle(
            Button(),
            find=find,
            do=drop_nominator,
            said=_("This institution nominates nobody any more."),
            to=url_for(".route", call_id=call_id, kind=kind.value),
        )


@dataclass(frozen=True)
class _Way:
    """The page of one way to come to an opportunity."""

    kind: RouteKind
    draw: Callable[..., str]

    def kept(self, call: Any) -> Route | None:
        return db.session.scalar(queries.route_of(call.id, self.kind))

    def form(self, call: Any, *, bound: bool) -> RouteForm:
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

    def save(self, work: Work, call: Any, form: RouteForm) -> None:
        open_route(work, call, self.kind, form.terms(), version=form.version.data)

    def page(self, call: Any, form: RouteForm, **values: Any) -> str:
        text = " ".join(request.args.get("q", "").replace("\0", "").split())[:200]
        return self.draw(
            "route",
            call,
            form=form,
            kind=self.kind,
            name=ROUTE_NAMES[self.kind],
            route=self.kept(call),
            text=text,
            found=organisations_named(db.session(), text) if text else [],
            button=Button(formdata=None),
            **values,
        )


def _there(moment: datetime | None, zone: str) -> datetime | None:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if moment else None


def _nominator_form(call: Any, found: Nominator, *, bound: bool) -> NominatorForm:
    zone = found.due_zone or found.route.due_zone or call.closes_zone or found.organisation.zone
    form = NominatorForm(
        formdata=request.form if bound else None,
        data={"quota": found.quota, "due": _there(found.due_at, zone), "version": found.version},
    )
    form.zone = zone
    return form
