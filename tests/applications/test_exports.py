"""Applications as a file: what is in it, who may have it, and what is remembered of it."""

import csv
import io
import json
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import delete, func, select

from app.accounts.models import RoleGrant
from app.applications.models import Application, Export, Submission
from app.applications.operations import expire_exports
from app.applications.operations import exports as operations
from app.applications.operations import making_exports
from app.applications.states import ApplicationState, ExportState
from app.audit.models import AuditEntry
from app.commands.worker import handlers
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.sheets import MOST_CHARACTERS, Sheet, write_workbook
from app.foundation.work import unit_of_work
from app.jobs.running import run_next
from app.notifications.models import OutboxMessage
from app.opportunities.models import FormVersion, Place
from tests import make
from tests.applications import helping

S = ApplicationState
MEANT = {"recipient": "Selection committee", "purpose": "Meeting of 12 January"}
HARD_NAMES = [
    "O",
    "NGUYỄN THỊ MINH ANH",
    "=HYPERLINK(1)",
    "ณัฐวุฒิ ศรีสุวรรณ",
    "D'Cruz, María",
    "𠮷田 花",
]


@pytest.fixture
def call(session):
    made = make.call(title="Khmer fellowship")
    make.place(made, host=make.organisation("Kyoto Institute"))
    return made


@pytest.fixture
def manager(call):
    return make.grant(make.person("OFFICE"), Role.MANAGER, Scope.PROGRAMME, call.programme_id)


@pytest.fixture
def office(client, manager):
    with clock.set_clock(make.NOW):
        yield make.sign_in(client, manager)


def sent(call, name: str, **values) -> int:
    """An application as it was really submitted, answers and all."""
    person = make.person(name, **values)
    place = db.session.scalars(select(Place).where(Place.opportunity_id == call.id)).one()
    application_id = helping.ready(call, person, place)
    helping.submit(person, application_id)
    return application_id


def ask(office, call, kind: str, **said) -> Export:
    query = said.pop("query", "")
    page = office.get(f"/tracking/{call.id}/exports{query}").text
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    values = {"csrf_token": token, "format": kind, **MEANT, **said}
    answer = office.post(f"/tracking/{call.id}/exports{query}", data=values)
    assert answer.status_code == 302, answer.text
    db.session.expire_all()
    return db.session.get_one(Export, int(answer.location.rsplit("/", 1)[1]))


def taken(office, export: Export) -> bytes:
    answer = office.get(f"/tracking/exports/{export.id}/file")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"].count("charset") <= 1
    data = answer.data
    answer.close()
    return data


def test_a_csv_has_a_row_an_application_with_every_answer(call, office) -> None:
    for name in HARD_NAMES:
        sent(call, name, native_name="ចាន់ សុភា")
    table = taken(office, ask(office, call, "csv"))
    assert table.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"))))
    names = [row["Name as in passport"] for row in rows]
    assert names == [n if n[0] != "=" else "'" + n for n in HARD_NAMES]
    for row in rows:
        assert row["Title of your plan"] == helping.ANSWERS["headline"]
        assert row["Research plan"] == helping.ANSWERS["plan"]
        assert row["Name in own script"] == "ចាន់ សុភា"
        assert row["Documents"] == "transcript.pdf"
        assert row["State"] == "Submitted"
        assert row["Submitted (Tokyo)"] == "2027-01-05 12:00"


def test_a_workbook_keeps_text_as_text_and_says_what_it_is(call, office) -> None:
    for name in HARD_NAMES:
        sent(call, name)
    book = openpyxl.load_workbook(io.BytesIO(taken(office, ask(office, call, "xlsx"))))
    assert book.sheetnames == ["Applications", "About this file"]
    sheet = book["Applications"]
    headings = [cell.value for cell in sheet[1]]
    at = headings.index("Name as in passport") + 1
    cells = [sheet.cell(row=n, column=at) for n in range(2, sheet.max_row + 1)]
    assert [cell.value for cell in cells] == HARD_NAMES
    assert {cell.data_type for cell in cells} == {"s"}
    about = {row[0].value: row[1].value for row in book["About this file"].iter_rows()}
    assert about["For whom"] == MEANT["recipient"]
    assert about["What for"] == MEANT["purpose"]


def test_json_has_what_was_submitted_word_for_word(call, office) -> None:
    ids = [sent(call, name) for name in HARD_NAMES[:3]]
    told = json.loads(taken(office, ask(office, call, "json")))
    assert told["format"] == "lontar-applications-1"
    assert told["call"]["ref"] == call.ref
    kept = db.session.scalars(
        select(Submission).where(Submission.application_id.in_(ids)).order_by(Submission.id)
    )
    for said, submission in zip(told["applications"], kept, strict=True):
        for part in ("applicant", "answers", "preferences", "documents"):
            assert said[part] == submission.content[part]


def test_without_applications_each_format_is_still_whole(call, office) -> None:
    assert taken(office, ask(office, call, "csv")).count(b"\n") == 1
    assert json.loads(taken(office, ask(office, call, "json")))["applications"] == []
    openpyxl.load_workbook(io.BytesIO(taken(office, ask(office, call, "xlsx"))))


def test_drafts_and_ones_own_application_are_never_in_it(call, office, manager) -> None:
    make.application(call, make.person("DRAFTER"), state=S.DRAFT)
    make.application(call, manager, state=S.SUBMITTED)
    make.application(call, make.person("SENT"), state=S.SUBMITTED)
    export = ask(office, call, "csv")
    table = taken(office, export).decode()
    assert "SENT" in table
    assert "DRAFTER" not in table
    assert "OFFICE" not in table
    assert export.rows == 1


def test_the_filters_of_the_list_hold(call, office) -> None:
    make.application(call, make.person("SENT"), state=S.SUBMITTED)
    make.application(call, make.person("LISTED"), state=S.SHORTLISTED)
    table = taken(office, ask(office, call, "csv", query="?state=shortlisted")).decode()
    assert "LISTED" in table
    assert "SENT" not in table


def test_who_gets_it_and_why_must_be_said_and_is_remembered(call, office) -> None:
    page = office.get(f"/tracking/{call.id}/exports").text
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    answer = office.post(
        f"/tracking/{call.id}/exports",
        data={"csrf_token": token, "format": "csv", "recipient": "", "purpose": "To meet"},
    )
    assert answer.status_code == 422
    assert "Write who gets it" in answer.text
    assert "To meet" in answer.text
    assert db.session.scalar(select(func.count(Export.id))) == 0

    export = ask(office, call, "csv")
    taken(office, export)
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_kind == "export").order_by(AuditEntry.id)
    ).all()
    assert [e.verb for e in entries] == [
        "applications.exported",
        "export.made",
        "export.downloaded",
    ]
    assert entries[0].details["recipient"] == MEANT["recipient"]
    assert entries[0].details["reason"] == MEANT["purpose"]
    assert entries[0].opportunity_id == call.id


def test_sent_twice_it_is_made_once(call, office) -> None:
    first = ask(office, call, "csv", request_key="the-same-click")
    again = ask(office, call, "csv", request_key="the-same-click")
    assert first.id == again.id
    assert db.session.scalar(select(func.count(Export.id))) == 1


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(operations, "AT_ONCE", 0)


def test_a_large_one_is_made_by_the_worker_which_tells_the_person(
    call, office, manager, large
) -> None:
    make.application(call, make.person("SENT"), state=S.SUBMITTED)
    person_id = manager.id
    export = ask(office, call, "xlsx")
    assert export.state is ExportState.WAITING
    assert "The file is being made" in office.get(f"/tracking/exports/{export.id}").text
    assert office.get(f"/tracking/exports/{export.id}/file").status_code == 404
    assert run_next(handlers())
    db.session.expire_all()
    assert db.session.get_one(Export, export.id).state is ExportState.READY
    assert "The file is ready" in office.get(f"/tracking/exports/{export.id}").text
    letters = db.session.scalars(select(OutboxMessage).where(OutboxMessage.person_id == person_id))
    assert [letter.kind for letter in letters] == ["applications/export_ready"]
    run_next(handlers())
    assert db.session.scalar(select(func.count(OutboxMessage.id))) == 1


def test_called_off_it_is_not_made(call, office, large) -> None:
    make.application(call, make.person("SENT"), state=S.SUBMITTED)
    export = ask(office, call, "csv")
    page = office.get(f"/tracking/exports/{export.id}").text
    token = page.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    office.post(f"/tracking/exports/{export.id}/cancel", data={"csrf_token": token})
    run_next(handlers())
    db.session.expire_all()
    found = db.session.get_one(Export, export.id)
    assert (found.state, found.file_id) == (ExportState.CANCELLED, None)


def test_called_off_while_it_is_made_nothing_of_it_stays(
    call, office, large, settings, monkeypatch
) -> None:
    make.application(call, make.person("SENT"), state=S.SUBMITTED)
    export_id = ask(office, call, "csv").id

    def called_off_meanwhile(work, *args, **kwargs):
        work.session.get_one(Export, export_id).state = ExportState.CANCELLED
        return keep_export(work, *args, **kwargs)

    keep_export = making_exports.keep_export
    monkeypatch.setattr(making_exports, "keep_export", called_off_meanwhile)
    run_next(handlers())
    db.session.expire_all()
    assert db.session.get_one(Export, export_id).file_id is None
    assert [file for file in settings.storage_path.rglob("*") if file.is_file()] == []


def test_whoever_lost_the_role_meanwhile_gets_nothing(
    session, call, office, manager, large
) -> None:
    make.application(call, make.person("SENT"), state=S.SUBMITTED)
    person_id = manager.id
    export = ask(office, call, "csv")
    session.execute(delete(RoleGrant).where(RoleGrant.user_id == person_id))
    session.commit()
    run_next(handlers())
    db.session.expire_all()
    assert db.session.get_one(Export, export.id).state is ExportState.WAITING


def test_files_go_after_a_week_and_the_note_stays(call, office) -> None:
    export = ask(office, call, "csv")
    with unit_of_work(SYSTEM, now=make.NOW + timedelta(days=6)) as work:
        assert expire_exports(work) == 0
    with unit_of_work(SYSTEM, now=make.NOW + timedelta(days=8)) as work:
        assert expire_exports(work) == 1
    db.session.expire_all()
    found = db.session.get_one(Export, export.id)
    assert found.state is ExportState.EXPIRED
    assert office.get(f"/tracking/exports/{export.id}/file").status_code == 404
    assert "Files are kept for seven days" in office.get(f"/tracking/exports/{export.id}").text


def test_other_offices_and_approvers_and_applicants_have_none_of_it(app, call, office) -> None:
    make.application(call, make.person("SENT"), state=S.SUBMITTED)
    export = ask(office, call, "csv")
    other = make.call()
    people = {
        "stranger": make.person(),
        "other": make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, other.programme_id),
    }
    for person in people.values():
        browser = make.sign_in(app.test_client(), person)
        assert browser.get(f"/tracking/{call.id}/exports").status_code in {403, 404}
        assert browser.get(f"/tracking/exports/{export.id}").status_code == 404
        assert browser.get(f"/tracking/exports/{export.id}/file").status_code == 404
    approver = make.grant(make.person(), Role.APPROVER, Scope.PROGRAMME, call.programme_id)
    browser = make.sign_in(app.test_client(), approver)
    assert browser.get(f"/tracking/exports/{export.id}").status_code == 200
    assert browser.get(f"/tracking/exports/{export.id}/file").status_code == 403
    colleague = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    browser = make.sign_in(app.test_client(), colleague)
    assert browser.get(f"/tracking/exports/{export.id}/file").status_code == 403


def test_two_sheets_or_headings_alike_are_told_apart(tmp_path) -> None:
    long = "A question about study/work: which [years]?"
    write_workbook(
        tmp_path / "x.xlsx", [Sheet(long, ["Year", "Year"], [(1, 2)]), Sheet(long, ["Year"], [])]
    )
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert len(set(book.sheetnames)) == 2
    assert [cell.value for cell in book.worksheets[0][1]] == ["Year", "Year (2)"]
    assert [cell.value for cell in book.worksheets[0][2]] == [1, 2]
    assert [cell.value for cell in book.worksheets[1][1]] == ["Year"]


def test_a_text_longer_than_a_cell_holds_is_cut_in_a_workbook_and_whole_in_csv(
    session, call, office
) -> None:
    application_id = sent(call, "O")
    sent(call, "P")
    kept = session.scalars(
        select(Submission).where(Submission.application_id == application_id)
    ).one()
    long = "ក" * (MOST_CHARACTERS + 1)
    answers = {key: {**given} for key, given in kept.content["answers"].items()}
    next(given for given in answers.values() if "plan" in given)["plan"] = long
    sheet = make.add(
        Submission(
            application_id=application_id,
            number=2,
            content={**kept.content, "answers": answers},
            sha256="0" * 64,
            submitted_by_id=kept.submitted_by_id,
            submitted_at=make.NOW,
        )
    )
    assert sheet.number == 2
    book = openpyxl.load_workbook(io.BytesIO(taken(office, ask(office, call, "xlsx"))))
    heading, *rows = book["Applications"].values
    column = heading.index("Research plan")
    assert [row[column] for row in rows] == [long[:-2] + "…", helping.ANSWERS["plan"]]
    table = taken(office, ask(office, call, "csv")).decode("utf-8-sig")
    told = [row["Research plan"] for row in csv.DictReader(io.StringIO(table))]
    assert told == [long, helping.ANSWERS["plan"]]


@pytest.mark.parametrize(
    "plan", ["R&D", "a < b", "> a", " a", "a ", "a\nb\n", '"a"', "\\", "_x0041_"]
)
def test_a_workbook_has_each_sign_of_an_answer(session, call, office, plan) -> None:
    """Rows come from a second process, which looks at their bytes to see which need care."""
    for name in "OPQ":
        application_id = sent(call, name)
    kept = session.scalars(
        select(Submission).where(Submission.application_id == application_id)
    ).one()
    content = {**kept.content, "answers": {"study": {"plan": plan}}}
    kept_as = {"content": content, "sha256": "0" * 64, "submitted_at": make.NOW}
    by = kept.submitted_by_id
    make.add(Submission(application_id=application_id, number=2, submitted_by_id=by, **kept_as))
    book = openpyxl.load_workbook(io.BytesIO(taken(office, ask(office, call, "xlsx"))))
    heading, *rows = book["Applications"].values
    column = heading.index("Research plan")
    whole = helping.ANSWERS["plan"]
    told = plan.replace("_", "_x005F_", 1) if plan.startswith("_x") else plan
    assert [row[column] for row in rows] == [whole, whole, told]


def test_what_is_answered_in_rows_has_a_sheet_of_its_own(session, call, office) -> None:
    """One row a row, and none for who answered nothing there; in JSON it is a list of objects."""
    study = {
        "key": "degrees",
        "kind": "rows",
        "label": {"en": "Study so far"},
        "columns": [
            {"key": "where", "kind": "short text", "label": {"en": "Where"}},
            {
                "key": "degree",
                "kind": "choice",
                "label": {"en": "Degree"},
                "options": [
                    {"key": "phd", "label": {"en": "Doctorate"}},
                    {"key": "master", "label": {"en": "Master"}},
                ],
            },
        ],
    }
    work = {
        "key": "jobs",
        "kind": "rows",
        "label": {"en": "Work so far"},
        "columns": [{"key": "what", "kind": "short text", "label": {"en": "What"}}],
    }
    ids = [sent(call, name) for name in ("ANH", "BINH")]
    form = session.scalars(select(FormVersion).where(FormVersion.opportunity_id == call.id)).one()
    definition = json.loads(json.dumps(form.definition))
    definition["sections"][0]["questions"] += [study, work]
    degrees = [{"where": "=Phnom Penh", "degree": None}, {"where": "Kyoto", "degree": "phd"}]
    make.add(FormVersion(opportunity_id=call.id, number=form.number + 1, definition=definition))
    first = session.scalars(select(Submission).where(Submission.application_id == ids[0])).one()
    section = definition["sections"][0]["key"]
    answers = {**first.content["answers"]}
    answers[section] = {**answers[section], "degrees": degrees, "jobs": [{"what": "Teaching"}]}
    make.add(
        Submission(
            application_id=ids[0],
            number=2,
            content={**first.content, "answers": answers},
            sha256="0" * 64,
            submitted_by_id=first.submitted_by_id,
            submitted_at=first.submitted_at,
        )
    )
    ref = session.get(Application, ids[0]).ref
    book = openpyxl.load_workbook(io.BytesIO(taken(office, ask(office, call, "xlsx"))))
    assert book.sheetnames == ["Applications", "Study so far", "Work so far", "About this file"]
    rows = [[cell.value for cell in row] for row in book["Study so far"].iter_rows()]
    assert rows == [
        ["Number", "Applicant", "Row", "Where", "Degree"],
        [ref, "ANH", 1, "=Phnom Penh", None],
        [ref, "ANH", 2, "Kyoto", "Doctorate"],
    ]
    assert list(book["Work so far"].values) == [
        ("Number", "Applicant", "Row", "What"),
        (ref, "ANH", 1, "Teaching"),
    ]
    assert book["Study so far"]["D2"].data_type == "s"
    told = json.loads(taken(office, ask(office, call, "json")))
    assert told["applications"][0]["answers"][section]["degrees"] == degrees
