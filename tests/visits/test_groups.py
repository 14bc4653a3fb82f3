"""A group is written by its host, awarded by two people, answered, called off, reported on."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.applications import policy as applications
from app.applications.models import Application
from app.applications.models.applying import A_GROUP
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState as A
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.placements import operations as placements
from app.placements import policy as placing
from app.reviews import policy as reviews
from app.visits import operations as visits
from app.visits.models import VisitCall, VisitGroup, VisitPerson
from app.visits.operations import reporting
from app.visits.queries import groups_visible_to
from app.visits.states import GroupState as G
from app.visits.states import Part
from tests import make
from tests.racing import CLIENTS, all_at_once, rounds
from tests.visits.grouping import (
    FIRST,
    LAST,
    NOW,
    SENDERS,
    TERMS,
    accepted,
    acting,
    application_of,
    applied,
    awarded,
    begun,
    changing,
    confirming,
    first_person,
    group,
    grouped,
    named,
    office_of,
    planned,
    published,
    sent,
    somebody,
    whole,
    working,
)
from tests.telling import who_was_told


def told() -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def asked(kind: str) -> int | None:
    open_ones = select(func.count()).where(Task.kind == kind, Task.done_at.is_(None))
    return db.session.scalar(open_ones)


def by_itself(do, **later: int) -> int:
    db.session.expunge_all()
    with unit_of_work(SYSTEM, now=NOW + timedelta(**later)) as work:
        return do(work)


def stands(group_id: int) -> tuple[G, A]:
    found = group(group_id)
    return found.state, application_of(found.id).state


def withdrawing(who: User, application_id: int, do=placements.withdraw_application) -> None:
    with working(who) as work:
        do(work, placements.find_application(work, application_id))


def test_a_host_applies_two_people_award_and_the_group_comes(office) -> None:
    group_id = sent(office, published(office))
    acting(office.manager, group_id, visits.propose_award)
    assert stands(group_id) == (G.PROPOSED, A.SHORTLISTED)
    assert asked("award to approve") == 1
    acting(office.approver, group_id, visits.award_visit)
    assert stands(group_id) == (G.AWARDED, A.OFFERED)
    assert (asked("award to approve"), asked("award to answer")) == (0, 1)
    acting(office.colleague, group_id, visits.accept_award)
    assert stands(group_id) == (G.ACCEPTED, A.ACCEPTED)
    assert told().count("visits/group_awarded") == 2


def test_only_staff_of_some_host_apply_for_a_group(office) -> None:
    call_id = published(office)
    with pytest.raises(NotPermitted):
        applied(make.person(), call_id)
    assert applied(office.receiver, call_id)


def test_one_applies_for_an_institution_for_which_one_works(office) -> None:
    call_id = published(office)
    application_id = applied(office.receiver, call_id)
    elsewhere = make.organisation("Elsewhere")
    with working(office.receiver) as work, pytest.raises(RuleBroken, match="for which you work"):
        visits.begin_group(
            work,
            visits.find_application(work, application_id),
            work.session.merge(elsewhere),
            first_on=FIRST,
            last_on=LAST,
            senders=SENDERS,
        )


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (FIRST, FIRST, "from 2 to 5 days"),
        (FIRST, FIRST + timedelta(days=5), "from 2 to 5 days"),
        (FIRST, FIRST - timedelta(days=1), "comes after the first"),
        (date(2027, 2, 27), date(2027, 3, 1), "outside those that the call names"),
        (date(2027, 9, 29), date(2027, 10, 1), "outside those that the call names"),
    ],
)
def test_a_visit_has_days_that_the_call_pays_for(office, first, last, said) -> None:
    with pytest.raises(RuleBroken, match=said):
        grouped(office, published(office), first_on=first, last_on=last)


def test_a_group_is_whole_with_a_plan_for_each_day_and_somebody_in_it(office) -> None:
    group_id = grouped(office, published(office))
    assert application_of(group_id).lacks == A_GROUP
    planned(office, group_id)
    assert application_of(group_id).lacks == A_GROUP
    person_id = named(office, group_id)
    assert application_of(group_id).lacks == ""

    def without(work, found):
        [person] = [one for one in found.people if one.id == person_id]
        visits.leave_out(work, found, person)

    acting(office.receiver, group_id, without)
    assert application_of(group_id).lacks == A_GROUP


def test_other_days_leave_days_without_a_plan(office) -> None:
    group_id = whole(office, published(office))
    later = {"first_on": FIRST, "last_on": LAST + timedelta(days=1), "senders": SENDERS}
    acting(office.receiver, group_id, visits.save_group, **later)
    assert application_of(group_id).lacks == A_GROUP


def test_the_database_refuses_an_application_whose_group_is_not_whole(office) -> None:
    group_id = grouped(office, published(office))
    number = application_of(group_id).id
    submitted = {"state": A.SUBMITTED, "submitted_at": NOW, "country_code": "JP"}
    with pytest.raises(IntegrityError, match="application_lacks_its_group"):
        db.session.execute(update(Application).where(Application.id == number).values(submitted))


def test_days_stay_once_the_application_was_sent(office) -> None:
    group_id = sent(office, published(office))
    again = {"first_on": FIRST, "last_on": LAST, "senders": SENDERS}
    with pytest.raises(RuleBroken, match="was submitted"):
        acting(office.receiver, group_id, visits.save_group, **again)


def test_a_plan_that_was_sent_may_change_and_not_vanish(office) -> None:
    group_id = sent(office, published(office))
    acting(office.receiver, group_id, visits.plan_days, {FIRST: "Arrival"})
    with pytest.raises(RuleBroken, match="the plan was sent"):
        acting(office.receiver, group_id, visits.plan_days, {FIRST: " "})
    with pytest.raises(RuleBroken, match="one of the days"):
        acting(office.receiver, group_id, visits.plan_days, {LAST + timedelta(days=1): "x"})


def test_nobody_approves_what_they_proposed(office) -> None:
    group_id = sent(office, published(office))
    acting(office.manager, group_id, visits.propose_award)
    with pytest.raises(NotPermitted):
        acting(office.manager, group_id, visits.award_visit)


def test_the_database_refuses_an_award_by_whoever_proposed_it(office) -> None:
    group_id = sent(office, published(office))
    mine = {
        "state": G.AWARDED,
        "proposed_by_id": office.manager.id,
        "awarded_by_id": office.manager.id,
        "answer_by": NOW,
    }
    with pytest.raises(IntegrityError):
        db.session.execute(update(VisitGroup).where(VisitGroup.id == group_id).values(mine))


def test_nobody_proposes_an_award_for_an_institution_of_their_own(office) -> None:
    group_id = sent(office, published(office))
    make.grant(db.session.merge(office.manager), Role.HOST, Scope.ORGANISATION, office.host.id)
    with pytest.raises(NotPermitted):
        acting(office.manager, group_id, visits.propose_award)


def test_a_proposal_goes_back_with_a_reason(office) -> None:
    group_id = sent(office, published(office))
    acting(office.manager, group_id, visits.propose_award)
    with pytest.raises(RuleBroken, match="Say why"):
        acting(office.approver, group_id, visits.send_back, reason=" ")
    acting(office.approver, group_id, visits.send_back, reason="Too short a plan.")
    assert stands(group_id) == (G.PLANNED, A.SHORTLISTED)
    assert asked("award to approve") == 0


def test_only_what_is_on_the_shortlist_is_proposed(office) -> None:
    group_id = whole(office, published(office))
    with pytest.raises(NotFound):
        acting(office.manager, group_id, visits.propose_award)


def test_an_award_lapses_when_nobody_answers(office) -> None:
    group_id = awarded(office, published(office))
    assert by_itself(visits.lapse_awards, days=9) == 0
    assert by_itself(visits.lapse_awards, days=11) == 1
    assert stands(group_id) == (G.LAPSED, A.LAPSED)
    with pytest.raises(RuleBroken, match="No award waits"):
        acting(office.receiver, group_id, visits.accept_award)


def test_a_declined_award_is_free_for_another_group(office) -> None:
    call_id = published(office)
    group_id, other = awarded(office, call_id), sent(office, call_id, office.colleague)
    acting(office.manager, other, visits.propose_award)
    with pytest.raises(RuleBroken, match="no further group"):
        acting(office.approver, other, visits.award_visit)
    acting(office.receiver, group_id, visits.decline_award)
    assert stands(group_id) == (G.DECLINED, A.DECLINED)
    acting(office.approver, other, visits.award_visit)
    assert stands(other) == (G.AWARDED, A.OFFERED)


def test_a_visit_is_called_off_with_a_reason_that_everybody_reads(office) -> None:
    group_id = accepted(office, published(office))
    with pytest.raises(RuleBroken, match="Say why"):
        acting(office.manager, group_id, visits.call_off, reason="")
    acting(office.manager, group_id, visits.call_off, reason="No flights.")
    assert stands(group_id) == (G.CALLED_OFF, A.NOT_SELECTED)
    assert told().count("visits/called_off") == 3
    with pytest.raises(RuleBroken, match="settled"):
        named(office, group_id)


def test_who_withdraws_gives_the_award_back_and_may_come_back(office) -> None:
    group_id = accepted(office, published(office))
    number = application_of(group_id).id
    withdrawing(office.receiver, number)
    assert stands(group_id) == (G.PLANNED, A.WITHDRAWN)
    withdrawing(office.receiver, number, placements.undo_withdrawal)
    assert stands(group_id) == (G.PLANNED, A.SHORTLISTED)


def test_a_visit_is_over_after_its_last_day_where_the_host_is(office) -> None:
    group_id = accepted(office, published(office))
    last = (LAST - NOW.date()).days
    assert by_itself(visits.end_visits, days=last) == 0
    assert by_itself(visits.end_visits, days=last, hours=12) == 1  # midnight is over in Tokyo
    assert group(group_id).report_by == LAST + timedelta(days=31)
    assert asked("visit to report on") == 1


def test_a_report_counts_countries_from_what_each_person_confirmed(office) -> None:
    group_id = accepted(office, published(office))
    first = first_person(group_id)
    second = named(office, group_id, somebody(Part.SUPERVISOR))
    absent = named(office, group_id)
    for person_id in (first, second):
        confirming(person_id)
    with pytest.raises(RuleBroken, match="when it is over"):
        acting(office.receiver, group_id, visits.send_report, came=[first], done="a", outcome="b")
    by_itself(visits.end_visits, days=80)
    with pytest.raises(RuleBroken, match="who confirmed"):
        acting(office.receiver, group_id, visits.send_report, came=[absent], done="a", outcome="b")
    said = {"came": [first, second], "done": "Two talks.", "outcome": "A joint paper."}
    acting(office.receiver, group_id, visits.send_report, **said)
    report = db.session.scalars(select(reporting.VisitReport)).one()
    assert (report.by_country, report.supervisors) == ({"KH": 2}, 1)
    assert asked("visit to report on") == 0
    assert told().count("visits/report_sent") == 1


def test_a_group_is_seen_by_its_host_and_by_the_office_once_it_was_sent(office) -> None:
    call_id = published(office)
    draft = whole(office, call_id)

    def sees(actor: Actor) -> list[int]:
        return [one.id for one in db.session.scalars(groups_visible_to(actor))]

    secretariat = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    of_office = (office.receiver, office.colleague, office.manager)
    everybody = [*map(make.actor, of_office), secretariat, make.actor(office.stranger)]
    assert [draft in sees(one) for one in everybody] == [True, True, False, False, False]
    later = sent(office, call_id, office.colleague)
    assert [later in sees(one) for one in everybody] == [True, True, True, True, False]


def test_a_call_says_its_days_and_has_a_form_before_it_is_published(office) -> None:
    bare = begun(office, closes_on=None)
    with pytest.raises(RuleBroken, match="the last day to apply"):
        changing(office.manager, bare, visits.publish_call)
    with pytest.raises(RuleBroken, match="no application form"):
        changing(office.manager, begun(office), visits.publish_call)


def test_what_was_published_only_grows(office) -> None:
    call_id = published(office, groups=3)
    with pytest.raises(RuleBroken, match="only grow"):
        changing(office.manager, call_id, visits.save_call, TERMS, version=None)


def test_the_database_refuses_a_call_that_pays_for_less_than_was_awarded(office) -> None:
    call_id = published(office, groups=2)
    for who in (office.receiver, office.colleague):
        awarded(office, call_id, who)
    fewer = update(VisitCall.__table__).where(VisitCall.__table__.c.id == call_id)
    with pytest.raises(IntegrityError, match="groups_are_awarded"):
        db.session.execute(fewer.values(groups=1))


def test_a_call_with_awards_is_not_cancelled(office) -> None:
    call_id = published(office)
    group_id = awarded(office, call_id)
    with pytest.raises(RuleBroken, match="call each of them off"):
        changing(office.manager, call_id, visits.give_up_call, reason="No money.")
    acting(office.manager, group_id, visits.call_off, reason="No money.")
    writing = office.colleague.id
    applied(office.colleague, call_id)
    changing(office.manager, call_id, visits.give_up_call, reason="No money.")
    assert writing in who_was_told("applications/called_off")
    assert asked("award to answer") == 0


def test_visits_are_reviewed_and_not_placed(office) -> None:
    group_id = sent(office, published(office))
    actor = make.actor(office.manager)
    application = db.session.scalars(
        applications_visible_to(actor).where(Application.id == application_of(group_id).id)
    ).one()
    assert applications.SCREEN.allows(actor, application)
    assert reviews.ASSIGN_TO.allows(actor, application)
    assert not placing.OPEN.allows(actor, application.opportunity)


def awarding(office, group_id: int):
    def press() -> str:
        acting(db.session.merge(office.approver), group_id, visits.award_visit)
        return "awarded"

    return press


@pytest.mark.race
def test_awards_at_once_never_exceed_what_the_call_pays_for(app, session) -> None:
    office = office_of()
    staff = [
        make.grant(make.person(), Role.HOST, Scope.ORGANISATION, office.host.id)
        for _ in range(CLIENTS)
    ]
    for _ in rounds(5):
        call_id = published(office, groups=3)
        groups = [sent(office, call_id, one) for one in staff]
        for one in groups:
            acting(office.manager, one, visits.propose_award)
        told_them = all_at_once(app, [awarding(office, one) for one in groups])
        assert told_them == {"awarded": 3, "RuleBroken": CLIENTS - 3}
        held = select(func.count()).where(
            VisitGroup.call_id == call_id, VisitGroup.state == G.AWARDED
        )
        assert db.session.scalar(held) == 3


def test_a_group_stays_with_its_application(office) -> None:
    call_id = published(office)
    group_id, other = whole(office, call_id), applied(office.colleague, call_id)
    moved = update(VisitGroup).where(VisitGroup.id == group_id).values(application_id=other)
    with pytest.raises(IntegrityError, match="group_stays_with_its_application"):
        db.session.execute(moved)


def test_nobody_of_a_group_is_deleted(office) -> None:
    whole(office, published(office))
    with pytest.raises(IntegrityError, match="person_of_group_stays"):
        db.session.execute(text(f"DELETE FROM {VisitPerson.__tablename__}"))
