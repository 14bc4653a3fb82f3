"""Pages of stays: from the list before arrival to an accepted report, and who finds nothing."""

import re
from datetime import timedelta

import pytest

from app.accounts.models import User
from app.foundation import clock
from app.foundation.database import db
from app.stays import operations as verbs
from app.stays.states import ChangeState, PreparationState, ReportState, StayState
from tests import make
from tests.counting import statements
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.mobility.choosing import student_of
from tests.stays.staying import (
    by_itself,
    line,
    on,
    planned,
    report,
    saying,
    stay,
    wish,
    wishing,
)


@pytest.fixture
def student(th):
    return student_of(th, "SOMCHAI JAIDEE")


@pytest.fixture
def going(th, jp, student) -> int:
    return planned(th, jp, student)


def as_person(client, actor):
    return make.sign_in(client, db.session.get_one(User, actor.user_id))


def day(name: str, value) -> dict[str, str]:
    return {f"{name}-{part}": str(getattr(value, part)) for part in ("day", "month", "year")}


def test_the_student_reads_the_list_and_settles_a_line(client, student, going) -> None:
    page = f"/stays/{going}"
    insurance = line(going, "insurance").id
    with clock.set_clock(make.NOW):
        as_person(client, student)
        assert f'href="{page}"' in client.get("/stays").text
        shown = client.get(page).text
        assert "Certificate of eligibility is issued and sent" in shown
        assert "Confirm the arrival" not in shown
        address = f"/stays/preparations/{insurance}"
        without = press(client, f"{address}/not-needed", {"note": ""})
        assert without.status_code == 409
        assert "Say why it is not needed." in without.text
        assert press(client, f"{address}/done", {"note": "By the university."}).status_code == 302
        assert "By the university." in client.get(page).text
        assert line(going, "insurance").state is PreparationState.DONE
        assert press(client, f"{address}/open", {}).status_code == 302
        assert press(client, f"{address}/move", day("due_on", make.NOW)).status_code == 403


def test_a_late_list_says_that_the_arrival_is_in_danger(client, jp, going) -> None:
    first = stay(going).starts_on
    with clock.set_clock(on(first).replace(month=first.month - 1)):
        signed_in(client, jp)
        shown = client.get(f"/stays/{going}").text
        assert "The arrival is in danger." in shown
        assert "now expected on" in shown
        office = client.get("/stays/office").text
        assert "SOMCHAI JAIDEE" in office
        assert "things are late" in office
        assert 'href="/mobility/office"' in office


def test_the_host_confirms_and_interrupts_and_a_wrong_day_is_told_beside_it(
    client, th, jp, going
) -> None:
    first, last = stay(going).starts_on, stay(going).ends_on
    page = f"/stays/{going}"
    with clock.set_clock(on(first)):
        signed_in(client, jp)
        early = press(client, f"{page}/arrival", day("on", last))
        assert early.status_code == 409
        assert "This day has not come yet." in early.text
        wrong = press(client, f"{page}/arrival", {"on-day": "31", "on-month": "2", "on-year": "9"})
        assert wrong.status_code == 422
        assert 'value="31"' in wrong.text
        assert press(client, f"{page}/arrival", day("on", first)).status_code == 302
        signed_in(client, th)
        assert press(client, f"{page}/departure", day("on", first)).status_code == 403
        away = day("from_on", first) | {"reason": "A family matter."}
        assert press(client, f"{page}/interruption", away).status_code == 302
        assert "A family matter." in client.get(page).text
        assert press(client, f"{page}/return", day("on", first)).status_code == 302
    with clock.set_clock(on(last)):
        signed_in(client, jp)
        assert press(client, f"{page}/departure", day("on", last)).status_code == 302
        assert stay(going).state is StayState.ENDED
        assert "SOMCHAI JAIDEE" in client.get("/stays/office?show=over").text


def test_other_days_are_asked_for_refused_and_agreed(client, th, jp, student, going) -> None:
    found = stay(going)
    page, later = f"/stays/{going}", found.ends_on.replace(day=found.ends_on.day + 1)
    wanted = day("starts_on", found.starts_on) | day("ends_on", found.ends_on)
    with clock.set_clock(make.NOW):
        as_person(client, student)
        same = press(client, f"{page}/change", wanted | {"reason": "More.", "version": "1"})
        assert same.status_code == 409
        assert "More." in same.text
        longer = wanted | day("ends_on", later)
        assert press(client, f"{page}/change", longer).status_code == 422
        longer |= {"reason": "One more day.", "version": "1"}
        assert press(client, f"{page}/change", longer).status_code == 302
        signed_in(client, jp)
        address = re.search(r'href="(/stays/changes/\d+)"', client.get(page).text)[1]
        assert "One more day." in client.get(address).text
        assert press(client, f"{address}/refuse", {"answer": ""}).status_code == 409
        assert press(client, f"{address}/agree", {}).status_code == 302
        assert press(client, f"{address}/take-back", {}).status_code == 403
        signed_in(client, th)
        assert press(client, f"{address}/agree", {}).status_code == 302
        assert wish(int(address.rpartition("/")[2])).state is ChangeState.AGREED
        assert stay(going).ends_on == later


def test_a_report_is_nobody_elses_until_it_is_sent(client, th, jp, student, going) -> None:
    first = stay(going).starts_on
    saying(jp.actor, going, verbs.confirm_arrival, on=first, now=on(first))
    address = f"/stays/reports/{report(going).id}"
    with clock.set_clock(on(first)):
        as_person(client, student)
        said = {"account": "Words of a draft.", "outcome": "", "version": "1"}
        assert press(client, address, said).status_code == 302
        assert press(client, address, said).status_code == 409, "an old form"
        for who in (th, jp):
            signed_in(client, who)
            assert "Words of a draft." not in client.get(address).text
        as_person(client, student)
        assert press(client, f"{address}/send", {}).status_code == 302
        signed_in(client, th)
        assert "Words of a draft." in client.get(address).text
        assert press(client, f"{address}/return", {"answer": ""}).status_code == 409
        assert press(client, f"{address}/accept", {"answer": "Thank you."}).status_code == 302
        assert report(going).state is ReportState.ACCEPTED


def test_an_office_adds_to_the_list(client, th, going) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        address = f"/stays/{going}/preparations/new"
        said = {"title": "Bank account", "side": "person"} | day("due_on", stay(going).starts_on)
        assert press(client, address, said | {"title": ""}).status_code == 422
        assert press(client, address, said).status_code == 302
        assert "Bank account" in client.get(f"/stays/{going}").text


def test_others_find_nothing(client, th, jp, vn, student, going) -> None:
    change = wishing(student, going)
    addresses = [
        f"/stays/{going}",
        f"/stays/{going}/arrival",
        f"/stays/{going}/change",
        f"/stays/changes/{change}",
        f"/stays/preparations/{line(going, 'visa').id}",
        f"/stays/reports/{report(going).id}",
    ]
    presses = [
        f"/stays/{going}/arrival",
        f"/stays/{going}/change",
        f"/stays/changes/{change}/agree",
        f"/stays/preparations/{line(going, 'visa').id}/done",
        f"/stays/reports/{report(going).id}/send",
    ]
    for who in (vn.actor, student_of(th), student_of(vn)):
        as_person(client, who)
        for address in addresses:
            assert client.get(address).status_code == 404, address
        for address in presses:
            assert press(client, address, {}).status_code == 404, address
    signed_in(client, vn)
    assert "SOMCHAI JAIDEE" not in client.get("/stays/office").text


def test_the_pages_ask_the_same_however_much_there_is(client, th, jp, student, going) -> None:
    counted = []
    for _ in range(2):
        signed_in(client, jp)
        for address in ("/stays/office", f"/stays/{going}"):
            client.get(address)
            with statements() as seen:
                assert client.get(address).status_code == 200
            counted.append(len(seen))
        planned(th, jp)
        by_itself(verbs.plan_stays)
    assert counted[:2] == counted[2:]
    assert max(counted) <= 12


def test_a_universitys_dashboard_counts_who_comes_goes_and_is_there(client, th, jp, going) -> None:
    def told(who, today) -> str:
        with clock.set_clock(on(today)):
            signed_in(client, who)
            page = client.get("/dashboard/university").text
        return " ".join(re.sub(r"<[^>]+>", " ", page).split())

    first = stay(going).starts_on
    eve = first - timedelta(days=1)
    assert "Our students who leave within 60 days 1" in told(th, eve)
    assert "Our students who leave within 60 days 0" in told(th, first - timedelta(days=61))
    assert "Students who come to us within 60 days 1" in told(jp, eve)
    assert "Balance: went and came 1 : 0" in told(th, eve)
    assert "Balance: went and came 0 : 1" in told(jp, eve)
    late = first + timedelta(days=1)
    assert "Arrivals and departures that nobody confirmed 1" in told(jp, late)
    assert "Our students who leave within 60 days 0" in told(th, late)
    saying(jp.actor, going, verbs.confirm_arrival, on=first, now=on(first))
    assert "Our students abroad now 1" in told(th, late)
    assert "Students with us now 1" in told(jp, late)
    assert "nobody confirmed" not in told(jp, late)
