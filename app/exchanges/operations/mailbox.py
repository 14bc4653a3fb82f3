"""Where answers to the mail of an international office go: asked for, confirmed, taken back."""

import secrets

from app.accounts.queries import digest
from app.audit.record import record
from app.exchanges import policy, queries
from app.exchanges.messages import MailboxToConfirm
from app.exchanges.models import OfficeMailbox
from app.exchanges.operations.succeeding import refuse_written_elsewhere
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.work import Work
from app.notifications.notify import Recipient, notify
from app.organisations.models import Organisation
from app.organisations.queries import language_for


def ask_for_mailbox(
    work: Work,
    university: Organisation,
    address: str,
    *,
    locale: str = "",
    version: int | None = None,
) -> str:
    """Mail a link to an address; it receives the answers once somebody there followed it.

    Answers with the key of that link, which is kept nowhere. The university must be locked. No
    `locale` is the language of its country.
    """
    policy.KEEP_MAILBOX.require(work.actor, university)
    refuse_written_elsewhere(university)
    kept = work.session.scalar(queries.mailbox_of(university.id))
    if kept is not None and kept.address == address:
        raise RuleBroken(_("Answers go to this address already."))
    if kept is None:
        kept = OfficeMailbox(organisation_id=university.id, version=0)
        work.session.add(kept)
    work.edit(kept, version)
    key = secrets.token_urlsafe(32)
    kept.asked, kept.key_hash, kept.asked_at = address, digest(key), work.now
    work.session.flush()

    record(work, "partner.mailbox_asked", university, address=address)
    speaks = language_for(work.session, locale, university.country_code)
    path = f"/exchanges/mailboxes/{key}?lang={speaks}"
    said = MailboxToConfirm(university=university.name, by=work.actor.name, path=path)
    to = Recipient(address, speaks, zone=university.zone)
    notify(work, to, said, once=f"{university.id}:{kept.version}")
    return key


def confirm_mailbox(work: Work, mailbox: OfficeMailbox) -> None:
    """Somebody who reads mail at the address followed the link. Needs its organisation loaded."""
    policy.CONFIRM_MAILBOX.require(work.actor, mailbox)
    mailbox.address, mailbox.confirmed_at = mailbox.asked, work.now
    mailbox.asked, mailbox.key_hash, mailbox.asked_at = "", "", None
    mailbox.version += 1

    record(work, "partner.mailbox_confirmed", mailbox.organisation, address=mailbox.address)


def drop_mailbox(work: Work, university: Organisation) -> None:
    """Answers go to no address of the office any more; a link that was mailed is dead."""
    policy.KEEP_MAILBOX.require(work.actor, university)
    kept = work.session.scalar(queries.mailbox_of(university.id))
    if kept is None or not (kept.address or kept.asked):
        raise RuleBroken(_("No address is kept."))
    kept.address, kept.confirmed_at = "", None
    kept.asked, kept.key_hash, kept.asked_at = "", "", None
    kept.version += 1

    record(work, "partner.mailbox_dropped", university)
