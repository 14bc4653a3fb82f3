"""Letters of nomination and acceptance: in two languages, with the names in both scripts."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from app.accounts.models import User
from app.foundation.database import db
from app.mobility import operations as verbs
from app.organisations.models import Organisation
from tests import make
from tests.exchanges.test_agreement_pages import signed_in
from tests.mobility.choosing import answering, nominated, opened, sent, student_of


def read(answer) -> str:
    assert answer.status_code == 200
    assert answer.content_type == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    return " ".join(
        " ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.data)).pages
    )


@pytest.fixture
def student(th):
    actor = student_of(th, "SOMCHAI JAIDEE")
    person = db.session.get_one(User, actor.user_id)
    person.native_name, person.born_on = "สมชาย ใจดี", date(2003, 2, 1)
    db.session.commit()
    return actor


def test_both_letters_say_who_goes_where(client, th, jp, student) -> None:
    db.session.get_one(Organisation, jp.id).local_name = "東京試験大学"
    db.session.commit()
    place = opened(jp, th)
    made = nominated(th, sent(student, place), place, note="Between the two offices.")
    address = f"/mobility/nominations/{made}"
    signed_in(client, jp)
    text = read(client.get(f"{address}/letter.pdf"))
    assert "Letter of nomination" in text
    for words in (
        "SOMCHAI JAIDEE",
        "Bachelor",
        "0613",
        "6 April 2027",
        "Spring semester",
        "東京試験大学",
    ):
        assert words in text, words
    assert "Between the two offices" not in text
    assert client.get(f"{address}/acceptance.pdf").status_code == 404
    answering(jp.actor, made, verbs.verify_nomination, seen=1)
    make.sign_in(client, db.session.get_one(User, student.user_id))
    text = read(client.get(f"{address}/acceptance.pdf"))
    assert "Letter of acceptance" in text and "受け入れ許可書" in text
    assert "2027" in text
    answering(jp.actor, made, verbs.cancel_nomination, reason="No rooms.")
    assert client.get(f"{address}/acceptance.pdf").status_code == 404


def test_others_get_no_letter(client, th, jp, vn, student) -> None:
    place = opened(jp, th)
    made = nominated(th, sent(student, place), place)
    signed_in(client, vn)
    for paper in ("letter.pdf", "acceptance.pdf"):
        assert client.get(f"/mobility/nominations/{made}/{paper}").status_code == 404
