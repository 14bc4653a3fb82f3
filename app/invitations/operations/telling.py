"""Whom an invitation concerns, who is asked, and what its home is called."""

from datetime import date
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.audit.record import record
from app.exchanges.queries import reply_to
from app.foundation.actors import Scope
from app.foundation.languages import LANGUAGES
from app.foundation.work import Work
from app.invitations import queries
from app.invitations.messages import Invited
from app.invitations.models import Invitation
from app.invitations.states import OFFICE, Side
from app.notifications.notify import Message, Recipient, notify_each
from app.notifications.tasks import open_task


def home_of(invitation: Invitation) -> str:
    """What the home is called. The home must be loaded."""
    return invitation.home.name if invitation.home else invitation.home_name


def today_there(work: Work, invitation: Invitation) -> date:
    """The day that it is where the host is."""
    return work.now.astimezone(ZoneInfo(invitation.host.zone)).date()


def did(work: Work, verb: str, invitation: Invitation, **details: str | int | None) -> None:
    """Record it; once it was sent the history of the request that it answers tells it, too."""
    sent = invitation.sent_at is not None
    record(
        work,
        verb,
        invitation,
        application_id=invitation.application_id if sent else None,
        opportunity_id=invitation.call_id if sent else None,
        **details,
    )


def ask_office(work: Work, invitation: Invitation, kind: str, side: Side) -> None:
    """Open a task for everybody who speaks for the host or the home; for nobody off the house."""
    body = invitation.host_id if side is Side.HOST else invitation.home_id
    for role in OFFICE if body is not None else ():
        open_task(
            work,
            kind,
            invitation,
            role=role,
            scope=Scope.ORGANISATION,
            scope_id=body,
            due_at=invitation.answer_by,
            about=invitation.person_name,
            zone=invitation.host.zone,
        )


def language_for(invitation: Invitation) -> str:
    """In which of our languages who has no account is written to.

    The one that was chosen beside the address; else that of the stay, or English.
    """
    if invitation.mail_locale in LANGUAGES:
        return invitation.mail_locale
    return invitation.language if invitation.language in LANGUAGES else "en"


def account_of(work: Work, invitation: Invitation) -> User | None:
    if invitation.person_id is not None:
        return work.session.get(User, invitation.person_id)
    return work.session.scalar(queries.account_of(invitation.person_email))


def people_of(work: Work, invitation: Invitation, *sides: Side) -> list[Recipient]:
    """Each address of these sides once; a person without an account is written to as well."""
    found: dict[str, Recipient] = {}
    for side in sides:
        if side is Side.PERSON:
            account = account_of(work, invitation)
            to = (
                recipient(account)
                if account
                else Recipient(invitation.person_email, language_for(invitation))
            )
            found[to.address] = to
            continue
        body = invitation.host_id if side is Side.HOST else invitation.home_id
        for role in OFFICE if body is not None else ():
            for user in work.session.scalars(people_with(role, Scope.ORGANISATION, body)):
                found[user.email] = recipient(user)
        if side is Side.HOME and not found and invitation.agrees_email:
            found[invitation.agrees_email] = Recipient(
                invitation.agrees_email, language_for(invitation)
            )
    return list(found.values())


def tell(
    work: Work, invitation: Invitation, people: list[Recipient], said: Message, *, once: str
) -> None:
    """Answers go to the office that acts, where it is one."""
    bodies = [one for one in (invitation.host_id, invitation.home_id) if one is not None]
    answers = reply_to(work.session, work.actor, *bodies)
    notify_each(work, [(to, said) for to in people], once=once, reply_to=answers)


def invited(invitation: Invitation, path: str, *, changed: bool) -> Invited:
    return Invited(
        path=path,
        name=invitation.person_name,
        host=invitation.host.name,
        starts_on=invitation.starts_on.isoformat(),
        ends_on=invitation.ends_on.isoformat(),
        changed=changed,
        answer_by=invitation.answer_by,
        zone=invitation.host.zone,
    )
