"""Who may read and who speaks in an agreement of universities."""

from typing import Any

from app.exchanges.models import (
    AcademicTerm,
    Agreement,
    AgreementSide,
    BalanceEntry,
    ExchangeContact,
    HostCourse,
    LanguageScore,
    Posting,
)
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.permissions import Permission, Rule, anyone
from app.organisations.models import Organisation


@Rule
def is_secretariat(actor: Actor, _subject: Any) -> bool:
    return actor.is_a(Role.SECRETARIAT)


@Rule
def is_the_system(actor: Actor, _subject: object) -> bool:
    """The command line of the site itself, which loads the reference lists; and its duties."""
    return actor == SYSTEM


@Rule
def is_an_international_office(actor: Actor, _subject: object) -> bool:
    return actor.is_a(Role.COORDINATOR)


@Rule
def coordinates(actor: Actor, university: Organisation) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, university.id)


@Rule
def speaks_for(actor: Actor, side: AgreementSide) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, side.organisation_id)


@Rule
def recorded_it(actor: Actor, entry: BalanceEntry) -> bool:
    """The office of the university for which it was entered."""
    university = entry.recorded_for_id
    return university is not None and actor.holds(Role.COORDINATOR, Scope.ORGANISATION, university)


@Rule
def keeps_term(actor: Actor, term: AcademicTerm) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, term.organisation_id)


@Rule
def keeps_course(actor: Actor, course: HostCourse) -> bool:
    """The term must be loaded."""
    return keeps_term.holds(actor, course.term)


@Rule
def keeps_contact(actor: Actor, contact: ExchangeContact) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, contact.organisation_id)


@Rule
def took_the_test(actor: Actor, score: LanguageScore) -> bool:
    return actor.user_id is not None and actor.user_id == score.person_id


@Rule
def hosts_posting(actor: Actor, posting: Posting) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, posting.organisation_id)


@Rule
def sends_to_posting(actor: Actor, posting: Posting) -> bool:
    """Is the office of a university that may send: the agreement's, or any other than the host."""
    return any(
        university != posting.organisation_id and posting.origin_id in (None, university)
        for university in actor.scopes(Role.COORDINATOR, Scope.ORGANISATION)
    )


@Rule
def was_opened(_actor: Actor, posting: Posting) -> bool:
    return posting.published_at is not None


@Rule
def is_the_clock(actor: Actor, _posting: Posting) -> bool:
    """Nobody in person: what happens because a day is over."""
    return actor == SYSTEM


@Rule
def is_party(actor: Actor, agreement: Agreement) -> bool:
    """The sides must be loaded."""
    return any(speaks_for.holds(actor, side) for side in agreement.sides)


SEE_AGREEMENTS: Permission[object] = Permission(
    "exchanges.see agreements",
    "Only international offices of universities have this page.",
    is_an_international_office | is_secretariat,
)
PROPOSE = Permission(
    "exchanges.propose",
    "Only the international office of a university may propose an agreement for it.",
    coordinates,
)
PROPOSE_SOME: Permission[object] = Permission(
    "exchanges.propose some",
    "Only the international office of a university may propose an agreement.",
    is_an_international_office,
)
VIEW_AGREEMENT = Permission(
    "exchanges.view agreement", "You may not see this agreement.", is_party | is_secretariat
)
ANSWER_AGREEMENT = Permission(
    "exchanges.answer agreement",
    "Only the universities that it is between may answer an agreement.",
    is_party,
)
SPEAK = Permission(
    "exchanges.speak",
    "Only the international office of this university may speak for it.",
    speaks_for,
)
LOAD: Permission[object] = Permission(
    "exchanges.load", "Only the site itself may load the reference lists.", is_the_system
)
LOOK_AFTER: Permission[object] = Permission(
    "exchanges.look after", "Only the site itself reminds of agreements.", is_the_system
)
REVERSE = Permission(
    "exchanges.reverse",
    "Only the university that entered it, or the secretariat, may reverse an entry.",
    recorded_it | is_secretariat,
)
KEEP_FACTS: Permission[Organisation] = Permission(
    "exchanges.keep facts",
    "Only the international office of a university writes what partners read of it.",
    coordinates,
)
KEEP_SOME_FACTS: Permission[object] = Permission(
    "exchanges.keep some facts",
    "Only international offices of universities have this page.",
    is_an_international_office,
)
KEEP_TERM = Permission(
    "exchanges.keep term",
    "Only the international office of a university writes its calendar.",
    keeps_term,
)
KEEP_COURSE = Permission(
    "exchanges.keep course",
    "Only the international office of a university writes its list of courses.",
    keeps_course,
)
KEEP_CONTACT = Permission(
    "exchanges.keep contact",
    "Only the international office of a university says who answers for it.",
    keeps_contact,
)
KEEP_MAILBOX: Permission[Organisation] = Permission(
    "exchanges.keep mailbox",
    "Only the international office of a university and the secretariat say where answers go.",
    coordinates | is_secretariat,
)
CONFIRM_MAILBOX: Permission[object] = Permission(
    "exchanges.confirm mailbox", "Whoever has the link confirms the address.", anyone
)
KEEP_SCORE = Permission(
    "exchanges.keep score", "Only who took a test keeps its score here.", took_the_test
)
POST: Permission[Organisation] = Permission(
    "exchanges.post",
    "Only the international office of a university posts places there.",
    coordinates,
)
POST_SOME: Permission[object] = Permission(
    "exchanges.post some",
    "Only international offices of universities have this page.",
    is_an_international_office,
)
EDIT_POSTING = Permission(
    "exchanges.edit posting",
    "Only the international office of the host changes this posting.",
    hosts_posting,
)
CLOSE_POSTING = Permission(
    "exchanges.close posting",
    "Only the international office of the host changes this posting.",
    hosts_posting | is_the_clock,
)
SAY_HOME_DATES = Permission(
    "exchanges.say home dates",
    "Only international offices that may send to this posting tell their students a day.",
    sends_to_posting & was_opened,
)
