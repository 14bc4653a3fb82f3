"""The form builder: sections and questions made, moved and taken out, seen and printed."""

import copy
import json
import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.opportunities.form_definitions import building, parse_form
from app.opportunities.models import FormVersion
from tests import make
from tests.applications import helping
from tests.fellowships.offices import office_of, prepared, published


@pytest.fixture(autouse=True)
def january():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def desk(app):
    return office_of("ASEAN AI fellowships")


@pytest.fixture
def manager(client, desk):
    return make.sign_in(client, desk.manager)


def newest(call) -> FormVersion:
    db.session.expire_all()
    query = select(FormVersion).where(FormVersion.opportunity_id == call.id)
    return db.session.scalars(query.order_by(FormVersion.number.desc())).first()


def hidden(html: str) -> dict[str, str]:
    fields = re.findall(r'<input[^>]*type="hidden"[^>]*>', html)
    pairs = [(re.search(r'name="([^"]+)"', f), re.search(r'value="([^"]*)"', f)) for f in fields]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def send(client, address: str, data: dict, status: int = 302):
    kept = hidden(client.get(address).text)
    answer = client.post(address, data={**kept, **data})
    assert answer.status_code == status, answer.text
    return answer


def test_a_form_is_built_from_nothing_without_data(manager, desk) -> None:
    call = prepared(desk)
    base = f"/fellowships/office/{call.id}/form"
    made = send(
        manager,
        f"{base}/sections/new",
        {"kind": "questions", "title-en": "Study plan", "title-ja": "研究計画"},
    )
    assert made.headers["Location"].endswith("/form/build#study_plan")
    section = next(s for s in newest(call).definition["sections"] if s["key"] == "study_plan")
    assert section["title"] == {"en": "Study plan", "ja": "研究計画"}

    new = f"{base}/sections/study_plan/questions/new"
    refused = send(manager, new, {"kind": "choice", "label-en": "Level of study"}, status=409)
    assert "at least two options" in refused.text
    more = send(
        manager, new, {"kind": "choice", "label-en": "Level of study", "do": "more"}, status=200
    )
    assert 'name="options-2-label-en"' in more.text
    send(
        manager,
        new,
        {
            "kind": "choice",
            "label-en": "Level of study",
            "required": "y",
            "options-0-label-en": "Master",
            "options-1-label-en": "Doctorate",
            "options-1-label-km": "បណ្ឌិត",
        },
    )
    send(
        manager,
        new,
        {
            "kind": "long text",
            "label-en": "Thesis",
            "max_words": "300",
            "translation": "y",
            "show_if": "level_of_study:doctorate",
        },
    )
    form = parse_form(newest(call).definition)
    degree, thesis = form.question("level_of_study"), form.question("thesis")
    assert [o.key for o in degree.options] == ["master", "doctorate"]
    assert degree.required
    assert thesis.max_words == 300
    assert [(c.question, c.values) for c in thesis.show_if] == [("level_of_study", ("doctorate",))]
    assert form.question("thesis.translation") is not None
    page = manager.get(f"{base}/build").text
    assert "Only of those who answered “Level of study” with “Doctorate”" in page


def test_a_section_is_asked_of_some_and_never_before_what_decides_it(manager, desk) -> None:
    call = prepared(desk)
    base = f"/fellowships/office/{call.id}/form"
    first = newest(call).definition["sections"][0]["key"]
    send(manager, f"{base}/sections/new", {"kind": "questions", "title-en": "Gate"})
    gate = {"kind": "yes or no", "label-en": "Have you been there"}
    send(manager, f"{base}/sections/gate/questions/new", gate)
    send(
        manager,
        f"{base}/sections/new",
        {"kind": "questions", "title-en": "Your stay", "show_if": "have_you_been_there:yes"},
    )
    section = parse_form(newest(call).definition).section("your_stay")
    assert [(c.question, c.values) for c in section.show_if] == [("have_you_been_there", ("yes",))]
    page = manager.get(f"{base}/build").text
    assert "Only of those who answered “Have you been there” with “Yes”" in page
    preview = manager.get(f"{base}/preview").text
    assert 'data-show-if="[{&#34;of&#34;: &#34;answer_have_you_been_there&#34;' in preview

    moved = send(manager, f"{base}/build", {"do": "up:your_stay"}, status=409)
    assert "Section “Your stay”: it can only depend on a question" in moved.text
    assert [s["key"] for s in newest(call).definition["sections"]][-2:] == ["gate", "your_stay"]
    own = manager.get(f"{base}/sections/your_stay").text
    assert "have_you_been_there:yes" in own
    assert "show_if" not in manager.get(f"{base}/sections/{first}").text, "nothing stands before"

    send(manager, f"{base}/sections/your_stay", {"kind": "questions", "title-en": "Your stay"})
    assert parse_form(newest(call).definition).section("your_stay").show_if == ()


def test_a_section_with_a_condition_goes_out_as_data_and_comes_back(manager, desk) -> None:
    call = prepared(desk)
    form = copy.deepcopy(newest(call).definition)
    form["sections"] += [
        {
            "key": "gate",
            "title": {"en": "Gate"},
            "questions": [{"key": "years", "kind": "number", "label": {"en": "Years"}}],
        },
        {
            "key": "stay",
            "title": {"en": "Stay"},
            "show_if": {"question": "years", "at_least": 3},
            "questions": [{"key": "where", "kind": "country", "label": {"en": "Where"}}],
        },
    ]
    address = f"/fellowships/office/{call.id}/form"
    send(manager, address, {"definition": json.dumps(form)})
    out = manager.get(f"{address}.json").json
    assert out["sections"][-1]["show_if"] == {"question": "years", "at_least": 3}
    form["sections"][-1]["show_if"] = {"question": "where"}
    refused = send(manager, address, {"definition": json.dumps(form)}, status=409)
    assert "Section “Stay”: it can only depend on a question" in refused.text


def test_a_table_is_built_with_its_columns(manager, desk) -> None:
    call = published(desk)
    address = f"/fellowships/office/{call.id}/form/sections/{section_of(call)}/questions/new"
    send(
        manager,
        address,
        {
            "kind": "rows",
            "label-en": "Where you worked",
            "least": "1",
            "columns-0-label-en": "Employer",
            "columns-0-kind": "organisation",
            "columns-0-required": "y",
            "columns-1-label-en": "From",
            "columns-1-kind": "month",
        },
    )
    asked = parse_form(newest(call).definition).question("where_you_worked")
    assert [(c.key, c.kind, c.required) for c in asked.columns] == [
        ("employer", "organisation", True),
        ("from", "month", False),
    ]


def section_of(call) -> str:
    return next(
        s["key"]
        for s in newest(call).definition["sections"]
        if s.get("kind") is None or s["kind"] == "questions"
    )


def test_questions_move_and_go(manager, desk) -> None:
    call = make.call(programme=desk.programme)
    address = f"/fellowships/office/{call.id}/form/build"
    send(manager, address, {"do": "down:headline"})
    assert questions(call, "study") == ["plan", "headline"]
    send(manager, address, {"do": "down:study"})
    assert [s["key"] for s in newest(call).definition["sections"]][:2] == ["places", "study"]
    send(manager, address, {"do": "out:plan"})
    assert questions(call, "study") == ["headline"]
    send(manager, address, {"do": "out:nowhere"}, status=404)


def questions(call, section: str) -> list[str]:
    found = building.found(newest(call).definition, section)
    return [q["key"] for q in found["questions"]]


def test_what_another_question_depends_on_is_not_taken_out(manager, desk) -> None:
    call = make.call(programme=desk.programme)
    address = f"/fellowships/office/{call.id}/form/sections/study/questions/plan"
    send(manager, address, {"show_if": "headline:", "kind": "long text", "label-en": "Plan"})
    assert newest(call).definition["sections"][0]["questions"][1]["show_if"] == [
        {"question": "headline"}
    ]
    refused = send(
        manager, f"/fellowships/office/{call.id}/form/build", {"do": "out:headline"}, status=409
    )
    said = "Section “Study and research”, question “Plan”: it can only depend on a question"
    assert said in refused.text
    assert questions(call, "study") == ["headline", "plan"]


def test_editing_a_used_form_makes_the_next_version(manager, desk) -> None:
    call = make.call(programme=desk.programme)
    helping.start(call, make.person("SOK DARA"))
    address = f"/fellowships/office/{call.id}/form/sections/study/questions/plan"
    send(manager, address, {"kind": "long text", "label-en": "Plan of work", "max_words": "400"})
    versions = db.session.scalars(
        select(FormVersion)
        .where(FormVersion.opportunity_id == call.id)
        .order_by(FormVersion.number)
    ).all()
    labels = [v.definition["sections"][0]["questions"][1]["label"]["en"] for v in versions]
    assert labels == ["Research plan", "Plan of work"]
    assert versions[0].frozen_at is not None


def test_what_the_builder_does_not_know_stays(manager, desk) -> None:
    call = make.call(programme=desk.programme)
    version = newest(call)
    definition = json.loads(json.dumps(version.definition))
    definition["sections"][0]["questions"].insert(
        0, {"key": "years", "kind": "number", "label": {"en": "Years", "vi": "Số năm"}, "min": 0}
    )
    definition["sections"][0]["questions"][2]["show_if"] = {"question": "years", "at_least": 3}
    version.definition = definition
    db.session.commit()
    base = f"/fellowships/office/{call.id}/form/sections/study/questions"
    send(manager, f"{base}/years", {"kind": "number", "label-en": "Years of work", "low": "0"})
    send(manager, f"{base}/plan", {"kind": "long text", "label-en": "Plan"})
    years, _headline, plan = newest(call).definition["sections"][0]["questions"]
    assert years["label"] == {"en": "Years of work", "vi": "Số năm"}
    assert years["min"] == 0
    assert plan["show_if"] == [{"question": "years", "at_least": 3}]


def test_the_form_is_seen_exported_and_printed(manager, desk) -> None:
    call = make.call(programme=desk.programme)
    base = f"/fellowships/office/{call.id}"
    assert 'name="answer_plan"' in manager.get(f"{base}/form/preview").text
    exported = manager.get(f"{base}/form.json")
    assert json.loads(exported.text) == newest(call).definition
    for address in (f"{base}/form.pdf", f"/fellowships/{call.ref}/form.pdf"):
        printed = manager.get(address)
        assert printed.mimetype == "application/pdf"
        pages = PdfReader(BytesIO(printed.data)).pages
        text = " ".join(page.extract_text() for page in pages)
        assert "Research plan" in text
        assert "at most 500 words" in text


def test_the_preview_leaves_nothing_out_where_no_script_shows_it(manager, desk) -> None:
    call = prepared(desk)
    form = copy.deepcopy(make.FORM)
    form["sections"][0]["questions"] += [
        {
            "key": "degree",
            "kind": "choice",
            "label": {"en": "Degree"},
            "options": [{"key": key, "label": {"en": key.title()}} for key in ("ba", "ma", "phd")],
        },
        {"key": "years", "kind": "number", "label": {"en": "Years of work"}},
        {
            "key": "thesis",
            "kind": "short text",
            "label": {"en": "Thesis"},
            "show_if": {"question": "degree", "is": ["ma", "phd"]},
        },
        {
            "key": "permit",
            "kind": "document",
            "label": {"en": "Permit"},
            "show_if": {"question": "years", "at_least": 3},
        },
    ]
    base = f"/fellowships/office/{call.id}/form"
    send(manager, base, {"definition": json.dumps(form)})
    page = manager.get(f"{base}/preview").text
    block = re.search(r'<div class="field[^>]*data-question="answer_thesis"[^>]*>', page)[0]
    assert "data-show-if" in block
    assert " hidden" not in block
    assert "Only of those who answered “Degree” with “Ma or Phd”" in page
    assert "Only of those who answered “Years of work” with 3 or more" in page
    assert page.count("<noscript>") == 2
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0], "nothing is sent"
    built = manager.get(f"{base}/build").text
    assert "Only of those who answered “Years of work” with 3 or more" in built


def test_nobody_else_reaches_the_builder(client, desk) -> None:
    call = make.call(programme=desk.programme)
    make.sign_in(client, desk.stranger)
    for part in ("build", "preview", "sections/study", "sections/study/questions/plan"):
        assert client.get(f"/fellowships/office/{call.id}/form/{part}").status_code == 404


@pytest.mark.parametrize(
    ("text", "taken", "key"),
    [
        ("Study plan!", (), "study_plan"),
        ("Study plan", ("study_plan",), "study_plan_2"),
        ("研究計画", (), "q"),
        ("3 years", (), "q_3_years"),
    ],
)
def test_a_key_is_made_of_the_text_and_stays_apart(text, taken, key) -> None:
    assert building.new_key(text, taken) == key


def test_a_question_at_the_end_moves_into_the_next_section() -> None:
    form = {
        "sections": [
            {"key": "a", "questions": [{"key": "x"}, {"key": "y"}]},
            {"key": "b", "questions": [{"key": "z"}]},
        ]
    }
    made = building.moved(form, "y", 1)
    assert [q["key"] for q in made["sections"][1]["questions"]] == ["y", "z"]
    assert building.moved(made, "y", -1) == form
    assert form["sections"][1]["questions"] == [{"key": "z"}], "the form given stays as it was"


def test_an_option_is_moved_up_before_anything_is_saved(manager, desk) -> None:
    call = prepared(desk)
    base = f"/fellowships/office/{call.id}/form"
    made = send(manager, f"{base}/sections/new", {"kind": "questions", "title-en": "Skills"})
    section = made.location.partition("#")[2]
    address = f"{base}/sections/{section}/questions/new?kind=choice"
    typed = {
        "do": "options-up-1",
        "kind": "choice",
        "label-en": "Level",
        "options-0-label-en": "Master",
        "options-1-label-en": "Bachelor",
    }
    page = send(manager, address, typed, status=200).text
    shown = re.findall(r'name="(options-\d-label-en)"[^>]*value="(\w+)"', page)
    assert shown == [("options-0-label-en", "Bachelor"), ("options-1-label-en", "Master")]
    assert "Level" in page and building.found(newest(call).definition, "level") is None
    send(manager, address, {**typed, "do": "save", **dict(shown)})
    kept = building.found(newest(call).definition, "level")
    assert [o["label"]["en"] for o in kept["options"]] == ["Bachelor", "Master"]
