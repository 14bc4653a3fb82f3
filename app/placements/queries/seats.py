"""How many seats there are, are held and are left, and what must never be."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.applications.states import ApplicationState
from app.opportunities.models import Place
from app.opportunities.states import PlaceState
from app.organisations.models import Organisation
from app.placements.models import Offer
from app.placements.states import HOLDS_A_SEAT, LIVE, OfferState

Columns = Select[*tuple[Any, ...]]


def _offers_at_place(states: Iterable[OfferState]) -> ColumnElement[int]:
    """How many offers in these states a place has, as a column beside it."""
    return (
        select(func.count(Offer.id))
        .where(Offer.place_id == Place.id, Offer.state.in_(states))
        .correlate(Place)
        .scalar_subquery()
    )


def seats_left(session: Session, place: Place) -> int:
    """Seats not yet held; locks the place first, so that nobody else counts meanwhile."""
    session.refresh(place, attribute_names=["seats", "state"], with_for_update={"key_share": True})
    held = session.scalar(
        select(func.count(Offer.id)).where(
            Offer.place_id == place.id, Offer.state.in_(HOLDS_A_SEAT)
        )
    )
    return place.seats - (held or 0)


def places_with_offers(opportunity_id: int) -> Columns:
    """The confirmed places of an opportunity: host, seats, seats held, offers alive."""
    return (
        select(
            Place.id,
            Place.seats,
            Place.label,
            Place.tracks,
            Organisation.name.label("host"),
            Organisation.acronym,
            Organisation.city,
            Organisation.country_code,
            _offers_at_place(HOLDS_A_SEAT).label("held"),
            _offers_at_place(LIVE).label("live"),
        )
        .join(Organisation, Organisation.id == Place.host_id)
        .where(Place.opportunity_id == opportunity_id, Place.state == PlaceState.CONFIRMED)
        .order_by(Organisation.sort_key, Place.id)
    )


def places_beyond_their_seats() -> Columns:
    """What must never be: places that hold more people than they have seats."""
    held = _offers_at_place(HOLDS_A_SEAT)
    return select(Place.id, Place.seats, held.label("held")).where(held > Place.seats)


def award_countries_out_of_step() -> Columns:
    """Accepted applications whose kept `award_country` is not that of the host they go to."""
    goes_to = (
        select(Organisation.country_code)
        .join(Place, Place.host_id == Organisation.id)
        .join(Offer, Offer.place_id == Place.id)
        .where(Offer.application_id == Application.id, Offer.state == OfferState.ACCEPTED)
        .order_by(Offer.id.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    return select(Application.id, Application.award_country, goes_to.label("goes_to")).where(
        Application.state == ApplicationState.ACCEPTED,
        func.coalesce(Application.award_country, "") != func.coalesce(goes_to, ""),
    )


def offer_states_out_of_step() -> Columns:
    """Applications whose kept `offer_state` is not what their newest offer says."""
    newest = (
        select(Offer.state)
        .where(Offer.application_id == Application.id)
        .order_by(Offer.id.desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )
    return select(Application.id, Application.offer_state, newest.label("newest")).where(
        func.coalesce(Application.offer_state, "") != func.coalesce(newest, "")
    )
