"""What pages say about group visits, in the reader's words. Pure."""

from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext, number
from app.opportunities.states import OpportunityState
from app.visits.states import GroupState, Part, PersonState

STATE_CHIPS = {
    OpportunityState.DRAFT: "warn",
    OpportunityState.PUBLISHED: "good",
    OpportunityState.CLOSED: "",
    OpportunityState.CANCELLED: "bad",
}
GROUP_CHIPS = {
    GroupState.PLANNED: "",
    GroupState.PROPOSED: "warn",
    GroupState.AWARDED: "now",
    GroupState.DECLINED: "",
    GroupState.LAPSED: "",
    GroupState.ACCEPTED: "good",
    GroupState.ENDED: "",
    GroupState.CALLED_OFF: "bad",
}
PERSON_CHIPS = {
    PersonState.NAMED: "warn",
    PersonState.CONFIRMED: "good",
    PersonState.DECLINED: "bad",
    PersonState.REPLACED: "",
    PersonState.LEFT_OUT: "",
}


def states() -> dict[OpportunityState, str]:
    return {
        OpportunityState.DRAFT: _("In preparation"),
        OpportunityState.PUBLISHED: _("Takes applications"),
        OpportunityState.CLOSED: _("Closed"),
        OpportunityState.CANCELLED: _("Cancelled"),
    }


def group_states() -> dict[GroupState, str]:
    return {
        GroupState.PLANNED: _("Planned"),
        GroupState.PROPOSED: _("Proposed for an award"),
        GroupState.AWARDED: _("Awarded, not answered yet"),
        GroupState.DECLINED: _("Award declined"),
        GroupState.LAPSED: _("Award lapsed"),
        GroupState.ACCEPTED: _("The group comes"),
        GroupState.ENDED: _("The visit is over"),
        GroupState.CALLED_OFF: _("Called off"),
    }


def person_states() -> dict[PersonState, str]:
    return {
        PersonState.NAMED: _("Asked to confirm"),
        PersonState.CONFIRMED: _("Confirmed"),
        PersonState.DECLINED: _("Does not come"),
        PersonState.REPLACED: _("Replaced"),
        PersonState.LEFT_OUT: _("Left out"),
    }


def parts() -> dict[Part, str]:
    return {Part.PARTICIPANT: _("Participant"), Part.SUPERVISOR: _("Supervisor")}


def many_parts() -> dict[Part, str]:
    return {Part.PARTICIPANT: _("Participants"), Part.SUPERVISOR: _("Supervisors")}


def size(people: int, supervisors: int) -> str:
    """Up to 8 people, of them 2 supervisors at most."""
    said = ngettext("Up to %(num)s person", "Up to %(num)s people", people)
    if not supervisors:
        return said
    among = ngettext(
        "at most %(num)s supervisor among them",
        "at most %(num)s supervisors among them",
        supervisors,
    )
    return _("%(people)s, %(supervisors)s", people=said, supervisors=among)


def length(fewest: int, most: int) -> str:
    if fewest == most:
        return ngettext("%(num)s day", "%(num)s days", most)
    return _("%(fewest)s to %(most)s days", fewest=number(fewest), most=number(most))


def taken(held: int, groups: int) -> str:
    return _("%(held)s of %(groups)s groups awarded", held=number(held), groups=number(groups))
