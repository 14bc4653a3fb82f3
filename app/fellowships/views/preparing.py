"""Pages on which a call is prepared: its texts, its window, whom it is for, what it offers."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.fellowships import policy, queries
from app.fellowships.forms.calls import (
    AudienceForm,
    TermsForm,
    TextForm,
    WindowForm,
    audience_values,
    call_values,
)
from app.fellowships.models import Call
from app.fellowships.operations import (
    Terms,
    save_audience,
    save_call,
    save_terms,
    save_window,
    translate_call,
)
from app.fellowships.views import bp
from app.fellowships.views.editing import call_to_change, edit_call, office_page
from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.text_pages import TextPage
from app.foundation.web import needs
from app.foundation.work import Work
from app.opportunities.forms import country_choices, zone_choices
from app.opportunities.models import OpportunityText
from app.organisations import queries as organisations

TERMS = [field.name for field in fields(Terms)]


def _sent(*, bound: bool) -> Any:
    return request.form if bound else None


# --- texts


@bp.get("/office/<int:call_id>/texts")
@needs(policy.EDIT)
def texts(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return redirect(url_for(".text", call_id=call.id, locale=call.original_locale))


class _TextPage(TextPage[Call, TextForm]):
    """The text of a call in one language."""

    edit, asks = edit_call, TextForm

    def texts(self, call: Call) -> Sequence[OpportunityText]:
        return db.session.scalars(queries.texts(call.id)).all()

    def save(self, work: Work, call: Call, form: TextForm) -> None:
        if self.locale == call.original_locale:
            save_call(work, call, form.text(), version=form.version.data)
        else:
            translate_call(work, call, form.text(), locale=self.locale, version=form.version.data)

    def page(self, call: Call, form: TextForm, **values: Any) -> str:
        written = {text.locale: text for text in self.texts(call)}
        return office_page("text", call, form=form, written=written, **self.beside(call), **values)


@bp.get("/office/<int:call_id>/texts/<locale>")
@needs(policy.EDIT)
def text(call_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).show(call_id)


@bp.post("/office/<int:call_id>/texts/<locale>")
@needs(policy.EDIT)
def save_text(call_id: int, locale: str) -> ResponseReturnValue:
    to = url_for(".text", call_id=call_id, locale=locale)
    return _TextPage(locale).write(call_id, to=to)


# --- window


@bp.get("/office/<int:call_id>/window")
@needs(policy.EDIT)
def window(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _window_page(call, _window_form(call, bound=False))


@bp.post("/office/<int:call_id>/window")
@needs(policy.EDIT)
def set_window(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: WindowForm) -> None:
        save_window(work, call, form.window(), version=form.version.data)

    return edit_call.settle(
        call_id,
        _window_form,
        save,
        _window_page,
        said=_("The opening and the deadline are saved."),
        to=url_for(".window", call_id=call_id),
    )


def _window_form(call: Call, *, bound: bool) -> WindowForm:
    zone = call.closes_zone or call.organisation.zone
    kept = call_values(call, zone)
    form = WindowForm(
        formdata=_sent(bound=bound),
        data={
            "opens": kept["opens"],
            "closes": kept["closes"],
            "zone": zone,
            "grace_minutes": call.grace_minutes,
            "version": call.version,
        },
    )
    form.zone.choices = zone_choices(clock.now(), zone)
    return form


def _window_page(call: Call, form: WindowForm, **values: Any) -> str:
    return office_page("window", call, form=form, **values)


# --- audience


@bp.get("/office/<int:call_id>/audience")
@needs(policy.EDIT)
def audience(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _audience_page(call, _audience_form(call, bound=False))


@bp.post("/office/<int:call_id>/audience")
@needs(policy.EDIT)
def set_audience(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: AudienceForm) -> None:
        save_audience(work, call, form.audience(), version=form.version.data)

    return edit_call.settle(
        call_id,
        _audience_form,
        save,
        _audience_page,
        said=_("Who may apply is saved."),
        to=url_for(".audience", call_id=call_id),
    )


def _audience_form(call: Call, *, bound: bool) -> AudienceForm:
    named = [row.country_code for row in db.session.scalars(queries.countries(call.id))]
    form = AudienceForm(
        formdata=_sent(bound=bound),
        data={
            "countries": named,
            "tracks": call.tracks,
            "languages": call.languages,
            "version": call.version,
            **audience_values(call.eligibility),
        },
    )
    known = [country.code for country in db.session.scalars(organisations.countries())]
    form.countries.choices = country_choices(sorted({*known, *named}))
    form.residence.choices = country_choices(sorted({*known, *audience_residence(call)}))
    home = (call.eligibility.get("home_institution") or {}).get("in") or []
    form.home_in.choices = country_choices(sorted({*known, *home}))
    return form


def audience_residence(call: Call) -> list[str]:
    return list(call.eligibility.get("residence") or [])


def _audience_page(call: Call, form: AudienceForm, **values: Any) -> str:
    return office_page("audience", call, form=form, **values)


# --- terms


@bp.get("/office/<int:call_id>/terms")
@needs(policy.EDIT)
def terms(call_id: int) -> ResponseReturnValue:
    call = call_to_change(call_id)
    return _terms_page(call, _terms_form(call, bound=False))


@bp.post("/office/<int:call_id>/terms")
@needs(policy.EDIT)
def set_terms(call_id: int) -> ResponseReturnValue:
    def save(work: Work, call: Call, form: TermsForm) -> None:
        save_terms(work, call, form.terms(), version=form.version.data)

    return edit_call.settle(
        call_id,
        _terms_form,
        save,
        _terms_page,
        said=_("What the call offers is saved."),
        to=url_for(".terms", call_id=call_id),
    )


def _terms_form(call: Call, *, bound: bool) -> TermsForm:
    zone = call.closes_zone or call.organisation.zone
    kept = {name: getattr(call, name) for name in TERMS}
    form = TermsForm(
        formdata=_sent(bound=bound),
        data={**kept, **call_values(call, zone), "version": call.version},
    )
    form.zone = zone
    return form


def _terms_page(call: Call, form: TermsForm, **values: Any) -> str:
    return office_page("terms", call, form=form, **values)
