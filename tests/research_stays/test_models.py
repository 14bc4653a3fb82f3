"""What the database keeps of calls for research stays and of requests, whoever writes to it."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from app.applications.models import Application
from app.applications.models.applying import A_REQUEST
from app.applications.states import ApplicationState
from app.foundation.actors import VISITOR, Role, Scope
from app.foundation.database import db
from app.opportunities import policy
from app.opportunities.models import FormVersion, Opportunity
from app.opportunities.queries import is_decided_by, office_of
from app.opportunities.states import OpportunityState
from app.research_stays.models import ResearchStayCall, ResearchStayPaid, StayRequest
from app.research_stays.states import Paid, Payer, Purpose
from tests import make

FIRST = date(2027, 4, 1)


def call_of(office: Role = Role.CENTRE, **values: Any) -> ResearchStayCall:
    given: dict[str, Any] = {
        "starts_on": FIRST,
        "ends_on": date(2027, 9, 30),
        "fewest_days": 7,
        "most_days": 60,
        "stays": 3,
        "purposes": [Purpose.JOINT_RESEARCH.value],
        "state": OpportunityState.PUBLISHED,
        "published_at": make.NOW,
    }
    host = make.organisation("Host Institute", "JP")
    made: ResearchStayCall = make.add(
        ResearchStayCall(
            ref=f"RST-{host.id}",
            title="Come and work with us",
            organisation_id=host.id,
            closes_sort=make.NOW,
            office=office,
            **(given | values),
        )
    )
    make.add(FormVersion(opportunity_id=made.id, number=1, definition={"sections": []}))
    return made


def request_of(call: ResearchStayCall, **values: Any) -> StayRequest:
    """What somebody asks for, in an application that is not sent."""
    given: dict[str, Any] = {
        "application_id": make.application(call, lacks=A_REQUEST).id,  # type: ignore[arg-type]
        "call_id": call.id,
        "host_id": call.organisation_id,
        "home_name": "Institute of Technology",
        "home_country": "KH",
        "function": "Lecturer",
        "purpose_kind": Purpose.JOINT_RESEARCH,
        "purpose": "We write a paper.",
        "starts_on": FIRST,
        "ends_on": FIRST + timedelta(days=20),
    }
    made: StayRequest = make.add(StayRequest(**(given | values)))
    return made


def writing(statement: Any) -> None:
    try:
        db.session.execute(statement)
    finally:
        db.session.rollback()


def send(request: StayRequest) -> None:
    db.session.execute(
        text(
            "UPDATE application SET lacks = '', state = 'submitted', submitted_at = started_at,"
            " country_code = 'KH' WHERE id = :id"
        ),
        {"id": request.application_id},
    )
    db.session.commit()


@pytest.mark.parametrize(
    "wrong",
    [
        {"stays": 0},
        {"fewest_days": 0},
        {"fewest_days": 61},
        {"most_days": 181},
        {"office": Role.MANAGER},
    ],
)
def test_a_call_is_of_an_office_for_some_short_stays(session, wrong) -> None:
    with pytest.raises(IntegrityError):
        call_of(**wrong)
    db.session.rollback()


@pytest.mark.parametrize("office", [Role.CENTRE, Role.COORDINATOR])
def test_staff_of_the_host_decide_as_whoever_they_sign_in(session, office) -> None:
    call = call_of(office)
    staff = make.grant(make.person(), office, Scope.ORGANISATION, call.organisation_id)
    other = make.grant(make.person(), office, Scope.ORGANISATION, make.organisation().id)
    host = make.grant(make.person(), Role.HOST, Scope.ORGANISATION, call.organisation_id)
    decided = {
        who: (
            policy.decides_on.holds(actor, call),
            db.session.query(Opportunity).filter(is_decided_by(actor)).count() == 1,
        )
        for who, actor in (
            ("staff", make.actor(staff)),
            ("other", make.actor(other)),
            ("host", make.actor(host)),
            ("visitor", VISITOR),
        )
    }
    assert decided == {
        "staff": (True, True),
        "other": (False, False),
        "host": (False, False),
        "visitor": (False, False),
    }
    assert office_of(call)["role"] is office


def test_stays_only_grow_once_they_were_published(session) -> None:
    fewer = update(ResearchStayCall.__table__).values(stays=2)
    number = call_of(state=OpportunityState.DRAFT, published_at=None).id
    draft = ResearchStayCall.__table__.c.id == number
    db.session.execute(fewer.where(draft))
    assert db.session.get_one(ResearchStayCall, number).stays == 2
    of_it = ResearchStayCall.__table__.c.id == call_of().id
    with pytest.raises(IntegrityError, match="places_only_grow"):
        writing(fewer.where(of_it))
    writing(fewer.values(stays=4).where(of_it))


def test_each_thing_is_paid_once(session) -> None:
    line = {"call_id": call_of().id, "kind": Paid.TRAVEL, "payer": Payer.HOST}
    make.add(ResearchStayPaid(**line))
    with pytest.raises(IntegrityError):
        make.add(ResearchStayPaid(**line))
    db.session.rollback()


def test_one_asks_with_days_that_the_call_names(session) -> None:
    call = call_of()
    assert request_of(call).days == 21
    for wrong in (
        {"starts_on": FIRST - timedelta(days=1)},
        {"starts_on": date(2027, 9, 20), "ends_on": date(2027, 10, 1)},
        {"ends_on": FIRST + timedelta(days=5)},
        {"ends_on": FIRST + timedelta(days=60)},
    ):
        with pytest.raises(IntegrityError, match="stay_request_of_other_days"):
            request_of(call, **wrong)
        db.session.rollback()


def test_one_comes_from_one_home_that_is_not_the_host(session) -> None:
    call = call_of()
    host = call.organisation_id
    for wrong in ({"home_id": host, "home_name": ""}, {"home_name": ""}, {"home_id": host}):
        with pytest.raises(IntegrityError):
            request_of(call, **wrong)
        db.session.rollback()


def test_what_was_asked_for_stays_as_it_was_sent(session) -> None:
    request = request_of(call_of())
    number = request.id
    db.session.execute(update(StayRequest).values(purpose="We write two papers."))
    db.session.commit()
    send(db.session.get_one(StayRequest, number))
    for changed in (update(StayRequest).values(purpose="Another."), delete(StayRequest)):
        with pytest.raises(IntegrityError, match="stay_request_was_sent"):
            writing(changed)


def test_a_request_stays_with_its_application(session) -> None:
    call = call_of()
    other = make.application(call).id  # type: ignore[arg-type]
    request_of(call)
    with pytest.raises(IntegrityError, match="stay_request_stays"):
        writing(update(StayRequest).values(application_id=other))


def test_the_database_refuses_an_application_without_its_request(session) -> None:
    call = call_of()
    make.application(call, lacks=A_REQUEST)  # type: ignore[arg-type]
    submitted = {
        "state": ApplicationState.SUBMITTED,
        "submitted_at": make.NOW,
        "country_code": "KH",
    }
    with pytest.raises(IntegrityError, match="application_lacks_its_request"):
        writing(update(Application).values(**submitted))
