"""What the tests of applying share: a call, an applicant, and an application ready to send."""

import io

from app.applications import queries
from app.applications.models import Application
from app.applications.operations import (
    rank_places,
    save_section,
    start_application,
    submit_application,
    upload_document,
)
from app.files.operations import check_file
from app.foundation.actors import Actor
from app.foundation.database import db
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import Opportunity
from app.opportunities.queries import opportunities_visible_to
from tests import make
from tests.files import samples

ANSWERS = {"headline": "Khmer word borders", "plan": "I study how words end."}


def acting(person) -> Actor:
    """The person as an actor; what the test holds in hand stays readable."""
    db.session.expunge_all()
    return make.actor(person)


def start(call, person, *, key: str = "", now=make.NOW) -> int:
    actor = acting(person)
    with unit_of_work(actor, now=now) as work:
        query = opportunities_visible_to(actor).where(Opportunity.id == call.id)
        return start_application(work, work.find(query), key=key).id


def find(work: Work, application_id: int) -> Application:
    query = queries.applications_to_fill_in(work.actor).where(Application.id == application_id)
    return work.find(query)


def save(person, application_id: int, answers=None, *, version=None, now=make.NOW):
    with unit_of_work(acting(person), now=now) as work:
        application = find(work, application_id)
        section = queries.form_of(application).section("study")
        return save_section(
            work, application, section, answers=answers or ANSWERS, version=version
        ).version


def rank(person, application_id: int, *places) -> None:
    with unit_of_work(acting(person), now=make.NOW) as work:
        application = find(work, application_id)
        section = queries.form_of(application).section("places")
        rank_places(work, application, section, place_ids=[p.id for p in places])


def upload(person, application_id: int, content=samples.PDF, name="transcript.pdf"):
    file = check_file(io.BytesIO(content), file_name=name)
    with unit_of_work(acting(person), now=make.NOW) as work:
        application = find(work, application_id)
        question = queries.form_of(application).question("transcript")
        return upload_document(work, application, question, file=file).id


def submit(person, application_id: int, *, key: str = "", now=make.NOW):
    with unit_of_work(acting(person), now=now) as work:
        submission = submit_application(work, find(work, application_id), key=key)
        return submission.id


def ready(call, person, *places) -> int:
    """An application of which nothing is missing."""
    application_id = start(call, person)
    save(person, application_id)
    if places:
        rank(person, application_id, *places)
    upload(person, application_id)
    return application_id


def reload(application_id: int) -> Application:
    db.session.expire_all()
    return db.session.get_one(Application, application_id)
