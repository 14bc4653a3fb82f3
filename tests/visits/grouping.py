"""A programme with its people, a host institution, a call for group visits, and groups for it."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application
from app.applications.operations import change_state, start_application
from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.applications.queries import opportunities_to_start
from app.applications.states import ApplicationFlow
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.opportunities.models import Opportunity
from app.organisations.models import Organisation
from app.visits import operations as visits
from app.visits import queries
from app.visits.models import VisitCall, VisitGroup, VisitPerson
from app.visits.operations import Named, Oneself, VisitTerms, VisitWords
from app.visits.states import Part
from tests import make
from tests.courses.centres import working

NOW = make.NOW
TODAY = date(2027, 1, 5)
FORM = {
    "sections": [
        {
            "key": "purpose",
            "title": {"en": "Purpose"},
            "questions": [
                {"key": "headline", "kind": "short text", "label": {"en": "In one line"}},
                {
                    "key": "true",
                    "kind": "declaration",
                    "label": {"en": "All of it is true."},
                    "required": True,
                },
            ],
        }
    ]
}
TERMS = VisitTerms(
    most_people=4,
    most_supervisors=1,
    fewest_days=2,
    most_days=5,
    groups=1,
    first_on=date(2027, 3, 1),
    last_on=date(2027, 9, 30),
    closes_on=date(2027, 2, 1),
    days_to_answer=10,
    change_days=14,
)
WORDS = VisitWords(
    title="Short visits",
    summary="For groups.",
    description="A host plans a visit.",
    benefits="All.",
)
SENDERS = ("University of Phnom Penh", "Institute of Technology")
FIRST, LAST = date(2027, 3, 10), date(2027, 3, 12)
_number = itertools.count(1)


@dataclass
class Office:
    """Who works for the programme, who for the host, and who for another one."""

    programme_id: int
    host: Organisation
    manager: User
    approver: User
    receiver: User
    colleague: User
    stranger: User


def office_of() -> Office:
    programme = make.programme()
    here, there = make.organisation("Host Institute", "JP"), make.organisation("Other", "VN")

    def staff(who: str, role: Role, scope: Scope, at: int) -> User:
        return make.grant(make.person(who), role, scope, at)

    return Office(
        programme_id=programme.id,
        host=here,
        manager=staff("MANAGER", Role.MANAGER, Scope.PROGRAMME, programme.id),
        approver=staff("APPROVER", Role.APPROVER, Scope.PROGRAMME, programme.id),
        receiver=staff("RECEIVER", Role.HOST, Scope.ORGANISATION, here.id),
        colleague=staff("COLLEAGUE", Role.COORDINATOR, Scope.ORGANISATION, here.id),
        stranger=staff("STRANGER", Role.HOST, Scope.ORGANISATION, there.id),
    )


def begun(office: Office, words: VisitWords = WORDS, **terms: Any) -> int:
    with working(office.manager) as work:
        programme = work.find(queries.own_programme(work.actor, office.programme_id))
        return visits.begin_call(work, programme, replace(TERMS, **terms), words).id


def changing(who: User, call_id: int, do: Callable[..., Any], *values: Any, **named: Any) -> Any:
    with working(who, now=named.pop("now", NOW)) as work:
        return do(work, work.find(queries.call_to_change(work.actor, call_id)), *values, **named)


def published(office: Office, **terms: Any) -> int:
    call_id = begun(office, **terms)
    changing(office.manager, call_id, visits.save_call_form, FORM, version=None)
    changing(office.manager, call_id, visits.publish_call)
    return call_id


def applied(who: User, call_id: int) -> int:
    """An application that somebody has begun."""
    with working(who) as work:
        call = work.find(opportunities_to_start(work.actor).where(Opportunity.id == call_id))
        return start_application(work, call, key="").id


def grouped(office: Office, call_id: int, who: User | None = None, **values: Any) -> int:
    """A group with its days, nobody in it yet."""
    who = who or office.receiver
    application_id = applied(who, call_id)
    given = {"first_on": FIRST, "last_on": LAST, "senders": SENDERS} | values
    with working(who) as work:
        application = visits.find_application(work, application_id)
        host = work.session.get_one(Organisation, values.pop("host_id", office.host.id))
        return visits.begin_group(work, application, host, **given).id


def acting(who: User, group_id: int, do: Callable[..., Any], *values: Any, **named: Any) -> Any:
    with working(who, now=named.pop("now", NOW)) as work:
        return do(work, visits.find_group(work, group_id), *values, **named)


def somebody(part: Part = Part.PARTICIPANT, **values: Any) -> Named:
    n = next(_number)
    given = {"name": f"Guest {n}", "email": f"guest-{n}@example.org", "institution": SENDERS[0]}
    return Named(part=part, **(given | values))


def named(office: Office, group_id: int, whom: Named | None = None, *, now=NOW) -> int:
    return acting(office.receiver, group_id, visits.name_person, whom or somebody(), now=now).id


def planned(office: Office, group_id: int) -> None:
    days = (LAST - FIRST).days + 1
    plan = {FIRST + timedelta(days=n): f"Day {n + 1}" for n in range(days)}
    acting(office.receiver, group_id, visits.plan_days, plan)


def whole(office: Office, call_id: int, who: User | None = None) -> int:
    """A group with a plan and one person, which could be sent."""
    group_id = grouped(office, call_id, who)
    planned(office, group_id)
    named(office, group_id)
    return group_id


def sent(office: Office, call_id: int, who: User | None = None) -> int:
    """A whole group whose application was sent and is on the shortlist."""
    group_id = whole(office, call_id, who)
    application_id = group(group_id).application_id
    with working(who or office.receiver) as work:
        application = work.session.get_one(Application, application_id)
        application.submitted_at, application.country_code = NOW, "JP"
        change_state(work, application, ApplicationFlow.submit)
    with working(office.manager) as work:
        for application in find_together(work, call_id, [application_id]):
            pass_screening(work, application)
            shortlist(work, application)
    return group_id


def awarded(office: Office, call_id: int, who: User | None = None) -> int:
    group_id = sent(office, call_id, who)
    acting(office.manager, group_id, visits.propose_award)
    acting(office.approver, group_id, visits.award_visit)
    return group_id


def accepted(office: Office, call_id: int) -> int:
    group_id = awarded(office, call_id)
    acting(office.receiver, group_id, visits.accept_award)
    return group_id


ONESELF = Oneself(passport_name="GUEST ONE", nationality="KH", born_on=date(2001, 2, 3))


def confirming(person_id: int, said: Oneself = ONESELF, *, now=NOW) -> None:
    """By the link, as somebody without an account."""
    person = one(person_id)
    with working(visits.guest(person), now=now) as work:
        found = visits.find_person(work, person_id)
        visits.confirm_coming(work, found, said)


def group(group_id: int) -> VisitGroup:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(VisitGroup, group_id)


def one(person_id: int) -> VisitPerson:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(VisitPerson, person_id)


def application_of(group_id: int) -> Application:
    return db.session.get_one(Application, group(group_id).application_id)


def first_person(group_id: int) -> int:
    found = db.session.scalar(
        select(VisitPerson.id).where(VisitPerson.group_id == group_id).order_by(VisitPerson.id)
    )
    assert found is not None
    return found
