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
from app.courses import queries
from app.courses.models import Release
from app.courses.operations import (
    Employer,
    MeetingTerms,
    ReturnTerms,
    RunTerms,
    Stand,
    accept_seat,
    add_meetings,
    admit_application,
    ask_employer,
    close_run,
    confirm_release,
    employer_as_guest,
    find_application,
    find_enrolment,
    plan_run,
    publish_run,
    save_run_form,
    set_post_terms,
    statement_of,
    tell_own_post,
    tend_posts,
)
from app.courses.posts import fingerprint
from app.courses.states import EnrolmentMode, Mode, PostAnswer
from app.foundation import clock
from app.foundation.languages import speaking
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from seeds.demo import applying
from seeds.demo.applying import Sent
from seeds.demo.calls import MadeCall
from seeds.demo.people import Cast
from seeds.demo.stage import Company
from seeds.demo.teaching import found, found_run

DATA = Path(__file__).parents[1] / "data" / "officials_course.json"
PROMISE = DATA.with_name("officials_promise.json")
ZONE = "Asia/Singapore"
CENTRE, OFFICER = "centre-sg", "nominator-la"
NOMINATED, ASKED = 2, 3
POSTS = ("Head of procurement", "Deputy head of digital services")
DIRECTOR = "Khamphet Vongsa"
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
    _return(company, sent[:NOMINATED], now)
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
        asked = ReturnTerms(12, (3, 12), json.loads(PROMISE.read_text("utf-8")), True)
        set_post_terms(work, found_run(work, made), asked)
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
    for number, one in enumerate(sent):
        _release(company, one, number, closes - timedelta(days=2))
        with company.acts(CENTRE, closes + timedelta(days=3)) as work:
            enrolment = admit_application(work, find_application(work, one.id)).id
        with company.acts(one.person_id, closes + timedelta(days=4)) as work:
            promised = json.loads(PROMISE.read_text("utf-8"))["en"]
            accept_seat(work, find_enrolment(work, enrolment), promised=fingerprint(promised))


def _release(company: Company, one: Sent, number: int, at: datetime) -> None:
    """The applicant asks the employer, who signs a day later."""
    with company.acts(one.person_id, at) as work:
        application = work.find(queries.application_of_official(work.actor, one.id))
        run = application.opportunity
        asked = Employer(
            employer="Ministry of Technology and Communications",
            post=POSTS[number],
            contact=DIRECTOR,
            email=f"director-{number}@ministry.example.org",
            from_on=run.starts_on or at.date(),
            until_on=run.ends_on or at.date(),
        )
        release_id = ask_employer(work, application, asked).id
        guest = employer_as_guest(work.session.get_one(Release, release_id))
    later = at + timedelta(days=1)
    with clock.set_clock(later), speaking("en"), unit_of_work(guest) as work:
        release = work.find(queries.release_by_link(release_id))
        terms = work.session.scalar(queries.post_terms_of(release.application.opportunity_id))
        read = fingerprint(statement_of(release, terms))
        confirm_release(work, release, name=DIRECTOR, function="Director general", read=read)


def _return(company: Company, sent: list[Sent], now: datetime) -> None:
    """Some months after, both are asked; one is back, nobody has answered about the other."""
    asked_at = now - timedelta(days=44)
    with company.house_acts(asked_at) as work:
        tend_posts(work)
    with company.acts(sent[0].person_id, asked_at + timedelta(days=3)) as work:
        question = work.find(queries.posts_visible_to(work.actor))
        since = question.enrolment.run.ends_on or asked_at.date()
        tell_own_post(work, question, Stand(PostAnswer.IN_POST, since))
    for days in (29, 10):
        with company.house_acts(now - timedelta(days=days)) as work:
            tend_posts(work)
