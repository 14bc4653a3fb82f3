"""Pages on which a university writes what it wants to agree on: the first time, and anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.exchanges import policy, queries
from app.exchanges.forms import ConditionsForm, row_of
from app.exchanges.models import Agreement
from app.exchanges.operations import propose_agreement, revise_agreement
from app.exchanges.views import bp
from app.exchanges.views.agreements import named_side, spoken_for
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from app.organisations.queries import organisations_named

MOST_PARTNERS = 19
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Proposal:
    """For which university, with which others: as the address says it."""

    university: Organisation
    partners: Sequence[Organisation]

    @property
    def names(self) -> dict[str, str]:
        return {body.ref: body.name for body in (self.university, *self.partners)}

    def address(self, *, besides: str = "", without: str = "") -> str:
        """The same page with one partner more or less."""
        refs = [body.ref for body in self.partners if body.ref != without]
        refs += [besides] if besides else []
        return url_for(".propose", university=self.university.ref, partner=refs)


def _proposal() -> tuple[Proposal, Sequence[Organisation]]:
    """What the address proposes, and the universities that one may propose for."""
    own = db.session.scalars(queries.own_universities(current_actor())).all()
    if not own:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    asked = request.args.get("university", "")
    university = next((body for body in own if body.ref == asked), own[0])
    refs = [ref for ref in request.args.getlist("partner") if "\0" not in ref][:MOST_PARTNERS]
    found = db.session.scalars(queries.universities_by_ref(refs)).all()
    return Proposal(university, [body for body in found if body is not university]), own


@bp.get("/agreements/new")
@needs(policy.PROPOSE_SOME)
def propose() -> ResponseReturnValue:
    """Choose with whom, then write the conditions."""
    policy.PROPOSE_SOME.require(current_actor(), None)
    proposal, own = _proposal()
    form = ConditionsForm(formdata=None)
    form.between(proposal.names)
    for partner in proposal.partners:
        form.add_both_ways(proposal.university.ref, partner.ref, year=clock.now().year + 1)
    return _proposal_page(proposal, own, form)


@bp.post("/agreements/new")
@needs(policy.PROPOSE_SOME)
def put_forward() -> ResponseReturnValue:
    policy.PROPOSE_SOME.require(current_actor(), None)
    proposal, own = _proposal()
    form = ConditionsForm(request.form)
    form.between(proposal.names)
    if request.form.get("do") == "add" and proposal.partners:
        form.add_row()
        return _proposal_page(proposal, own, form)
    if not form.validate():
        return _proposal_page(proposal, own, form), 422
    try:
        with unit_of_work(current_actor()) as work:
            made = propose_agreement(
                work,
                work.session.get_one(Organisation, proposal.university.id),
                partners=work.session.scalars(
                    queries.universities_by_ref([body.ref for body in proposal.partners])
                ).all(),
                conditions=form.conditions(),
                note=form.note.data or "",
                request_key=form.request_key.data or "",
            ).id
    except RuleBroken as refusal:
        return _proposal_page(*_proposal(), form, str(refusal)), 409
    flash(_("The other side is asked to approve what you wrote."), "success")
    return redirect(url_for(".agreement", agreement_id=made))


def _proposal_page(
    proposal: Proposal, own: Sequence[Organisation], form: ConditionsForm, *refusals: str
) -> str:
    words = request.args.get("q", "").replace("\0", "")[:LONGEST_SEARCH].strip()
    chosen = proposal.names
    found = organisations_named(db.session(), words) if words else []
    return render_template(
        "exchanges/propose.html",
        proposal=proposal,
        own=own,
        words=words,
        found=[body for body in found if body.ref not in chosen],
        form=form,
        refusals=refusals,
    )


@bp.get("/agreements/<int:agreement_id>/revise")
@needs(policy.ANSWER_AGREEMENT)
def revise(agreement_id: int) -> ResponseReturnValue:
    """The newest revision, to be changed into the next one."""
    found = _to_revise(agreement_id)
    return _page(found, _filled(found))


@bp.post("/agreements/<int:agreement_id>/revise")
@needs(policy.ANSWER_AGREEMENT)
def write_revision(agreement_id: int) -> ResponseReturnValue:
    form: ConditionsForm | None = None
    try:
        with unit_of_work(current_actor()) as work:
            found = work.find(queries.agreement_with_all(work.actor, agreement_id))
            policy.ANSWER_AGREEMENT.require(work.actor, found)
            form = _sent(found)
            valid = request.form.get("do") != "add" and form.validate()
            if valid:
                revise_agreement(
                    work,
                    found,
                    named_side(found, form.side.data),
                    seen=form.seen.data,
                    conditions=form.conditions(),
                    note=form.note.data or "",
                )
    except (ChangedMeanwhile, RuleBroken) as refusal:
        found = _to_revise(agreement_id)
        return _page(found, form or _filled(found), str(refusal)), 409
    if not valid:
        found = _to_revise(agreement_id)
        if request.form.get("do") == "add":
            form.add_row()
            return _page(found, form)
        return _page(found, form), 422
    flash(_("The other side is asked to approve what you wrote."), "success")
    return redirect(url_for(".agreement", agreement_id=agreement_id))


def _to_revise(agreement_id: int) -> Agreement:
    found = one_or_404(queries.agreement_with_all(current_actor(), agreement_id))
    policy.ANSWER_AGREEMENT.require(current_actor(), found)
    return found


def _names(found: Agreement) -> dict[str, str]:
    return {side.organisation.ref: side.organisation.name for side in found.sides}


def _filled(found: Agreement) -> ConditionsForm:
    said = queries.terms_of(found, queries.latest(found))
    form = ConditionsForm(formdata=None, data={"rows": [row_of(c) for c in said.conditions]})
    form.between(_names(found))
    return form


def _sent(found: Agreement) -> ConditionsForm:
    form = ConditionsForm(request.form)
    form.between(_names(found))
    return form


def _page(found: Agreement, form: ConditionsForm, *refusals: str) -> str:
    mine: Any = spoken_for(current_actor(), found)
    if mine is None or found.ended_at is not None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    return render_template(
        "exchanges/revise.html",
        agreement=found,
        newest=queries.latest(found),
        mine=mine,
        form=form,
        refusals=refusals,
    )
