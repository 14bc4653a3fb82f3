"""Programmes: opened by the secretariat, which appoints who manages and who approves."""

import re

from sqlalchemy import select

from app.accounts.models import RoleGrant, User
from app.accounts.operations import end_role, grant_role
from app.audit.record import record
from app.fellowships import policy
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.opportunities.models import Programme
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState

APPOINTED = (Role.MANAGER, Role.APPROVER, Role.REVIEWER)
REF = re.compile(r"[a-z][a-z0-9-]{1,39}")


def open_programme(
    work: Work,
    organisation: Organisation,
    *,
    ref: str,
    name: str,
    summary: str = "",
    request_key: str = "",
) -> Programme:
    """A body of the cooperation begins to run calls under this name."""
    policy.OPEN_PROGRAMME.require(work.actor, organisation)
    earlier = earlier_result(work, "open programme", request_key)
    if earlier is not None:
        return work.session.get_one(Programme, earlier)
    if not REF.fullmatch(ref):
        raise RuleBroken(
            _("Write the short name in small Latin letters, digits and hyphens, a letter first.")
        )
    if work.session.scalar(select(Programme.id).where(Programme.ref == ref)) is not None:
        raise RuleBroken(_("There is a programme with this short name already."))
    if organisation.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("This institution is no longer active; choose its successor."))

    programme = Programme(ref=ref, name=name, summary=summary, organisation_id=organisation.id)
    work.session.add(programme)
    work.session.flush()
    remember_result(work, "open programme", request_key, programme.id)

    record(work, "programme.opened", programme, name=name)
    return programme


def save_programme(
    work: Work, programme: Programme, *, name: str, summary: str, version: int | None
) -> None:
    """Change how a programme is called and described."""
    policy.SAVE_PROGRAMME.require(work.actor, programme)
    work.edit(programme, version)

    programme.name, programme.summary = name, summary

    record(work, "programme.saved", programme, name=name)


def appoint(work: Work, programme: Programme, user: User, role: Role) -> None:
    """Give a person an office in this programme: to manage it, to approve, or to review."""
    policy.APPOINT.require(work.actor, programme)
    if role not in APPOINTED:
        raise RuleBroken(_("Programmes have managers, approvers and reviewers."))

    grant_role(work, user, role, Scope.PROGRAMME, programme.id, on=programme.name)

    record(work, "programme.appointed", programme, role=role.value, user_id=user.id)


def dismiss(work: Work, programme: Programme, user: User, grant: RoleGrant) -> None:
    """End a person's office in this programme; what was done in it stays."""
    policy.APPOINT.require(work.actor, programme)
    if grant.scope is not Scope.PROGRAMME or grant.scope_id != programme.id:
        raise RuleBroken(_("This role is not in this programme."))

    end_role(work, user, grant)

    record(work, "programme.dismissed", programme, role=grant.role.value, user_id=user.id)
