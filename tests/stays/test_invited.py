"""Stays of who was invited: planned once everybody agreed, called off with the invitation."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import RoleGrant
from app.files.signed import Signed
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotFound, RuleBroken
from app.invitations import operations as inviting
from app.invitations.models import Invitation
from app.invitations.states import InvitationState
from app.notifications.tasks import tasks_of
from app.stays import operations as verbs
from app.stays import queries
from app.stays.models import Stay
from app.stays.states import ChangeState, PreparationState, ReportState, StayState
from tests import make
from tests.exchanges.agreeing import university
from tests.invitations import inviting as invitations
from tests.mobility.choosing import student_of
from tests.stays.test_pages import as_person
from tests.racing import CLIENTS, all_at_once, rounds
from tests.stays.staying import (
    answering_wish,
    by_itself,
    line,
    on,
    planned,
    report,
    reporting,
    saying,
    stay,
    wish,
    wishing,
)


@pytest.fixture
def researcher(th):
    return student_of(th, "SOMCHAI JAIDEE")


def invited(jp, home, who, **named: Any) -> tuple[int, int]:
    """The ids of an invitation that is certain and of its stay."""
    if home is None:
        made = invitations.accepted(jp, who, **named)
        dean = Signed("Pham Thu Ha", "Dean")
        scan = invitations.scan()
        invitations.doing(jp.actor, made, inviting.record_for_home, scan, dean, yes=True, seen=1)
    else:
        made = invitations.agreed(jp, who, home, **named)
    by_itself(verbs.plan_stays)
    found = select(Stay.id).where(Stay.invitation_id == made)
    return made, db.session.scalars(found).one()


def test_a_stay_is_planned_once_everybody_agreed_and_there_is_an_account(jp, th) -> None:
    made = invitations.sent(jp, "new@hue.example", th)
    invitations.by_link(invitations.newest_link(), inviting.accept_invitation, seen=1)
    assert by_itself(verbs.plan_stays) == 0
    invitations.doing(th.actor, made, inviting.answer_for_home, yes=True, seen=1)
    assert by_itself(verbs.plan_stays) == 0
    make.person(email="new@hue.example")
    by_itself(inviting.know_people)
    assert by_itself(verbs.plan_stays) == 1
    assert by_itself(verbs.plan_stays) == 0


def test_the_letter_is_ready_and_all_sides_see_the_stay(jp, th, researcher) -> None:
    _made, going = invited(jp, th, researcher)
    assert line(going, "invitation").state is PreparationState.DONE
    assert line(going, "visa").state is PreparationState.OPEN
    head = make.actor(make.grant(make.person(), Role.HOST, Scope.ORGANISATION, jp.id))
    centre = make.actor(make.grant(make.person(), Role.CENTRE, Scope.ORGANISATION, th.id))
    for actor in (researcher, jp.actor, th.actor, head, centre):
        assert db.session.scalars(queries.stay_with_all(actor, going)).unique().one().id == going
    stranger = make.actor(make.person())
    with pytest.raises(NotFound):
        saying(stranger, going, verbs.confirm_arrival, on=invitations.FIRST)


def test_it_is_called_off_with_its_invitation_and_not_after_the_arrival(jp, th, researcher) -> None:
    made, going = invited(jp, th, researcher)
    invitations.doing(researcher, made, inviting.cancel_invitation, because="I am ill.")
    assert by_itself(verbs.call_off_stays) == 1
    assert stay(going).state is StayState.CALLED_OFF
    made, there = invited(jp, th, researcher)
    first = invitations.FIRST
    saying(jp.actor, there, verbs.confirm_arrival, on=first, now=on(first))
    with pytest.raises(DBAPIError, match="stay_has_begun"):
        db.session.execute(
            update(Invitation)
            .where(Invitation.id == made)
            .values(
                state=InvitationState.CANCELLED,
                ended_by="host",
                ended_at=make.NOW,
                ended_because="No.",
            )
        )
    db.session.rollback()
    with pytest.raises(RuleBroken, match="has begun"):
        invitations.doing(jp.actor, made, inviting.cancel_invitation, because="No.", now=on(first))
    assert by_itself(verbs.call_off_stays) == 0


def test_nobody_arrives_on_an_invitation_that_was_called_off_a_moment_before(
    jp, th, researcher
) -> None:
    made, going = invited(jp, th, researcher)
    first = invitations.FIRST
    invitations.doing(th.actor, made, inviting.cancel_invitation, because="No.", now=on(first))
    with pytest.raises(RuleBroken, match="called off"):
        saying(jp.actor, going, verbs.confirm_arrival, on=first, now=on(first))
    assert by_itself(verbs.call_off_stays) == 1


@pytest.mark.race
def test_of_an_arrival_and_a_calling_off_at_once_one_counts(app, session) -> None:
    jp, th = university("JP"), university("TH")
    first = invitations.FIRST
    for _ in rounds(4):
        made, going = invited(jp, th, student_of(th))

        def arrive(going: int = going) -> str:
            saying(jp.actor, going, verbs.confirm_arrival, on=first, now=on(first))
            return "arrived"

        def call_off(made: int = made) -> str:
            cancel = inviting.cancel_invitation
            invitations.doing(th.actor, made, cancel, because="No.", now=on(first))
            return "called off"

        told = all_at_once(app, [arrive, call_off] * (CLIENTS // 2))
        assert told["arrived"] + told["called off"] == 1


def test_where_the_home_is_off_the_house_the_host_writes_for_it(jp, researcher) -> None:
    _made, going = invited(jp, None, researcher)
    asked = wishing(researcher, going)
    answering_wish(jp.actor, asked, verbs.agree_to_change)
    assert wish(asked).state is ChangeState.AGREED
    first = invitations.FIRST
    saying(jp.actor, going, verbs.confirm_arrival, on=first, now=on(first))
    last = first + timedelta(days=10)
    saying(jp.actor, going, verbs.confirm_departure, on=last, because="Done earlier.", now=on(last))
    number = report(going).id
    reporting(
        *(researcher, number, verbs.save_report),
        **{"account": "It went well.", "outcome": "", "version": 1, "now": on(last)},
    )
    reporting(researcher, number, verbs.send_report, now=on(last))
    reporting(jp.actor, number, verbs.accept_report, answer="", now=on(last))
    assert report(going).state is ReportState.ACCEPTED


def test_a_stay_has_exactly_one_ground(jp, th, researcher) -> None:
    student = student_of(th)
    of_nomination = planned(th, jp, student)
    made, going = invited(jp, th, researcher)
    about = update(Stay).where(Stay.id == of_nomination)
    with pytest.raises(DBAPIError, match="of_one_ground|stay_is_of_somebody_else"):
        db.session.execute(about.values(invitation_id=made))
    db.session.rollback()
    with pytest.raises(DBAPIError, match="stay_is_of_somebody_else"):
        db.session.execute(update(Stay).where(Stay.id == going).values(invitation_id=None))
    db.session.rollback()
    both = Stay(
        person_id=researcher.user_id,
        host_id=jp.id,
        home_id=th.id,
        starts_on=invitations.FIRST,
        ends_on=invitations.FIRST,
    )
    db.session.add(both)
    with pytest.raises(DBAPIError, match="of_one_ground|of_some_opportunity"):
        db.session.flush()
    db.session.rollback()


def test_the_page_of_a_stay_leads_to_its_invitation(client, jp, researcher) -> None:
    made, going = invited(jp, None, researcher)
    as_person(client, researcher)
    shown = client.get(f"/stays/{going}").text
    assert f'href="/research-stays/{made}"' in shown
    assert "Institute of Hue" in shown
    assert "Joint research" in client.get("/stays").text


def test_a_stay_on_invitation_is_not_extended_beyond_180_days(jp, th, researcher) -> None:
    _made, going = invited(jp, th, researcher)
    with pytest.raises(RuleBroken, match="180 days"):
        wishing(researcher, going, days=151)
    days = update(Stay).where(Stay.id == going)
    last = invitations.FIRST + timedelta(days=180)
    with pytest.raises(DBAPIError, match="invitation_is_too_long"):
        db.session.execute(days.values(ends_on=last))
    db.session.rollback()
    asked = wishing(researcher, going, days=150)
    for actor in (jp.actor, th.actor):
        answering_wish(actor, asked, verbs.agree_to_change)
    assert stay(going).ends_on == last - timedelta(days=1)


def test_where_the_home_has_left_the_office_that_invited_takes_the_report(
    client, jp, th, researcher
) -> None:
    _made, going = invited(jp, th, researcher)
    first = invitations.FIRST
    saying(jp.actor, going, verbs.confirm_arrival, on=first, now=on(first))
    number = report(going).id
    told = {"account": "It went well.", "outcome": "", "version": 1, "now": on(first)}
    reporting(researcher, number, verbs.save_report, **told)
    reporting(researcher, number, verbs.send_report, now=on(first))
    taken = {"answer": "", "now": on(first)}
    with pytest.raises(RuleBroken, match="it answers itself"):
        reporting(jp.actor, number, verbs.accept_report, **taken)
    assert by_itself(verbs.ask_for_reports) == 0
    as_person(client, jp.actor)
    assert "Accept the report" not in client.get(f"/stays/reports/{number}").text
    db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.scope_id == th.id)
        .values(until=make.NOW - timedelta(days=4000))
    )
    db.session.commit()
    assert by_itself(verbs.ask_for_reports) == 1
    assert by_itself(verbs.ask_for_reports) == 0
    assert queries.TO_ACCEPT in [one.kind for one in db.session.scalars(tasks_of(jp.actor))]
    assert "Accept the report" in client.get(f"/stays/reports/{number}").text
    reporting(jp.actor, number, verbs.accept_report, **taken)
    assert report(going).state is ReportState.ACCEPTED
