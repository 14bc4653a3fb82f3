"""Links that open one invitation: for the person, and for a home that has no office here."""

from datetime import datetime, timedelta

from app.foundation import keys
from app.foundation.actors import Actor
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.invitations import policy, queries
from app.invitations.messages import HomeAsked
from app.invitations.models import Invitation, InvitationKey
from app.invitations.operations.requests import find_invitation
from app.invitations.operations.telling import did, home_of, invited, language_for, people_of, tell
from app.invitations.queries import TO_REACH
from app.invitations.states import InvitationState, Side, opened_by
from app.notifications.notify import Recipient
from app.notifications.tasks import close_tasks

GOOD_FOR = timedelta(days=60)
MOST_SENT = 10


def hash_of_link(secret: str) -> str:
    return keys.hash_of(secret, "invitation")


def as_guest(key: InvitationKey) -> Actor:
    """Whoever holds the link; it opens this one invitation, for one side."""
    opens = (opened_by(key.side), key.invitation_id)
    return keys.guest(opens, name=key.name, email=key.email)


def new_link(work: Work, invitation: Invitation, side: Side, name: str, email: str) -> str:
    """Make a link; one that was sent to this side before is dead. Gives its path."""
    sent = len(work.session.scalars(queries.keys_of(invitation.id, side)).all())
    if sent >= MOST_SENT:
        raise RuleBroken(_("Links were sent often enough. Write to the person yourself."))
    end_links(work, invitation, side)
    secret = keys.new_secret()
    work.session.add(
        InvitationKey(
            invitation_id=invitation.id,
            side=side,
            name=name,
            email=email,
            key_hash=hash_of_link(secret),
            made_at=work.now,
            expires_at=work.now + GOOD_FOR,
        )
    )
    work.session.flush()
    return f"/research-stays/answer/{secret}?lang={language_for(invitation)}"


def end_links(work: Work, invitation: Invitation, *sides: Side) -> None:
    """Nothing that was sent opens this invitation any more."""
    for side in sides or (Side.PERSON, Side.HOME):
        living = queries.keys_of(invitation.id, side).where(InvitationKey.ended_at.is_(None))
        for key in work.session.scalars(living.with_for_update()):
            key.ended_at = work.now
    work.session.flush()


def take_up_link(work: Work, secret: str) -> tuple[Invitation, InvitationKey]:
    """What this link opens, locked; the key is read after that. Raises NotFound and NoLonger."""
    key = work.session.scalar(queries.key_with(hash_of_link(secret)))
    if key is None:
        keys.refuse_unknown()
    invitation = find_invitation(work, queries.invitation_by_link(key.invitation_id))
    work.session.refresh(key)
    refuse_over(key, work.now)
    return invitation, key


def refuse_over(key: InvitationKey, now: datetime) -> None:
    """A link that was replaced, or whose time is over."""
    late = _("The time of this link is over. Ask the host institution for a new one.")
    keys.refuse_over(key, now, until=key.expires_at, late=late)


def ask_home_by_link(work: Work, invitation: Invitation) -> None:
    """Send whoever agrees at a home without an office a link; the person named them."""
    policy.SEND.require(work.actor, invitation)
    refuse_unless_off(work, invitation)
    if not invitation.agrees_email:
        raise RuleBroken(_("The person has named nobody who agrees for the home institution."))
    if invitation.agrees_email in {invitation.person_email, work.actor.email.lower()}:
        raise RuleBroken(_("Somebody else than you or the person agrees for the home institution."))
    send_to_home(work, invitation)
    did(work, "invitation.home asked", invitation, to=invitation.agrees_name)


def send_to_home(work: Work, invitation: Invitation) -> None:
    """The link itself."""
    name, email = invitation.agrees_name, invitation.agrees_email
    path = new_link(work, invitation, Side.HOME, name, email)
    close_tasks(work, TO_REACH, invitation)
    said = home_asked(invitation, path, name)
    number = len(work.session.scalars(queries.keys_of(invitation.id, Side.HOME)).all())
    once = f"{invitation.id}-link-{number}"
    to = Recipient(email, language_for(invitation))
    tell(work, invitation, [to], said, once=once)


def home_asked(invitation: Invitation, path: str, name: str = "") -> HomeAsked:
    return HomeAsked(
        path=path,
        name=name,
        person=invitation.person_name,
        home=home_of(invitation),
        host=invitation.host.name,
        starts_on=invitation.starts_on.isoformat(),
        ends_on=invitation.ends_on.isoformat(),
    )


def send_link_again(work: Work, invitation: Invitation) -> None:
    """A new link for the person, whose mail may have gone astray."""
    policy.SEND.require(work.actor, invitation)
    if invitation.state is not InvitationState.SENT:
        raise RuleBroken(_("This invitation waits for no answer of the person."))
    name, email = invitation.person_name, invitation.person_email
    path = new_link(work, invitation, Side.PERSON, name, email)
    number = len(work.session.scalars(queries.keys_of(invitation.id, Side.PERSON)).all())
    said = invited(invitation, path, changed=False)
    to = people_of(work, invitation, Side.PERSON)
    tell(work, invitation, to, said, once=f"{invitation.id}-again-{number}")

    did(work, "invitation.link sent", invitation, to=name)


def refuse_unless_off(work: Work, invitation: Invitation) -> None:
    """Nobody speaks for a home that speaks for itself."""
    if invitation.state is not InvitationState.ACCEPTED:
        raise RuleBroken(_("This invitation waits for no answer of the home institution."))
    if queries.home_signs_in(work.session, invitation):
        raise RuleBroken(
            _("The home institution has an office that signs in here: it answers itself.")
        )
