"""Those who were not selected, and the words that everybody reads."""

import pytest

from app.applications.states import ApplicationState
from app.foundation.errors import RuleBroken
from app.notifications.models import OutboxMessage
from tests import make


def test_those_not_selected_are_told_why_and_only_after_the_offers_left(s, session):
    s.until("approved")
    with pytest.raises(RuleBroken, match="First the offers"):
        s.pass_over()
    s.release()
    assert s.pass_over() == 1
    assert s.application(3).state is ApplicationState.NOT_SELECTED
    told = session.query(OutboxMessage).filter_by(kind="applications/not_selected").one()
    assert told.person_id == s.applicants[3].id
    assert told.values["note"] == "All seats are taken."
    assert s.pass_over() == 0


def test_nobody_is_passed_over_while_another_proposal_is_in_the_making(s):
    s.until("released")
    first = s.round_id
    s.decline(0)
    s.until("proposed")
    s.round_id = first
    with pytest.raises(RuleBroken, match="Another proposal"):
        s.pass_over()


def test_messages_say_the_title_in_the_language_of_their_reader(s, session):
    session.add(
        make.OpportunityText(
            opportunity_id=s.call_id, locale="km", is_original=False, title="អាហារូបករណ៍"
        )
    )
    s.applicants[0].locale = "km"
    session.merge(s.applicants[0])
    session.commit()
    s.until("released")
    told = {m.person_id: m for m in session.query(OutboxMessage)}
    assert told[s.applicants[0].id].values["opportunity"] == "អាហារូបករណ៍"
    assert told[s.applicants[0].id].locale == "km"
    assert told[s.applicants[1].id].values["opportunity"].startswith("AI fellowship")
