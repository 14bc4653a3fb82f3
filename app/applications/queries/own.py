"""What an applicant's own pages read: the application with all its parts, and how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.accounts.models import User
from app.applications.models import (
    Application,
    Document,
    DocumentSlot,
    Preference,
    SectionAnswers,
    UsualWait,
)
from app.applications.progress import Filled, profile_gaps
from app.applications.queries.exceptions import recorded
from app.applications.queries.visible import applications, seen_by
from app.applications.states import ApplicationState, SlotState, Waiting
from app.files.models import StoredFile
from app.files.states import APART, FileState, ScanState
from app.foundation.actors import Actor
from app.ledger.models import ViewEntry
from app.opportunities.deadlines import closing_day
from app.opportunities.eligibility import (
    Facts,
    RuleResult,
    check,
    declared,
    rule_set,
)
from app.opportunities.form_definitions import FormDefinition, parse_form
from app.opportunities.models import FormVersion, Opportunity, Place, RubricVersion
from app.opportunities.queries import is_decided_by, opportunities_visible_to
from app.opportunities.states import PlaceState
from app.organisations.models import Organisation

# What is not missing any more, whether or not a file lies in the slot.
HANDED_IN = frozenset(
    {SlotState.PROMISED, SlotState.GIVEN_TIME, SlotState.ACCEPTED, SlotState.WAIVED}
)


def own_applications(actor: Actor) -> Select[Application]:
    """The person's own applications, and nobody else's whatever role the person has."""
    return applications().where(Application.applicant_id == actor.user_id)


def listed_applications(actor: Actor) -> Select[Application]:
    """One's own, newest change first, with titles in every language."""
    return (
        own_applications(actor)
        .options(
            contains_eager(Application.opportunity).selectinload(Opportunity.texts),
            contains_eager(Application.opportunity).joinedload(
                Opportunity.organisation, innerjoin=True
            ),
        )
        .order_by(Application.saved_at.desc(), Application.id.desc())
        .limit(100)
    )


def applications_to_fill_in(actor: Actor) -> Select[Application]:
    """One's own with the form and what has been written, chosen and uploaded so far."""
    return own_applications(actor).options(
        joinedload(Application.form_version, innerjoin=True),
        selectinload(Application.sections),
        selectinload(Application.preferences).joinedload(Preference.place).joinedload(Place.host),
        selectinload(Application.slots)
        .selectinload(DocumentSlot.documents.and_(Document.removed_at.is_(None)))
        .joinedload(Document.file, innerjoin=True),
        contains_eager(Application.opportunity).selectinload(Opportunity.texts),
        contains_eager(Application.opportunity).selectinload(Opportunity.countries),
        contains_eager(Application.opportunity).joinedload(
            Opportunity.organisation, innerjoin=True
        ),
    )


def live_application(actor: Actor, opportunity_id: int) -> Select[Application]:
    """The one application for this opportunity that the person has and did not withdraw."""
    return own_applications(actor).where(
        Application.opportunity_id == opportunity_id,
        Application.state != ApplicationState.WITHDRAWN,
    )


def person_with_profile(user_id: int | None) -> Select[User]:
    return (
        select(User)
        .where(User.id == user_id)
        .options(selectinload(User.nationalities), joinedload(User.home_institution))
    )


def places_offered(opportunity_id: int) -> Select[Place]:
    """The places that their hosts confirmed, by country and name: what may be ranked."""
    return (
        select(Place)
        .join(Place.host)
        .options(contains_eager(Place.host))
        .where(Place.opportunity_id == opportunity_id, Place.state == PlaceState.CONFIRMED)
        .order_by(Place.host_id, Place.id)
        .limit(500)
    )


def number_of_places(session: Session, opportunity_id: int) -> int:
    query = select(func.count(Place.id)).where(
        Place.opportunity_id == opportunity_id, Place.state == PlaceState.CONFIRMED
    )
    return session.scalar(query) or 0


def newest_form(opportunity_id: int) -> Select[FormVersion]:
    return (
        select(FormVersion)
        .where(FormVersion.opportunity_id == opportunity_id)
        .order_by(FormVersion.number.desc())
        .limit(1)
    )


def has_form(opportunity_id: int) -> Select[bool]:
    return select(newest_form(opportunity_id).exists())


def newest_rubric(opportunity_id: int) -> Select[RubricVersion]:
    """What reviewers score by."""
    return (
        select(RubricVersion)
        .where(RubricVersion.opportunity_id == opportunity_id)
        .order_by(RubricVersion.number.desc())
        .limit(1)
    )


def opportunities_to_start(actor: Actor) -> Select[Opportunity]:
    """What has been published, with what the page before starting says of it."""
    return (
        opportunities_visible_to(actor)
        .where(Opportunity.published_at.is_not(None))
        .options(
            selectinload(Opportunity.texts),
            selectinload(Opportunity.countries),
            joinedload(Opportunity.organisation, innerjoin=True),
        )
    )


def documents_visible_to(actor: Actor) -> Select[Document]:
    """Documents of the applications that this person may see, with their file.

    What is kept apart is for its owner and those who decide on it (policy.READ_APART).
    """
    return (
        select(Document)
        .join(Document.file)
        .join(Application, Application.id == Document.application_id)
        .join(Opportunity, Opportunity.id == Application.opportunity_id)
        .options(contains_eager(Document.file))
        .where(
            seen_by(actor),
            or_(
                StoredFile.sensitivity.not_in(APART),
                Application.applicant_id == actor.user_id,
                is_decided_by(actor),
            ),
            Document.removed_at.is_(None),
            StoredFile.state == FileState.KEPT,
        )
    )


def erased_documents(session: Session, application_id: int) -> dict[int, datetime]:
    """Documents of an application that were erased though nobody took them out, and when."""
    query = (
        select(Document.id, StoredFile.erased_at)
        .join(Document.file)
        .where(Document.application_id == application_id, StoredFile.state == FileState.ERASED)
    )
    return {document_id: at for document_id, at in session.execute(query) if at is not None}


def infected_documents(session: Session, application_id: int) -> set[int]:
    """Documents of an application that were taken away because a virus was found in them."""
    query = (
        select(Document.id)
        .join(Document.file)
        .where(Document.application_id == application_id, StoredFile.scan == ScanState.INFECTED)
    )
    return set(session.scalars(query))


def owner_of(session: Session, document: Document) -> int:
    """Whose application the document is in."""
    query = select(Application.applicant_id).where(Application.id == document.application_id)
    return session.scalars(query).one()


@dataclass(frozen=True, slots=True)
class OwnDocument:
    """A document of one's own, where it lies, and who else has opened it."""

    document: Document
    application: Application
    question: str
    views: list[ViewEntry]


def own_documents(session: Session, actor: Actor) -> list[OwnDocument]:
    """Everything the person has uploaded and not taken out, by application, newest first."""
    rows = session.execute(
        select(Document, DocumentSlot.kind, Application)
        .join(DocumentSlot, DocumentSlot.id == Document.slot_id)
        .join(Application, Application.id == Document.application_id)
        .join(Application.opportunity)
        .where(Application.applicant_id == actor.user_id, Document.removed_at.is_(None))
        .options(
            joinedload(Document.file, innerjoin=True),
            contains_eager(Application.opportunity).selectinload(Opportunity.texts),
            joinedload(Application.form_version, innerjoin=True),
        )
        .order_by(Application.id.desc(), Document.id)
        .limit(200)
    ).all()
    views: dict[int, list[ViewEntry]] = {}
    for view in session.scalars(views_of(actor)):
        views.setdefault(view.subject_id, []).append(view)
    return [
        OwnDocument(document, application, kind, views.get(document.id, []))
        for document, kind, application in rows
    ]


def views_of(actor: Actor) -> Select[ViewEntry]:
    """Who opened a document of this person, newest first."""
    return (
        select(ViewEntry)
        .where(ViewEntry.person_id == actor.user_id, ViewEntry.what == "document")
        .order_by(ViewEntry.id.desc())
        .limit(500)
    )


def form_of(application: Application) -> FormDefinition:
    """The form that this application was started with. `form_version` must be loaded."""
    return parse_form(application.form_version.definition)


def filled(application: Application, person: User, places: int) -> Filled:
    """What has been filled in so far. Everything of `applications_to_fill_in` must be loaded."""
    return Filled(
        answers={row.section: row.answers for row in application.sections},
        ranked=len(application.preferences),
        places=places,
        documents={
            slot.kind for slot in application.slots if slot.documents or slot.state in HANDED_IN
        },
        profile_gaps=gaps_of_profile(person),
        to_look_at={row.section for row in application.sections if row.to_look_at},
    )


def gaps_of_profile(person: User) -> tuple[str, ...]:
    return profile_gaps(
        name=person.passport_name or person.native_name,
        nationalities=[n.country_code for n in person.nationalities],
        residence=person.residence_code,
    )


def conditions(
    opportunity: Opportunity,
    person: User,
    answers: Mapping[str, Any] | None = None,
    *,
    session: Session | None = None,
) -> list[RuleResult]:
    """What comes of each condition of this opportunity for this person. `countries` loaded."""
    rules = rules_of(opportunity, session)
    said = recorded(session, opportunity, person.id, rules) if session else {}
    return check(rules, facts_of(person, answers or {}, said))


def rules_of(opportunity: Opportunity, session: Session | None = None) -> dict[str, Any]:
    """The rules with their days filled in, and where the session is given with the hosts."""
    return rule_set(
        opportunity.eligibility,
        countries=[c.country_code for c in opportunity.countries],
        hosts=host_countries(opportunity, session),
        closes_on=closing_day(opportunity.closes_at, opportunity.closes_zone),
        starts_on=opportunity.starts_on,
    )


def host_countries(opportunity: Opportunity, session: Session | None) -> list[str]:
    """The countries of the hosts, read only where a rule is about them."""
    rules = opportunity.eligibility
    home = rules.get("home_institution") or {}
    asked = home.get("not_in_host_country") or rules.get("first_stay")
    if session is None or not asked:
        return []
    query = (
        select(Organisation.country_code)
        .join(Place, Place.host_id == Organisation.id)
        .where(Place.opportunity_id == opportunity.id, Place.state == PlaceState.CONFIRMED)
        .distinct()
    )
    return sorted(session.scalars(query))


def facts_of(
    person: User, answers: Mapping[str, Any] | None = None, said: Mapping[str, Any] | None = None
) -> Facts:
    """What a profile says of a person, and what the answers to questions of known keys add.

    `said` is what our records say (`queries.exceptions.recorded`): what they show counts against
    any answer, and a language level in the form counts before the profile's.
    """
    home = person.home_institution
    known = declared(answers or {})
    known["levels"] = {**(said or {}).get("levels", {}), **known.get("levels", {})}
    shown = {k: v for k, v in (said or {}).get("awards", {}).items() if v or known.get(k) is None}
    return Facts(
        nationalities=frozenset(n.country_code for n in person.nationalities),
        residence=person.residence_code,
        born_on=person.born_on,
        home_country=home.country_code if home else None,
        **{**known, **shown},
        recorded=frozenset(shown),
    )


def answers_kept(session: Session, application_id: int) -> dict[str, Any]:
    """What stands in every section, by question."""
    query = select(SectionAnswers.answers).where(SectionAnswers.application_id == application_id)
    return {key: value for given in session.scalars(query) for key, value in given.items()}


def title_in(opportunity: Opportunity, locale: str) -> tuple[str, str]:
    """The title for a reader of this language, and the language it is in. `texts` loaded."""
    texts = {text.locale: text.title for text in opportunity.texts if text.title}
    if locale in texts:
        return texts[locale], locale
    return opportunity.title, opportunity.original_locale


def most_preferences(form_most: int | None, opportunity: Opportunity) -> int:
    """How many places may be ranked: what the form says, else the call, else three."""
    of_call: int = getattr(opportunity, "max_preferences", 3)
    return form_most or of_call


def usual_waits(session: Session, programme_id: int | None) -> dict[Waiting, UsualWait]:
    """How long applicants of this programme usually waited, as far as that is known."""
    query = select(UsualWait).where(UsualWait.programme_id == programme_id)
    return {usual.kind: usual for usual in session.scalars(query)}
