"""Pages: from a verified nomination to what its transcript counts as, and who finds nothing."""

import io
import re
from fractions import Fraction
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.accounts.models import User
from app.foundation import clock
from app.foundation.database import db
from app.interchange import elmo

from app.recognition.states import RecognitionState, TranscriptState
from tests import make
from tests.counting import statements
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.mobility.choosing import student_of
from tests.recognition.recognising import (
    REFUSED,
    begun,
    choosing,
    deciding_line,
    issued,
    issuing,
    line,
    on,
    recognition,
    stay,
    taking,
    transcript,
    transcript_of,
)

JAPAN = (Path(__file__).parents[1] / "interchange/files/elmo_tor_japan.xml").read_bytes()
LINE = {
    "code": "AI-301",
    "title": "Machine Learning",
    "title_lang": "en",
    "own_title": "機械学習",
    "own_title_lang": "ja",
    "credits": "2.5",
    "credit_system": "jp-tani",
    "hours": "90",
    "grade": "A",
    "result": "passed",
    "distribution": "S: 3, A: 12",
    "level": "7",
    "language": "en",
}


@pytest.fixture
def student(th):
    return student_of(th, "SOMCHAI JAIDEE")


@pytest.fixture
def verified(tables, th, jp, student) -> int:
    return stay(th, jp, student)


def as_student(client, student):
    return make.sign_in(client, db.session.get_one(User, student.user_id))


def test_from_the_nomination_to_a_decision(client, th, jp, student, verified) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        office = client.get("/recognition/office").text
        assert f"/recognition/stays/{verified}" in office and "SOMCHAI JAIDEE" in office
        page = f"/recognition/stays/{verified}"
        assert f'href="{page}"' in client.get(f"/mobility/nominations/{verified}").text
        assert "Begin the transcript" in client.get(page).text
        assert press(client, f"{page}/begin", {}).status_code == 302
        draft = re.search(r'href="(/recognition/transcripts/\d+)"', client.get(page).text)[1]
        new = f"{draft}/lines/new"
        wrong = press(client, new, {**LINE, "credits": "two", "distribution": "many"})
        assert wrong.status_code == 422
        assert "Write a number of credits" in wrong.text and "A: 12, B: 20" in wrong.text
        assert press(client, new, {**LINE, "version": "1"}).status_code == 302
        assert press(client, new, {**LINE, "version": "1"}).status_code == 409, "an old form"
        shown = client.get(draft).text
        assert '<span lang="ja">機械学習</span>' in shown and "2.5 Japanese credits" in shown
        for paper in ("transcript.pdf", "transcript.xml"):
            assert client.get(f"{draft}/{paper}").status_code == 404, "a draft is no paper"
        assert press(client, f"{draft}/issue", {"seen": "1"}).status_code == 409
        assert press(client, f"{draft}/issue", {"seen": "2"}).status_code == 302
        made = int(draft.rpartition("/")[2])
        assert transcript(made).state is TranscriptState.ISSUED
        assert client.get(f"{draft}/lines/1").status_code == 404

        signed_in(client, th)
        dashboard = client.get("/dashboard").text
        assert "Decide what a transcript counts as" in dashboard
        decisions = re.search(
            r'href="(/recognition/decisions/\d+)"', client.get("/recognition/office").text
        )[1]
        waiting = int(decisions.rpartition("/")[2])
        assert press(client, f"{decisions}/system", {"system": "ects", "version": "1"}).status_code
        page = client.get(decisions).text
        at = re.search(rf'href="({decisions}/lines/\d+)"', page)[1]
        form = client.get(at).text
        for words in ("The sources differ", "3.75", "25/6", "umap.org", "wearefreemovers.com"):
            assert words in form, words
        version = recognition(th, waiting).version
        empty = press(client, at, {"version": str(version)})
        assert empty.status_code == 422 and "Say whether it counts" in empty.text
        first = re.search(r'name="follows" type="radio" value="([0-9a-f]{16})"', form)[1]
        said = {"outcome": "recognised", "own_title": "Elective in AI", "follows": first}
        assert press(client, at, {**said, "version": str(version)}).status_code == 302
        page = client.get(decisions).text
        assert "Elective in AI" in page and "Another source" in page
        as_student(client, student)
        hidden = client.get(decisions).text
        assert "Elective in AI" not in hidden and "Your university decides" in hidden
        signed_in(client, th)
        closing = {"seen": str(recognition(th, waiting).version)}
        assert press(client, f"{decisions}/decide", closing).status_code == 302
        assert recognition(th, waiting).state is RecognitionState.DECIDED
        assert client.get(at).status_code == 404
        as_student(client, student)
        assert "Elective in AI" in client.get(decisions).text
        assert "within 0 days" in signed_in(client, th).get("/recognition/office").text


def test_papers_say_the_same_in_two_languages_and_for_machines(client, jp, th, student) -> None:
    person = db.session.get_one(User, student.user_id)
    person.native_name, person.native_name_lang = "สมชาย ใจดี", "th"
    db.session.commit()
    made = transcript_of(
        issued(
            jp,
            stay(th, jp, student),
            line(own_title="機械学習", own_title_lang="ja", distribution={"S": 3, "A": 12}),
            line("AI-302", credits=Fraction(5, 2), hours=Fraction(45), grade="B"),
        )
    )
    as_student(client, student)
    address = f"/recognition/transcripts/{made}"
    answer = client.get(f"{address}/transcript.pdf")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    for words in (
        "Transcript of records",
        "成績証明書",
        "SOMCHAI JAIDEE",
        "Machine Learning",
        "機械学習",
    ):
        assert words in text, words
    assert transcript(made).fingerprint in text.replace(" ", "")
    answer = client.get(f"{address}/transcript.xml")
    assert answer.content_type.startswith("application/xml")
    records = elmo.read_records(answer.data)
    assert records.learner.family_name == "SOMCHAI JAIDEE"
    first, second = records.reports[0].opportunities
    assert first.titles[1] == elmo.Text("機械学習", "ja")
    assert first.instance.distribution.counts == (("S", 3), ("A", 12))
    assert (second.instance.grade, str(second.instance.credits[0].value)) == ("B", "2.5")


def test_a_file_is_brought_or_refused_with_its_reasons(client, th, student, verified) -> None:
    page = f"/recognition/stays/{verified}"
    as_student(client, student)

    def bring(data: bytes):
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)[1]
        sent = {"csrf_token": token, "file": (io.BytesIO(data), "records.xml")}
        return client.post(f"{page}/file", data=sent, content_type="multipart/form-data")

    assert "Choose a file." in press(client, f"{page}/file", {}).text
    broken = bring(JAPAN.replace(b"2027-02-10", b"10.2.2027"))
    assert broken.status_code == 422
    assert "Line 30: “date” is not a day" in broken.text
    bomb = bring(JAPAN.replace(b"<elmo", b"<!DOCTYPE elmo [<!ENTITY a 'b'>]><elmo", 1))
    assert bomb.status_code == 422 and "document type or entities" in bomb.text
    assert bring(JAPAN).status_code == 302
    shown = client.get(page).text
    assert "Read from a file of another system" in shown
    address = re.search(r'href="(/recognition/transcripts/\d+)"', shown)[1]
    assert "Thi Minh Anh Nguyen" in client.get(address).text
    assert client.get(f"{address}/transcript.xml").status_code == 200


def test_others_find_nothing(client, th, jp, vn, student, verified) -> None:
    draft = begun(jp, verified, line())
    one = transcript(draft)
    home_only = [f"/recognition/transcripts/{draft}"]
    signed_in(client, th)
    assert client.get(home_only[0]).status_code == 404, "a draft is the host's"
    waiting = issuing(jp, draft)
    assert one.id == draft
    addresses = [
        f"/recognition/stays/{verified}",
        f"/recognition/transcripts/{draft}",
        f"/recognition/transcripts/{draft}/transcript.pdf",
        f"/recognition/transcripts/{draft}/transcript.xml",
        f"/recognition/transcripts/{draft}/lines/new",
        f"/recognition/decisions/{waiting}",
        f"/recognition/decisions/{waiting}/lines/1",
    ]
    posts = [
        f"/recognition/stays/{verified}/begin",
        f"/recognition/stays/{verified}/file",
        *(
            f"/recognition/transcripts/{draft}/{verb}"
            for verb in ("note", "courses", "lines/new", "lines/1/remove", "issue", "correct")
        ),
        f"/recognition/transcripts/{draft}/discard",
        *(f"/recognition/decisions/{waiting}/{verb}" for verb in ("system", "decide", "lines/1")),
    ]
    for who in (vn.actor, student_of(th), student_of(vn)):
        make.sign_in(client, db.session.get_one(User, who.user_id))
        for address in addresses:
            assert client.get(address).status_code == 404, address
        for address in posts:
            assert press(client, address, {"reason": "No."}).status_code == 404, address
    signed_in(client, vn)
    assert "SOMCHAI" not in client.get("/recognition/office").text
    signed_in(client, jp)
    assert client.get(f"/recognition/decisions/{waiting}").status_code == 404


def test_a_line_of_another_transcript_is_not_found(client, th, jp, verified) -> None:
    mine = begun(jp, verified, line())
    other = begun(jp, stay(th, jp), line())
    foreign = on(jp, other, lambda _work, found: found.lines[0].id)
    signed_in(client, jp)
    assert client.get(f"/recognition/transcripts/{mine}/lines/{foreign}").status_code == 404
    removed = press(client, f"/recognition/transcripts/{mine}/lines/{foreign}/remove", {})
    assert removed.status_code == 404


def test_caps_are_filled_where_the_country_of_the_home_has_them(client, tables, jp, th) -> None:
    waiting = issued(th, stay(jp, th), line(credits=Fraction(40), credit_system="ects"))
    signed_in(client, jp)
    assert "at most" not in client.get(f"/recognition/decisions/{waiting}").text
    choosing(jp, waiting, "jp-tani")
    assert "0 of 60 credits" in client.get(f"/recognition/decisions/{waiting}").text
    from tests.recognition.test_recognising import RECOGNISED, replace, results

    chosen = results(jp, waiting)[-1]
    deciding_line(jp, waiting, replace(RECOGNISED, follows=chosen))
    page = client.get(f"/recognition/decisions/{waiting}").text
    assert re.search(r"2[04](\.\d)? of 60 credits|26", page)


def test_the_lists_ask_the_same_however_long_they_are(client, tables, th, jp) -> None:
    counted = []
    for number in range(3):
        waiting = issued(jp, stay(th, jp))
        if number == 1:
            taking(th.actor, stay(th, jp), JAPAN)
            deciding_line(th, waiting, REFUSED)
        stay(th, jp)
        for who in (th, jp):
            signed_in(client, who)
            client.get("/recognition/office")
            with statements() as seen:
                assert client.get("/recognition/office").status_code == 200
            counted.append(len(seen))
    assert counted[:2] == counted[4:]
    assert max(counted) <= 12


def test_pages_of_one_ask_the_same_however_many_lines(client, tables, th, jp) -> None:
    counted = []
    for codes in (["A"], ["A", "B", "C", "D"]):
        waiting = issued(jp, stay(th, jp), *(line(code) for code in codes))
        choosing(th, waiting)
        signed_in(client, th)
        for address in (
            f"/recognition/decisions/{waiting}",
            f"/recognition/transcripts/{transcript_of(waiting)}",
        ):
            client.get(address)
            with statements() as seen:
                assert client.get(address).status_code == 200
            counted.append(len(seen))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 14


def test_an_office_corrects_what_it_issued(client, th, jp, verified) -> None:
    made = transcript_of(issued(jp, verified))
    signed_in(client, jp)
    page = f"/recognition/transcripts/{made}"
    assert press(client, f"{page}/correct", {"reason": ""}).status_code == 422
    assert press(client, f"{page}/correct", {"reason": "Mistyped."}).status_code == 302
    assert press(client, f"{page}/correct", {"reason": "Mistyped."}).status_code == 409
    draft = re.search(r"/recognition/transcripts/(\d+)", client.get("/recognition/office").text)
    again = int(draft[1])
    assert press(client, f"/recognition/transcripts/{again}/note", {"note": "x"}).status_code == 409
    sent = {"note": "Grades are S to F.", "version": str(transcript(again).version)}
    assert press(client, f"/recognition/transcripts/{again}/note", sent).status_code == 302
    seen = {"seen": str(transcript(again).version)}
    assert press(client, f"/recognition/transcripts/{again}/issue", seen).status_code == 302
    assert "Another one was written in its place" in client.get(page).text
    signed_in(client, th)
    assert "Mistyped." in client.get(f"/recognition/transcripts/{again}").text
