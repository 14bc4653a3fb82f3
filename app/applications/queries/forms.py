"""Whether a version of a form is answered already."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.applications.models import Application
from app.opportunities.models import FormVersion


def form_is_used(session: Session, form: FormVersion) -> bool:
    """Whether somebody answers it: then it stays as it is."""
    used = select(Application.id).where(Application.form_version_id == form.id).limit(1)
    return form.frozen_at is not None or session.scalar(used) is not None
