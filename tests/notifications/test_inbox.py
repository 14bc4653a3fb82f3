"""The inbox: one's own messages, in the language read now; and the demo's mailbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import event, func, select

from app.factory import create_app
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications import queries, rendering
from app.notifications.models import OutboxMessage
from app.notifications.notify import Message, Recipient, notify
from tests import make
from tests.make import NOW


@dataclass(frozen=True, slots=True)
class Told(Message):
    kind: ClassVar[str] = "test/told"

    title: str
    answer_by: datetime


@pytest.fixture(autouse=True)
def templates(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = rendering._paper()
    mine = DictLoader(
        {
            "mail/test/told/subject.txt": "{{ title }} ({{ locale }})",
            "mail/test/told/body.txt": (
                "<b>{{ title }}</b>\n\nAnswer by {{ language.moment(answer_by) }}: {{ link('/offers/1') }}."
            ),
            "mail/test/told/body.html": (
                '{% extends "mail/base.html" %}{% block content %}<p>{{ title }}</p>{% endblock %}'
            ),
        }
    )
    monkeypatch.setattr(paper, "loader", ChoiceLoader([mine, paper.loader]))
    monkeypatch.setattr(paper, "cache", None)


def tell(person, title: str = "An offer") -> int:
    with unit_of_work(SYSTEM, now=NOW) as work:
        to = Recipient(person.email, "km", person.id, "Asia/Phnom_Penh")
        notify(work, to, Told(title, NOW + timedelta(days=9)), once=title)
    return db.session.scalar(select(func.max(OutboxMessage.id)))


def unread(session) -> int:
    session.expire_all()
    query = select(func.count(OutboxMessage.id)).where(OutboxMessage.read_at.is_(None))
    return session.scalar(query)


def test_a_message_is_read_in_the_language_of_today(client) -> None:
    sok = make.person("SOK DARA")
    message = tell(sok)
    make.sign_in(client, sok)
    page = client.get(f"/inbox/{message}?lang=ja").text
    assert "An offer (ja)" in page
    assert "&lt;b&gt;An offer&lt;/b&gt;" in page
    assert 'href="http://localhost/offers/1"' in page


def test_looking_changes_nothing_and_opening_marks_as_read(client, session) -> None:
    sok = make.person()
    message = tell(sok)
    make.sign_in(client, sok)
    client.get("/inbox")
    client.get(f"/inbox/{message}")
    assert unread(session) == 1
    answer = client.post(f"/inbox/{message}", data=token(client))
    assert answer.status_code == 303
    assert unread(session) == 0


def test_all_messages_of_mine_and_of_nobody_else_are_marked_as_read(client, session) -> None:
    sok, dara = make.person(), make.person()
    tell(sok, "One"), tell(sok, "Two"), tell(dara, "Three")
    make.sign_in(client, sok)
    client.post("/inbox", data=token(client))
    assert unread(session) == 1


def test_somebody_elses_message_is_not_there(client, session) -> None:
    sok, dara = make.person(), make.person()
    message = tell(dara)
    make.sign_in(client, sok)
    assert "An offer" not in client.get("/inbox").text
    assert client.get(f"/inbox/{message}").status_code == 404
    assert client.post(f"/inbox/{message}", data=token(client)).status_code == 404
    assert unread(session) == 1


def test_a_form_without_its_token_changes_nothing(client, session) -> None:
    sok = make.person()
    message = tell(sok)
    make.sign_in(client, sok)
    client.application.config["WTF_CSRF_ENABLED"] = True
    assert client.post(f"/inbox/{message}").status_code == 409
    assert client.post("/inbox").status_code == 409
    assert unread(session) == 1


def test_older_messages_are_on_the_next_page_with_the_same_number_of_statements(client) -> None:
    sok = make.person()
    make.sign_in(client, sok)
    tell(sok, "Told 1")
    client.get("/inbox")
    few = statements(lambda: client.get("/inbox"))
    for n in range(2, queries.PAGE + 4):
        tell(sok, f"Told {n}")
    many = statements(lambda: client.get("/inbox"))
    assert many == few
    page = client.get("/inbox").text
    assert f"Told {queries.PAGE + 3} " in page
    assert "Told 1 " not in page
    older = page.split("/inbox?before=")[1].split('"')[0]
    assert "Told 1 " in client.get(f"/inbox?before={older}").text


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "%00", "٣"])
def test_a_page_number_that_makes_no_sense_is_no_error(client, before) -> None:
    make.sign_in(client, make.person())
    assert client.get(f"/inbox?before={before}").status_code == 200
    assert client.get(f"/dev/mail?before={before}&to=%00").status_code == 200


def test_a_message_whose_words_are_missing_says_so_and_spoils_no_other(client) -> None:
    sok = make.person()
    make.sign_in(client, sok)
    tell(sok, "Fine")

    @dataclass(frozen=True, slots=True)
    class Lost(Message):
        kind: ClassVar[str] = "test/lost"

    with unit_of_work(SYSTEM) as work:
        notify(work, Recipient(sok.email, "en", sok.id), Lost(), once="1")
    page = client.get("/inbox").text
    assert "This message cannot be shown just now." in page
    assert "Fine" in page


def test_the_demo_mailbox_lists_every_mail_for_people_and_programs(client) -> None:
    sok = make.person(email="sok@demo.example.org")
    tell(sok, "First")
    message = tell(sok, "Second")
    assert "Second (km)" in client.get("/dev/mail").text
    assert "Second (km)" in client.get(f"/dev/mail/{message}").text
    second, first = client.get("/dev/mail.json").json
    assert (first["subject"], second["subject"]) == ("First (km)", "Second (km)")
    assert second["to"] == "sok@demo.example.org"
    assert second["links"] == ["http://localhost/offers/1"]
    assert second["sent_at"] is None
    assert client.get("/dev/mail.json?to=other@example.org").json == []


def test_the_page_of_a_mail_is_shut_in(client) -> None:
    message = tell(make.person())
    answer = client.get(f"/dev/mail/{message}/page")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.endswith("sandbox")
    assert "unsafe" not in policy
    assert "sha256-" in policy
    assert client.get("/dev/mail/999").status_code == 404


def test_without_a_demo_there_is_no_mailbox(app, settings) -> None:
    object.__setattr__(settings, "demo", False)
    other = create_app(settings, TESTING=True, SERVER_NAME="localhost").test_client()
    for path in ("/dev/mail", "/dev/mail.json", "/dev/mail/1", "/dev/mail/1/page"):
        assert other.get(path).status_code == 404


def token(client) -> dict[str, str]:
    page = client.get("/inbox").text
    return {"csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0]}


def statements(look) -> int:
    seen = []
    engine = db.engine

    def note(*args) -> None:
        seen.append(args[2])

    event.listen(engine, "before_cursor_execute", note)
    try:
        look()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
