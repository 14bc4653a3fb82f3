"""Use is offered, agreed to, begun, ended, taken back; the application follows."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select, update

from app.accounts.models import User
from app.applications.operations.screening import find_together, pass_screening, shortlist
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState as A
from app.facilities import operations as office
from app.facilities.models import Facility, FacilityGrant, UseReport
from app.facilities.queries import (
    facilities_granted_beyond,
    grants_visible_to,
    to_grant_use_to,
)
from app.facilities.states import GrantState
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage, Task
from app.placements import operations as placements
from tests import make
from tests.applications import helping
from tests.facilities.granting import (
    NOW,
    SEEN,
    WORDS,
    accepting,
    answering,
    centre_of,
    changing,
    day,
    grant,
    listed,
    offered,
    person_of,
    published,
    working,
)
from tests.racing import CLIENTS, all_at_once, rounds

G = GrantState


def stands(grant_id: int) -> tuple[GrantState, A]:
    found = grant(grant_id)
    return found.state, helping.reload(found.application_id).state


def told() -> list[str]:
    return list(db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def asked(kind: str) -> int | None:
    open_ones = select(func.count()).where(Task.kind == kind, Task.done_at.is_(None))
    return db.session.scalar(open_ones)


def by_itself(do, **later: int) -> int:
    db.session.expunge_all()
    with unit_of_work(SYSTEM, now=NOW + timedelta(**later)) as work:
        return do(work)


def test_one_applies_is_chosen_agrees_and_uses_it(centre) -> None:
    facility_id, person = published(centre), make.person("CHANTHOU SOPHEAP")
    facility = db.session.get_one(Facility, facility_id)
    application_id = helping.start(facility, person, now=NOW)
    helping.save(person, application_id, {"headline": "Khmer speech", "true": "yes"}, now=NOW)
    helping.submit(person, application_id, now=NOW)
    with working(centre.writer) as work:
        [application] = find_together(work, facility_id, [application_id])
        pass_screening(work, application)
        shortlist(work, application)
    grant_id = offered(centre, application_id, note="Nights only.")
    assert stands(grant_id) == (G.OFFERED, A.OFFERED)
    assert told()[-1] == "facilities/use_offered"
    assert asked("use to answer") == 1
    accepting(grant_id)
    assert stands(grant_id) == (G.RUNNING, A.ACCEPTED)
    assert asked("use to answer") == 0
    kept = grant(grant_id)
    assert kept.conditions_words == WORDS.conditions
    assert kept.conditions_sha256 == sha256(WORDS.conditions.encode()).hexdigest()
    assert (kept.conditions_locale, kept.accepted_at) == ("en", NOW)


def test_conditions_that_changed_meanwhile_are_read_again(centre) -> None:
    facility_id = published(centre)
    grant_id = offered(centre, listed(facility_id))
    stricter = replace(WORDS, conditions="No data leaves the cluster.")
    changing(centre.writer, facility_id, office.save_facility_text, stricter, locale="en")
    with pytest.raises(ChangedMeanwhile, match="read again"):
        accepting(grant_id)
    assert stands(grant_id)[0] is G.OFFERED
    accepting(grant_id, seen=office.fingerprint(stricter.conditions))
    changing(centre.writer, facility_id, office.save_facility_text, WORDS, locale="en")
    assert grant(grant_id).conditions_words == stricter.conditions


def test_conditions_are_agreed_to_in_the_language_in_which_they_were_read(centre) -> None:
    facility_id = published(centre)
    khmer = replace(WORDS, title="កុំព្យូទ័រ", conditions="សូមដាក់ឈ្មោះកុំព្យូទ័រក្នុងស្នាដៃ")
    changing(centre.writer, facility_id, office.save_facility_text, khmer, locale="km")
    first, second = (offered(centre, listed(facility_id)) for _ in range(2))
    accepting(first, locale="km", seen=office.fingerprint(khmer.conditions))
    accepting(second, locale="ja")
    assert [grant(one).conditions_locale for one in (first, second)] == ["km", "en"]


def test_on_no_day_more_is_granted_than_there_is(centre) -> None:
    facility_id = published(centre)
    offered(centre, listed(facility_id), amount=60, first_on=day(0), last_on=day(10))
    offered(centre, listed(facility_id), amount=60, first_on=day(11), last_on=day(20))
    third = listed(facility_id)
    with pytest.raises(RuleBroken, match="only 40 is free"):
        offered(centre, third, amount=41, first_on=day(5), last_on=day(15))
    grant_id = offered(centre, third, amount=40, first_on=day(5), last_on=day(15))
    fourth = listed(facility_id)
    with pytest.raises(RuleBroken, match="only 0 is free"):
        offered(centre, fourth, amount=1, first_on=day(15), last_on=day(16))
    answering(person_of(grant_id), grant_id, office.decline_use)
    assert stands(grant_id) == (G.DECLINED, A.DECLINED)
    offered(centre, fourth, amount=40, first_on=day(0), last_on=day(20))
    assert db.session.execute(facilities_granted_beyond()).all() == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"amount": 0}, "from 1 to 60"),
        ({"amount": 61}, "from 1 to 60"),
        ({"first_on": day(-1)}, "first day is over"),
        ({"first_on": day(9), "last_on": day(8)}, "comes after the first"),
        ({"last_on": day(91)}, "within the days"),
        ({"first_on": day(1)}, "within the days"),
    ],
)
def test_what_the_facility_does_not_offer_is_refused(centre, values, said) -> None:
    application_id = listed(published(centre, first_on=day(2), last_on=day(90)))
    with pytest.raises(RuleBroken, match=said):
        offered(centre, application_id, **({"first_on": day(2)} | values))


def test_use_is_granted_to_the_shortlist_once_at_a_time(centre) -> None:
    facility_id = published(centre)
    with pytest.raises(RuleBroken, match="on the shortlist"):
        offered(centre, listed(facility_id, state=A.SUBMITTED))
    application_id = listed(facility_id)
    offered(centre, application_id)
    with pytest.raises(RuleBroken, match="has not ended"):
        offered(centre, application_id)


def test_whose_use_has_ended_may_be_granted_more(centre) -> None:
    facility_id = published(centre)
    application_id = listed(facility_id)
    first = offered(centre, application_id, last_on=day(3))
    accepting(first)
    assert by_itself(office.turn_over_use, days=3) == 0
    assert by_itself(office.turn_over_use, days=4) == 1
    assert stands(first) == (G.ENDED, A.ACCEPTED)
    later = NOW + timedelta(days=5)
    with working(centre.writer) as work:
        assert [a.id for a in work.session.scalars(to_grant_use_to(facility_id))] == [
            application_id
        ]
    second = offered(centre, application_id, now=later, first_on=day(6), last_on=day(9))
    assert stands(second) == (G.OFFERED, A.OFFERED)
    accepting(second, now=later)
    assert stands(second) == (G.ACCEPTED, A.ACCEPTED)
    assert by_itself(office.turn_over_use, days=6) == 1
    assert stands(second) == (G.RUNNING, A.ACCEPTED)


def test_the_centre_takes_use_back_and_says_why(centre) -> None:
    facility_id = published(centre)
    grant_id = offered(centre, listed(facility_id))
    accepting(grant_id)
    with pytest.raises(RuleBroken, match="Say why"):
        answering(centre.writer, grant_id, office.withdraw_use, reason=" ")
    answering(centre.writer, grant_id, office.withdraw_use, reason="The conditions were broken.")
    assert stands(grant_id) == (G.WITHDRAWN, A.NOT_SELECTED)
    assert told()[-1] == "facilities/use_withdrawn"
    with pytest.raises(RuleBroken, match="ended already"):
        answering(centre.writer, grant_id, office.withdraw_use, reason="Again.")


def test_an_offer_that_nobody_answers_is_reminded_of_and_lapses(centre) -> None:
    grant_id = offered(centre, listed(published(centre)))
    assert by_itself(office.remind_of_use, days=3) == 0
    assert by_itself(office.remind_of_use, days=4) == 1
    assert by_itself(office.remind_of_use, days=4) == 0
    assert by_itself(office.lapse_use, days=6) == 0
    with pytest.raises(RuleBroken, match="time to answer is over"):
        accepting(grant_id, now=NOW + timedelta(days=8))
    assert by_itself(office.lapse_use, days=8) == 1
    assert stands(grant_id) == (G.LAPSED, A.LAPSED)
    assert told()[-3:] == [
        "facilities/use_offered",
        "facilities/use_offered",
        "facilities/use_lapsed",
    ]
    assert asked("use to answer") == 0


def test_who_withdraws_the_application_gives_the_use_back(centre) -> None:
    facility_id = published(centre)
    grant_id = offered(centre, listed(facility_id), amount=60)
    accepting(grant_id)
    application_id = grant(grant_id).application_id
    with working(person_of(grant_id)) as work:
        found = placements.find_application(work, application_id)
        placements.withdraw_application(work, found)
    assert stands(grant_id) == (G.WITHDRAWN, A.WITHDRAWN)
    offered(centre, listed(facility_id), amount=60)


def test_use_ends_early_and_a_report_is_asked_for(centre) -> None:
    facility_id = published(centre)
    grant_id = offered(centre, listed(facility_id), amount=60)
    accepting(grant_id)
    person = person_of(grant_id)
    answering(person, grant_id, office.end_use)
    found = grant(grant_id)
    assert found.state is G.ENDED
    assert found.report_by == day(30)
    assert asked("use to report on") == 1
    offered(centre, listed(facility_id), amount=60)
    assert by_itself(office.remind_of_use, days=22) == 1  # of the other's offer alone
    assert by_itself(office.remind_of_use, days=24) == 1
    assert by_itself(office.remind_of_use, days=24) == 0
    assert by_itself(office.remind_of_use, days=32) == 1
    assert by_itself(office.remind_of_use, days=90) == 0
    last = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc())).first()
    assert last.kind == "facilities/report_due"
    assert last.values["late"]
    report = {"done": "Trained a model.", "outcome": "A model of Khmer speech."}
    with pytest.raises(RuleBroken, match="ten links"):
        answering(person, grant_id, office.send_report, **report, links=["javascript:alert(1)"])
    with pytest.raises(RuleBroken, match="what came of it"):
        answering(person, grant_id, office.send_report, done="Much.", outcome=" ")
    answering(person, grant_id, office.send_report, **report, links=["https://example.org/model"])
    assert asked("use to report on") == 0
    received = select(func.count()).where(OutboxMessage.kind == "facilities/report_received")
    assert db.session.scalar(received) == 2  # everybody of the staff
    answering(person, grant_id, office.send_report, **report, version=1)
    assert db.session.scalars(select(UseReport.version)).all() == [2]
    with pytest.raises(ChangedMeanwhile):
        answering(person, grant_id, office.send_report, **report, version=1)
    assert db.session.scalar(received) == 2


def test_nobody_else_sees_a_grant_or_answers_it(centre) -> None:
    facility_id = published(centre)
    application_id = listed(facility_id)
    grant_id = offered(centre, application_id)
    outsiders = (centre.stranger, make.person("SOMEBODY ELSE"))
    for outsider in outsiders:
        with working(outsider) as work:
            assert work.session.scalars(grants_visible_to(work.actor)).all() == []
            assert work.session.scalars(applications_visible_to(work.actor)).all() == []
            with pytest.raises(NotFound):
                office.find_grant(work, grant_id)
            with pytest.raises(NotFound):
                office.find_application(work, application_id)
    with pytest.raises(NotPermitted):
        answering(centre.writer, grant_id, office.accept_use, locale="en", seen=SEEN)
    with pytest.raises(NotPermitted):
        answering(person_of(grant_id), grant_id, office.withdraw_use, reason="Mine.")
    with pytest.raises(NotPermitted):
        answering(centre.writer, grant_id, office.send_report, done="It.", outcome="That.")
    with working(centre.secretariat) as work, pytest.raises(NotPermitted):
        office.offer_use(
            work,
            office.find_application(work, application_id),
            amount=1,
            first_on=day(0),
            last_on=day(1),
        )


def test_nobody_of_the_centre_grants_use_to_themselves(centre) -> None:
    application_id = listed(published(centre), centre.writer)
    with pytest.raises(NotPermitted):
        offered(centre, application_id)


def test_the_database_refuses_what_operations_would_not_do(centre) -> None:
    facility_id = published(centre)
    grant_id = offered(centre, listed(facility_id), amount=60)
    offered(centre, listed(facility_id), amount=40)
    other = listed(facility_id)
    person_id = helping.reload(other).applicant_id

    def refused(said: str, *statements) -> None:
        db.session.expunge_all()
        with pytest.raises(RuleBroken, match=said), unit_of_work(SYSTEM, now=NOW) as work:
            for one in statements:
                work.session.execute(one)

    of_it = update(FacilityGrant).where(FacilityGrant.id == grant_id)
    refused("less is free", of_it.values(amount=61))
    refused("stays with its person", of_it.values(person_id=person_id))
    facility = Facility.__table__
    less = facility.update().where(facility.c.id == facility_id).values(available=99, most=60)
    refused("granted already", less)
    row = {
        "facility_id": facility_id,
        "application_id": other,
        "person_id": person_id,
        "state": "offered",
        "amount": 1,
        "first_on": day(30),
        "last_on": day(31),
        "note": "",
        "offered_at": NOW,
        "answer_by": NOW,
        "conditions_locale": "",
        "conditions_words": "",
        "conditions_sha256": "",
        "ended_because": "",
        "version": 1,
    }
    insert = FacilityGrant.__table__.insert()
    refused("less is free", insert.values(**row))
    with unit_of_work(SYSTEM, now=NOW) as work:
        work.session.execute(insert.values(**row | {"first_on": day(31)}))
    refused(
        "less is free",
        *[
            update(FacilityGrant)
            .where(FacilityGrant.application_id == other)
            .values(first_on=day(29))
        ],
    )


def offering(centre, application_id: int, **values):
    actor = make.actor(centre.writer)

    def press() -> str:
        with unit_of_work(actor, now=NOW) as work:
            application = office.find_application(work, application_id)
            office.offer_use(work, application, **values)
            return "offered"

    return press


def withdrawing(person: User, application_id: int):
    actor = make.actor(person)

    def press() -> str:
        with unit_of_work(actor, now=NOW) as work:
            found = placements.find_application(work, application_id)
            placements.withdraw_application(work, found)
            return "given back"

    return press


@pytest.mark.race
def test_offers_and_withdrawals_at_once_never_exceed_what_there_is(app, session) -> None:
    centre = centre_of()
    for number in rounds(20):
        facility_id = published(centre)
        first = offered(centre, listed(facility_id), amount=60, first_on=day(0), last_on=day(30))
        held = withdrawing(person_of(first), grant(first).application_id)
        applications = [listed(facility_id) for _ in range(CLIENTS - 2)]
        presses = [held]
        presses += [
            offering(
                centre,
                one,
                amount=40,
                first_on=day((n + number) % 3 * 10),
                last_on=day((n + number) % 3 * 10 + 10),
            )
            for n, one in enumerate([*applications, applications[0]])
        ]
        told_them = all_at_once(app, presses)
        assert told_them["given back"] == 1
        assert told_them["offered"] >= 1
        assert db.session.execute(facilities_granted_beyond()).all() == []
        living = select(func.count()).where(
            FacilityGrant.facility_id == facility_id, FacilityGrant.state == G.OFFERED
        )
        assert db.session.scalar(living) == told_them["offered"]
