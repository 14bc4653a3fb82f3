"""The programme's page of its groups, and the buttons by which awards are proposed and approved."""

from collections import Counter
from collections.abc import Callable

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.forms import ReasonForm
from app.visits import policy, queries, wording
from app.visits.models import VisitGroup
from app.visits.operations import award_visit, call_off, find_group, propose_award, send_back
from app.visits.states import HOLDS, GroupState
from app.visits.views import bp
from app.visits.views.hosting import group_page, page_of


@bp.get("/office/<int:call_id>/groups")
@needs(policy.SEE_GROUPS)
def groups(call_id: int) -> ResponseReturnValue:
    """Every group that was applied for, by how far it is, and who came from where."""
    found = one_or_404(queries.call_of_office(current_actor(), call_id))
    policy.SEE_GROUPS.require(current_actor(), found)
    every = db.session.scalars(queries.groups_of_call(found.id)).all()
    came: Counter[str] = Counter()
    for one in every:
        came.update(one.report.by_country if one.report else {})
    return render_template(
        "visits/office/groups.html",
        call=found,
        over=False,
        may_edit=policy.EDIT.allows(current_actor(), found),
        sets=[(state, [one for one in every if one.state is state]) for state in GroupState],
        held=sum(one.state in HOLDS for one in every),
        came=sorted(came.items(), key=lambda pair: (-pair[1], pair[0])),
        wording=wording,
    )


@bp.post("/groups/<int:group_id>/propose")
@needs(policy.PROPOSE)
def propose(group_id: int) -> ResponseReturnValue:
    said = _("The award is proposed. A second person approves it.")
    return press(group_id, policy.PROPOSE, propose_award, said)


@bp.post("/groups/<int:group_id>/award")
@needs(policy.AWARD)
def award(group_id: int) -> ResponseReturnValue:
    said = _("The award is approved, and the host is told.")
    return press(group_id, policy.AWARD, award_visit, said)


@bp.post("/groups/<int:group_id>/send-back")
@needs(policy.AWARD)
def return_proposal(group_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    return settle(
        form,
        find=lambda work: found_for(work, group_id, policy.AWARD),
        do=lambda work, found: send_back(work, found, reason=form.reason.data or ""),
        said=_("The proposal is sent back."),
        to=page_of(group_id),
        again=lambda refusal: group_page(group_id, returning=form, refusal=refusal),
    )


@bp.post("/groups/<int:group_id>/call-off")
@needs(policy.CALL_OFF)
def cancel(group_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    return settle(
        form,
        find=lambda work: found_for(work, group_id, policy.CALL_OFF),
        do=lambda work, found: call_off(work, found, reason=form.reason.data or ""),
        said=_("The visit is called off, and everybody is told why."),
        to=page_of(group_id),
        again=lambda refusal: group_page(group_id, calling_off=form, refusal=refusal),
    )


def found_for(work: Work, group_id: int, may: Permission[VisitGroup]) -> VisitGroup:
    """Who sees it and may not do this is told so, whatever the form holds."""
    found = find_group(work, group_id)
    may.require(work.actor, found)
    return found


def press(
    group_id: int,
    may: Permission[VisitGroup],
    do: Callable[[Work, VisitGroup], object],
    said: str,
) -> ResponseReturnValue:
    return settle(
        Button(),
        find=lambda work: found_for(work, group_id, may),
        do=do,
        said=said,
        to=url_for(".group", group_id=group_id),
    )
