"""Pages on which a programme writes its calls for group visits, publishes and closes them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications.queries import has_form
from app.applications.views.form_building import FormBuilder
from app.applications.views.rubric_building import RubricBuilder
from app.foundation.actors import Role
from app.foundation.database import db
from app.foundation.languages import LANGUAGES, reader
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.text_pages import TextPage
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.deadlines import closing_day
from app.opportunities.forms import ReasonForm
from app.opportunities.models import Programme
from app.opportunities.queries import programmes_of
from app.opportunities.states import OpportunityState
from app.organisations.queries import country_codes
from app.visits import policy, queries, wording
from app.visits.forms import (
    GuestRulesForm,
    NewCallForm,
    TermsForm,
    WordsForm,
    rules_as_shown,
)
from app.visits.models import VisitCall
from app.visits.operations import (
    begin_call,
    close_call,
    give_up_call,
    publish_call,
    reopen_call,
    save_call,
    save_call_form,
    save_call_rubric,
    save_call_text,
    save_guest_rules,
)
from app.visits.states import Part
from app.visits.views import bp

begin_at: Editing[Programme] = Editing(of=queries.own_programme, may=policy.BEGIN)
edit: Editing[VisitCall] = Editing(of=queries.call_to_change, may=policy.EDIT)
SHOWN = (
    *("groups", "most_people", "most_supervisors", "fewest_days", "most_days"),
    *("days_to_answer", "change_days", "contact", "tracks", "version"),
)


@bp.get("/office")
@needs(policy.SEE_OFFICE)
def office() -> ResponseReturnValue:
    """What one's programmes call for, with what waits there and how many groups are awarded."""
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    programmes = programmes_of(actor, Role.MANAGER, Role.APPROVER)
    managed = programmes_of(actor, Role.MANAGER)
    return render_template(
        "visits/office/calls.html",
        own=db.session.scalars(queries.own_programmes(actor)).all(),
        managed=managed,
        rows=queries.calls_of(db.session(), programmes, reader().locale),
        wording=wording,
    )


@bp.get("/office/new/<int:programme_id>")
@needs(policy.BEGIN)
def new_call(programme_id: int) -> ResponseReturnValue:
    programme = one_or_404(queries.own_programme(current_actor(), programme_id))
    return _new_page(programme, _new_form(programme, bound=False))


@bp.post("/office/new/<int:programme_id>")
@needs(policy.BEGIN)
def begin(programme_id: int) -> ResponseReturnValue:
    def save(work: Work, programme: Programme, form: NewCallForm) -> int:
        key = form.request_key.data or ""
        return begin_call(work, programme, form.terms(), form.words(), request_key=key).id

    return begin_at.settle(
        programme_id,
        _new_form,
        save,
        _new_page,
        said=_("Only your office sees it until you publish it."),
        to=lambda made: url_for(".office_call", call_id=made),
    )


def _new_form(_programme: Programme, *, bound: bool) -> NewCallForm:
    return NewCallForm(formdata=request.form if bound else None)


def _new_page(programme: Programme, form: NewCallForm, **values: Any) -> str:
    return render_template("visits/office/new.html", programme=programme, form=form, **values)


@bp.get("/office/<int:call_id>")
@needs(policy.EDIT)
def office_call(call_id: int) -> ResponseReturnValue:
    return _page(call_id)


def _page(call_id: int, giving_up: ReasonForm | None = None, *refusals: str) -> str:
    found = edit.found(call_id)
    return shown(
        "visits/office/call",
        found,
        giving_up=giving_up or ReasonForm(formdata=None),
        has_form=db.session.scalar(has_form(found.id)),
        refusals=refusals,
    )


def shown(template: str, found: VisitCall, **values: Any) -> str:
    """A page of a call in its office."""
    return render_template(
        f"{template}.html",
        call=found,
        wording=wording,
        all_languages=LANGUAGES,
        over=found.state is OpportunityState.CANCELLED,
        **values,
    )


@bp.get("/office/<int:call_id>/terms")
@needs(policy.EDIT)
def terms(call_id: int) -> ResponseReturnValue:
    found = edit.found(call_id)
    return _terms_page(found, _terms_form(found, bound=False))


@bp.post("/office/<int:call_id>/terms")
@needs(policy.EDIT)
def save_terms(call_id: int) -> ResponseReturnValue:
    def save(work: Work, found: VisitCall, form: TermsForm) -> None:
        save_call(work, found, form.terms(), version=form.version.data)

    return edit.settle(
        call_id,
        _terms_form,
        save,
        _terms_page,
        said=_("What the call pays for is saved."),
        to=url_for(".office_call", call_id=call_id),
    )


def _terms_form(found: VisitCall, *, bound: bool) -> TermsForm:
    kept = {name: getattr(found, name) for name in SHOWN} | {
        "first_on": found.starts_on,
        "last_on": found.ends_on,
        "closes_on": closing_day(found.closes_at, found.closes_zone),
    }
    return TermsForm(formdata=request.form if bound else None, data=kept)


def _terms_page(found: VisitCall, form: TermsForm, **values: Any) -> str:
    return shown("visits/office/terms", found, form=form, **values)


@bp.get("/office/<int:call_id>/guests")
@needs(policy.EDIT)
def guest_rules(call_id: int) -> ResponseReturnValue:
    found = edit.found(call_id)
    return _rules_page(found, _rules_form(found, bound=False))


@bp.post("/office/<int:call_id>/guests")
@needs(policy.EDIT)
def write_guest_rules(call_id: int) -> ResponseReturnValue:
    def save(work: Work, found: VisitCall, form: GuestRulesForm) -> None:
        save_guest_rules(work, found, form.rules(), version=form.version.data)

    return edit.settle(
        call_id,
        _rules_form,
        save,
        _rules_page,
        said=_("Who may come is saved."),
        to=url_for(".office_call", call_id=call_id),
    )


def _rules_form(found: VisitCall, *, bound: bool) -> GuestRulesForm:
    kept = rules_as_shown(found.guest_rules, found.version)
    form = GuestRulesForm(formdata=request.form if bound else None, data=kept)
    form.among(db.session.scalars(country_codes()).all())
    return form


def _rules_page(found: VisitCall, form: GuestRulesForm, **values: Any) -> str:
    return shown("visits/office/guests", found, form=form, parts_of=list(Part), **values)


class _TextPage(TextPage[VisitCall, WordsForm]):
    """What a call says in one language."""

    edit, asks = edit, WordsForm

    def save(self, work: Work, found: VisitCall, form: WordsForm) -> None:
        save_call_text(work, found, form.words(), locale=self.locale, version=form.version.data)

    def page(self, found: VisitCall, form: WordsForm, **values: Any) -> str:
        return shown("visits/office/text", found, form=form, **self.beside(found), **values)


@bp.get("/office/<int:call_id>/texts/<locale>")
@needs(policy.EDIT)
def text(call_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).show(call_id)


@bp.post("/office/<int:call_id>/texts/<locale>")
@needs(policy.EDIT)
def write_text(call_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).write(call_id, to=url_for(".office_call", call_id=call_id))


def _built(folder: str) -> Callable[..., str]:
    """A page of a builder, in the layout of the office."""

    def page(template: str, found: VisitCall, **values: Any) -> str:
        layout = "visits/office/layout.html"
        return shown(f"{folder}/{template}", found, checks=[], layout=layout, **values)

    return page


FormBuilder(edit=edit, save=save_call_form, page=_built("form_building")).offer(
    bp, "/office/<int:call_id>/form"
)
RubricBuilder(edit=edit, save=save_call_rubric, page=_built("rubric_building")).offer(
    bp, "/office/<int:call_id>/rubric"
)


@bp.post("/office/<int:call_id>/publish")
@needs(policy.EDIT)
def publish(call_id: int) -> ResponseReturnValue:
    return _press(call_id, publish_call, _("Everybody sees it now, and hosts may apply."))


@bp.post("/office/<int:call_id>/close")
@needs(policy.EDIT)
def close(call_id: int) -> ResponseReturnValue:
    return _press(call_id, close_call, _("Nobody can apply any more."))


@bp.post("/office/<int:call_id>/reopen")
@needs(policy.EDIT)
def reopen(call_id: int) -> ResponseReturnValue:
    return _press(call_id, reopen_call, _("Hosts may apply again."))


def _press(call_id: int, do: Callable[[Work, VisitCall], object], said: str) -> ResponseReturnValue:
    return edit.press(call_id, do, said=said, to=url_for(".office_call", call_id=call_id))


@bp.post("/office/<int:call_id>/give-up")
@needs(policy.EDIT)
def give_up(call_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    return settle(
        form,
        find=partial(edit.held, subject_id=call_id),
        do=lambda work, found: give_up_call(work, found, reason=form.reason.data or ""),
        said=_("The call is cancelled."),
        to=url_for(".office_call", call_id=call_id),
        again=lambda refusal: _page(call_id, form, *([refusal] if refusal else [])),
    )
