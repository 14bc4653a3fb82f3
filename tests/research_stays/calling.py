"""A host with its office, a call for research stays, and people who ask."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.accounts.models import User
from app.applications.models import Application
from app.applications.operations import change_state, start_application
from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.applications.queries import opportunities_to_start
from app.applications.states import ApplicationFlow
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.opportunities.models import Opportunity
from app.opportunities.money import Period
from app.organisations.models import Organisation
from app.research_stays import operations as verbs
from app.research_stays import queries
from app.research_stays.models import StayRequest
from app.research_stays.operations import Home, Line, StayTerms, StayWords, Wanted
from app.research_stays.states import Paid, Payer, Purpose
from tests import make
from tests.courses.centres import working

NOW = make.NOW
FIRST, LAST = date(2027, 4, 5), date(2027, 4, 30)
TERMS = StayTerms(
    stays=2,
    fewest_days=7,
    most_days=60,
    purposes=(Purpose.JOINT_RESEARCH, Purpose.DATA),
    first_on=date(2027, 4, 1),
    last_on=date(2027, 9, 30),
    closes_on=date(2027, 2, 1),
    hear_by=date(2027, 2, 20),
    laboratory="Language laboratory",
    received_by="Professor Sato",
    contact="stays@example.org",
    fields=("0619",),
    paid=(
        Line(Paid.TRAVEL, Payer.HOME),
        Line(Paid.ALLOWANCE, Payer.HOST, 6000, "JPY", Period.DAY),
    ),
)
WORDS = StayWords(
    title="Work on low-resource languages with us",
    summary="One to two months.",
    description="You share an office and a cluster with us.",
    who_may_apply="Staff of institutes of the region.",
)


@dataclass
class Host:
    """A body, who speaks for it, who only drafts for it, and who speaks for another one."""

    body: Organisation
    office: User
    colleague: User
    drafter: User
    stranger: User


def host_of(role: Role = Role.CENTRE) -> Host:
    here = make.organisation("AI Centre", "JP", is_centre=role is Role.CENTRE)
    there = make.organisation("Another host", "VN")

    def staff(who: str, role: Role, at: Organisation) -> User:
        return make.grant(make.person(who), role, Scope.ORGANISATION, at.id)

    return Host(
        body=here,
        office=staff("OFFICE", role, here),
        colleague=staff("COLLEAGUE", role, here),
        drafter=staff("DRAFTER", Role.HOST, here),
        stranger=staff("STRANGER", role, there),
    )


def begun(host: Host, words: StayWords = WORDS, **terms: Any) -> int:
    with working(host.office) as work:
        here = work.find(queries.own_host(work.actor, host.body.id))
        return verbs.begin_call(work, here, replace(TERMS, **terms), words).id


def changing(who: User, call_id: int, do: Callable[..., Any], *values: Any, **named: Any) -> Any:
    with working(who, now=named.pop("now", NOW)) as work:
        return do(work, work.find(queries.call_to_change(work.actor, call_id)), *values, **named)


def published(host: Host, **terms: Any) -> int:
    call_id = begun(host, **terms)
    changing(host.office, call_id, verbs.publish_call)
    return call_id


def applied(who: User, call_id: int) -> int:
    """An application that somebody has begun."""
    with working(who) as work:
        call = work.find(opportunities_to_start(work.actor).where(Opportunity.id == call_id))
        return start_application(work, call, key="").id


WANTED = Wanted(
    purpose_kind=Purpose.JOINT_RESEARCH,
    purpose="We align our corpora.",
    starts_on=FIRST,
    ends_on=LAST,
    home=Home(None, "Institute of Technology", "KH"),
    function="Lecturer",
    brings="A corpus of court rulings.",
)


def asking(who: User, application_id: int, *, version: int | None = None, **values: Any) -> int:
    with working(who) as work:
        application = verbs.find_application(work, application_id)
        wanted = replace(WANTED, **values)
        return verbs.ask_for_stay(work, application, wanted, version=version).id


def sent(host: Host, call_id: int, who: User | None = None, **values: Any) -> int:
    """A request on the shortlist; gives the id of its application."""
    person = who or make.person()
    application_id = applied(person, call_id)
    asking(person, application_id, **values)
    with working(person) as work:
        application = work.session.get_one(Application, application_id)
        application.submitted_at, application.country_code = NOW, "KH"
        change_state(work, application, ApplicationFlow.submit)
    with working(host.office) as work:
        for application in find_together(work, call_id, [application_id]):
            pass_screening(work, application)
            shortlist(work, application)
    return application_id


def request_of(application_id: int) -> StayRequest:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(queries.request_of(application_id)).one()
