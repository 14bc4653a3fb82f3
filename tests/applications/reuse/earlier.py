"""A person who sent an application before."""

import copy

from sqlalchemy import select

from app.applications import queries
from app.applications.models import SectionAnswers
from app.applications.operations import (
    save_section,
    take_core,
)
from app.applications.operations.core import differing
from app.applications.queries.reuse import core_of, open_drafts
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.opportunities.models import FormVersion
from tests import make
from tests.applications import helping

DEGREES = [{"key": k, "label": {"en": k.title()}} for k in ("bachelor", "master", "doctorate")]


STUDY = {
    "key": "schools",
    "kind": "rows",
    "core": "study",
    "label": {"en": "Schools"},
    "columns": [
        {"key": "institution", "kind": "organisation", "label": {"en": "School"}, "required": True},
        {"key": "begun", "kind": "month", "label": {"en": "From"}},
    ],
}


FORM = copy.deepcopy(make.FORM)


FORM["sections"][0]["questions"] += [
    {
        "key": "highest",
        "kind": "choice",
        "core": "degree",
        "label": {"en": "Highest degree"},
        "options": DEGREES,
    },
    STUDY,
    {
        "key": "purpose",
        "kind": "long text",
        "core": "statement",
        "label": {"en": "Purpose"},
        "max_words": 5,
    },
]


FORM["sections"][2]["questions"][0]["core"] = "transcript"


SAID = {
    **helping.ANSWERS,
    "highest": "master",
    "schools": [{"institution": "Royal University", "begun": "2019-09"}],
    "purpose": "Borders of words",
}


def call(form=FORM):
    made = make.call()
    db.session.scalars(
        select(FormVersion).where(FormVersion.opportunity_id == made.id)
    ).one().definition = form
    db.session.commit()
    return made


def sent(person, form=FORM, said=None) -> int:
    """An application that was sent, with everything that is asked again in it."""
    application_id = helping.start(call(form), person)
    helping.save(person, application_id, said or SAID)
    helping.upload(person, application_id)
    helping.submit(person, application_id)
    return application_id


def rows_of(application_id: int) -> dict[str, SectionAnswers]:
    db.session.expire_all()
    rows = db.session.scalars(
        select(SectionAnswers).where(SectionAnswers.application_id == application_id)
    )
    return {row.section: row for row in rows}


def confirm(person, application_id: int, section: str, answers=None) -> None:
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        application = helping.find(work, application_id)
        asked = queries.form_of(application).section(section)
        row = next((r for r in application.sections if r.section == section), None)
        said = answers or (row.answers if row else {})
        save_section(work, application, asked, answers=said, looked=True)


def take(person, *questions: str):
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        drafts = open_drafts(work.session, work.actor, make.NOW, locked=True)
        core, _sources = core_of(work.session, work.actor.user_id)
        named = {d.name for a in drafts for d in differing(a, core) if d.question.key in questions}
        return take_core(work, drafts, wanted=named)
