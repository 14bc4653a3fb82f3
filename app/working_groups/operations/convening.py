"""How a working group is convened: begun as an idea, written, set to work, closed."""

import re
import secrets
from datetime import date

from app.audit.record import record
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.tasks import close_tasks
from app.organisations.models import Organisation
from app.organisations.operations import sort_key
from app.organisations.states import OrganisationState
from app.working_groups import policy, queries
from app.working_groups.models import WorkingGroup, WorkingGroupText
from app.working_groups.operations.telling import (
    TO_DECIDE,
    TO_JOIN,
    known_language,
    members,
    refuse_closed,
    title_of,
)
from app.working_groups.states import (
    WAITING,
    GroupFlow,
    GroupState,
    Joining,
    MemberRole,
    MembershipFlow,
)

CONVENE = "working_groups.convene"
ACRONYM = re.compile(r"[A-Z][A-Z0-9-]{1,11}")


def convene_group(
    work: Work,
    centre: Organisation,
    *,
    locale: str,
    name: str,
    mandate: str = "",
    acronym: str,
    joining: Joining = Joining.INVITATION,
    starts_on: date | None = None,
    ends_on: date | None = None,
    request_key: str = "",
) -> WorkingGroup:
    """Begin a group at a centre: nobody else reads of it until it sets to work."""
    policy.CONVENE.require(work.actor, centre)
    earlier = earlier_result(work, CONVENE, request_key)
    if earlier is not None:
        return work.session.get_one(WorkingGroup, earlier)
    if not centre.is_centre or centre.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("Working groups are convened at a centre that is at work."))
    _refuse_impossible(work, acronym, starts_on, ends_on)
    text = WorkingGroupText(
        locale=known_language(locale), is_original=True, name=name, mandate=mandate
    )
    group = WorkingGroup(
        ref=f"group-{secrets.token_hex(5)}",
        organisation=centre,
        by_secretariat=not work.actor.holds(Role.CENTRE, Scope.ORGANISATION, centre.id),
        acronym=acronym,
        joining=joining,
        sort_key=sort_key(name),
        starts_on=starts_on,
        ends_on=ends_on,
        texts=[text],
        memberships=[],
    )
    work.session.add(group)
    work.session.flush()
    remember_result(work, CONVENE, request_key, group.id)

    record(work, "group.convened", group, name=name)
    return group


def plan_group(
    work: Work,
    group: WorkingGroup,
    *,
    acronym: str,
    joining: Joining,
    starts_on: date | None,
    ends_on: date | None,
    version: int | None = None,
) -> None:
    """Say what it is called for short, how people join it, and from when until when it works."""
    policy.CONDUCT.require(work.actor, group)
    refuse_closed(group)
    work.edit(group, version)
    _refuse_impossible(work, acronym, starts_on, ends_on, but=group.id)
    if acronym != group.acronym and queries.results_so_far(work.session, group.id):
        raise RuleBroken(_("Its results are numbered by this acronym: it stays."))
    group.acronym, group.joining = acronym, joining
    group.starts_on, group.ends_on = starts_on, ends_on

    record(work, "group.planned", group)
    stamp_catalogue(work)


def write_group(
    work: Work,
    group: WorkingGroup,
    *,
    locale: str,
    name: str,
    mandate: str,
    version: int | None = None,
) -> WorkingGroupText:
    """Say in one language what it is for. The texts must be loaded."""
    policy.CONDUCT.require(work.actor, group)
    refuse_closed(group)
    work.edit(group, version)
    text = next((one for one in group.texts if one.locale == known_language(locale)), None)
    if text is None:
        text = WorkingGroupText(locale=locale, is_original=False, name=name)
        group.texts.append(text)
    if text.is_original and not mandate and group.state is GroupState.ACTIVE:
        raise RuleBroken(_("Write first what the group is for."))
    text.name, text.mandate = name, mandate
    if text.is_original:
        group.sort_key = sort_key(name)

    record(work, "group.written", group, name=name, locale=locale)
    stamp_catalogue(work)
    return text


def begin_group(work: Work, group: WorkingGroup) -> None:
    """Set it to work: from now on the world reads of it. Somebody must chair it."""
    policy.CONDUCT.require(work.actor, group)
    if not next(one.mandate for one in group.texts if one.is_original):
        raise RuleBroken(_("Write first what the group is for."))
    if not members(group, MemberRole.CHAIR):
        raise RuleBroken(_("Somebody must have agreed to chair the group before it begins."))
    group.begun_at = work.now
    GroupFlow.begin(group)

    record(work, "group.begun", group, name=title_of(group))
    stamp_catalogue(work)


def close_group(work: Work, group: WorkingGroup) -> None:
    """End its work. Its page and results stay; whoever waits for an answer waits no more."""
    policy.CONDUCT.require(work.actor, group)
    until = queries.runs_until(work.session, group.id)
    if until is not None and until >= work.now:
        raise RuleBroken(_("A document of this group is open for comment: wait for its end."))
    if queries.unanswered_in(work.session, group.id):
        raise RuleBroken(_("Comments wait for an answer: answer them before the group is closed."))
    GroupFlow.close(group)
    for waiting in (one for one in group.memberships if one.state in WAITING):
        MembershipFlow.withdraw(waiting)
        waiting.answered_at = work.now
        close_tasks(work, TO_JOIN, waiting)
        close_tasks(work, TO_DECIDE, waiting)

    record(work, "group.closed", group)
    stamp_catalogue(work)


def _refuse_impossible(
    work: Work, acronym: str, starts_on: date | None, ends_on: date | None, *, but: int = 0
) -> None:
    if not ACRONYM.fullmatch(acronym):
        raise RuleBroken(_("Write 2 to 12 capital letters, digits or hyphens, such as KLE."))
    if work.session.scalar(queries.acronym_is_taken(acronym, but=but)) is not None:
        raise RuleBroken(_("Another working group has this acronym."))
    if starts_on and ends_on and ends_on < starts_on:
        raise RuleBroken(_("The last day cannot be before the first."))
