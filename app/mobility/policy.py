"""Who ranks, who nominates, who verifies, and who reads it."""

from app.exchanges.models import Posting
from app.exchanges.policy import (
    coordinates,
    hosts_posting,
    is_an_international_office,
    is_secretariat,
    is_the_system,
    was_opened,
)
from app.foundation.actors import Actor, Role, Scope
from app.foundation.permissions import Permission, Rule
from app.mobility.models import ChoicesOfYear, ExchangeNomination, NominationList


@Rule
def is_signed_in(actor: Actor, _posting: Posting) -> bool:
    return actor.user_id is not None


@Rule
def chose_it(actor: Actor, choices: ChoicesOfYear) -> bool:
    return actor.user_id == choices.person_id


@Rule
def sends_the_student(actor: Actor, choices: ChoicesOfYear) -> bool:
    """The office reads them from the moment they were sent."""
    return choices.sent_at is not None and actor.holds(
        Role.COORDINATOR, Scope.ORGANISATION, choices.home_id
    )


@Rule
def is_the_student(actor: Actor, nomination: ExchangeNomination) -> bool:
    return actor.user_id == nomination.person_id


@Rule
def is_the_home(actor: Actor, nomination: ExchangeNomination) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, nomination.home_id)


@Rule
def is_the_host(actor: Actor, nomination: ExchangeNomination) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, nomination.host_id)


@Rule
def holds_its_link(actor: Actor, nomination: ExchangeNomination) -> bool:
    """Somebody of the host without an account, who was sent a link to this nomination."""
    return actor.guest_of == (nomination.__tablename__, nomination.id)


@Rule
def gave_the_list(actor: Actor, looked: NominationList) -> bool:
    return actor.holds(Role.COORDINATOR, Scope.ORGANISATION, looked.home_id)


RANK = Permission(
    "mobility.rank", "Only students rank places that were opened.", is_signed_in & was_opened
)
EDIT_CHOICES = Permission(
    "mobility.edit choices", "Only who chose may change the choices.", chose_it
)
VIEW_CHOICES = Permission(
    "mobility.view choices",
    "Only the student and the international office at home read these choices.",
    chose_it | sends_the_student | is_secretariat,
)
NOMINATE = Permission(
    "mobility.nominate",
    "Only the international office of their university nominates students.",
    sends_the_student,
)
SEE_OFFICE: Permission[object] = Permission(
    "mobility.see office",
    "Only international offices of universities have this page.",
    is_an_international_office,
)
GIVE_LIST = Permission(
    "mobility.give list",
    "Only the international office of a university nominates its students.",
    coordinates,
)
BRING_LIST = Permission(
    "mobility.bring list",
    "Only the international office that gave a list brings it in.",
    gave_the_list,
)
FORGET_LISTS: Permission[object] = Permission(
    "mobility.forget lists", "Only the site itself forgets lists.", is_the_system
)
VIEW_NOMINATION = Permission(
    "mobility.view nomination",
    "You may not see this nomination.",
    is_the_student | is_the_home | is_the_host | is_secretariat,
)
ANSWER_NOMINATION = Permission(
    "mobility.answer nomination", "Only the host answers a nomination.", is_the_host
)
ANSWER_BY_LINK = Permission(
    "mobility.answer by link",
    "Only whoever holds the link answers this nomination with it.",
    holds_its_link,
)
ASK_PARTNER = Permission(
    "mobility.ask partner",
    "Only the university that sent a nomination asks its host by mail.",
    is_the_home,
)
RECORD_ANSWER = Permission(
    "mobility.record answer",
    "Only the university that sent a nomination records the letter of its host.",
    is_the_home,
)
RECORD_NOMINATION = Permission(
    "mobility.record nomination",
    "Only the host of a place records what was nominated to it on paper.",
    hosts_posting,
)
RECORD_CORRECTION = Permission(
    "mobility.record correction",
    "Only the host of a nomination records how its home corrects it on paper.",
    is_the_host,
)
CORRECT_NOMINATION = Permission(
    "mobility.correct nomination",
    "Only the university that sent a nomination corrects it.",
    is_the_home,
)
CANCEL_NOMINATION = Permission(
    "mobility.cancel nomination",
    "Only the student, the home and the host cancel a nomination.",
    is_the_student | is_the_home | is_the_host,
)
