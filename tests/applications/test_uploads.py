"""Files in pieces: nothing acknowledged is lost, nothing arrives twice, nobody sees another's."""

import base64
import hashlib
import io
import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.applications.models import Application, Document, DocumentSlot, Submission
from app.applications.operations import NotComplete
from app.applications.operations.uploads import finish_forgotten, give_up_late
from app.applications.states import ApplicationState, SlotState
from app.files.arriving import receive_piece, uploads_of
from app.files.models import StoredFile, Upload, UploadPiece
from app.files.states import UploadState
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.errors import Refusal
from app.foundation.work import unit_of_work
from app.notifications.models import Task
from app.opportunities.models import Opportunity
from tests import make
from tests.applications import helping
from tests.files import samples

PIECE = "application/offset+octet-stream"
# Long enough to come in pieces: a comment after the first line.
CONTENT = samples.PDF.replace(b"\n", b"\n%" + b"x" * 5000 + b"\n", 1)


@pytest.fixture
def person(session):
    return make.person("CHANTHOU SOPHEAP")


@pytest.fixture
def mine(person):
    return helping.start(make.call(), person)


@pytest.fixture
def browser(client, person):
    with clock.set_clock(make.NOW):
        yield make.sign_in(client, person)


class Sender:
    """What the page's script does, a step at a time."""

    def __init__(self, browser, application_id: int) -> None:
        self.browser = browser
        self.address = f"/applications/{application_id}/files/transcript/pieces"
        page = browser.get(f"/applications/{application_id}/documents").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        self.headers = {"Tus-Resumable": "1.0.0", "X-CSRFToken": token}

    def begin(self, content=CONTENT, *, name="transcript.pdf", sha256=None, size=None):
        digest = hashlib.sha256(content).hexdigest() if sha256 is None else sha256
        told = {"filename": name, "filetype": "application/pdf", "sha256": digest}
        metadata = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items())
        length = str(len(content) if size is None else size)
        return self.browser.post(
            self.address,
            headers={**self.headers, "Upload-Length": length, "Upload-Metadata": metadata},
        )

    def send(self, key: str, at: int, piece: bytes):
        return self.browser.patch(
            key,
            data=piece,
            content_type=PIECE,
            headers={**self.headers, "Upload-Offset": str(at)},
        )

    def offset(self, key: str) -> int:
        return int(self.browser.head(key, headers=self.headers).headers["Upload-Offset"])


@pytest.fixture
def sender(browser, mine):
    return Sender(browser, mine)


def documents() -> list[str]:
    db.session.rollback()
    query = select(StoredFile.sha256).join(Document, Document.file_id == StoredFile.id)
    return list(db.session.scalars(query.where(Document.removed_at.is_(None))))


def test_it_arrives_in_pieces_and_is_put_into_its_slot_once(sender) -> None:
    begun = sender.begin()
    assert begun.status_code == 201
    assert begun.headers["Upload-Offset"] == "0"
    key = begun.headers["Location"]
    half = len(CONTENT) // 2
    assert sender.send(key, 0, CONTENT[:half]).headers["Upload-Offset"] == str(half)
    assert sender.offset(key) == half
    last = sender.send(key, half, CONTENT[half:])
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, str(len(CONTENT)))
    assert documents() == [hashlib.sha256(CONTENT).hexdigest()]
    assert db.session.scalar(select(func.count()).select_from(UploadPiece)) == 0
    assert sender.browser.head(key, headers=sender.headers).status_code == 404


def test_the_same_promise_goes_on_where_it_stopped(sender) -> None:
    key = sender.begin().headers["Location"]
    sender.send(key, 0, CONTENT[:100])
    again = sender.begin()
    assert (again.headers["Location"], again.headers["Upload-Offset"]) == (key, "100")
    page = sender.browser.get(sender.address.replace("files/transcript/pieces", "documents")).text
    assert f"{100 * 100 // len(CONTENT)} % has arrived" in page
    other = sender.begin(CONTENT + b"\n")
    assert other.headers["Location"] != key


def test_a_piece_that_does_not_follow_is_refused_and_changes_nothing(sender) -> None:
    key = sender.begin().headers["Location"]
    sender.send(key, 0, CONTENT[:100])
    for at in (0, 99, 101):
        assert sender.send(key, at, CONTENT[at : at + 10]).status_code == 409
    assert sender.offset(key) == 100
    assert sender.send(key, 100, CONTENT[100:] + b"more").status_code == 422
    assert sender.offset(key) == 100


def test_what_is_not_as_promised_is_refused_with_its_sentence(sender) -> None:
    key = sender.begin(sha256="0" * 64).headers["Location"]
    answer = sender.send(key, 0, CONTENT)
    assert answer.status_code == 422
    assert "not the file that was announced" in answer.json["problem"]
    assert documents() == []
    assert sender.send(key, 0, CONTENT).status_code == 404


def test_a_file_that_is_not_taken_is_refused_like_any_other(sender) -> None:
    script = b"#!/bin/sh\necho no\n"
    key = sender.begin(script, name="transcript.pdf").headers["Location"]
    answer = sender.send(key, 0, script)
    assert answer.status_code == 422
    assert "PDF" in answer.json["problem"]
    assert documents() == []


@pytest.mark.parametrize("size", [0, 10 * 1024 * 1024 + 1])
def test_nothing_and_too_much_are_refused_before_a_byte_is_sent(sender, size) -> None:
    answer = sender.begin(size=size)
    assert answer.status_code == 422
    assert "MB" in answer.json["problem"]


def test_without_the_pages_token_or_in_another_version_nothing_begins(sender) -> None:
    sender.headers["X-CSRFToken"] = "forged"
    assert sender.begin().status_code == 400
    sender.headers["Tus-Resumable"] = "0.2.2"
    refused = sender.begin()
    assert (refused.status_code, refused.headers["Tus-Version"]) == (412, "1.0.0")
    assert db.session.scalar(select(func.count(Upload.id))) == 0


def test_what_is_spoken_can_be_asked(sender) -> None:
    told = sender.browser.options(sender.address)
    assert told.status_code == 204
    assert told.headers["Tus-Extension"] == "creation,expiration,termination"


def test_nobody_else_sees_or_continues_it(app, sender) -> None:
    key = sender.begin().headers["Location"]
    stranger = make.sign_in(app.test_client(), make.person())
    assert stranger.head(key).status_code == 404
    headers = {**sender.headers, "Upload-Offset": "0"}
    sent = stranger.patch(key, data=b"x", content_type=PIECE, headers=headers)
    assert sent.status_code in {400, 404}
    assert sender.offset(key) == 0


def test_it_can_be_stopped(sender) -> None:
    key = sender.begin().headers["Location"]
    sender.send(key, 0, CONTENT[:100])
    assert sender.browser.delete(key, headers=sender.headers).status_code == 204
    assert sender.browser.head(key, headers=sender.headers).status_code == 404
    assert db.session.scalar(select(func.count()).select_from(UploadPiece)) == 0


def test_a_submitted_application_takes_no_pieces(sender, person, mine) -> None:
    helping.save(person, mine)
    helping.upload(person, mine)
    helping.submit(person, mine)
    assert sender.begin().status_code == 409


def test_whole_but_forgotten_it_is_put_into_its_slot_by_the_worker(sender, person, mine) -> None:
    key = sender.begin().headers["Location"]
    actor = helping.acting(person)
    with unit_of_work(actor, now=make.NOW) as work:  # the process ended right after this
        upload = work.find(uploads_of(actor).where(Upload.key == key.rsplit("/", 1)[1]))
        receive_piece(work, upload, at=0, content=CONTENT)
    assert documents() == []
    assert finish_forgotten(make.NOW + timedelta(minutes=1)) == 0
    assert finish_forgotten(make.NOW + timedelta(minutes=6)) == 1
    assert documents() == [hashlib.sha256(CONTENT).hexdigest()]


def test_or_by_an_empty_piece_at_its_end(sender, person) -> None:
    key = sender.begin().headers["Location"]
    actor = helping.acting(person)
    with unit_of_work(actor, now=make.NOW) as work:
        upload = work.find(uploads_of(actor).where(Upload.key == key.rsplit("/", 1)[1]))
        receive_piece(work, upload, at=0, content=CONTENT)
    assert sender.send(key, len(CONTENT), b"").status_code == 204
    assert documents() == [hashlib.sha256(CONTENT).hexdigest()]


def test_after_a_week_it_is_given_up(sender) -> None:
    key = sender.begin().headers["Location"]
    sender.send(key, 0, CONTENT[:100])
    with unit_of_work(SYSTEM, now=make.NOW + timedelta(days=6)) as work:
        assert give_up_late(work) == 0
    with unit_of_work(SYSTEM, now=make.NOW + timedelta(days=8)) as work:
        assert give_up_late(work) == 1
    db.session.expire_all()
    assert db.session.scalars(select(Upload.state)).one() is UploadState.GIVEN_UP


# --- Registered before the deadline, sent after it ---------------------------------------------


AFTER = make.NOW + timedelta(days=10)  # the call closes nine days after NOW


@pytest.fixture
def promised(sender, person, mine):
    """Submitted on the last day with a transcript of which only the beginning has arrived."""
    key = sender.begin().headers["Location"]
    sender.send(key, 0, CONTENT[:100])
    helping.save(person, mine)
    helping.submit(person, mine)
    return key


def come_back(sender, person, mine) -> None:
    """Ten days later, signed in afresh."""
    make.sign_in(sender.browser, db.session.merge(person))
    page = sender.browser.get(f"/applications/{mine}").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    sender.headers["X-CSRFToken"] = token


def newest(mine) -> Submission:
    db.session.rollback()
    query = select(Submission).where(Submission.application_id == mine)
    return max(db.session.scalars(query), key=lambda submission: submission.number)


def test_without_a_promise_a_missing_document_is_missing(person, mine) -> None:
    helping.save(person, mine)
    with pytest.raises(NotComplete):
        helping.submit(person, mine)


def test_an_upload_without_a_digest_promises_nothing(sender, person, mine) -> None:
    sender.begin(sha256="")
    helping.save(person, mine)
    with pytest.raises(NotComplete):
        helping.submit(person, mine)


def test_what_is_promised_is_frozen_with_its_digest(promised, mine) -> None:
    [said] = newest(mine).content["documents"]
    assert said["promised"] is True
    assert (said["sha256"], said["size"]) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


def test_the_rest_comes_after_the_deadline_and_the_submission_has_it(
    sender, promised, mine, person
) -> None:
    receipt = f"/applications/{mine}/receipt"
    following = sender.browser.get(receipt).text.partition("What may still follow")[2]
    assert "17 Jan 2027, 23:59 (Tokyo)" in following.partition("</section>")[0]
    with clock.set_clock(AFTER):
        come_back(sender, person, mine)
        assert "Still to arrive" in sender.browser.get(f"/applications/{mine}").text
        again = sender.begin()
        assert (again.headers["Location"], again.headers["Upload-Offset"]) == (promised, "100")
        assert sender.send(promised, 100, CONTENT[100:]).status_code == 204
        assert "Still to arrive" not in sender.browser.get(f"/applications/{mine}").text
        assert "What may still follow" not in sender.browser.get(receipt).text
    assert documents() == [hashlib.sha256(CONTENT).hexdigest()]
    sent = newest(mine)
    [said] = sent.content["documents"]
    assert sent.number == 2
    assert said["promised"] is False
    assert said["promised_sha256"] == hashlib.sha256(CONTENT).hexdigest()
    assert said["document_id"] is not None


def test_without_a_script_the_whole_file_is_sent_by_its_form(
    sender, promised, mine, person
) -> None:
    address = f"/applications/{mine}/files/transcript"

    def send(content: bytes):
        page = sender.browser.get(f"/applications/{mine}").text
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        file = (io.BytesIO(content), "transcript.pdf", "application/pdf")
        return sender.browser.post(address, data={"csrf_token": token, "file": file})

    with clock.set_clock(AFTER):
        come_back(sender, person, mine)
        other = send(CONTENT + b"% changed since\n")
        assert other.status_code == 422
        assert "not the file that was registered" in other.text
        assert documents() == []
        assert send(CONTENT).status_code == 302
    assert documents() == [hashlib.sha256(CONTENT).hexdigest()]
    assert newest(mine).content["documents"][0]["promised"] is False


def test_another_file_cannot_be_promised_after_submitting(sender, promised) -> None:
    assert sender.begin(CONTENT + b"% changed since\n").status_code == 409


def test_three_days_after_the_deadline_the_office_is_asked_to_look(
    session, promised, mine, person
) -> None:
    closes = session.get_one(Application, mine).opportunity_id
    closes_at = session.get_one(Opportunity, closes).closes_at
    with unit_of_work(SYSTEM, now=closes_at + timedelta(hours=71)) as work:
        assert give_up_late(work) == 0
    with unit_of_work(SYSTEM, now=closes_at + timedelta(hours=73)) as work:
        assert give_up_late(work) == 1
    db.session.expire_all()
    assert db.session.scalars(select(Task.kind)).all() == ["promised document"]
    assert db.session.scalars(select(DocumentSlot.state)).one() is SlotState.TO_DO
    assert db.session.get_one(Application, mine).state is ApplicationState.SUBMITTED


def test_a_draft_that_gives_an_upload_up_misses_the_document_again(sender, mine) -> None:
    key = sender.begin().headers["Location"]
    assert db.session.scalars(select(DocumentSlot.state)).one() is SlotState.PROMISED
    sender.browser.delete(key, headers=sender.headers)
    db.session.expire_all()
    assert db.session.scalars(select(DocumentSlot.state)).one() is SlotState.TO_DO


@pytest.mark.race
def test_of_eight_that_send_the_same_piece_one_is_kept(app, sender, person) -> None:
    key = sender.begin().headers["Location"].rsplit("/", 1)[1]
    actor = helping.acting(person)
    outcomes: list[str] = []
    together = threading.Barrier(8)

    def send() -> None:
        with app.app_context():
            together.wait()
            try:
                with unit_of_work(actor, now=make.NOW) as work:
                    upload = work.find(uploads_of(actor).where(Upload.key == key))
                    receive_piece(work, upload, at=0, content=CONTENT[:100])
                outcomes.append("kept")
            except Refusal:
                outcomes.append("refused")
            finally:
                db.session.remove()

    hands = [threading.Thread(target=send) for _ in range(8)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(outcomes) == ["kept"] + ["refused"] * 7
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(UploadPiece)) == 1
