"""Working groups: who convenes them, who joins and leaves, and that one always chairs."""

import pytest
from sqlalchemy import delete, select, update

from app.accounts.models import User
from app.foundation.actors import VISITOR, Role
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, IllegalMove, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.organisations.models import Organisation
from app.working_groups import operations as verbs
from app.working_groups import queries
from app.working_groups.models import GroupMembership, WorkingGroup
from app.working_groups.states import (
    GroupState,
    Joining,
    MemberRole,
    MembershipState,
)
from tests import make
from tests.racing import all_at_once, rounds
from tests.working_groups.convening import (
    convened,
    in_group,
    invited,
    joined,
    kept,
    rows,
    running,
    somebody,
)


def seen_by(actor) -> list[int]:
    db.session.rollback()
    return [one.id for one in db.session.scalars(queries.groups_visible_to(actor))]


def waiting_for(actor) -> list[str]:
    db.session.rollback()
    query = select(Task).where(Task.holder_id == actor.user_id, Task.done_at.is_(None))
    return [task.kind for task in db.session.scalars(query)]


def told() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(OutboxMessage.kind)))


def test_a_group_that_forms_is_seen_by_its_centre_and_who_is_asked(sg, jp, chair) -> None:
    group = convened(sg)
    assert [seen_by(who) for who in (sg.actor, jp.actor, chair, VISITOR)] == [[group], [], [], []]
    invited(sg.actor, group, chair, MemberRole.CHAIR)
    assert (seen_by(chair), seen_by(VISITOR)) == ([group], [])


def test_it_begins_once_somebody_chairs_it_and_then_the_world_sees_it(sg, chair) -> None:
    group = convened(sg)
    with pytest.raises(RuleBroken, match="agreed to chair"):
        in_group(sg.actor, group, verbs.begin_group)
    asked = invited(sg.actor, group, chair, MemberRole.CHAIR)
    with pytest.raises(RuleBroken, match="agreed to chair"):
        in_group(sg.actor, group, verbs.begin_group)
    in_group(chair, group, verbs.answer_invitation, asked, accepts=True)
    in_group(chair, group, verbs.begin_group)
    assert seen_by(VISITOR) == [group]
    in_group(chair, group, verbs.close_group)
    assert kept(WorkingGroup, group).state is GroupState.CLOSED
    assert seen_by(VISITOR) == [group]
    with pytest.raises(RuleBroken, match="closed"):
        invited(sg.actor, group, somebody())


def test_only_centres_and_the_secretariat_convene(sg, jp, chair) -> None:
    secretariat = make.actor(make.grant(make.person(), Role.SECRETARIAT))

    def convening(actor, acronym):
        with unit_of_work(actor, now=make.NOW) as work:
            body = work.session.get_one(Organisation, sg.id)
            said = {"locale": "en", "name": "Metadata", "acronym": acronym}
            return verbs.convene_group(work, body, **said).by_secretariat

    for stranger in (jp.actor, chair):
        with pytest.raises(NotPermitted):
            convening(stranger, "META")
    assert convening(secretariat, "META") is True
    assert convening(sg.actor, "MTC") is False
    with pytest.raises(RuleBroken, match="Another working group"):
        convening(sg.actor, "META")
    with pytest.raises(RuleBroken, match="capital letters"):
        convening(sg.actor, "meta")


def test_the_secretariat_changes_what_it_convened_and_reads_the_rest(sg, chair, group) -> None:
    secretariat = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    with pytest.raises(NotPermitted):
        in_group(secretariat, group, verbs.close_group)
    assert group in seen_by(secretariat)


def test_staff_of_another_centre_and_plain_members_change_nothing(sg, jp, group) -> None:
    member = somebody()
    joined(sg.actor, group, member, MemberRole.EDITOR)
    for actor in (jp.actor, member):
        for do, named in (
            (verbs.close_group, {}),
            (verbs.write_group, {"locale": "km", "name": "ក្រុម", "mandate": "ពាក្យ"}),
            (
                verbs.plan_group,
                {"acronym": "X1", "joining": Joining.REQUEST, "starts_on": None, "ends_on": None},
            ),
        ):
            with pytest.raises(NotPermitted):
                in_group(actor, group, do, **named)
        with pytest.raises(NotPermitted):
            invited(actor, group, somebody())


def test_an_old_form_changes_nothing(sg, chair, group) -> None:
    said = {"locale": "km", "name": "ក្រុម", "mandate": "ពាក្យ", "version": 1}
    in_group(chair, group, verbs.write_group, **said)
    with pytest.raises(ChangedMeanwhile):
        in_group(chair, group, verbs.write_group, **said)


def test_who_is_asked_answers_and_nobody_else(sg, chair, group) -> None:
    person = somebody()
    asked = invited(chair, group, person)
    assert waiting_for(person) == ["group to join"]
    assert "working_groups/invited" in told()
    with pytest.raises(NotPermitted):
        in_group(chair, group, verbs.answer_invitation, asked, accepts=True)
    in_group(person, group, verbs.answer_invitation, asked, accepts=False)
    assert waiting_for(person) == []
    with pytest.raises(IllegalMove):
        in_group(person, group, verbs.answer_invitation, asked, accepts=True)
    joined(chair, group, person)
    with pytest.raises(RuleBroken, match="belongs to the group already"):
        invited(chair, group, person)


def test_people_speak_for_their_own_bodies_or_in_their_own_name(sg, jp, chair, group) -> None:
    person = somebody(body=jp.id)
    asked = invited(chair, group, person)
    for body in (sg.id,):
        with pytest.raises(RuleBroken, match="you belong to"):
            in_group(person, group, verbs.answer_invitation, asked, accepts=True, speaks_for=body)
    in_group(person, group, verbs.answer_invitation, asked, accepts=True, speaks_for=jp.id)
    assert kept(GroupMembership, asked).organisation_id == jp.id


def test_people_ask_to_join_and_a_chair_answers(sg, chair, group) -> None:
    first, second = somebody("FIRST"), somebody("SECOND")
    made = [in_group(who, group, verbs.ask_to_join).id for who in (first, second)]
    assert waiting_for(chair) == ["request to join a group"] * 2
    with pytest.raises(RuleBroken, match="answer that"):
        invited(chair, group, first)
    with pytest.raises(NotPermitted):
        in_group(first, group, verbs.answer_request, made[0], approves=True)
    with pytest.raises(RuleBroken, match="why not"):
        in_group(chair, group, verbs.answer_request, made[1], approves=False)
    in_group(chair, group, verbs.answer_request, made[0], approves=True)
    in_group(chair, group, verbs.answer_request, made[1], approves=False, answer="It is full.")
    assert waiting_for(chair) == []
    states = [kept(GroupMembership, one).state for one in made]
    assert states == [MembershipState.MEMBER, MembershipState.REFUSED]
    again = in_group(second, group, verbs.ask_to_join).id
    with pytest.raises(RuleBroken, match="answered already"):
        in_group(chair, group, verbs.take_invitation_back, again)
    in_group(second, group, verbs.take_request_back, again)
    assert waiting_for(chair) == []
    with pytest.raises(RuleBroken, match="answered already"):
        in_group(second, group, verbs.take_request_back, again)


def test_a_group_that_invites_takes_no_requests(sg, chair) -> None:
    group = running(sg, chair, acronym="INV", joining=Joining.INVITATION)
    with pytest.raises(RuleBroken, match="by invitation"):
        in_group(somebody(), group, verbs.ask_to_join)


def test_requests_wait_for_those_who_chair_now(sg, chair, group) -> None:
    other = somebody("OTHER")
    member = joined(chair, group, other)
    in_group(somebody(), group, verbs.ask_to_join)
    assert (waiting_for(chair), waiting_for(other)) == (["request to join a group"], [])
    in_group(chair, group, verbs.give_role, member, role=MemberRole.CHAIR)
    assert waiting_for(other) == ["request to join a group"]
    mine = next(one.id for one in rows(GroupMembership) if one.person_id == chair.user_id)
    in_group(chair, group, verbs.leave_group, mine)
    assert waiting_for(chair) == []


def test_the_last_chair_neither_leaves_nor_is_made_something_else(sg, chair, group) -> None:
    mine = next(one.id for one in rows(GroupMembership) if one.person_id == chair.user_id)
    for actor, do, named in (
        (chair, verbs.leave_group, {}),
        (sg.actor, verbs.remove_member, {"reason": "Away."}),
        (sg.actor, verbs.give_role, {"role": MemberRole.MEMBER}),
    ):
        with pytest.raises(RuleBroken, match="somebody who chairs"):
            in_group(actor, group, do, mine, **named)
    joined(chair, group, somebody(), MemberRole.CHAIR)
    in_group(chair, group, verbs.leave_group, mine)
    assert kept(GroupMembership, mine).state is MembershipState.LEFT


def test_the_database_refuses_by_itself(sg, chair, group) -> None:
    mine = next(one for one in rows(GroupMembership) if one.person_id == chair.user_id)
    forming = convened(sg, acronym="NEW")
    row = {
        column.name: getattr(mine, column.name)
        for column in GroupMembership.__table__.columns
        if column.name != "id"
    }
    groups, places = WorkingGroup.__table__, GroupMembership.__table__
    for statement, said in (
        (update(places).where(places.c.id == mine.id).values(role="member"), "needs somebody"),
        (
            update(places).where(places.c.id == mine.id).values(state="left", ended_at=make.NOW),
            "needs somebody",
        ),
        (
            update(groups).where(groups.c.id == forming).values(state="active", begun_at=make.NOW),
            "needs somebody",
        ),
        (places.insert().values(**row), "done at this very moment"),
    ):
        with pytest.raises(RuleBroken, match=said), unit_of_work(sg.actor) as work:
            work.session.execute(statement)


@pytest.mark.race
def test_two_chairs_who_leave_at_once_leave_one(app, sg) -> None:
    for number in rounds(6):
        chairs = [somebody() for _ in range(4)]
        group = running(sg, chairs[0], acronym=f"R{number}")
        for one in chairs[1:]:
            joined(sg.actor, group, one, MemberRole.CHAIR)
        places = {m.person_id: m.id for m in rows(GroupMembership) if m.group_id == group}

        def leaving(actor, group=group, places=places):
            def leave():
                in_group(actor, group, verbs.leave_group, places[actor.user_id])
                return "left"

            return leave

        came = all_at_once(app, [leaving(one) for one in chairs])
        assert came == {"left": 3, "RuleBroken": 1}


@pytest.mark.race
def test_who_asks_eight_times_at_once_has_asked_once(app, sg, chair, group) -> None:
    for _number in rounds(6):
        person = somebody()

        def asking(person=person):
            in_group(person, group, verbs.ask_to_join)
            return "asked"

        assert all_at_once(app, [asking] * 8) == {"asked": 1, "RuleBroken": 7}
        # A group has its limit, which two hundred rounds would reach.
        asked = delete(GroupMembership).where(GroupMembership.person_id == person.user_id)
        db.session.execute(asked)
        db.session.commit()


def test_nobody_is_told_what_they_did(sg, chair, group) -> None:
    addresses = set(db.session.scalars(select(OutboxMessage.address)))
    staff = db.session.get_one(User, sg.actor.user_id)
    assert staff.email not in addresses
