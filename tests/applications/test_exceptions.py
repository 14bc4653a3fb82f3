"""Conditions: facts of our own records, numbered rules, and what the office lets pass."""

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.models import LanguageSkill, User
from app.accounts.states import LanguageLevel
from app.applications import queries
from app.applications.models import Application, EligibilityException, Submission
from app.applications.operations import (
    ask_for_exception,
    decline_exception,
    grant_exception,
)
from app.applications.queries.exceptions import exceptions_visible_to
from app.applications.sheets import as_json
from app.applications.states import ApplicationState, ExceptionState
from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.opportunities.eligibility import Award, Outcome, results_of, said_by_awards
from app.opportunities.models import Opportunity, RuleSet
from tests import make
from tests.applications import helping
from tests.fellowships.pages.pressing import hidden


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def person(session):
    return make.person("CHANTHOU SOPHEAP")


def outcomes(person, call) -> dict[str, Outcome]:
    db.session.expire_all()
    opportunity = db.session.scalars(
        queries.opportunities_to_start(make.actor(person)).where(Opportunity.id == call.id)
    ).one()
    who = db.session.scalars(queries.person_with_profile(person.id)).one()
    return {r.code: r.outcome for r in queries.conditions(opportunity, who, session=db.session())}


def award(person, country: str = "JP", **values) -> None:
    """Somebody accepted an offer of another call."""
    make.application(
        make.call(**values), person, state=ApplicationState.ACCEPTED, award_country=country
    )


# --- facts of our own records


def test_a_language_of_the_profile_counts_where_the_form_says_nothing(person):
    rules = {"language": {"language": "en", "least": "B2"}}
    call = make.call(eligibility=rules)
    assert outcomes(person, call)["language"] is Outcome.UNKNOWN
    db.session.add(LanguageSkill(user_id=person.id, language="en", level=LanguageLevel.C1))
    db.session.commit()
    assert outcomes(person, call)["language"] is Outcome.MET


@pytest.mark.parametrize(
    ("year", "before", "this_cycle"),
    [(2026, Outcome.NOT_MET, Outcome.MET), (2027, Outcome.UNKNOWN, Outcome.NOT_MET)],
)
def test_an_award_in_our_records_counts_in_its_cycle_and_before_later_ones(
    person, year, before, this_cycle
):
    programme = make.programme()
    rules = {"no_earlier_award": True, "one_award_per_cycle": True}
    call = make.call(programme=programme, starts_on=date(2027, 10, 1), eligibility=rules)
    award(person, programme=programme, starts_on=date(year, 4, 1))
    found = outcomes(person, call)
    assert (found["no_earlier_award"], found["one_award_per_cycle"]) == (before, this_cycle)


def test_an_award_of_another_programme_or_person_or_one_that_ended_does_not_count(person):
    programme = make.programme()
    call = make.call(
        programme=programme, starts_on=date(2027, 10, 1), eligibility={"one_award_per_cycle": True}
    )
    award(person, starts_on=date(2027, 4, 1))
    award(make.person(), programme=programme, starts_on=date(2027, 4, 1))
    make.application(
        make.call(programme=programme, starts_on=date(2027, 4, 1)),
        person,
        state=ApplicationState.DECLINED,
    )
    assert outcomes(person, call)["one_award_per_cycle"] is Outcome.MET


@pytest.mark.parametrize(("country", "said"), [("JP", Outcome.NOT_MET), ("SG", Outcome.UNKNOWN)])
def test_a_first_stay_is_not_the_first_after_an_award_in_the_same_country(person, country, said):
    call = make.call(starts_on=date(2027, 10, 1), eligibility={"first_stay": True})
    make.place(call, host=make.organisation(code="JP"))
    award(person, country, starts_on=date(2025, 4, 1))
    assert outcomes(person, call)["first_stay"] is said


def test_records_count_against_what_was_declared_and_are_silent_about_what_they_do_not_know():
    award_of_2025 = Award(1, 2025, "JP")
    said = said_by_awards([award_of_2025], programme_id=1, cycle=2027, hosts=["JP"])
    assert said == {"awarded_this_cycle": False, "awarded_before": True, "stayed_before": True}
    assert said_by_awards([], programme_id=1, cycle=2027, hosts=["JP"]) == {
        "awarded_this_cycle": False
    }


# --- numbered rules


def test_each_check_keeps_its_rules_by_number_and_a_change_makes_a_new_one(person, session):
    call = make.call(eligibility={})
    call_id = call.id
    helping.submit(person, helping.ready(call, person))
    call = db.session.get(Opportunity, call_id)
    second, third = make.person(), make.person()
    helping.submit(second, helping.ready(call, second))
    call = db.session.get(Opportunity, call_id)
    call.eligibility = {"age": {"max": 90, "on": "2027-04-01"}}
    db.session.commit()
    helping.submit(third, helping.ready(db.session.get(Opportunity, call_id), third))
    contents = db.session.scalars(select(Submission.content).order_by(Submission.id)).all()
    assert [c["eligibility"]["number"] for c in contents] == [1, 1, 2]
    assert contents[0]["eligibility"]["rules"] != contents[2]["eligibility"]["rules"]
    kept = db.session.scalars(select(RuleSet).order_by(RuleSet.number)).all()
    assert [r.rules for r in kept] == [contents[n]["eligibility"]["rules"] for n in (0, 2)]


# --- what the office lets pass


class Scene:
    """A draft of somebody whose nationality the call does not name."""

    def __init__(self) -> None:
        self.call = make.call(countries=("VN",))
        self.call_id = self.call.id
        self.person = make.person("DARA SOK", locale="ja")
        self.person_id = self.person.id
        programme = (Scope.PROGRAMME, self.call.programme_id)
        self.manager_user = make.grant(make.person(), Role.MANAGER, *programme)
        self.id = helping.ready(self.call, self.person)
        self.manager = make.actor(db.session.merge(self.manager_user))
        self.stranger = make.actor(
            make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, make.programme().id)
        )

    def ask(self, because: str = "I live in Hanoi.") -> None:
        with unit_of_work(helping.acting(db.session.get(User, self.person_id))) as work:
            ask_for_exception(work, helping.find(work, self.id), because=because)

    def answer(self, verb=grant_exception, actor=None, words: str = "It fits the aim.") -> None:
        with unit_of_work(actor or self.manager) as work:
            query = exceptions_visible_to(work.actor)
            asked = work.find(query.where(EligibilityException.application_id == self.id))
            verb(work, asked, answer=words)

    def submit(self):
        return helping.submit(db.session.get(User, self.person_id), self.id)


@pytest.fixture
def scene(session):
    return Scene()


def test_what_is_let_pass_can_be_sent_and_is_kept_with_the_reason(scene):
    with pytest.raises(RuleBroken):
        scene.submit()
    scene.ask()
    with pytest.raises(RuleBroken):
        scene.submit()
    scene.answer()
    scene.submit()
    content = db.session.scalars(select(Submission.content)).one()
    kept = content["eligibility"]["exception"]
    assert (kept["codes"], kept["reason"]) == (["nationality"], "It fits the aim.")
    assert {r.code: r.outcome for r in results_of(content["eligibility"])} == {
        "nationality": Outcome.EXCEPTED
    }


def test_what_is_not_let_pass_stays_as_it_was(scene):
    scene.ask()
    scene.answer(decline_exception)
    with pytest.raises(RuleBroken):
        scene.submit()
    assert db.session.scalars(select(EligibilityException.state)).one() is ExceptionState.DECLINED


def test_the_applicant_is_told_and_the_record_says_who_let_it_pass_and_why(scene):
    scene.ask()
    assert db.session.scalars(select(Task.kind).where(Task.done_at.is_(None))).all() == [
        "exception to answer"
    ]
    scene.answer()
    kinds = db.session.scalars(select(OutboxMessage.kind)).all()
    assert "applications/exception_answered" in kinds
    assert db.session.scalars(select(Task.id).where(Task.done_at.is_(None))).all() == []
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.verb == "exception.granted")
    ).one()
    assert entry.actor_id == scene.manager.user_id
    assert (entry.details["reason"], entry.details["codes"]) == (
        "It fits the aim.",
        ["nationality"],
    )


def test_only_a_manager_of_the_programme_answers_once_and_in_words(scene):
    scene.ask()
    with pytest.raises(NotFound):
        scene.answer(actor=scene.stranger)
    with pytest.raises(NotPermitted):
        scene.answer(actor=make.actor(db.session.get(User, scene.person_id)))
    with pytest.raises(RuleBroken):
        scene.answer(words="")
    scene.answer()
    with pytest.raises(RuleBroken):
        scene.answer(decline_exception)


def test_one_asks_once_with_a_reason_and_only_where_something_is_not_met(scene, person):
    with pytest.raises(RuleBroken):
        scene.ask("")
    scene.ask()
    with pytest.raises(RuleBroken):
        scene.ask()
    fitting = helping.start(make.call(), person)
    with pytest.raises(RuleBroken), unit_of_work(helping.acting(person)) as work:
        ask_for_exception(work, helping.find(work, fitting), because="Please.")


def test_the_office_sees_no_draft_of_which_it_was_not_asked(scene, client):
    path = f"/tracking/{scene.call_id}/{scene.id}/eligibility"
    make.sign_in(client, db.session.get(User, scene.manager.user_id))
    assert client.get(path).status_code == 404
    scene.ask()
    page = client.get(path).text
    assert "DARA SOK" in page and "I live in Hanoi." in page
    assert helping.ANSWERS["plan"] not in page
    assert client.get(f"/tracking/{scene.call_id}/{scene.id}").status_code == 404


def test_both_sides_find_their_pages(scene, client):
    person = db.session.get(User, scene.person_id)
    make.sign_in(client, person)
    path = f"/applications/{scene.id}/eligibility"
    assert path in client.get(f"/applications/{scene.id}").text
    sent = client.post(path, data={**hidden(client.get(path).text), "because": "I live in Hanoi."})
    assert sent.status_code == 302
    office = f"/tracking/{scene.call_id}/{scene.id}/eligibility"
    make.sign_in(client, db.session.get(User, scene.manager.user_id))
    told = {**hidden(client.get(office).text), "answer": "It fits the aim.", "do": "grant"}
    assert client.post(office, data=told).status_code == 302
    scene.submit()
    shown = client.get(f"/tracking/{scene.call_id}/{scene.id}").text
    assert "It fits the aim." in shown and "Rule set 1" in shown


def test_the_export_says_what_was_let_pass(scene):
    scene.ask()
    scene.answer()
    scene.submit()
    content = db.session.scalars(select(Submission.content)).one()
    row = db.session.scalars(select(Application)).first()
    told = as_json(row, content)["eligibility"]
    assert told["rules"] == 1
    assert told["exception"]["reason"] == "It fits the aim."
