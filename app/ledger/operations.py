"""Writing the ledger: one row, added in the transaction of its cause."""

from app.foundation.database import Entity
from app.foundation.work import Work
from app.ledger.models import ConsentEntry, ViewEntry


def note_view(
    work: Work, subject: Entity, *, person_id: int, what: str, application_id: int | None = None
) -> None:
    """Somebody opened something personal of `person_id`, who may read this; one's own is no view.

    `what` is the word that the person's page translates: "document", "profile", "application".
    """
    if work.actor.user_id is None or work.actor.user_id == person_id:
        return
    work.session.add(
        ViewEntry(
            person_id=person_id,
            viewer_id=work.actor.user_id,
            viewer_name=work.actor.name,
            what=what,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            application_id=application_id,
            at=work.now,
        )
    )


def note_consent(
    work: Work,
    subject: Entity,
    *,
    person_id: int,
    purpose: str,
    text_version: str,
    given: bool = True,
) -> None:
    """A person agreed to a purpose (or took it back), in the words of one version of the text."""
    work.session.add(
        ConsentEntry(
            person_id=person_id,
            purpose=purpose,
            given=given,
            text_version=text_version,
            locale=work.actor.locale,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            at=work.now,
        )
    )
