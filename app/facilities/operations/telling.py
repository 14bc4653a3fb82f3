"""What grants are recorded by, and what is told and asked of people about them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.accounts.queries import recipient
from app.audit.record import record
from app.facilities.messages import ReportDue, UseOffered
from app.facilities.models import Facility, FacilityGrant
from app.foundation.work import Work
from app.notifications.notify import Message, notify
from app.notifications.tasks import open_task
from app.opportunities.deadlines import end_of_day


def today_at(facility: Facility, now: datetime) -> date:
    """The day that it is where the facility is. The organisation must be loaded."""
    return now.astimezone(ZoneInfo(facility.organisation.zone)).date()


def report_due(grant: FacilityGrant) -> datetime:
    return end_of_day(grant.report_by or grant.last_on, grant.facility.organisation.zone)


def offered(grant: FacilityGrant, *, reminder: bool = False) -> UseOffered:
    return UseOffered(
        grant_id=grant.id,
        title=grant.facility.title,
        answer_by=grant.answer_by,
        zone=grant.facility.organisation.zone,
        reminder=reminder,
    )


def due_report(grant: FacilityGrant, due: datetime, *, late: bool = False) -> ReportDue:
    return ReportDue(
        grant_id=grant.id,
        title=grant.facility.title,
        report_by=due,
        zone=grant.facility.organisation.zone,
        late=late,
    )


def ask(work: Work, kind: str, grant: FacilityGrant, due_at: datetime) -> None:
    open_task(
        work,
        kind,
        grant,
        holder_id=grant.person_id,
        opportunity_id=grant.facility_id,
        due_at=due_at,
        title=grant.facility.title,
        zone=grant.facility.organisation.zone,
    )


def record_grant(work: Work, verb: str, grant: FacilityGrant, **details: str | int) -> None:
    record(
        work,
        verb,
        grant,
        application_id=grant.application_id,
        opportunity_id=grant.facility_id,
        **details,
    )


def tell(work: Work, grant: FacilityGrant, said: Message) -> None:
    person = work.session.get_one(User, grant.person_id)
    notify(work, recipient(person), said, once=f"{grant.id}:{work.now.isoformat()}")
