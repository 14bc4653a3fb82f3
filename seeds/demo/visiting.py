"""Two calls for group visits: one whose group was here, and one that hosts apply for now."""

import json
import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.accounts.models import Nationality, User
from app.applications import queries as applications
from app.applications.models import Application
from app.applications.operations import save_section, start_application, submit_application
from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.foundation.database import db
from app.foundation.work import Work
from app.opportunities.form_definitions import parse_form
from app.organisations.models import Organisation
from app.visits import operations as office
from app.visits.models import VisitGroup, VisitPerson
from app.visits.operations import Named, Oneself, VisitTerms, VisitWords
from app.visits.queries import call_by_id, call_to_change, own_programme
from app.visits.states import Part
from seeds.demo.people import Cast
from seeds.demo.stage import Company

DATA = Path(__file__).parents[1] / "data" / "visits.json"
MANAGER, APPROVER = "manager-a", "approver-a"
TOHOKU, NICT, CENTRE = ("host-tohoku", "jp-0302"), ("host-nict", "jp-0229"), ("host-jp", "aic-04")
TOKYO, KYUSHU = ("host-tokyo", "jp-0152"), ("host-kyushu", "jp-0199")
SENDERS = ("Royal University of Phnom Penh", "National University of Laos")
# Members of ASEAN; students, but not who supervises them, are below an age.
FROM = ("BN", "KH", "ID", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN")
WHO_MAY_COME = {
    Part.PARTICIPANT: office.GuestRule(countries=FROM, age=40, inclusive=False),
    Part.SUPERVISOR: office.GuestRule(countries=FROM),
}
TOO_OLD = date(1984, 5, 2)
# How many days a visit of the demo has.
DAYS = 10


class Guest(NamedTuple):
    """Somebody of the demo who is named for a group."""

    id: int
    email: str
    passport_name: str
    native_name: str
    nationality: str
    born_on: date


@dataclass(frozen=True, slots=True)
class Stage:
    """One call, who plays in it, what is told of it, and where everybody is."""

    company: Company
    call_id: int
    told: dict[str, Any]
    organisations: dict[str, int]

    def change(self, who: str | int, at: datetime, group_id: int, do: Any, **named: Any) -> Any:
        with self.company.acts(who, at) as work:
            return do(work, office.find_group(work, group_id), **named)


def call_for_groups(
    company: Company,
    cast: Cast,
    programme: int,
    organisations: dict[str, int],
    now: datetime,
) -> str:
    """Five groups of this year and one of last year, in one line."""
    told = json.loads(DATA.read_text(encoding="utf-8"))
    chance = random.Random(programme)  # noqa: S311 - the same people every time
    people = _guests(chance.sample(cast.applicants, 24))
    known = _guests([cast.by_address[one] for one in ("applicant-kh", "applicant-vn")])
    then = now - timedelta(days=190)
    before = _publish(company, programme, told, then - timedelta(days=1), then)
    _was_here(Stage(company, before, told, organisations), people[:6], then)
    made = _publish(company, programme, told, now - timedelta(days=40), now)
    this = Stage(company, made, told, organisations)
    _draft(this, TOKYO, now)
    first = (now + timedelta(days=80)).date()
    waits = _sent(this, KYUSHU, people[6:10], now - timedelta(days=3), first)
    _say_too_old(this, waits, people[9], now - timedelta(days=1))
    listed = _sent(this, TOHOKU, people[10:15], now - timedelta(days=20), first)
    won = _sent(this, CENTRE, people[15:20], now - timedelta(days=25), first)
    _shortlist(this, [listed, won], now - timedelta(days=14))
    for group_id in (won, listed):
        this.change(MANAGER, now - timedelta(days=12), group_id, office.propose_award)
    older = _say_too_old(this, listed, people[14], now - timedelta(days=11))
    this.change(MANAGER, now - timedelta(days=10), listed, _let_through, person_id=older)
    this.change(APPROVER, now - timedelta(days=10), won, office.award_visit)
    this.change(CENTRE[0], now - timedelta(days=8), won, office.accept_award)
    _change_people(this, won, people[20], known, now)
    return "groups that come for some days: 5"


def _guests(ids: list[int]) -> list[Guest]:
    rows = db.session.execute(
        select(
            User.id,
            User.email,
            User.passport_name,
            User.native_name,
            func.min(Nationality.country_code),
            User.born_on,
        )
        .join(Nationality, Nationality.user_id == User.id)
        .where(User.id.in_(ids))
        .group_by(User.id)
        .order_by(User.id)
    ).all()
    db.session.rollback()
    return [Guest(*row[:-1], row.born_on or date(2000, 1, 1)) for row in rows]


def _publish(
    company: Company, programme: int, told: dict[str, Any], at: datetime, now: datetime
) -> int:
    """A call from its first words to its publication; visits are from a month after `now` on."""
    words = {locale: VisitWords(**said) for locale, said in told["texts"].items()}
    terms = VisitTerms(
        most_people=8,
        most_supervisors=2,
        fewest_days=7,
        most_days=21,
        groups=4,
        first_on=(now + timedelta(days=45)).date(),
        last_on=(now + timedelta(days=330)).date(),
        closes_on=(now + timedelta(days=20)).date(),
        contact="visits@demo.example.org",
        tracks=("researcher", "engineer"),
    )
    with company.acts(MANAGER, at - timedelta(days=4)) as work:
        found = work.find(own_programme(work.actor, programme))
        made = office.begin_call(work, found, terms, words.pop("en")).id
    for locale, said in words.items():
        with company.acts(MANAGER, at - timedelta(days=3)) as work:
            call = work.find(call_to_change(work.actor, made))
            office.save_call_text(work, call, said, locale=locale)
    with company.acts(MANAGER, at - timedelta(days=3)) as work:
        call = work.find(call_to_change(work.actor, made))
        office.save_guest_rules(work, call, WHO_MAY_COME)
    with company.acts(MANAGER, at - timedelta(days=2)) as work:
        call = work.find(call_to_change(work.actor, made))
        office.save_call_form(work, call, told["form"], version=None)
    with company.acts(MANAGER, at) as work:
        office.publish_call(work, work.find(call_to_change(work.actor, made)))
    return made


def _begin(stage: Stage, host: tuple[str, str], at: datetime, first: date) -> int:
    """The host begins its application and the group of it."""
    who, ref = host
    with stage.company.acts(who, at) as work:
        call = work.find(call_by_id(work.actor, stage.call_id))
        key = f"demo-{stage.call_id}-{ref}"
        application_id = start_application(work, call, key=key).id
    with stage.company.acts(who, at) as work:
        application = office.find_application(work, application_id)
        group = office.begin_group(
            work,
            application,
            work.session.get_one(Organisation, stage.organisations[ref]),
            first_on=first,
            last_on=first + timedelta(days=DAYS - 1),
            laboratory="Human language technology laboratory",
            senders=SENDERS,
        )
        return group.id


def _draft(stage: Stage, host: tuple[str, str], now: datetime) -> None:
    """A group that was begun the other day: some days are planned, and nobody is named."""
    at = now - timedelta(days=1)
    group_id = _begin(stage, host, at, (now + timedelta(days=150)).date())
    _plan(stage, host[0], at, group_id, 3)


def _plan(stage: Stage, who: str, at: datetime, group_id: int, number: int = DAYS) -> None:
    with stage.company.acts(who, at) as work:
        group = office.find_group(work, group_id)
        said = enumerate(stage.told["days"][:number])
        plan = {group.first_on + timedelta(days=n): what for n, what in said}
        office.plan_days(work, group, plan)


def _sent(
    stage: Stage, host: tuple[str, str], people: list[Guest], at: datetime, first: date
) -> int:
    """A whole group whose application was sent; most of its people have confirmed."""
    group_id = _begin(stage, host, at, first)
    _plan(stage, host[0], at, group_id)
    for number, one in enumerate(people):
        part = Part.PARTICIPANT if number else Part.SUPERVISOR
        named = stage.change(
            host[0], at, group_id, office.name_person, named=_named(one, part, number)
        )
        if number < len(people) - 1:
            _confirm(stage, one, named.id, at + timedelta(hours=number + 2))
    with stage.company.acts(host[0], at + timedelta(hours=12)) as work:
        application_id = work.session.get_one(VisitGroup, group_id).application_id
        _write_and_send(work, application_id)
    return group_id


def _named(one: Guest, part: Part, number: int = 0) -> Named:
    return Named(
        part=part, name=one.passport_name, email=one.email, institution=SENDERS[number % 2]
    )


def _confirm(stage: Stage, one: Guest, person_id: int, at: datetime) -> None:
    with stage.company.acts(one.id, at) as work:
        said = Oneself(
            passport_name=one.passport_name,
            native_name=one.native_name,
            nationality=one.nationality,
            born_on=one.born_on,
            position="Student of computer science",
        )
        office.confirm_coming(work, office.find_person(work, person_id), said)


def _say_too_old(stage: Stage, group_id: int, one: Guest, at: datetime) -> int:
    """Somebody whom the rules of the call do not let come says so; the office decides."""
    with stage.company.acts(one.id, at) as work:
        rows = select(VisitPerson.id).where(
            VisitPerson.group_id == group_id, VisitPerson.email == one.email
        )
        person_id = work.session.scalars(rows).one()
    _confirm(stage, one._replace(born_on=TOO_OLD), person_id, at)
    return person_id


def _let_through(work: Work, group: VisitGroup, person_id: int) -> None:
    [person] = [one for one in group.people if one.id == person_id]
    reason = "Teaches the course that the group prepares, and came back to study late."
    office.let_person_through(work, group, person, reason=reason)


def _write_and_send(work: Work, application_id: int) -> None:
    """Fill in the short form, and send it."""

    def loaded() -> Application:
        query = applications.applications_to_fill_in(work.actor)
        one = query.where(Application.id == application_id)
        return work.find(one.execution_options(populate_existing=True))

    application = loaded()
    form = parse_form(application.form_version.definition)
    answers = {
        "headline": "Speech data for languages with few recordings",
        "plan": "Two universities without a speech laboratory learn how recordings are made, "
        "checked and used. A shared set of recordings and a plan for the next year stay.",
        "true": "yes",
    }
    save_section(work, application, form.sections[1], answers=answers, looked=True)
    work.session.flush()
    work.session.expire(application, ["sections", "preferences", "slots"])
    submit_application(work, loaded(), key=f"demo-{application_id}")


def _shortlist(stage: Stage, groups: list[int], at: datetime) -> None:
    with stage.company.acts(MANAGER, at) as work:
        ids = [work.session.get_one(VisitGroup, one).application_id for one in groups]
        for application in find_together(work, stage.call_id, ids):
            pass_screening(work, application)
            shortlist(work, application)


def _change_people(
    stage: Stage, group_id: int, other: Guest, known: list[Guest], now: datetime
) -> None:
    """Somebody cannot come and another is named; two of the sign-in page are asked."""

    def replace(work: Work, group: VisitGroup) -> int:
        gone = group.people[-1]
        named = _named(other, Part.PARTICIPANT)
        return office.replace_person(work, group, gone, named, reason="Exams on these days.").id

    person_id = stage.change(CENTRE[0], now - timedelta(days=5), group_id, replace)
    _confirm(stage, other, person_id, now - timedelta(days=4))
    for one in known:
        asked = _named(one, Part.PARTICIPANT)
        stage.change(CENTRE[0], now - timedelta(days=2), group_id, office.name_person, named=asked)


def _was_here(stage: Stage, people: list[Guest], then: datetime) -> None:
    """A call that is over: its group was here, and its host has reported."""
    company, first = stage.company, (then + timedelta(days=100)).date()
    group_id = _sent(stage, NICT, people, then + timedelta(days=2), first)
    _shortlist(stage, [group_id], then + timedelta(days=22))
    stage.change(MANAGER, then + timedelta(days=23), group_id, office.propose_award)
    stage.change(APPROVER, then + timedelta(days=24), group_id, office.award_visit)
    stage.change(NICT[0], then + timedelta(days=26), group_id, office.accept_award)
    with company.acts(MANAGER, then + timedelta(days=30)) as work:
        office.close_call(work, work.find(call_to_change(work.actor, stage.call_id)))
    with company.house_acts(then + timedelta(days=120)) as work:
        office.end_visits(work)
    with company.acts(NICT[0], then + timedelta(days=130)) as work:
        group = office.find_group(work, group_id)
        office.send_report(
            work,
            group,
            came=[one.id for one in group.people if one.confirmed_at],
            done="Ten days of joint experiments; each guest recorded two hours of speech.",
            outcome="Three guests go on with their recordings. We visit them next year.",
        )
