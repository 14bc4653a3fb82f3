"""Sides are reminded before the last year of their agreement ends, once, until they settled it."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.dashboards.tasks import SORTS
from app.exchanges import operations as office
from app.exchanges import terms
from app.exchanges.queries import latest
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.notifications.tasks import tasks_of
from tests import make
from tests.exchanges.agreeing import approving, as_it_is, found_by, going, proposed, revising

ENDS = "agreement ends"


def begins_in(who, month: int) -> None:
    """The country's academic years begin in this month."""
    from app.organisations.models import Country, Organisation

    code = db.session.get_one(Organisation, who.id).country_code
    db.session.get_one(Country, code).academic_year_starts_in = month
    db.session.commit()


def remind(on: date) -> int:
    moment = make.NOW.replace(year=on.year, month=on.month, day=on.day)
    with unit_of_work(SYSTEM, now=moment) as work:
        return office.remind_of_renewals(work)


def waiting(who) -> list[Task]:
    db.session.rollback()
    return [task for task in db.session.scalars(tasks_of(who.actor)) if task.kind == ENDS]


def letters() -> list[OutboxMessage]:
    db.session.rollback()
    query = select(OutboxMessage).where(OutboxMessage.kind == "exchanges/agreement_ends")
    return list(db.session.scalars(query))


def ending(th, jp, last_year: int = 2029) -> int:
    begins_in(th, 8)
    begins_in(jp, 4)
    agreement_id = proposed(th, jp, last_year=last_year)
    approving(jp, agreement_id)
    return agreement_id


def test_both_sides_are_reminded_nine_months_before_the_first_year_ends_and_once(th, jp) -> None:
    agreement_id = ending(th, jp)
    due = terms.asks_to_renew_from(2029, 4)
    assert due == date(2030, 4, 1) - timedelta(days=270)
    assert remind(due - timedelta(days=1)) == 0
    assert remind(due) == 1
    assert remind(due + timedelta(days=1)) == 0
    assert sorted(letter.person_id for letter in letters()) == sorted(
        (th.actor.user_id, jp.actor.user_id)
    )
    assert letters()[0].values["ends"] == "2030-04-01"
    for who in (th, jp):
        (task,) = waiting(who)
        assert SORTS[ENDS].url(task) == f"/exchanges/agreements/{agreement_id}?renew=1#renew"
        due_there = task.due_at.astimezone(ZoneInfo(task.values["zone"]))
        assert (due_there.date(), due_there.hour) == (date(2030, 4, 1), 0)
    entry = select(AuditEntry).where(AuditEntry.verb == "agreement.reminded")
    assert len(db.session.scalars(entry).all()) == 1


def test_the_link_leads_to_the_form_that_renews(client, th, jp) -> None:
    agreement_id = ending(th, jp)
    make.sign_in(client, db.session.get_one(User, th.actor.user_id))
    page = client.get(f"/exchanges/agreements/{agreement_id}?renew=1").text
    assert '<details class="card more" id="renew" open>' in page
    page = client.get(f"/exchanges/agreements/{agreement_id}").text
    assert '<details class="card more" id="renew">' in page


def test_nothing_waits_when_it_is_renewed_and_its_new_end_is_reminded_of_anew(th, jp) -> None:
    agreement_id = ending(th, jp)
    remind(date(2029, 9, 1))
    with unit_of_work(th.actor, now=make.NOW) as work:
        agreement, side = found_by(work, agreement_id)
        office.renew_agreement(work, agreement, side, seen=1, until=2032)
    assert len(waiting(jp)) == 1  # nothing is settled before the other side has approved it
    approving(jp, agreement_id)
    assert waiting(th) == waiting(jp) == []
    assert latest(as_it_is(th, agreement_id)).conditions[0].last_year == 2032
    assert remind(date(2030, 9, 1)) == 0
    assert remind(date(2032, 9, 1)) == 1
    assert len(letters()) == 4


def test_another_revision_that_ends_as_soon_leaves_it_waiting(th, jp) -> None:
    agreement_id = ending(th, jp)
    remind(date(2029, 9, 1))
    revising(th, agreement_id, [going(th, jp, places=9)])
    approving(jp, agreement_id)
    assert len(waiting(th)) == 1


def test_what_ended_or_was_never_in_force_is_not_reminded_of(th, jp) -> None:
    agreement_id = ending(th, jp)
    proposed(th, jp, last_year=2029)
    remind(date(2029, 9, 1))
    with unit_of_work(th.actor, now=make.NOW) as work:
        agreement, side = found_by(work, agreement_id)
        office.end_agreement(work, agreement, side, reason="It is not used.")
    assert waiting(jp) == []
    ended = ending(th, jp, last_year=2030)
    with unit_of_work(th.actor, now=make.NOW) as work:
        agreement, side = found_by(work, ended)
        office.end_agreement(work, agreement, side, reason="It is not used.")
    assert remind(date(2030, 9, 1)) == 0
