"""Reminding the sides of agreements that the last year of what they agreed on comes to its end."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.accounts.queries import people_with, recipient
from app.audit.record import record
from app.exchanges import policy, queries, terms
from app.exchanges.messages import AgreementEnds
from app.exchanges.models import Agreement, AgreementSide
from app.exchanges.operations.agreeing import ENDS
from app.foundation.actors import Role, Scope
from app.foundation.languages import listed
from app.foundation.work import Work
from app.notifications.notify import notify_each
from app.notifications.tasks import open_task

MOST_AT_ONCE = 50


def remind_of_renewals(work: Work) -> int:
    """Tell every side, once for each last year, and let it wait for its international office."""
    policy.LOOK_AFTER.require(work.actor, None)
    today = work.now.date()
    due = {
        row.id: (row.last_year, row.begins_in)
        for row in work.session.execute(queries.agreements_ending(today + terms.RENEWAL_LEAD))
        if terms.asks_to_renew_from(row.last_year, row.begins_in) <= today
    }
    first = sorted(due)[:MOST_AT_ONCE]
    found = work.session.scalars(queries.agreements_to_remind(first).with_for_update())
    for agreement in found:
        _remind(work, agreement, *due[agreement.id])
    return len(first)


def _remind(work: Work, agreement: Agreement, last_year: int, begins_in: int) -> None:
    agreement.asked_to_renew = last_year
    ends = terms.ends_on(last_year, begins_in)
    record(work, "agreement.reminded", agreement, year=last_year)
    for side in agreement.sides:
        _remind_side(work, agreement, side, ends)


def _remind_side(work: Work, agreement: Agreement, side: AgreementSide, ends: date) -> None:
    others = [s.organisation.name for s in agreement.sides if s is not side]
    zone = side.organisation.zone
    open_task(
        work,
        ENDS,
        side,
        role=Role.COORDINATOR,
        scope=Scope.ORGANISATION,
        scope_id=side.organisation_id,
        due_at=datetime(ends.year, ends.month, ends.day, tzinfo=ZoneInfo(zone)),
        zone=zone,
        agreement=agreement.id,
        about=listed(others),
    )
    said = AgreementEnds(agreement_id=agreement.id, others=others, ends=ends.isoformat())
    office = people_with(Role.COORDINATOR, Scope.ORGANISATION, side.organisation_id)
    letters = [(recipient(person), said) for person in work.session.scalars(office)]
    notify_each(work, letters, once=f"{agreement.id}:{ends.isoformat()}")
