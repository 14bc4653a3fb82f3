"""Pages of invitations: written, sent, answered with and without an account, printed and checked."""

import io
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from app.accounts.models import User
from app.foundation import clock
from app.foundation.database import db
from app.invitations import operations as verbs
from app.invitations.states import InvitationState as S
from app.organisations.models import Organisation
from tests import make
from tests.counting import statements
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.files import samples
from tests.invitations.inviting import (
    FIRST,
    accepted,
    agreed,
    begun,
    day,
    doing,
    invitation,
    newest_link,
    sent,
    terms,
)

OTHERS = ("travel", "lodging", "insurance")
LAST = FIRST + timedelta(days=29)


def as_person(client, actor):
    return make.sign_in(client, db.session.get_one(User, actor.user_id))


def moment(name: str, value) -> dict[str, str]:
    there = value.astimezone(ZoneInfo("Asia/Tokyo"))
    return day(name, there) | {f"{name}-hour": str(there.hour), f"{name}-minute": "0"}


def written(host, **values: str) -> dict[str, str]:
    """What a host types into the whole form."""
    usual = {
        "host": str(host.id),
        "person_name": "SOMCHAI JAIDEE",
        "person_email": "somchai@thai.example",
        "home": "Institute of Hue",
        "home_country": "VN",
        "purpose_kind": "joint research",
        "purpose": "To align our corpora.",
        "project": "",
        "laboratory": "NLP",
        "received_by": "Professor Yamada",
        "language": "en",
        "programme": "",
        "allowance_payer": "host",
        "allowance_amount": "6,000",
        "allowance_currency": "JPY",
        "allowance_per": "day",
        **{f"{kind}_per": "once" for kind in OTHERS},
        **{f"{kind}_{part}": "" for kind in OTHERS for part in ("payer", "amount", "currency")},
        "request_key": "once-only",
        **day("first_on", FIRST),
        **day("last_on", LAST),
        **moment("answer_by", make.NOW + timedelta(days=14)),
    }
    return usual | values


def guest_press(client, page: str, address: str, data: dict[str, str]):
    """Send a form of a page that a link opens."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert token is not None
    return client.post(address, data={**data, "csrf_token": token[1]})


def test_a_host_writes_corrects_and_sends(client, jp) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        wrong = written(jp, allowance_currency="", **day("last_on", FIRST - timedelta(days=1)))
        again = press(client, "/research-stays/office/new", wrong)
        assert again.status_code == 422
        assert "Choose the currency of the amount." in again.text
        assert "The last day comes after the first." in again.text
        assert "To align our corpora." in again.text
        assert 'aria-describedby="home-hint"' in again.text
        made = press(client, "/research-stays/office/new", written(jp))
        assert made.status_code == 302
        twice = press(client, "/research-stays/office/new", written(jp))
        assert twice.location == made.location
        page = made.location
        assert "6,000 Japanese yen, for each day" in client.get(page).text
        shown = client.get(f"{page}/edit").text
        assert 'value="Institute of Hue"' in shown
        number = int(page.rpartition("/")[2])
        version = str(invitation(number).version)
        other = written(jp, purpose="To compare rulings.", version=version)
        assert press(client, f"{page}/edit", other).status_code == 302
        assert press(client, f"{page}/edit", other).status_code == 409, "an old form"
        assert press(client, f"{page}/send", {}).status_code == 302
        found = invitation(number)
        assert (found.state, found.purpose) == (S.SENT, "To compare rulings.")
        assert "SOMCHAI JAIDEE" in client.get("/research-stays/office").text


def test_a_home_of_the_list_is_found_and_chosen(client, jp, th) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        name = db.session.get_one(User, th.actor.user_id)
        assert name is not None
        chosen = written(jp, **{"home": "X", "home-for": "X", "home-is": str(th.id)})
        made = press(client, "/research-stays/office/new", chosen)
        assert made.status_code == 302
        assert invitation(int(made.location.rpartition("/")[2])).home_id == th.id
        stale = written(jp, request_key="two", **{"home-for": "Y", "home-is": str(th.id)})
        made = press(client, "/research-stays/office/new", stale)
        assert invitation(int(made.location.rpartition("/")[2])).home_id is None
        sought = press(client, "/research-stays/office/new", written(jp, find="home"))
        assert sought.status_code == 200
        assert "Nothing was found for" in sought.text


def test_the_person_and_the_home_answer_on_their_pages(client, jp, th, researcher) -> None:
    made = sent(jp, researcher.email, th)
    page = f"/research-stays/{made}"
    with clock.set_clock(make.NOW):
        as_person(client, researcher)
        assert f'href="{page}"' in client.get("/research-stays/mine").text
        shown = client.get(page).text
        assert "Accept the invitation" in shown
        assert "Who agrees for your institution?" not in shown
        assert '<label for="said-accept">' in client.get(page).text
        without = press(client, f"{page}/decline", {"said": "", "seen": "1"})
        assert without.status_code == 422
        assert press(client, f"{page}/accept", {"said": "Yes.", "seen": "2"}).status_code == 409
        assert press(client, f"{page}/accept", {"said": "Yes.", "seen": "1"}).status_code == 302
        assert press(client, f"{page}/agree", {"seen": "1"}).status_code == 403
        signed_in(client, th)
        assert "Agree to the stay" in client.get(page).text
        assert press(client, f"{page}/refuse", {"said": "", "seen": "1"}).status_code == 409
        assert press(client, f"{page}/agree", {"said": "", "seen": "1"}).status_code == 302
        assert "Everybody has agreed." in client.get(page).text
        assert press(client, f"{page}/edit", {}).status_code == 403


def test_what_is_different_is_shown_to_whoever_answers_again(client, jp, th, researcher) -> None:
    made = accepted(jp, researcher, th)
    doing(jp.actor, made, verbs.change_invitation, terms(ends_on=LAST - timedelta(days=9)))
    with clock.set_clock(make.NOW):
        as_person(client, researcher)
        shown = client.get(f"/research-stays/{made}").text
        assert "This is different:" in shown
        assert re.search(r"<dt>Last day</dt>\s*<dd><del>", shown)
        assert "These answers count no more" in shown


def test_a_link_is_read_by_scanners_and_answered_once(client, jp) -> None:
    made = sent(jp, "new@hue.example")
    page = f"/research-stays/answer/{newest_link()}"
    with clock.set_clock(make.NOW):
        for _scanner in range(3):
            answer = client.get(page)
            assert answer.status_code == 200
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert invitation(made).state is S.SENT
        said = {
            "said": "",
            "seen": "1",
            "agrees_name": "Pham Thu Ha",
            "agrees_function": "Dean",
            "agrees_email": "dean@hue.example",
        }
        half = said | {"agrees_function": ""}
        assert guest_press(client, page, f"{page}/accept", half).status_code == 409
        assert guest_press(client, page, f"{page}/accept", said).status_code == 302
        assert "/sign-up" in client.get(page).text
        assert client.get("/research-stays/answer/nothing").status_code == 404
        home = f"/research-stays/answer/{newest_link('home_asked')}"
        assert "Agree to the stay" in client.get(home).text
        assert guest_press(client, home, f"{home}/accept", said).status_code == 404
        signed = {"name": "Pham Thu Ha", "function": "Dean", "said": "", "seen": "1"}
        unsigned = guest_press(client, home, f"{home}/agree", signed | {"function": ""})
        assert unsigned.status_code == 422
        assert guest_press(client, home, f"{home}/agree", signed).status_code == 302
        assert client.get(home).status_code == 410
        assert invitation(made).state is S.AGREED


def test_the_host_records_a_letter_of_the_home(client, jp, researcher) -> None:
    made = accepted(jp, researcher)
    page = f"/research-stays/{made}"
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        said = {"name": "Pham Thu Ha", "function": "Dean", "answer": "yes", "seen": "1"}
        assert press(client, f"{page}/record", said).status_code == 422
        scan = {"scan": (io.BytesIO(samples.PDF), "letter.pdf")}
        assert press(client, f"{page}/record", said | scan).status_code == 302
        shown = client.get(page).text
        assert "from the letter of Pham Thu Ha" in shown
        address = re.search(rf'href="({page}/answers/\d+/scan)"', shown)[1]
        with client.get(address) as answer:
            assert answer.data.startswith(b"%PDF")
        assert client.get(f"{page}/answers/99999/scan").status_code == 404
        as_person(client, researcher)
        with client.get(address) as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize("reader", ["host", "person", "home"])
def test_the_letter_says_what_was_sent_in_two_languages(client, jp, th, researcher, reader) -> None:
    db.session.get_one(Organisation, jp.id).local_name = "東京試験大学"
    db.session.commit()
    made = agreed(jp, researcher, th)
    with clock.set_clock(make.NOW):
        if reader == "person":
            as_person(client, researcher)
        else:
            signed_in(client, jp if reader == "host" else th)
        answer = client.get(f"/research-stays/{made}/letter.pdf")
        assert answer.mimetype == "application/pdf"
        paper = PdfReader(io.BytesIO(answer.data))
        said = " ".join(page.extract_text() for page in paper.pages)
        assert "Letter of invitation" in said
        assert "To align our corpora of court rulings." in said
        assert "6,000 Japanese yen" in said
        assert "東京試験大学" in said  # the name that the host bears at home
        assert len(paper.pages) >= 2
        code = invitation(made).letters[0].code
        assert all(f"/research-stays/check/{code}" in p.extract_text() for p in paper.pages)


def test_an_address_reveals_nothing_of_its_account_before_it_says_yes(
    client, jp, th, researcher
) -> None:
    person = db.session.get_one(User, researcher.user_id)
    person.born_on = make.NOW.replace(year=1990).date()
    db.session.commit()
    made = sent(jp, researcher.email, th)
    with clock.set_clock(make.NOW):
        signed_in(client, jp)

        def said() -> str:
            answer = client.get(f"/research-stays/{made}/letter.pdf")
            pages = PdfReader(io.BytesIO(answer.data)).pages
            return " ".join(" ".join(p.extract_text() for p in pages).split())

        assert "5 January 1990" not in said()
        doing(researcher, made, verbs.accept_invitation, seen=1)
        assert "5 January 1990" in said()


def test_whoever_has_the_paper_reads_whether_it_holds(client, jp, th, researcher) -> None:
    made = agreed(jp, researcher, th)
    code = invitation(made).letters[0].code
    assert "This letter holds." in client.get(f"/research-stays/check/{code}").text
    doing(jp.actor, made, verbs.cancel_invitation, because="No.")
    over = client.get(f"/research-stays/check/{code}").text
    assert "does not hold any more" in over
    assert "No." not in over
    assert client.get("/research-stays/check/none").status_code == 404
    other = sent(jp, researcher.email, th)
    first = invitation(other).letters[0].code
    doing(jp.actor, other, verbs.change_invitation, terms(purpose="Other."))
    assert "A newer one has taken its place." in client.get(f"/research-stays/check/{first}").text


def test_lists_are_read_in_as_many_statements_whatever_their_length(client, jp, th) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        sent(jp, "one@hue.example", th)
        with statements() as one:
            client.get("/research-stays/office")
        for number in range(8):
            sent(jp, f"more-{number}@hue.example", th if number % 2 else None)
        with statements() as many:
            client.get("/research-stays/office")
        assert len(many) == len(one)


def test_a_draft_is_nobody_elses(client, jp, th, researcher) -> None:
    made = begun(jp, researcher.email, th)
    with clock.set_clock(make.NOW):
        as_person(client, researcher)
        assert client.get(f"/research-stays/{made}").status_code == 404
        assert client.get("/research-stays/office").status_code == 403
        signed_in(client, jp)
        assert client.get(f"/research-stays/{made}/letter.pdf").status_code == 404
        assert "Send the invitation" in client.get(f"/research-stays/{made}").text
