"""Messages of an office: its templates, and sending one to one or many."""

from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from app.applications import policy
from app.applications.forms.together import MessageTogetherForm, TemplateForm
from app.applications.forms.tracking import row_id
from app.applications.models import Application, MessageTemplate
from app.applications.operations.screening import find_together
from app.applications.operations.writing import (
    end_template,
    message_for,
    message_together,
    rewrite_template,
    write_template,
)
from app.applications.placeholders import PLACEHOLDERS
from app.applications.queries import applications_visible_to
from app.applications.queries import writing as queries
from app.applications.states import STATE_NAMES
from app.applications.views.together import (
    asked_for,
    back_with,
    require,
    rows_of,
    sent_ids,
    way_back,
)
from app.applications.views.tracking import opportunity_of
from app.foundation import languages
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotPermitted, RuleBroken
from app.foundation.forms import Button
from app.foundation.languages import LANGUAGES, ngettext
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import Opportunity, Programme

bp = Blueprint("writing", __name__, url_prefix="/tracking/<int:call_id>")


@bp.get("/messages")
@needs(policy.TRACK)
def templates(call_id: int) -> ResponseReturnValue:
    """The messages that this programme's office sends again and again."""
    call = opportunity_of(call_id)
    found = db.session.scalars(queries.templates_of(current_actor(), call.programme_id)).all()
    return render_template(
        "tracking/messages.html",
        call=call,
        found=found,
        may_write=policy.MESSAGE_TOGETHER.allows(current_actor(), call),
    )


@bp.get("/messages/new")
@needs(policy.MESSAGE_TOGETHER)
def new(call_id: int) -> ResponseReturnValue:
    call = opportunity_of(call_id)
    require(policy.MESSAGE_TOGETHER, call)
    return _template_page(call, TemplateForm(formdata=None), None)


@bp.post("/messages/new")
@needs(policy.MESSAGE_TOGETHER)
def write(call_id: int) -> ResponseReturnValue:
    form: Any = TemplateForm(request.form)
    call = opportunity_of(call_id)
    require(policy.MESSAGE_TOGETHER, call)

    def do(work: Work) -> None:
        programme = work.session.get_one(Programme, call.programme_id)
        write_template(work, programme, name=form.name.data or "", texts=form.texts())

    return _saved(call, form, None, do)


@bp.get("/messages/<int:template_id>")
@needs(policy.HANDLE_TEMPLATE)
def template(call_id: int, template_id: int) -> ResponseReturnValue:
    found = one_or_404(_one(call_id, template_id))
    call = opportunity_of(call_id)
    require(policy.HANDLE_TEMPLATE, found)
    return _template_page(call, _kept(found), found)


@bp.post("/messages/<int:template_id>")
@needs(policy.HANDLE_TEMPLATE)
def rewrite(call_id: int, template_id: int) -> ResponseReturnValue:
    form: Any = TemplateForm(request.form)
    found = one_or_404(_one(call_id, template_id))
    call = opportunity_of(call_id)
    require(policy.HANDLE_TEMPLATE, found)

    def do(work: Work) -> None:
        rewrite_template(
            work,
            work.find(_one(call_id, template_id)),
            name=form.name.data or "",
            texts=form.texts(),
            version=form.version.data,
        )

    return _saved(call, form, found, do)


@bp.post("/messages/<int:template_id>/end")
@needs(policy.HANDLE_TEMPLATE)
def end(call_id: int, template_id: int) -> ResponseReturnValue:
    form = Button()
    with unit_of_work(current_actor()) as work:
        found = work.find(_one(call_id, template_id))
        policy.HANDLE_TEMPLATE.require(work.actor, found)
        if not form.validate():
            raise NotPermitted(form.first_error())
        end_template(work, found)
    flash(_("The message is out of use; what was sent stays sent."), "success")
    return redirect(url_for(".templates", call_id=call_id))


@bp.get("/together/message")
@needs(policy.MESSAGE_TOGETHER)
def dry_run(call_id: int) -> ResponseReturnValue:
    """Who would get a message, in which languages, and how it would read; nothing is sent."""
    call = opportunity_of(call_id)
    require(policy.MESSAGE_TOGETHER, call)
    ids, why_not = asked_for(call)
    if why_not:
        return back_with(call_id, why_not)
    form = MessageTogetherForm(formdata=None, back=way_back(call_id))
    return _message_page(call, form, ids, row_id(request.args.get("template")))


@bp.post("/together/message")
@needs(policy.MESSAGE_TOGETHER)
def send(call_id: int) -> ResponseReturnValue:
    """Send it to all of them, or to none."""
    form = MessageTogetherForm(request.form)
    call = opportunity_of(call_id)
    require(policy.MESSAGE_TOGETHER, call)
    ids, why_not = sent_ids()
    if why_not:
        return back_with(call_id, why_not)
    template_id = row_id(form.template.data)
    refusal = ""
    try:
        with unit_of_work(current_actor()) as work:
            applications = find_together(work, call_id, ids)
            found = work.find(_one(call.id, template_id or 0))
            valid = form.validate()
            if valid:
                message_together(
                    work,
                    applications[0].opportunity,
                    applications,
                    found,
                    number=form.number.data,
                    count=form.count.data,
                    key=form.request_key.data,
                )
    except (RuleBroken, ChangedMeanwhile) as broken:
        refusal, valid = str(broken), False
    if not valid:
        db.session.rollback()
        page = _message_page(call, form, ids, template_id, refusal)
        return make_response(page, 409 if refusal else 422)
    said = ngettext(
        "The message goes to %(num)s applicant.",
        "The message goes to %(num)s applicants.",
        len(ids),
    )
    flash(said, "success")
    return redirect(way_back(call_id))


def _one(call_id: int, template_id: int) -> Select[MessageTemplate]:
    """A template of the call's programme; who may not see it does not learn that it is there."""
    of_programme = Opportunity.programme_id == MessageTemplate.programme_id
    return (
        queries.templates_visible_to(current_actor())
        .join(Opportunity, of_programme)
        .where(Opportunity.id == call_id, MessageTemplate.id == template_id)
    )


def _saved(call: Any, form: Any, found: MessageTemplate | None, do: Any) -> ResponseReturnValue:
    if not form.validate():
        return make_response(_template_page(call, form, found), 422)
    try:
        with unit_of_work(current_actor()) as work:
            do(work)
    except (RuleBroken, ChangedMeanwhile) as refusal:
        db.session.rollback()
        newest = None
        if found is not None and isinstance(refusal, ChangedMeanwhile):
            newest = _kept(found)
            form.version.data = found.version
        return make_response(_template_page(call, form, found, str(refusal), newest), 409)
    flash(_("The message is kept."), "success")
    return redirect(url_for(".templates", call_id=call.id))


def _kept(found: MessageTemplate) -> Any:
    """A message as it is kept, in its form."""
    values = {"name": found.name, "version": found.version}
    for locale, text in queries.texts_of(db.session(), found).items():
        values |= {f"subject_{locale}": text.subject, f"body_{locale}": text.body}
    return TemplateForm(formdata=None, **values)


def _template_page(
    call: Any,
    form: Any,
    found: MessageTemplate | None,
    refusal: str = "",
    newest: Any = None,
) -> str:
    return render_template(
        "tracking/message_template.html",
        call=call,
        form=form,
        template_id=found.id if found else None,
        empty=Button(formdata=None),
        languages=[(locale, languages.language_name(locale)) for locale in LANGUAGES],
        placeholders=PLACEHOLDERS,
        refusal=refusal,
        newest=newest,
    )


def _message_page(
    call: Any,
    form: MessageTogetherForm,
    ids: list[int],
    template_id: int | None,
    refusal: str = "",
) -> str:
    session, actor = db.session(), current_actor()
    offered = session.scalars(queries.templates_of(actor, call.programme_id)).all()
    chosen = next((one for one in offered if one.id == template_id), None)
    found = session.scalars(
        applications_visible_to(actor)
        .where(Application.id.in_(ids), Application.opportunity_id == call.id)
        .order_by(Application.id)
    ).all()
    samples: dict[str, Any] = {}
    said = []
    if chosen and found:
        texts = queries.texts_of(session, chosen)
        people = queries.readers(session, found)
        named = queries.titles_of(session, found[0].opportunity)
        for one in found:
            to = people[one.applicant_id]
            written_in = queries.language_for(to.locale, texts)
            if written_in not in samples:
                programme = chosen.programme.name
                made = message_for(to, one, texts, named=named, programme=programme)
                samples[written_in] = (languages.language_name(written_in), made)
        said = [
            (languages.language_name(read), languages.language_name(got), read == got, number)
            for (read, got), number in sorted(
                queries.languages_used(list(people.values()), texts).items()
            )
        ]
        form.template.data, form.number.data = str(chosen.id), chosen.number
    return render_template(
        "tracking/message_together.html",
        opportunity=call,
        form=form,
        rows=rows_of(call.id, ids),
        names=STATE_NAMES,
        offered=offered,
        chosen=chosen,
        samples=list(samples.values()),
        said=said,
        every=request.args.get("all") == "1",
        refusal=refusal,
    )
