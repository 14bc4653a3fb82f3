"""Addresses to which answers to the mail of international offices go."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.queries import digest
from app.exchanges.models import OfficeMailbox
from app.exchanges.queries.agreements import universities_of
from app.foundation.actors import Actor, Role, Scope
from app.organisations.models import Organisation
from app.organisations.queries import goes_on_as

LINKS_HOLD = timedelta(days=7)


def mailbox_of(university_id: int) -> Select[OfficeMailbox]:
    return select(OfficeMailbox).where(OfficeMailbox.organisation_id == university_id)


def mailbox_by_key(key: str, now: datetime) -> Select[OfficeMailbox]:
    """What a link that was mailed confirms; nothing where it is too old, or was followed."""
    return (
        select(OfficeMailbox)
        .where(
            OfficeMailbox.key_hash == digest(key),
            OfficeMailbox.asked_at > now - LINKS_HOLD,
        )
        .options(joinedload(OfficeMailbox.organisation, innerjoin=True))
    )


def university_with_mailbox(actor: Actor, university_id: int) -> Select[Organisation]:
    """One for which the actor says where answers go."""
    found = select(Organisation).where(Organisation.id == university_id)
    if actor.is_a(Role.SECRETARIAT):
        return found
    return found.where(Organisation.id.in_(universities_of(actor)))


def reply_to(session: Session, actor: Actor, *university_ids: int | None) -> str:
    """Where answers to what the actor writes go: the address of the office that the actor is of.

    The first of these universities counts, or the one that it went on as; nothing for people of no
    office, and for offices that have confirmed no address.
    """
    own = next(
        (
            one
            for one in university_ids
            if one is not None and actor.holds(Role.COORDINATOR, Scope.ORGANISATION, one)
        ),
        None,
    )
    if own is None:
        return ""
    ways = goes_on_as(own)
    address = select(OfficeMailbox.address).join(ways, OfficeMailbox.organisation_id == ways.c.now)
    return session.scalar(address.where(OfficeMailbox.address != "")) or ""
