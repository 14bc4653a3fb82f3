"""Pages on which a host writes an invitation, sends it, and sends it anew."""

from typing import Any

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.invitations import policy, queries, wording
from app.invitations.forms import InvitationForm, TermsForm, TimeForm, shown_terms
from app.invitations.models import Invitation
from app.invitations.operations import (
    begin_invitation,
    change_invitation,
    give_time,
    save_invitation,
    send_invitation,
    send_link_again,
)
from app.invitations.states import InvitationState
from app.invitations.views import bp
from app.invitations.views.pages import found_for, may_be_sent_anew, page_of, shown_page
from app.opportunities.deadlines import instant_of
from app.organisations.models import Organisation
from app.research_stays.views.homes import chosen_home, offer_homes


@bp.get("/office/new")
@needs(policy.BEGIN_SOME)
def new() -> ResponseReturnValue:
    policy.BEGIN_SOME.require(current_actor(), None)
    return _new_page(_prepared(InvitationForm(formdata=None)))


@bp.post("/office/new")
@needs(policy.BEGIN_SOME)
def begin() -> ResponseReturnValue:
    policy.BEGIN_SOME.require(current_actor(), None)
    form = _prepared(InvitationForm())
    if form.home.asked(request.form):
        return _new_page(form)
    if not form.validate():  # a host that is none of the reader's is refused beside the others
        return _new_page(form), 422

    def do(work: Work, host: Organisation) -> int:
        return begin_invitation(
            work,
            host,
            form.terms(),
            form.whom(chosen_home(work, form)),
            key=form.request_key.data or "",
        )

    made: list[int] = []
    answer = settle(
        form,
        find=lambda work: work.find(queries.own_host(work.actor, _host_of(form))),
        do=lambda work, host: made.append(do(work, host)),
        said=_("The invitation is written. Nobody else reads it before it is sent."),
        to="",
        again=lambda refusal: _new_page(form, refusal),
    )
    return redirect(page_of(made[0])) if made else answer


def _host_of(form: InvitationForm) -> int:
    text = str(form.host.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _prepared(form: InvitationForm) -> InvitationForm:
    """With the hosts and projects of the reader, the host's clock, and the homes that are meant."""
    hosts = db.session.scalars(queries.own_hosts(current_actor())).all()
    form.for_hosts(hosts)
    form.among(db.session.scalars(queries.projects_of([one.id for one in hosts])).all())
    chosen = next((one for one in hosts if one.id == _host_of(form)), None)
    form.zone = chosen.zone if chosen else (hosts[0].zone if hosts else "UTC")
    offer_homes(form)
    return form


def _new_page(form: InvitationForm, refusal: str = "") -> str:
    return render_template(
        "invitations/write.html",
        form=form,
        invitation=None,
        anew=False,
        refusals=[refusal] if refusal else [],
        wording=wording,
    )


@bp.get("/<int:invitation_id>/edit")
@needs(policy.WRITE)
def edit(invitation_id: int) -> ResponseReturnValue:
    """A draft is changed whole; what was sent is sent anew, to the same person."""
    found = _shown(invitation_id, policy.WRITE)
    return _edit_page(found, _form_for(found))


@bp.post("/<int:invitation_id>/edit")
@needs(policy.WRITE)
def save(invitation_id: int) -> ResponseReturnValue:
    found = _shown(invitation_id, policy.WRITE)
    form = _bound_for(found)
    if isinstance(form, InvitationForm) and form.home.asked(request.form):
        return _edit_page(found, form)

    draft = found.state is InvitationState.DRAFT

    def do(work: Work, invitation: Invitation) -> None:
        version = form.version.data
        if isinstance(form, InvitationForm):
            whom = form.whom(chosen_home(work, form))
            save_invitation(work, invitation, form.terms(), whom, version=version)
        elif draft:
            save_invitation(work, invitation, form.terms(), version=version)
        else:
            change_invitation(work, invitation, form.terms(), version=version)

    return settle(
        form,
        find=lambda work: found_for(work, invitation_id, policy.WRITE),
        do=do,
        said=_("Saved.")
        if draft
        else _("It is sent anew. What was answered before counts no more."),
        to=page_of(invitation_id),
        again=lambda refusal: _edit_page(_shown(invitation_id, policy.WRITE), form, refusal),
    )


def _is_the_hosts_own(found: Invitation) -> bool:
    """Whether the host chose whom it invites, and may still choose otherwise."""
    return found.state is InvitationState.DRAFT and found.application_id is None


def _form_for(found: Invitation) -> TermsForm:
    shown = shown_terms(found)
    if not _is_the_hosts_own(found):
        form = TermsForm(formdata=None, data=shown)
        return _with_projects(form, found)
    whole = InvitationForm(formdata=None, data=shown)
    whole.home.body = found.home_id
    whole.for_hosts([found.host])
    return _with_projects(whole, found)


def _bound_for(found: Invitation) -> TermsForm:
    if not _is_the_hosts_own(found):
        return _with_projects(TermsForm(), found)
    form = InvitationForm()
    form.for_hosts([found.host])
    form.host.data = str(found.host_id)
    offer_homes(form)
    return _with_projects(form, found)


def _with_projects(form: TermsForm, found: Invitation) -> TermsForm:
    form.zone = found.host.zone
    form.among(db.session.scalars(queries.projects_of([found.host_id])).all())
    return form


def _edit_page(found: Invitation, form: TermsForm, refusal: str = "") -> str:
    # After a clash the page shows what is newest: what is sent again answers that.
    form.version.data = found.version
    return render_template(
        "invitations/write.html",
        form=form,
        invitation=found,
        anew=found.state is not InvitationState.DRAFT,
        refusals=[refusal] if refusal else [],
        possible=found.state is InvitationState.DRAFT or may_be_sent_anew(found),
        wording=wording,
    )


@bp.post("/<int:invitation_id>/send")
@needs(policy.SEND)
def send(invitation_id: int) -> ResponseReturnValue:
    return _press(
        invitation_id, send_invitation, _("The invitation is on its way, with a link to answer.")
    )


@bp.post("/<int:invitation_id>/link")
@needs(policy.SEND)
def link(invitation_id: int) -> ResponseReturnValue:
    said = _("A new link is on its way. The one before opens nothing any more.")
    return _press(invitation_id, send_link_again, said)


def _press(invitation_id: int, do: Any, said: str) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: found_for(work, invitation_id, policy.SEND),
        do=do,
        said=said,
        to=page_of(invitation_id),
    )


@bp.post("/<int:invitation_id>/time")
@needs(policy.SEND)
def more_time(invitation_id: int) -> ResponseReturnValue:
    found = _shown(invitation_id, policy.SEND)
    form = TimeForm()
    form.zone = found.host.zone
    return settle(
        form,
        find=lambda work: found_for(work, invitation_id, policy.SEND),
        do=lambda work, one: give_time(
            work, one, answer_by=instant_of(form.answer_by.data, form.zone)
        ),
        said=_("More time is given."),
        to=page_of(invitation_id),
        again=lambda refusal: shown_page(invitation_id, time=form, refusal=refusal),
    )


def _shown(invitation_id: int, may: Permission[Invitation]) -> Invitation:
    found = one_or_404(queries.invitation_with_all(current_actor(), invitation_id))
    may.require(current_actor(), found)
    return found
