"""What has to be ready before somebody arrives, by when and by whom. Pure.

Lead times are planning values, kept generous, that offices move stay by stay. For Japan: the
Immigration Services Agency takes one to three months for a certificate of eligibility, which a
stay of more than 90 days needs and which is good for three months; embassies then take some five
working days for the visa.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.stays.states import ReportKind, Side

SHORT_STAY = timedelta(days=90)
LONG_STAY = timedelta(days=180)
FINAL_REPORT_WITHIN = timedelta(days=30)
JAPAN = "JP"


class Step(StrEnum):
    ELIGIBILITY_PAPERS = "eligibility_papers"
    ELIGIBILITY_CERTIFICATE = "eligibility_certificate"
    INVITATION = "invitation"
    VISA = "visa"
    INSURANCE = "insurance"
    HOUSING = "housing"
    TRAVEL = "travel"
    ARRIVAL = "arrival"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Need:
    """One line of the list: what, by whom, how many weeks before arrival, and after what."""

    step: Step
    side: Side
    weeks: int
    after: tuple[Step, ...] = ()


_ELIGIBILITY = (
    Need(Step.ELIGIBILITY_PAPERS, Side.PERSON, 20),
    Need(Step.ELIGIBILITY_CERTIFICATE, Side.HOST, 7, (Step.ELIGIBILITY_PAPERS,)),
    Need(Step.VISA, Side.PERSON, 4, (Step.ELIGIBILITY_CERTIFICATE,)),
)
_INVITED = (
    Need(Step.INVITATION, Side.HOST, 12),
    Need(Step.VISA, Side.PERSON, 4, (Step.INVITATION,)),
)
_EVERYBODY = (
    Need(Step.HOUSING, Side.HOST, 8),
    Need(Step.INSURANCE, Side.PERSON, 4),
)
_JOURNEY = (
    Need(Step.TRAVEL, Side.PERSON, 3, (Step.VISA,)),
    Need(Step.ARRIVAL, Side.PERSON, 1, (Step.TRAVEL,)),
)


def needs(nationalities: Collection[str], host_country: str, days: int) -> list[Need]:
    """What a person of these nationalities (ISO 3166 codes) prepares for a stay of `days` there.

    Who is a national of the host's country needs no leave to enter it.
    """
    if host_country in nationalities:
        entry: tuple[Need, ...] = ()
    elif host_country == JAPAN and timedelta(days=days) > SHORT_STAY:
        entry = _ELIGIBILITY
    else:
        entry = _INVITED
    return [*entry, *_EVERYBODY, *_JOURNEY]


def due_on(need: Need, arrival: date) -> date:
    """Computed back from the day of arrival."""
    return arrival - timedelta(weeks=need.weeks)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list as it stands: by when, and whether it is settled."""

    step: Step
    due_on: date
    settled: bool


def expected(lines: Iterable[Line], today: date) -> dict[Step, date]:
    """By when each open step can be had: a late one moves all that waits for it.

    What comes after a step takes as long as was planned between the two.
    """
    kept: dict[Step, Line] = {line.step: line for line in lines if line.step is not Step.OTHER}
    found: dict[Step, date] = {}
    for step in _in_order():
        line = kept.get(step)
        if line is None or line.settled:
            continue
        earliest = max(line.due_on, today)
        for before in _AFTER[step]:
            if before in found:
                earliest = max(earliest, found[before] + (line.due_on - kept[before].due_on))
        found[step] = earliest
    return found


def endangers_arrival(when: Mapping[Step, date], arrival: date) -> list[Step]:
    """Which open steps come after the day of arrival."""
    return [step for step, day in when.items() if day > arrival]


def reports(first: date, last: date) -> list[tuple[ReportKind, date]]:
    """Which reports a stay owes, and by when: at half time of a long one, and after each."""
    final = (ReportKind.FINAL, last + FINAL_REPORT_WITHIN)
    if last - first <= LONG_STAY:
        return [final]
    return [(ReportKind.INTERIM, first + (last - first) / 2), final]


_AFTER: Mapping[Step, tuple[Step, ...]] = {
    Step.ELIGIBILITY_PAPERS: (),
    Step.ELIGIBILITY_CERTIFICATE: (Step.ELIGIBILITY_PAPERS,),
    Step.INVITATION: (),
    Step.VISA: (Step.ELIGIBILITY_CERTIFICATE, Step.INVITATION),
    Step.INSURANCE: (),
    Step.HOUSING: (),
    Step.TRAVEL: (Step.VISA,),
    Step.ARRIVAL: (Step.TRAVEL,),
}


def _in_order() -> Iterable[Step]:
    """As declared: what others wait for stands before them."""
    return _AFTER
