"""Pages of mobility: one student's way from the posting to a verified place, and who finds nothing."""

import re

from app.accounts.models import User
from app.foundation import clock
from app.foundation.database import db
from app.mobility import operations as verbs
from app.mobility.states import ChoicesState, NominationState
from tests import make
from tests.counting import statements
from tests.exchanges.posting import posting
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.mobility.choosing import (
    answering,
    choices,
    nominated,
    nomination,
    opened,
    sent,
    student_of,
)


def as_student(client, student):
    return make.sign_in(client, db.session.get_one(User, student.user_id))


def test_from_the_posting_to_a_verified_place(client, th, jp, place) -> None:
    student = student_of(th, "SOMCHAI JAIDEE")
    ref = posting(place).ref
    with clock.set_clock(make.NOW):
        visitor = client.application.test_client()
        assert f'href="/mobility/postings/{place}/rank"' in visitor.get(f"/exchanges/{ref}").text
        assert visitor.get(f"/mobility/postings/{place}/rank").status_code == 302
        as_student(client, student)
        address = f"/mobility/postings/{place}/rank"
        assert "Put it among my choices" in client.get(address).text
        assert press(client, address, {}).status_code == 302
        mine = client.get("/mobility/choices").text
        found = int(re.search(r'href="/mobility/choices/(\d+)"', mine)[1])
        page = f"/mobility/choices/{found}"
        assert "Places in AI" in client.get(page).text
        early = press(client, f"{page}/send", {})
        assert early.status_code == 302
        assert "Say what you study" in client.get(page).text
        wrong = press(client, page, {"study_level": "6", "field": "9", "statement": "My words."})
        assert wrong.status_code == 422
        assert "Choose one of the answers" in wrong.text and "My words." in wrong.text
        about = {"study_level": "6", "field": "0613", "statement": "My words.", "version": "1"}
        assert press(client, page, about).status_code == 302
        assert press(client, page, about).status_code == 409, "an old form"
        assert press(client, f"{page}/send", {}).status_code == 302
        assert choices(found).state is ChoicesState.SENT

        signed_in(client, th)
        assert "Nominate a student" in client.get("/dashboard").text
        assert "SOMCHAI JAIDEE" in client.get("/mobility/office").text
        assert "My words." in client.get(page).text
        assert press(client, f"{page}/nominate", {"posting": "99"}).status_code == 422
        assert press(client, f"{page}/nominate", {"posting": str(place)}).status_code == 302
        again = press(client, f"{page}/nominate", {"posting": str(place)})
        assert again.status_code == 409
        assert "nominated already" in again.text

        signed_in(client, jp)
        office = client.get("/mobility/office").text
        address = re.search(r'href="(/mobility/nominations/\d+)"', office)[1]
        made = int(address.rpartition("/")[2])
        empty = press(client, f"{address}/refuse", {"seen": "1", "comment": ""})
        assert empty.status_code == 409
        assert "Say why" in empty.text
        said = {"seen": "1", "comment": "Which programme?"}
        assert press(client, f"{address}/refuse", said).status_code == 302

        signed_in(client, th)
        assert "Which programme?" in client.get(address).text
        shown = {"study_level": "6", "field": "0613", "note": "Robotics.", "version": "2"}
        assert press(client, f"{address}/correct", shown).status_code == 302
        signed_in(client, jp)
        assert press(client, f"{address}/verify", {"seen": "1"}).status_code == 409
        assert press(client, f"{address}/verify", {"seen": "2"}).status_code == 302
        assert nomination(made).state is NominationState.VERIFIED
        as_student(client, student)
        page = client.get(address).text
        for words in ("Which programme?", "Robotics.", "Verified by the host"):
            assert words in page, words


def test_others_find_nothing(client, th, jp, vn, place) -> None:
    found = sent(student_of(th), place)
    made = nominated(th, found, place)
    for who in (vn, student_of(vn), student_of(th)):
        actor = getattr(who, "actor", who)
        make.sign_in(client, db.session.get_one(User, actor.user_id))
        for address in (f"/mobility/choices/{found}", f"/mobility/nominations/{made}"):
            assert client.get(address).status_code == 404
        for verb in ("send", "take-back", "withdraw", "nominate"):
            assert press(client, f"/mobility/choices/{found}/{verb}", {}).status_code == 404
        for verb in ("verify", "refuse", "correct", "cancel"):
            answer = press(client, f"/mobility/nominations/{made}/{verb}", {"reason": "No."})
            assert answer.status_code == 404, verb
    signed_in(client, vn)
    assert f"/mobility/choices/{found}" not in client.get("/mobility/office").text
    signed_in(client, jp)
    assert client.get(f"/mobility/choices/{found}").status_code == 404, "the host reads no choices"


def test_a_cancelled_one_says_who_and_why(client, th, jp, place) -> None:
    made = nominated(th, sent(student_of(th), place), place)
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        address = f"/mobility/nominations/{made}"
        assert press(client, f"{address}/cancel", {"reason": ""}).status_code == 422
        assert press(client, f"{address}/cancel", {"reason": "No rooms."}).status_code == 302
        page = client.get(address).text
        assert "Cancelled by: The host" in page and "No rooms." in page


def test_the_lists_ask_the_same_however_long_they_are(client, th, jp, place) -> None:
    counted = []
    more = opened(jp, th, capacity=4)
    for _ in range(2):
        nominated(th, sent(student_of(th), place, more), more)
        if counted:
            answering(jp.actor, 1, verbs.refuse_nomination, seen=1, comment="Late.")
        for who in (th, jp):
            signed_in(client, who)
            client.get("/mobility/office")
            with statements() as seen:
                assert client.get("/mobility/office").status_code == 200
            counted.append(len(seen))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 12
