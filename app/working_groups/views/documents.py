"""Pages on which a document is drafted, put forward, opened for comment, published, withdrawn."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.foundation import clock
from app.foundation.database import db
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing, settle
from app.foundation.web import needs
from app.foundation.work import Work
from app.opportunities.forms import zone_choices
from app.working_groups import policy, queries
from app.working_groups.forms import (
    DraftForm,
    ForwardForm,
    NewDraftForm,
    PeriodForm,
    PublishForm,
    WhyForm,
)
from app.working_groups.models import GroupDocument, WorkingGroup
from app.working_groups.operations import (
    begin_document,
    give_comments_time,
    open_for_comment,
    publish_document,
    put_forward,
    withdraw_document,
    write_document,
)
from app.working_groups.views import bp
from app.working_groups.views.finding import document_for, document_to, group_for, group_to
from app.working_groups.views.office import shown

edit: Editing[GroupDocument] = Editing(
    of=lambda actor, document_id: queries.document_with_all(actor, document_id=document_id),
    may=policy.WRITE_DOCUMENT,
)


@bp.get("/office/<int:group_id>/documents/new")
@needs(policy.WRITE)
def new_document(group_id: int) -> ResponseReturnValue:
    return _new_page(group_for(group_id, policy.WRITE), NewDraftForm(formdata=None))


def _new_page(group: WorkingGroup, form: NewDraftForm, refusal: str = "") -> str:
    return shown("new_document", group, form=form, refusals=[refusal] if refusal else [])


@bp.post("/office/<int:group_id>/documents/new")
@needs(policy.WRITE)
def begin_draft(group_id: int) -> ResponseReturnValue:
    form = NewDraftForm()
    return settle(
        form,
        find=lambda work: group_to(work, group_id, policy.WRITE),
        do=lambda work, group: begin_document(
            work,
            group,
            locale=form.locale.data,
            title=form.title.data or "",
            text=form.text.data or "",
            request_key=form.request_key.data or "",
        ),
        said=_("The draft is begun. The members read it."),
        to=url_for(".led", group_id=group_id),
        again=lambda refusal: _new_page(group_for(group_id, policy.WRITE), form, refusal),
    )


@bp.get("/office/documents/<int:document_id>")
@needs(policy.WRITE_DOCUMENT)
def draft(document_id: int) -> ResponseReturnValue:
    found = document_for(document_id, policy.WRITE_DOCUMENT)
    return _page(found, _form(found, bound=False))


def _form(document: GroupDocument, *, bound: bool) -> DraftForm:
    return DraftForm(formdata=request.form if bound else None, obj=document)


def _page(document: GroupDocument, form: DraftForm, **values: Any) -> str:
    """All that can be done with a document, each with its own form."""
    at, newest = clock.now(), document.versions[-1] if document.versions else None
    period = newest.period if newest is not None else None
    forms = {
        "forward": ForwardForm(formdata=None),
        "opening": _period_form(document, bound=False),
        "publishing": PublishForm(formdata=None),
        "why": WhyForm(formdata=None),
        **{name: values.pop(name) for name in list(values) if name in _FORMS},
    }
    if not forms["publishing"].replaces.choices:
        forms["publishing"].offer(db.session.scalars(queries.results_to_replace(document)))
    return shown(
        "document",
        document.group,
        document=document,
        form=form,
        newest=values.pop("newest", None),
        last=newest,
        is_open=period is not None and period.closes_at >= at,
        changed=newest is None or (newest.title, newest.text) != (document.title, document.text),
        unanswered=queries.unanswered(db.session(), document.id),
        **forms,
        **values,
    )


_FORMS = ("forward", "opening", "publishing", "why")


def _again(document_id: int, refusal: str, **forms: Any) -> str:
    found = document_for(document_id, policy.WRITE_DOCUMENT)
    refusals = [refusal] if refusal else []
    return _page(found, _form(found, bound=False), refusals=refusals, **forms)


@bp.post("/office/documents/<int:document_id>")
@needs(policy.WRITE_DOCUMENT)
def save_draft(document_id: int) -> ResponseReturnValue:
    def save(work: Work, document: GroupDocument, form: DraftForm) -> None:
        write_document(
            work,
            document,
            title=form.title.data or "",
            text=form.text.data or "",
            version=form.version.data,
        )

    return edit.settle(
        document_id,
        _form,
        save,
        _page,
        said=_("The draft is saved."),
        to=url_for(".draft", document_id=document_id),
    )


@bp.post("/office/documents/<int:document_id>/put-forward")
@needs(policy.WRITE_DOCUMENT)
def forward(document_id: int) -> ResponseReturnValue:
    form = ForwardForm()
    return settle(
        form,
        find=lambda work: document_to(work, document_id, policy.WRITE_DOCUMENT),
        do=lambda work, document: put_forward(work, document, changes=form.changes.data or ""),
        said=_("The version is put forward. It never changes again."),
        to=url_for(".draft", document_id=document_id),
        again=lambda refusal: _again(document_id, refusal, forward=form),
    )


def _period_form(document: GroupDocument, *, bound: bool) -> PeriodForm:
    zone = document.group.organisation.zone
    form = PeriodForm(formdata=request.form if bound else None, data={"zone": zone})
    form.zone.choices = zone_choices(clock.now(), zone)
    return form


@bp.post("/office/documents/<int:document_id>/open")
@needs(policy.WRITE_DOCUMENT)
def open_document(document_id: int) -> ResponseReturnValue:
    form = _period_form(document_for(document_id, policy.WRITE_DOCUMENT), bound=True)
    return settle(
        form,
        find=lambda work: document_to(work, document_id, policy.WRITE_DOCUMENT),
        do=lambda work, document: open_for_comment(work, document, **form.until()),
        said=_("Everybody may comment on it now."),
        to=url_for(".draft", document_id=document_id),
        again=lambda refusal: _again(document_id, refusal, opening=form),
    )


@bp.post("/office/documents/<int:document_id>/more-time")
@needs(policy.WRITE_DOCUMENT)
def more_time(document_id: int) -> ResponseReturnValue:
    form = _period_form(document_for(document_id, policy.WRITE_DOCUMENT), bound=True)
    return settle(
        form,
        find=lambda work: document_to(work, document_id, policy.WRITE_DOCUMENT),
        do=lambda work, document: give_comments_time(work, document, **form.until()),
        said=_("People may comment for longer."),
        to=url_for(".draft", document_id=document_id),
        again=lambda refusal: _again(document_id, refusal, opening=form),
    )


@bp.post("/office/documents/<int:document_id>/publish")
@needs(policy.WRITE_DOCUMENT)
def publish(document_id: int) -> ResponseReturnValue:
    form = PublishForm()
    found = document_for(document_id, policy.WRITE_DOCUMENT)
    form.offer(db.session.scalars(queries.results_to_replace(found)))

    def do(work: Work, document: GroupDocument) -> None:
        replaced = form.replaces.data
        old = work.session.get_one(GroupDocument, int(replaced)) if replaced else None
        publish_document(work, document, replaces=old)

    return settle(
        form,
        find=lambda work: document_to(work, document_id, policy.WRITE_DOCUMENT),
        do=do,
        said=_("It is published under its number."),
        to=url_for(".draft", document_id=document_id),
        again=lambda refusal: _again(document_id, refusal, publishing=form),
    )


@bp.post("/office/documents/<int:document_id>/withdraw")
@needs(policy.WRITE_DOCUMENT)
def withdraw_result(document_id: int) -> ResponseReturnValue:
    why = WhyForm()
    return settle(
        why,
        find=lambda work: document_to(work, document_id, policy.WRITE_DOCUMENT),
        do=lambda work, document: withdraw_document(work, document, reason=why.reason.data or ""),
        said=_("It is withdrawn. Everybody reads why."),
        to=url_for(".draft", document_id=document_id),
        again=lambda refusal: _again(document_id, refusal, why=why),
    )
