"""The public page that says whether a certificate holds."""

import re

import pytest
from sqlalchemy import select, text, update

from app.accounts.throttle import forget
from app.certificates.models import Certificate
from app.certificates.numbering import printed_code
from app.certificates.operations import erase_holder
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from tests import make
from tests.certificates.pages.pressing import sent, take_back
from tests.certificates.scene import scene


def test_whoever_scans_it_reads_that_it_holds_and_what_it_says(client, session) -> None:
    here = scene()
    certificate = here.issue(result={"en": "Passed with distinction"})
    answer = client.get(f"/verify/{certificate.token}")
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    for said in ("This certificate holds", "SOK Sophea", "សុខ សុភា", certificate.serial,
                 "Khmer AI Centre", "Responsible AI for public services", "30 hours",
                 "Passed with distinction", "Attended at least 80 percent"):  # fmt: skip
        assert said in answer.text
    assert here.holder.email not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("locale", ["ja", "km", "th"])
def test_the_page_is_in_the_readers_language_with_its_title_marked(client, session, locale) -> None:
    here = scene()
    certificate = here.issue()
    page = client.get(f"/verify/{certificate.token}?lang={locale}").text
    assert "This certificate holds" not in page
    assert ("បញ្ញាសិប្បនិម្មិត" in page) == (locale == "km")


def test_one_that_was_taken_back_says_since_when_and_why_and_no_more(client, session) -> None:
    here = scene()
    certificate = here.issue()
    take_back(here, certificate)
    page = client.get(f"/verify/{certificate.token}").text
    for said in ("does not hold any more", "misconduct", "5 January 2027", certificate.serial):
        assert said in page
    for kept in ("SOK Sophea", "Copied work", "This certificate holds"):
        assert kept not in page


def test_one_whose_holder_was_erased_says_only_that_it_was_issued(client, session) -> None:
    here = scene()
    certificate = here.issue()
    with unit_of_work(SYSTEM) as work:
        erase_holder(work, work.find(select(Certificate).where(Certificate.id == certificate.id)))
    page = client.get(f"/verify/{certificate.token}").text
    assert certificate.serial in page
    assert "SOK Sophea" not in page
    assert client.get(f"/verify/{certificate.token}/credential.jwt").status_code == 404


def test_an_unknown_address_says_so(client, session) -> None:
    scene().issue()
    answer = client.get("/verify/nothing-of-ours")
    assert answer.status_code == 404
    assert "not known here" in answer.text


def test_a_row_that_was_altered_behind_our_back_is_not_vouched_for(client, session) -> None:
    here = scene()
    certificate = here.issue()
    other = here.issue(make.person("Another Person"))
    on = "" if db.engine.dialect.name == "sqlite" else " ON certificate"
    session.execute(text(f"DROP TRIGGER certificate_is_never_changed{on}"))
    session.execute(
        update(Certificate).where(Certificate.id == certificate.id).values(snapshot=other.snapshot)
    )
    session.commit()
    page = client.get(f"/verify/{certificate.token}").text
    assert "Do not rely on this certificate" in page
    assert "This certificate holds" not in page


def test_number_and_code_lead_to_the_page_however_they_are_typed(client, session) -> None:
    here = scene()
    certificate = here.issue()
    typed = [
        (certificate.serial, certificate.code),
        (f" {certificate.serial.lower()} ", printed_code(certificate.code).lower()),
        (certificate.serial.replace("-", "－"), certificate.code.replace("0", "o")),
    ]
    for serial, code in typed:
        answer = sent(client, "/verify", serial=serial, code=code)
        assert answer.location == f"/verify/{certificate.token}"


def test_a_wrong_code_and_an_unknown_number_are_answered_alike(client, session, app) -> None:
    here = scene()
    certificate = here.issue()
    wrong_code = sent(client, "/verify", serial=certificate.serial, code="AAAAAAAA")
    unknown = sent(client, "/verify", serial="AICENTRE-2027-9999", code=certificate.code)
    assert (wrong_code.status_code, unknown.status_code) == (404, 404)

    def shown(answer) -> str:
        page = re.sub(r'value="[^"]*"', "", answer.text)
        return re.sub(r"<script[^>]*>", "", page)

    assert shown(wrong_code) == shown(unknown)
    forget(app)


def test_who_tries_many_codes_waits(client, session, app) -> None:
    here = scene()
    certificate = here.issue()
    forget(app)
    statuses = [
        sent(client, "/verify", serial=certificate.serial, code=f"AAAAAAA{n}").status_code
        for n in range(11)
    ]
    assert statuses == [404] * 10 + [429]
    right = sent(client, "/verify", serial=certificate.serial, code=certificate.code)
    assert right.status_code == 429
    assert "Retry-After" in right.headers
    forget(app)


def test_a_form_without_a_number_says_what_to_write(client) -> None:
    answer = sent(client, "/verify", serial="", code="")
    assert answer.status_code == 422
    assert "Write the number of the certificate." in answer.text
