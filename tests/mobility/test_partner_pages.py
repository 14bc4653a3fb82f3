"""The pages of a host without an account, and of the letters that came from it."""

import io
import re

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from app.accounts.models import User
from app.exchanges.models import BalanceEntry
from app.foundation import clock
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.ledger.models import ViewEntry
from app.mobility import operations as verbs
from app.mobility.operations.links import GOOD_FOR
from app.mobility.states import NominationState
from tests import make
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.files import samples
from tests.mobility.choosing import answering, nomination, student_of
from tests.mobility.partners import (
    SATO,
    SIGNED,
    asks,
    guest_with,
    letters,
    make_back,
    newest_link,
    nominated_off,
    recorded,
    upload,
)
from tests.racing import CLIENTS, all_at_once, rounds


def test_a_partner_reads_and_answers_without_an_account(client, th, student, made) -> None:
    address = f"/mobility/nominations/{made}"
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        page = client.get(address).text
        assert "has nobody who signs in here" in page
        assert press(client, f"{address}/ask", {"email": "x@example.org"}).status_code == 422
        assert press(client, f"{address}/ask", {"email": SATO}).status_code == 302
        assert "HANAKO SATO was sent a link" in client.get(address).text
        secret = newest_link()
        partner = client.application.test_client()
        link = f"/partners/{secret}"
        for _scanner in range(2):
            answer = partner.get(link)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        for words in ("SOMCHAI JAIDEE", "Our best.", "Places in AI"):
            assert words in answer.text
        assert partner.get(f"{link}/letter.pdf").content_type == "application/pdf"
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)[1]
        said = {"csrf_token": token, "seen": "1", "name": "", "function": "Dean"}
        wrong = partner.post(link, data=said)
        assert wrong.status_code == 422
        assert "Write your name." in wrong.text
        said |= {"name": "HANAKO SATO", "comment": "Full."}
        late = partner.post(link, data={**said, "seen": "7"})
        assert late.status_code == 409
        assert partner.post(f"{link}/refuse", data={**said, "comment": ""}).status_code == 409
        assert partner.post(link, data=said).status_code == 302
        assert "through a link without an account" in partner.get(link).text
        assert partner.post(f"{link}/refuse", data=said).status_code == 409
        assert partner.get("/partners/nothing").status_code == 404
        shown = client.get(address).text
        assert "Answered by HANAKO SATO (Dean), through a link" in shown
        paper = client.get(f"{address}/acceptance.pdf")
        text = " ".join(
            " ".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(paper.data)).pages
        )
        assert "HANAKO SATO" in text
        make.sign_in(partner, db.session.get_one(User, student.user_id))
        assert partner.get(link).status_code == 404, "not in the browser of the student"


def test_a_replaced_link_says_so(client, th, made) -> None:
    with clock.set_clock(make.NOW):
        first = asks(th, made)
        asks(th, made)
        assert client.get(f"/partners/{first}").status_code == 410
    with clock.set_clock(make.NOW + GOOD_FOR):
        assert client.get(f"/partners/{newest_link()}").status_code == 410


def test_a_recorded_letter_is_marked_and_opened_by_the_sides(
    client, session, th, jp, vn, student, made
) -> None:
    address = f"/mobility/nominations/{made}"
    said = {"seen": "1", "name": "HANAKO SATO", "function": "Dean", "said": "verified"}
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        none = upload(client, f"{address}/record", said)
        assert none.status_code == 422
        assert "Add the scan of the letter." in none.text
        bad = {**said, "scan": (io.BytesIO(b"MZ no letter"), "letter.pdf")}
        refused = upload(client, f"{address}/record", bad)
        assert refused.status_code == 422
        assert 'id="scan-error"' in refused.text
        mute = {**said, "said": "refused", "scan": (io.BytesIO(samples.PDF), "letter.pdf")}
        assert upload(client, f"{address}/record", mute).status_code == 422
        good = {**said, "scan": (io.BytesIO(samples.PDF), "letter.pdf")}
        assert upload(client, f"{address}/record", good).status_code == 302
        file = f"{address}/letters/1/scan/host"
        make_back(jp)
        for who in (th, jp):
            signed_in(client, who)
            page = client.get(address).text
            assert "on behalf of" in page
            assert "from the letter of HANAKO SATO (Dean)" in page
            with client.get(file) as answer:
                assert answer.data == samples.PDF
        make.sign_in(client, db.session.get_one(User, student.user_id))
        with client.get(file) as answer:
            assert answer.status_code == 200
        for missing in ("letters/1/scan/home", "letters/2/scan/host", "letters/1/scan/x"):
            assert client.get(f"{address}/{missing}").status_code == 404
        signed_in(client, vn)
        assert client.get(file).status_code == 404
        for verb in ("ask", "record"):
            assert press(client, f"{address}/{verb}", {"email": SATO}).status_code == 404
    opened_by = session.scalars(select(ViewEntry.viewer_id).order_by(ViewEntry.id)).all()
    assert opened_by == [th.actor.user_id, jp.actor.user_id]


@pytest.mark.race
def test_of_an_answer_on_the_page_by_link_and_on_paper_one_counts(app, session, th, jp) -> None:
    for _round in rounds(4):
        number = nominated_off(th, make_back(jp), student_of(th))
        secret = asks(th, number)
        guest = guest_with(secret)
        before = session.scalar(select(func.coalesce(func.sum(BalanceEntry.people), 0)))
        db.session.rollback()

        def link(n: int, secret=secret, guest=guest):
            def go() -> str:
                with unit_of_work(guest, now=make.NOW) as work:
                    found, key = verbs.take_up_link(work, secret)
                    verbs.answer_by_link(
                        work, found, key, SIGNED, verified=bool(n % 2), seen=1, comment="No."
                    )
                return "link"

            return go

        def page(n: int, number=number):
            def go() -> str:
                do = verbs.verify_nomination if n % 2 else verbs.refuse_nomination
                answering(jp.actor, number, do, seen=1, comment="No.")
                return "page"

            return go

        def paper(number=number) -> str:
            recorded(th, number)
            return "letter"

        presses = [link(n) for n in range(3)] + [page(n) for n in range(CLIENTS - 4)] + [paper]
        came = all_at_once(app, presses)
        assert came["link"] + came["page"] + came["letter"] == 1, came
        (letter,) = letters(number)
        assert came[letter.answered_way.value] == 1
        now = session.scalar(select(func.coalesce(func.sum(BalanceEntry.people), 0)))
        assert now - before == int(bool(letter.verified))
        if nomination(number).state is not NominationState.CANCELLED:
            answering(th.actor, number, verbs.cancel_nomination, reason="The next round.")
