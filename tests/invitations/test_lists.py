"""The list of an office: by pages, by names in any script, and taken out as a table."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.database import db
from app.invitations import operations as verbs
from app.invitations import queries
from app.invitations.queries import Show
from tests import make
from tests.counting import statements
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.invitations.inviting import FIRST, by_link, doing, newest_link, sent
from tests.invitations.inviting import NAMES, mails

OFFICE = "/research-stays/office"


def found(actor, text: str, show: Show = Show.WAITING) -> list[str]:
    db.session.rollback()
    query = queries.invitations_of_office(actor, show, text=text)
    return [one.person_name for one in db.session.scalars(query).unique()]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Nguyễn Thị Hoa", "nguyen hoa"),
        ("山田 太郎", "山田"),
        ("សុខ ដារ៉ា", "ដារ៉ា"),
        ("สมชาย ใจดี", "ใจดี"),
        ("José Á. Rizal", "RIZAL jose"),
    ],
)
def test_people_are_found_by_their_names_in_any_script(jp, th, name, typed) -> None:
    sent(jp, "one@hue.example", th, name=name)
    sent(jp, "two@hue.example", name="Somebody Else")
    assert found(jp.actor, typed) == [name]
    assert found(jp.actor, "institute of hue") == ["Somebody Else"]
    assert found(jp.actor, "one@hue") == [name]
    assert found(jp.actor, "%") == []


def test_nobody_finds_what_is_none_of_theirs(jp, th, researcher) -> None:
    sent(jp, researcher.email, th)
    assert found(th.actor, "somchai") == []
    assert found(make.actor(make.person()), "somchai") == []


def test_pages_show_each_once_also_on_the_same_day(client, jp, th) -> None:
    numbers = [sent(jp, f"n{n}@hue.example", th, name=f"Person {n}") for n in range(30)]
    for show, ids in ((Show.WAITING, numbers), (Show.OVER, numbers[::-1])):
        if show is Show.OVER:
            for one in numbers:
                doing(jp.actor, one, verbs.withdraw_invitation, because="No.")
        first = db.session.scalars(queries.page_of_office(jp.actor, show)).all()[: queries.PAGE]
        later = queries.page_of_office(jp.actor, show, after=first[-1].id)
        rest = db.session.scalars(later).all()
        assert [one.id for one in (*first, *rest)] == ids
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        page = client.get(f"{OFFICE}?show=over").text
        assert f"after={numbers[5]}" in page
        last = client.get(f"{OFFICE}?show=over&after={numbers[5]}").text
        assert "Person 4<" in last
        assert "Person 5<" not in last
        assert client.get(f"{OFFICE}?show=over&after=99999999999999999999").status_code == 200


def test_a_search_needs_no_more_statements(client, jp, th) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        sent(jp, "one@hue.example", th)
        with statements() as plain:
            client.get(OFFICE)
        with statements() as sought:
            page = client.get(f"{OFFICE}?q=somchai").text
        assert "SOMCHAI JAIDEE" in page
        assert len(sought) == len(plain)
        assert "Nobody on this list has this name." in client.get(f"{OFFICE}?q=nobody").text


def test_the_list_is_taken_out_for_somebody_and_remembered(client, jp, th) -> None:
    sent(jp, "one@hue.example", th, name="=HYPERLINK(1)")
    sent(jp, "two@hue.example", name="Left Out")
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        without = press(client, f"{OFFICE}?q=hyperlink", {"recipient": "", "purpose": "x"})
        assert without.status_code == 422
        assert "Write who gets it" in without.text
        told = {"recipient": "The dean", "purpose": "Yearly report"}
        given = press(client, f"{OFFICE}?show=waiting&q=hyperlink", told)
        assert given.mimetype == "text/csv"
        assert "'=HYPERLINK(1)" in given.text
        assert FIRST.isoformat() in given.text
        assert "Left Out" not in given.text
    query = select(AuditEntry).where(AuditEntry.verb == "invitations.exported")
    entry = db.session.scalars(query).one()
    assert (entry.subject_id, entry.details["reason"]) == (jp.id, "Yearly report")
    assert entry.details["rows"] == 1


def test_who_has_no_account_is_written_to_in_the_language_that_was_chosen(jp) -> None:
    made = sent(jp, "new@hue.example", speaks="km")
    assert mails("invited")[-1].locale == "km"
    by_link(newest_link(), verbs.accept_invitation, seen=1, **NAMES)
    assert mails("home_asked")[-1].locale == "km"
    doing(jp.actor, made, verbs.ask_home_by_link, now=make.NOW + timedelta(days=1))
    assert [one.locale for one in mails("home_asked")] == ["km", "km"]
    assert sent(jp, "other@hue.example", language="ja")
    assert mails("invited")[-1].locale == "ja"


@pytest.mark.parametrize("odd", ["\0", "%", "9" * 30, "-1", "<i>x", "\u202e", "x" * 5000, "٣"])
def test_nothing_that_is_asked_of_a_list_is_a_fault(client, jp, th, odd) -> None:
    sent(jp, "one@hue.example", th)
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        for name in ("show", "q", "call", "after"):
            answer = client.get(OFFICE, query_string={name: odd})
            assert answer.status_code == 200, name
            assert "<i>x" not in answer.text
        told = {"recipient": odd, "purpose": odd}
        assert press(client, OFFICE, told).status_code in {200, 422}
