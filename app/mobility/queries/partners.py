"""Universities that have nobody who signs in here: who answers for them, and by which link."""

import re
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import people_with
from app.exchanges.queries import answering
from app.foundation.actors import Role, Scope
from app.mobility.models import ExchangeNomination, NominationKey
from app.mobility.queries.nominations import with_letters

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whom the host itself has named."""

    name: str
    email: str
    function: str = ""


def signs_in(session: Session, university_id: int) -> bool:
    """Whether a university has an international office here."""
    office = people_with(Role.COORDINATOR, Scope.ORGANISATION, university_id)
    return session.scalar(office.with_only_columns(User.id).limit(1)) is not None


def contacts_of_host(session: Session, nomination: ExchangeNomination) -> list[Contact]:
    """Who answers for the host: those that it named for students who come, then the posting's.

    Nobody else gets a link: the home could otherwise send it to itself.
    """
    named = answering(session, nomination.home_id, nomination.host_id).host
    found = {one.email.lower(): Contact(one.name, one.email, one.function) for one in named}
    contact = nomination.posting.contact
    if ADDRESS.fullmatch(contact):
        found.setdefault(contact.lower(), Contact(nomination.host.name, contact))
    return list(found.values())


def key_with(key_hash: str) -> Select[NominationKey]:
    return select(NominationKey).where(NominationKey.key_hash == key_hash)


def keys_of(nomination_id: int) -> Select[NominationKey]:
    """The links that were sent, the newest first."""
    return (
        select(NominationKey)
        .where(NominationKey.nomination_id == nomination_id)
        .order_by(NominationKey.id.desc())
    )


def nomination_by_link(nomination_id: int) -> Select[ExchangeNomination]:
    """What a link opens, for whoever holds it."""
    return (
        select(ExchangeNomination)
        .where(ExchangeNomination.id == nomination_id)
        .options(*with_letters())
        .execution_options(populate_existing=True)
    )
