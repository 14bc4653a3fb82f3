"""Pages on which a centre writes its facilities, publishes them and closes them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications.queries import has_form
from app.applications.views.form_building import FormBuilder
from app.applications.views.rubric_building import RubricBuilder
from app.facilities import policy, queries, wording
from app.facilities.forms import NewFacilityForm, TermsForm, WordsForm
from app.facilities.models import Facility
from app.facilities.operations import (
    begin_facility,
    close_facility,
    give_up_facility,
    publish_facility,
    reopen_facility,
    save_facility,
    save_facility_form,
    save_facility_rubric,
    save_facility_text,
)
from app.facilities.views import bp
from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import LANGUAGES, reader
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.text_pages import TextPage
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.deadlines import closing_day
from app.opportunities.forms import ReasonForm
from app.opportunities.states import OpportunityState
from app.organisations.models import Organisation
from app.organisations.queries import country_codes

begin_at: Editing[Organisation] = Editing(of=queries.own_centre, may=policy.BEGIN)
edit: Editing[Facility] = Editing(of=queries.facility_to_change, may=policy.EDIT)
SHOWN = (
    *("available", "most", "days_to_answer", "location", "contact", "tracks", "costs_nothing"),
    *("licence", "personal_data", "use_in", "version"),
)


@bp.get("/office")
@needs(policy.SEE_OFFICE)
def office() -> ResponseReturnValue:
    """What one's centres offer, with what waits there and what is in use today."""
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    own = db.session.scalars(queries.own_centres(actor)).all()
    ids, today = [one.id for one in own], clock.now().date()
    return render_template(
        "facilities/office/facilities.html",
        own=own,
        rows=queries.facilities_of(db.session(), ids, today, reader().locale),
        wording=wording,
    )


@bp.get("/office/new/<int:centre_id>")
@needs(policy.BEGIN)
def new_facility(centre_id: int) -> ResponseReturnValue:
    centre = one_or_404(queries.own_centre(current_actor(), centre_id))
    return _new_page(centre, _new_form(centre, bound=False))


@bp.post("/office/new/<int:centre_id>")
@needs(policy.BEGIN)
def begin(centre_id: int) -> ResponseReturnValue:
    def save(work: Work, centre: Organisation, form: NewFacilityForm) -> int:
        key = form.request_key.data or ""
        return begin_facility(work, centre, form.terms(), form.words(), request_key=key).id

    return begin_at.settle(
        centre_id,
        _new_form,
        save,
        _new_page,
        said=_("Only your centre sees it until you publish it."),
        to=lambda made: url_for(".office_facility", facility_id=made),
    )


def _new_form(_centre: Organisation, *, bound: bool) -> NewFacilityForm:
    form = NewFacilityForm(formdata=request.form if bound else None)
    form.among(_countries())
    return form


def _countries() -> list[str]:
    return list(db.session.scalars(country_codes()))


def _new_page(centre: Organisation, form: NewFacilityForm, **values: Any) -> str:
    return render_template("facilities/office/new.html", centre=centre, form=form, **values)


@bp.get("/office/<int:facility_id>")
@needs(policy.EDIT)
def office_facility(facility_id: int) -> ResponseReturnValue:
    return _page(facility_id)


def _page(facility_id: int, giving_up: ReasonForm | None = None, *refusals: str) -> str:
    found = edit.found(facility_id)
    return shown(
        "facilities/office/facility",
        found,
        giving_up=giving_up or ReasonForm(formdata=None),
        has_form=db.session.scalar(has_form(found.id)),
        refusals=refusals,
    )


def shown(template: str, found: Facility, **values: Any) -> str:
    """A page of a facility in its office."""
    return render_template(
        f"{template}.html",
        facility=found,
        wording=wording,
        all_languages=LANGUAGES,
        over=found.state is OpportunityState.CANCELLED,
        **values,
    )


@bp.get("/office/<int:facility_id>/terms")
@needs(policy.EDIT)
def terms(facility_id: int) -> ResponseReturnValue:
    found = edit.found(facility_id)
    return _terms_page(found, _terms_form(found, bound=False))


@bp.post("/office/<int:facility_id>/terms")
@needs(policy.EDIT)
def save_terms(facility_id: int) -> ResponseReturnValue:
    def save(work: Work, found: Facility, form: TermsForm) -> None:
        save_facility(work, found, form.terms(), version=form.version.data)

    return edit.settle(
        facility_id,
        _terms_form,
        save,
        _terms_page,
        said=_("What there is to use is saved."),
        to=url_for(".office_facility", facility_id=facility_id),
    )


def _terms_form(found: Facility, *, bound: bool) -> TermsForm:
    kept = {name: getattr(found, name) for name in SHOWN} | {
        "type": found.type.value,
        "unit": found.unit.value,
        "per": found.per.value,
        "first_on": found.starts_on,
        "last_on": found.ends_on,
        "closes_on": closing_day(found.closes_at, found.closes_zone),
    }
    form = TermsForm(formdata=request.form if bound else None, data=kept)
    form.among([*_countries(), *found.use_in])
    return form


def _terms_page(found: Facility, form: TermsForm, **values: Any) -> str:
    return shown("facilities/office/terms", found, form=form, **values)


class _TextPage(TextPage[Facility, WordsForm]):
    """What a facility says in one language, with the conditions of its use."""

    edit, asks = edit, WordsForm

    def more(self, found: Facility) -> dict[str, Any]:
        return {"conditions": self._conditions(found, self.locale)}

    def _conditions(self, found: Facility, locale: str) -> str:
        return next((one.words for one in found.conditions if one.locale == locale), "")

    def save(self, work: Work, found: Facility, form: WordsForm) -> None:
        save_facility_text(work, found, form.words(), locale=self.locale, version=form.version.data)

    def page(self, found: Facility, form: WordsForm, **values: Any) -> str:
        return shown(
            "facilities/office/text",
            found,
            form=form,
            original_conditions=self._conditions(found, found.original_locale),
            **self.beside(found),
            **values,
        )


@bp.get("/office/<int:facility_id>/texts/<locale>")
@needs(policy.EDIT)
def text(facility_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).show(facility_id)


@bp.post("/office/<int:facility_id>/texts/<locale>")
@needs(policy.EDIT)
def write_text(facility_id: int, locale: str) -> ResponseReturnValue:
    to = url_for(".office_facility", facility_id=facility_id)
    return _TextPage(locale).write(facility_id, to=to)


def _built(folder: str) -> Callable[..., str]:
    """A page of a builder, in the layout of the office."""

    def page(template: str, found: Facility, **values: Any) -> str:
        layout = "facilities/office/layout.html"
        return shown(f"{folder}/{template}", found, call=found, checks=[], layout=layout, **values)

    return page


FormBuilder(edit=edit, save=save_facility_form, page=_built("form_building")).offer(
    bp, "/office/<int:call_id>/form"
)
RubricBuilder(edit=edit, save=save_facility_rubric, page=_built("rubric_building")).offer(
    bp, "/office/<int:call_id>/rubric"
)


@bp.post("/office/<int:facility_id>/publish")
@needs(policy.EDIT)
def publish(facility_id: int) -> ResponseReturnValue:
    return _press(facility_id, publish_facility, _("Everybody sees it now, and may apply."))


@bp.post("/office/<int:facility_id>/close")
@needs(policy.EDIT)
def close(facility_id: int) -> ResponseReturnValue:
    return _press(facility_id, close_facility, _("Nobody can apply any more."))


@bp.post("/office/<int:facility_id>/reopen")
@needs(policy.EDIT)
def reopen(facility_id: int) -> ResponseReturnValue:
    return _press(facility_id, reopen_facility, _("People may apply again."))


def _press(
    facility_id: int, do: Callable[[Work, Facility], object], said: str
) -> ResponseReturnValue:
    to = url_for(".office_facility", facility_id=facility_id)
    return edit.press(facility_id, do, said=said, to=to)


@bp.post("/office/<int:facility_id>/give-up")
@needs(policy.EDIT)
def give_up(facility_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    return settle(
        form,
        find=partial(edit.held, subject_id=facility_id),
        do=lambda work, found: give_up_facility(work, found, reason=form.reason.data or ""),
        said=_("It is not offered any more."),
        to=url_for(".office_facility", facility_id=facility_id),
        again=lambda refusal: _page(facility_id, form, *([refusal] if refusal else [])),
    )
