"""What a person does about a group: asks to join, answers a question, leaves."""

from collections.abc import Callable

from flask import url_for
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.forms import Button, Form
from app.foundation.languages import gettext as _
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.working_groups import policy, queries
from app.working_groups.forms import AskForm, SpeakingForm
from app.working_groups.models import GroupMembership, WorkingGroup
from app.working_groups.operations import (
    answer_invitation,
    ask_to_join,
    leave_group,
    take_request_back,
)
from app.working_groups.views import bp
from app.working_groups.views.finding import group_to
from app.working_groups.views.published import group_page


@bp.post("/<int:group_id>/ask")
@needs(policy.ASK_TO_JOIN)
def ask(group_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = one_or_404(queries.group_with_all(actor, group_id=group_id))
    form = AskForm()
    form.offer(db.session.scalars(queries.bodies_named(actor)))

    def again(refusal: str) -> str:
        found = one_or_404(queries.group_with_all(actor, group_id=group_id))
        return group_page(found, form=form, refusal=refusal)

    return settle(
        form,
        find=lambda work: group_to(work, group_id, policy.ASK_TO_JOIN),
        do=lambda work, group: ask_to_join(
            work, group, speaks_for=form.body(), note=form.note.data or ""
        ),
        said=_("You asked to join. Who chairs the group answers you."),
        to=url_for(".group", ref=shown.ref),
        again=again,
    )


@bp.post("/memberships/<int:membership_id>/accept")
@needs(policy.ANSWER_FOR_ONESELF)
def accept(membership_id: int) -> ResponseReturnValue:
    actor = current_actor()
    shown = one_or_404(queries.group_of_mine(actor, membership_id))
    form = SpeakingForm()
    form.offer(db.session.scalars(queries.bodies_named(actor)))

    def again(refusal: str) -> str:
        found = one_or_404(queries.group_with_all(actor, shown.ref))
        return group_page(found, joining=form, refusal=refusal)

    return settle(
        form,
        find=lambda work: _mine(work, membership_id),
        do=lambda work, found: answer_invitation(
            work, *found, accepts=True, speaks_for=form.body()
        ),
        said=_("You belong to the group now."),
        to=url_for(".group", ref=shown.ref),
        again=again,
    )


@bp.post("/memberships/<int:membership_id>/decline")
@needs(policy.ANSWER_FOR_ONESELF)
def decline(membership_id: int) -> ResponseReturnValue:
    return _press(
        membership_id,
        lambda work, found: answer_invitation(work, *found, accepts=False),
        _("You declined."),
    )


@bp.post("/memberships/<int:membership_id>/take-back")
@needs(policy.ANSWER_FOR_ONESELF)
def take_back(membership_id: int) -> ResponseReturnValue:
    return _press(
        membership_id,
        lambda work, found: take_request_back(work, *found),
        _("You do not ask to join any more."),
    )


@bp.post("/memberships/<int:membership_id>/leave")
@needs(policy.ANSWER_FOR_ONESELF)
def leave(membership_id: int) -> ResponseReturnValue:
    return _press(
        membership_id,
        lambda work, found: leave_group(work, *found),
        _("You do not belong to the group any more."),
    )


def _mine(work: Work, membership_id: int) -> tuple[WorkingGroup, GroupMembership]:
    """The group, locked, and one's own place in it."""
    group = work.find(queries.group_of_mine(work.actor, membership_id))
    found = next((one for one in group.memberships if one.id == membership_id), None)
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return group, found


def _press(
    membership_id: int,
    do: Callable[[Work, tuple[WorkingGroup, GroupMembership]], object],
    said: str,
    form: Form | None = None,
) -> ResponseReturnValue:
    one_or_404(queries.group_of_mine(current_actor(), membership_id))
    return settle(
        form or Button(),
        find=lambda work: _mine(work, membership_id),
        do=do,
        said=said,
        to=url_for(".office"),
    )
