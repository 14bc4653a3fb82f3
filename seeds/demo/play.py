"""The whole demo, scene by scene, in the order in which a year would bring them."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.security import hash_password
from app.foundation.database import db
from app.organisations.facts import OrganisationFacts
from app.organisations.models import Organisation
from app.organisations.operations import add_organisation
from app.organisations.states import OrganisationKind
from seeds.demo import (
    after,
    agreeing,
    applying,
    calling,
    calls,
    casework,
    certifying,
    deciding,
    gathering,
    granting,
    hosting,
    inviting,
    judging,
    learning,
    listing,
    nominating,
    partnering,
    people,
    recommending,
    reporting,
    returning,
    selecting,
    sending,
    staying,
    taking_up,
    teaching,
    twice,
    viewing,
    visiting,
    working,
)
from seeds.demo.applying import Sent
from seeds.demo.calls import MadeCall
from seeds.demo.people import Cast
from seeds.demo.stage import Company

SEED = 2027
# How many people apply for each model call, besides those that the sign-in page names.
NUMBERS = {
    "call-research": 130,
    "call-jointmaster": 90,
    "call-official": 45,
    "call-semester": 35,
    "call-visit": 12,
    "call-apprentice": 14,
}


def play(now: datetime, password: str, *, say: Callable[[str], None] = lambda _line: None) -> None:
    """Make the demo as it stands at `now`. Needs the reference data; raises on any refusal."""
    chance = random.Random(SEED)  # noqa: S311 - invented people, no secret
    cast = people.enter(hash_password(password), chance, _countries())
    company = Company(cast.by_address)
    people.appoint_secretariat(cast)
    ministry = _ministry(company, now - timedelta(days=210))
    organisations = _organisations() | {"ministry-la": ministry}
    programmes = calls.open_programmes(company, organisations, now - timedelta(days=200))
    people.appoint(cast, programmes, organisations)
    company.forget()
    say(f"{len(cast.by_address)} people")
    made = calls.make_calls(company, programmes, organisations, now)
    say(f"{len(made)} calls")
    sent = {name: _apply_for(company, cast, made[name], now, chance) for name in NUMBERS}
    say(f"{sum(map(len, sent.values()))} applications")
    written = recommending.recommend(company, cast, made, sent, now)
    say(f"{written} letters of recommendation")
    calls.close_past_calls(company, made, now)
    judging.judge(company, made, sent, now, chance)
    say("screened, read, placed and offered")
    after.ask_and_correct(company, made, now)
    second_time = random.Random(SEED)  # noqa: S311 - nobody else's chances change
    twice.apply_twice(company, made["call-research"], sent["call-research"], now, second_time)
    casework.keep_cases(company, made["call-research"], now)
    after.change_and_give_time(company, made, now)
    deciding.decide_documents(company, made, now)
    after.appeal(company, now)
    after.ask_to_let_pass(company, made["call-official"], _of_applicants(cast), now)
    asked = nominating.ask_the_ministry(
        company,
        cast,
        made[nominating.CALL],
        sent[nominating.CALL],
        ministry=ministry,
        now=now,
        chance=chance,
    )
    say(f"{asked} people who ask a ministry to nominate them")
    courses = teaching.write_courses(company, organisations, now)
    dates = teaching.plan_dates(company, courses, now)
    seated = teaching.fill_dates(company, cast, dates, now, random.Random(SEED))  # noqa: S311
    chosen = _apply_for_courses(company, cast, courses["gov"], ministry, now)
    say(f"{chosen} applications for courses that choose")
    say(f"{len(courses)} courses, given {len(dates)} times; {seated} people enrolled or asked")
    listed = listing.list_open_courses(organisations[listing.CENTRE], now)
    listing.look_into_files(company, organisations, now)
    say(f"{listed} courses that others give")
    viewing.keep_views(company, made["call-research"], now)
    viewing.keep_messages(company, made["call-research"], now)
    certified = certifying.certify(company, cast, organisations, now)
    say(f"{certified} certificates")
    _exchange_students(company, organisations, now, say)
    _receive_others(company, cast, programmes["research"], organisations, now, say)
    say(working.work_together(company, organisations, dates, made["call-research"].id, now))
    say(inviting.invite_researchers(company, organisations, now))
    say(taking_up.invite_who_asked(company, organisations, now))
    say(gathering.gather(company, organisations, now))
    calls.leave_to_do(company, made, programmes, organisations, now)


def _receive_others(  # noqa: PLR0917 - as the scenes are told
    company: Company,
    cast: Cast,
    programme: int,
    organisations: dict[str, int],
    now: datetime,
    say: Callable[[str], None],
) -> None:
    """What centres and hosts have to use, and whom they receive for a while."""
    say(granting.offer_facilities(company, cast, organisations, now))
    say(visiting.call_for_groups(company, cast, programme, organisations, now))
    say(calling.call_for_stays(company, cast, organisations, now))


def _exchange_students(
    company: Company, organisations: dict[str, int], now: datetime, say: Callable[[str], None]
) -> None:
    """What universities agree on and offer, whom they send, and who goes."""
    say(f"{agreeing.make_agreements(company, organisations, now)} agreements of universities")
    say(f"{hosting.tell_partners(company, organisations, now)} courses for students of partners")
    say(f"{hosting.post_places(company, organisations, now)} postings")
    say(f"{sending.send_students(company, organisations, now)} students who rank them")
    say(f"{learning.write_agreements(company, now)} of them say what they study")
    say(f"{reporting.report_and_recognise(company, organisations, now)} transcripts of last year")
    say(f"{partnering.answer_without_account(company, organisations, now)} hosts asked by mail")
    say(f"{staying.stay_abroad(company, now)} stays")


def _apply_for_courses(
    company: Company, cast: Cast, course: int, ministry: int, now: datetime
) -> int:
    """A school that anybody may apply for, and dates for which a ministry nominates."""
    officials = returning.send_officials(company, cast, course, ministry, now)
    return officials + selecting.choose_for_school(company, cast, course, now)


def _ministry(company: Company, at: datetime) -> int:
    """Ministries are in no list that was loaded: the secretariat adds the one that nominates."""
    with company.acts("secretariat", at) as work:
        facts = OrganisationFacts(
            ref="la-ministry",
            kind=OrganisationKind.MINISTRY,
            name="Ministry of Technology and Communications",
            country_code="LA",
            city="Vientiane",
            zone="Asia/Vientiane",
        )
        return add_organisation(work, facts=facts).id


def _organisations() -> dict[str, int]:
    rows = db.session.execute(select(Organisation.ref, Organisation.id))
    return {row.ref: row.id for row in rows}


def _of_applicants(cast: Cast) -> dict[int, str]:
    return {person: cast.country_of[person] for person in cast.applicants}


def _countries() -> dict[str, str]:
    rows = db.session.execute(select(Organisation.ref, Organisation.country_code))
    return {row.ref: row.country_code for row in rows}


def _apply_for(
    company: Company, cast: Cast, call: MadeCall, now: datetime, chance: random.Random
) -> list[Sent]:
    """People whose country the call names apply; a fifth never gets beyond a draft."""
    countries = set(call.data["countries"])
    able = [p for p in cast.applicants if cast.country_of[p] in countries]
    who = chance.sample(able, min(NUMBERS[call.data["id"]], len(able)))
    plans = applying.plans()
    sent = []
    for person, at in zip(who, applying.moments(call, len(who), chance, now), strict=True):
        plan = _plan_for(plans, cast.country_of[person], chance)
        unfinished = chance.random() < 0.18
        sections = chance.randint(1, 3) if unfinished else None
        sent.append(applying.apply(company, call, person, at, chance, plan=plan, sections=sections))
    return [*sent, *_named_people(company, cast, call, now, chance)]


def _plan_for(plans: list[dict[str, Any]], country: str, chance: random.Random) -> dict[str, Any]:
    """A plan in English, or in the language of the person's own country."""
    own = people.LANGUAGE_OF[country]
    return chance.choice([p for p in plans if p["lang"] in {"en", own}])


def _named_people(
    company: Company, cast: Cast, call: MadeCall, now: datetime, chance: random.Random
) -> list[Sent]:
    """Those whom the sign-in page names, where it says they are."""
    plans = applying.plans()
    khmer = next(p for p in plans if p["lang"] == "km")
    vietnamese = next(p for p in plans if p["lang"] == "vi")
    scenes: dict[str, list[tuple[str, dict[str, Any], int | None, int]]] = {
        "call-research": [("applicant-kh", khmer, 2, 3), ("applicant-vn", vietnamese, None, 2)],
        "call-jointmaster": [("applicant-offer", plans[1], None, 70)],
    }
    return [
        applying.apply(
            company,
            call,
            cast.by_address[address],
            now - timedelta(days=days),
            chance,
            plan=plan,
            sections=sections,
            also=("background", "project"),
            wishes=3,
        )
        for address, plan, sections, days in scenes.get(call.data["id"], [])
    ]
