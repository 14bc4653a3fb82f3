"""The page's script on a thin line that breaks: the file arrives whole, once, by itself."""

import hashlib
import random

import pytest
from sqlalchemy import select

from app.applications.models import Document
from app.files.models import StoredFile
from tests.applications.test_draft_script import draft, page  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser

# 50 kbit/s, as a phone at the edge of a network has it.
THIN = {"offline": False, "latency": 80, "downloadThroughput": 6250, "uploadThroughput": 6250}
CONTENT = b"%PDF-1.7\n%" + b"x" * 90_000 + b"\n1 0 obj\n<< >>\nendobj\n%%EOF\n"


def live_documents(session) -> list[tuple[str, int]]:
    session.rollback()
    query = select(StoredFile.sha256, StoredFile.size).join(
        Document, Document.file_id == StoredFile.id
    )
    return [tuple(row) for row in session.execute(query.where(Document.removed_at.is_(None)))]


def test_a_third_of_the_requests_fails_and_the_file_arrives_once(page, session) -> None:  # noqa: F811
    page.goto(page.url.replace("/study", "/documents"))
    chance = random.Random(7)
    fates = {"failed": 0, "answered": 0}

    def fate(route) -> None:
        """Some requests never leave, of others the answer never comes back."""
        if chance.random() < 1 / 3:
            fates["failed"] += 1
            if chance.random() < 0.5:
                route.fetch()
            route.abort("connectionreset")
        else:
            fates["answered"] += 1
            route.continue_()

    page.route("**/files/*/pieces", fate)
    page.route("**/uploads/*", fate)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", THIN)
    # Pieces of 16 kB, so that a small file meets as many failures as a large one does.
    page.evaluate(
        "() => { const cut = Blob.prototype.slice; Blob.prototype.slice = function (a, b) { return cut.call(this, a, Math.min(b, a + 16384)); }; }"
    )
    page.set_input_files(
        "#file-transcript",
        {"name": "transcript.pdf", "mimeType": "application/pdf", "buffer": CONTENT},
    )
    page.click("#slot-transcript .upload button")
    page.wait_for_selector("#slot-transcript .file", timeout=120_000)
    assert live_documents(session) == [(hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))]
    assert fates["answered"] > 6


def test_a_refusal_is_said_beside_the_file(page, session) -> None:  # noqa: F811
    page.goto(page.url.replace("/study", "/documents"))
    page.set_input_files(
        "#file-transcript",
        {"name": "transcript.pdf", "mimeType": "application/pdf", "buffer": b"no such thing"},
    )
    page.click("#slot-transcript .upload button")
    error = page.locator("#file-transcript-error")
    error.wait_for(state="visible")
    assert "Upload a PDF" in error.inner_text()
    assert live_documents(session) == []
