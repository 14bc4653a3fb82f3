"""The pages: what everybody may check, what a holder has, and what the issuer does."""

import io
import re

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select, text, update

from app.accounts.throttle import forget
from app.certificates import queries
from app.certificates.facts import Names
from app.certificates.models import Certificate, IssuerSettings
from app.certificates.numbering import printed_code
from app.certificates.operations import (
    Wanted,
    ask_for_certificates,
    erase_holder,
    issue_batch,
    replace_certificate,
    revoke_certificate,
)
from app.certificates.states import CertificateKind, RevocationReason
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.jobs.models import Job
from app.jobs.running import Handler, run_next
from app.notifications.models import OutboxMessage
from app.organisations.models import Organisation
from tests import make
from tests.certificates.scene import achievement, scene
from tests.counting import statements

HANDLERS = {"certificates/issue": Handler(issue_batch)}


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def sent(client, address: str, form_at: str = "", **fields):
    token = token_in(client.get(form_at or address).text)
    return client.post(address, data={"csrf_token": token, **fields})


def take_back(here, certificate, reason=RevocationReason.MISCONDUCT, note="Copied work") -> None:
    with unit_of_work(make.actor(here.staff), now=make.NOW) as work:
        row = work.find(
            queries.certificates_visible_to(work.actor).where(Certificate.id == certificate.id)
        )
        revoke_certificate(work, row, reason=reason, note=note)


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


@pytest.mark.parametrize("locale", ["ja", "km"])
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


def test_a_holder_finds_theirs_and_takes_paper_and_badge(client, session) -> None:
    here = scene()
    certificate = here.issue()
    make.sign_in(client, here.holder)
    page = client.get("/certificates").text
    assert certificate.serial in page
    paper = client.get(f"/certificates/{certificate.id}/paper")
    assert paper.mimetype == "application/pdf"
    assert paper.data.startswith(b"%PDF")
    assert certificate.serial in paper.headers["Content-Disposition"]
    one = client.get(f"/certificates/{certificate.id}").text
    assert f"http://localhost/verify/{certificate.token}" in one
    assert "Take it back" not in one


def test_no_paper_is_given_out_of_one_that_was_taken_back(client, session) -> None:
    here = scene()
    certificate = here.issue()
    take_back(here, certificate)
    make.sign_in(client, here.holder)
    assert client.get(f"/certificates/{certificate.id}/paper").status_code == 410
    page = client.get(f"/certificates/{certificate.id}").text
    assert "Copied work" in page


@pytest.mark.parametrize("page", ["", "/paper", "/revoke", "/replace"])
def test_others_do_not_find_it(client, session, page) -> None:
    here, there = scene(), scene("Another Centre")
    certificate = here.issue()
    for stranger in (there.staff, there.holder):
        make.sign_in(client, stranger)
        assert client.get(f"/certificates/{certificate.id}{page}").status_code == 404


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


@pytest.mark.parametrize("locale", ["en", "ja", "km"])
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


def ask(here, people: list[int], **values) -> int:
    with unit_of_work(make.actor(here.staff)) as work:
        batch = ask_for_certificates(
            work,
            work.session.get_one(Organisation, here.issuer.id),
            [
                Wanted(p, CertificateKind.COMPLETION, f"enrolment:{p}", achievement(**values))
                for p in people
            ],
            title="Responsible AI, spring",
        )
        return batch.id


def test_a_batch_is_issued_by_a_job_with_its_progress(client, session) -> None:
    here = scene()
    people = [make.person(f"Person {n}").id for n in range(45)]
    unprintable = make.person("ᬅᬓ᭄ᬱᬭ").id
    earlier = here.issue(
        session.get_one(type(here.holder), people[0]), occasion=f"enrolment:{people[0]}"
    )
    batch = ask(here, [*people, unprintable])
    make.sign_in(client, here.staff)
    page = client.get(f"/certificates/batches/{batch}").text
    assert "Certificates are being issued" in page
    while run_next(HANDLERS):
        pass
    page = client.get(f"/certificates/batches/{batch}").text
    assert "All is done" in page
    assert "45 certificates are issued." in page
    assert "1 could not be issued." in page
    session.expire_all()
    issued = session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert len(issued) == 45
    assert earlier.id in {c.id for c in issued}
    assert {c.issued_by_id for c in issued} == {here.staff.id}
    job = session.scalars(select(Job)).one()
    assert (job.done, job.total) == (46, 46)
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.kind == "certificates/batch_issued")
    ).all()
    assert [(m.person_id, m.values["issued"]) for m in told] == [(here.staff.id, 45)]


def test_a_batch_that_is_called_off_issues_nothing_more(client, session) -> None:
    here = scene()
    batch = ask(here, [make.person().id for _n in range(3)])
    make.sign_in(client, here.staff)
    page = f"/certificates/batches/{batch}"
    assert sent(client, f"{page}/cancel", form_at=page).status_code == 302
    assert not run_next(HANDLERS)
    assert session.scalar(select(Certificate.id)) is None
    assert "The rest was called off" in client.get(page).text


def test_another_centre_neither_sees_nor_stops_a_batch(client, session) -> None:
    here, there = scene(), scene("Another Centre")
    batch = ask(here, [make.person().id])
    make.sign_in(client, there.staff)
    own = f"/certificates/office/{there.issuer.id}/settings"
    assert client.get(f"/certificates/batches/{batch}").status_code == 404
    assert sent(client, f"/certificates/batches/{batch}/cancel", form_at=own).status_code == 404


def test_the_menu_leads_holders_and_offices_to_their_pages(client, session) -> None:
    here = scene()
    make.sign_in(client, here.holder)
    assert 'href="/certificates"' in client.get("/certificates").text
    make.sign_in(client, here.staff)
    assert 'href="/certificates/office"' in client.get("/certificates").text


def test_the_dashboard_tells_how_many_certificates_hold(client, session) -> None:
    here = scene()
    make.sign_in(client, here.holder)
    assert "You hold" not in client.get("/dashboard").text
    here.issue()
    ended = here.issue(occasion="another", achievement=achievement("run:13"))
    take_back(here, ended)
    assert "You hold 1 certificate." in client.get("/dashboard").text


def test_a_replaced_one_does_not_lead_strangers_to_the_new_name(client, session) -> None:
    here = scene()
    certificate = here.issue()
    with unit_of_work(make.actor(here.staff)) as work:
        row = work.find(
            queries.certificates_visible_to(work.actor).where(Certificate.id == certificate.id)
        )
        instead = replace_certificate(work, row, names=Names("Quite Another"), note="x")
    page = client.get(f"/verify/{certificate.token}").text
    assert "The name was corrected" in page
    assert "Quite Another" not in page
    assert instead.token not in page
