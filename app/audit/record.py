"""Writing the record: one call at the end of each operation."""

import secrets
from collections.abc import Iterable

from app.audit.models import AuditEntry
from app.foundation.database import Entity
from app.foundation.work import Work

OPPORTUNITIES = {
    *("opportunity", "call", "course_run", "posting", "facility", "visit_call"),
    "research_stay_call",
}


def record(
    work: Work,
    verb: str,
    subject: Entity,
    *,
    application_id: int | None = None,
    opportunity_id: int | None = None,
    **details: str | int | bool | list[str] | None,
) -> None:
    """Add who did what to what, when. The subject must belong to this unit of work.

    Name the application and the opportunity it concerns, so that their histories show it.
    """
    if subject not in work.session:
        msg = f"{subject!r} was read outside this unit of work"
        raise RuntimeError(msg)
    work.session.flush()  # the subject must have its id
    kind = subject.__tablename__
    work.session.add(
        AuditEntry(
            verb=verb,
            subject_kind=kind,
            subject_id=subject.id,
            application_id=subject.id if kind == "application" else application_id,
            opportunity_id=subject.id if kind in OPPORTUNITIES else opportunity_id,
            actor_id=work.actor.user_id,
            actor_name=work.actor.name,
            at=work.now,
            details=details,
            salt=secrets.token_hex(16),
        )
    )


def record_all(
    work: Work, verb: str, subjects: Iterable[Entity], **details: str | int | bool | None
) -> None:
    """As `record` for many subjects of one operation, such as a list that is loaded."""
    work.session.flush()
    work.session.add_all(
        AuditEntry(
            verb=verb,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            actor_id=work.actor.user_id,
            actor_name=work.actor.name,
            at=work.now,
            details=dict(details),
            salt=secrets.token_hex(16),
        )
        for subject in subjects
    )


def record_happening(work: Work, verb: str, **details: str | int | bool | list[str] | None) -> None:
    """Add what happened to nothing that we know: somebody tried an address without an account."""
    work.session.add(
        AuditEntry(
            verb=verb,
            subject_kind="",
            subject_id=0,
            actor_id=work.actor.user_id,
            actor_name=work.actor.name,
            at=work.now,
            details=details,
            salt=secrets.token_hex(16),
        )
    )
