"""A centre looks into a file of courses, and then brings in what it saw, nothing else."""

from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.courses import operations as office
from app.courses import queries
from app.courses.incoming import FileRefused
from app.courses.models import Course, CourseImport
from app.courses.operations.importing import KEPT
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotPermitted
from app.organisations.models import Organisation
from tests import make
from tests.courses.centres import Centre, the_course, working
from tests.courses.test_pages import hidden, page, send

HERE = "/courses/office/imports"
TABLE = "title,url,provider,summary\nVision,https://a.example.org/v,Acme,Learn to see.\n"
MORE = TABLE + "Speech,htp:/nowhere,Acme,Learn to hear.\n"


def looked(centre: Centre, content: str = TABLE) -> int:
    with working(centre.writer) as work:
        home = work.session.get_one(Organisation, centre.organisation.id)
        return office.look_into_file(work, home, content=content.encode(), file_name="a.csv").id


def give(client, content: bytes, name: str = "courses.csv", status: int = 302):
    kept = hidden(page(client, HERE))
    sent = {**kept, "file": (BytesIO(content), name)}
    answer = client.post(HERE, data=sent, content_type="multipart/form-data")
    assert answer.status_code == status, answer.text
    return answer


def number_of_courses() -> int:
    return db.session.scalar(select(func.count()).select_from(Course)) or 0


def test_looking_changes_no_course_and_bringing_does_what_was_seen(client, centre) -> None:
    make.sign_in(client, centre.writer)
    address = give(client, MORE.encode()).location
    shown = page(client, address)
    assert number_of_courses() == 0
    assert "Vision" in shown
    assert "The link must begin with https:// or http:// and name a site" in shown
    assert "Speech" not in page(client, f"{address}?show=new")
    done = send(client, address, {"publish": "y"})
    assert done.location == address
    assert number_of_courses() == 1
    after = page(client, address)
    assert "What was done" in after
    assert "Bring them in" not in after
    assert "1 new, 0 changed" in page(client, HERE)
    again = page(client, give(client, MORE.encode()).location)
    assert "There is nothing to bring in." in again
    assert number_of_courses() == 1


def test_what_a_file_changes_is_shown_before_and_after(client, centre) -> None:
    make.sign_in(client, centre.writer)
    send(client, give(client, TABLE.encode()).location)
    newer = TABLE.replace("Learn to see.", "Learn to see far.").replace("Acme", "Acme Ltd")
    shown = page(client, give(client, newer.encode()).location)
    assert "<del>Learn to see.</del> → <ins>Learn to see far.</ins>" in shown
    assert "<del>Acme</del> → <ins>Acme Ltd</ins>" in shown


def test_what_a_person_wrote_stays_and_the_page_says_so(client, centre) -> None:
    make.sign_in(client, centre.writer)
    send(client, give(client, TABLE.encode()).location)
    course_id = db.session.scalar(select(Course.id))
    with working(centre.writer) as work:
        words = office.CourseWords(title="Vision", summary="Ours.")
        office.save_course_text(work, the_course(work, course_id), words, locale="en", version=None)
    shown = page(client, give(client, TABLE.encode()).location)
    assert "Stays as a person wrote it here" in shown
    assert "There is nothing to bring in." in shown


def test_what_changed_since_is_shown_again_before_anything_is_done(client, centre) -> None:
    make.sign_in(client, centre.writer)
    first, second = (give(client, TABLE.encode()).location for _ in range(2))
    old = hidden(page(client, second))
    send(client, first)
    answer = client.post(second, data=old)
    assert answer.status_code == 409
    assert "was changed since you looked" in answer.text
    assert number_of_courses() == 1


def test_the_same_button_twice_brings_in_once(client, centre) -> None:
    make.sign_in(client, centre.writer)
    address = give(client, TABLE.encode()).location
    kept = hidden(page(client, address))
    assert client.post(address, data=kept).status_code == 302
    again = client.post(address, data=kept)
    assert again.status_code == 409
    assert "brought in already" in again.text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "The file is empty."),
        (b'title\n"open', "a.csv", "a quotation mark that was opened never closes"),
        (b"PK\x03\x04 no workbook", "a.xlsx", "The workbook cannot be opened"),
        (b'{"@type": "Person"}', "a.json", "Nothing in it is a Course"),
        (b"name of nothing\nx", "a.csv", "No column is called"),
    ],
)
def test_a_broken_file_is_refused_beside_its_field(client, centre, content, name, said) -> None:
    make.sign_in(client, centre.writer)
    text = give(client, content, name, status=422).text
    assert said in text
    assert 'id="file-error"' in text
    assert db.session.scalar(select(CourseImport.id)) is None


def test_no_file_at_all_is_said_at_its_field(client, centre) -> None:
    make.sign_in(client, centre.writer)
    text = send(client, HERE, status=422).text
    assert "Choose a file." in text


@pytest.mark.parametrize("path", sorted((Path(__file__).parent / "incoming").rglob("*.*")), ids=str)
def test_every_file_of_others_is_read_or_refused_with_a_reason(client, centre, path) -> None:
    make.sign_in(client, centre.writer)
    kept = hidden(page(client, HERE))
    sent = {**kept, "file": (BytesIO(path.read_bytes()), path.name)}
    answer = client.post(HERE, data=sent, content_type="multipart/form-data")
    assert answer.status_code in {302, 422}
    if answer.status_code == 302:
        assert "What would be done" in page(client, answer.location)
    else:
        assert 'id="file-error"' in answer.text


def test_the_empty_tables_can_be_filled_in_and_given(client, centre) -> None:
    make.sign_in(client, centre.writer)
    for kind in ("csv", "xlsx"):
        table = client.get(f"{HERE}/template.{kind}")
        assert table.status_code == 200
        assert table.headers["Content-Disposition"] == f'attachment; filename="courses.{kind}"'
        assert (
            "There is no course in this file."
            in give(client, table.data, f"a.{kind}", status=422).text
        )
    assert client.get(f"{HERE}/template.exe").status_code == 404


def test_many_rows_are_shown_a_hundred_at_a_time(client, centre) -> None:
    make.sign_in(client, centre.writer)
    rows = "".join(f"Course {n},https://a.example.org/{n},Acme,Text\n" for n in range(130))
    address = give(client, (TABLE.splitlines()[0] + "\n" + rows).encode()).location
    first = page(client, address)
    assert "Course 99<" in first
    assert "Course 100<" not in first
    assert "Course 129<" in page(client, f"{address}?after=101")


def test_only_the_own_centre_sees_and_brings_in(client, centre) -> None:
    number = looked(centre)
    make.sign_in(client, centre.stranger)
    assert client.get(f"{HERE}/{number}").status_code == 404
    assert client.post(f"{HERE}/{number}", data={"seen": "x"}).status_code in {404, 409, 422}
    assert "a.csv" not in page(client, HERE)
    with working(centre.stranger) as work, pytest.raises(NotPermitted):
        home = work.session.get_one(Organisation, centre.organisation.id)
        office.look_into_file(work, home, content=TABLE.encode(), file_name="a.csv")
    with working(centre.writer) as work:
        found = work.session.scalars(queries.import_to_open(work.actor, number)).one()
    with working(centre.stranger) as work, pytest.raises(NotPermitted):
        office.bring_what_was_seen(work, found, seen="", publish=False)
    make.sign_in(client, make.person("NOBODY"))
    assert client.get(HERE).status_code in {403, 404}


def test_a_file_that_was_left_is_not_kept_longer_than_a_month(client, session, centre) -> None:
    old = looked(centre)
    with working(centre.writer, now=make.NOW + KEPT * 2) as work:
        home = work.session.get_one(Organisation, centre.organisation.id)
        office.look_into_file(work, home, content=TABLE.encode(), file_name="b.csv")
    kept = dict(session.execute(select(CourseImport.id, CourseImport.content)).all())
    assert kept.pop(old) == b""
    assert list(kept.values()) == [TABLE.encode()]
    make.sign_in(client, centre.writer)
    address = f"{HERE}/{old}"
    assert "not kept any more" in page(client, address)
    assert "not kept any more" in send(client, address, status=409).text


def test_a_refused_file_leaves_nothing(session, centre) -> None:
    with pytest.raises(FileRefused):
        looked(centre, "no heading of ours\n1\n")
    assert session.scalar(select(CourseImport.id)) is None


def test_the_database_knows_no_import_that_nobody_did(session, centre) -> None:
    number = looked(centre)
    found = session.get_one(CourseImport, number)
    found.done_at = clock.now()
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()
