"""What was applied for is cancelled: who hoped for it is told, and reads so where it stands."""

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application
from app.applications.operations.telling import tell_it_is_cancelled
from app.applications.states import ApplicationState
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.rendering import Letterhead, render
from app.opportunities.models import Opportunity, OpportunityText
from app.opportunities.operations import cancel
from tests import make
from tests.telling import told

S = ApplicationState
TOLD = {
    S.DRAFT,
    S.AWAITING_NOMINATION,
    S.NOT_NOMINATED,
    S.SUBMITTED,
    S.ELIGIBLE,
    S.INELIGIBLE,
    S.IN_REVIEW,
    S.SHORTLISTED,
}
WHY = "The funder <withdrew>."


def cancelled(call_id: int) -> None:
    with unit_of_work(SYSTEM, now=make.NOW) as work:
        found = work.find(select(Opportunity).where(Opportunity.id == call_id))
        cancel(work, found, reason=WHY)
        tell_it_is_cancelled(work, found, reason=WHY)


def test_whoever_is_not_decided_about_is_told_once(session) -> None:
    call = make.call()
    people = {
        make.application(call, state=state).applicant_id: state
        for state in S
        if state not in {S.WITHDRAWN, S.NOT_SELECTED}
    }
    cancelled(call.id)
    assert {people[row.person_id] for row in told("applications/called_off")} == TOLD
    assert {
        people[row.person_id] for row in told("applications/called_off") if row.values["is_draft"]
    } == {S.DRAFT}


def test_each_reads_the_title_in_their_language(session) -> None:
    call = make.call()
    make.add(
        OpportunityText(opportunity_id=call.id, locale="km", is_original=False, title="អាហារូបករណ៍")
    )
    make.application(call, make.person(locale="km"))
    cancelled(call.id)
    (row,) = told("applications/called_off")
    head = Letterhead("Lontar", "https://lontar.example")
    written = {
        one: render(head, row.kind, row.values, one, None) for one in ("en", "ja", "km", "th")
    }
    assert "អាហារូបករណ៍" in written["km"].subject
    assert call.title in written["en"].subject
    assert all(WHY in letter.text and WHY not in letter.html for letter in written.values())


@pytest.mark.parametrize("state", sorted(TOLD - {S.INELIGIBLE}))
def test_the_applicants_pages_say_so_and_promise_nothing_more(app, session, state) -> None:
    call = make.call()
    application = make.application(call, state=state)
    with clock.set_clock(make.NOW):
        own = make.sign_in(app.test_client(), db.session.get(User, application.applicant_id))
        cancelled(call.id)
        page = own.get(f"/applications/{application.id}?lang=en").text
        listed = own.get("/applications?lang=en").text
    assert "What you applied for is cancelled." in page
    assert "The funder &lt;withdrew&gt;." in page
    assert "What you applied for is cancelled." in listed
    assert "You are told by mail" not in page + listed
    assert "Fill in the sections" not in page
    assert "saved-bar" not in page
    assert db.session.get(Application, application.id).state is state
