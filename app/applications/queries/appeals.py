"""Appeals against decisions: whose decision it was, until when one may appeal, who sees it."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, contains_eager

from app.applications.models import Appeal, Application
from app.applications.queries.visible import seen_by
from app.applications.states import ApplicationState
from app.audit.models import AuditEntry
from app.foundation.actors import Actor

MAY_BE_APPEALED = frozenset({ApplicationState.INELIGIBLE, ApplicationState.NOT_SELECTED})
_DECISIONS = ("application.found not eligible", "application.passed over")


def appeals_visible_to(actor: Actor) -> Select[Appeal]:
    """Those of the applications that this person may see, with application and opportunity."""
    return (
        select(Appeal)
        .join(Appeal.application)
        .join(Application.opportunity)
        .options(contains_eager(Appeal.application).contains_eager(Application.opportunity))
        .where(seen_by(actor))
    )


def appeal_of(application_id: int) -> Select[Appeal]:
    return select(Appeal).where(Appeal.application_id == application_id)


def may_appeal_until(application: Application) -> datetime | None:
    """The last moment for an appeal against how it stands; None where there is none."""
    days: int = getattr(application.opportunity, "appeal_days", 14)
    if application.state not in MAY_BE_APPEALED or not days:
        return None
    return application.state_since + timedelta(days=days)


def who_decided(session: Session, application_id: int) -> int | None:
    """Who took the last decision against an application, by the record."""
    query = (
        select(AuditEntry.actor_id)
        .where(AuditEntry.application_id == application_id, AuditEntry.verb.in_(_DECISIONS))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return session.scalar(query)
