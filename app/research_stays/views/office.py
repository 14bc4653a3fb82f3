"""Pages on which a host writes its calls for research stays, publishes and closes them."""

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications.queries import has_form
from app.applications.views.form_building import FormBuilder
from app.applications.views.rubric_building import RubricBuilder
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
from app.research_stays import policy, queries, wording
from app.research_stays.forms import (
    AudienceForm,
    NewCallForm,
    TermsForm,
    WordsForm,
    shown_paid,
)
from app.research_stays.models import ResearchStayCall
from app.research_stays.operations import (
    audience_of,
    begin_call,
    close_call,
    give_up_call,
    publish_call,
    reopen_call,
    save_call,
    save_call_form,
    save_call_rubric,
    save_call_text,
    say_who_may_ask,
)
from app.research_stays.views import bp

begin_at: Editing[Organisation] = Editing(of=queries.own_host, may=policy.BEGIN)
edit: Editing[ResearchStayCall] = Editing(of=queries.call_to_change, may=policy.EDIT)
SHOWN = (
    *("stays", "fewest_days", "most_days", "purposes", "fields", "hear_by", "laboratory"),
    *("received_by", "contact", "languages", "tracks", "costs_nothing", "version"),
)


@bp.get("/calls")
@needs(policy.SEE_OFFICE)
def calls() -> ResponseReturnValue:
    """What one's institutions call for, with what waits there."""
    actor = current_actor()
    policy.SEE_OFFICE.require(actor, None)
    return render_template(
        "research_stays/office/calls.html",
        own=db.session.scalars(queries.own_hosts(actor)).all(),
        rows=queries.calls_of(db.session(), queries.bodies_of(actor), reader().locale),
        wording=wording,
    )


@bp.get("/calls/new/<int:host_id>")
@needs(policy.BEGIN)
def new_call(host_id: int) -> ResponseReturnValue:
    host = one_or_404(queries.own_host(current_actor(), host_id))
    return _new_page(host, _new_form(host, bound=False))


@bp.post("/calls/new/<int:host_id>")
@needs(policy.BEGIN)
def begin(host_id: int) -> ResponseReturnValue:
    def save(work: Work, host: Organisation, form: NewCallForm) -> int:
        key = form.request_key.data or ""
        return begin_call(work, host, form.terms(), form.words(), request_key=key).id

    return begin_at.settle(
        host_id,
        _new_form,
        save,
        _new_page,
        said=_("Only your office sees it until you publish it."),
        to=lambda made: url_for(".office_call", call_id=made),
    )


def _new_form(_host: Organisation, *, bound: bool) -> NewCallForm:
    begins = {"languages": ["en"]}
    return NewCallForm(formdata=request.form if bound else None, data=begins)


def _new_page(host: Organisation, form: NewCallForm, **values: Any) -> str:
    return render_template("research_stays/office/new.html", host=host, form=form, **values)


@bp.get("/calls/<int:call_id>")
@needs(policy.EDIT)
def office_call(call_id: int) -> ResponseReturnValue:
    return _page(call_id)


def _page(call_id: int, giving_up: ReasonForm | None = None, *refusals: str) -> str:
    found = edit.found(call_id)
    return shown(
        "research_stays/office/call",
        found,
        giving_up=giving_up or ReasonForm(formdata=None),
        has_form=db.session.scalar(has_form(found.id)),
        refusals=refusals,
    )


def shown(template: str, found: ResearchStayCall, **values: Any) -> str:
    """A page of a call in its office."""
    return render_template(
        f"{template}.html",
        call=found,
        wording=wording,
        all_languages=LANGUAGES,
        over=found.state is OpportunityState.CANCELLED,
        **values,
    )


@bp.get("/calls/<int:call_id>/terms")
@needs(policy.EDIT)
def terms(call_id: int) -> ResponseReturnValue:
    found = edit.found(call_id)
    return _terms_page(found, _terms_form(found, bound=False))


@bp.post("/calls/<int:call_id>/terms")
@needs(policy.EDIT)
def save_terms(call_id: int) -> ResponseReturnValue:
    def save(work: Work, found: ResearchStayCall, form: TermsForm) -> None:
        save_call(work, found, form.terms(), version=form.version.data)

    return edit.settle(
        call_id,
        _terms_form,
        save,
        _terms_page,
        said=_("Whom you would receive is saved."),
        to=url_for(".office_call", call_id=call_id),
    )


def _terms_form(found: ResearchStayCall, *, bound: bool) -> TermsForm:
    kept = {name: getattr(found, name) for name in SHOWN} | {
        "first_on": found.starts_on,
        "last_on": found.ends_on,
        "closes_on": closing_day(found.closes_at, found.closes_zone),
        "programme": found.funder,
        **shown_paid(found.paid),
    }
    return TermsForm(formdata=request.form if bound else None, data=kept)


def _terms_page(found: ResearchStayCall, form: TermsForm, **values: Any) -> str:
    return shown("research_stays/office/terms", found, form=form, **values)


@bp.get("/calls/<int:call_id>/audience")
@needs(policy.EDIT)
def audience(call_id: int) -> ResponseReturnValue:
    found = edit.found(call_id)
    return _audience_page(found, _audience_form(found, bound=False))


@bp.post("/calls/<int:call_id>/audience")
@needs(policy.EDIT)
def write_audience(call_id: int) -> ResponseReturnValue:
    def save(work: Work, found: ResearchStayCall, form: AudienceForm) -> None:
        say_who_may_ask(work, found, form.audience(), version=form.version.data)

    return edit.settle(
        call_id,
        _audience_form,
        save,
        _audience_page,
        said=_("Who may ask is saved."),
        to=url_for(".office_call", call_id=call_id),
    )


def _audience_form(found: ResearchStayCall, *, bound: bool) -> AudienceForm:
    kept = asdict(audience_of(found)) | {"version": found.version}
    form = AudienceForm(formdata=request.form if bound else None, data=kept)
    form.among(db.session.scalars(country_codes()).all())
    return form


def _audience_page(found: ResearchStayCall, form: AudienceForm, **values: Any) -> str:
    return shown("research_stays/office/audience", found, form=form, **values)


class _TextPage(TextPage[ResearchStayCall, WordsForm]):
    """What a call says in one language."""

    edit, asks = edit, WordsForm

    def save(self, work: Work, found: ResearchStayCall, form: WordsForm) -> None:
        save_call_text(work, found, form.words(), locale=self.locale, version=form.version.data)

    def page(self, found: ResearchStayCall, form: WordsForm, **values: Any) -> str:
        return shown("research_stays/office/text", found, form=form, **self.beside(found), **values)


@bp.get("/calls/<int:call_id>/texts/<locale>")
@needs(policy.EDIT)
def text(call_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).show(call_id)


@bp.post("/calls/<int:call_id>/texts/<locale>")
@needs(policy.EDIT)
def write_text(call_id: int, locale: str) -> ResponseReturnValue:
    return _TextPage(locale).write(call_id, to=url_for(".office_call", call_id=call_id))


def _built(folder: str) -> Callable[..., str]:
    """A page of a builder, in the layout of the office."""

    def page(template: str, found: ResearchStayCall, **values: Any) -> str:
        layout = "research_stays/office/layout.html"
        return shown(f"{folder}/{template}", found, checks=[], layout=layout, **values)

    return page


FormBuilder(edit=edit, save=save_call_form, page=_built("form_building")).offer(
    bp, "/calls/<int:call_id>/form"
)
RubricBuilder(edit=edit, save=save_call_rubric, page=_built("rubric_building")).offer(
    bp, "/calls/<int:call_id>/rubric"
)


@bp.post("/calls/<int:call_id>/publish")
@needs(policy.EDIT)
def publish(call_id: int) -> ResponseReturnValue:
    return _press(call_id, publish_call, _("Everybody sees it now, and may ask."))


@bp.post("/calls/<int:call_id>/close")
@needs(policy.EDIT)
def close(call_id: int) -> ResponseReturnValue:
    return _press(call_id, close_call, _("Nobody can apply any more."))


@bp.post("/calls/<int:call_id>/reopen")
@needs(policy.EDIT)
def reopen(call_id: int) -> ResponseReturnValue:
    return _press(call_id, reopen_call, _("People may ask again."))


def _press(
    call_id: int, do: Callable[[Work, ResearchStayCall], object], said: str
) -> ResponseReturnValue:
    return edit.press(call_id, do, said=said, to=url_for(".office_call", call_id=call_id))


@bp.post("/calls/<int:call_id>/give-up")
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
