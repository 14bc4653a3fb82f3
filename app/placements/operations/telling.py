"""Whom the verbs of this office tell, with the words that their letters need."""

from app.accounts.models import User
from app.accounts.queries import recipient
from app.applications.models import Application
from app.foundation.actors import Role, Scope
from app.foundation.work import Work
from app.notifications.notify import Message, notify
from app.notifications.tasks import open_task
from app.opportunities.models import Opportunity
from app.placements import queries
from app.placements.messages import PersonComes, PersonDoesNotCome, SeatReturned
from app.placements.models import Offer, PlacementRound


def title_for(work: Work, opportunity: Opportunity, person: User) -> str:
    """What the opportunity is called in the person's language, else as it was written."""
    titles = queries.titles(work.session, opportunity)
    return titles.get(person.locale, opportunity.title)


def zone_of(offer: Offer) -> str:
    """The zone in which the day to answer ends: the call's own, else the host's."""
    return offer.application.opportunity.closes_zone or offer.place.host.zone


def tell_applicant(work: Work, application: Application, message: Message, *, once: str) -> None:
    notify(work, recipient(application.applicant), message, once=once)


def tell_managers(work: Work, opportunity: Opportunity, message: Message, *, once: str) -> None:
    """Everybody who manages the programme whose call this is."""
    query = queries.people_of([Role.MANAGER], Scope.PROGRAMME, opportunity.programme_id)
    for manager in work.session.scalars(query):
        notify(work, recipient(manager), message, once=once)


def tell_host(
    work: Work, offer: Offer, message: PersonComes | PersonDoesNotCome, *, once: str
) -> None:
    """Everybody who works for the host institution."""
    query = queries.people_of(queries.HOSTING, Scope.ORGANISATION, offer.place.host_id)
    for person in work.session.scalars(query):
        notify(work, recipient(person), message, once=once)


def ask_managers(
    work: Work, kind: str, placement_round: PlacementRound, opportunity: Opportunity
) -> None:
    """A task for whoever manages the programme."""
    open_task(
        work,
        kind,
        placement_round,
        role=Role.MANAGER,
        scope=Scope.PROGRAMME,
        scope_id=opportunity.programme_id,
        opportunity_id=opportunity.id,
        about=opportunity.title,
    )


def seat_is_free_again(work: Work, offer: Offer, why: str, note: str = "") -> None:
    """Managers learn that a seat came back, and have a task to give it to somebody."""
    opportunity = offer.application.opportunity
    returned = SeatReturned(
        offer_id=offer.id,
        person=offer.application.applicant_name,
        opportunity=opportunity.title,
        host=offer.place.host.name,
        why=why,
        note=note,
    )
    tell_managers(work, opportunity, returned, once=f"{offer.id}-{why}-{work.now.isoformat()}")
    ask_managers(work, "seats are free again", offer.round, opportunity)
