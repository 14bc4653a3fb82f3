"""Links by which a host that has nobody who signs in here answers one nomination."""

from datetime import datetime, timedelta

from app.audit.record import record
from app.exchanges.queries import reply_to
from app.foundation import keys
from app.foundation.actors import Actor
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.mobility import policy, queries
from app.mobility.messages import PartnerAsked
from app.mobility.models import ExchangeNomination, NominationKey
from app.mobility.operations.telling import TO_REACH
from app.mobility.states import NominationState
from app.notifications.notify import Recipient, notify
from app.notifications.tasks import close_tasks

GOOD_FOR = timedelta(days=30)
MOST_SENT = 10


def ask_partner(
    work: Work, nomination: ExchangeNomination, *, email: str, locale: str = ""
) -> NominationKey:
    """Send somebody whom the host has named a link; one that was sent before is dead.

    No `locale` is the language that the host named for this person.
    """
    policy.ASK_PARTNER.require(work.actor, nomination)
    refuse_unless_off(work, nomination)
    contacts = queries.contacts_of_host(work.session, nomination)
    contact = next((one for one in contacts if one.email.lower() == email.strip().lower()), None)
    if contact is None:
        raise RuleBroken(_("Choose one of the people whom the host has named."))
    if contact.email.lower() == (work.actor.email or "").lower():
        raise RuleBroken(_("This is your own address: somebody else has to confirm it."))
    speaks = locale if locale in LANGUAGES else contact.locale
    key = _send(work, nomination, contact.name, contact.email, speaks)
    close_tasks(work, TO_REACH, nomination)

    record(work, "nomination.link sent", nomination, to=contact.name, host=nomination.host.name)
    return key


def ask_partner_again(work: Work, nomination: ExchangeNomination) -> None:
    """After a correction: whoever had the last link gets a new one, if the host is still off."""
    sent = work.session.scalars(queries.keys_of(nomination.id)).all()
    off = bool(sent) and not queries.signs_in(work.session, nomination.host_id)
    if off and len(sent) < MOST_SENT:
        _send(work, nomination, sent[0].name, sent[0].email, sent[0].locale)
        close_tasks(work, TO_REACH, nomination)


def end_links(work: Work, nomination: ExchangeNomination) -> None:
    """Nothing that was sent opens this nomination any more."""
    living = queries.keys_of(nomination.id).where(NominationKey.ended_at.is_(None))
    for key in work.session.scalars(living.with_for_update()):
        key.ended_at = work.now
    work.session.flush()


def refuse_unless_off(work: Work, nomination: ExchangeNomination) -> None:
    """Nobody speaks for a host that speaks for itself."""
    if nomination.state is not NominationState.SENT:
        raise RuleBroken(_("This nomination waits for no answer."))
    if queries.signs_in(work.session, nomination.host_id):
        raise RuleBroken(_("The host has an office that signs in here: it answers itself."))


def hash_of_link(secret: str) -> str:
    return keys.hash_of(secret, "nomination")


def partner_as_guest(key: NominationKey) -> Actor:
    """Whoever holds the link; it opens this one nomination."""
    opens = (ExchangeNomination.__tablename__, key.nomination_id)
    return keys.guest(opens, name=key.name, email=key.email)


def take_up_link(work: Work, secret: str) -> tuple[ExchangeNomination, NominationKey]:
    """What this link opens, locked; the key is read after that. Raises NotFound and NoLonger."""
    key = work.session.scalar(queries.key_with(hash_of_link(secret)))
    if key is None:
        keys.refuse_unknown()
    nomination = work.find(queries.nomination_by_link(key.nomination_id))
    work.session.refresh(key)
    refuse_over(key, work.now)
    return nomination, key


def refuse_over(key: NominationKey, now: datetime) -> None:
    """A link that was replaced, or whose time is over."""
    late = _("The time of this link is over. Ask the university that nominates for a new one.")
    keys.refuse_over(key, now, until=key.expires_at, late=late)


def _send(
    work: Work, nomination: ExchangeNomination, name: str, email: str, locale: str
) -> NominationKey:
    sent = len(work.session.scalars(queries.keys_of(nomination.id)).all())
    if sent >= MOST_SENT:
        raise RuleBroken(_("Links were sent often enough. Ask for a letter, and record it."))
    end_links(work, nomination)
    secret = keys.new_secret()
    key = NominationKey(
        nomination_id=nomination.id,
        name=name,
        email=email,
        locale=locale,
        key_hash=hash_of_link(secret),
        made_at=work.now,
        made_by_id=work.actor.user_id or 0,
        expires_at=work.now + GOOD_FOR,
    )
    work.session.add(key)
    work.session.flush()
    asked = PartnerAsked(
        name=name,
        student=nomination.person.passport_name,
        home=nomination.home.name,
        host=nomination.host.name,
        posting=nomination.posting.title,
        days=GOOD_FOR.days,
        path=f"/partners/{secret}?lang={locale}",
    )
    once = f"partner-{nomination.id}-{sent + 1}"
    answers = reply_to(work.session, work.actor, nomination.home_id)
    notify(work, Recipient(email, locale), asked, once=once, reply_to=answers)
    return key
