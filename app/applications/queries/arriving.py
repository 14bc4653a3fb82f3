"""Documents that are on their way: announced for a slot, of which a part may have arrived."""

from sqlalchemy import Select

from app.applications.models import Application
from app.files.arriving import uploads_of
from app.files.models import Upload
from app.foundation.actors import Actor


def purpose_of(application_id: int, question_key: str = "") -> str:
    """What an upload for this slot says it is for; without a question, how all of them begin."""
    return f"application:{application_id}:{question_key}"


def slot_of(purpose: str) -> tuple[int, str] | None:
    """The application's id and the question that a purpose names; None for another office's."""
    kind, _colon, slot = purpose.partition(":")
    application_id, _colon, question_key = slot.partition(":")
    return (int(application_id), question_key) if kind == "application" else None


def uploads_for(application: Application) -> Select[Upload]:
    """What is on its way to this application."""
    return uploads_of(Actor(application.applicant_id), purpose_of(application.id))
