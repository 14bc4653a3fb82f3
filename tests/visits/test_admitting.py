"""Who may come by the rules of a call, for guests and supervisors apart, and who is let through."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotPermitted, RuleBroken
from app.notifications.models import OutboxMessage
from app.visits import operations as visits
from app.visits.eligibility import against, rules_for, said
from app.visits.models import VisitPerson
from app.visits.operations import GuestRule
from app.visits.states import Part
from app.visits.states import PersonState as P
from tests import make
from tests.racing import CLIENTS, all_at_once, rounds
from tests.visits.grouping import (
    FIRST,
    FORM,
    LAST,
    NOW,
    ONESELF,
    SENDERS,
    acting,
    begun,
    changing,
    confirming,
    first_person,
    grouped,
    named,
    office_of,
    one,
    sent,
    somebody,
    whole,
)
from tests.visits.test_pages import of_day, page, ref_of, send

# Guests are nationals of Cambodia or Laos and below 30 on the first day; supervisors are anybody's.
RULES = {
    Part.PARTICIPANT: GuestRule(("KH", "LA"), 30, inclusive=False),
    Part.SUPERVISOR: GuestRule((), 60, inclusive=True, on="deadline"),
}
THIRTY = date(FIRST.year - 30, FIRST.month, FIRST.day)


def ruled(office, rules=None) -> int:
    """A call that says who may come, and is published."""
    for code in ("KH", "LA", "VN"):
        make.country(code)
    call_id = begun(office)
    changing(office.manager, call_id, visits.save_guest_rules, rules or RULES)
    changing(office.manager, call_id, visits.save_call_form, FORM, version=None)
    changing(office.manager, call_id, visits.publish_call)
    return call_id


def letting(who, group_id: int, person_id: int, reason: str = "Teaches them.") -> None:
    def do(work, found):
        [person] = [p for p in found.people if p.id == person_id]
        visits.let_person_through(work, found, person, reason=reason)

    acting(who, group_id, do)


@pytest.mark.parametrize(
    ("rule", "born_on", "stands"),
    [
        ({"max": 30, "on": "start"}, THIRTY, ["age"]),
        ({"max": 30, "on": "start"}, THIRTY + timedelta(days=1), []),
        ({"max": 30, "on": "start", "inclusive": True}, THIRTY, []),
        ({"max": 29, "on": "start", "inclusive": True}, THIRTY, ["age"]),
        ({"max": 30, "on": "deadline"}, THIRTY, []),
        ({"max": 30, "on": "2027-03-09"}, THIRTY, []),
        ({"max": 30, "on": "2027-03-10"}, THIRTY, ["age"]),
    ],
)
def test_an_age_counts_on_its_day_with_or_without_itself(app, rule, born_on, stands) -> None:
    stored = {"participant": {"age": rule}}
    days = {"closes_on": date(2027, 2, 1), "first_on": FIRST}
    asked = rules_for(stored, Part.PARTICIPANT, **days)
    assert against(asked, nationality="VN", born_on=born_on) == stands
    assert against(asked) == []
    assert against(rules_for(stored, Part.SUPERVISOR, **days), born_on=born_on) == []
    assert said(rules_for(stored, Part.PARTICIPANT)) != []


@pytest.mark.parametrize(
    ("part", "values", "refused"),
    [
        (Part.PARTICIPANT, {"nationality": "VN"}, "Cambodia and Laos"),
        (Part.PARTICIPANT, {"born_on": THIRTY}, "Younger than 30 years"),
        (Part.PARTICIPANT, {"nationality": "LA", "born_on": date(2000, 1, 1)}, ""),
        (Part.SUPERVISOR, {"nationality": "VN", "born_on": date(1970, 1, 1)}, ""),
        (Part.SUPERVISOR, {"born_on": date(1960, 1, 1)}, "At most 60 years old"),
        (Part.PARTICIPANT, {}, ""),
    ],
)
def test_what_the_host_knows_is_held_against_the_rules_of_the_part(
    office, part, values, refused
) -> None:
    group_id = grouped(office, ruled(office))
    whom = somebody(part, **values)
    if refused:
        with pytest.raises(RuleBroken, match=refused):
            named(office, group_id, whom)
        return
    person = one(named(office, group_id, whom))
    assert (person.nationality, person.born_on, person.unfit) == (None, None, "")


def test_whoever_fits_is_confirmed_and_whoever_does_not_waits(office) -> None:
    group_id = grouped(office, ruled(office))
    fits, waits = named(office, group_id), named(office, group_id)
    confirming(fits)
    confirming(waits, replace(ONESELF, nationality="VN", born_on=THIRTY))
    assert (one(fits).state, one(fits).unfit) == (P.CONFIRMED, "")
    person = one(waits)
    assert (person.state, person.unfit) == (P.NAMED, "nationality,age")
    assert person.passport_name == ONESELF.passport_name
    told = db.session.scalars(
        select(OutboxMessage.address).where(OutboxMessage.kind == "visits/person_unfit")
    ).all()
    assert told and office.manager.email not in told  # the group has not applied yet
    confirming(waits)  # it was a mistake
    assert (one(waits).state, one(waits).unfit) == (P.CONFIRMED, "")


def test_who_is_confirmed_and_corrects_it_waits_again(office) -> None:
    group_id = grouped(office, ruled(office))
    person_id = named(office, group_id)
    confirming(person_id)
    confirming(person_id, replace(ONESELF, nationality="VN"))
    assert (one(person_id).state, one(person_id).unfit) == (P.NAMED, "nationality")


def test_a_manager_lets_somebody_through_for_a_reason_that_is_kept(office) -> None:
    group_id = sent(office, ruled(office))
    person_id = first_person(group_id)
    with pytest.raises(RuleBroken, match="No rule stands against"):
        letting(office.manager, group_id, person_id)
    confirming(person_id, replace(ONESELF, born_on=THIRTY))
    told = db.session.scalars(
        select(OutboxMessage.address).where(OutboxMessage.kind == "visits/person_unfit")
    ).all()
    assert {office.manager.email, office.receiver.email} <= set(told)
    with pytest.raises(NotPermitted):
        letting(office.receiver, group_id, person_id)
    with pytest.raises(RuleBroken, match="Say why"):
        letting(office.manager, group_id, person_id, "  ")
    letting(office.manager, group_id, person_id)
    person = one(person_id)
    assert (person.state, person.excepted, person.excepted_because) == (
        P.CONFIRMED,
        "age",
        "Teaches them.",
    )
    assert person.excepted_by_id == office.manager.id
    entry = db.session.scalar(
        select(AuditEntry).where(AuditEntry.verb == "visit.person let_through")
    )
    assert entry.details["reason"] == "Teaches them."
    confirming(person_id, replace(ONESELF, born_on=THIRTY, position="Teacher"))
    assert one(person_id).state is P.CONFIRMED  # the same rule, let pass already
    confirming(person_id, replace(ONESELF, nationality="VN"))
    assert (one(person_id).state, one(person_id).excepted) == (P.NAMED, "")


def test_other_days_are_held_against_ages_again(office) -> None:
    group_id = grouped(office, ruled(office))
    person_id = named(office, group_id)
    confirming(person_id, replace(ONESELF, born_on=THIRTY + timedelta(days=1)))
    assert one(person_id).state is P.CONFIRMED
    acting(
        office.receiver,
        group_id,
        visits.save_group,
        first_on=FIRST + timedelta(days=1),
        last_on=LAST + timedelta(days=1),
        senders=SENDERS,
    )
    assert (one(person_id).state, one(person_id).unfit) == (P.NAMED, "age")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (GuestRule(("ZZ",)), "Choose among"),
        (GuestRule((), 14), "15 to 99"),
        (GuestRule((), 30, on="someday"), "Write the day"),
    ],
)
def test_rules_make_sense_and_stay_once_they_are_published(office, rule, message) -> None:
    with pytest.raises(RuleBroken, match=message):
        ruled(office, {Part.PARTICIPANT: rule})
    call_id = ruled(office)
    with pytest.raises(RuleBroken, match="stays as it is"):
        changing(office.manager, call_id, visits.save_guest_rules, {})


@pytest.mark.parametrize(
    "values",
    [
        {"state": P.CONFIRMED},
        {"excepted": "age", "excepted_because": "x"},
        {"excepted": "age", "excepted_by_id": 1},
    ],
)
def test_the_database_refuses_who_neither_fits_nor_was_let_through(office, values) -> None:
    group_id = grouped(office, ruled(office))
    person_id = named(office, group_id)
    confirming(person_id, replace(ONESELF, born_on=THIRTY))
    with pytest.raises(IntegrityError, match="let_through"):
        db.session.execute(update(VisitPerson).where(VisitPerson.id == person_id).values(**values))


def test_the_triggers_of_people_are_still_there(office) -> None:
    person_id = named(office, grouped(office, ruled(office)))
    with pytest.raises(IntegrityError, match="person_of_group_stays"):
        db.session.execute(
            update(VisitPerson).where(VisitPerson.id == person_id).values(email="x@example.org")
        )


def test_pages_say_who_may_come_and_what_stands_against_somebody(client, office) -> None:
    with clock.set_clock(NOW):
        for code in ("KH", "LA"):
            make.country(code)
        make.sign_in(client, office.manager)
        call_id = begun(office)
        desk = f"/visits/office/{call_id}"
        wanted = {
            "participant_countries": ["KH", "LA"],
            "participant_age": "30",
            "participant_inclusive": "no",
            "participant_on": "day",
            "supervisor_inclusive": "yes",
            "supervisor_on": "start",
        }
        refused = send(client, f"{desk}/guests", wanted, status=422)
        assert "Write the day on which the age counts." in refused.text
        wanted |= of_day("participant_day", FIRST)
        send(client, f"{desk}/guests", wanted)
        changing(office.manager, call_id, visits.save_call_form, FORM, version=None)
        changing(office.manager, call_id, visits.publish_call)
        public = page(client, f"/visits/{ref_of(call_id)}")
        assert "Open to nationals of Cambodia and Laos." in public
        assert "Younger than 30 years on" in public
        group_id = sent(office, call_id)
        person_id = first_person(group_id)
        confirming(person_id, replace(ONESELF, born_on=THIRTY))
        shown = page(client, f"/visits/groups/{group_id}")
        assert "May not come by the rules of the call:" in shown
        door = f"/visits/groups/{group_id}/people/{person_id}/let-through"
        assert door in shown
        send(client, door, {"reason": ""}, status=422)
        make.sign_in(client, office.stranger)
        assert client.get(door).status_code == 404
        make.sign_in(client, office.receiver)
        assert client.get(door).status_code == 403
        assert door not in page(client, f"/visits/groups/{group_id}")
        make.sign_in(client, office.manager)
        other = first_person(whole(office, ruled(office), office.colleague))
        assert client.get(door.replace(f"/{person_id}/", f"/{other}/")).status_code == 404
        send(client, door, {"reason": "Teaches them."})
        assert "Teaches them." in page(client, f"/visits/groups/{group_id}")


@pytest.mark.race
def test_a_correction_and_an_exception_at_once_leave_nobody_who_does_not_fit(app, session) -> None:
    for _number in rounds(3):
        office = office_of()
        group_id = sent(office, ruled(office))
        person_id = first_person(group_id)
        old = replace(ONESELF, born_on=THIRTY)
        confirming(person_id, old)
        half = CLIENTS // 2
        all_at_once(
            app,
            [lambda g=group_id, p=person_id, o=office: letting(o.manager, g, p)] * half
            + [lambda p=person_id: confirming(p, replace(ONESELF, nationality="VN"))] * half,
        )
        person = one(person_id)
        fits = set(filter(None, person.unfit.split(",")))
        assert person.unfit == "nationality"
        passed = fits <= set(person.excepted.split(","))
        assert (person.state is P.CONFIRMED) == passed
