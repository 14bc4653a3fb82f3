"""Entering who went where: from papers by an office, or by what makes a stay certain."""

from sqlalchemy import select

from app.audit.record import record
from app.exchanges import policy, queries
from app.exchanges.models import BalanceEntry, Cause
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.once import earlier_result, remember_result
from app.foundation.work import Work
from app.organisations.models import Organisation

RECORD = "exchanges.record balance"


def record_exchange(
    work: Work,
    university: Organisation,
    *,
    origin: Organisation,
    target: Organisation,
    year: int,
    people: int,
    source: str,
    request_key: str = "",
) -> BalanceEntry:
    """Enter how many people went one way in a year, from papers, for one's own university.

    A year is entered once for each way: whoever finds it wrong has it reversed first.
    """
    policy.PROPOSE.require(work.actor, university)
    earlier = earlier_result(work, RECORD, request_key)
    if earlier is not None:
        return work.session.get_one(BalanceEntry, earlier)
    if university.id not in {origin.id, target.id} or origin.id == target.id:
        raise RuleBroken(_("People go from your university to another, or come from it."))
    if year > work.now.year:
        raise RuleBroken(_("Choose an academic year that has begun."))
    if people < 1:
        raise RuleBroken(_("Enter one person at least."))
    if not source:
        raise RuleBroken(_("Write which paper or register says so."))
    _hold(work, origin, target)
    if work.session.scalar(queries.recorded_for(origin.id, target.id, year)) is not None:
        raise RuleBroken(_("This year is entered already. Have the entry reversed first."))

    entry = BalanceEntry(
        origin_id=origin.id,
        target_id=target.id,
        year=year,
        people=people,
        cause=Cause.RECORDED,
        because=source,
        recorded_for_id=university.id,
        recorded_at=work.now,
        recorded_by_id=work.actor.user_id,
    )
    work.session.add(entry)
    record(work, "balance.recorded", entry, people=people, year=year, name=target.name)
    remember_result(work, RECORD, request_key, entry.id)
    return entry


def enter_stay(
    work: Work,
    *,
    origin_id: int,
    target_id: int,
    year: int,
    once: str,
    agreement_id: int | None = None,
) -> BalanceEntry:
    """Count one person, within the operation that makes the stay certain and has its own policy.

    `once` names the stay: told again, nothing is entered a second time.
    """
    entered = work.session.scalar(select(BalanceEntry).where(BalanceEntry.once == once))
    if entered is not None:
        return entered
    entry = BalanceEntry(
        origin_id=origin_id,
        target_id=target_id,
        year=year,
        people=1,
        cause=Cause.STAY,
        once=once,
        agreement_id=agreement_id,
        recorded_at=work.now,
        recorded_by_id=work.actor.user_id,
    )
    work.session.add(entry)
    record(work, "balance.stay entered", entry, year=year)
    return entry


def take_stay_back(work: Work, *, once: str, because: str) -> None:
    """Reverse what a stay entered, within the operation that calls it off; once, if at all."""
    entered = work.session.scalar(select(BalanceEntry).where(BalanceEntry.once == once))
    if entered is not None and not _is_reversed(work, entered):
        _reverse(work, entered, because)


def reverse_entry(work: Work, entry: BalanceEntry, *, because: str) -> None:
    """Take back what an office entered; both entries stay to be read."""
    policy.REVERSE.require(work.actor, entry)
    if entry.cause is not Cause.RECORDED:
        raise RuleBroken(_("Only what an office entered can be reversed here."))
    if not because:
        raise RuleBroken(_("Write what was wrong."))
    if _is_reversed(work, entry):
        raise RuleBroken(_("This entry is reversed already."))
    _reverse(work, entry, because)


def _reverse(work: Work, entry: BalanceEntry, because: str) -> None:
    opposite = BalanceEntry(
        origin_id=entry.origin_id,
        target_id=entry.target_id,
        year=entry.year,
        people=-entry.people,
        cause=Cause.REVERSAL,
        because=because,
        agreement_id=entry.agreement_id,
        reverses_id=entry.id,
        recorded_for_id=entry.recorded_for_id,
        recorded_at=work.now,
        recorded_by_id=work.actor.user_id,
    )
    work.session.add(opposite)
    record(work, "balance.reversed", entry, year=entry.year, note=because)


def _is_reversed(work: Work, entry: BalanceEntry) -> bool:
    reversal = select(BalanceEntry.id).where(BalanceEntry.reverses_id == entry.id)
    return work.session.scalar(reversal) is not None


def _hold(work: Work, *bodies: Organisation) -> None:
    """Of two offices that enter the same year at the same moment, one comes first."""
    ids = [body.id for body in bodies]
    query = select(Organisation.id).where(Organisation.id.in_(ids)).order_by(Organisation.id)
    work.session.execute(query.with_for_update())
