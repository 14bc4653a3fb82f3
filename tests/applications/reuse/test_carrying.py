"""What was sent is carried into the next application."""

import copy

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import LanguageSkill
from app.accounts.states import LanguageLevel
from app.applications.models import Document
from app.applications.operations import (
    NotComplete,
    remove_document,
)
from app.files.operations import erase_file, open_file, sweep
from app.files.states import FileState, Sensitivity
from app.foundation.database import db
from app.foundation.work import unit_of_work
from tests import make
from tests.applications import helping
from tests.applications.reuse.earlier import DEGREES, FORM, SAID, call, confirm, rows_of, sent
from tests.files import samples


def documents_of(application_id: int) -> list[Document]:
    db.session.expire_all()
    query = (
        select(Document)
        .where(Document.application_id == application_id)
        .options(joinedload(Document.file))
        .order_by(Document.id)
    )
    return list(db.session.scalars(query))


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
