"""One office: answers go to one address of it, and what somebody leaves behind passes on."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import RoleGrant, User
from app.accounts.operations import (
    disable_account,
    end_role,
    grant_role,
    tell_of_empty_offices,
)
from app.accounts.queries import left_tasks, person_to_manage
from app.exchanges.models import OfficeMailbox
from app.exchanges.operations import ask_for_mailbox, confirm_mailbox
from app.exchanges.queries import mailbox_by_key, own_university, reply_to, university_with_mailbox
from app.foundation import clock
from app.foundation.actors import SYSTEM, VISITOR, Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.mobility.operations import verify_nomination
from app.notifications.delivery import PostOffice, compose
from app.notifications.models import OutboxMessage, Task
from app.notifications.rendering import Letterhead
from app.notifications.tasks import open_task, tasks_of
from app.organisations.models import Organisation
from tests import make
from tests.exchanges.agreeing import University
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.mobility.choosing import answering, nominated, opened, sent, student_of

HERE = PostOffice(Letterhead("Lontar", "https://l.example.org"), "no-reply@l.example.org", "", None)


@pytest.fixture
def office(session):
    """A member of the secretariat."""
    return make.actor(make.grant(make.person("SECRETARY"), Role.SECRETARIAT))


def colleague(university: University):
    """Another coordinator of the same university."""
    return make.actor(
        make.grant(make.person("A COLLEAGUE"), Role.COORDINATOR, Scope.ORGANISATION, university.id)
    )


def asking(university: University, address: str, *, now=make.NOW, actor=None) -> str:
    who = actor or university.actor
    with unit_of_work(who, now=now) as work:
        found = work.find(university_with_mailbox(who, university.id))
        return ask_for_mailbox(work, found, address)


def confirming(key: str, *, now=make.NOW) -> None:
    with unit_of_work(VISITOR, now=now) as work:
        confirm_mailbox(work, work.find(mailbox_by_key(key, now)))


def leaving(office, user_id: int | None) -> None:
    with clock.set_clock(make.NOW), unit_of_work(office) as work:
        user = work.find(person_to_manage(office, user_id or 0))
        end_role(work, user, user.grants[0])


def mails(kind: str) -> list[OutboxMessage]:
    db.session.rollback()
    db.session.expire_all()
    found = select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)
    return list(db.session.scalars(found))


def kinds(actor, *besides) -> list[str]:
    db.session.rollback()
    return [task.kind for task in db.session.scalars(tasks_of(actor, *besides))]


# --- answers


def test_answers_go_to_the_office_that_wrote_once_it_has_confirmed(th, jp) -> None:
    key = asking(th, "office@th.example.org")
    place = opened(jp, th)
    first = nominated(th, sent(student_of(th), place), place)
    assert reply_to(db.session(), th.actor, th.id) == "", "nobody has confirmed it yet"
    confirming(key)
    nominated(th, sent(student_of(th), place), place)
    answering(jp.actor, first, verify_nomination, seen=1)
    before, after = mails("mobility/nomination_received")
    with clock.set_clock(make.NOW):
        assert compose(HERE, before)["Reply-To"] is None
        assert compose(HERE, after)["Reply-To"] == "office@th.example.org"
        for one in mails("mobility/nomination_answered"):
            assert compose(HERE, one)["Reply-To"] is None, "the host has named no address"
    assert reply_to(db.session(), jp.actor, th.id, jp.id) == ""


def test_a_link_holds_for_a_week_and_once_and_only_the_newest(th) -> None:
    old = asking(th, "old@th.example.org")
    new = asking(th, "new@th.example.org")
    with pytest.raises(NotFound):
        confirming(old)
    with pytest.raises(NotFound):
        confirming(new, now=make.NOW + timedelta(days=8))
    confirming(new)
    with pytest.raises(NotFound):
        confirming(new)
    with pytest.raises(RuleBroken, match="already"):
        asking(th, "new@th.example.org")
    asking(th, "third@th.example.org")
    assert reply_to(db.session(), th.actor, th.id) == "new@th.example.org"


def test_only_the_office_and_the_secretariat_say_where_answers_go(th, jp, office) -> None:
    with pytest.raises(NotFound):
        asking(th, "office@jp.example.org", actor=jp.actor)
    with pytest.raises(NotPermitted), unit_of_work(th.actor) as work:
        found = work.find(own_university(work.actor, th.id))
        foreign = work.session.get_one(type(found), jp.id)
        ask_for_mailbox(work, foreign, "x@example.org")
    confirming(asking(th, "office@th.example.org", actor=office))
    assert reply_to(db.session(), th.actor, th.id) == "office@th.example.org"
    assert reply_to(db.session(), office, th.id) == "", "the secretariat is not that office"
    with pytest.raises(ChangedMeanwhile), unit_of_work(th.actor) as work:
        found = work.find(university_with_mailbox(work.actor, th.id))
        ask_for_mailbox(work, found, "x@example.org", version=0)


def test_the_pages_from_the_address_to_the_confirmed_link(client, th, jp, office) -> None:
    address = f"/exchanges/facts/{th.id}/mailbox"
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        assert client.get(address).status_code == 404
        signed_in(client, th)
        assert "do not reach your office yet" in client.get(f"/exchanges/facts/{th.id}").text
        refused = press(client, address, {"address": "nonsense", "version": "0"})
        assert refused.status_code == 422 and 'value="nonsense"' in refused.text
        said = {"address": "office@th.example.org", "version": "0"}
        assert press(client, address, said).status_code == 302
        assert press(client, address, {**said, "address": "b@c.org"}).status_code == 409
        assert "office@th.example.org" in client.get(address).text
        (letter,) = mails("exchanges/mailbox_to_confirm")
        assert (letter.address, letter.person_id) == ("office@th.example.org", None)
        link = letter.values["path"]
        client.delete_cookie("session", domain="localhost")
        page = client.get(link).text
        assert db.session.query(OfficeMailbox).one().address == "", "a look confirms nothing"
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        pressed = client.post(link, data={"csrf_token": token[1]})  # type: ignore[index]
        assert pressed.status_code == 302
        assert client.get(link).status_code == 404
        assert client.get("/exchanges/mailboxes/nothing").status_code == 404
        make.sign_in(client, db.session.get_one(User, office.user_id))
        assert "office@th.example.org" in client.get(address).text
        assert press(client, f"{address}/remove", {}).status_code == 302
        press(client, f"{address}/remove", {})
    db.session.rollback()
    db.session.expire_all()
    assert db.session.query(OfficeMailbox).one().address == ""


def test_the_database_keeps_no_address_that_nobody_confirmed(th) -> None:
    asking(th, "office@th.example.org")
    for words in (
        "UPDATE office_mailbox SET address = 'x@example.org'",
        "UPDATE office_mailbox SET key_hash = ''",
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(text(words))
        db.session.rollback()


# --- who leaves


def test_what_an_office_has_to_do_is_its_and_not_a_persons(th, jp, office) -> None:
    other = colleague(th)
    sent(student_of(th), opened(jp, th))
    assert kinds(th.actor) == kinds(other) == ["student to nominate"]
    leaving(office, th.actor.user_id)
    with clock.set_clock(make.NOW + timedelta(minutes=1)):
        gone = make.actor(db.session.get_one(User, th.actor.user_id))
    assert kinds(gone) == [] and kinds(other) == ["student to nominate"]
    assert mails("accounts/office_empty") == [], "somebody is there still"


@pytest.mark.parametrize("how", ["ended", "closed"])
def test_what_nobody_is_left_to_do_the_secretariat_is_told_and_sees(
    client, th, jp, office, how
) -> None:
    sent(student_of(th, "SOMCHAI JAIDEE"), opened(jp, th))
    name = "SOMCHAI JAIDEE"
    with clock.set_clock(make.NOW):
        make.sign_in(client, db.session.get_one(User, office.user_id))
        assert name not in client.get("/dashboard/secretariat").text
        if how == "ended":
            leaving(office, th.actor.user_id)
        else:
            with unit_of_work(office) as work:
                disable_account(work, work.find(person_to_manage(office, th.actor.user_id or 0)))
        (letter,) = mails("accounts/office_empty")
        assert letter.person_id == office.user_id and letter.values["tasks"] == 1
        page = client.get("/dashboard/secretariat").text
        assert name in page and "Nominate a student" in page
        (task,) = db.session.query(Task).filter_by(done_at=None).all()
        assert client.get(f"/mobility/choices/{task.subject_id}").status_code == 200
        replacement = make.person("THE NEXT ONE").id
        with unit_of_work(office) as work:
            user = work.find(person_to_manage(office, replacement))
            grant_role(work, user, Role.COORDINATOR, Scope.ORGANISATION, th.id)
        assert name not in client.get("/dashboard/secretariat").text
        next_one = make.actor(db.session.get_one(User, replacement))
        assert kinds(next_one) == ["student to nominate"]


def test_a_last_day_that_passes_is_told_once(th, jp, office) -> None:
    sent(student_of(th), opened(jp, th))
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == th.actor.user_id)).one()
    grant.until = make.NOW + timedelta(days=1)
    db.session.commit()
    for days, told in ((0, 0), (2, 1), (3, 1)):
        later = make.NOW + timedelta(days=days)
        with clock.set_clock(later), unit_of_work(SYSTEM) as work:
            tell_of_empty_offices(work)
        assert len(mails("accounts/office_empty")) == told
    with pytest.raises(NotPermitted), unit_of_work(jp.actor) as work:
        tell_of_empty_offices(work)


def test_offices_that_never_had_anybody_are_not_the_secretariats(session, office, th) -> None:
    nowhere = make.organisation(code="LA").id
    with clock.set_clock(make.NOW):
        with unit_of_work(SYSTEM) as work:
            open_task(
                work,
                "nomination to verify",
                work.session.get_one(Organisation, nowhere),
                role=Role.COORDINATOR,
                scope=Scope.ORGANISATION,
                scope_id=nowhere,
            )
            assert tell_of_empty_offices(work) == 0
        assert kinds(office, left_tasks()) == []
