"""The core of one's answers, and the drafts that take it."""

import copy

import pytest
from sqlalchemy import select

from app.applications.models import CoreAnswers, Submission
from app.applications.operations import (
    save_core,
    take_core,
)
from app.applications.operations.core import differing
from app.applications.queries.reuse import core_of, open_drafts
from app.applications.reuse import carried_into, core_sheet, fitted
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.work import unit_of_work
from app.opportunities.form_definitions import FormProblem, parse_form
from tests import make
from tests.applications import helping
from tests.applications.reuse.earlier import FORM, SAID, call, confirm, rows_of, sent, take


def keep(person, version=None, **said):
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        return save_core(work, answers=said, version=version).id


def test_a_changed_core_goes_only_into_the_drafts_and_questions_that_are_chosen(person):
    first = sent(person)
    second = helping.start(call(), person)
    keep(person, degree="doctorate", statement="Better words")
    assert rows_of(second)["study"].answers["highest"] == "master"
    taken = take(person, "highest")
    assert taken == {second: ["highest"]}
    row = rows_of(second)["study"]
    assert (row.answers["highest"], row.answers["purpose"]) == ("doctorate", "Borders of words")
    assert rows_of(first)["study"].answers["highest"] == "master"


def test_a_submitted_application_never_changes_by_it(person):
    first = sent(person)
    keep(person, degree="doctorate")
    content = db.session.scalars(select(Submission.content)).one()
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        application = helping.find(work, first)
        core, _sources = core_of(work.session, work.actor.user_id)
        named = {d.name for d in differing(application, core)}
        with pytest.raises(RuleBroken):
            take_core(work, [application], wanted=named)
    assert rows_of(first)["study"].answers["highest"] == "master"
    assert content["answers"]["study"]["highest"] == "master"


def test_a_draft_that_was_changed_meanwhile_takes_nothing(person):
    sent(person)
    second = helping.start(call(), person)
    keep(person, degree="doctorate")
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        drafts = open_drafts(work.session, work.actor, make.NOW)
        core, _sources = core_of(work.session, work.actor.user_id)
        named = {d.name for a in drafts for d in differing(a, core)}
    helping.save(person, second, {**SAID, "highest": "bachelor"})
    with (
        pytest.raises(ChangedMeanwhile),
        unit_of_work(helping.acting(person), now=make.NOW) as work,
    ):
        take_core(work, open_drafts(work.session, work.actor, make.NOW), wanted=named)
    assert rows_of(second)["study"].answers["highest"] == "bachelor"


def test_what_is_sent_last_is_what_the_next_begins_with(person):
    sent(person)
    keep(person, degree="doctorate")
    again = sent_again(person, "bachelor")
    kept = db.session.scalars(select(CoreAnswers)).one()
    assert (kept.answers["degree"], kept.sources["degree"]) == ("bachelor", again)


def sent_again(person, degree: str) -> int:
    application_id = helping.start(call(), person)
    confirm(person, application_id, "study", {**SAID, "highest": degree})
    confirm(person, application_id, "documents")
    helping.submit(person, application_id)
    return application_id


def test_two_pages_that_write_the_core_are_told_of_each_other(person):
    keep(person, 0, degree="master")
    with pytest.raises(ChangedMeanwhile):
        keep(person, 0, degree="bachelor")


def test_a_form_says_what_is_asked_again_only_of_kinds_that_fit():
    wrong = copy.deepcopy(FORM)
    wrong["sections"][0]["questions"][2]["core"] = "study"
    with pytest.raises(FormProblem):
        parse_form(wrong)


def test_every_answer_of_the_core_fits_its_own_question():
    form = core_sheet()
    said = {"degree": "master", "degree_on": "2020-03-31", "service_years": 3, "about": "I"}
    assert [f.value for f in carried_into(form, said)["core"]] == list(said.values())
    assert not fitted(form.question("degree_on"), "2020").whole
