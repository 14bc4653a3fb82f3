"""The server is killed again and again while people apply: what it said it has, it has, once."""

import hashlib
import http.client
import os
import random
import secrets
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from app.applications.models import Application, Document, SectionAnswers, Submission
from app.applications.states import ApplicationState
from app.files.models import StoredFile
from app.foundation.database import db
from app.notifications.models import OutboxMessage
from bench.browser import PAPER, Browser, Form, NotAnswered, Page
from bench.servers import Server, serve
from tests import make
from tests.racing import Tally

KILLS = int(os.environ.get("KILLS", "3"))
CLIENTS = 3
SAVES = 3
PATIENCE = 60  # seconds
pytestmark = pytest.mark.race


class PatientBrowser(Browser):
    """Asks again when the line breaks, as people and the page's script do."""

    broken = 0

    def is_answered(self) -> None:
        """Wait until the server is there again: killed before that, it would never be."""
        with closing(self.connection):
            self.opens("/sign-in")

    def _asks(self, *asked, **more) -> Page:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return super()._asks(*asked, **more)
            except (OSError, http.client.HTTPException):
                PatientBrowser.broken += 1
                self.connection.close()
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)


@pytest.fixture
def server(database_url, tmp_path) -> Iterator[Server]:
    running = serve(
        "wsgi:app",
        {
            "ENVIRONMENT": "development",
            "DATABASE_URL": database_url,
            "INSTANCE_PATH": str(tmp_path / "served"),
            "SECRET_KEY": "a secret for this test only",
            "DEMO": "0",
        },
    )
    yield running
    running.stop()


def signed_in(person) -> str:
    """The key of a session that this person has open."""
    keys: list[str] = []

    class Jar:
        def set_cookie(self, _name: str, key: str, **_more: str) -> None:
            keys.append(key)

    make.sign_in(Jar(), person)  # type: ignore[arg-type]
    return keys[0]


def form_to(page: Page, path: str) -> Form:
    return next(form for form in page.forms if urlsplit(form.action).path == path)


def saves(browser: Browser, address: str, headline: str) -> None:
    """Save until the page says so. An answer that was lost leaves an older page behind: look."""
    while True:
        sheet = form_to(browser.opens(address), address)
        if dict(sheet.fields).get("answer_headline") == headline:
            return
        with suppress(NotAnswered):
            browser.sends(sheet, answer_headline=headline)
            return


def applies(browser: Browser, call_id: int, word: str) -> None:
    """One application from its beginning to its receipt."""
    start = f"/applications/start/{call_id}"
    at = urlsplit(browser.sends(form_to(browser.opens(start), start)).address).path
    for number in range(SAVES):
        saves(browser, f"{at}/study", f"{word} {number}")
    browser.sends(form_to(browser.opens(f"{at}/places"), f"{at}/places"))
    upload = next(form for form in browser.opens(f"{at}/documents").forms if form.files)
    browser.sends(upload)
    check = form_to(browser.opens(f"{at}/check"), f"{at}/check")
    assert browser.sends(check).address.endswith("/receipt")


def test_an_application_outlives_the_server(app, session, server) -> None:
    call = make.call(closes_at=datetime.now(UTC) + timedelta(days=9))
    call_id = call.id
    make.place(call)
    people = [make.person() for _ in range(2 * CLIENTS + 4 * KILLS)]
    waiting = [(person.id, secrets.token_hex(4), signed_in(person)) for person in people]
    session.remove()
    done: dict[int, str] = {}
    enough = threading.Event()
    faults: list[BaseException] = []

    def client() -> None:
        try:
            while waiting and not enough.is_set():
                person_id, word, key = waiting.pop()
                browser = PatientBrowser(server.port)
                browser.cookies["session"] = key
                with closing(browser.connection):
                    applies(browser, call_id, word)
                done[person_id] = word
        except BaseException as fault:
            faults.append(fault)

    clients = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for one in clients:
        one.start()
    for _kill in range(KILLS):
        PatientBrowser(server.port).is_answered()
        time.sleep(random.uniform(0.05, 1))
        with suppress(ProcessLookupError, IndexError):  # between two workers
            os.kill(server.worker, signal.SIGKILL)
            Tally.rounds, Tally.unit = Tally.rounds + 1, "kills"
    enough.set()
    for one in clients:
        one.join(timeout=2 * PATIENCE)
    if faults:
        raise faults[0]

    assert len(done) >= CLIENTS
    assert PatientBrowser.broken
    everything_is_there_once(call_id, done)


def everything_is_there_once(call_id: int, done: dict[int, str]) -> None:
    rows = db.session.execute(
        select(Application.applicant_id, Application.state, Application.id)
    ).all()
    assert sorted(row.applicant_id for row in rows) == sorted(done)
    assert {row.state for row in rows} == {ApplicationState.SUBMITTED}
    by_person = {row.id: done[row.applicant_id] for row in rows}
    study = select(SectionAnswers).where(SectionAnswers.section == "study")
    for kept in db.session.scalars(study):
        assert kept.answers["headline"] == f"{by_person[kept.application_id]} {SAVES - 1}"
        assert kept.version == SAVES
    once = {of: 1 for of in by_person}
    assert counted(Submission.application_id) == once
    assert counted(Document.application_id, Document.removed_at.is_(None)) == once
    told = select(OutboxMessage.person_id, func.count()).where(
        OutboxMessage.kind == "applications/received"
    )
    rows = db.session.execute(told.group_by(OutboxMessage.person_id))
    assert dict(map(tuple, rows)) == {person: 1 for person in done}
    shas = select(StoredFile.sha256).join(Document, Document.file_id == StoredFile.id)
    assert set(db.session.scalars(shas)) == {hashlib.sha256(PAPER).hexdigest()}


def counted(of, *conditions) -> dict[int, int]:
    rows = db.session.execute(select(of, func.count()).where(*conditions).group_by(of))
    return dict(map(tuple, rows))
