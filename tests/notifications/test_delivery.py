"""Delivery: every letter leaves once its cause is written, whatever breaks on the way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from jinja2 import DictLoader
from sqlalchemy import select

from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.work import unit_of_work
from app.notifications import delivery, rendering
from app.notifications.delivery import PostOffice, deliver_due, wait_before_try
from app.notifications.models import OutboxMessage
from app.notifications.notify import Message, Recipient, notify
from app.notifications.rendering import Letterhead
from app.notifications.smtp import MailServer
from tests.make import NOW
from tests.notifications.mail_server import mail_server

HEAD = Letterhead("Lontar", "https://lontar.example.org")


@dataclass(frozen=True, slots=True)
class Told(Message):
    kind: ClassVar[str] = "test/told"

    title: str
    answer_by: datetime


@pytest.fixture(autouse=True)
def templates(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = rendering._paper()
    mine = {
        "mail/base.html": (rendering.TEMPLATES / "mail/base.html").read_text(),
        "mail/test/told/subject.txt": "{{ title }}",
        "mail/test/told/body.txt": "{{ title }} {{ language.moment(answer_by) }} {{ link('/a') }}",
        "mail/test/told/body.html": (
            '{% extends "mail/base.html" %}{% block content %}<p>{{ title }}</p>{% endblock %}'
        ),
    }
    monkeypatch.setattr(paper, "loader", DictLoader(mine))
    monkeypatch.setattr(paper, "cache", None)


@pytest.fixture(autouse=True)
def today():
    with clock.set_clock(NOW):
        yield


@pytest.fixture
def server():
    with mail_server() as server:
        yield server


def office(server) -> PostOffice:
    return PostOffice(HEAD, "no-reply@lontar.example.org", "", MailServer.from_url(server.url))


def tell(title: str = "An offer", *, address: str = "sok@example.org", once: str = "1") -> None:
    with unit_of_work(SYSTEM, now=NOW) as work:
        notify(work, Recipient(address, "km", zone="Asia/Tokyo"), Told(title, NOW), once=once)


def only(session) -> OutboxMessage:
    session.expire_all()
    return session.scalars(select(OutboxMessage)).one()


def test_a_letter_leaves_once_as_text_and_as_a_page(app, session, server) -> None:
    tell("ការផ្តល់ជូន: ទីកន្លែងមួយនៅវិទ្យាស្ថាន ដែលមានចំណងជើងវែងណាស់ ហើយវែងទៀត")
    assert deliver_due(office(server)) == 1
    assert deliver_due(office(server)) == 0
    (mail,) = server.mails
    row = only(session)
    assert mail["Subject"] == row.values["title"]
    assert mail["From"] == "Lontar <no-reply@lontar.example.org>"
    assert mail["Message-ID"] == f"<{row.message_id}>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "multipart/alternative"
    text, page = mail.iter_parts()
    assert row.values["title"] in text.get_content()
    assert "12:00" in text.get_content()
    assert 'lang="km"' in page.get_content()
    assert row.sent_at is not None


def test_the_same_occasion_is_told_once(app, session, server) -> None:
    tell()
    tell("Said again")
    assert deliver_due(office(server)) == 1


def test_nothing_is_told_of_what_did_not_happen(app, session, server) -> None:
    with pytest.raises(ZeroDivisionError), unit_of_work(SYSTEM) as work:
        notify(work, Recipient("a@example.org", "en"), Told("No", NOW), once="1")
        raise ZeroDivisionError
    assert deliver_due(office(server)) == 0


def test_a_server_that_is_away_is_tried_again_later(app, session, server) -> None:
    tell()
    away = PostOffice(HEAD, "a@example.org", "", MailServer("127.0.0.1", 9))
    before = clock.now()
    deliver_due(away)
    row = only(session)
    assert (row.sent_at, row.failed_at, row.leased_until) == (None, None, None)
    assert row.next_try_at - before >= timedelta(seconds=59)
    assert "refused" in row.last_error.lower()
    with clock.set_clock(before + timedelta(minutes=2)):
        deliver_due(office(server))
    assert only(session).sent_at is not None


def test_a_server_that_is_away_holds_up_only_one_letter_of_the_batch(app, session) -> None:
    for n in range(3):
        tell(once=str(n))
    deliver_due(PostOffice(HEAD, "a@example.org", "", MailServer("127.0.0.1", 9)))
    rows = session.scalars(select(OutboxMessage)).all()
    assert sorted(r.tries for r in rows) == [0, 0, 1]
    assert {r.leased_until for r in rows} == {None}


def test_an_address_that_does_not_exist_is_given_up_at_once(app, session, server) -> None:
    server.answers["nobody@"] = "550 5.1.1 no such mailbox"
    tell(address="nobody@example.org", once="1")
    tell(address="sok@example.org", once="2")
    deliver_due(office(server))
    refused = session.scalars(
        select(OutboxMessage).where(OutboxMessage.address == "nobody@example.org")
    ).one()
    assert refused.failed_at is not None
    assert "no such mailbox" in refused.last_error
    assert [m["To"] for m in server.mails] == ["sok@example.org"]


def test_a_full_mailbox_is_tried_again(app, session, server) -> None:
    server.answers["rcpt"] = "452 4.2.2 mailbox full"
    tell()
    deliver_due(office(server))
    assert only(session).failed_at is None


def test_after_two_days_a_letter_is_given_up(app, session, server) -> None:
    server.answers["rcpt"] = "451 later"
    tell()
    now, tries = clock.now(), 0
    for _round in range(100):
        if only(session).failed_at is not None:
            break
        with clock.set_clock(now):
            tries += deliver_due(office(server))
        now = max(now + timedelta(seconds=1), only(session).next_try_at)
    assert tries == delivery.MOST_TRIES
    assert now - clock.now() > timedelta(days=1, hours=12)


def test_a_letter_whose_sender_died_goes_out_again_under_the_same_name(
    app, session, server
) -> None:
    tell()
    server.hang_up_after_data = True  # the server has it, we never learn so
    deliver_due(office(server))
    server.hang_up_after_data = False
    with clock.set_clock(clock.now() + timedelta(minutes=2)):
        deliver_due(office(server))
    first, second = server.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_a_letter_in_somebodys_hands_is_left_alone_until_the_lease_ends(
    app, session, server
) -> None:
    tell()
    assert len(delivery._lease()) == 1
    assert deliver_due(office(server)) == 0
    with clock.set_clock(clock.now() + delivery.LEASE):
        assert deliver_due(office(server)) == 1


def test_stopping_gives_the_rest_of_the_batch_back(app, session, server) -> None:
    for n in range(3):
        tell(once=str(n))
    answers = iter([False, True])
    deliver_due(office(server), lambda: next(answers))
    assert len(server.mails) == 1
    assert deliver_due(office(server)) == 2


def test_a_template_with_a_mistake_does_not_stop_other_letters(app, session, server) -> None:
    with unit_of_work(SYSTEM, now=NOW) as work:

        @dataclass(frozen=True, slots=True)
        class Broken(Message):
            kind: ClassVar[str] = "test/broken"

        notify(work, Recipient("a@example.org", "en"), Broken(), once="1")
    tell()
    deliver_due(office(server))
    assert len(server.mails) == 1


def test_without_a_server_letters_only_fill_the_demo_mailbox(app, session) -> None:
    tell()
    assert deliver_due(PostOffice(HEAD, "a@example.org", "", None)) == 1
    assert only(session).sent_at is not None


def test_waits_grow_from_a_minute_to_an_hour() -> None:
    assert [wait_before_try(n).total_seconds() // 60 for n in (1, 2, 3, 4, 40)] == [
        1,
        5,
        15,
        60,
        60,
    ]


def test_a_mail_server_is_read_from_its_address() -> None:
    server = MailServer.from_url("smtp://of%40fice:p%3Aw@mail.example.org?tls=1")
    assert (server.user, server.password, server.port, server.starttls) == (
        "of@fice",
        "p:w",
        587,
        True,
    )
    assert MailServer.from_url("smtps://mail.example.org").port == 465


@dataclass(frozen=True, slots=True)
class Opened(Message):
    kind: ClassVar[str] = "test/told"

    title: str
    answer_by: datetime
    path: str


@dataclass(frozen=True, slots=True)
class KeySent(Opened):
    instead: ClassVar[str] = "/recover"


def test_a_persons_key_is_forgotten_once_it_has_left(app, session, server) -> None:
    person = Recipient("sok@example.org", "en", 7)
    with unit_of_work(SYSTEM, now=NOW) as work:
        notify(work, person, KeySent("A key", NOW, "/recover/secret"), once="1")
        notify(work, person, Opened("No key", NOW, "/applications/1"), once="2")
    assert deliver_due(office(server)) == 2
    kept = select(OutboxMessage.values).order_by(OutboxMessage.id)
    assert [v["path"] for v in session.scalars(kept)] == ["/recover", "/applications/1"]


def test_a_key_that_never_arrives_is_forgotten_too(app, session, server) -> None:
    server.answers["nobody@"] = "550 5.1.1 no such mailbox"
    nobody = Recipient("nobody@example.org", "en", 7)
    with unit_of_work(SYSTEM, now=NOW) as work:
        notify(work, nobody, KeySent("A key", NOW, "/recover/secret"), once="1")
    deliver_due(office(server))
    assert session.scalars(select(OutboxMessage.values)).one()["path"] == "/recover"


def test_a_guests_way_in_is_forgotten_once_it_has_left(app, session, server) -> None:
    guest, person = Recipient("guest@example.org", "en"), Recipient("sok@example.org", "en", 7)
    with unit_of_work(SYSTEM, now=NOW) as work:
        for to in (guest, person):
            notify(work, to, Opened("A letter", NOW, "/letters/secret"), once="1")
    kept = select(OutboxMessage.values).order_by(OutboxMessage.id)
    assert [values["path"] for values in session.scalars(kept)] == ["/letters/secret"] * 2
    session.rollback()
    assert deliver_due(office(server)) == 2
    assert [values["path"] for values in session.scalars(kept)] == ["", "/letters/secret"]
