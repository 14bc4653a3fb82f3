"""A check that is kept for the draft, our own records of awards, and the versions of the rules."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application, EligibilityCheck
from app.applications.operations import keep_check
from app.applications.queries import opportunities_to_start
from app.applications.states import ApplicationState
from app.fellowships.models import Call
from app.fellowships.operations.rules import number_rules
from app.foundation import clock
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.opportunities.eligibility import Facts, Outcome
from app.opportunities.models import Opportunity, RuleSet
from tests import make
from tests.applications import helping
from tests.fellowships.offices import office_of


@pytest.fixture(autouse=True)
def _january():
    with clock.set_clock(make.NOW):
        yield


def check_as(person, call_id: int, facts: Facts):
    with unit_of_work(make.actor(person)) as work:
        query = opportunities_to_start(work.actor).where(Opportunity.id == call_id)
        return keep_check(work, work.session.scalars(query).one(), facts)


def test_who_is_signed_in_has_the_result_kept_for_the_application(client, session) -> None:
    desk = office_of("Programme")
    call = make.call(programme=desk.programme, eligibility={"residence": ["KH"]})
    person = make.person("SOK DARA")
    address = f"/fellowships/{call.ref}/check"
    call_id, person_id, manager_id = call.id, person.id, desk.manager.id
    make.sign_in(client, person)
    page = client.get(address).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    sent = {"csrf_token": token, "nationality": "KH", "residence": "KH"}
    page = client.post(address, data=sent)
    assert page.status_code == 200
    assert "By what you said you may apply." in page.text
    assert "by version 1 of the rules" in page.text
    kept = session.scalars(select(EligibilityCheck)).one()
    assert (kept.opportunity_id, kept.number) == (call_id, 1)
    assert kept.content["facts"]["residence"] == "KH"
    again = client.post(address, data=sent | {"residence": "VN"}).text
    assert "you may not apply" in again
    session.expire_all()
    kept = session.scalars(select(EligibilityCheck)).one()
    assert kept.content["results"][1] == {"code": "residence", "outcome": "not met"}
    person = db.session.get_one(User, person_id)
    mine = helping.ready(db.session.get_one(Call, call_id), person)
    helping.submit(db.session.get_one(User, person_id), mine, key="k")
    shown = client.get(f"/applications/{mine}/eligibility").text
    assert "You checked this on" in shown
    assert "What you sent is held against version 1 of the rules" in shown
    make.sign_in(client, db.session.get_one(User, manager_id))
    assert "Checked before applying, on" in client.get(f"/tracking/{call_id}/{mine}").text


def test_nothing_is_kept_of_who_is_not_signed_in(client, session) -> None:
    call = make.call(eligibility={"residence": ["KH"]})
    page = client.post(
        f"/fellowships/{call.ref}/check", data={"residence": "KH", "nationality": "KH"}
    )
    assert "Nothing that you answer is kept" in page.text
    assert session.scalar(select(EligibilityCheck)) is None


def test_an_award_in_our_records_counts_against_a_no(session) -> None:
    programme = make.programme()
    person = make.person("SOK DARA")
    earlier = make.call(programme=programme)
    award = make.application(earlier, person, state=ApplicationState.ACCEPTED)
    award.award_country = "JP"
    session.commit()
    call = make.call(programme=programme, eligibility={"one_award_per_cycle": True})
    results = check_as(person, call.id, Facts(awarded_this_cycle=False))
    said = next(r for r in results if r.code == "one_award_per_cycle")
    assert said.outcome is Outcome.NOT_MET
    assert "By our records of earlier awards, this is not so." in said.sentence
    assert session.scalars(select(Application)).one().award_country == "JP"


def test_the_office_reads_which_version_held_from_when_and_what_changed(client, session) -> None:
    desk = office_of("Programme")
    call = make.call(programme=desk.programme, eligibility={"residence": ["KH"]})
    call_id, manager = call.id, make.actor(desk.manager)
    manager_id = desk.manager.id
    for rules in ({"residence": ["KH"]}, {"residence": ["KH"]}, {"service": {"years": 2}}):
        with unit_of_work(manager) as work:
            found = work.session.get_one(Call, call_id)
            found.eligibility = rules
            number_rules(work, found)
    assert list(session.scalars(select(RuleSet.number).order_by(RuleSet.number))) == [1, 2]
    make.sign_in(client, db.session.get_one(User, manager_id))
    page = client.get(f"/fellowships/office/{call_id}/rules").text
    assert "Version 2" in page
    assert "<del>Open to people who live in Cambodia.</del>" in page
    assert client.get(f"/fellowships/office/{call_id}/audience").text.count("/rules") == 1


def test_a_call_without_any_version_of_its_rules_has_the_page_too(client, session) -> None:
    desk = office_of("Programme")
    call = make.call(programme=desk.programme)
    session.query(RuleSet).filter_by(opportunity_id=call.id).delete()
    session.commit()
    call_id, manager = call.id, desk.manager
    make.sign_in(client, manager)
    assert client.get(f"/fellowships/office/{call_id}/rules").status_code == 200
