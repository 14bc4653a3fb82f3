"""Two calls for research stays, of a centre and of a university: people ask, some are chosen."""

import json
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from app.accounts.models import User
from app.applications.models import Application
from app.applications.operations.screening import (
    fail_screening,
    find_together,
    pass_over,
    pass_screening,
    shortlist,
)
from app.applications.states import ScreeningReason
from app.foundation.work import Work
from app.opportunities.money import Period
from app.organisations.models import Organisation
from app.research_stays import operations as office
from app.research_stays.models import ResearchStayCall
from app.research_stays.operations import Audience, Home, Line, StayTerms, StayWords, Wanted
from app.research_stays.queries import call_to_change, own_host
from app.research_stays.states import Paid, Payer, Purpose
from seeds.demo import applying
from seeds.demo.calls import MadeCall
from seeds.demo.people import Cast
from seeds.demo.stage import Company

DATA = Path(__file__).parents[1] / "data" / "research_stays.json"
INFORMATICS, TOKYO = ("centre-jp", "jp-0228"), ("coordinator-jp", "jp-0300")
ASK, UNREAD = 5, 2
FROM = ("BN", "ID", "JP", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN")
YEN_A_DAY = Line(Paid.ALLOWANCE, Payer.HOST, 7_000, "JPY", Period.DAY)
LANGUAGE = StayTerms(
    stays=3,
    fewest_days=28,
    most_days=60,
    purposes=(Purpose.JOINT_RESEARCH, Purpose.DATA, Purpose.FACILITIES),
    first_on=None,
    last_on=None,
    closes_on=None,
    laboratory="Laboratory for low-resource languages",
    received_by="Dr. Mori Ayaka",
    contact="language-lab@demo.example.org",
    fields=("0232", "0619"),
    languages=("en", "ja"),
    tracks=("researcher", "engineer"),
    costs_nothing=True,
    paid=(
        Line(Paid.TRAVEL, Payer.HOST),
        Line(Paid.LODGING, Payer.HOST, 90_000, "JPY", Period.MONTH),
        YEN_A_DAY,
    ),
)
ROBOTS = StayTerms(
    stays=2,
    fewest_days=14,
    most_days=42,
    purposes=(Purpose.JOINT_RESEARCH, Purpose.TEACHING),
    first_on=None,
    last_on=None,
    closes_on=None,
    laboratory="School of Engineering, robotics group",
    contact="robots@demo.example.org",
    fields=("0619", "0714"),
    tracks=("researcher",),
    paid=(Line(Paid.TRAVEL, Payer.HOME), Line(Paid.LODGING, Payer.HOST)),
)
ASKED = (
    (
        Purpose.JOINT_RESEARCH,
        "We bring forty hours of read speech and want to train one recogniser for two languages.",
        "Forty hours of speech with transcripts, which everybody may use.",
        "Lecturer",
    ),
    (
        Purpose.JOINT_RESEARCH,
        "We finish the paper on sentence breaks that we began by mail, and repeat its tests.",
        "A draft of the paper, and the programs of its first half.",
        "Engineer of the laboratory",
    ),
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """The office of one call: who works there, and since when one may ask."""

    company: Company
    staff: str
    call_id: int
    opened: datetime

    def ask(self, person: int, at: datetime, number: int, *, whole: bool = True) -> int:
        """Somebody says what they ask for, and sends all of it."""
        chance = random.Random(person)  # noqa: S311 - the same plans every time
        call = MadeCall(self.call_id, {}, self.opened, at)
        plans = [plan for plan in applying.plans() if plan["lang"] == "en"]

        def say(work: Work, application: Application) -> None:
            found = office.find_application(work, application.id)
            office.ask_for_stay(work, found, _wanted(work, found, number))

        return applying.apply(
            self.company,
            call,
            person,
            at,
            chance,
            plan=chance.choice(plans),
            sections=None if whole else 1,
            beside=say if whole else None,
        ).id


def call_for_stays(
    company: Company, cast: Cast, organisations: dict[str, int], now: datetime
) -> str:
    """One takes requests, one is closed and decided in part, a third is in preparation."""
    texts = json.loads(DATA.read_text(encoding="utf-8"))
    chance = random.Random(ASK)  # noqa: S311 - the same people every time
    informatics, tokyo = ((who, organisations[ref]) for who, ref in (INFORMATICS, TOKYO))
    opened, earlier = now - timedelta(days=26), now - timedelta(days=75)
    language = _open(company, informatics, LANGUAGE, texts["language"], opened)
    people = chance.sample(cast.applicants, ASK)
    sent = [
        language.ask(person, opened + timedelta(days=4 + number), number)
        for number, person in enumerate(people)
    ]
    language.ask(company.by_address["applicant-vn"], now - timedelta(days=1), 0, whole=False)
    with company.acts(language.staff, opened + timedelta(days=12)) as work:
        for application in find_together(work, language.call_id, sent[:-UNREAD]):
            pass_screening(work, application)
    with company.acts(language.staff, opened + timedelta(days=14)) as work:
        for application in find_together(work, language.call_id, sent[:1]):
            shortlist(work, application)
    robots = _open(company, tokyo, ROBOTS, texts["robots"], earlier)
    people = chance.sample(cast.applicants, ASK)
    sent = [
        robots.ask(person, earlier + timedelta(days=3 + number), number)
        for number, person in enumerate(people)
    ]
    with company.acts(robots.staff, earlier + timedelta(days=40)) as work:
        office.close_call(work, work.find(call_to_change(work.actor, robots.call_id)))
    with company.acts(robots.staff, earlier + timedelta(days=42)) as work:
        *read, unfit = find_together(work, robots.call_id, sent)
        fail_screening(
            work, unfit, reason=ScreeningReason.OTHER, note="You ask as a student; see exchanges."
        )
        for application in read:
            pass_screening(work, application)
    with company.acts(robots.staff, earlier + timedelta(days=44)) as work:
        first, second, *others = find_together(work, robots.call_id, sent[:-1])
        for application in (first, second):
            shortlist(work, application)
        for application in others:
            pass_over(work, application, note="We have room for two, and both bring robots.")
    begun = replace(ROBOTS, stays=1, laboratory="Open laboratory")
    with company.acts(informatics[0], now - timedelta(days=2)) as work:
        host = work.find(own_host(work.actor, informatics[1]))
        office.begin_call(work, host, begun, StayWords(title="A week in the open laboratory"))
    return f"{2 * ASK} people who ask for research stays"


def _open(
    company: Company,
    host: tuple[str, int],
    terms: StayTerms,
    texts: dict[str, dict[str, str]],
    at: datetime,
) -> _Desk:
    """A call from its first words to its publication; one asks for forty days."""
    address, host_id = host
    closes = (at + timedelta(days=40)).date()
    dated = replace(
        terms,
        first_on=closes + timedelta(days=30),
        last_on=closes + timedelta(days=210),
        closes_on=closes,
        hear_by=closes + timedelta(days=14),
    )
    words = {locale: StayWords(**said) for locale, said in texts.items()}
    with company.acts(address, at - timedelta(days=3)) as work:
        body = work.find(own_host(work.actor, host_id))
        made = office.begin_call(work, body, dated, words.pop("en")).id
    for locale, said in words.items():
        with company.acts(address, at - timedelta(days=2)) as work:
            call = work.find(call_to_change(work.actor, made))
            office.save_call_text(work, call, said, locale=locale)
    with company.acts(address, at - timedelta(days=1)) as work:
        call = work.find(call_to_change(work.actor, made))
        office.say_who_may_ask(work, call, Audience(residence=FROM))
    with company.acts(address, at) as work:
        office.publish_call(work, work.find(call_to_change(work.actor, made)))
    return _Desk(company, address, made, at)


def _wanted(work: Work, application: Application, number: int) -> Wanted:
    """What somebody of the demo asks for, from where their profile says that they work."""
    person = work.session.get_one(User, application.applicant_id)
    call = work.session.get_one(ResearchStayCall, application.opportunity_id)
    body = work.session.get(Organisation, person.home_institution_id or 0)
    kind, purpose, brings, function = ASKED[number % len(ASKED)]
    assert call.starts_on is not None  # noqa: S101 - a published call has its days
    first = call.starts_on + timedelta(days=14 * number + 7)
    away = body is not None and body.id != call.organisation_id
    named = Home(None, person.home_institution_text or "Institute of Technology", "KH")
    return Wanted(
        purpose_kind=kind,
        purpose=purpose,
        brings=brings,
        function=function,
        starts_on=first,
        ends_on=first + timedelta(days=call.fewest_days + 6),
        home=Home(body) if away else named,
    )
