"""Pages of learning agreements: from the nomination to three signatures, and who finds nothing."""

import re
from fractions import Fraction

import pytest

from app.accounts.models import User
from app.exchanges.models import HostCourse
from app.foundation import clock
from app.foundation.database import db
from app.learning import queries
from app.learning.tables import Tables
from app.mobility.operations import cancel_nomination
from app.mobility.states import Side
from tests import make
from tests.counting import statements
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.learning.signing import as_it_is, content, refusing, signing, verified, writing
from tests.learning.changing import OTHERWISE, SAID
from tests.mobility.choosing import answering, student_of


def as_student(client, stay) -> None:
    make.sign_in(client, db.session.get_one(User, stay.actors[Side.STUDENT].user_id))


def shown(page: str, *names: str) -> dict[str, str]:
    """What hidden fields of a page hold, the first of each name."""
    return {
        name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]  # type: ignore[index]
        for name in names
    }


def row(table: str, place: int, key: str, **values: str) -> dict[str, str]:
    return {f"{table}-{place}-{name}": said for name, said in {"key": key, **values}.items()}


DAYS = {
    **{"first_on-day": "6", "first_on-month": "4", "first_on-year": "2027"},
    **{"last_on-day": "3", "last_on-month": "8", "last_on-year": "2027"},
}
WRITTEN = {
    **DAYS,
    **row("studied", 0, "A1", title="Deep learning", credits="2.5", system="jp-tani"),
    **{"studied-0-counts_as": "B1"},
    **row("recognised", 0, "B1", title="Machine learning", credits="3", system="ects"),
    **row("recognised", 1, "B2"),
    "do": "save",
}


def test_from_the_nomination_to_three_signatures(client, th, jp, stay) -> None:
    term_id = as_it_is(stay).nomination.posting.term_id
    course = make.add(
        HostCourse(
            term_id=term_id,
            code="AI-501",
            title="Deep learning",
            credit_hundredths=250,
            credit_system="jp-tani",
            level=7,
            language="en",
        )
    )
    address = f"/learning/{stay.agreement_id}"
    with clock.set_clock(make.NOW):
        as_student(client, stay)
        nomination = client.get(f"/mobility/nominations/{stay.nomination_id}").text
        assert f'href="/learning/nominations/{stay.nomination_id}"' in nomination
        assert (
            "Write the first version"
            in client.get(f"/learning/nominations/{stay.nomination_id}").text
        )
        blank = client.get(f"{address}/write").text
        assert "AI-501" in blank
        chosen = client.get(f"{address}/write?course={course.id}").text
        assert 'value="Deep learning"' in chosen and 'value="2.5"' in chosen
        hidden = shown(chosen, "side", "seen")
        assert hidden == {"side": "student", "seen": "0"}
        more = press(client, f"{address}/write", WRITTEN | hidden | {"do": "add C"})
        assert more.status_code == 200
        assert 'value="C1"' in more.text and "Machine learning" in more.text
        wrong = WRITTEN | hidden | {"studied-0-credits": "many", "studied-0-title": ""}
        again = press(client, f"{address}/write", wrong)
        assert again.status_code == 422
        assert "Write the name of the course." in again.text and "many" in again.text
        assert press(client, f"{address}/write", WRITTEN | hidden).status_code == 302
        old = press(client, f"{address}/write", WRITTEN | hidden)
        assert old.status_code == 409
        assert "Look at the newest version" in old.text and 'value="Deep learning"' in old.text

        kept = Tables.from_text(as_it_is(stay).writings[0].content)
        assert [(one.key, one.credits, one.counts_as) for one in kept.rows] == [
            ("A1", Fraction(5, 2), ("B1",)),
            ("B1", 3, ()),
        ]
        page = client.get(address).text
        assert "2.5 Japanese credits" in page and kept.fingerprint in page
        said = shown(page, "side", "fingerprint")
        assert press(client, f"{address}/sign", said | {"fingerprint": "0" * 64}).status_code == 409
        assert press(client, f"{address}/sign", said).status_code == 302
        assert "Signed" in client.get(address).text

        signed_in(client, th)
        inbox = client.get("/learning/inbox").text
        assert "SOMCHAI JAIDEE" in inbox and "Deep learning" in inbox
        said = shown(inbox, "side", "fingerprint", "back")
        assert said["side"] == "home"
        empty = press(client, f"{address}/sign", said | {"function": ""})
        assert empty.status_code == 409
        assert "Write your function" in empty.text
        signed = press(client, f"{address}/sign", said | {"function": "Dean"})
        assert (signed.status_code, signed.headers["Location"]) == (302, "/learning/inbox")
        assert "Nothing waits for you" in client.get("/learning/inbox").text

        signed_in(client, jp)
        said = shown(client.get(address).text, "side", "fingerprint")
        no = press(client, f"{address}/refuse", said | {"comment": ""})
        assert no.status_code == 409
        assert "Say what has to be different" in no.text
        assert press(client, f"{address}/sign", said | {"function": "Tutor"}).status_code == 302
        page = client.get(address).text
        assert "Agreed by all three" in page and "Dean" in page and "Tutor" in page


def test_a_later_version_shows_what_is_different_and_an_old_link_signs_nothing(
    client, th, jp, stay
) -> None:
    writing(stay, content(stay))
    signing(stay, *Side)
    old = content(stay).fingerprint
    writing(stay, content(stay, *OTHERWISE), **SAID)
    signing(stay, Side.STUDENT)
    address = f"/learning/{stay.agreement_id}"
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        page = client.get(f"{address}/1").text
        assert "This is an earlier version" in page and 'name="fingerprint"' not in page
        late = press(
            client, f"{address}/sign", {"side": "home", "fingerprint": old, "function": "Dean"}
        )
        assert late.status_code == 409
        assert "Read the newest version before you sign" in late.text
        inbox = client.get("/learning/inbox").text
        for words in (
            "What is different from version 1, which you signed",
            "<del><bdi>2 Japanese credits</bdi></del>",
            "<ins><bdi>2.5 Japanese credits</bdi></ins>",
            "Both are on Monday morning.",
        ):
            assert words in inbox, words
        assert "Version 1 is in force until" in client.get(address).text
        assert client.get(f"{address}/3").status_code == 404
        assert client.get(f"{address}/0").status_code == 404


def test_a_refusal_is_read_by_the_others(client, th, stay) -> None:
    writing(stay, content(stay))
    signing(stay, Side.STUDENT)
    refusing(stay, Side.HOST, "Robot arms is full.")
    signed_in(client, th)
    page = client.get(f"/learning/{stay.agreement_id}").text
    assert "Robot arms is full." in page and "Refused: to be written again" in page
    assert 'name="fingerprint"' not in page


def test_after_the_nomination_is_cancelled_it_is_only_read(client, jp, stay) -> None:
    writing(stay, content(stay))
    answering(jp.actor, stay.nomination_id, cancel_nomination, reason="No rooms.")
    as_student(client, stay)
    page = client.get(f"/learning/{stay.agreement_id}").text
    assert "does not stand any more" in page and 'name="fingerprint"' not in page
    assert client.get(f"/learning/{stay.agreement_id}/write").status_code == 404


def test_others_find_nothing(client, th, jp, vn, stay) -> None:
    writing(stay, content(stay))
    signing(stay, Side.STUDENT)
    address = f"/learning/{stay.agreement_id}"
    for who in (vn.actor, student_of(vn), student_of(th), student_of(jp)):
        make.sign_in(client, db.session.get_one(User, who.user_id))
        for page in ("", "/1", "/write"):
            assert client.get(f"{address}{page}").status_code == 404
        assert client.get(f"/learning/nominations/{stay.nomination_id}").status_code == 404
        for verb in ("sign", "refuse", "write"):
            assert press(client, f"{address}/{verb}", {"side": "home"}).status_code == 404
        begin = f"/learning/nominations/{stay.nomination_id}/begin"
        assert press(client, begin, {}).status_code == 404
        for page in ("/learning", "/learning/inbox"):
            assert "SOMCHAI" not in client.get(page).text
    visitor = client.application.test_client()
    assert visitor.get("/learning").status_code == 302


@pytest.mark.parametrize("path", ["/learning", "/learning/inbox"])
def test_the_lists_ask_the_same_however_long_they_are(client, th, jp, stay, path) -> None:
    counted = []
    for number in range(3):
        one = stay if number == 0 else verified(student_of(th), th, jp)
        writing(one, content(one))
        signing(one, Side.STUDENT)
        signed_in(client, th)
        client.get(path)
        with statements() as seen:
            page = client.get(path)
        assert page.text.count("/learning/") > number
        counted.append(len(seen))
    assert len(set(counted)) == 1
    assert counted[0] <= 9


def test_a_form_keeps_keys_and_links_whatever_is_sent(client, stay) -> None:
    """Keys that are no keys, or stand twice, are given anew; links to nothing are dropped."""
    address = f"/learning/{stay.agreement_id}"
    sent = (
        WRITTEN
        | {"side": "student", "seen": "0", "studied-0-key": "B9", "studied-0-counts_as": "B7"}
        | row("studied", 1, "A1", title="Robot arms", credits="1", system="ects")
    )
    with clock.set_clock(make.NOW):
        as_student(client, stay)
        assert press(client, f"{address}/write", sent).status_code == 302
    kept = Tables.from_text(as_it_is(stay).writings[0].content)
    assert {one.key for one in kept.rows} == {"A1", "A2", "B1"}
    assert all(one.counts_as == () for one in kept.rows)
    assert queries.newest(as_it_is(stay)) is not None


def test_the_dashboard_tells_how_many_wait(client, th, jp, stay) -> None:
    with clock.set_clock(make.NOW):
        for one in (stay, verified(student_of(th), th, jp)):
            writing(one, content(one))
            signing(one, Side.HOME)
        as_student(client, stay)
        page = client.get("/dashboard").text
        assert "1 learning agreement waits for your signature" in page
        signed_in(client, jp)
        page = client.get("/dashboard").text
        assert "2 learning agreements wait for your signature" in page
        assert 'href="/learning/inbox"' in page
        signed_in(client, th)
        assert "for your signature" not in client.get("/dashboard").text
