"""A host calls, people ask, and what was asked under never becomes less."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.applications.models import Application
from app.applications.models.applying import A_REQUEST
from app.applications.policy import VIEW
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState
from app.foundation.actors import SYSTEM, Role
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.opportunities.models import OpportunityFacet, OpportunityText
from app.opportunities.queries import office_of
from app.opportunities.states import Facet, OpportunityState
from app.organisations.models import Organisation
from app.research_stays import operations as verbs
from app.research_stays import queries
from app.research_stays.models import ResearchStayCall
from app.research_stays.operations import Home, Line
from app.research_stays.states import Paid, Payer, Purpose
from tests import make
from tests.courses.centres import working
from tests.research_stays.calling import (
    FIRST,
    LAST,
    NOW,
    TERMS,
    WANTED,
    WORDS,
    applied,
    asking,
    begun,
    changing,
    host_of,
    published,
    request_of,
    sent,
)
from tests.telling import who_was_told


def call(call_id: int) -> ResearchStayCall:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(ResearchStayCall, call_id)


@pytest.mark.parametrize("role", [Role.CENTRE, Role.COORDINATOR])
def test_an_office_calls_and_its_tasks_go_to_those_who_began(session, role) -> None:
    host = host_of(role)
    found = call(published(host))
    assert found.state is OpportunityState.PUBLISHED
    assert office_of(found) == {
        "role": role,
        "scope": "organisation",
        "scope_id": host.body.id,
    }


def test_only_the_office_of_a_host_calls_for_stays_there(host) -> None:
    for who in (host.drafter, host.stranger, make.person()):
        with working(who) as work, pytest.raises((NotFound, NotPermitted)):
            verbs.begin_call(work, work.session.get_one(Organisation, host.body.id), TERMS, WORDS)


def test_nobody_else_changes_a_call(host) -> None:
    call_id = published(host)
    for who in (host.drafter, host.stranger, make.person()):
        with pytest.raises(NotFound):
            changing(who, call_id, verbs.close_call)
    changing(host.colleague, call_id, verbs.close_call)
    assert call(call_id).state is OpportunityState.CLOSED


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"stays": 0}, "for 1 to 200 stays"),
        ({"most_days": 181}, "from 1 to 180 days"),
        ({"fewest_days": 61}, "from 1 to 180 days"),
        ({"purposes": ()}, "for which kinds of stay"),
        ({"fields": ("9999x",)}, "in the list"),
        ({"last_on": date(2027, 4, 3)}, "no room for a stay"),
        ({"hear_by": date(2027, 1, 31)}, "after the last day to ask"),
        ({"paid": (Line(Paid.TRAVEL, Payer.PROGRAMME),)}, "Name the programme"),
    ],
)
def test_what_makes_no_sense_is_refused(host, wrong, said) -> None:
    with pytest.raises(RuleBroken, match=said):
        begun(host, **wrong)


@pytest.mark.parametrize("missing", ["first_on", "last_on", "closes_on"])
def test_a_call_is_published_with_its_days(host, missing) -> None:
    call_id = begun(host, **{missing: None})
    with pytest.raises(RuleBroken, match="between which days"):
        changing(host.office, call_id, verbs.publish_call)


def test_a_call_begins_with_a_form_and_is_published_with_a_description(host) -> None:
    call_id = begun(host, replace(WORDS, description=""))
    with pytest.raises(RuleBroken, match="Write the description"):
        changing(host.office, call_id, verbs.publish_call)
    changing(host.office, call_id, verbs.save_call_text, WORDS, locale="en")
    changing(host.office, call_id, verbs.publish_call)
    text = db.session.scalars(
        select(OpportunityText).where(OpportunityText.opportunity_id == call_id)
    ).one()
    assert text.who_may_apply == WORDS.who_may_apply


@pytest.mark.parametrize(
    ("less", "said"),
    [
        ({"stays": 1}, "only grow"),
        ({"most_days": 59}, "let there be more"),
        ({"fewest_days": 8}, "let there be more"),
        ({"first_on": date(2027, 4, 2)}, "let there be more"),
        ({"last_on": date(2027, 9, 29)}, "let there be more"),
        ({"last_on": None}, "let there be more"),
        ({"purposes": (Purpose.DATA,)}, "leave each kind"),
    ],
)
def test_what_people_asked_under_never_becomes_less(host, less, said) -> None:
    call_id = published(host)
    with pytest.raises(RuleBroken, match=said):
        changing(host.office, call_id, verbs.save_call, replace(TERMS, **less))
    more = replace(TERMS, stays=3, most_days=90, last_on=date(2027, 12, 31))
    changing(host.office, call_id, verbs.save_call, more)
    assert call(call_id).stays == 3
    draft = begun(host)
    changing(host.office, draft, verbs.save_call, replace(TERMS, stays=1))
    assert call(draft).stays == 1


def test_what_is_paid_is_written_anew(host) -> None:
    call_id = published(host)
    lines = (Line(Paid.TRAVEL, Payer.PROGRAMME), Line(Paid.LODGING, Payer.HOST))
    terms = replace(TERMS, paid=lines, programme="Sakura")
    changing(host.office, call_id, verbs.save_call, terms)
    with working(host.office) as work:
        found = work.find(queries.call_to_change(work.actor, call_id))
        assert [(one.kind, one.payer) for one in found.paid] == [
            (Paid.TRAVEL, Payer.PROGRAMME),
            (Paid.LODGING, Payer.HOST),
        ]
        assert found.funder == "Sakura"


def test_a_call_is_found_by_its_field_its_host_and_its_start(host) -> None:
    call_id = published(host)
    values = {
        (row.facet, row.value)
        for row in db.session.scalars(
            select(OpportunityFacet).where(OpportunityFacet.opportunity_id == call_id)
        )
    }
    assert {
        (Facet.KIND, "research-stay"),
        (Facet.FIELD, "0619"),
        (Facet.START, "2027-04"),
        (Facet.WHERE, "JP"),
        (Facet.LANGUAGE, "en"),
    } <= values


def test_a_call_is_opened_again_with_a_last_day(host) -> None:
    call_id = published(host)
    changing(host.office, call_id, verbs.close_call)
    changing(host.office, call_id, verbs.save_call, replace(TERMS, closes_on=None, hear_by=None))
    with pytest.raises(RuleBroken, match="the last day to ask"):
        changing(host.office, call_id, verbs.reopen_call)


def test_it_closes_by_itself_and_is_cancelled_with_a_reason(host) -> None:
    call_id = published(host)
    later = NOW + timedelta(days=60)
    with unit_of_work(SYSTEM, now=later) as work:
        verbs.close_call(work, work.find(queries.calls_past_deadline(work.now)))
    assert call(call_id).state is OpportunityState.CLOSED
    with pytest.raises(RuleBroken, match="last day to apply is over"):
        changing(host.office, call_id, verbs.reopen_call, now=later)
    with pytest.raises(RuleBroken, match="Give the reason"):
        changing(host.office, call_id, verbs.give_up_call, reason=" ")
    asking = make.application(call(call_id), state=ApplicationState.SUBMITTED).applicant_id
    invited = make.application(call(call_id), state=ApplicationState.OFFERED).applicant_id
    changing(host.office, call_id, verbs.give_up_call, reason="No room.")
    told = who_was_told("applications/called_off")
    assert asking in told
    assert invited not in told
    for verb in (verbs.publish_call, verbs.reopen_call):
        with pytest.raises(RuleBroken):
            changing(host.office, call_id, verb)
    with pytest.raises(RuleBroken, match="was cancelled"):
        changing(host.office, call_id, verbs.save_call, TERMS)


# --- who asks


def test_an_application_lacks_its_request_until_it_says_what_it_asks_for(host) -> None:
    person = make.person()
    application_id = applied(person, published(host))
    assert db.session.get_one(Application, application_id).lacks == A_REQUEST
    asking(person, application_id)
    assert db.session.get_one(Application, application_id).lacks == ""
    found = request_of(application_id)
    assert (found.host_id, found.days) == (host.body.id, 26)
    asking(person, application_id, ends_on=LAST + timedelta(days=2))
    assert request_of(application_id).days == 28


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends_on": FIRST}, "from 7 to 60 days"),
        ({"ends_on": FIRST - timedelta(days=1)}, "comes after the first"),
        ({"starts_on": date(2027, 3, 31)}, "outside those that the call names"),
        ({"starts_on": date(2027, 9, 20), "ends_on": date(2027, 10, 1)}, "outside those"),
        ({"purpose_kind": Purpose.TRAINING}, "kinds of stay that the call names"),
        ({"purpose": " "}, "what the stay is for"),
        ({"function": " "}, "what you do at your institution"),
        ({"home": Home(None, "", "KH")}, "where you work"),
        ({"home": Home(None, "Somewhere", "")}, "where you work"),
        ({"project_id": 4711}, "a project in which the host takes part"),
    ],
)
def test_one_asks_for_what_the_call_names(host, wrong, said) -> None:
    person = make.person()
    application_id = applied(person, published(host))
    with pytest.raises(RuleBroken, match=said):
        asking(person, application_id, **wrong)


def test_one_asks_for_a_stay_elsewhere(host) -> None:
    person = make.person()
    application_id = applied(person, published(host))
    with working(person) as work, pytest.raises(RuleBroken, match="elsewhere"):
        here = work.session.get_one(Organisation, host.body.id)
        verbs.ask_for_stay(
            work,
            verbs.find_application(work, application_id),
            replace(WANTED, home=Home(here)),
        )


def test_nobody_writes_what_another_asks_for(host) -> None:
    person = make.person()
    application_id = applied(person, published(host))
    for who in (host.office, make.person()):
        with pytest.raises(NotFound):
            asking(who, application_id)


def test_a_second_window_does_not_overwrite_the_first(host) -> None:
    person = make.person()
    application_id = applied(person, published(host))
    asking(person, application_id)
    first = request_of(application_id).version
    asking(person, application_id, version=first, purpose="Another purpose.")
    with pytest.raises(ChangedMeanwhile):
        asking(person, application_id, version=first, purpose="A third one.")


def test_what_was_sent_stays_and_the_office_reads_it(host) -> None:
    person = make.person()
    application_id = sent(host, published(host), person)
    with pytest.raises(RuleBroken, match="was sent"):
        asking(person, application_id, purpose="Something else.")
    application = db.session.get_one(Application, application_id)
    assert application.state is ApplicationState.SHORTLISTED
    for who, sees in (
        (host.office, True),
        (host.colleague, True),
        (person, True),
        (host.stranger, False),
        (host.drafter, False),
        (make.person(), False),
    ):
        actor = make.actor(who)
        query = applications_visible_to(actor).where(Application.id == application_id)
        assert (db.session.scalar(query) is not None) is sees
        asked = queries.requests_visible_to(actor)
        assert (db.session.scalar(asked) is not None) is sees
        loaded = db.session.scalars(
            select(Application).where(Application.id == application_id)
        ).one()
        db.session.refresh(loaded, ["opportunity"])
        assert VIEW.allows(actor, loaded) is sees
