"""Officials whom their ministry sends to a course, and who go back to their posts."""

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.applications.models import Application
from app.applications.operations import (
    RouteTerms,
    close_route,
    decline_to_nominate,
    name_nominator,
    nominate,
    open_route,
)
from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.applications.queries import nominating
from app.applications.queries.routes import route_to_change
from app.applications.states import RouteKind
from app.courses.operations import (
    MeetingTerms,
    RunTerms,
    accept_seat,
    add_meetings,
    admit_application,
    close_run,
    find_application,
    find_enrolment,
    plan_run,
    publish_run,
    save_run_form,
)
from app.courses.states import EnrolmentMode, Mode
from app.organisations.models import Organisation
from seeds.demo import applying
from seeds.demo.applying import Sent
from seeds.demo.calls import MadeCall
from seeds.demo.people import Cast
from seeds.demo.stage import Company
from seeds.demo.teaching import found, found_run

DATA = Path(__file__).parents[1] / "data" / "officials_course.json"
ZONE = "Asia/Singapore"
CENTRE, OFFICER = "centre-sg", "nominator-la"
NOMINATED, ASKED = 2, 3
DECLINED = "Your division sends somebody in the spring. Please ask again next year."


def send_officials(company: Company, cast: Cast, course: int, ministry: int, now: datetime) -> int:
    """A ministry nominates two officials for dates of some months ago; the centre admits both."""
    opens, closes = now - timedelta(days=183), now - timedelta(days=165)
    run_id = _plan(company, course, ministry, opens, closes)
    sent = _ask_ministry(company, cast, MadeCall(run_id, {}, opens, closes), ministry)
    for number, one in enumerate(sent):
        with company.acts(OFFICER, opens + timedelta(days=12)) as work:
            asked = nominating.applications_to_nominate(work.actor)
            application = work.find(asked.where(Application.id == one.id))
            if number < NOMINATED:
                nominate(work, application)
            else:
                decline_to_nominate(work, application, reason=DECLINED)
    _admit(company, run_id, sent[:NOMINATED], closes)
    return len(sent)


def _plan(company: Company, course: int, ministry: int, opens: datetime, closes: datetime) -> int:
    def wall(at: datetime, hour: int) -> str:
        return f"{at.astimezone(ZoneInfo(ZONE)).replace(hour=hour, minute=0):%Y-%m-%dT%H:%M}"

    with company.acts(CENTRE, opens - timedelta(days=4)) as work:
        terms = RunTerms(
            mode=Mode.ON_SITE,
            zone=ZONE,
            capacity=10,
            enrolment_mode=EnrolmentMode.APPLICATION,
            opens_wall=wall(opens, 9),
            closes_wall=wall(closes, 18),
            hours_to_answer=120,
            venue="innovation 4.0, 3 Research Link, Singapore",
            contact="courses@demo.example.org",
        )
        run = plan_run(work, found(work, course), terms)
        made = run.id
        for day in range(2):
            at = closes + timedelta(days=25 + day)
            add_meetings(work, run, MeetingTerms(wall(at, 9), wall(at, 17), ZONE))
    with company.acts(CENTRE, opens - timedelta(days=3)) as work:
        form = json.loads(DATA.read_text(encoding="utf-8"))
        run = found_run(work, made)
        save_run_form(work, run, form, version=None)
        due = wall(closes - timedelta(days=4), 17)
        open_route(work, run, RouteKind.MINISTRY, RouteTerms(quota=2, due_wall=due, zone=ZONE))
    with company.acts(CENTRE, opens - timedelta(days=3)) as work:
        body = work.session.get_one(Organisation, ministry)
        name_nominator(work, work.find(route_to_change(made, RouteKind.MINISTRY)), body)
    with company.acts(CENTRE, opens - timedelta(days=3)) as work:
        close_route(work, work.find(route_to_change(made, RouteKind.DIRECT)))
    with company.acts(CENTRE, opens - timedelta(days=2)) as work:
        publish_run(work, found_run(work, made))
    return made


def _ask_ministry(company: Company, cast: Cast, call: MadeCall, ministry: int) -> list[Sent]:
    chance = random.Random(call.id)  # noqa: S311 - the same people every time
    plans = [plan for plan in applying.plans() if plan["lang"] == "en"]
    lao = [p for p in cast.applicants if cast.country_of[p] == "LA"]
    return [
        applying.apply(
            company,
            call,
            person,
            call.opens_at + timedelta(days=3, hours=n),
            chance,
            plan=plans[n % len(plans)],
            way=f"ministry-{ministry}",
        )
        for n, person in enumerate(lao[-ASKED:])
    ]


def _admit(company: Company, run_id: int, sent: list[Sent], closes: datetime) -> None:
    with company.acts(CENTRE, closes + timedelta(hours=2)) as work:
        close_run(work, found_run(work, run_id))
    with company.acts(CENTRE, closes + timedelta(days=2)) as work:
        for application in find_together(work, run_id, [one.id for one in sent]):
            pass_screening(work, application)
            shortlist(work, application)
    for one in sent:
        with company.acts(CENTRE, closes + timedelta(days=3)) as work:
            enrolment = admit_application(work, find_application(work, one.id)).id
        with company.acts(one.person_id, closes + timedelta(days=4)) as work:
            accept_seat(work, find_enrolment(work, enrolment))
