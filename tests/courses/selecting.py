"""Selective dates: what they ask, and how people are listed, admitted and answer."""

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application
from app.applications.states import ApplicationState as A
from app.courses import operations as office
from app.courses.models import Enrolment
from app.courses.queries import run_to_enrol_in
from app.courses.states import EnrolmentMode, EnrolmentState
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.placements import operations as placements
from tests import make
from tests.applications import helping
from tests.courses.centres import working
from tests.courses.dates import planned, published_run, the_run

OPEN = make.NOW + timedelta(days=1)
FORM = {
    "sections": [
        {
            "key": "study",
            "title": {"en": "Why you"},
            "questions": [
                {"key": "headline", "kind": "short text", "label": {"en": "Your work"}},
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


def selective(centre, **values) -> int:
    """Published dates that people apply for."""
    run_id = planned(centre, enrolment_mode=EnrolmentMode.APPLICATION, **values)
    with working(centre.writer) as work:
        office.save_run_form(work, the_run(work, run_id), FORM, version=None)
    with working(centre.writer) as work:
        office.publish_run(work, the_run(work, run_id))
    return run_id


def listed(run_id: int, who=None) -> int:
    """Somebody on the shortlist."""
    with working(SYSTEM) as work:
        run = work.find(run_to_enrol_in(work.actor, run_id))
    return make.application(run, who or make.person(), state=A.SHORTLISTED).id


def admit(centre, application_id: int, now=OPEN) -> int:
    with working(centre.writer, now=now) as work:
        application = office.find_application(work, application_id)
        return office.admit_application(work, application).id


def answer(application_id: int, verb, now=OPEN, by=None, **values) -> None:
    """The person whose application it is answers the seat; or somebody else does something."""
    db.session.expire_all()
    enrolment_id = db.session.scalars(
        select(Enrolment.id)
        .where(Enrolment.application_id == application_id)
        .order_by(Enrolment.id.desc())
    ).first()
    who = by or applicant_of(application_id)
    with working(who, now=now) as work:
        verb(work, office.find_enrolment(work, enrolment_id), **values)


def applicant_of(application_id: int) -> User:
    return db.session.get_one(User, helping.reload(application_id).applicant_id)


def stands(application_id: int) -> tuple[A, tuple[EnrolmentState, ...]]:
    db.session.expire_all()
    query = select(Enrolment.state).where(Enrolment.application_id == application_id)
    state = db.session.get_one(Application, application_id).state
    return state, tuple(db.session.scalars(query.order_by(Enrolment.id)))


def the_published(centre):
    run_id = published_run(centre)
    with working(centre.writer) as work:
        return the_run(work, run_id)


def admitting(actor, application_id):
    def press():
        with unit_of_work(actor, now=OPEN) as work:
            office.admit_application(work, office.find_application(work, application_id))
            return "offered"

    return press


def withdrawing(actor, application_id):
    def press():
        with unit_of_work(actor, now=OPEN) as work:
            found = placements.find_application(work, application_id)
            placements.withdraw_application(work, found)
            return "withdrawn"

    return press
