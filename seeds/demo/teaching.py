"""Two centres write courses and plan their dates."""

import json
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.certificates.states import CertificateKind
from app.courses import codes, queries
from app.courses.completion import Rule
from app.courses.models import Course, CourseRun, Enrolment
from app.courses.operations import (
    CourseFacts,
    CourseWords,
    Mark,
    MeetingTerms,
    Reached,
    Reserve,
    RunTerms,
    add_meetings,
    admit,
    adopt_course,
    archive_course,
    begin_course,
    cancel_run,
    certify_run,
    check_in,
    close_run,
    enrol,
    find_enrolment,
    find_seat_by_code,
    invite,
    judge_everybody,
    keep_practice,
    leave,
    name_instructor,
    open_check_in,
    plan_run,
    publish_course,
    publish_run,
    record_attendance,
    record_results,
    remove,
    reserve_seats,
    revise_course,
    save_course_facts,
    save_course_text,
    send_course,
    state_rule,
    turn_down,
)
from app.courses.queries.runs import meeting_to_change
from app.courses.states import EnrolmentMode, Mode, Presence
from app.foundation.database import db
from app.foundation.work import Work
from app.organisations.models import Organisation
from seeds.demo.giving import give_materials, look_in_vain, write_to_participants
from seeds.demo.opinions import ask_participants
from seeds.demo.people import Cast
from seeds.demo.stage import Company

DATA = Path(__file__).parents[1] / "data" / "courses.json"
READ_FIRST = "aic-01"


@dataclass(frozen=True, slots=True)
class Dates:
    """Dates of one course: days are counted from now, hours are those of the zone's clocks."""

    course: str
    by: str
    mode: Mode
    zone: str
    seats: int
    how: EnrolmentMode
    opens: int
    closes: int
    first: int
    times: int
    apart: int
    begins: int
    minutes: int
    venue: str = ""
    kept: tuple[tuple[str, int], ...] = ()
    teacher: str = ""
    guest: str = ""
    titles: tuple[str, ...] = ()
    state: str = "published"


# A meeting that begins at the full hour that is striking while the demo is made.
BY_NOW = -1
LINK = "https://meet.example.org/lontar-demo"
SG, JP = "Asia/Singapore", "Asia/Tokyo"
DATES = {
    "evenings": Dates(
        *("llm", "centre-sg", Mode.ONLINE, SG, 12, EnrolmentMode.OPEN, -20, 12, 21, 4, 7, 19, 120),
        kept=(("KH", 3), ("LA", 2)),
        teacher="centre-sg-2",
        titles=("Text and its rights", "Tokenizers", "Fine-tuning", "Evaluation with speakers"),
    ),
    "singapore": Dates(
        *("gov", "centre-sg", Mode.ON_SITE, SG, 24, EnrolmentMode.APPROVAL),
        *(-15, 25, 45, 2, 1, 9, 420),
        venue="innovation 4.0, 3 Research Link, Singapore",
        teacher="centre-sg",
    ),
    "tokyo": Dates(
        *("corpus", "centre-jp", Mode.HYBRID, JP, 16, EnrolmentMode.INVITATION),
        *(-10, 18, 32, 5, 1, 10, 360),
        venue="National Institute of Informatics, 2-1-2 Hitotsubashi, Tokyo",
        teacher="centre-jp-2",
    ),
    "spring": Dates(
        *("llm", "centre-sg", Mode.ONLINE, SG, 30, EnrolmentMode.OPEN, 30, 80, 95, 4, 7, 19, 120),
        state="planned",
    ),
    "bangkok": Dates(
        *("gov", "centre-sg-2", Mode.ON_SITE, "Asia/Bangkok", 20, EnrolmentMode.OPEN),
        *(-30, 9, 15, 1, 1, 9, 420),
        venue="Bangkok",
        state="cancelled",
    ),
    "weekly": Dates(
        *("gov", "centre-sg", Mode.ONLINE, SG, 15, EnrolmentMode.OPEN),
        *(-40, -18, -14, 4, 7, BY_NOW, 240),
        teacher="centre-sg-2",
        guest="host-jp",
    ),
    "autumn": Dates(
        *("llm", "centre-sg", Mode.ONLINE, SG, 20, EnrolmentMode.OPEN),
        *(-55, -35, -30, 4, 7, 19, 120),
        teacher="centre-sg-2",
    ),
}


def plan_dates(company: Company, courses: dict[str, int], now: datetime) -> dict[str, int]:
    """Dates of the courses, in every state that they can be in."""
    return {name: _plan(company, courses, one, now) for name, one in DATES.items()}


def _plan(company: Company, courses: dict[str, int], one: Dates, now: datetime) -> int:
    there = now.astimezone(ZoneInfo(one.zone))

    def wall(days: int, hour: int, minutes: int = 0) -> str:
        hour = there.hour if hour == BY_NOW else hour
        day = (there + timedelta(days=days)).replace(hour=hour, minute=0)
        return f"{day + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"

    planned = min(now + timedelta(days=one.opens - 2), now - timedelta(days=2))
    with company.acts(one.by, planned) as work:
        terms = RunTerms(
            mode=one.mode,
            zone=one.zone,
            capacity=one.seats,
            enrolment_mode=one.how,
            opens_wall=wall(one.opens, 9),
            closes_wall=wall(one.closes, 18),
            venue=one.venue,
            join_url="" if one.mode is Mode.ON_SITE else LINK,
            contact="courses@demo.example.org",
        )
        run = plan_run(work, found(work, courses[one.course]), terms)
        made = run.id
        for number in range(one.times):
            at = one.first + number * one.apart
            title = one.titles[number] if one.titles else ""
            meeting = MeetingTerms(
                wall(at, one.begins), wall(at, one.begins, one.minutes), one.zone, title
            )
            add_meetings(work, run, meeting)
        if one.kept:
            reserve_seats(work, run, [Reserve(n, country_code=code) for code, n in one.kept])
        for teacher in filter(None, (one.teacher, one.guest)):
            person = work.session.get_one(User, company.by_address[teacher])
            name_instructor(work, run, person)
    if one.state != "planned":
        with company.acts(one.by, planned + timedelta(hours=20)) as work:
            publish_run(work, found_run(work, made))
    if one.state == "cancelled":
        with company.acts(one.by, now - timedelta(days=3)) as work:
            reason = "The hall is closed for repairs. New dates will follow in spring."
            cancel_run(work, found_run(work, made), reason=reason)
    return made


def found_run(work: Work, run_id: int) -> CourseRun:
    """The dates, for the one who acts."""
    return work.find(queries.run_to_open(work.actor, run_id))


def write_courses(company: Company, organisations: dict[str, int], now: datetime) -> dict[str, int]:
    """Every course of `data/courses.json`; gives their ids by the names that the data has."""
    with company.acts("centre-sg", now - timedelta(days=200)) as work:
        centre = work.session.get_one(Organisation, organisations[READ_FIRST])
        keep_practice(work, centre, second_person=True, version=None)
    said = json.loads(DATA.read_text(encoding="utf-8"))
    made = {one["id"]: _write(company, organisations, one, now) for one in said}
    adopt(company, organisations, made["llm"], now)
    return made


def _write(
    company: Company, organisations: dict[str, int], one: dict[str, Any], now: datetime
) -> int:
    days = one.get("published", one.get("sent", 1))
    ready = now - timedelta(days=days)
    original = one["original"]
    with company.acts(one["writer"], ready - timedelta(days=10)) as work:
        centre = work.session.get_one(Organisation, organisations[one["centre"]])
        title = one["texts"][original]["title"]
        course = begin_course(work, centre, code=one["code"], title=title, original_locale=original)
        for locale, words in one["texts"].items():
            save_course_text(work, course, CourseWords(**words), locale=locale, version=None)
        if one["facts"]:
            save_course_facts(work, course, _facts(one["facts"]), version=None)
        made = course.id
    if "reader" in one or "sent" in one:
        with company.acts(one["writer"], ready) as work:
            send_course(work, found(work, made))
    if "published" in one:
        reader = one.get("reader", one["writer"])
        with company.acts(reader, ready + timedelta(hours=20)) as work:
            publish_course(work, found(work, made))
    if "archived" in one:
        with company.acts(one["writer"], now - timedelta(days=one["archived"])) as work:
            archive_course(work, found(work, made))
    if one.get("next"):
        with company.acts(one["writer"], now - timedelta(days=1)) as work:
            revise_course(work, found(work, made))
    return made


def adopt(company: Company, organisations: dict[str, int], llm: int, now: datetime) -> None:
    """Tokyo adapts what Singapore teaches, and translates what it calls it."""
    at = now - timedelta(days=20)
    with company.acts("centre-jp", at) as work:
        centre = work.session.get_one(Organisation, organisations["jp-0228"])
        original = work.session.get_one(Course, llm, options=[joinedload(Course.organisation)])
        made = adopt_course(work, centre, original, code="LLM-201").id
    with company.acts("centre-jp", at + timedelta(hours=20)) as work:
        publish_course(work, found(work, made))


def _facts(said: dict[str, Any]) -> CourseFacts:
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}
    return CourseFacts(**given)


def found(work: Work, course_id: int) -> Course:
    """The course, for the one who acts."""
    return work.find(queries.course_to_open(work.actor, course_id))


def fill_dates(
    company: Company, cast: Cast, dates: dict[str, int], now: datetime, chance: random.Random
) -> int:
    """People enrol, ask and wait; some give their seats back; the centre answers some."""
    people = chance.sample(cast.applicants, 60)
    named = [cast.by_address[a] for a in ("applicant-kh", "applicant-vn", "applicant-offer")]
    autumn = [
        _enrol(company, dates["autumn"], who, now - timedelta(days=40)) for who in people[:14]
    ]
    evenings = [
        _enrol(company, dates["evenings"], who, now - timedelta(days=9, hours=n))
        for n, who in enumerate([*named[:1], *people[10:24], *named[1:]])
    ]
    for enrolment in evenings[2:4]:
        _leave(company, enrolment, now - timedelta(hours=30))
    asked = [
        _enrol(company, dates["singapore"], who, now - timedelta(days=6, hours=n), words=WHY)
        for n, who in enumerate([*people[24:36], named[2]])
    ]
    for enrolment in asked[:6]:
        with company.acts("centre-sg", now - timedelta(days=2)) as work:
            admit(work, find_enrolment(work, enrolment))
    with company.acts("centre-sg", now - timedelta(days=2)) as work:
        turn_down(work, find_enrolment(work, asked[6]), reason=TOO_FAR)
    with company.acts("centre-sg", now - timedelta(days=1)) as work:
        remove(work, find_enrolment(work, asked[5]), reason=NO_WORD)
    addresses = [company.actor(who).email for who in people[36:44]]
    with company.acts("centre-jp", now - timedelta(days=7)) as work:
        invite(work, found_run(work, dates["tokyo"]), [*addresses, "guest@partner.example.org"])
    tokyo = [_enrol(company, dates["tokyo"], who, now - timedelta(days=5)) for who in people[36:41]]
    weekly = [
        _enrol(company, dates["weekly"], who, now - timedelta(days=22)) for who in people[44:52]
    ]
    weekly.append(_enrol(company, dates["weekly"], named[2], now - timedelta(days=22)))
    _close_past(company, dates, now)
    _teach(company, dates, now)
    _check_in(company, dates["weekly"], now)
    ask_participants(company, dates, now)
    give_materials(company, dates, now)
    write_to_participants(company, dates["evenings"], now)
    look_in_vain(now)
    return len([*autumn, *evenings, *asked, *tokyo, *weekly])


def _teach(company: Company, dates: dict[str, int], now: datetime) -> None:
    """The autumn's course is over and decided; of the weekly one a meeting is not entered yet."""
    for name, entered in (("autumn", 4), ("weekly", 1)):
        with company.acts("centre-sg", now - timedelta(days=4)) as work:
            run = found_run(work, dates[name])
            people = queries.with_seats(work.session, run.id)
            for number, meeting in enumerate(run.meetings[:entered]):
                marks = {one.id: _mark(i, number) for i, one in enumerate(people)}
                record_attendance(work, meeting, marks)
            state_rule(work, run, Rule(share=75))
            if entered == len(run.meetings):
                reached = {one.id: Reached(40 + i, 62 + 2 * i) for i, one in enumerate(people)}
                record_results(work, run, reached)
                judge_everybody(work, run)
    with company.acts("centre-sg", now - timedelta(days=3)) as work:
        run = work.find(queries.run_to_certify(work.actor, dates["autumn"]))
        certify_run(work, run, CertificateKind.COMPLETION)


def _check_in(company: Company, run_id: int, now: datetime) -> None:
    """At the weekly meeting that is on now, most have checked in; `applicant-offer` may yet."""
    not_yet = company.by_address["applicant-offer"]
    with company.acts("centre-sg", now) as work:
        run = found_run(work, run_id)
        meeting = next(m for m in run.meetings if m.starts_at <= now < m.ends_at)
        starts_at, meeting_id = meeting.starts_at, meeting.id
        seats = queries.with_seats(work.session, run_id)
        people = [one.person_id for one in seats if one.person_id != not_yet]
    with company.acts("centre-sg", starts_at - timedelta(minutes=20)) as work:
        meeting = work.find(meeting_to_change(work.actor, run_id, meeting_id))
        secret = open_check_in(work, meeting, late_after=10).secret
    for number, who in enumerate(people[:6]):
        at = min(now, starts_at + timedelta(minutes=4 * number - 8))
        with company.acts(who, at) as work:
            check_in(work, *find_seat_by_code(work, codes.shown(secret, at), at), came_at=at)


def _mark(person: int, meeting: int) -> Mark:
    """Most are there; one is excused once, and two stay away often."""
    if (person, meeting) == (1, 0):
        return Mark(Presence.EXCUSED, reason="Ill that day.")
    away = person in {4, 9} and meeting > 0
    return Mark(Presence.ABSENT if away else Presence.PRESENT)


def _close_past(company: Company, dates: dict[str, int], now: datetime) -> None:
    """What the worker does when the last moment to enrol is over."""
    for name, one in DATES.items():
        if one.closes < 0:
            with company.house_acts(now + timedelta(days=one.closes, hours=1)) as work:
                close_run(work, work.session.get_one(CourseRun, dates[name]))


WHY = "Our office buys its first AI system next year, and I write what we ask of it."
NO_WORD = "We wrote to you twice, and your office says that you cannot travel that week."
TOO_FAR = "This course is for people who decide about public services. Try “Testing AI systems”."


def _enrol(company: Company, run_id: int, who: int, at: datetime, words: str = "") -> int:
    with company.acts(who, at) as work:
        run = work.find(queries.run_to_enrol_in(work.actor, run_id))
        return enrol(work, run, words=words).id


def _leave(company: Company, enrolment_id: int, at: datetime) -> None:
    person = db.session.get_one(Enrolment, enrolment_id).person_id
    with company.acts(person, at) as work:
        leave(work, find_enrolment(work, enrolment_id))
