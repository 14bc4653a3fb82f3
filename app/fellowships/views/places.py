"""Pages on which an office asks host institutions for seats."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.fellowships import policy, queries
from app.fellowships.forms.places import PlaceForm
from app.fellowships.models import Call
from app.fellowships.operations import add_place, change_place, remove_place
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_call, office_page
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import Place
from app.organisations.models import Organisation
from app.organisations.queries import organisations_named
from app.organisations.states import OrganisationState


@bp.get("/office/<int:call_id>/places")
@needs(policy.VIEW)
def call_places(call_id: int) -> ResponseReturnValue:
    call = office_call(call_id)
    return office_page(
        "places",
        call,
        places=db.session.scalars(queries.places_of(call.id)).all(),
        may_edit=policy.EDIT.allows(current_actor(), call),
    )


@bp.get("/office/<int:call_id>/places/new")
@needs(policy.EDIT)
def new_place(call_id: int) -> ResponseReturnValue:
    """First the institution is found by any of its names, then asked for seats."""
    call = call_to_change(call_id)
    host = _host(request.args.get("host"))
    if host is None:
        text = " ".join(request.args.get("q", "").replace("\0", "").split())[:200]
        found = organisations_named(db.session(), text) if text else []
        return office_page("find_host", call, text=text, found=found)
    return _place_page(call, PlaceForm(), host=host)


def _host(told: str | None) -> Organisation | None:
    if not told or not (told.isascii() and told.isdigit()) or len(told) > 9:
        return None
    return db.session.scalar(
        select(Organisation).where(
            Organisation.id == int(told), Organisation.state == OrganisationState.ACTIVE
        )
    )


def _place_page(call: Call, form: PlaceForm, *, host: Organisation, **values: Any) -> str:
    return office_page("place", call, form=form, host=host, place=None, **values)


@bp.post("/office/<int:call_id>/places/new")
@needs(policy.EDIT)
def ask(call_id: int) -> ResponseReturnValue:
    host = _host(request.args.get("host"))
    if host is None:
        call_to_change(call_id)
        flash(_("Choose the institution first."), "warning")
        return redirect(url_for(".new_place", call_id=call_id))
    host_id = host.id

    def save(work: Work, call: Call, form: PlaceForm) -> None:
        key = form.request_key.data or ""
        if earlier_result(work, "ask host", key) is None:
            found = work.session.get_one(Organisation, host_id)
            place = add_place(work, call, found, form.asked())
            remember_result(work, "ask host", key, place.id)

    def page(call: Call, form: PlaceForm, **values: Any) -> str:
        return _place_page(
            call, form, host=one_or_404(select(Organisation).filter_by(id=host_id)), **values
        )

    again = edit_call(call_id, lambda _call, bound: PlaceForm(_form(bound=bound)), save, page)
    if again is not None:
        return again
    flash(_("The institution is asked. You are told when it answers."), "success")
    return redirect(url_for(".call_places", call_id=call_id))


def _form(*, bound: bool) -> Any:
    return request.form if bound else None


@bp.get("/office/<int:call_id>/places/<int:place_id>")
@needs(policy.EDIT)
def call_place(call_id: int, place_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    place = one_or_404(_place(call_id, place_id))
    return _change_page(call, place, PlaceForm(formdata=None, obj=place))


def _place(call_id: int, place_id: int) -> Any:
    return queries.places_visible_to(current_actor()).where(
        Place.id == place_id, Place.opportunity_id == call_id
    )


def _change_page(call: Call, place: Place, form: PlaceForm, **values: Any) -> str:
    return office_page(
        "place",
        call,
        form=form,
        host=place.host,
        place=place,
        named=queries.times_named(db.session(), place.id),
        remove=Button(formdata=None),
        **values,
    )


@bp.post("/office/<int:call_id>/places/<int:place_id>")
@needs(policy.EDIT)
def change(call_id: int, place_id: int) -> ResponseReturnValue:
    form = PlaceForm()
    try:
        with unit_of_work(current_actor()) as work:
            call = call_to_change(call_id)  # not locked: the place is, and then its call
            place = work.find(_place(call_id, place_id))
            if not form.validate():
                return _change_page(call, place, form), 422
            change_place(work, place, form.asked(), version=form.version.data)
    except (ChangedMeanwhile, RuleBroken) as refusal:
        return _change_again(call_id, place_id, form, refusal), 409
    flash(_("The institution is asked again and answers anew."), "success")
    return redirect(url_for(".call_places", call_id=call_id))


def _change_again(call_id: int, place_id: int, form: PlaceForm, refusal: Exception) -> str:
    call, place = call_to_change(call_id), one_or_404(_place(call_id, place_id))
    newest = None
    if isinstance(refusal, ChangedMeanwhile):
        newest = PlaceForm(formdata=None, obj=place)
        form.version.data = place.version
    return _change_page(call, place, form, refusals=[str(refusal)], newest=newest)


@bp.post("/office/<int:call_id>/places/<int:place_id>/remove")
@needs(policy.EDIT)
def remove(call_id: int, place_id: int) -> ResponseReturnValue:
    form = Button()
    with unit_of_work(current_actor()) as work:
        call = call_to_change(call_id)
        place = work.find(_place(call_id, place_id))
        if not form.validate():
            kept = PlaceForm(formdata=None, obj=place)
            return _change_page(call, place, kept, refusals=[form.first_error()]), 422
        remove_place(work, place)
    flash(_("The institution is no longer part of this call."), "success")
    return redirect(url_for(".call_places", call_id=call_id))
