"""Everything audit reads for others: histories, newest first."""

from sqlalchemy import Select, select

from app.audit.models import AuditEntry
from app.audit.sentences import APPLICANT_SEES


def history_of_application(application_id: int) -> Select[AuditEntry]:
    return (
        select(AuditEntry)
        .where(AuditEntry.application_id == application_id)
        .order_by(AuditEntry.id.desc())
        .limit(200)
    )


def history_seen_by_applicant(application_id: int) -> Select[AuditEntry]:
    """What the applicant did and was told; nothing of what is still being decided."""
    return history_of_application(application_id).where(AuditEntry.verb.in_(APPLICANT_SEES))


def history_of_opportunity(opportunity_id: int) -> Select[AuditEntry]:
    """What was done to the opportunity itself, without its applications' own histories."""
    return (
        select(AuditEntry)
        .where(AuditEntry.opportunity_id == opportunity_id, AuditEntry.application_id.is_(None))
        .order_by(AuditEntry.id.desc())
        .limit(200)
    )
