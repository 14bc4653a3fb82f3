"""Universities that have nobody who signs in here: who answers for them, and by which link."""

import re
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.accounts.queries import has_office
from app.exchanges.models import ExchangeContact, Posting
from app.exchanges.queries import answering, universities_of
from app.exchanges.states import PostingStage
from app.foundation.actors import Actor, Role
from app.mobility.models import Choice, ChoicesOfYear, ExchangeNomination, NominationKey
from app.mobility.queries.nominations import everything, with_letters
from app.mobility.states import ChoicesState
from app.organisations.queries import language_for

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody whom the host itself has named, and the language in which to write to them."""

    name: str
    email: str
    function: str = ""
    locale: str = "en"


def signs_in(session: Session, university_id: int) -> bool:
    """Whether a university has an international office here."""
    return has_office(session, university_id, Role.COORDINATOR)


def contacts_of_host(session: Session, nomination: ExchangeNomination) -> list[Contact]:
    """Who answers for the host: those that it named for students who come, then the posting's.

    Nobody else gets a link: the home could otherwise send it to itself.
    """
    named = answering(session, nomination.home_id, nomination.host_id).host
    found = {one.email.lower(): _contact(one) for one in named}
    contact = nomination.posting.contact
    if ADDRESS.fullmatch(contact):
        speaks = language_for(session, "", nomination.host.country_code)
        named_by_posting = Contact(nomination.host.name, contact, locale=speaks)
        found.setdefault(contact.lower(), named_by_posting)
    return list(found.values())


def _contact(one: ExchangeContact) -> Contact:
    return Contact(one.name, one.email, one.function, one.locale)


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


def ranked_by(email: str, posting: Posting) -> Select[ChoicesOfYear]:
    """What somebody sent to the own office, if this place is among it. The term is loaded."""
    return (
        select(ChoicesOfYear)
        .join(User, User.id == ChoicesOfYear.person_id)
        .join(Choice, Choice.choices_id == ChoicesOfYear.id)
        .where(
            func.lower(User.email) == email,
            ChoicesOfYear.state == ChoicesState.SENT,
            ChoicesOfYear.year == posting.term.year,
            Choice.posting_id == posting.id,
        )
        .options(*everything())
    )


def open_postings_of(actor: Actor) -> Select[Posting]:
    """Places of the actor's universities to which students are nominated now."""
    return (
        select(Posting)
        .where(
            Posting.organisation_id.in_(universities_of(actor)),
            Posting.stage == PostingStage.OPEN,
        )
        .options(
            joinedload(Posting.organisation, innerjoin=True),
            joinedload(Posting.term, innerjoin=True),
        )
        .order_by(Posting.ref)
        .limit(200)
    )
