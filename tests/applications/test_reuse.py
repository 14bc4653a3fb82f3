"""Answers and documents of old in the next application: marked, read anew, confirmed, chosen."""

import copy
import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import LanguageSkill
from app.accounts.states import LanguageLevel
from app.applications import queries
from app.applications.models import Application, CoreAnswers, Document, SectionAnswers, Submission
from app.applications.operations import (
    NotComplete,
    remove_document,
    save_core,
    save_section,
    take_core,
)
from app.applications.operations.core import differing
from app.applications.queries.reuse import core_of, open_drafts
from app.applications.reuse import carried_into, core_sheet, fitted
from app.files.operations import erase_file, open_file, sweep
from app.files.states import FileState, Sensitivity
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, RuleBroken
from app.foundation.work import unit_of_work
from app.opportunities.form_definitions import FormProblem, parse_form
from app.opportunities.models import FormVersion
from tests import make
from tests.applications import helping
from tests.files import samples

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


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def person(session):
    return make.person("CHANTHOU SOPHEAP")


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


def documents_of(application_id: int) -> list[Document]:
    db.session.expire_all()
    query = (
        select(Document)
        .where(Document.application_id == application_id)
        .options(joinedload(Document.file))
        .order_by(Document.id)
    )
    return list(db.session.scalars(query))


def confirm(person, application_id: int, section: str, answers=None) -> None:
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        application = helping.find(work, application_id)
        asked = queries.form_of(application).section(section)
        row = next((r for r in application.sections if r.section == section), None)
        said = answers or (row.answers if row else {})
        save_section(work, application, asked, answers=said, looked=True)


# --- carrying along


def test_the_next_application_begins_with_what_was_sent_marked_with_where_it_is_from(person):
    first = sent(person)
    second = helping.start(call(), person)
    rows = rows_of(second)
    assert rows["study"].answers == {k: SAID[k] for k in ("highest", "schools", "purpose")}
    assert rows["study"].to_look_at and rows["documents"].to_look_at
    assert {m["question"]: (m["from"], m["whole"]) for m in rows["study"].carried} == {
        "highest": (first, True),
        "schools": (first, True),
        "purpose": (first, True),
    }
    assert [m["from"] for m in rows["documents"].carried] == [first]


def test_nothing_is_carried_where_nothing_was_sent_or_no_question_is_asked_again(person):
    assert rows_of(helping.start(call(), person)) == {}
    sent(person)
    assert rows_of(helping.start(call(make.FORM), person)) == {}


def test_what_another_person_sent_is_never_carried(person, session):
    sent(person)
    assert rows_of(helping.start(call(), make.person("SOMEBODY ELSE"))) == {}


def test_it_cannot_be_sent_before_the_applicant_has_confirmed_each_section(person):
    sent(person)
    second = helping.start(call(), person)
    helping.save(person, second, SAID)  # as autosave keeps it: that confirms nothing
    with pytest.raises(NotComplete) as refused:
        helping.submit(person, second)
    assert {gap.section for gap in refused.value.gaps} == {"study", "documents"}
    confirm(person, second, "study")
    confirm(person, second, "documents")
    assert helping.submit(person, second)


def test_a_value_is_read_anew_by_the_form_that_takes_it(person):
    sent(person)
    narrow = copy.deepcopy(FORM)
    degree, schools, purpose = narrow["sections"][0]["questions"][2:]
    degree["options"] = DEGREES[2:] + [{"key": "none", "label": {"en": "None"}}]
    schools["columns"] = schools["columns"][:1]
    purpose["max_words"] = 2
    second = helping.start(call(narrow), person)
    row = rows_of(second)["study"]
    assert row.answers == {
        "schools": [{"institution": "Royal University"}],
        "purpose": "Borders of words",
    }
    assert {m["question"]: (m["taken"], m["whole"]) for m in row.carried} == {
        "highest": (False, False),
        "schools": (True, False),
        "purpose": (True, False),
    }


def test_what_the_answers_leave_out_is_not_put_in_where_nobody_sees_it(person):
    sent(person)
    hiding = copy.deepcopy(FORM)
    hiding["sections"][0]["questions"][4]["show_if"] = {"question": "highest", "is": ["doctorate"]}
    second = helping.start(call(hiding), person)
    assert set(rows_of(second)["study"].answers) == {"highest", "schools"}


def test_languages_and_institution_come_from_the_profile_as_it_is_now(person):
    db.session.add(LanguageSkill(user_id=person.id, language="en", level=LanguageLevel.C1))
    person.home_institution_text = "Institute of Technology"
    db.session.commit()
    asking = copy.deepcopy(FORM)
    asking["sections"][0]["questions"] = [
        {"key": "home", "kind": "organisation", "core": "institution", "label": {"en": "Home"}},
        {
            "key": "spoken",
            "kind": "rows",
            "core": "languages",
            "label": {"en": "Languages"},
            "columns": [
                {"key": "language", "kind": "language", "label": {"en": "Language"}},
                {"key": "level", "kind": "language level", "label": {"en": "Level"}},
            ],
        },
    ]
    row = rows_of(helping.start(call(asking), person))["study"]
    assert row.answers == {
        "home": "Institute of Technology",
        "spoken": [{"language": "en", "level": "C1"}],
    }
    assert {mark["from"] for mark in row.carried} == {None}


# --- documents: the same bytes, kept once more


def test_a_document_is_kept_again_with_the_same_bytes_and_each_is_erased_on_its_own(person):
    first = sent(person)
    second = helping.start(call(), person)
    (old,), (new,) = documents_of(first), documents_of(second)
    assert (old.file.key, old.file.sha256) == (new.file.key, new.file.sha256)
    assert old.file_id != new.file_id
    new_id, key = new.id, new.file.key
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        application = helping.find(work, second)
        document = next(d for s in application.slots for d in s.documents if d.id == new_id)
        remove_document(work, application, document)
        work.session.flush()
        assert sweep(work, [key]) == 0
    (old,) = documents_of(first)
    assert old.file.state is FileState.KEPT
    with open_file(old.file) as stream:
        assert stream.read() == samples.PDF


def test_the_bytes_go_when_the_last_who_keeps_them_is_erased(person):
    first = sent(person)
    second = helping.start(call(), person)
    key = documents_of(first)[0].file.key
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        for document in [*documents_of(first), *documents_of(second)]:
            erase_file(work, document.file)
        work.session.flush()
        assert sweep(work, [key]) == 1


def test_an_erased_document_is_not_carried(person):
    first = sent(person)
    documents_of(first)[0].file.state = FileState.ERASED
    db.session.commit()
    second = helping.start(call(), person)
    assert documents_of(second) == [] and "documents" not in rows_of(second)


def test_the_copy_is_kept_as_carefully_as_either_asks(person):
    careful = copy.deepcopy(FORM)
    careful["sections"][2]["questions"][0]["sensitivity"] = "health"
    first = sent(person, careful)
    second = helping.start(call(), person)
    assert documents_of(first)[0].file.sensitivity is Sensitivity.HEALTH
    assert documents_of(second)[0].file.sensitivity is Sensitivity.HEALTH


# --- the core, and the drafts that take it


def keep(person, version=None, **said):
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        return save_core(work, answers=said, version=version).id


def take(person, *questions: str):
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        drafts = open_drafts(work.session, work.actor, make.NOW, locked=True)
        core, _sources = core_of(work.session, work.actor.user_id)
        named = {d.name for a in drafts for d in differing(a, core) if d.question.key in questions}
        return take_core(work, drafts, wanted=named)


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


# --- forms


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


# --- pages


@pytest.fixture
def browser(client, person):
    return make.sign_in(client, person)


def post(browser, path: str, data: dict, page: str = ""):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(page or path).text)[1]
    return browser.post(path, data={"csrf_token": token, **data})


def test_a_section_says_where_each_answer_is_from_until_it_is_confirmed(browser, person):
    sent(person)
    second = helping.start(call(), person)
    page = browser.get(f"/applications/{second}/study").text
    assert page.count("taken from your application to") >= 3
    assert 'id="carried"' in browser.get(f"/applications/{second}/documents").text
    answer = post(
        browser,
        f"/applications/{second}/study",
        {
            "version": "1",
            "answer_headline": "H",
            "answer_plan": "P",
            "answer_highest": "doctorate",
            "answer_purpose": "Short",
        },
    )
    assert answer.status_code == 302
    assert "taken from your application" not in browser.get(f"/applications/{second}/study").text
    assert rows_of(second)["study"].looked_at is not None


def test_the_core_is_written_on_a_page_and_then_asks_which_drafts_take_it(browser, person):
    sent(person)
    second = helping.start(call(), person)
    answer = post(
        browser,
        "/applications/answers",
        {"version": "1", "answer_degree": "doctorate", "answer_statement": "Borders of words"},
    )
    assert answer.location == "/applications/answers/drafts"
    page = browser.get(answer.location).text
    (name,) = re.findall(r'name="take" value="([^"]+)"', page)
    assert "Master" in page and "Doctorate" in page
    answer = post(browser, "/applications/answers/drafts", {"take": name})
    assert answer.location == "/applications"
    assert rows_of(second)["study"].answers["highest"] == "doctorate"
    assert browser.get("/applications/answers/drafts").location == "/profile"


def test_a_draft_of_somebody_else_is_not_changed_by_naming_it(browser, person, session):
    stranger = make.person("SOMEBODY ELSE")
    theirs = helping.start(call(), stranger)
    sent(person)
    helping.start(call(), person)
    post(browser, "/applications/answers", {"version": "1", "answer_degree": "doctorate"})
    answer = post(browser, "/applications/answers/drafts", {"take": f"{theirs}:highest:0"})
    assert answer.status_code == 409
    assert rows_of(theirs) == {}


def test_the_profile_asks_too_when_its_languages_change(browser, person):
    sent(person)
    page = browser.get("/profile").text
    found = dict(re.findall(r'name="(csrf_token|version)"[^>]*value="([^"]*)"', page))
    told = {**found, "do": "save", "passport_name": "KIM", "locale": "en"}
    answer = browser.post("/profile", data={**told, "home_institution_text": "Institute"})
    assert answer.location == "/profile"
    assert "/applications/answers/drafts" in browser.get("/profile").text
    assert "/applications/answers/drafts" not in browser.get("/profile").text


def test_the_page_before_starting_tells_that_earlier_answers_are_put_in(browser, person):
    again, plain = call(), call(make.FORM)
    said = "put in where this form asks for it again"
    assert said in browser.get(f"/applications/start/{again.id}").text
    assert said not in browser.get(f"/applications/start/{plain.id}").text
    assert db.session.scalar(select(Application.id)) is None
