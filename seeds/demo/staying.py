"""Stays of those who won a place: what is ready, who has arrived, other days, a report."""

from datetime import datetime, timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.queries import people_with
from app.files.operations import check_file
from app.foundation.database import db
from app.foundation.work import Work
from app.stays import operations as verbs
from app.stays import queries
from app.stays.models import Stay, StayReport
from app.stays.preparing import Step
from app.stays.queries import offices
from app.stays.states import ReportKind, Side
from seeds.demo.papers import paper
from seeds.demo.stage import Company


def stay_abroad(company: Company, now: datetime) -> int:
    """Plan a stay for each place that is held, and let the first few go on from there."""
    for _batch in range(20):
        with company.house_acts(now - timedelta(days=4)) as work:
            if not verbs.plan_stays(work):
                break
    stays = db.session.scalars(
        select(Stay)
        .order_by(Stay.nomination_id.is_(None), Stay.id)
        .options(selectinload(Stay.preparations))
    ).all()
    over = [stay for stay in stays if stay.ends_on < now.date()]
    for stay in over:
        _was_there(company, stay, now)
    for stay in over[:1]:
        _reports(company, stay, now)
    to_come = [stay for stay in stays if stay.starts_on > now.date()]
    for stay in to_come[:1]:
        _prepares(company, stay, now)
        _wishes(company, stay, now)
    return len(stays)


def _was_there(company: Company, stay: Stay, now: datetime) -> None:
    """The host of last year's student says afterwards when the stay began and ended."""
    with company.acts(_host(stay), now - timedelta(days=3)) as work:
        found = work.find(queries.stay_with_all(work.actor, stay.id))
        verbs.confirm_arrival(work, found, on=found.starts_on)
    with company.acts(_host(stay), now - timedelta(days=3)) as work:
        found = work.find(queries.stay_with_all(work.actor, stay.id))
        verbs.confirm_departure(work, found, on=found.ends_on)


def _reports(company: Company, stay: Stay, now: datetime) -> None:
    """Who was there tells of it, with a paper beside the report; it waits to be accepted."""
    at = now - timedelta(days=1)
    with company.acts(stay.person_id, at) as work:
        found = verbs.find_report(work, _report(work, stay))
        verbs.save_report(
            work,
            found,
            account="I built a test set of Thai speech with two doctoral students, and learned how "
            "the laboratory keeps its recordings. The first weeks went into permissions.",
            outcome="A test set of four hours, and a paper that we hand in next spring.",
            version=found.version,
        )
        poster = paper("A test set of Thai speech: poster", found.stay.person.passport_name)
        file = check_file(BytesIO(poster), file_name="poster.pdf")
        verbs.add_report_file(work, found, file)
    with company.acts(stay.person_id, at) as work:
        verbs.send_report(work, verbs.find_report(work, _report(work, stay)))


def _report(work: Work, stay: Stay) -> int:
    final = select(StayReport.id).where(
        StayReport.stay_id == stay.id, StayReport.kind == ReportKind.FINAL
    )
    return work.session.scalars(final).one()


def _prepares(company: Company, stay: Stay, now: datetime) -> None:
    """The student is insured, the host has a room; who sends adds something to the list."""
    lines = {line.step: line.id for line in stay.preparations}
    done = ((Step.INSURANCE, stay.person_id), (Step.HOUSING, _host(stay)))
    for step, who in done:
        with company.acts(who, now - timedelta(days=2)) as work:
            line = verbs.find_preparation(work, lines[step])
            verbs.settle_preparation(work, line, needed=True, note="")
    with company.acts(_host(stay), now - timedelta(days=1)) as work:
        verbs.add_preparation(
            work,
            work.find(queries.stay_with_all(work.actor, stay.id)),
            title="Account of the library and the computing centre",
            side=Side.HOST,
            due_on=stay.starts_on - timedelta(days=7),
        )


def _wishes(company: Company, stay: Stay, now: datetime) -> None:
    """The university at home would like its student to stay two weeks longer."""
    with company.acts("coordinator-th", now - timedelta(days=1)) as work:
        found = work.find(queries.stay_with_all(work.actor, stay.id))
        verbs.ask_for_change(
            work,
            found,
            starts_on=found.starts_on,
            ends_on=found.ends_on + timedelta(days=14),
            reason="The last measurements can be made only after the laboratory moves.",
            version=found.version,
        )


def _host(stay: Stay) -> int:
    found = [
        user.id
        for role, scope, scope_id in offices(stay, Side.HOST)
        for user in db.session.scalars(people_with(role, scope, scope_id))
    ]
    return found[0]
