"""The programme's page of its groups, and the buttons by which awards are proposed and approved."""

from collections import Counter
from collections.abc import Callable

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.forms import Button
from app.foundation.languages import gettext as _
from app.foundation.permissions import Permission
from app.foundation.settling import settle
from app.foundation.texts import for_reader
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work
from app.opportunities.forms import ReasonForm
from app.visits import policy, queries, wording
from app.visits.eligibility import said
from app.visits.models import VisitGroup, VisitPerson
from app.visits.operations import (
    award_visit,
    call_off,
    find_group,
    let_person_through,
    propose_award,
    rules_of,
    send_back,
)
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


@bp.get("/groups/<int:group_id>/people/<int:person_id>/let-through")
@needs(policy.LET_THROUGH)
def let_through(group_id: int, person_id: int) -> ResponseReturnValue:
    return _exception_page(group_id, person_id, ReasonForm(formdata=None))


@bp.post("/groups/<int:group_id>/people/<int:person_id>/let-through")
@needs(policy.LET_THROUGH)
def let_come(group_id: int, person_id: int) -> ResponseReturnValue:
    """Somebody whom a rule stands against may come, for a reason that is kept."""
    form = ReasonForm()

    def do(work: Work, found: VisitGroup) -> None:
        person = _person_of(found, person_id)
        let_person_through(work, found, person, reason=form.reason.data or "")

    return settle(
        form,
        find=lambda work: _with_person(work, group_id, person_id),
        do=do,
        said=_("This person may come, and the host is told."),
        to=page_of(group_id),
        again=lambda refusal: _exception_page(group_id, person_id, form, refusal),
    )


def _exception_page(group_id: int, person_id: int, form: ReasonForm, refusal: str = "") -> str:
    found = one_or_404(queries.group_with_all(current_actor(), group_id))
    policy.LET_THROUGH.require(current_actor(), found)
    person = _person_of(found, person_id)
    return render_template(
        "visits/group_admit.html",
        group=found,
        call=found.call,
        text=for_reader(found.call.texts),
        person=person,
        form=form,
        refusals=[refusal] if refusal else [],
        against=said(rules_of(found, person.part), person.unfit.split(",")),
        wording=wording,
    )


def _with_person(work: Work, group_id: int, person_id: int) -> VisitGroup:
    found = found_for(work, group_id, policy.LET_THROUGH)
    _person_of(found, person_id)
    return found


def _person_of(found: VisitGroup, person_id: int) -> VisitPerson:
    one = next((one for one in found.people if one.id == person_id), None)
    if one is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return one


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
