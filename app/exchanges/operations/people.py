"""Who answers for a university in exchanges, and the language tests of a person."""

from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction

from app.accounts.models import User
from app.accounts.policy import EDIT_PROFILE
from app.audit.record import record
from app.exchanges import policy, queries
from app.exchanges.levels import language_of, most_of
from app.exchanges.models import ExchangeContact, LanguageScore
from app.exchanges.operations.succeeding import refuse_written_elsewhere
from app.exchanges.states import AnswersFor
from app.exchanges.wording import amount, test_name
from app.files.operations import CheckedFile, erase_file, keep_checked_file
from app.files.states import Sensitivity
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.stamps import stamp_catalogue
from app.foundation.work import Work
from app.organisations.models import Organisation
from app.organisations.queries import language_for

MOST_CONTACTS = 20
MOST_SCORES = 20


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """What partners need in order to reach somebody; no `locale` is the one of the country."""

    name: str
    email: str
    function: str = ""
    phone: str = ""
    answers_for: AnswersFor = AnswersFor.BOTH
    listed: bool = False
    locale: str = ""


def save_contact(
    work: Work,
    university: Organisation,
    facts: ContactFacts,
    *,
    contact: ExchangeContact | None = None,
    version: int | None = None,
) -> ExchangeContact:
    """Write who answers for one's university, somebody new without `contact`. It must be locked."""
    policy.KEEP_FACTS.require(work.actor, university)
    refuse_written_elsewhere(university)
    others = list(work.session.scalars(queries.contacts_of(university.id)))
    address = facts.email.casefold()
    if any(one is not contact and one.email.casefold() == address for one in others):
        raise RuleBroken(_("Somebody with this address is on the list already."))
    if contact is None:
        if len(others) >= MOST_CONTACTS:
            raise RuleBroken(_("A university names at most %(most)s people.", most=MOST_CONTACTS))
        contact = ExchangeContact(organisation_id=university.id, version=0)
        work.session.add(contact)
        version = None
    work.edit(contact, version)
    for name, value in asdict(facts).items():
        setattr(contact, name, value)
    contact.locale = language_for(work.session, facts.locale, university.country_code)
    stamp_catalogue(work)

    record(work, "partner.contact_saved", university, name=contact.name)
    return contact


def remove_contact(work: Work, contact: ExchangeContact) -> None:
    """Somebody does not answer for a university any more. Needs its organisation loaded."""
    policy.KEEP_CONTACT.require(work.actor, contact)
    record(work, "partner.contact_removed", contact.organisation, name=contact.name)
    work.session.delete(contact)
    stamp_catalogue(work)


def add_score(
    work: Work,
    person: User,
    *,
    test: str,
    points: Fraction,
    taken_on: date,
    file: CheckedFile | None = None,
) -> LanguageScore:
    """Keep what one reached in a language test, with the report where one has it."""
    EDIT_PROFILE.require(work.actor, person)
    bands = queries.score_bands(work.session)
    if not language_of(test) or test not in {band.test for band in bands}:
        raise RuleBroken(_("Choose one of the answers in the list."))
    if taken_on > work.now.date():
        raise RuleBroken(_("Write the day on which you took the test."))
    most = most_of(bands, test)
    if most is not None and points > most:
        raise RuleBroken(
            _("%(test)s gives at most %(most)s.", test=test_name(test), most=amount(most))
        )
    kept = list(work.session.scalars(queries.scores_of(person.id)))
    if any((one.test, one.taken_on) == (test, taken_on) for one in kept):
        raise RuleBroken(_("You have a score of this test on this day already: remove it first."))
    if len(kept) >= MOST_SCORES:
        raise RuleBroken(_("At most %(most)s scores are kept.", most=MOST_SCORES))

    score = LanguageScore(
        person_id=person.id, test=test, points=points, taken_on=taken_on, written_at=work.now
    )
    if file is not None:
        score.file = keep_checked_file(
            work, file, owner_id=person.id, sensitivity=Sensitivity.PERSONAL
        )
    work.session.add(score)
    work.session.flush()

    record(work, "user.score_added", person, test=test_name(test))
    return score


def remove_score(work: Work, person: User, score: LanguageScore) -> None:
    """A score is gone, and its report with it. Needs its file loaded."""
    EDIT_PROFILE.require(work.actor, person)
    policy.KEEP_SCORE.require(work.actor, score)
    if score.file is not None:
        erase_file(work, score.file)

    record(work, "user.score_removed", person, test=test_name(score.test))
    work.session.delete(score)
