"""The courses of a term from a table: seen first, written once, a bad row stops nobody."""

import io
import re

import openpyxl
import pytest

from app.audit.models import AuditEntry
from app.exchanges.incoming import MOST_ROWS, Refused, Row, Usual, Why, read_courses
from app.exchanges.models import HostCourse
from app.exchanges.operations import save_host_course
from app.exchanges.queries import own_term
from app.exchanges.wording import credit_systems
from app.foundation.database import db
from app.foundation.tables import FileRefused
from app.foundation.work import unit_of_work
from tests import make
from tests.counting import statements
from tests.exchanges.test_agreement_pages import signed_in
from tests.exchanges.test_partners import COURSE, term_of

USUAL = Usual(systems={"ects", "jp-tani"}, languages={"en", "ja", "th"}, system="jp-tani")
TABLE = """code,title,credits,system,level,language,own title,own title language
CS-5101,Trustworthy AI,7.5,ects,7,en,信頼,ja
CS-5102,Robot learning,2,jp-tani,master,ja,,
CS-5103,Speech,many,ects,7,en,,
"""


def read(text: str) -> list[Row | Refused]:
    return read_courses(text.encode(), "table.csv", USUAL).rows


def courses(term_id: int) -> list[HostCourse]:
    db.session.expire_all()
    query = db.select(HostCourse).where(HostCourse.term_id == term_id).order_by(HostCourse.code)
    return list(db.session.scalars(query))


def hidden(page: str) -> dict[str, str]:
    """What the button of the page sends, as a browser reads it."""
    found = re.findall(r'<input[^>]*name="(csrf_token|table|seen)"[^>]*value="([^"]*)"', page)
    return {name: _unescaped(value) for name, value in found}


def _unescaped(value: str) -> str:
    import html

    return html.unescape(value)


@pytest.fixture
def term(jp) -> int:
    return term_of(jp)


@pytest.fixture
def address(client, jp, term) -> str:
    signed_in(client, jp)
    return f"/exchanges/terms/{term}/courses/table"


def look(client, address: str, **given):
    token = hidden(client.get(address).text)["csrf_token"]
    values = {"csrf_token": token, **given}
    return client.post(address, data=values, content_type="multipart/form-data")


def bring(client, address: str, page: str):
    return client.post(f"{address}/bring", data=hidden(page))


def test_rows_say_courses_and_what_is_wrong_with_one(app) -> None:
    first, second, third = read(TABLE)
    assert isinstance(first, Row)
    assert (first.code, first.credit_hundredths, first.own_title_lang) == ("CS-5101", 750, "ja")
    assert isinstance(second, Row)
    assert (second.level, second.language) == (7, "ja")
    assert isinstance(third, Refused)
    assert (third.row, third.why, third.said) == (4, Why.NO_CREDITS, {"what": "many"})


def test_what_is_left_empty_is_what_is_usual(app) -> None:
    (row,) = read("Course code\tTitle\tCredits\nA1\tLogic\t2\n")
    assert isinstance(row, Row)
    assert (row.credit_system, row.level, row.language) == ("jp-tani", 7, "en")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",Logic,2", Why.NO_CODE),
        ("A" * 41 + ",Logic,2", Why.LONG_CODE),
        ("A1,,2", Why.NO_TITLE),
        ("A1," + "L" * 301 + ",2", Why.LONG_TITLE),
        ("A1,Logic,0", Why.NO_CREDITS),
        ("A1,Logic,2,rubles", Why.NO_SUCH_SYSTEM),
        ("A1,Logic,2,ects,9", Why.NO_SUCH_LEVEL),
        ("A1,Logic,2,ects,²", Why.NO_SUCH_LEVEL),
        ("A1,Logic,2,ects,7,klingon", Why.NO_SUCH_LANGUAGE),
        ("A1,Logic,2,ects,7,en,論理,", Why.OWN_TITLE_ALONE),
        ("A1,Logic,2,ects,7,en,,ja", Why.OWN_TITLE_ALONE),
        ("A1,Logic,2,ects,7,en,,,more", Why.TOO_MANY_CELLS),
    ],
)
def test_a_row_that_cannot_be_used_says_why(app, line, why) -> None:
    headings, _rest = TABLE.split("\n", 1)
    (row,) = read(f"{headings}\n{line}\n")
    assert isinstance(row, Refused)
    assert row.why is why


def test_the_same_code_twice_is_taken_once(app) -> None:
    _first, again = read("code,title,credits\nA1,Logic,2\nA1,Proofs,2\n")
    assert isinstance(again, Refused)
    assert (again.why, again.said) == (Why.TWICE, {"row": 2})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code,title\nA1,Logic\n", "Columns for code, title and credits are needed"),
        ("code,title,credits\n", "There is no course in this table."),
        ("code,title,credits\n" + "A,B,2\n" * (MOST_ROWS + 1), "There are more than"),
    ],
)
def test_a_table_that_lists_no_courses_is_refused(app, text, told) -> None:
    with pytest.raises(FileRefused, match=told):
        read(text)


def test_a_table_is_seen_then_written_and_a_second_time_changes_nothing(
    client, jp, term, address
) -> None:
    seen = look(client, address, table=TABLE)
    assert seen.status_code == 200
    assert "This is no number of credits: many" in seen.text
    assert courses(term) == []
    assert bring(client, address, seen.text).status_code == 302
    assert [(one.code, one.title, one.credit_hundredths) for one in courses(term)] == [
        ("CS-5101", "Trustworthy AI", 750),
        ("CS-5102", "Robot learning", 200),
    ]
    again = look(client, address, table=TABLE)
    assert "There is nothing to bring in." in again.text
    verbs = db.session.scalars(db.select(AuditEntry.verb)).all()
    assert verbs.count("partner.courses_brought") == 1


def test_what_changed_is_shown_with_both_values_and_what_is_not_named_stays(
    client, jp, term, address
) -> None:
    with unit_of_work(jp.actor, now=make.NOW) as work:
        save_host_course(work, work.find(own_term(work.actor, term)), COURSE)
    seen = look(client, address, table="code,title,credits,system\nCS-9,Logic,2,ects\n")
    assert "1 course of the list is not in the table. It stays." in seen.text
    changed = look(client, address, table=TABLE.replace("7.5", "6"))
    assert "<del>7.5</del> → <ins>6</ins>" in changed.text
    assert bring(client, address, changed.text).status_code == 302
    assert [(one.code, one.credit_hundredths, one.version) for one in courses(term)] == [
        ("CS-5101", 600, 2),
        ("CS-5102", 200, 1),
    ]


def test_nothing_is_written_that_was_not_seen(client, jp, term, address) -> None:
    seen = look(client, address, table=TABLE)
    with unit_of_work(jp.actor, now=make.NOW) as work:
        save_host_course(work, work.find(own_term(work.actor, term)), COURSE)
    late = bring(client, address, seen.text)
    assert late.status_code == 409
    assert "The list of courses changed since you looked." in late.text
    assert [one.code for one in courses(term)] == ["CS-5101"]
    assert bring(client, address, late.text).status_code == 302
    forged = {**hidden(look(client, address, table=TABLE).text), "table": "code,title\nA,B\n"}
    assert client.post(f"{address}/bring", data=forged).status_code == 422


def test_the_template_is_a_table_that_changes_nothing(client, jp, term, address) -> None:
    with unit_of_work(jp.actor, now=make.NOW) as work:
        save_host_course(work, work.find(own_term(work.actor, term)), COURSE)
    for kind in ("csv", "xlsx"):
        given = client.get(f"/exchanges/terms/{term}/courses/template.{kind}")
        assert given.status_code == 200
        seen = look(client, address, file=(io.BytesIO(given.data), f"courses.{kind}"))
        assert "There is nothing to bring in." in seen.text, seen.text
    book = openpyxl.load_workbook(io.BytesIO(given.data))
    told = [row[0] for row in book.worksheets[2].iter_rows(min_row=2, values_only=True)]
    assert set(told) == set(credit_systems())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Choose a file, or paste the table."),
        ({"table": "code\nA\n"}, "Columns for code, title and credits are needed"),
        ({"file": (b"PK\x03\x04broken", "c.xlsx")}, "The workbook cannot be opened."),
        ({"file": (b"\xd0\xcf\x11\xe0", "c.xls")}, "This is a workbook of an old kind"),
    ],
)
def test_what_is_no_table_is_refused_beside_its_field(client, address, given, told) -> None:
    if "file" in given:
        content, name = given["file"]
        given = {"file": (io.BytesIO(content), name)}
    answer = look(client, address, **given)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_full_table_asks_a_handful_of_statements(client, jp, term, address) -> None:
    lines = "".join(f"C-{n},Course {n},2,ects\n" for n in range(300))
    seen = look(client, address, table=f"code,title,credits,system\n{lines}")
    with statements() as asked:
        assert bring(client, address, seen.text).status_code == 302
    assert len(asked) <= 8, asked
    assert len(courses(term)) == 300


def test_nobody_else_brings_courses_to_a_term(client, th, term, address) -> None:
    signed_in(client, th)
    for path in ("", "/bring"):
        assert client.get(address).status_code == 404
        assert client.post(f"{address}{path}", data={"table": TABLE}).status_code in {400, 404}
    assert client.get(f"/exchanges/terms/{term}/courses/template.csv").status_code == 404
    assert courses(term) == []
