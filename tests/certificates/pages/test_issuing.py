"""The issuer's pages: the list, taking back, correcting, the look."""

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from app.certificates import queries
from app.certificates.models import Certificate, IssuerSettings
from tests import make
from tests.certificates.pages.pressing import sent
from tests.certificates.scene import achievement, scene
from tests.counting import statements


def test_a_holder_may_see_but_not_end_their_own(client, session) -> None:
    here = scene()
    certificate = here.issue()
    make.sign_in(client, here.holder)
    for page in ("revoke", "replace"):
        assert client.get(f"/certificates/{certificate.id}/{page}").status_code == 403


def test_the_office_lists_finds_and_pages_what_it_issued(client, session) -> None:
    here, there = scene(), scene("Another Centre")
    here.issue()
    people = [make.person(f"Person Number{n:02}").id for n in range(30)]
    for person in people:
        here.issue(session.get_one(type(here.holder), person))
    theirs = there.issue()
    make.sign_in(client, here.staff)
    office = client.get("/certificates/office")
    address = f"/certificates/office/{here.issuer.id}"
    assert office.location == address

    def shown(query: str = "") -> list[str]:
        with statements() as seen:
            page = client.get(address + query).text
        assert len(seen) <= 3
        return re.findall(r'class="key" href="/certificates/\d+">([^<]+)<', page)

    first = shown()
    assert len(first) == queries.PAGE
    assert first[0].endswith("0031")
    assert theirs.serial not in first
    assert [s[-4:] for s in shown("?q=sok+sophea")] == ["0001"]
    assert [s[-4:] for s in shown("?q=%E1%9E%9F%E1%9E%BB%E1%9E%81")] == ["0001"]
    assert [s[-4:] for s in shown("?q=0007")] == ["0007"]
    assert shown("?q=nobody") == []
    assert client.get(f"/certificates/office/{there.issuer.id}").status_code == 404


def test_the_list_of_ones_own_asks_one_question_however_many(client, session) -> None:
    here = scene()
    for n in range(27):
        here.issue(occasion=f"run:{n}", achievement=achievement(f"run:{n}"))
    make.sign_in(client, here.holder)
    with statements() as seen:
        page = client.get("/certificates").text
    assert len(seen) == 1
    assert page.count("/paper") == queries.PAGE
    before = re.search(r"\?before=(\d+)", page)
    assert before is not None
    assert client.get(f"/certificates{before[0]}").text.count("/paper") == 2


def test_the_office_takes_one_back_on_its_page(client, session) -> None:
    here = scene()
    certificate = here.issue()
    make.sign_in(client, here.staff)
    address = f"/certificates/{certificate.id}/revoke"
    assert sent(client, address, reason="name corrected", note="x").status_code == 422
    assert sent(client, address, reason="misconduct", note="").status_code == 422
    assert here.again(certificate).revoked_at is None
    answer = sent(client, address, reason="misconduct", note="The work was copied.")
    assert answer.status_code == 302
    assert here.again(certificate).revocation_note == "The work was copied."


def test_the_office_corrects_a_name_on_its_page(client, session) -> None:
    here = scene()
    certificate = here.issue()
    make.sign_in(client, here.staff)
    address = f"/certificates/{certificate.id}/replace"
    fields = {"latin": "SOK Sophea", "native": "សុខ សុភា", "native_lang": "km", "note": "Typo"}
    assert sent(client, address, **fields).status_code == 409
    answer = sent(client, address, **{**fields, "latin": "SOK Sopheap"})
    assert answer.status_code == 302
    instead = here.again(certificate).replaced_by_id
    assert answer.location == f"/certificates/{instead}"
    assert "SOK Sopheap" in client.get(answer.location).text


def picture(kind: str = "PNG") -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (60, 20), "navy").save(made, kind)
    made.seek(0)
    return made


def test_the_office_says_how_certificates_look(client, session) -> None:
    here = scene()
    make.sign_in(client, here.staff)
    address = f"/certificates/office/{here.issuer.id}/settings"
    told = {
        "version": "0",
        "pattern": "KHAI-{year}-{number:04}",
        "name_1": "Dr SOK Dara",
        "native_1": "សុខ ដារ៉ា",
        "function_1": "Director",
        "partner_1": "ASEAN",
    }
    pictures = {"signature_1": (picture(), "sign.png"), "logo_1": (picture(), "logo.png")}
    answer = sent(client, address, **told, **pictures)
    assert answer.status_code == 302
    session.expire_all()
    first = session.scalars(queries.settings_in_use(here.issuer.id)).one()
    assert first.number == 1
    assert first.signatories[0]["file_id"]
    assert first.logos[0]["file_id"]
    again = sent(client, address, **{**told, "version": "1", "function_1": "Rector"})
    assert again.status_code == 302
    session.expire_all()
    second = session.scalars(queries.settings_in_use(here.issuer.id)).one()
    assert second.signatories[0]["function"] == "Rector"
    assert second.signatories[0]["file_id"] == first.signatories[0]["file_id"]
    assert sent(client, address, **{**told, "version": "1"}).status_code == 409
    paper = here.issue()
    make.sign_in(client, here.holder)
    with_pictures = client.get(f"/certificates/{paper.id}/paper").data
    assert b"/Image" in with_pictures


@pytest.mark.parametrize("locale", ["en", "ja", "km", "th"])
def test_the_office_sees_a_sample_that_nobody_takes_for_one(client, session, locale) -> None:
    here, there = scene(), scene("Another Centre")
    make.sign_in(client, here.staff)
    answer = client.get(f"/certificates/office/{here.issuer.id}/sample?lang={locale}")
    assert answer.mimetype == "application/pdf"
    text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert ("Sample" in text) == (locale == "en")
    assert here.issuer.ref.upper() in text
    assert session.scalar(select(Certificate.id)) is None
    assert session.scalar(select(IssuerSettings.id)) is None
    assert client.get(f"/certificates/office/{there.issuer.id}/sample").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"pattern": "no number"}, "Write {number}"),
        ({"signature_1": (b"MZ not a picture", "sign.png")}, "picture"),
        ({"logo_1": (b"%PDF-1.7 obj %%EOF", "logo.pdf")}, "PNG or JPEG"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence(client, session, fields, said) -> None:
    here = scene()
    make.sign_in(client, here.staff)
    address = f"/certificates/office/{here.issuer.id}/settings"
    told = {"version": "0", "pattern": "KHAI-{number}", "name_1": "A", "partner_1": "B"}
    given = {
        name: value if isinstance(value, str) else (io.BytesIO(value[0]), value[1])
        for name, value in fields.items()
    }
    answer = sent(client, address, **(told | given))
    assert answer.status_code == 422
    assert said.split()[0] in answer.text
    assert session.scalar(select(IssuerSettings.id)) is None
