"""Who has a part in a stay, and who may say what about it."""

from typing import Any

from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.invitations.states import OFFICE
from app.stays.models import Preparation, Stay, StayChange, StayReport
from app.stays.queries import HOSTING, offices
from app.stays.states import ReportState, Side


@Rule
def is_the_person(actor: Actor, stay: Stay) -> bool:
    return actor.user_id == stay.person_id


@Rule
def is_the_host(actor: Actor, stay: Stay) -> bool:
    """Students are their international office's; whom a programme sends, everybody's who hosts."""
    return any(actor.holds(*office) for office in offices(stay, Side.HOST))


@Rule
def is_the_home(actor: Actor, stay: Stay) -> bool:
    """Where only an invitation names the home, the office of the host writes for it."""
    return any(actor.holds(*office) for office in offices(stay, Side.HOME))


@Rule
def is_secretariat(actor: Actor, _stay: Any) -> bool:
    return actor.is_a(Role.SECRETARIAT)


@Rule
def is_an_office(actor: Actor, _subject: object) -> bool:
    return any(actor.is_a(role) for role in (*HOSTING, Role.MANAGER, Role.SECRETARIAT))


@Rule
def is_the_system(actor: Actor, _subject: object) -> bool:
    """What happens because a day has come."""
    return actor == SYSTEM


@Rule
def is_its_side(actor: Actor, preparation: Preparation) -> bool:
    """Whose line it is; an office may settle the person's, who may have no line that day."""
    stay = preparation.stay
    offices = is_the_host.holds(actor, stay) or is_the_home.holds(actor, stay)
    return offices or (preparation.side is Side.PERSON and is_the_person.holds(actor, stay))


@Rule
def is_an_office_of_it(actor: Actor, preparation: Preparation) -> bool:
    stay = preparation.stay
    return is_the_host.holds(actor, stay) or is_the_home.holds(actor, stay)


@Rule
def has_to_agree(actor: Actor, change: StayChange) -> bool:
    return any(
        at is None for at in (change.agreed()[side] for side in sides_of(actor, change.stay))
    )


@Rule
def asked_for_it(actor: Actor, change: StayChange) -> bool:
    return change.side in sides_of(actor, change.stay)


@Rule
def is_of_this_person(actor: Actor, report: StayReport) -> bool:
    return is_the_person.holds(actor, report.stay)


@Rule
def is_for_the_home(actor: Actor, report: StayReport) -> bool:
    return is_the_home.holds(actor, report.stay)


@Rule
def is_the_office_that_invited(actor: Actor, report: StayReport) -> bool:
    """Takes it where the home has nobody who signs in any more; see `accept_report`."""
    stay = report.stay
    return stay.invitation_id is not None and any(
        actor.holds(role, Scope.ORGANISATION, stay.host_id) for role in OFFICE
    )


@Rule
def sees_its_stay(actor: Actor, report: StayReport) -> bool:
    return VIEW_STAY.allows(actor, report.stay)


@Rule
def is_handed_in(_actor: Actor, report: StayReport) -> bool:
    """What is being written is nobody else's to read."""
    return report.state in {ReportState.SENT, ReportState.ACCEPTED}


def sides_of(actor: Actor, stay: Stay) -> list[Side]:
    """For whom the actor speaks in this stay; mostly for one side."""
    said = {Side.PERSON: is_the_person, Side.HOST: is_the_host, Side.HOME: is_the_home}
    return [side for side, rule in said.items() if rule.holds(actor, stay)]


_has_a_part = is_the_person | is_the_host | is_the_home

SEE_OFFICE: Permission[object] = Permission(
    "stays.see office", "Only those who host, send or grant have this page.", is_an_office
)
VIEW_STAY = Permission("stays.view", "You may not see this stay.", _has_a_part | is_secretariat)
PLAN: Permission[object] = Permission(
    "stays.plan", "Stays are planned when a place is won.", is_the_system
)
SETTLE = Permission(
    "stays.settle preparation", "Somebody else settles this line of the list.", is_its_side
)
MOVE = Permission(
    "stays.move preparation",
    "Only the host and who sends the person move the days of this list.",
    is_an_office_of_it,
)
ADD_PREPARATION = Permission(
    "stays.add preparation",
    "Only the host and who sends the person add to this list.",
    is_the_host | is_the_home,
)
CONFIRM = Permission(
    "stays.confirm", "Only the host confirms who arrived and who left.", is_the_host
)
INTERRUPT = Permission(
    "stays.interrupt",
    "Only the host and who sends the person write down interruptions.",
    is_the_host | is_the_home,
)
ASK_CHANGE = Permission(
    "stays.ask change", "Only those who have a part in this stay ask for other days.", _has_a_part
)
ANSWER_CHANGE = Permission(
    "stays.answer change", "Your side has agreed already, or has no part in it.", has_to_agree
)
TAKE_BACK_CHANGE = Permission(
    "stays.take back change", "Only the side that asked takes it back.", asked_for_it
)
REPORT = Permission("stays.report", "Only who was there writes this report.", is_of_this_person)
ANSWER_REPORT = Permission(
    "stays.answer report",
    "Only who sent the person accepts the report.",
    is_for_the_home | (is_the_office_that_invited & ~is_of_this_person),
)
READ_REPORT = Permission(
    "stays.read report",
    "The report is not sent yet.",
    is_of_this_person | (sees_its_stay & is_handed_in),
)
