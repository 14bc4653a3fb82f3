"""Beginning a proposal, and changing one person in it by hand."""

import secrets

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.applications.models import Application
from app.applications.queries import applications_visible_to
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.web import current_actor, needs, one_or_404
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import Opportunity, Place
from app.placements import operations as ops
from app.placements import policy, queries
from app.placements.forms import ExcludeForm, HandForm, OpenForm
from app.placements.models import PlacementRound
from app.placements.views.blueprint import bp
from app.placements.views.rounds import find_round

PURPOSE = "open a placement round"


@bp.get("/open/<int:opportunity_id>")
@needs(policy.OPEN)
def before_opening(opportunity_id: int) -> ResponseReturnValue:
    query = queries.opportunities_to_place(current_actor())
    opportunity = one_or_404(query.where(Opportunity.id == opportunity_id))
    making = queries.open_round(db.session(), opportunity.id)
    if making is not None:
        return redirect(url_for(".round_", round_id=making.id))
    return _open_page(opportunity, OpenForm(key=secrets.token_urlsafe(16)))


def _open_page(opportunity: Opportunity, form: OpenForm) -> str:
    titles = queries.titles(db.session(), opportunity)
    return render_template(
        "placements/open.html", opportunity=opportunity, form=form, titles=titles
    )


@bp.post("/open/<int:opportunity_id>")
@needs(policy.OPEN)
def open_(opportunity_id: int) -> ResponseReturnValue:
    form = OpenForm(request.form)
    with unit_of_work(current_actor()) as work:
        query = queries.opportunities_to_place(work.actor)
        opportunity = work.find(query.where(Opportunity.id == opportunity_id))
        if not form.validate():
            return _open_page(opportunity, form), 422
        round_id = earlier_result(work, PURPOSE, form.key.data or "")
        if round_id is None:
            made = ops.open_round(work, opportunity, note=form.note.data or "")
            remember_result(work, PURPOSE, form.key.data or "", made.id)
            round_id = made.id
    flash(_("The proposal is begun. Let it be worked out now."), "success")
    return redirect(url_for(".round_", round_id=round_id))


@bp.get("/rounds/<int:round_id>/people/<int:application_id>")
@needs(policy.PROPOSE)
def person(round_id: int, application_id: int) -> ResponseReturnValue:
    query = queries.rounds_visible_to(current_actor()).where(PlacementRound.id == round_id)
    placement_round = one_or_404(query)
    visible = applications_visible_to(current_actor()).where(
        Application.id == application_id,
        Application.opportunity_id == placement_round.opportunity_id,
    )
    application = one_or_404(visible)
    policy.PLACE_PERSON.require(current_actor(), application)
    return _person_page(placement_round, application)


def _person_page(
    placement_round: PlacementRound,
    application: Application,
    *,
    hand: HandForm | None = None,
    excluding: ExcludeForm | None = None,
) -> str:
    found, names, places = queries.person_page(db.session(), placement_round, application.id)
    return render_template(
        "placements/person.html",
        round=placement_round,
        application=application,
        person=found,
        names=names,
        hand=hand or HandForm(_hosts(places), formdata=None),
        excluding=excluding or ExcludeForm(formdata=None),
        titles=queries.titles(db.session(), placement_round.opportunity),
    )


def _hosts(places: queries.Rows) -> list[tuple[int, str]]:
    return [
        (
            p.id,
            _(
                "%(host)s: %(given)s of %(seats)s seats given",
                host=f"{p.host} ({p.label})" if p.label else p.host,
                given=p.live,
                seats=p.seats,
            ),
        )
        for p in places
    ]


def _find(work: Work, round_id: int, application_id: int) -> tuple[PlacementRound, Application]:
    """The proposal first, then the person: in the order in which this office locks."""
    placement_round = find_round(work, round_id)
    visible = applications_visible_to(work.actor).where(
        Application.id == application_id,
        Application.opportunity_id == placement_round.opportunity_id,
    )
    return placement_round, work.find(visible)


@bp.post("/rounds/<int:round_id>/people/<int:application_id>/place")
@needs(policy.PLACE_PERSON)
def place(round_id: int, application_id: int) -> ResponseReturnValue:
    with unit_of_work(current_actor()) as work:
        placement_round, application = _find(work, round_id, application_id)
        policy.PLACE_PERSON.require(work.actor, application)
        places = work.session.execute(
            queries.places_with_offers(placement_round.opportunity_id)
        ).all()
        form = HandForm(_hosts(places), request.form)
        if not form.validate():
            return _person_page(placement_round, application, hand=form), 422
        chosen = work.session.scalar(select(Place).where(Place.id == form.place_id))
        if chosen is None:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        reason = form.reason.data or ""
        ops.place_by_hand(work, placement_round, application, chosen, reason=reason)
    flash(_("Placed by hand. Your reason is part of the proposal."), "success")
    return redirect(url_for(".round_", round_id=round_id, person=application_id))


@bp.post("/rounds/<int:round_id>/people/<int:application_id>/exclude")
@needs(policy.PLACE_PERSON)
def exclude(round_id: int, application_id: int) -> ResponseReturnValue:
    form = ExcludeForm(request.form)
    with unit_of_work(current_actor()) as work:
        placement_round, application = _find(work, round_id, application_id)
        policy.PLACE_PERSON.require(work.actor, application)
        if not form.validate():
            return _person_page(placement_round, application, excluding=form), 422
        ops.take_out(work, placement_round, application, reason=form.reason.data or "")
    flash(_("Excluded by hand. Your reason is part of the proposal."), "success")
    return redirect(url_for(".round_", round_id=round_id, person=application_id))
