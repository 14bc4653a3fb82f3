"""The pages on which a list of nominations is given, looked at and sent."""

import io
import re

from openpyxl import load_workbook
from sqlalchemy import select

from app.foundation import clock
from app.foundation.database import db
from app.mobility.models import NominationList
from tests import make
from tests.counting import statements
from tests.exchanges.posting import posting
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.mobility.choosing import (
    opened,
    sent,
    student_of,
)
from tests.mobility.listing import HERE, address_of, living, table
from tests.mobility.test_list_files import GOOD, workbook


def give(client, content: bytes, name: str = "list.csv", status: int = 302, home: int = 0):
    page = client.get(HERE).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    home = home or int(re.search(r'name="home" value="(\d+)"', page)[1])
    data = {"csrf_token": token, "home": str(home), "file": (io.BytesIO(content), name)}
    answer = client.post(HERE, data=data, content_type="multipart/form-data")
    assert answer.status_code == status, answer.text
    return answer


def test_from_the_template_to_the_nomination_through_the_pages(client, th, jp, place) -> None:
    student = student_of(th, "SOMCHAI JAIDEE")
    sent(student, place)
    ref = posting(place).ref
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        assert "Nominate from a list" in client.get("/mobility/office").text
        answer = client.get(f"{HERE}/template.xlsx")
        assert answer.headers["Cache-Control"] == "no-store"
        book = load_workbook(io.BytesIO(answer.data))
        assert book.sheetnames == ["Nominations", "How to fill it in", "Places", "Students"]
        assert [cell.value for cell in book["Nominations"][1]] == [
            *("student", "place", "note", "level", "field")
        ]
        assert book["Places"]["A2"].value.startswith(f"{ref} ")
        assert book["Students"]["A2"].value == address_of(student)
        rules = [one.formula1 for one in book["Nominations"].data_validations.dataValidation]
        assert rules == ["'Students'!$A$2:$A$2", "'Places'!$A$2:$A$2"]
        table_ = book["Nominations"]
        table_["A2"], table_["B2"] = address_of(student), book["Places"]["A2"].value
        table_["A3"], table_["B3"] = "nobody@example.org", ref
        kept = io.BytesIO()
        book.save(kept)

        address = give(client, kept.getvalue(), "our students.xlsx").location
        page = client.get(address).text
        assert "SOMCHAI JAIDEE" in page
        assert "No student with this address" in page
        assert "Send 1 nomination" in page
        assert "SOMCHAI" not in client.get(f"{address}?show=refused").text
        assert living(place) == 0
        seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', page)[1]
        old = press(client, address, {"seen": "0" * 64})
        assert old.status_code == 409
        assert "changed since you looked" in old.text
        assert press(client, address, {"seen": seen}).status_code == 302
        assert living(place) == 1
        done = client.get(address).text
        assert "What was done" in done
        assert "Send 1 nomination" not in done
        assert "1 nominated, 0 corrected" in client.get(HERE).text
        assert press(client, address, {"seen": seen}).status_code == 409
        again = client.get(give(client, kept.getvalue()).location).text
        assert "There is nothing to bring in." in again
        signed_in(client, jp)
        assert "SOMCHAI JAIDEE" in client.get("/mobility/office").text
        assert client.get(address).status_code == 404
        assert press(client, address, {"seen": seen}).status_code == 404


def test_a_template_and_a_broken_file_are_answered_beside_the_field(client, th, vn, place) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        for kind in ("csv", "xlsx"):
            empty = client.get(f"{HERE}/template.{kind}")
            assert empty.status_code == 200
            text = give(client, empty.data, f"a.{kind}", status=422).text
            assert "There is no student in this file." in text
            assert 'id="file-error"' in text
        assert client.get(f"{HERE}/template.exe").status_code == 404
        formula = give(client, workbook(*GOOD, ("=1", "x")), "a.xlsx", status=422).text
        assert "Cell A3 holds a formula" in formula
        assert give(client, b"student,place\na,b", home=vn.id, status=422).status_code == 422
        nothing = press(client, HERE, {"home": str(th.id)})
        assert nothing.status_code == 422
        assert "Choose a file." in nothing.text
        assert db.session.scalar(select(NominationList.id)) is None


def test_the_look_asks_the_same_however_many_rows(client, th, jp) -> None:
    place = opened(jp, th, capacity=4)
    ref = posting(place).ref
    counted = []
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        students = [student_of(th) for _ in range(4)]
        for one in students:
            sent(one, place)
        for number in (1, 4):
            rows = table(*((address_of(one), ref) for one in students[:number]))
            address = give(client, rows.encode()).location
            client.get(address)
            with statements() as seen:
                assert client.get(address).status_code == 200
            counted.append(len(seen))
    assert counted[0] == counted[1]
    assert counted[0] <= 18
