"""Codes on paper, and who sees a letter."""

import io
import re

import pytest
from sqlalchemy import select

from app.applications.operations import print_code
from app.applications.states import ApplicationState, ReferenceState
from app.audit.models import AuditEntry
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.ledger.models import ViewEntry
from tests import make
from tests.applications import recommenders as letters
from tests.applications.letter_pages.pressing import FILE_NAME, csrf, file_at, send
from tests.files import samples


def test_the_code_is_used_by_pressing_and_not_by_looking(app, applicant, guest) -> None:
    _mine, one = letters.asked(letters.call(), applicant, email="")
    code = letters.as_applicant(applicant, one, print_code)
    for _look in range(2):
        page = guest.get(f"/letters/code?code={code}")
        assert page.status_code == 200
        assert code in page.text
    answer = send(guest, "/letters/code", code=code)
    assert answer.status_code == 302
    assert guest.get(answer.location).status_code == 200
    assert send(guest, "/letters/code", code=code).status_code == 404


def test_every_wrong_code_is_answered_alike_and_trying_ends(app, applicant, guest) -> None:
    _mine, one = letters.asked(letters.call(), applicant, email="")
    used = letters.as_applicant(applicant, one, print_code)
    letters.as_applicant(applicant, one, print_code)
    said = set()
    for code in (used, "AAAA-BBBB-CCCC-DDDD", "nonsense"):
        answer = send(guest, "/letters/code", code=code)
        assert answer.status_code == 404
        said.add(re.search(r'<div class="summary".*?</div>', answer.text, re.DOTALL)[0])
    assert len(said) == 1
    tried = [send(guest, "/letters/code", code=f"WRONG-{n}").status_code for n in range(12)]
    assert tried[-1] == 429


def everywhere_for(browser, mine: int, one: int) -> dict[str, str]:
    """Every page of an applicant that answers, by its address."""
    paths = [
        "/applications",
        f"/applications/{mine}",
        f"/applications/{mine}/letters",
        f"/applications/{mine}/letters/{one}/instead",
        f"/applications/{mine}/letters/{one}/letter",
        f"/applications/{mine}/letters/{one}/letter/file",
        f"/applications/{mine}/check",
        f"/applications/{mine}/sent",
        f"/applications/{mine}/receipt",
        "/documents",
        "/dashboard",
        "/messages",
        "/inbox",
        "/account",
        "/profile",
        f"/tracking/1/{mine}",
        f"/tracking/1/{mine}/letters",
        f"/tracking/1/{mine}/letters/{one}/file",
    ]
    found = {}
    for path in paths:
        answer = browser.get(path, follow_redirects=True)
        found[path] = answer.text + str(answer.headers)
    return found


@pytest.mark.parametrize("state", [None, ApplicationState.SUBMITTED])
def test_a_confidential_letter_never_reaches_its_applicant(
    app, applicant, browser, guest, state
) -> None:
    call = letters.call()
    make.grant(applicant, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    mine, one = letters.asked(call, applicant, state=state)
    link = f"/letters/{letters.token(one)}"
    file = (io.BytesIO(samples.PDF), FILE_NAME)
    assert send(guest, link, verb="send", body=letters.CANARY, file=file).status_code == 302
    assert letters.reload(one).state is ReferenceState.RECEIVED
    pages = everywhere_for(browser, mine, one)
    leaking = [p for p, text in pages.items() if letters.CANARY in text or FILE_NAME in text]
    assert leaking == []
    assert "It is confidential" in pages[f"/applications/{mine}/letters"]
    told = " ".join(
        str(m.values) for k in ("letter_arrived", "letter_kept") for m in letters.told(k)
    )
    history = " ".join(str(e.details) for e in db.session.scalars(select(AuditEntry)))
    for text in (told, history):
        assert letters.CANARY not in text
        assert FILE_NAME not in text


def test_a_letter_that_the_applicant_may_read_is_read(app, applicant, browser, guest) -> None:
    mine, one = letters.asked(letters.call(), applicant)
    link = f"/letters/{letters.token(one)}"
    file = (io.BytesIO(samples.PDF), "open.pdf")
    send(guest, link, verb="send", body="Open words.", file=file, may_read="y")
    page = f"/applications/{mine}/letters/{one}/letter"
    assert page in browser.get(f"/applications/{mine}/letters").text
    assert "Open words." in browser.get(page).text
    assert file_at(browser, f"{page}/file") == samples.PDF


def test_the_office_reads_letters_and_each_opened_file_is_noted(app, applicant, guest) -> None:
    call = letters.call()
    call_id, programme_id = call.id, call.programme_id
    mine, one = letters.asked(call, applicant, state=ApplicationState.SUBMITTED)
    link = f"/letters/{letters.token(one)}"
    file = (io.BytesIO(samples.PDF), FILE_NAME)
    send(guest, link, verb="send", body=letters.CANARY, file=file)
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id)
    office = make.sign_in(app.test_client(), manager)
    for page in (f"/tracking/{call_id}/{mine}", f"/tracking/{call_id}/{mine}/letters"):
        text = office.get(page).text
        assert "mine to correct" in text
        assert "Confidential" in text
    assert file_at(office, f"/tracking/{call_id}/{mine}/letters/{one}/file") == samples.PDF
    view = db.session.scalars(select(ViewEntry)).one()
    assert (view.what, view.person_id, view.viewer_id) == ("letter", applicant.id, manager.id)
    other = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id + 50)
    stranger = make.sign_in(app.test_client(), other)
    for path in ("", f"/{one}/file"):
        assert stranger.get(f"/tracking/{call_id}/{mine}/letters{path}").status_code == 404


def test_the_office_records_a_letter_that_came_by_post(app, applicant) -> None:
    call = letters.call()
    call_id, programme_id = call.id, call.programme_id
    mine, one = letters.asked(call, applicant, state=ApplicationState.SUBMITTED, email="")
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id)
    approver = make.grant(make.person(), Role.APPROVER, Scope.PROGRAMME, programme_id)
    office = make.sign_in(app.test_client(), manager)
    page = f"/tracking/{call_id}/{mine}/letters"
    assert send(office, page, at=f"/{one}/record").status_code == 409
    token = csrf(office, page)
    looking = make.sign_in(app.test_client(), approver)
    assert "came by post" not in looking.get(page).text
    refused = looking.post(f"{page}/{one}/record", data={"csrf_token": token})
    assert refused.status_code == 403
    file = (io.BytesIO(samples.PDF), "scan.pdf")
    assert send(office, page, at=f"/{one}/record", file=file).status_code == 302
    assert letters.reload(one).state is ReferenceState.RECEIVED
    assert "Came by post" in office.get(page).text


def test_a_draft_shows_its_letters_to_no_office(app, applicant) -> None:
    call = letters.call()
    call_id, programme_id = call.id, call.programme_id
    mine, _one = letters.asked(call, applicant)
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id)
    office = make.sign_in(app.test_client(), manager)
    assert office.get(f"/tracking/{call_id}/{mine}/letters").status_code == 404
