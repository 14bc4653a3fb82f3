"""What every kind of opportunity goes through, whichever office runs it."""

from sqlalchemy import func, select, update

from app.foundation.work import Work
from app.opportunities.models import CatalogueStamp, Opportunity, Place
from app.opportunities.states import PlaceState


def stamp_catalogue(work: Work) -> None:
    """Say that the catalogue shows something else from now on, so that kept pages are dropped."""
    stamped = work.session.execute(
        update(CatalogueStamp)
        .where(CatalogueStamp.id == 1)
        .values(number=CatalogueStamp.number + 1)
    )
    if stamped.rowcount == 0:  # type: ignore[attr-defined]
        work.session.add(CatalogueStamp(id=1, number=1))


def recount_seats(work: Work, opportunity: Opportunity) -> None:
    """Keep how many seats there are, at how many hosts that confirmed theirs."""
    work.session.flush()
    seats, hosts = work.session.execute(
        select(func.coalesce(func.sum(Place.seats), 0), func.count(Place.host_id.distinct())).where(
            Place.opportunity_id == opportunity.id, Place.state == PlaceState.CONFIRMED
        )
    ).one()
    opportunity.seats, opportunity.hosts = int(seats), int(hosts)
