"""Pages of agreements: what each side reads and answers, and who finds nothing there."""

import re

import pytest
from sqlalchemy import event, select

from app.accounts.models import User
from app.exchanges import operations as office
from app.exchanges.queries import latest
from app.exchanges.states import AgreementState
from app.foundation.actors import Role
from app.foundation.database import db
from app.foundation.search.index import index_document
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.notifications.tasks import tasks_of
from tests import make
from tests.exchanges.agreeing import (
    approving,
    as_it_is,
    found_by,
    going,
    proposed,
    revising,
    university,
)


def signed_in(client, who):
    return make.sign_in(client, db.session.get_one(User, who.actor.user_id))


def shown(who, agreement_id: int) -> dict[str, str]:
    """What the form of an agreement carries for a university."""
    agreement = as_it_is(who, agreement_id)
    side = next(side for side in agreement.sides if side.organisation_id == who.id)
    newest = latest(agreement)
    return {
        "side": str(side.id),
        "seen": str(newest.number),
        "fingerprint": newest.fingerprint,
    }


def press(client, address: str, data: dict[str, str]):
    """Send the form, with the token that this browser was given."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/dashboard").text)
    assert token is not None
    return client.post(address, data={**data, "csrf_token": token[1]})


def tasks(who) -> list[str]:
    db.session.rollback()
    return [task.kind for task in db.session.scalars(tasks_of(who.actor))]


def test_each_side_reads_what_the_other_wrote_and_approves_it(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    page = signed_in(client, jp).get(f"/exchanges/agreements/{agreement_id}").text
    assert "4 people a year" in page
    assert "Not answered yet" in page
    answer = press(client, f"/exchanges/agreements/{agreement_id}/approve", shown(jp, agreement_id))
    assert answer.status_code == 302
    assert as_it_is(th, agreement_id).state is AgreementState.IN_FORCE
    page = client.get(f"/exchanges/agreements/{agreement_id}").text
    assert "Not answered yet" not in page
    assert "Approve revision" not in page


def test_a_revision_shows_what_is_different_from_what_i_approved(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    revising(th, agreement_id, [going(th, jp, places=9), going(jp, th)])
    page = signed_in(client, jp).get(f"/exchanges/agreements/{agreement_id}").text
    assert "What is different from revision 1" in page
    changed = page.split('id="changed"')[1].split("</section>")[0]
    assert "<del>4 people a year</del>" in changed
    assert "<ins>9 people a year</ins>" in changed
    assert "Revision 1 is in force while revision 2 is talked about" in page


def test_an_old_page_approves_nothing_and_keeps_what_was_written(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    old = shown(jp, agreement_id)
    revising(th, agreement_id, [going(th, jp, places=1)])
    signed_in(client, jp)
    for verb in ("approve", "decline"):
        answer = press(
            client,
            f"/exchanges/agreements/{agreement_id}/{verb}",
            {**old, "comment": "Two are enough."},
        )
        assert answer.status_code == 409
        assert "wrote another revision meanwhile" in answer.text
        assert "Two are enough." in answer.text
    assert as_it_is(th, agreement_id).in_force_number is None


def test_declining_needs_words_and_goes_back_to_who_wrote_it(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    address = f"/exchanges/agreements/{agreement_id}/decline"
    signed_in(client, jp)
    assert press(client, address, shown(jp, agreement_id)).status_code == 409
    said = {**shown(jp, agreement_id), "comment": "We can take two."}
    assert press(client, address, said).status_code == 302
    assert "We can take two." in client.get(f"/exchanges/agreements/{agreement_id}").text
    assert tasks(th) == ["agreement declined"]
    assert tasks(jp) == []


def test_what_waits_for_a_word_is_asked_until_it_is_given(th, jp) -> None:
    agreement_id = proposed(th, jp)
    assert (tasks(th), tasks(jp)) == ([], ["agreement to approve"])
    revising(jp, agreement_id, [going(jp, th)])
    assert (tasks(th), tasks(jp)) == (["agreement to approve"], [])
    approving(th, agreement_id)
    assert tasks(th) == []
    revising(jp, agreement_id, [going(th, jp)])
    with unit_of_work(jp.actor, now=make.NOW) as work:
        agreement, side = found_by(work, agreement_id)
        office.end_agreement(work, agreement, side, reason="It is not used.")
    db.session.rollback()
    assert db.session.scalars(select(Task).where(Task.done_at.is_(None))).all() == []


def test_the_other_sides_are_told_once_and_never_who_acts(th, jp) -> None:
    def told() -> list[tuple[int | None, str]]:
        db.session.rollback()
        rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        return [(row.person_id, row.kind.removeprefix("exchanges/agreement_")) for row in rows]

    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    revising(jp, agreement_id, [going(th, jp)])
    thai, japanese = th.actor.user_id, jp.actor.user_id
    assert told() == [(japanese, "written"), (thai, "answered"), (thai, "written")]
    newest = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert newest[1].values["in_force"] is True


def test_others_find_nothing_and_nobody_answers_for_another_side(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    theirs = shown(jp, agreement_id)
    signed_in(client, university("VN"))
    assert client.get(f"/exchanges/agreements/{agreement_id}").status_code == 404
    assert f"/exchanges/agreements/{agreement_id}" not in client.get("/exchanges/agreements").text
    address = f"/exchanges/agreements/{agreement_id}/approve"
    assert press(client, address, theirs).status_code == 404
    signed_in(client, th)
    assert press(client, address, theirs).status_code == 403
    assert press(client, address, {**theirs, "side": "99"}).status_code == 409
    make.sign_in(client, make.grant(make.person(), Role.SECRETARIAT))
    page = client.get(f"/exchanges/agreements/{agreement_id}")
    assert page.status_code == 200
    assert "Approve revision" not in page.text
    assert press(client, address, theirs).status_code == 403


def test_what_is_in_force_is_renewed_when_the_other_side_agrees(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    address = f"/exchanges/agreements/{agreement_id}/renew"
    signed_in(client, jp)
    assert "Renew it" not in client.get(f"/exchanges/agreements/{agreement_id}").text
    approving(jp, agreement_id)
    assert "Renew it" in client.get(f"/exchanges/agreements/{agreement_id}").text
    for wrong, status, said in (
        ("", 422, "Write a year, for example 2031."),
        ("soon", 422, "Write a whole number, in digits."),
        ("2029", 409, "Choose a year after the last one of the agreement."),
    ):
        answer = press(client, address, {**shown(jp, agreement_id), "until": wrong})
        assert (answer.status_code, said in answer.text) == (status, True), wrong
        assert re.search(rf'name="until"[^>]*value="{wrong}"', answer.text), (
            "what was typed is lost"
        )
    assert press(client, address, {**shown(jp, agreement_id), "until": "2032"}).status_code == 302
    agreement = as_it_is(th, agreement_id)
    assert (agreement.in_force_number, agreement.latest_number) == (1, 2)
    assert tasks(th) == ["agreement to approve"]
    approving(th, agreement_id)
    agreement = as_it_is(th, agreement_id)
    assert agreement.in_force_number == 2
    assert {c.last_year for c in latest(agreement).conditions} == {2032}


def test_ending_needs_a_reason_and_is_for_all_sides(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    address = f"/exchanges/agreements/{agreement_id}/end"
    signed_in(client, jp)
    answer = press(client, address, shown(jp, agreement_id))
    assert answer.status_code == 422
    assert "Write why the agreement ends." in answer.text
    said = {**shown(jp, agreement_id), "reason": "The programme is closed."}
    assert press(client, address, said).status_code == 302
    assert as_it_is(th, agreement_id).state is AgreementState.ENDED
    page = signed_in(client, th).get(f"/exchanges/agreements/{agreement_id}").text
    assert "The programme is closed." in page
    assert "End the agreement" not in page
    again = press(client, address, {**shown(th, agreement_id), "reason": "Again."})
    assert again.status_code == 409


def rows_of(html: str) -> dict[str, list[str]]:
    """What the form of conditions holds, as a browser would send it."""
    held: dict[str, list[str]] = {}
    for field in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="(rows-[^"]+)"', field), re.search(r'value="([^"]*)"', field)
        if name and ('type="checkbox"' not in field or " checked" in field):
            held.setdefault(name[1], []).append(value[1] if value else "y")
    for name, options in re.findall(
        r'<select[^>]*name="(rows-[^"]+)"[^>]*>(.*?)</select>', html, re.S
    ):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        held[name] = [chosen[1] if chosen else ""]
    return held


def test_the_next_revision_is_written_in_a_form_that_holds_the_newest(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    address = f"/exchanges/agreements/{agreement_id}/revise"
    html = signed_in(client, jp).get(address).text
    rows = rows_of(html)
    assert rows["rows-0-places"] == ["4"] and rows["rows-0-levels"] == ["6", "7"]
    assert rows["rows-1-origin"] == [jp.ref]
    same = press(client, address, {**shown(jp, agreement_id), **rows, "do": "save"})
    assert same.status_code == 409
    assert "Nothing is different" in same.text
    rows["rows-0-places"], rows["rows-1-take_out"] = ["2"], ["y"]
    said = {**shown(jp, agreement_id), **rows, "do": "save", "note": "Two rooms are left."}
    assert press(client, address, said).status_code == 302
    (condition,) = latest(as_it_is(th, agreement_id)).conditions
    assert (condition.places, condition.fields, condition.levels) == (2, ["0613"], [6, 7])
    assert rows["rows-0-fields"] == ["0613"]
    assert tasks(th) == ["agreement to approve"]
    assert "Two rooms are left." in client.get(f"/exchanges/agreements/{agreement_id}").text


def test_fields_are_read_by_name_and_those_without_one_in_the_list_by_code(client, th, jp) -> None:
    agreement_id = proposed(th, jp, fields=("0613", "0732"))
    page = signed_in(client, jp).get(f"/exchanges/agreements/{agreement_id}").text
    assert "Software and applications (0613)" in page
    assert "Building and civil engineering (0732)" in page
    page = client.get(f"/exchanges/agreements/{agreement_id}?lang=ja").text
    assert "（0613）" in page or "(0613)" in page
    assert "Software and applications" not in page
    address = f"/exchanges/agreements/{agreement_id}/revise"
    rows = rows_of(client.get(address).text)
    assert (rows["rows-0-fields"], rows["rows-0-other_fields"]) == (["0613"], ["0732"])
    rows["rows-0-fields"], rows["rows-0-other_fields"] = ["0619"], ["0732, 0721"]
    sent = {**shown(jp, agreement_id), **rows, "do": "save"}
    assert press(client, address, sent).status_code == 302
    first = latest(as_it_is(th, agreement_id)).conditions[0]
    assert first.fields == ["0619", "0721", "0732"]


def test_a_condition_is_added_without_losing_what_was_typed(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    address = f"/exchanges/agreements/{agreement_id}/revise"
    rows = rows_of(signed_in(client, jp).get(address).text)
    rows["rows-0-places"] = ["many"]
    more = press(client, address, {**shown(jp, agreement_id), **rows, "do": "add"})
    assert more.status_code == 200
    assert 'name="rows-2-places"' in more.text
    assert 'value="many"' in more.text


def test_each_fault_of_a_condition_is_said_beside_its_field(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    address = f"/exchanges/agreements/{agreement_id}/revise"
    rows = rows_of(signed_in(client, jp).get(address).text)
    for name, wrong, said in (
        ("places", "many", "Write a whole number, in digits."),
        ("target", th.ref, "Choose two different universities"),
        ("last_year", "2020", "The last year cannot be before the first."),
        ("other_fields", "computing", "Write fields by their four digits"),
        ("other_fields", "0613, 9899", "There is no field 9899 in ISCED-F."),
        ("months", "99", "60"),
    ):
        sent = {**shown(jp, agreement_id), **rows, f"rows-0-{name}": wrong, "do": "save"}
        answer = press(client, address, sent)
        assert answer.status_code == 422, name
        beside = re.search(rf'id="rows-0-{name}-error"[^>]*>([^<]*)<', answer.text)
        assert beside and said in beside[1], name
        assert wrong in answer.text
    assert as_it_is(th, agreement_id).latest_number == 1


def test_an_old_form_writes_no_revision(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    address = f"/exchanges/agreements/{agreement_id}/revise"
    rows = rows_of(signed_in(client, jp).get(address).text)
    old = {**shown(jp, agreement_id), **rows, "rows-0-places": "3", "do": "save"}
    revising(th, agreement_id, [going(th, jp, places=1)])
    answer = press(client, address, old)
    assert answer.status_code == 409
    assert "wrote another revision meanwhile" in answer.text
    assert re.search(r'name="rows-0-places"[^>]*value="3"', answer.text)


def filled(client, address: str, **values: str) -> dict:
    """The form of a proposal as it is shown, with the numbers that it needs."""
    html = client.get(address).text
    rows = rows_of(html)
    for name in rows:
        if name.endswith(("-places", "-months")):
            rows[name] = ["3"]
    key = re.search(r'name="request_key"[^>]*value="([^"]+)"', html)[1]
    return {**rows, "request_key": key, "do": "save", **values}


def test_a_university_finds_another_and_proposes_to_it_once(client, th, jp) -> None:
    with unit_of_work(jp.actor, now=make.NOW) as work:
        index_document(work, "organisation", jp.id, text="Hokkaido University")
    page = signed_in(client, th).get("/exchanges/agreements").text
    assert 'href="/exchanges/agreements/new"' in page
    found = client.get("/exchanges/agreements/new", query_string={"q": "hokkaido"}).text
    address = re.search(r'href="(/exchanges/agreements/new\?[^"]*partner=[^"]+)"', found)[1]
    address = address.replace("&amp;", "&")
    sent = filled(client, address, note="Let us begin small.")
    assert (sent["rows-0-origin"], sent["rows-1-origin"]) == ([th.ref], [jp.ref])
    first, again = press(client, address, sent), press(client, address, sent)
    assert first.status_code == again.status_code == 302
    assert first.location == again.location
    agreement = as_it_is(jp, int(first.location.rpartition("/")[2]))
    assert [c.places for c in latest(agreement).conditions] == [3, 3]
    assert latest(agreement).note == "Let us begin small."
    assert tasks(jp) == ["agreement to approve"]


def test_a_proposal_needs_a_partner_and_numbers(client, th, jp) -> None:
    signed_in(client, th)
    alone = press(client, "/exchanges/agreements/new", {"do": "save"})
    assert alone.status_code == 409
    assert "between two universities at least" in alone.text
    address = f"/exchanges/agreements/new?partner={jp.ref}"
    sent = filled(client, address) | {"rows-0-places": ""}
    answer = press(client, address, sent)
    assert answer.status_code == 422
    assert re.search(r'id="rows-0-places-error"[^>]*>Write how many', answer.text)
    assert 'value="3"' in answer.text


def test_nobody_proposes_for_another_university(client, th, jp) -> None:
    signed_in(client, th)
    address = f"/exchanges/agreements/new?university={jp.ref}&partner={th.ref}"
    page = client.get(address).text
    assert f'name="university" value="{th.ref}"' in page
    make.sign_in(client, make.grant(make.person(), Role.SECRETARIAT))
    assert client.get(address).status_code == 403
    assert press(client, address, {"do": "save"}).status_code == 403


def test_who_is_no_side_neither_renews_nor_ends(client, th, jp) -> None:
    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    rows = rows_of(signed_in(client, jp).get(f"/exchanges/agreements/{agreement_id}/revise").text)
    theirs = {**shown(jp, agreement_id), **rows, "until": "2032", "reason": "Because."}
    theirs["rows-0-places"] = "9"
    for who in (university("VN"), th):
        signed_in(client, who)
        for verb in ("renew", "end", "revise"):
            answer = press(client, f"/exchanges/agreements/{agreement_id}/{verb}", theirs)
            assert answer.status_code == (403 if who is th else 404), verb
    assert as_it_is(th, agreement_id).state is AgreementState.IN_FORCE


def test_the_list_asks_the_same_questions_however_long_it_is(app, client, th, jp) -> None:
    signed_in(client, jp)

    def asked() -> int:
        told: list[str] = []

        def note(_c, _cursor, statement, *_rest):
            told.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        page = client.get("/exchanges/agreements")
        event.remove(db.engine, "before_cursor_execute", note)
        assert page.status_code == 200
        return len(told)

    proposed(th, jp)
    asked()
    few = asked()
    for places in range(1, 28):
        proposed(th, jp, places=places)
    assert asked() == few
    assert "Earlier ones" in client.get("/exchanges/agreements").text
