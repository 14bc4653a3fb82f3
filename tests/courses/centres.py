"""A centre with three of staff, another centre, and a course that was written through operations."""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.accounts.models import User
from app.courses import operations as office
from app.courses.models import Course
from app.courses.queries import course_to_open
from app.foundation.actors import Actor, Role, Scope
from app.foundation.database import db
from app.foundation.work import Work, unit_of_work
from app.organisations.models import Organisation
from tests import make


@dataclass
class Centre:
    organisation: Organisation
    writer: User
    reader: User
    stranger: User
    secretariat: User


def centre_of(name: str = "AI Centre", code: str = "JP") -> Centre:
    here = make.organisation(name, code, is_centre=True)
    there = make.organisation("Another centre", "VN", is_centre=True)

    def staff(who: str, at: Organisation) -> User:
        return make.grant(make.person(who), Role.CENTRE, Scope.ORGANISATION, at.id)

    return Centre(
        organisation=here,
        writer=staff("WRITER", here),
        reader=staff("READER", here),
        stranger=staff("STRANGER", there),
        secretariat=make.grant(make.person("SECRETARIAT"), Role.SECRETARIAT),
    )


@contextmanager
def working(user: User | Actor, now=make.NOW):
    """A unit of work of this person at this moment."""
    db.session.expunge_all()
    actor = user if isinstance(user, Actor) else make.actor(user)
    with unit_of_work(actor, now=now) as work:
        yield work


WORDS = office.CourseWords(
    title="Language models",
    summary="Four evenings online.",
    objectives="- train a model\n- evaluate it",
    prerequisites="Python.",
)
FACTS = office.CourseFacts(
    level=6,
    field_code="0619",
    minutes=450,
    languages=("en",),
    tracks=("engineer",),
    fee_amount=0,
    licence="CC-BY-4.0",
)


def begun(place: Centre, **values: Any) -> int:
    with working(place.writer) as work:
        centre = work.session.get_one(Organisation, place.organisation.id)
        given = {"code": "LLM-101", "title": WORDS.title, **values}
        return office.begin_course(work, centre, **given).id


def ready(place: Centre, **values: Any) -> int:
    """A course that could be published."""
    course_id = begun(place, **values)
    with working(place.writer) as work:
        course = the_course(work, course_id)
        office.save_course_text(work, course, WORDS, locale="en", version=None)
        office.save_course_facts(work, course, FACTS, version=None)
    return course_id


def published(place: Centre, **values: Any) -> int:
    course_id = ready(place, **values)
    with working(place.writer) as work:
        office.publish_course(work, the_course(work, course_id))
    return course_id


def the_course(work: Work, course_id: int) -> Course:
    return work.find(course_to_open(work.actor, course_id))
