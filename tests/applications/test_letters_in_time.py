"""Letters of recommendation: who is reminded of them, and how many a call asks for."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.applications.models import LetterTerms
from app.applications.operations import (
    remind_of_letters,
    set_letters,
    take_back_request,
)
from app.applications.states import (
    ApplicationState,
)
from app.fellowships.models import Call
from app.fellowships.operations import prepare_call
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.errors import NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.opportunities.models import Programme
from tests import make
from tests.applications import recommenders as letters
from tests.applications.test_letters import S


def remind(now) -> int:
    with unit_of_work(SYSTEM, now=now) as work:
        return remind_of_letters(work)


def test_reminders_go_to_both_on_their_days_and_each_once(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant, state=ApplicationState.SUBMITTED)
    day = letters.DAY
    assert remind(make.NOW + 4 * day) == 0
    for moment in (5 * day, 6 * day, 12 * day, 13 * day):
        remind(make.NOW + moment)
        remind(make.NOW + moment)
    remind(letters.UNTIL - timedelta(hours=47))
    remind(letters.UNTIL - timedelta(hours=1))
    assert [m.values["is_last"] for m in letters.told("letter_reminder")] == [False, False, True]
    outstanding = letters.told("letters_outstanding")
    assert [m.person_id for m in outstanding] == [applicant.id] * 3
    assert outstanding[0].values["people"] == ["Professor Dara Kim"]
    letters.write(letters.token(one, "applications/letter_reminder"), now=letters.UNTIL)
    assert letters.reload(one).state is S.RECEIVED


def test_the_first_link_works_on_after_a_reminder(app, applicant) -> None:
    _mine, one = letters.asked(letters.call(), applicant, state=ApplicationState.SUBMITTED)
    first = letters.token(one)
    remind(make.NOW + 5 * letters.DAY)
    letters.write(first, now=make.NOW + 6 * letters.DAY)
    assert letters.reload(one).state is S.RECEIVED


def test_nobody_is_reminded_of_what_is_answered_or_over(app, applicant, session) -> None:
    call = letters.call()
    call_id = call.id
    _draft, _three = letters.asked(call, make.person())
    call = session.get_one(Call, call_id)
    mine, one = letters.asked(call, applicant, state=ApplicationState.SUBMITTED)
    two = letters.ask(applicant, mine, letters.somebody("Dr Mey", "mey@uni.example.org"))
    letters.write(letters.token(one))
    letters.as_applicant(applicant, two, take_back_request)
    call = session.get_one(Call, call_id)
    from app.opportunities.states import OpportunityFlow

    OpportunityFlow.close(call)
    call.closed_at = make.NOW
    session.commit()
    assert remind(make.NOW + 12 * letters.DAY) == 0


def test_a_late_worker_tells_the_last_reminder_alone(app, applicant) -> None:
    letters.asked(letters.call(), applicant, state=ApplicationState.SUBMITTED)
    remind(letters.UNTIL - timedelta(hours=1))
    assert [m.values["is_last"] for m in letters.told("letter_reminder")] == [True]
    assert remind(letters.UNTIL + timedelta(hours=1)) == 0


def settle(call_id, actor, **values):
    with unit_of_work(actor, now=make.NOW) as work:
        set_letters(work, work.find(select(Call).where(Call.id == call_id)), **values)


def test_while_people_apply_letters_only_become_easier(app, session) -> None:
    call = letters.call(least=1, most=2)
    programme_id, call_id = call.programme_id, call.id
    manager = make.actor(make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id))
    stranger = make.actor(make.person())
    harder = [
        {"least": 2, "most": 2, "letters_by": letters.UNTIL},
        {"least": 1, "most": 1, "letters_by": letters.UNTIL},
        {"least": 1, "most": 2, "letters_by": letters.UNTIL - letters.DAY},
        {"least": 1, "most": 2, "letters_by": None},
        {"least": 0, "most": 0, "letters_by": None},
    ]
    for values in harder:
        with pytest.raises(RuleBroken, match="applying already"):
            settle(call_id, manager, **values)
    settle(call_id, manager, least=0, most=3, letters_by=letters.UNTIL + letters.DAY)
    terms = session.scalars(select(LetterTerms)).one()
    assert (terms.least, terms.most) == (0, 3)
    with pytest.raises(NotPermitted):
        settle(call_id, stranger, least=0, most=3, letters_by=None)
    with pytest.raises(RuleBroken, match="deadline of the call"):
        settle(call_id, manager, least=0, most=3, letters_by=make.NOW)


def test_a_call_begun_like_another_asks_for_as_many_letters_without_its_day(app, session) -> None:
    earlier = letters.call(least=1, most=2)
    earlier_id, programme_id = earlier.id, earlier.programme_id
    manager = make.actor(make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, programme_id))
    with unit_of_work(manager, now=make.NOW) as work:
        programme = work.session.get_one(Programme, programme_id)
        like = work.session.get_one(Call, earlier_id)
        begun = prepare_call(work, programme, title="", like=like).id
    terms = session.scalars(select(LetterTerms).where(LetterTerms.opportunity_id == begun)).one()
    assert (terms.least, terms.most, terms.letters_by) == (1, 2, None)
