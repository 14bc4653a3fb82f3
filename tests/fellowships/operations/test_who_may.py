"""Who may do what to a call, in which state."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.accounts.models import RoleGrant
from app.fellowships import operations as office
from app.fellowships.queries import preparations
from app.fellowships.readiness import check, preventing
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.opportunities.models import (
    OpportunityText,
    Programme,
)
from app.opportunities.states import OpportunityState
from tests import make
from tests.fellowships.offices import (
    AUDIENCE,
    TERMS,
    TEXT,
    WINDOW,
    prepared,
    the_call,
    working,
)
from tests.fellowships.operations.reading import make_host

VERBS = {
    "save_call": lambda w, c: office.save_call(w, c, TEXT, version=None),
    "translate_call": lambda w, c: office.translate_call(w, c, TEXT, locale="km", version=None),
    "save_window": lambda w, c: office.save_window(w, c, WINDOW, version=None),
    "save_audience": lambda w, c: office.save_audience(w, c, AUDIENCE, version=None),
    "save_terms": lambda w, c: office.save_terms(w, c, TERMS, version=None),
    "save_form": lambda w, c: office.save_form(w, c, make.FORM, version=None),
    "save_rubric": lambda w, c: office.save_rubric(w, c, make.RUBRIC, version=None),
    "add_place": lambda w, c: office.add_place(w, c, make_host(w), office.Seats(1)),
    "publish_call": office.publish_call,
    "extend_call": lambda w, c: office.extend_call(
        w, c, closes_wall="2027-02-21T23:59", reason="r"
    ),
    "close_call": lambda w, c: office.close_call(w, c, reason="r"),
    "reopen_call": office.reopen_call,
    "cancel_call": lambda w, c: office.cancel_call(w, c, reason="r"),
}


IN_DRAFT = {v for v in VERBS if v not in {"extend_call", "close_call", "reopen_call"}}


ALLOWED = {
    OpportunityState.DRAFT: IN_DRAFT,
    OpportunityState.PUBLISHED: set(VERBS) - {"publish_call", "reopen_call", "save_window"},
    OpportunityState.CLOSED: set(VERBS)
    - {"publish_call", "close_call", "save_window", "save_form"},
    OpportunityState.CANCELLED: set(),
}


def taken_to(desk, state):
    call = prepared(desk)
    with working(desk.manager) as work:
        found = the_call(work, call)
        if state in {OpportunityState.PUBLISHED, OpportunityState.CLOSED}:
            office.publish_call(work, found)
        if state is OpportunityState.CLOSED:
            office.close_call(work, found, reason="r")
        if state is OpportunityState.CANCELLED:
            office.cancel_call(work, found, reason="r")
    return call


class Undo(Exception):
    pass


def outcome(user, call, verb):
    """What becomes of this verb for this person; nothing of it is kept."""
    try:
        with working(user) as work:
            found = the_call(work, call)
            VERBS[verb](work, found)
            raise Undo
    except Undo:
        return "done"
    except NotFound:
        return "not found"
    except NotPermitted:
        return "not permitted"
    except RuleBroken:
        return "not now"


@pytest.mark.parametrize("state", OpportunityState)
def test_each_verb_in_each_state_for_each_person(desk, state):
    call = taken_to(desk, state)
    make.country("KH")
    for verb in VERBS:
        wanted = "done" if verb in ALLOWED[state] else "not now"
        assert (verb, outcome(desk.manager, call, verb)) == (verb, wanted)
        for person in ("approver", "secretariat"):
            assert (verb, outcome(desk.people[person], call, verb)) == (verb, "not permitted")
        for person in ("other manager", "host staff"):
            assert (verb, outcome(desk.people[person], call, verb)) == (verb, "not found")


def test_only_managers_of_the_programme_prepare_its_calls(desk):
    for person in ("approver", "secretariat", "other manager", "host staff"):
        with working(desk.people[person]) as work, pytest.raises(NotPermitted):
            programme = work.session.get_one(Programme, desk.programme.id)
            office.prepare_call(work, programme, title="x")


def test_a_grant_that_is_over_counts_for_nothing(desk, session):
    call = prepared(desk)
    grant = session.scalars(select(RoleGrant).where(RoleGrant.user_id == desk.manager.id)).one()
    grant.until = datetime(2020, 1, 1, tzinfo=UTC)
    session.commit()
    assert outcome(desk.manager, call, "save_call") == "not found"


def test_readiness_is_empty_when_all_is_there(desk, session):
    call = prepared(desk)
    ready = preparations(session, [call.id])[call.id]
    assert preventing(check(ready, make.NOW)) == []


def test_texts_keep_one_original(desk, session):
    call = prepared(desk)
    originals = select(func.count(OpportunityText.id)).where(
        OpportunityText.opportunity_id == call.id, OpportunityText.is_original
    )
    assert session.scalar(originals) == 1
