"""Being nominated: chosen, asked, answered within the quota; nobody is refused by a clock."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.applications import queries
from app.applications.models import Application, Nomination, Nominator
from app.applications.operations import (
    RouteTerms,
    change_nominator,
    decline_to_nominate,
    nominate,
    note_overdue_nominations,
    open_route,
    pass_screening,
    rank_nominated,
    take_back_nomination,
)
from app.applications.queries import nominating
from app.applications.queries.routes import nominator_of
from app.applications.states import ApplicationState as S
from app.applications.states import NominationState, RouteKind
from app.dashboards.tasks import SORTS
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.foundation.work import unit_of_work
from app.placements.operations import undo_withdrawal, withdraw_application
from tests import make
from tests.applications import helping
from tests.applications.nominations import (
    a_call,
    a_university,
    answer,
    choose,
    open_tasks,
    ready,
    sent,
    the,
    the_nominator,
    told,
)
from tests.fellowships.offices import the_call, working
from tests.racing import all_at_once, rounds


def test_only_ones_own_university_is_open_to_one(office) -> None:
    call, (home, _officer), (other, _) = a_call(office), a_university(), a_university("Another")
    person = make.person("Sokha", home_institution_id=home.id)
    number = ready(call, person)
    with pytest.raises(RuleBroken, match="open to you"):
        choose(person, number, f"university-{other.id}")
    choose(person, number, f"university-{home.id}")
    assert the(number).route == "university"
    choose(person, number, "direct-0")
    assert the(number).route == "direct"
    assert db.session.scalar(select(Nomination)) is None


def test_a_ministry_is_open_to_people_of_its_country_alone(office) -> None:
    call, ministry = a_call(office), make.organisation("Ministry", "LA")
    with working(office.manager) as work:
        route = open_route(work, the_call(work, call), RouteKind.MINISTRY, RouteTerms(quota=2))
        work.session.add(Nominator(route_id=route.id, organisation_id=ministry.id, quota=2))
    for country, opens in (("LA", True), ("KH", False)):
        person = make.person(nationality=country)
        number = ready(call, person)
        with working(person) as work:
            found = nominating.ways(
                work.session,
                helping.find(work, number),
                work.session.scalar(queries.person_with_profile(person.id)),
            )
            keys = {way.key for way in found.open}
        assert (f"ministry-{ministry.id}" in keys) is opens


def test_what_is_submitted_waits_for_the_university_and_says_so(office, client) -> None:
    call, (home, officer) = a_call(office), a_university()
    number, person = sent(call, home)
    assert the(number).state is S.AWAITING_NOMINATION
    assert [m.address for m in told("applications/nomination_asked")] == [officer.email]
    task = next(t for t in open_tasks("people to nominate") if t.role == Role.COORDINATOR)
    assert (task.scope_id, task.values["number"]) == (home.id, 1)
    assert task.due_at == the_nominator().due_at
    make.sign_in(client, person)
    page = client.get(f"/applications/{number}").text
    assert "Royal University has it now." in page
    assert "It answers by 12 Jan 2027, 17:00" in page
    with pytest.raises(RuleBroken, match="Waits for nomination"), working(office.manager) as work:
        found = queries.applications_visible_to(work.actor).where(Application.id == number)
        pass_screening(work, work.find(found))


def test_nobody_applies_by_no_way_where_the_call_asks_for_one(office) -> None:
    call = a_call(office)
    home, _officer = a_university()
    person = make.person("Sokha", home_institution_id=home.id)
    number = ready(call, person)
    choose(person, number, f"university-{home.id}")
    person = db.session.merge(person)
    person.home_institution_id = None
    db.session.commit()
    with pytest.raises(RuleBroken, match="by which way"):
        helping.submit(person, number)
    assert the(number).state is S.DRAFT


def test_a_nomination_sends_it_on_and_uses_one_of_the_quota(office) -> None:
    call, (home, officer) = a_call(office), a_university()
    number, person = sent(call, home)
    answer(officer, number, nominate)
    assert the(number).state is S.SUBMITTED
    assert the_nominator().nominated == 1
    assert open_tasks("people to nominate") == []
    assert [m.address for m in told("applications/nomination_made")] == [person.email]
    with pytest.raises(RuleBroken, match="does not wait"):
        answer(officer, number, nominate)
    assert the_nominator().nominated == 1


def test_a_refusal_is_told_with_its_reason_and_can_be_thought_over(office, client) -> None:
    call, (home, officer) = a_call(office), a_university()
    number, person = sent(call, home)
    with pytest.raises(RuleBroken, match="Write the reason"):
        answer(officer, number, decline_to_nominate, reason=" ")
    answer(officer, number, decline_to_nominate, reason="We send people of the second year.")
    assert the(number).state is S.NOT_NOMINATED
    make.sign_in(client, person)
    assert "We send people of the second year." in client.get(f"/applications/{number}").text
    answer(officer, number, nominate)
    assert the(number).state is S.SUBMITTED


def test_nobody_is_nominated_beyond_the_quota(office) -> None:
    call, (home, officer) = a_call(office), a_university()
    numbers = [sent(call, home)[0] for _n in range(3)]
    for number in numbers[:2]:
        answer(officer, number, nominate)
    with pytest.raises(RuleBroken, match="quota are used"):
        answer(officer, numbers[2], nominate)
    assert the(numbers[2]).state is S.AWAITING_NOMINATION


def test_who_withdraws_frees_the_part_of_the_quota(office) -> None:
    call, (home, officer) = a_call(office), a_university()
    (first, person), (second, _), (third, _) = (sent(call, home) for _n in range(3))

    def mine(verb):
        with working(person) as work:
            found = queries.own_applications(work.actor).where(Application.id == first)
            verb(work, work.find(found.options(selectinload(Application.applicant))))

    answer(officer, first, nominate)
    answer(officer, second, nominate)
    mine(withdraw_application)
    assert the_nominator().nominated == 1
    mine(undo_withdrawal)
    assert (the(first).state, the_nominator().nominated) == (S.SUBMITTED, 2)
    mine(withdraw_application)
    answer(officer, third, nominate)
    mine(undo_withdrawal)
    assert (the(first).state, the_nominator().nominated) == (S.AWAITING_NOMINATION, 2)


def test_a_body_sees_only_who_asked_it(office, client) -> None:
    call, (home, _officer) = a_call(office), a_university()
    number, _person = sent(call, home)
    _other, foreign = a_university("Another")
    nominator = the_nominator()
    make.sign_in(client, foreign)
    for address in (f"/nominations/{nominator.id}", f"/nominations/people/{number}"):
        assert client.get(address).status_code == 404
    for verb in ("nominate", "decline"):
        assert client.post(f"/nominations/people/{number}/{verb}").status_code == 404
    with pytest.raises(NotFound):
        answer(foreign, number, nominate)
    assert the(number).state is S.AWAITING_NOMINATION


def test_a_draft_is_not_shown_to_the_body_that_was_chosen(office, client) -> None:
    call, (home, officer) = a_call(office), a_university()
    person = make.person("Sokha", home_institution_id=home.id)
    number = ready(call, person)
    choose(person, number, f"university-{home.id}")
    make.sign_in(client, officer)
    assert client.get(f"/nominations/people/{number}").status_code == 404
    assert "SOKHA" not in client.get(f"/nominations/{the_nominator().id}").text.upper()


def test_nobody_nominates_themselves(office) -> None:
    call, (home, officer) = a_call(office), a_university()
    with working(SYSTEM) as work:
        work.session.merge(officer).home_institution_id = home.id
    number, _person = sent(call, home, officer)
    with pytest.raises(NotFound):
        answer(officer, number, nominate)


def test_a_passed_deadline_refuses_nobody_and_asks_the_office_to_look(office, client) -> None:
    call, (home, officer) = a_call(office), a_university()
    number, _person = sent(call, home)
    later = make.NOW + timedelta(days=10)
    with working(SYSTEM, later) as work:
        assert note_overdue_nominations(work) == 1
    with working(SYSTEM, later) as work:
        note_overdue_nominations(work)
    (task,) = open_tasks("nominations overdue")
    nominator_id = task.subject_id
    assert (task.role, task.scope_id) == (Role.MANAGER, office.programme.id)
    assert SORTS[task.kind].url(task) == (
        f"/fellowships/office/{call.id}/nominators/{task.subject_id}"
    )
    assert the(number).state is S.AWAITING_NOMINATION
    with working(office.manager, later) as work:
        change_nominator(
            work,
            work.find(nominator_of(call.id, nominator_id)),
            quota=2,
            due_wall="2027-02-01T17:00",
            zone="Asia/Bangkok",
            because="A holiday.",
        )
    assert open_tasks("nominations overdue") == []
    assert all(t.due_at == the_nominator().due_at for t in open_tasks("people to nominate"))
    answer(officer, number, nominate, later)
    assert the(number).state is S.SUBMITTED


def test_a_body_that_nobody_answers_for_is_found_out_at_once(office) -> None:
    call, home = a_call(office), make.organisation("Small College", "KH")
    sent(call, home)
    (task,) = open_tasks("nominations overdue")
    assert task.values["name"] == "Small College"


def test_people_are_put_in_order_only_when_all_are_named(office) -> None:
    call, (home, officer) = a_call(office), a_university()
    number, _person = sent(call, home)
    answer(officer, number, nominate)
    with pytest.raises(RuleBroken, match="changed meanwhile"), working(officer) as work:
        found = nominating.nominators_visible_to(work.actor)
        rank_nominated(work, work.find(found), [])


def test_a_nomination_is_taken_back_before_the_deadline_and_the_quota_is_free_again(office) -> None:
    call, (home, officer) = a_call(office), a_university()
    number, _person = sent(call, home)
    answer(officer, number, nominate)
    assert the_nominator().nominated == 1
    with pytest.raises(RuleBroken, match="reason"):
        answer(officer, number, take_back_nomination, reason=" ")
    answer(officer, number, take_back_nomination, reason="Another person was meant.")
    assert (the(number).state, the_nominator().nominated) == (S.AWAITING_NOMINATION, 0)
    (mail,) = told("applications/nomination_taken_back")
    assert mail.values["reason"] == "Another person was meant."
    assert {task.values["number"] for task in open_tasks("people to nominate")} == {1}
    answer(officer, number, nominate)
    assert (the(number).state, the_nominator().nominated) == (S.SUBMITTED, 1)


def test_a_nomination_stands_after_the_deadline_and_once_the_office_decides(office) -> None:
    call, (home, officer) = a_call(office), a_university()
    (late, _), (decided, _) = sent(call, home), sent(call, home)
    for number in (late, decided):
        answer(officer, number, nominate)
    over = the_nominator().due_at + timedelta(minutes=1)
    with pytest.raises(RuleBroken, match="deadline is over"):
        answer(officer, late, take_back_nomination, now=over, reason="Too late.")
    with working(office.manager) as work:
        found = queries.applications_visible_to(work.actor).where(Application.id == decided)
        pass_screening(work, work.find(found))
    with pytest.raises(RuleBroken, match="begun to decide"):
        answer(officer, decided, take_back_nomination, reason="Another person was meant.")
    assert the_nominator().nominated == 2


def test_only_the_body_that_nominated_takes_it_back(office, client) -> None:
    call, (home, officer), (_other, stranger) = a_call(office), a_university(), a_university("B")
    number, _person = sent(call, home)
    answer(officer, number, nominate)
    with pytest.raises(NotFound):
        answer(stranger, number, take_back_nomination, reason="Not mine.")
    with clock.set_clock(make.NOW):
        make.sign_in(client, officer)
        page = client.get(f"/nominations/people/{number}").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
        told_back = {"csrf_token": token, "reason": "Another person was meant."}
        answer_ = client.post(f"/nominations/people/{number}/take-back", data=told_back)
    assert answer_.status_code == 302
    assert the(number).state is S.AWAITING_NOMINATION


@pytest.mark.race
def test_the_last_of_the_quota_goes_to_one_of_eight(app, office) -> None:
    home, officer = a_university()
    for _round in rounds(2):
        call = a_call(office, RouteTerms(quota=1, named_only=False))
        numbers = [sent(call, home)[0] for _n in range(8)]
        actor = make.actor(officer)

        def press(number, actor=actor):
            def nominated():
                with unit_of_work(actor, now=make.NOW) as work:
                    found = nominating.applications_to_nominate(actor)
                    nominate(work, work.find(found.where(Application.id == number)))
                return "nominated"

            return nominated

        told = all_at_once(app, [press(number) for number in numbers])
        assert told == {"nominated": 1, "RuleBroken": 7}
        made = db.session.scalars(
            select(Nomination)
            .join(Nomination.nominator)
            .join(Nominator.route)
            .where(
                Nomination.state == NominationState.NOMINATED,
                Nomination.application_id.in_(numbers),
            )
        ).all()
        assert len(made) == 1
