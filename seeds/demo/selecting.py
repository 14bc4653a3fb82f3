"""A summer school that people apply for: the centre chooses, and offers its seats."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.accounts.models import User
from app.applications.models import Application
from app.applications.operations.screening import (
    fail_screening,
    find_together,
    pass_screening,
    shortlist,
)
from app.applications.states import ScreeningReason
from app.courses.operations import (
    MeetingTerms,
    RunTerms,
    accept_seat,
    add_meetings,
    admit_application,
    find_application,
    find_enrolment,
    name_instructor,
    plan_run,
    publish_run,
    save_run_form,
    save_run_rubric,
)
from app.courses.states import EnrolmentMode, Mode
from app.reviews.operations import assign_reviewers, name_reviewer
from seeds.demo import applying
from seeds.demo.calls import MadeCall
from seeds.demo.people import Cast
from seeds.demo.stage import Company
from seeds.demo.teaching import found, found_run

DATA = Path(__file__).parents[1] / "data" / "summer_school.json"
RUBRIC = DATA.with_name("summer_school_rubric.json")
ZONE = "Asia/Singapore"
NUMBER, DRAFTS, SEATS = 11, 2, 4
CENTRE, REVIEWER = "centre-sg", "reviewer-1"


def choose_for_school(company: Company, cast: Cast, course: int, now: datetime) -> int:
    """People apply; most are checked, some read and on the shortlist, two were offered a seat."""
    opens, closes = now - timedelta(days=18), now + timedelta(days=10)
    run_id = _plan(company, course, opens, closes)
    chance = random.Random(run_id)  # noqa: S311 - the same people every time
    call = MadeCall(run_id, {}, opens, closes)
    plans = [plan for plan in applying.plans() if plan["lang"] == "en"]
    sent = [
        applying.apply(
            company,
            call,
            person,
            now - timedelta(days=12 - number),
            chance,
            plan=chance.choice(plans),
            sections=1 if number < DRAFTS else None,
        )
        for number, person in enumerate(chance.sample(cast.applicants, NUMBER))
    ]
    _choose(company, run_id, [one.id for one in sent[DRAFTS:]], now)
    _have_read(company, run_id, [sent[DRAFTS + 1].id], now)
    return len(sent)


def _plan(company: Company, course: int, opens: datetime, closes: datetime) -> int:
    def wall(at: datetime, hour: int) -> str:
        return f"{at.astimezone(ZoneInfo(ZONE)).replace(hour=hour, minute=0):%Y-%m-%dT%H:%M}"

    form = json.loads(DATA.read_text(encoding="utf-8"))
    with company.acts(CENTRE, opens - timedelta(days=3)) as work:
        terms = RunTerms(
            mode=Mode.ON_SITE,
            zone=ZONE,
            capacity=SEATS,
            enrolment_mode=EnrolmentMode.APPLICATION,
            opens_wall=wall(opens, 9),
            closes_wall=wall(closes, 18),
            hours_to_answer=120,
            venue="innovation 4.0, 3 Research Link, Singapore",
            contact="courses@demo.example.org",
        )
        run = plan_run(work, found(work, course), terms)
        made = run.id
        for day in range(3):
            at = closes + timedelta(days=30 + day)
            add_meetings(work, run, MeetingTerms(wall(at, 9), wall(at, 17), ZONE))
        teacher = work.session.get_one(User, company.by_address["centre-sg-2"])
        name_instructor(work, run, teacher)
    with company.acts(CENTRE, opens - timedelta(days=2)) as work:
        save_run_form(work, found_run(work, made), form, version=None)
        rubric = json.loads(RUBRIC.read_text(encoding="utf-8"))
        save_run_rubric(work, found_run(work, made), rubric, version=None)
    with company.acts(CENTRE, opens - timedelta(days=1)) as work:
        publish_run(work, found_run(work, made))
    return made


def _have_read(company: Company, run_id: int, sent: list[int], now: datetime) -> None:
    """The centre names a reviewer, who has an application to read by the end of the week."""
    with company.acts(CENTRE, now - timedelta(days=1, hours=5)) as work:
        reviewer = work.session.get_one(User, company.by_address[REVIEWER])
        name_reviewer(work, found_run(work, run_id), reviewer)
    with company.acts(CENTRE, now - timedelta(days=1, hours=4)) as work:
        run = found_run(work, run_id)
        reviewer = work.session.get_one(User, company.by_address[REVIEWER])
        read = [work.session.get_one(Application, one) for one in sent]
        assign_reviewers(work, run, read, [reviewer], due_at=now + timedelta(days=5))


def _choose(company: Company, run_id: int, sent: list[int], now: datetime) -> None:
    with company.acts(CENTRE, now - timedelta(days=1, hours=6)) as work:
        for number, application in enumerate(find_together(work, run_id, sent[:-2])):
            if number == 0:
                reason = ScreeningReason.AUDIENCE
                fail_screening(work, application, reason=reason, note="It is for officials.")
                continue
            pass_screening(work, application)
            if number > 1:
                shortlist(work, application)
    chosen = sent[2:4]
    for application_id in chosen:
        with company.acts(CENTRE, now - timedelta(hours=20)) as work:
            enrolment = admit_application(work, find_application(work, application_id)).id
            person = work.session.get_one(Application, application_id).applicant_id
        if application_id == chosen[0]:
            with company.acts(person, now - timedelta(hours=3)) as work:
                accept_seat(work, find_enrolment(work, enrolment))
