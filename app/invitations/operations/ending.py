"""An invitation is withdrawn before it is certain, or called off afterwards."""

from app.applications.models import Application
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.states import Move
from app.foundation.work import Work
from app.invitations import policy, queries
from app.invitations.messages import InvitationOver
from app.invitations.models import Invitation
from app.invitations.operations.links import end_links
from app.invitations.operations.requests import (
    BACK_TO_THE_SHORTLIST,
    DECLINED_AFTER_ALL,
    PASSED_OVER,
    follow,
)
from app.invitations.operations.telling import did, people_of, tell, today_there
from app.invitations.states import WAITING, InvitationFlow, InvitationState, Side
from app.notifications.tasks import close_tasks

GOES_ALONG = {
    Side.PERSON: DECLINED_AFTER_ALL,
    Side.HOST: PASSED_OVER,
    Side.HOME: BACK_TO_THE_SHORTLIST,
}


def withdraw_invitation(work: Work, invitation: Invitation, *, because: str) -> None:
    """The host takes it back before everybody has agreed; what only it has read goes silently."""
    if invitation.state is InvitationState.DRAFT:
        policy.WRITE.require(work.actor, invitation)
    else:
        policy.SEND.require(work.actor, invitation)
    if invitation.state not in InvitationFlow.withdraw.sources:
        raise RuleBroken(_("It is certain or over: it can only be called off."))
    _refuse_wordless(because)
    sides = _who_read_it(invitation)
    if invitation.state in WAITING:
        follow(work, invitation, PASSED_OVER)
    _over(work, invitation, Side.HOST, because, InvitationFlow.withdraw)

    did(work, "invitation.withdrawn", invitation, because=because)
    _tell(work, invitation, sides, because, called_off=False)


def cancel_invitation(work: Work, invitation: Invitation, *, because: str) -> None:
    """Any side calls off what was certain, before the stay has begun; its stay goes with it."""
    policy.END.require(work.actor, invitation)
    side = side_of(work, invitation)
    if invitation.state is not InvitationState.AGREED or side is None:
        raise RuleBroken(_("Only what everybody has agreed to can be called off."))
    _refuse_begun(work, invitation)
    _refuse_wordless(because)
    follow(work, invitation, GOES_ALONG[side])
    _over(work, invitation, side, because, InvitationFlow.cancel)

    did(work, "invitation.cancelled", invitation, because=because)
    sides = [one for one in Side if one is not side]
    _tell(work, invitation, sides, because, called_off=True)


def leave_with(work: Work, application: Application, *, reason: str = "") -> None:
    """Who withdraws the request ends the invitation with it; the sides that read it are told."""
    found = work.session.scalar(queries.living_invitation_of(application.id))
    if found is None:
        return
    invitation = work.find(queries.invitation_by_link(found.id))
    _refuse_begun(work, invitation)
    because = reason.strip() or _("The person has withdrawn the application for this stay.")
    sides = [Side.HOST, Side.HOME] if invitation.accepted_at else [Side.HOST]
    certain = invitation.state is InvitationState.AGREED
    move = InvitationFlow.cancel if certain else InvitationFlow.withdraw
    _over(work, invitation, Side.PERSON, because, move)

    did(work, "invitation.left", invitation, name=invitation.person_name)
    _tell(work, invitation, sides, because, called_off=certain)


def _refuse_begun(work: Work, invitation: Invitation) -> None:
    certain = invitation.state is InvitationState.AGREED
    if certain and invitation.starts_on < today_there(work, invitation):
        raise RuleBroken(_("The first day is over: who was there or left is said on the stay."))


def side_of(work: Work, invitation: Invitation) -> Side | None:
    """For whom the actor speaks."""
    rules = {
        Side.PERSON: policy.is_the_person,
        Side.HOST: policy.is_the_host,
        Side.HOME: policy.is_the_home,
    }
    return next((side for side, rule in rules.items() if rule.holds(work.actor, invitation)), None)


def _who_read_it(invitation: Invitation) -> list[Side]:
    if invitation.sent_at is None:
        return []
    return [Side.PERSON, Side.HOME] if invitation.accepted_at else [Side.PERSON]


def _refuse_wordless(because: str) -> None:
    if not because.strip():
        raise RuleBroken(_("Say why: the other sides read it."))


def _over(
    work: Work, invitation: Invitation, side: Side, because: str, move: Move[InvitationState]
) -> None:
    invitation.ended_by, invitation.ended_because = side, because
    invitation.ended_at = work.now
    move(invitation)
    invitation.version += 1
    end_links(work, invitation)
    for kind in (
        *(queries.TO_SEND, queries.TO_ANSWER, queries.TO_AGREE),
        *(queries.TO_REACH, queries.TO_FOLLOW_UP),
    ):
        close_tasks(work, kind, invitation)


def _tell(
    work: Work, invitation: Invitation, sides: list[Side], because: str, *, called_off: bool
) -> None:
    said = InvitationOver(
        person=invitation.person_name,
        host=invitation.host.name,
        because=because,
        called_off=called_off,
    )
    to = people_of(work, invitation, *sides)
    tell(work, invitation, to, said, once=f"{invitation.id}-over")
