"""A facility of a centre, people who applied for it, and what is granted to them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from app.accounts.models import User
from app.applications.states import ApplicationState
from app.facilities import operations as office
from app.facilities.models import Facility, FacilityGrant
from app.facilities.operations import FacilityTerms, FacilityWords
from app.facilities.queries import facility_to_change, own_centre
from app.facilities.states import FacilityType, Per, Unit
from app.foundation.database import db
from tests import make
from tests.courses.centres import Centre, centre_of, working

__all__ = ["Centre", "centre_of", "working"]

NOW = make.NOW
TODAY = date(2027, 1, 5)
FORM = {
    "sections": [
        {
            "key": "study",
            "title": {"en": "Your use"},
            "questions": [
                {"key": "headline", "kind": "short text", "label": {"en": "What you will do"}},
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
TERMS = FacilityTerms(
    type=FacilityType.COMPUTE,
    unit=Unit.GPU_HOURS,
    per=Per.MONTH,
    available=100,
    most=60,
    location="Data hall 2",
    contact="gpu@example.org",
)
WORDS = FacilityWords(
    title="GPU cluster",
    summary="Sixteen GPUs.",
    description="Two nodes with eight GPUs each.",
    who_may_apply="Researchers of the region.",
    conditions="Name the cluster in what you publish.",
)


def day(number: int) -> date:
    """So many days from today."""
    return TODAY + timedelta(days=number)


def begun(centre: Centre, words: FacilityWords = WORDS, **terms: Any) -> int:
    with working(centre.writer) as work:
        here = work.find(own_centre(work.actor, centre.organisation.id))
        return office.begin_facility(work, here, replace(TERMS, **terms), words).id


def changing(
    who: User, facility_id: int, do: Callable[..., Any], *values: Any, **named: Any
) -> Any:
    with working(who, now=named.pop("now", NOW)) as work:
        return do(work, work.find(facility_to_change(work.actor, facility_id)), *values, **named)


def published(centre: Centre, **terms: Any) -> int:
    facility_id = begun(centre, **terms)
    changing(centre.writer, facility_id, office.save_facility_form, FORM, version=None)
    changing(centre.writer, facility_id, office.publish_facility)
    return facility_id


def listed(facility_id: int, who: User | None = None, state=ApplicationState.SHORTLISTED) -> int:
    """Somebody's application, on the shortlist unless told otherwise."""
    facility = db.session.get_one(Facility, facility_id)
    return make.application(facility, who or make.person(), state=state).id


def offered(centre: Centre, application_id: int, *, now=NOW, **values: Any) -> int:
    given = {"amount": 40, "first_on": day(0), "last_on": day(30)} | values
    with working(centre.writer, now=now) as work:
        application = office.find_application(work, application_id)
        return office.offer_use(work, application, **given).id


def answering(who: User, grant_id: int, do: Callable[..., Any], *, now=NOW, **named: Any) -> None:
    with working(who, now=now) as work:
        do(work, office.find_grant(work, grant_id), **named)


SEEN = office.fingerprint(WORDS.conditions)


def accepting(grant_id: int, **named: Any) -> None:
    given = {"locale": "en", "seen": SEEN} | named
    answering(person_of(grant_id), grant_id, office.accept_use, **given)


def grant(grant_id: int) -> FacilityGrant:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(FacilityGrant, grant_id)


def person_of(grant_id: int) -> User:
    return db.session.get_one(User, grant(grant_id).person_id)
