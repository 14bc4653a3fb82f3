"""Pages on which who conducts a group says who belongs to it."""

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue

from app.accounts.models import User
from app.accounts.queries import person_with_address
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.forms import Button, Form
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import needs
from app.foundation.work import Work
from app.working_groups import policy
from app.working_groups.forms import InviteForm, RoleForm, WhyForm
from app.working_groups.models import GroupMembership, WorkingGroup
from app.working_groups.operations import (
    answer_request,
    give_role,
    invite_person,
    remove_member,
    take_invitation_back,
)
from app.working_groups.states import MemberRole
from app.working_groups.views import bp
from app.working_groups.views.finding import group_for, group_to
from app.working_groups.views.office import shown


@bp.get("/office/<int:group_id>/members")
@needs(policy.CONDUCT)
def members(group_id: int) -> ResponseReturnValue:
    return _page(group_id)


def _page(
    group_id: int,
    *,
    form: InviteForm | None = None,
    why: WhyForm | None = None,
    about: int = 0,
    refusal: str = "",
) -> str:
    """`about` is the membership whose form `why` was sent."""
    found = group_for(group_id, policy.CONDUCT)
    return shown(
        "members",
        found,
        form=form or InviteForm(formdata=None),
        why=why or WhyForm(formdata=None),
        about=about,
        refusals=[refusal] if refusal else [],
    )


@bp.post("/office/<int:group_id>/invite")
@needs(policy.CONDUCT)
def invite(group_id: int) -> ResponseReturnValue:
    form = InviteForm()

    def do(work: Work, group: WorkingGroup) -> GroupMembership:
        return invite_person(
            work,
            group,
            _person(work, form.email.data or ""),
            role=MemberRole(form.role.data),
            note=form.note.data or "",
        )

    return settle(
        form,
        find=lambda work: group_to(work, group_id, policy.CONDUCT),
        do=do,
        said=_("They are asked, and answer for themselves."),
        to=url_for(".members", group_id=group_id),
        again=lambda refusal: _page(group_id, form=form, refusal=refusal),
    )


def _person(work: Work, email: str) -> User:
    found = work.session.scalar(person_with_address(email))
    if found is None:
        raise RuleBroken(_("Nobody signs in with this address. Ask them to sign up first."))
    return found


@bp.post("/office/<int:group_id>/members/<int:membership_id>/approve")
@needs(policy.CONDUCT)
def approve(group_id: int, membership_id: int) -> ResponseReturnValue:
    return _do(
        group_id,
        membership_id,
        Button(),
        lambda work, group, one: answer_request(work, group, one, approves=True),
        _("They belong to the group now, and are told."),
    )


@bp.post("/office/<int:group_id>/members/<int:membership_id>/refuse")
@needs(policy.CONDUCT)
def refuse(group_id: int, membership_id: int) -> ResponseReturnValue:
    why = WhyForm()
    return _do(
        group_id,
        membership_id,
        why,
        lambda work, group, one: answer_request(
            work, group, one, approves=False, answer=why.reason.data or ""
        ),
        _("They are told why not."),
    )


@bp.post("/office/<int:group_id>/members/<int:membership_id>/withdraw")
@needs(policy.CONDUCT)
def withdraw(group_id: int, membership_id: int) -> ResponseReturnValue:
    return _do(
        group_id,
        membership_id,
        Button(),
        take_invitation_back,
        _("The question is taken back."),
    )


@bp.post("/office/<int:group_id>/members/<int:membership_id>/role")
@needs(policy.CONDUCT)
def role(group_id: int, membership_id: int) -> ResponseReturnValue:
    form = RoleForm()
    return _do(
        group_id,
        membership_id,
        form,
        lambda work, group, one: give_role(work, group, one, role=MemberRole(form.role.data)),
        _("Saved."),
    )


@bp.post("/office/<int:group_id>/members/<int:membership_id>/remove")
@needs(policy.CONDUCT)
def remove(group_id: int, membership_id: int) -> ResponseReturnValue:
    why = WhyForm()
    return _do(
        group_id,
        membership_id,
        why,
        lambda work, group, one: remove_member(work, group, one, reason=why.reason.data or ""),
        _("They do not belong to the group any more."),
    )


def _do(
    group_id: int,
    membership_id: int,
    form: Form,
    do: Callable[[Work, WorkingGroup, GroupMembership], object],
    said: str,
) -> ResponseReturnValue:
    def again(refusal: str) -> str:
        why = form if isinstance(form, WhyForm) else None
        return _page(group_id, why=why, about=membership_id, refusal=refusal or form.first_error())

    return settle(
        form,
        find=lambda work: group_to(work, group_id, policy.CONDUCT),
        do=lambda work, group: do(work, group, _among(group, membership_id)),
        said=said,
        to=url_for(".members", group_id=group_id),
        again=again,
    )


def _among(group: WorkingGroup, membership_id: int) -> GroupMembership:
    found = next((one for one in group.memberships if one.id == membership_id), None)
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return found
