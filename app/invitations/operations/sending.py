"""Sending an invitation, and sending it anew with other terms: what was answered is then void."""

import secrets
from datetime import datetime

from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.invitations import policy, queries
from app.invitations.contents import Contents, differences, fingerprint
from app.invitations.models import Invitation, InvitationLetter
from app.invitations.operations.links import end_links, new_link
from app.invitations.operations.requests import OFFERED_ANEW, follow, take_place
from app.invitations.operations.telling import account_of, did, home_of, invited, people_of, tell
from app.invitations.operations.writing import Terms, refuse_past, write_terms
from app.invitations.queries import TO_ANSWER
from app.invitations.states import InvitationFlow, InvitationState, Side
from app.notifications.tasks import close_tasks, open_task


def send_invitation(work: Work, invitation: Invitation, *, version: int | None = None) -> None:
    """Invite the person: from now on host, person and home stay who they are."""
    policy.SEND.require(work.actor, invitation)
    if invitation.state is not InvitationState.DRAFT:
        raise RuleBroken(_("This invitation was sent already."))
    _refuse_unready(work, invitation)
    work.edit(invitation, version)
    take_place(work, invitation)
    invitation.sent_at = work.now
    InvitationFlow.send(invitation)
    _send(work, invitation)

    did(work, "invitation.sent", invitation, name=invitation.person_name)


def change_invitation(
    work: Work, invitation: Invitation, terms: Terms, *, version: int | None = None
) -> None:
    """Send it with other terms: nobody has agreed to these, and no link sent before opens it."""
    policy.SEND.require(work.actor, invitation)
    if invitation.state is InvitationState.AGREED:
        raise RuleBroken(
            _("Everybody has agreed. Other days are asked for on the page of the stay.")
        )
    if invitation.state not in InvitationFlow.send_anew.sources:
        raise RuleBroken(_("This invitation is over; write a new one."))
    if version is not None and version != invitation.version:
        raise ChangedMeanwhile(_("This was changed by somebody else after you opened it."))
    last = invitation.letters[-1]
    write_terms(work, invitation, terms)
    if not differences(last.contents, contents_of(invitation)):
        raise RuleBroken(_("This says what was sent before. Give more time instead."))
    if invitation.state is InvitationState.DECLINED:
        take_place(work, invitation)
    elif invitation.state is InvitationState.ACCEPTED:
        follow(work, invitation, OFFERED_ANEW)
    _reopen(invitation)
    invitation.version += 1
    InvitationFlow.send_anew(invitation)
    _close(work, invitation)
    _send(work, invitation)

    did(
        work,
        "invitation.changed",
        invitation,
        name=invitation.person_name,
        number=invitation.letters[-1].number,
    )


def give_time(work: Work, invitation: Invitation, *, answer_by: datetime) -> None:
    """Wait longer for an answer; what was answered stays, for nothing else is said anew."""
    policy.SEND.require(work.actor, invitation)
    if invitation.state not in {InvitationState.SENT, InvitationState.ACCEPTED}:
        raise RuleBroken(_("This invitation waits for no answer."))
    refuse_past(work, answer_by)
    invitation.answer_by = answer_by
    invitation.version += 1
    close_tasks(work, queries.TO_FOLLOW_UP, invitation)

    did(work, "invitation.time given", invitation, closes=answer_by.isoformat())


def contents_of(invitation: Invitation) -> Contents:
    """Everything that is agreed to; host, home, project and what is paid must be loaded."""
    project = invitation.project
    named = next((t.name for t in project.texts if t.is_original), "") if project else ""
    return {
        "host": invitation.host.ref,
        "host_name": invitation.host.name,
        "home": home_of(invitation),
        "home_country": invitation.home_country,
        "person": invitation.person_name,
        "email": invitation.person_email,
        "laboratory": invitation.laboratory,
        "received_by": invitation.received_by,
        "purpose_kind": invitation.purpose_kind.value,
        "purpose": invitation.purpose,
        "project": named,
        "project_ref": project.ref if project else "",
        "first_on": invitation.starts_on.isoformat(),
        "last_on": invitation.ends_on.isoformat(),
        "language": invitation.language,
        "programme": invitation.programme,
        "paid": [
            {
                "kind": one.kind.value,
                "payer": one.payer.value,
                "amount": one.amount,
                "currency": one.currency,
                "per": one.per.value,
            }
            for one in sorted(invitation.paid, key=lambda line: line.kind.value)
        ],
    }


def _send(work: Work, invitation: Invitation) -> None:
    """Keep the letter word for word, and give the person a way to it."""
    contents = contents_of(invitation)
    number = len(invitation.letters) + 1
    invitation.letters.append(
        InvitationLetter(
            number=number,
            contents=dict(contents),
            fingerprint=fingerprint(contents),
            code=secrets.token_hex(8),
            sent_at=work.now,
            sent_by_id=work.actor.user_id,
            answers=[],
        )
    )
    work.session.flush()
    end_links(work, invitation)
    account = account_of(work, invitation)
    path = new_link(work, invitation, Side.PERSON, invitation.person_name, invitation.person_email)
    if account is not None:
        invitation.person_id = account.id
        path = f"/research-stays/{invitation.id}"
        open_task(
            work,
            TO_ANSWER,
            invitation,
            holder_id=account.id,
            due_at=invitation.answer_by,
            about=invitation.host.name,
            zone=invitation.host.zone,
        )
    for kind in (queries.TO_SEND, queries.TO_FOLLOW_UP):
        close_tasks(work, kind, invitation)
    said = invited(invitation, path, changed=number > 1)
    to = people_of(work, invitation, Side.PERSON)
    tell(work, invitation, to, said, once=f"{invitation.id}-{number}")


def _refuse_unready(work: Work, invitation: Invitation) -> None:
    """What was written some time ago may not hold any more."""
    refuse_past(work, invitation.answer_by)
    if not invitation.received_by.strip():
        raise RuleBroken(_("Say who receives the person: the letter names somebody."))


def _reopen(invitation: Invitation) -> None:
    invitation.ended_by, invitation.ended_because, invitation.ended_at = None, "", None


def _close(work: Work, invitation: Invitation) -> None:
    for kind in (queries.TO_ANSWER, queries.TO_AGREE, queries.TO_REACH):
        close_tasks(work, kind, invitation)
