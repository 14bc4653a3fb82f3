"""Locking, in the one order of this office, so that two verbs never wait for each other.

Proposals, then applications, then offers, then places, each by ascending number; the kept counts
of `change_state` come last. On SQLite a unit of work is alone from its start on.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import contains_eager
from sqlalchemy.orm.attributes import InstrumentedAttribute

from app.applications.models import Application
from app.applications.queries import applications_visible_to
from app.courses.operations import hold_run
from app.facilities.operations import hold_facility
from app.foundation.database import Entity
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.invitations.operations import hold_call as hold_stays
from app.opportunities.models import Place
from app.opportunities.states import Kind
from app.placements import queries
from app.placements.models import Offer, PlacementRound
from app.visits.operations import hold_call


def hold(
    work: Work,
    *,
    rounds: Iterable[int] = (),
    applications: Iterable[int] = (),
    offers: Iterable[int] = (),
    places: Iterable[int] = (),
) -> None:
    """Lock these rows and read them anew. References to them may still be made meanwhile."""
    wanted: list[tuple[type[Entity], InstrumentedAttribute[int], Iterable[int]]] = [
        (PlacementRound, PlacementRound.id, rounds),
        (Application, Application.id, applications),
        (Offer, Offer.id, offers),
        (Place, Place.id, places),
    ]
    for model, key, ids in wanted:
        some = sorted(set(ids))
        if some:
            query = select(model).where(key.in_(some)).order_by(key)
            locked = query.with_for_update(key_share=True).execution_options(populate_existing=True)
            work.session.execute(locked).scalars().all()


def find_offer(work: Work, offer_id: int) -> Offer:
    """The offer, if this actor may see it, with all that its moves depend on held.

    Raises NotFound. Verbs on one offer begin with it: `work.find` would lock the offer before
    its proposal and its application, and somebody else's verb may hold those already.
    """
    visible = queries.offers_visible_to(work.actor).where(Offer.id == offer_id)
    parts = visible.with_only_columns(Offer.round_id, Offer.application_id, Offer.place_id)
    found = work.session.execute(parts).one_or_none()
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    hold(
        work,
        rounds=[found.round_id],
        applications=[found.application_id],
        offers=[offer_id],
        places=[found.place_id],
    )
    return work.find(visible)


def offers_held(work: Work, round_id: int) -> list[Offer]:
    """The live offers of a proposal, with everything of theirs held; the proposal itself is."""
    of_round = select(Offer.id, Offer.application_id, Offer.place_id).where(
        Offer.round_id == round_id
    )
    parts = work.session.execute(of_round).all()
    hold(
        work,
        applications=[p.application_id for p in parts],
        offers=[p.id for p in parts],
        places=[p.place_id for p in parts],
    )
    query = queries.offers().where(Offer.round_id == round_id).order_by(Offer.id)
    return list(work.session.execute(query).unique().scalars())


def find_application(work: Work, application_id: int) -> Application:
    """One's own application, with every proposal of its call and its own offers held.

    Of one for dates of a course, a facility, a group or a stay, what there is is held before it.
    """
    visible = (
        applications_visible_to(work.actor)
        .join(Application.applicant)
        .options(contains_eager(Application.applicant))
        .where(Application.id == application_id)
    )
    found = work.session.execute(visible).unique().scalar_one_or_none()
    if found is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    if found.opportunity.kind is Kind.COURSE:
        hold_run(work, found.opportunity_id)
    elif found.opportunity.kind is Kind.FACILITY:
        hold_facility(work, found.opportunity_id)
    elif found.opportunity.kind is Kind.VISIT:
        hold_call(work, found.opportunity_id)
    elif found.opportunity.kind is Kind.RESEARCH_STAY:
        hold_stays(work, found.opportunity_id)
    rounds = select(PlacementRound.id).where(PlacementRound.opportunity_id == found.opportunity_id)
    hold(work, rounds=work.session.scalars(rounds).all(), applications=[application_id])
    parts = work.session.execute(
        select(Offer.id, Offer.place_id).where(Offer.application_id == application_id)
    ).all()
    hold(work, offers=[p.id for p in parts], places=[p.place_id for p in parts])
    return work.find(visible)
