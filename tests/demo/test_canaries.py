"""What is not for somebody's eyes appears to them on no page, in no file, search, export or mail."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.accounts.demo import PEOPLE
from app.applications.models import Application, Document, DocumentSlot
from app.commands.duties import DUTIES
from app.foundation import clock
from app.foundation.database import db
from app.foundation.search.folding import fold
from app.jobs.running import enter_duties, run_next
from app.notifications.models import OutboxMessage
from tests.demo.canaries import WORD, Secret, plant, words_in
from tests.demo.crawling import crawl
from tests.demo.house import House, opened
from tests.demo.subjects import Demo
from tests.demo.expecting import Table, cells
from tests.demo.test_policy import EVERYBODY, THOROUGH

# Whose titles are looked through by those who may read them, drafts by nobody.
PARTLY_SEARCHED = {
    "an answer in a draft",
    "an answer for the next time",
    "an answer that was sent",
    "a message",  # it names a call
    "a call in preparation",
    "a course in preparation",
}
LONG = 20  # letters: a shorter text may be anybody's
# Of two people with the same role, the one who has more to see.
SOME = [
    "applicant-kh",
    "applicant-vn",
    "applicant-offer",
    "reviewer-1",
    "reviewer-2",
    "manager-a",
    "manager-b",
    "centre-jp",
    "centre-sg",
    "host-jp",
    "nominator-la",
    "coordinator-th",
    None,
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def planted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, dict[str, Secret]]]:
    with opened(request, tmp_path_factory.mktemp("canaries"), "canaries") as house:
        with house.app.app_context():
            yield house, plant(house, db.engine)


def seen_by(house: House, demo: Demo, name: str | None) -> Iterator[tuple[str, str]]:
    """(word, address) of everything that this person can open, and tries to open."""
    with house.app.app_context():
        table = Table(house, demo, house.actor(name))
    browser = house.browser(name)
    known: set[str] = set()
    for cell in cells(house, table, "GET"):
        if cell.endpoint.startswith(("demo_mailbox.", "security.")) or cell.address in known:
            continue
        known.add(cell.address)
        answer = house.ask(browser, "GET", cell.address).response
        for word in words_in(answer):
            yield word, cell.address
    for answer, page in crawl(house, browser, "/dashboard" if name else "/", of_each=4):
        for word in words_in(answer):
            yield word, page.address


@pytest.fixture(scope="module")
def demo(planted) -> Demo:
    house, _words = planted
    for name, _who in PEOPLE:
        house.browser(name)
    with house.app.app_context():
        found = Demo.load()
        for document in found.rows[Document]:
            document.slot_kind = found.by_id[DocumentSlot][document.slot_id].kind
        db.session.expunge_all()
    return found


def test_nobody_reads_what_is_for_other_eyes(planted, demo) -> None:
    house, words = planted
    wrong: dict[str, str] = {}
    read: Counter[str] = Counter()
    for name in EVERYBODY if THOROUGH else SOME:
        for word, address in seen_by(house, demo, name):
            secret = words[word]
            if name in secret.readers:
                read[secret.what] += 1
            else:
                wrong[f"{name} reads {secret.what}"] = f"{address} {secret}"
    assert not wrong, "\n".join(f"{who}: {where}" for who, where in sorted(wrong.items()))
    unread = {secret.what for secret in words.values() if secret.readers} - set(read)
    assert unread == set(), "what nobody reads who may shows nothing"


def test_files_that_offices_take_out_hold_nothing_that_is_not_for_them(planted) -> None:
    house, words = planted
    browser = house.browser("manager-a")
    told: set[str] = set()
    for kind in ("csv", "xlsx", "json"):
        asked = {"csrf_token": house.token, "format": kind, "recipient": "R", "purpose": "P"}
        answer = browser.post("/tracking/1/exports", data=asked)
        assert answer.status_code == 302, answer.text
        file = browser.get(f"{answer.location}/file")
        assert file.status_code == 200
        assert len(file.get_data()) > 10_000
        told |= words_in(file)
        file.close()
    assert told
    wrong = {words[w] for w in told if "manager-a" not in words[w].readers}
    assert wrong == set()


def test_mails_that_the_worker_writes_say_nothing_that_is_not_for_their_reader(planted) -> None:
    house, words = planted
    with house.app.app_context():
        before = db.session.scalar(select(func.max(OutboxMessage.id)))
        with clock.set_clock(clock.now() + timedelta(days=8)):
            enter_duties(DUTIES)
            while run_next(DUTIES):
                pass
        new = db.session.scalars(select(OutboxMessage).where(OutboxMessage.id > before)).all()
        assert new, "nothing was due"
        names = {number: name for name, number in house.people.items()}
        wrong = [
            (message.kind, words[word])
            for message in new
            for word in WORD.findall(str(message.values))
            if names.get(message.person_id) not in words[word].readers
        ]
    assert wrong == []


def test_no_search_knows_what_is_hidden(planted) -> None:
    """What is looked through holds no words of notes, letters, reviews, drafts or messages."""
    house, words = planted
    with house.app.app_context():
        lines = db.session.execute(text("SELECT kind, subject_id, folded FROM search_document"))
        known = list(lines)
        drafts = db.session.scalars(
            select(Application.id).where(Application.submitted_at.is_(None))
        ).all()
    assert drafts
    assert not {s for kind, s, _folded in known if kind == "application"} & set(drafts)
    everything = "\n".join(folded for _kind, _subject, folded in known)
    assert fold("Flood maps from satellite radar") in everything, "submitted titles are found"
    looked_for = {s.text for s in words.values() if s.what not in PARTLY_SEARCHED}
    long_ones = {fold(one) for one in looked_for if len(one) > LONG}
    assert len(long_ones) > 9
    assert [one for one in sorted(long_ones) if one.strip() in everything] == []
