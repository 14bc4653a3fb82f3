"""Who may do what with proposals and offers: one line a permission, read it aloud."""

from app.applications import policy as applications
from app.applications.models import Application
from app.foundation.actors import SYSTEM, Actor
from app.foundation.permissions import Permission, Rule
from app.opportunities import policy as opportunities
from app.opportunities.models import Opportunity, Place
from app.placements.models import Offer, PlacementRound


@Rule
def manages_call(actor: Actor, subject: PlacementRound) -> bool:
    return opportunities.manages.holds(actor, subject.opportunity)


@Rule
def approves_for_call(actor: Actor, subject: PlacementRound) -> bool:
    return opportunities.approves_for.holds(actor, subject.opportunity)


@Rule
def is_secretariat(actor: Actor, subject: PlacementRound) -> bool:
    return opportunities.is_secretariat.holds(actor, subject.opportunity)


@Rule
def shaped_it(actor: Actor, subject: PlacementRound) -> bool:
    """Proposed, changed or sent it: whoever did is not the second person."""
    return actor.user_id == subject.proposed_by_id or actor.user_id in subject.shaped_by


@Rule
def manages_offer(actor: Actor, offer: Offer) -> bool:
    return applications.manages_call.holds(actor, offer.application)


@Rule
def approves_for_offer(actor: Actor, offer: Offer) -> bool:
    return applications.approves_for_call.holds(actor, offer.application)


@Rule
def secretariat_of_offer(actor: Actor, offer: Offer) -> bool:
    return applications.is_secretariat.holds(actor, offer.application)


@Rule
def proposed_it(actor: Actor, offer: Offer) -> bool:
    return offer.proposed_by_id == actor.user_id or shaped_it.holds(actor, offer.round)


@Rule
def is_applicant(actor: Actor, offer: Offer) -> bool:
    return applications.is_applicant.holds(actor, offer.application)


@Rule
def was_released(_actor: Actor, offer: Offer) -> bool:
    """Before its release an offer is the office's own matter."""
    return offer.released_at is not None


@Rule
def runs_call_of_place(actor: Actor, place: Place) -> bool:
    call = place.opportunity
    rules = (opportunities.manages, opportunities.approves_for, opportunities.is_secretariat)
    return any(rule.holds(actor, call) for rule in rules)


@Rule
def is_the_clock(actor: Actor, _subject: object) -> bool:
    """Nobody in person: what happens because a day is over."""
    return actor == SYSTEM


office = manages_call | approves_for_call | is_secretariat
office_of_offer = manages_offer | approves_for_offer | secretariat_of_offer

LOOK: Permission[Opportunity] = Permission(
    "placements.look",
    "Only the office that runs this call may see its proposals.",
    ((opportunities.manages | opportunities.approves_for) & opportunities.is_a_call)
    | opportunities.is_secretariat,
)
OPEN: Permission[Opportunity] = Permission(
    "placements.open",
    "Only managers of this programme may place its applicants.",
    opportunities.manages & opportunities.is_a_call,
)
VIEW: Permission[PlacementRound] = Permission(
    "placements.view", "Only the office that runs this call may see its proposals.", office
)
PROPOSE: Permission[PlacementRound] = Permission(
    "placements.propose",
    "Only managers of this programme may change this proposal.",
    manages_call,
)
APPROVE_ROUND: Permission[PlacementRound] = Permission(
    "placements.approve round",
    "A second person approves: an approver or a manager who had no part in this proposal.",
    (approves_for_call | manages_call) & ~shaped_it,
)
RELEASE: Permission[PlacementRound] = Permission(
    "placements.release",
    "Only managers and approvers of this programme may send its offers.",
    manages_call | approves_for_call,
)
PASS_OVER: Permission[PlacementRound] = Permission(
    "placements.pass over",
    "Only managers of this programme may tell the others.",
    manages_call,
)
VIEW_OFFER: Permission[Offer] = Permission(
    "placements.view offer",
    "You may not see this offer.",
    office_of_offer | (is_applicant & was_released),
)
APPROVE: Permission[Offer] = Permission(
    "placements.approve",
    "A second person approves: an approver or a manager who had no part in this proposal.",
    (approves_for_offer | manages_offer) & ~proposed_it & ~is_applicant,
)
ANSWER: Permission[Offer] = Permission(
    "placements.answer",
    "Only the person to whom this seat is offered may answer.",
    is_applicant & was_released,
)
TAKE_BACK: Permission[Offer] = Permission(
    "placements.take back",
    "Only managers of this programme may take back this offer.",
    manages_offer & ~is_applicant,
)
RESTORE: Permission[Offer] = Permission(
    "placements.restore",
    "Only managers of this programme may give this offer again.",
    manages_offer & ~is_applicant,
)
LAPSE: Permission[object] = Permission(
    "placements.lapse", "Offers lapse by themselves, when their day is over.", is_the_clock
)
PLACE_PERSON: Permission[Application] = Permission(
    "placements.place person",
    "Only managers of this programme may place this person, and nobody places themselves.",
    applications.manages_programme_of_call & ~applications.is_applicant,
)
WITHDRAW: Permission[Application] = Permission(
    "placements.withdraw",
    "Only the applicant may withdraw this application.",
    applications.is_applicant,
)
VIEW_PLACE: Permission[Place] = Permission(
    "placements.view place",
    "Only the host institution and the office that runs this call may see who comes.",
    opportunities.hosts_place | runs_call_of_place,
)
