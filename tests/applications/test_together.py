"""Work on several applications at once: read, count, done once; refused, nothing is."""

import re

import pytest
from sqlalchemy import func, select

from app.accounts.models import User
from app.applications.models import (
    Application,
    ApplicationTag,
    CaseOfficer,
    MessageTemplate,
    MessageText,
)
from app.applications.placeholders import filled, unknown
from app.applications.states import ApplicationState
from app.applications.views import together
from app.audit.models import AuditEntry
from app.foundation.actors import Role, Scope
from app.notifications.models import OutboxMessage
from app.notifications.rendering import Letterhead, render
from tests import make

S = ApplicationState
HEAD = Letterhead("Lontar", "https://lontar.example.org")


@pytest.fixture
def call(session):
    return make.call(title="Khmer fellowship")


@pytest.fixture
def manager(call):
    return make.grant(make.person("OFFICE"), Role.MANAGER, Scope.PROGRAMME, call.programme_id)


@pytest.fixture
def office(client, manager):
    return make.sign_in(client, manager)


@pytest.fixture
def people(call):
    """Three applicants, of whom two read English and one Japanese."""
    locales = {"ANH": "en", "BORA": "en", "KEIKO": "ja"}
    return [
        make.application(call, make.person(name, locale=locale), state=S.IN_REVIEW).id
        for name, locale in locales.items()
    ]


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1]


def confirm(office, address: str, ids, **values):
    """The list as it is read, and what is typed into it."""
    asked = {"application": ids, "verb": values.get("verb", "")}
    page = office.get(address, query_string=asked).text
    data = {
        "csrf_token": hidden(page, "csrf_token"),
        "request_key": hidden(page, "request_key"),
        "application": ids,
        **values,
    }
    return data, office.post(address, data=data)


def count(session, model) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


TEXTS = {
    "subject_en": "About {number}",
    "body_en": "Dear {name},\r\n\r\nplease call us about {call}.",
    "subject_ja": "{number}について",
    "body_ja": "{name}様\n\n{call}についてご連絡ください。",
}


def write(office, call_id: int, **values):
    page = office.get(f"/tracking/{call_id}/messages/new").text
    data = {"csrf_token": hidden(page, "csrf_token"), "name": "Call us", **values}
    return office.post(f"/tracking/{call_id}/messages/new", data=data)


# --- Cases ---------------------------------------------------------------------------------------


def test_several_cases_are_given_to_one_person_once(session, call, manager, office, people) -> None:
    address, officer = f"/tracking/{call.id}/together/officer", str(manager.id)
    data, answer = confirm(office, address, people, officer=officer, count="3")
    assert answer.status_code == 302
    assert count(session, CaseOfficer) == 3
    told = count(session, AuditEntry)
    assert office.post(address, data=data).status_code == 302
    assert count(session, AuditEntry) == told


def test_one_tag_is_put_on_several_applications(session, call, office, people) -> None:
    address = f"/tracking/{call.id}/together/tag"
    _data, answer = confirm(office, address, people[:2], name="Call back", colour="blue", count="2")
    assert answer.status_code == 302
    assert count(session, ApplicationTag) == 2


def test_an_approver_shares_the_casework_and_decides_nothing(app, session, call, people) -> None:
    approver = make.grant(
        make.person("APPROVER"), Role.APPROVER, Scope.PROGRAMME, call.programme_id
    )
    browser, address = make.sign_in(app.test_client(), approver), f"/tracking/{call.id}"
    board = browser.get(address).text
    assert f"{address}/together/tag" in board
    assert "Not selected</button>" not in board
    _data, answer = confirm(
        browser, f"{address}/together/tag", people, name="Late", colour="blue", count="3"
    )
    assert answer.status_code == 302
    assert count(session, ApplicationTag) == 3
    query = {"application": people, "verb": "shortlist"}
    assert browser.get(f"{address}/together", query_string=query).status_code == 403


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("two", 422), ("2", 409)])
def test_without_the_right_number_nothing_is_tagged(
    session, call, office, people, typed, status
) -> None:
    address = f"/tracking/{call.id}/together/tag"
    _data, answer = confirm(office, address, people, name="Late", colour="grey", count=typed)
    assert answer.status_code == status
    assert 'value="Late"' in answer.text
    assert count(session, ApplicationTag) == 0


def test_whichever_case_is_refused_is_named_and_none_is_given(
    session, call, manager, office, people
) -> None:
    """An officer may not have the own application in hand."""
    colleague = make.grant(
        make.person("COLLEAGUE"), Role.MANAGER, Scope.PROGRAMME, call.programme_id
    )
    own = make.application(call, colleague, state=S.IN_REVIEW)
    ids, ref = [*people, own.id], own.ref
    address = f"/tracking/{call.id}/together/officer"
    _data, answer = confirm(office, address, ids, officer=str(colleague.id), count="4")
    assert answer.status_code == 409
    assert ref in re.search(r'id="errors">(.*?)</div>', answer.text, re.DOTALL)[1]
    assert count(session, CaseOfficer) == 0


def test_a_decision_that_is_sent_twice_is_taken_once(session, call, office, people) -> None:
    address = f"/tracking/{call.id}/together"
    data, answer = confirm(office, address, people, verb="shortlist", count="3")
    assert answer.status_code == 302
    told = count(session, AuditEntry)
    again = office.post(address, data=data)
    assert again.status_code == 302
    assert count(session, AuditEntry) == told


def test_all_that_fit_are_taken_and_too_many_are_refused_plainly(
    session, call, office, people, monkeypatch
) -> None:
    make.application(call, make.person("ELSEWHERE"), state=S.SUBMITTED)
    back = f"/tracking/{call.id}?state=in+review&sort=name"
    address = f"/tracking/{call.id}/together/tag"
    page = office.get(address, query_string={"all": "1", "back": back}).text
    assert "Tag 3 applications" in page
    monkeypatch.setattr(together, "MOST_TOGETHER", 2)
    answer = office.get(address, query_string={"all": "1", "back": back}, follow_redirects=True)
    assert "At most 2 applications at once." in answer.text
    data = {"application": people, "name": "Late", "count": "3"}
    data["csrf_token"] = hidden(answer.text, "csrf_token")
    assert "At most 2" in office.post(address, data=data, follow_redirects=True).text
    assert count(session, ApplicationTag) == 0


# --- Messages ------------------------------------------------------------------------------------


def test_a_message_is_shown_counted_and_sent_in_each_readers_language(
    session, call, office, people
) -> None:
    assert write(office, call.id, **TEXTS).status_code == 302
    template = session.scalars(select(MessageTemplate.id)).one()
    address = f"/tracking/{call.id}/together/message"
    page = office.get(address, query_string={"application": people, "template": template}).text
    assert "2 readers of English" in page
    assert "1 reader of Japanese" in page
    assert "Dear ANH," in page
    assert "KEIKO様" in page, "the first reader in each language"
    assert "Dear BORA," not in page
    assert count(session, OutboxMessage) == 0
    values = {
        "csrf_token": hidden(page, "csrf_token"),
        "request_key": hidden(page, "request_key"),
        "template": hidden(page, "template"),
        "number": hidden(page, "number"),
        "application": people,
    }
    send = f"/tracking/{call.id}/together/message"
    assert office.post(send, data={**values, "count": "2"}).status_code == 409
    assert count(session, OutboxMessage) == 0
    assert office.post(send, data={**values, "count": "3"}).status_code == 302
    assert office.post(send, data={**values, "count": "3"}).status_code == 302
    session.rollback()
    sent = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert len(sent) == 3
    written = {m.locale: render(HEAD, m.kind, m.values, m.locale, m.zone) for m in sent}
    assert "Dear BORA," in written["en"].text
    assert "KEIKO様" in written["ja"].text
    assert "Khmer fellowship" in written["ja"].text
    assert (
        session.scalars(
            select(AuditEntry.verb).where(AuditEntry.verb == "application.written to")
        ).all()
        == ["application.written to"] * 3
    )


def test_who_reads_a_language_without_a_text_gets_another_and_the_office_knows(
    session, call, office, people
) -> None:
    write(office, call.id, subject_en=TEXTS["subject_en"], body_en=TEXTS["body_en"])
    template = session.scalars(select(MessageTemplate.id)).one()
    address = f"/tracking/{call.id}/together/message"
    page = office.get(address, query_string={"application": people, "template": template}).text
    assert "1 reader of Japanese gets it in English" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "in one language at least"),
        ({"subject_en": "Only this"}, "English: write both"),
        ({"subject_en": "A", "body_en": "Dear {nmae}"}, "{nmae}"),
        ({"subject_en": "{", "body_en": "Dear {name}"}, "{ means nothing"),
    ],
)
def test_a_message_is_checked_when_it_is_written(session, call, office, values, said) -> None:
    answer = write(office, call.id, **values)
    assert answer.status_code == 409
    assert said in answer.text
    assert count(session, MessageTemplate) == 0


def test_a_changed_message_keeps_its_earlier_text_and_is_read_again_before_it_is_sent(
    session, call, office, people
) -> None:
    write(office, call.id, **TEXTS)
    template = session.scalars(select(MessageTemplate.id)).one()
    send = f"/tracking/{call.id}/together/message"
    before = office.get(send, query_string={"application": people, "template": template}).text
    address = f"/tracking/{call.id}/messages/{template}"
    page = office.get(address).text
    data = {"csrf_token": hidden(page, "csrf_token"), "version": hidden(page, "version")}
    changed = {**data, "name": "Call us", **TEXTS, "body_en": "Dear {name}, never mind."}
    assert office.post(address, data=changed).status_code == 302
    both = office.post(address, data={**changed, "body_en": "Dear {name}, call us."})
    assert both.status_code == 409
    assert "call us." in both.text
    assert "never mind." in both.text
    assert hidden(both.text, "version") != data["version"]
    numbers = select(MessageText.number).where(MessageText.locale == "en")
    assert set(session.scalars(numbers)) == {1, 2}
    values = {
        "csrf_token": hidden(before, "csrf_token"),
        "request_key": hidden(before, "request_key"),
        "template": str(template),
        "number": hidden(before, "number"),
        "application": people,
        "count": "3",
    }
    answer = office.post(send, data=values)
    assert answer.status_code == 409
    assert "never mind" in answer.text
    assert count(session, OutboxMessage) == 0


def test_nobody_else_writes_to_applicants(client, session, call, office, people) -> None:
    write(office, call.id, **TEXTS)
    template = session.scalars(select(MessageTemplate.id)).one()
    call_id, programme = call.id, call.programme_id
    approver = make.grant(make.person("APPROVER"), Role.APPROVER, Scope.PROGRAMME, programme)
    stranger = make.grant(
        make.person("STRANGER"), Role.MANAGER, Scope.PROGRAMME, make.programme().id
    )
    ways = ("messages/new", "together/message")
    for who, status in ((approver, 403), (stranger, 403)):
        browser = make.sign_in(client, who)
        for way in ways:
            address = f"/tracking/{call_id}/{way}"
            answer = browser.get(address, query_string={"application": people})
            assert answer.status_code in (status, 404), (way, who.passport_name)
    applicant = session.get(User, session.get(Application, people[0]).applicant_id)
    browser = make.sign_in(client, applicant)
    assert browser.get(f"/tracking/{call_id}/messages").status_code in (403, 404)


def test_what_is_filled_in_is_not_read_again() -> None:
    values = {"name": "{number}", "number": "LNT-1"}
    assert filled("{name} {number} {other}", values) == "{number} LNT-1 {other}"
    assert unknown("{name} {x} } {y") == ["{x}", "}", "{"]
