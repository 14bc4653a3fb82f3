"""The page on which an office gives a country or a person more time."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.fellowships import policy, queries
from app.fellowships.forms.extending import CountryForm, PersonForm
from app.fellowships.models import Call
from app.fellowships.operations import extend_for_country, extend_for_person
from app.fellowships.queries.extending import later_deadlines
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_page
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.web import needs
from app.foundation.work import Work
from app.opportunities.forms import country_choices, wall
from app.organisations import queries as organisations


@bp.get("/office/<int:call_id>/later")
@needs(policy.EXTEND)
def later(call_id: int) -> ResponseReturnValue:
    return _page(call_to_change(call_id))


@bp.post("/office/<int:call_id>/later/country")
@needs(policy.EXTEND)
def later_for_country(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: CountryForm) -> None:
        work.session.refresh(call, ["countries"])
        extend_for_country(
            work,
            call,
            form.country.data,
            closes_wall=wall(form.closes.data) or "",
            reason=form.reason.data or "",
        )

    again = edit_call(call_id, _country_form, save, _page_for_country)
    return again or _done(
        call_id, _("The later deadline is published. Everybody concerned is told.")
    )


@bp.post("/office/<int:call_id>/later/person")
@needs(policy.EXTEND)
def later_for_person(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: PersonForm) -> None:
        extend_for_person(
            work,
            call,
            form.address.data or "",
            closes_wall=wall(form.closes.data) or "",
            reason=form.reason.data or "",
        )

    again = edit_call(call_id, _person_form, save, _page_for_person)
    return again or _done(call_id, _("The person has more time and is told."))


def _done(call_id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for(".later", call_id=call_id))


def _country_form(call: Call, *, bound: bool) -> CountryForm:
    form = CountryForm(formdata=request.form if bound else None)
    named = [row.country_code for row in db.session.scalars(queries.countries(call.id))]
    every = [country.code for country in db.session.scalars(organisations.countries())]
    form.country.choices = country_choices(named or every)
    form.zone = call.closes_zone or "UTC"
    return form


def _person_form(call: Call, *, bound: bool) -> PersonForm:
    form = PersonForm(formdata=request.form if bound else None)
    form.zone = call.closes_zone or "UTC"
    return form


def _page_for_country(call: Call, form: CountryForm, **values: Any) -> str:
    return _page(call, country=form, wrong=form, **values)


def _page_for_person(call: Call, form: PersonForm, **values: Any) -> str:
    return _page(call, person=form, wrong=form, **values)


def _page(call: Call, **values: Any) -> str:
    shown = {
        "country": values.pop("country", None) or _country_form(call, bound=False),
        "person": values.pop("person", None) or _person_form(call, bound=False),
    }
    given = db.session.scalars(later_deadlines(call.id)).all()
    return office_page("later", call, given=given, **shown, **values)
