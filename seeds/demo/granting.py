"""Three facilities of the demo's centres: people apply, use is offered, runs, ends, is reported."""

import json
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.facilities import operations as office
from app.facilities.models import Facility, FacilityGrant
from app.facilities.operations import FacilityTerms, FacilityWords
from app.facilities.queries import facility_to_change, own_centre
from app.facilities.states import FacilityType, Per, Unit
from app.foundation.work import Work
from seeds.demo import applying
from seeds.demo.calls import MadeCall
from seeds.demo.people import Cast
from seeds.demo.stage import Company

DATA = Path(__file__).parents[1] / "data" / "facilities.json"
APPLICANTS, OFFERED = 7, 3
SINGAPORE, JAPAN = ("centre-sg", "aic-01"), ("centre-jp", "jp-0228")
CLUSTER = FacilityTerms(
    type=FacilityType.COMPUTE,
    unit=Unit.GPU_HOURS,
    per=Per.MONTH,
    available=4000,
    most=1500,
    location="Data hall 3, 3 Research Link, Singapore; SSH from everywhere",
    contact="cluster@demo.example.org",
    days_to_answer=10,
    tracks=("researcher", "engineer"),
)
LABORATORY = FacilityTerms(
    type=FacilityType.LABORATORY,
    unit=Unit.BENCH_DAYS,
    per=Per.WEEK,
    available=8,
    most=4,
    location="Building C, room 204",
    contact="speech-lab@demo.example.org",
    tracks=("researcher",),
)
DATA_SET = FacilityTerms(
    type=FacilityType.DATA_SET,
    unit=Unit.COPIES,
    per=Per.AT_ONCE,
    available=20,
    most=1,
    location="Encrypted download",
    contact="data@demo.example.org",
    licence="CC-BY-NC-4.0",
    personal_data=True,
    use_in=("JP", "KH", "SG", "TH", "VN"),
    tracks=("researcher", "engineer"),
)


def offer_facilities(
    company: Company, cast: Cast, organisations: dict[str, int], now: datetime
) -> str:
    """Three that take applications, a fourth in preparation; in one line."""
    texts = json.loads(DATA.read_text(encoding="utf-8"))["texts"]
    opened = now - timedelta(days=70)
    chance = random.Random(APPLICANTS)  # noqa: S311 - the same people every time
    applied = 0
    for place, terms, name in (
        (SINGAPORE, CLUSTER, "cluster"),
        (JAPAN, LABORATORY, "laboratory"),
        (SINGAPORE, DATA_SET, "data"),
    ):
        given_by = place[0], organisations[place[1]]
        made = _publish(company, given_by, terms, texts[name], opened)
        people = chance.sample(cast.applicants, APPLICANTS)
        if terms is CLUSTER:
            people[OFFERED] = company.by_address["applicant-vn"]
        applied += _use(_Desk(company, place[0], made, opened), people, now)
    address, ref = JAPAN
    with company.acts(address, now - timedelta(days=2)) as work:
        centre = work.find(own_centre(work.actor, organisations[ref]))
        robot = FacilityWords(title="Robot arms for learning by showing")
        begun = office.begin_facility(work, centre, LABORATORY, robot).id
    with company.acts(address, now - timedelta(days=1)) as work:
        form = json.loads(DATA.read_text(encoding="utf-8"))["form"]
        office.save_facility_form(work, _read(work, begun), form, version=None)
    return f"{applied} applications to use facilities"


def _publish(
    company: Company,
    place: tuple[str, int],
    terms: FacilityTerms,
    texts: dict[str, dict[str, str]],
    at: datetime,
) -> int:
    address, centre_id = place
    words = {locale: FacilityWords(**said) for locale, said in texts.items()}
    form = json.loads(DATA.read_text(encoding="utf-8"))["form"]
    with company.acts(address, at - timedelta(days=3)) as work:
        centre = work.find(own_centre(work.actor, centre_id))
        made = office.begin_facility(work, centre, terms, words.pop("en")).id
    for locale, said in words.items():
        with company.acts(address, at - timedelta(days=2)) as work:
            office.save_facility_text(work, _read(work, made), said, locale=locale)
    with company.acts(address, at - timedelta(days=1)) as work:
        office.save_facility_form(work, _read(work, made), form, version=None)
    with company.acts(address, at) as work:
        office.publish_facility(work, _read(work, made))
    return made


def _read(work: Work, facility_id: int) -> Facility:
    found: Facility = work.find(facility_to_change(work.actor, facility_id))
    return found


@dataclass(frozen=True, slots=True)
class _Desk:
    """The office of one facility: who works there, and since when it is offered."""

    company: Company
    staff: str
    facility_id: int
    opened: datetime

    def grants(
        self, application_id: int, at: datetime, first_on: date, last_on: date, amount: int = 0
    ) -> int:
        """Offer use to somebody; half of what one person gets at most, if nothing else is said."""
        with self.company.acts(self.staff, at) as work:
            application = office.find_application(work, application_id)
            most = work.session.get_one(Facility, self.facility_id).most
            return office.offer_use(
                work,
                application,
                amount=amount or max(1, most // 2),
                first_on=first_on,
                last_on=last_on,
            ).id


def _apply(desk: _Desk, people: list[int], now: datetime) -> list[int]:
    """Most applied when it was new, two came in the last days and are not read yet."""
    chance = random.Random(desk.facility_id)  # noqa: S311 - the same plans every time
    call = MadeCall(desk.facility_id, {}, desk.opened, now + timedelta(days=365))
    plans = [plan for plan in applying.plans() if plan["lang"] == "en"]
    moments = [desk.opened + timedelta(days=2 + number) for number in range(len(people) - 2)]
    moments += [now - timedelta(days=3), now - timedelta(days=2)]
    return [
        applying.apply(desk.company, call, person, at, chance, plan=chance.choice(plans)).id
        for person, at in zip(people, moments, strict=True)
    ]


def _use(desk: _Desk, people: list[int], now: datetime) -> int:
    """One use has ended with a report, one waits for its report, one runs, one is offered."""
    sent = _apply(desk, people, now)
    read = desk.opened + timedelta(days=9)
    with desk.company.acts(desk.staff, read) as work:
        for application in find_together(work, desk.facility_id, sent[:-2]):
            pass_screening(work, application)
            shortlist(work, application)
    begins, today = (read + timedelta(days=1)).date(), now.date()
    ends = (begins + timedelta(days=9), today - timedelta(days=6), today + timedelta(days=12))
    grants = [desk.grants(sent[n], read, begins, last) for n, last in enumerate(ends)]
    for person, grant_id in zip(people, grants, strict=False):
        with desk.company.acts(person, read + timedelta(days=1)) as work:
            _accept(work, office.find_grant(work, grant_id))
    for at in (read + timedelta(days=12), now - timedelta(days=4)):
        with desk.company.house_acts(at) as work:
            office.turn_over_use(work)
    with desk.company.acts(people[0], read + timedelta(days=16)) as work:
        office.send_report(
            work,
            office.find_grant(work, grants[0]),
            done="We aligned forty hours of read speech and trained a first recogniser with it.",
            outcome="Word errors fell from 41 to 27 per cent. Two students of ours can repeat it.",
            links=["https://example.org/reports/first-recogniser"],
        )
    desk.grants(sent[OFFERED], now - timedelta(days=1), today, today + timedelta(days=29), amount=1)
    return len(sent)


def _accept(work: Work, grant: FacilityGrant) -> None:
    conditions = office.conditions_in(grant.facility, work.actor.locale)
    seen = office.fingerprint(conditions.words)
    office.accept_use(work, grant, locale=conditions.locale, seen=seen)
