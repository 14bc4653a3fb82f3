"""How people come into a working group, what they do there, and how they leave it.

Each verb is given the group, found and locked, with its members: one at a time changes who belongs.
"""

from app.accounts.models import User
from app.accounts.queries import person as own_row
from app.audit.record import record
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.notifications.tasks import close_tasks, open_task
from app.working_groups import policy
from app.working_groups.messages import GroupInvitation, JoinAnswered, JoinRequested
from app.working_groups.models import GroupMembership, WorkingGroup
from app.working_groups.operations.telling import (
    TO_DECIDE,
    TO_JOIN,
    ask_again,
    ask_to_decide,
    body_spoken_for,
    members,
    refuse_closed,
    refuse_not_running,
    tell,
    title_of,
    who_decides,
)
from app.working_groups.states import (
    LIVING,
    GroupState,
    Joining,
    MemberRole,
    MembershipFlow,
    MembershipState,
)

MOST_MEMBERS = 200


def invite_person(
    work: Work, group: WorkingGroup, person: User, *, role: MemberRole, note: str = ""
) -> GroupMembership:
    """Ask somebody to join, in a role."""
    policy.CONDUCT.require(work.actor, group)
    refuse_closed(group)
    _refuse_second(group, person.id)
    asked = GroupMembership(
        person=person,
        role=role,
        state=MembershipState.INVITED,
        note=note,
        asked_at=work.now,
        organisation=None,
    )
    group.memberships.append(asked)
    work.session.flush()
    name = title_of(group)
    open_task(work, TO_JOIN, asked, holder_id=person.id, group=group.ref, about=name)
    said = GroupInvitation(
        ref=group.ref,
        group=name,
        centre=group.organisation.name,
        by=work.actor.name,
        note=note,
    )
    tell(work, [person], said, once=str(asked.id))

    record(work, "group.person asked", group, person=person.shown_name, role=role.value)
    return asked


def answer_invitation(
    work: Work,
    group: WorkingGroup,
    membership: GroupMembership,
    *,
    accepts: bool,
    speaks_for: int | None = None,
) -> None:
    """Join, speaking for a body or in one's own name; or decline."""
    policy.ANSWER_FOR_ONESELF.require(work.actor, membership)
    refuse_closed(group)
    (MembershipFlow.accept if accepts else MembershipFlow.decline)(membership)
    membership.answered_at = work.now
    if accepts:
        membership.organisation = body_spoken_for(work, speaks_for)
        work.session.flush()
        ask_again(work, group)
    close_tasks(work, TO_JOIN, membership)

    record(work, "group.invitation accepted" if accepts else "group.invitation declined", group)
    stamp_catalogue(work)


def ask_to_join(
    work: Work, group: WorkingGroup, *, speaks_for: int | None = None, note: str = ""
) -> GroupMembership:
    """Ask a group that takes requests whether one may join it."""
    policy.ASK_TO_JOIN.require(work.actor, group)
    refuse_not_running(group)
    if group.joining is not Joining.REQUEST:
        raise RuleBroken(_("People join this group by invitation."))
    person = work.session.scalars(own_row(work.actor)).one()
    _refuse_second(group, person.id)
    asks = GroupMembership(
        person=person,
        role=MemberRole.MEMBER,
        state=MembershipState.REQUESTED,
        note=note,
        asked_at=work.now,
        organisation=body_spoken_for(work, speaks_for),
    )
    group.memberships.append(asks)
    work.session.flush()
    ask_to_decide(work, group)
    said = JoinRequested(
        group_id=group.id, group=title_of(group), person=person.shown_name, note=note
    )
    tell(work, who_decides(work, group), said, once=str(asks.id))

    record(work, "group.joining asked", group)
    return asks


def answer_request(
    work: Work,
    group: WorkingGroup,
    membership: GroupMembership,
    *,
    approves: bool,
    answer: str = "",
) -> None:
    """Let somebody in who asked, or say why not."""
    policy.CONDUCT.require(work.actor, group)
    refuse_closed(group)
    if not approves and not answer.strip():
        raise RuleBroken(_("Say why not: whoever asked reads it."))
    (MembershipFlow.approve if approves else MembershipFlow.refuse)(membership)
    membership.answered_at, membership.answer = work.now, answer
    close_tasks(work, TO_DECIDE, membership)
    said = JoinAnswered(ref=group.ref, group=title_of(group), approved=approves, answer=answer)
    tell(work, [membership.person], said, once=str(membership.id))

    record(
        work,
        "group.joining approved" if approves else "group.joining refused",
        group,
        person=membership.person.shown_name,
    )
    stamp_catalogue(work)


def take_invitation_back(work: Work, group: WorkingGroup, membership: GroupMembership) -> None:
    """Ask somebody no longer who has not answered."""
    policy.CONDUCT.require(work.actor, group)
    if membership.state is not MembershipState.INVITED:
        raise RuleBroken(_("This person has answered already."))
    _take_back(work, group, membership)


def take_request_back(work: Work, group: WorkingGroup, membership: GroupMembership) -> None:
    """Do not ask to join any more."""
    policy.ANSWER_FOR_ONESELF.require(work.actor, membership)
    if membership.state is not MembershipState.REQUESTED:
        raise RuleBroken(_("Your request is answered already."))
    _take_back(work, group, membership)


def _take_back(work: Work, group: WorkingGroup, membership: GroupMembership) -> None:
    MembershipFlow.withdraw(membership)
    membership.answered_at = work.now
    close_tasks(work, TO_JOIN, membership)
    close_tasks(work, TO_DECIDE, membership)

    record(work, "group.question taken back", group, person=membership.person.shown_name)


def leave_group(work: Work, group: WorkingGroup, membership: GroupMembership) -> None:
    """Belong to it no longer."""
    policy.ANSWER_FOR_ONESELF.require(work.actor, membership)
    _refuse_without_chair(group, membership)
    MembershipFlow.leave(membership)
    _ends(work, group, membership)

    record(work, "group.left", group)
    stamp_catalogue(work)


def remove_member(
    work: Work, group: WorkingGroup, membership: GroupMembership, *, reason: str
) -> None:
    """Take somebody out, saying why."""
    policy.CONDUCT.require(work.actor, group)
    refuse_closed(group)
    if not reason.strip():
        raise RuleBroken(_("Say why: the member can read it."))
    _refuse_without_chair(group, membership)
    MembershipFlow.remove(membership)
    membership.answer = reason
    _ends(work, group, membership)

    record(work, "group.member removed", group, person=membership.person.shown_name, reason=reason)
    stamp_catalogue(work)


def give_role(
    work: Work, group: WorkingGroup, membership: GroupMembership, *, role: MemberRole
) -> None:
    """Say what a member does from now on."""
    policy.CONDUCT.require(work.actor, group)
    refuse_closed(group)
    if membership.state is not MembershipState.MEMBER:
        raise RuleBroken(_("Only members have a role."))
    if role is not MemberRole.CHAIR:
        _refuse_without_chair(group, membership)
    membership.role = role
    work.session.flush()
    ask_again(work, group)

    record(work, "group.role given", group, person=membership.person.shown_name, role=role.value)
    stamp_catalogue(work)


def _ends(work: Work, group: WorkingGroup, membership: GroupMembership) -> None:
    membership.ended_at = work.now
    work.session.flush()
    ask_again(work, group)


def _refuse_second(group: WorkingGroup, person_id: int) -> None:
    for one in group.memberships:
        if one.person_id == person_id and one.state in LIVING:
            raise RuleBroken(
                {
                    MembershipState.INVITED: _("This person is asked already."),
                    MembershipState.REQUESTED: _("This person asks to join: answer that."),
                    MembershipState.MEMBER: _("This person belongs to the group already."),
                }[one.state]
            )
    if sum(one.state in LIVING for one in group.memberships) >= MOST_MEMBERS:
        raise RuleBroken(_("A group has at most %(most)s members.", most=MOST_MEMBERS))


def _refuse_without_chair(group: WorkingGroup, membership: GroupMembership) -> None:
    if group.state is not GroupState.ACTIVE or membership.role is not MemberRole.CHAIR:
        return
    if not members(group, MemberRole.CHAIR, but=membership.id):
        raise RuleBroken(
            _("A running group needs somebody who chairs it: give that to another member first.")
        )
