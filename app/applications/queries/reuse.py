"""What a person has written and uploaded before, to be carried into the next application."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.accounts.models import User
from app.applications.models import (
    Application,
    CoreAnswers,
    Document,
    DocumentSlot,
)
from app.applications.queries.own import applications_to_fill_in, form_of
from app.applications.states import ApplicationState
from app.files.states import FileState
from app.foundation.actors import Actor
from app.opportunities.deadlines import accepts_for
from app.opportunities.models import Opportunity
from app.opportunities.queries import later_deadline

# Further back nobody looks for a document.
APPLICATIONS_BACK = 20


def core_answers(person_id: int | None) -> Select[CoreAnswers]:
    return select(CoreAnswers).where(CoreAnswers.person_id == person_id)


def person_with_languages(person_id: int | None) -> Select[User]:
    return (
        select(User)
        .where(User.id == person_id)
        .options(selectinload(User.languages), joinedload(User.home_institution))
    )


def said_by_profile(person: User) -> dict[str, Any]:
    """The part of the core that the profile holds. Languages and institution must be loaded."""
    home = person.home_institution
    institution: Any = person.home_institution_text
    if home:
        institution = {"organisation": home.id, "name": home.name}
    languages = [{"language": s.language, "level": s.level.value} for s in person.languages]
    said: dict[str, Any] = {"institution": institution, "languages": languages}
    return {key: value for key, value in said.items() if value}


def core_of(session: Session, person_id: int | None) -> tuple[dict[str, Any], dict[str, int]]:
    """Everything a person says for every application, and from which of them each was taken."""
    kept = session.scalar(core_answers(person_id))
    person = session.scalars(person_with_languages(person_id)).one()
    answers = {**(kept.answers if kept else {}), **said_by_profile(person)}
    return answers, {k: v for k, v in (kept.sources if kept else {}).items() if k in answers}


def sent_documents(session: Session, person_id: int) -> list[tuple[str, Application, Document]]:
    """What the person sent before of what is asked again, with which it is: the newest first."""
    query = (
        select(Application)
        .where(Application.applicant_id == person_id, Application.submitted_at.is_not(None))
        .options(
            joinedload(Application.form_version, innerjoin=True),
            selectinload(Application.slots)
            .selectinload(DocumentSlot.documents.and_(Document.removed_at.is_(None)))
            .joinedload(Document.file, innerjoin=True),
        )
        .order_by(Application.submitted_at.desc(), Application.id.desc())
        .limit(APPLICATIONS_BACK)
    )
    return [
        (question.core, application, document)
        for application in session.scalars(query)
        for question in form_of(application).questions()
        if question.core and question.kind == "document"
        for slot in application.slots
        if slot.kind == question.key
        for document in slot.documents
        if document.file.state is FileState.KEPT
    ]


def open_drafts(
    session: Session, actor: Actor, now: datetime, *, locked: bool = False
) -> list[Application]:
    """One's drafts that can still be sent, with everything in them."""
    query = (
        applications_to_fill_in(actor)
        .where(Application.state == ApplicationState.DRAFT)
        .add_columns(later_deadline(actor).label("own"))
        .order_by(Application.id)
        .limit(50)
    )
    if locked:
        query = query.with_for_update(of=Application)
    return [
        application
        for application, own in session.execute(query).unique()
        if accepts_for(application.opportunity, own, now)
    ]


def applications_named(actor: Actor, ids: Iterable[int]) -> Select[Application]:
    """One's own applications of these numbers, with what they were for."""
    return (
        select(Application)
        .join(Application.opportunity)
        .where(Application.applicant_id == actor.user_id, Application.id.in_(set(ids)))
        .options(contains_eager(Application.opportunity).selectinload(Opportunity.texts))
    )
