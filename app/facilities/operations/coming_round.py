"""What the clock brings: offers lapse, use begins and ends, people are reminded."""

from datetime import timedelta

from sqlalchemy import Select

from app.applications.states import ApplicationFlow
from app.facilities import policy, queries
from app.facilities.messages import UseLapsed
from app.facilities.models import FacilityGrant
from app.facilities.operations.granting import begin, close, end, follow, hold_facility
from app.facilities.operations.telling import (
    due_report,
    offered,
    record_grant,
    report_due,
    tell,
    today_at,
)
from app.facilities.states import GrantFlow, GrantState
from app.foundation.work import Work

MOST_AT_ONCE = 50


def lapse_use(work: Work) -> int:
    """Offers that nobody answered in time are free for others again."""
    policy.LOOK_AFTER.require(work.actor, None)
    done = 0
    for grant in _due(work, queries.grants_to_lapse(work.now)):
        if grant.state is GrantState.OFFERED and grant.answer_by < work.now:
            GrantFlow.lapse(grant)
            close(work, grant)
            follow(work, grant, ApplicationFlow.lapse)
            record_grant(work, "grant.lapsed", grant)
            tell(work, grant, UseLapsed(grant_id=grant.id, title=grant.facility.title))
            done += 1
    return done


def turn_over_use(work: Work) -> int:
    """Use begins on its first day and ends after its last, by the clock where the facility is."""
    policy.LOOK_AFTER.require(work.actor, None)
    done = 0
    # The first clocks on earth are fourteen hours ahead of UTC.
    latest = (work.now + timedelta(hours=14)).date()
    for grant in _due(work, queries.grants_to_turn_over(latest)):
        today = today_at(grant.facility, work.now)
        if grant.state is GrantState.ACCEPTED and grant.first_on <= today:
            begin(work, grant)
            done += 1
        if grant.state is GrantState.RUNNING and grant.last_on < today:
            end(work, grant)
            done += 1
    return done


def remind_of_use(work: Work) -> int:
    """Who has not answered is reminded half-way; who owes a report a week before, and once late."""
    policy.LOOK_AFTER.require(work.actor, None)
    done = 0
    for grant in _due(work, queries.grants_to_remind_of(work.now)):
        if grant.remind_at is None or grant.remind_at > work.now:
            continue
        if grant.state is GrantState.OFFERED:
            grant.remind_at = None
            tell(work, grant, offered(grant, reminder=True))
        else:
            due = report_due(grant)
            late = due < work.now
            grant.remind_at = None if late else due + timedelta(minutes=1)
            tell(work, grant, due_report(grant, due, late=late))
        record_grant(work, "grant.reminded", grant)
        done += 1
    return done


def _due(work: Work, query: Select[FacilityGrant]) -> list[FacilityGrant]:
    """Some of these, each with its facility and application held before it, facilities in order."""
    parts = (
        query.with_only_columns(
            FacilityGrant.facility_id, FacilityGrant.application_id, FacilityGrant.id
        )
        .order_by(FacilityGrant.facility_id, FacilityGrant.application_id)
        .limit(MOST_AT_ONCE)
    )
    rows = work.session.execute(parts).all()
    for facility_id in dict.fromkeys(row.facility_id for row in rows):
        hold_facility(work, facility_id)
    for row in rows:
        work.session.scalars(queries.application_held(row.application_id)).one()
    return list(work.session.scalars(queries.grants_held([row.id for row in rows])))
