"""What happens because a moment has come: hosts are asked what now, people become known."""

from app.foundation.work import Work
from app.invitations import policy, queries
from app.invitations.operations.telling import ask_office, did
from app.invitations.states import InvitationState, Side
from app.notifications.tasks import open_task


def follow_up(work: Work) -> int:
    """Ask the host about what was not answered in time. No clock turns an invitation down."""
    policy.LOOK_AFTER.require(work.actor, None)
    late = work.session.scalars(queries.to_follow_up(work.now)).all()
    for invitation in late:
        ask_office(work, invitation, queries.TO_FOLLOW_UP, Side.HOST)
    return len(late)


def know_people(work: Work) -> int:
    """Whoever has made an account with the address that was invited finds the invitation there."""
    policy.LOOK_AFTER.require(work.actor, None)
    found = work.session.execute(queries.to_be_known()).all()
    for invitation, person_id in found:
        invitation.person_id = person_id
        did(work, "invitation.person known", invitation, name=invitation.person_name)
        if invitation.state is InvitationState.SENT:
            open_task(
                work,
                queries.TO_ANSWER,
                invitation,
                holder_id=person_id,
                due_at=invitation.answer_by,
                about=invitation.host.name,
                zone=invitation.host.zone,
            )
    return len(found)
