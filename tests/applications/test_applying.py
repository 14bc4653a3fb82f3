"""From the first save to the receipt: what may be done, once, and until when."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.applications.models import (
    Application,
    ApplicationCount,
    Document,
    DocumentSlot,
    Preference,
    Submission,
)
from app.applications.operations import (
    NotComplete,
    ProfileWanted,
    remove_document,
    withdraw,
)
from app.applications.operations.submitting import digest
from app.applications.states import ApplicationState, SlotState
from app.audit.models import AuditEntry
from app.files.models import StoredFile
from app.files.states import FileState
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.search.index import matching
from app.foundation.work import unit_of_work
from app.ledger.models import ConsentEntry
from app.notifications.models import OutboxMessage
from app.notifications.rendering import Letterhead, render
from app.opportunities.models import FormVersion
from app.opportunities.states import OpportunityState, PlaceState
from tests import make
from tests.applications import helping


@pytest.fixture
def call(session):
    return make.call()


@pytest.fixture
def person(session):
    return make.person("CHANTHOU SOPHEAP", native_name="ច័ន្ទធូ សុភាព")


def count(session, call, state) -> int:
    session.expire_all()
    return session.get(ApplicationCount, (call.id, "", state.value)).number


def test_an_application_is_started_once_and_gone_on_with(session, call, person) -> None:
    first = helping.start(call, person, key="a")
    assert helping.start(call, person, key="a") == first
    assert helping.start(call, person, key="b") == first
    made = helping.reload(first)
    assert made.ref == f"LNT-27-{first:04}"
    assert made.state is ApplicationState.DRAFT
    assert count(session, call, ApplicationState.DRAFT) == 1
    assert session.scalars(select(DocumentSlot.kind)).all() == ["transcript"]
    assert session.scalar(select(FormVersion.frozen_at)) == make.NOW


def test_who_withdrew_can_start_again(session, call, person) -> None:
    first = helping.start(call, person, key="a")
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        withdraw(work, helping.find(work, first), reason="Another plan")
    second = helping.start(call, person, key="b")
    assert second != first
    assert helping.reload(first).withdrawn_because == "Another plan"
    assert count(session, call, ApplicationState.WITHDRAWN) == 1
    assert count(session, call, ApplicationState.DRAFT) == 1


def test_a_profile_must_say_who_applies(session, call) -> None:
    nameless = make.person()
    nameless.passport_name = ""
    session.commit()
    with pytest.raises(ProfileWanted, match="name as in your passport"):
        helping.start(call, nameless)


@pytest.mark.parametrize("state", [OpportunityState.CLOSED, OpportunityState.CANCELLED])
def test_nothing_is_started_when_the_call_is_over(session, person, state) -> None:
    with pytest.raises(RuleBroken, match="deadline has passed"):
        helping.start(make.call(state=state), person)


def test_nothing_is_started_before_it_opens(session, call, person) -> None:
    with pytest.raises(RuleBroken, match="has not opened"):
        helping.start(call, person, now=call.opens_at - timedelta(minutes=1))


def test_a_draft_keeps_unfinished_answers_and_its_version(session, call, person) -> None:
    mine = helping.start(call, person)
    assert helping.save(person, mine, {"headline": "Only this"}, version=0) == 1
    assert helping.save(person, mine, {"headline": "Only this"}, version=0) == 1
    assert helping.save(person, mine, {"headline": "More"}, version=1) == 2
    with pytest.raises(ChangedMeanwhile):
        helping.save(person, mine, {"headline": "From another tab"}, version=1)
    with pytest.raises(RuleBroken, match="control characters"):
        helping.save(person, mine, {"headline": "a\x00b"})


def test_the_first_save_sends_one_letter_with_the_way_back(session, call, person) -> None:
    mine = helping.start(call, person)
    for text in ("one", "two", "three"):
        helping.save(person, mine, {"headline": text})
    letter = session.scalars(select(OutboxMessage)).one()
    for locale in ("en", "ja", "km", "th"):
        said = render(
            Letterhead("Lontar", "https://x.example"),
            letter.kind,
            letter.values,
            locale,
            "Asia/Phnom_Penh",
        )
        assert f"https://x.example/applications/{mine}" in said.text
        assert f"https://x.example/applications/{mine}" in said.html
        assert call.title in said.subject


def test_places_are_ranked_within_the_calls_limit(session, call, person) -> None:
    places = [make.place(call) for _ in range(4)]
    refused = make.place(call, state=PlaceState.REFUSED)
    elsewhere = make.place(make.call())
    mine = helping.start(call, person)
    helping.rank(person, mine, places[2], places[0])
    helping.rank(person, mine, places[0], places[2])
    ranked = select(Preference.place_id).order_by(Preference.rank)
    assert session.scalars(ranked).all() == [places[0].id, places[2].id]
    for wrong, said in (
        ((places[0], places[0]), "only once"),
        (places, "at most 3"),
        ((refused,), "in the list"),
        ((elsewhere,), "in the list"),
    ):
        with pytest.raises(RuleBroken, match=said):
            helping.rank(person, mine, *wrong)


def test_a_document_takes_the_place_of_the_one_before(session, call, person) -> None:
    mine = helping.start(call, person)
    first = helping.upload(person, mine, name="blurred.pdf")
    second = helping.upload(person, mine)
    session.expire_all()
    assert session.get(Document, first).removed_at == make.NOW
    states = select(StoredFile.state).order_by(StoredFile.id)
    assert session.scalars(states).all() == [FileState.ERASED, FileState.KEPT]
    with unit_of_work(helping.acting(person), now=make.NOW) as work:
        remove_document(work, helping.find(work, mine), work.session.get(Document, second))
    session.expire_all()
    assert session.scalar(select(DocumentSlot.state)) is SlotState.TO_DO


def test_what_is_missing_is_said_and_nothing_sent(session, call, person) -> None:
    make.place(call)
    mine = helping.start(call, person)
    with pytest.raises(NotComplete, match="4 things") as refused:
        helping.submit(person, mine)
    assert [(g.section, g.question) for g in refused.value.gaps] == [
        ("study", "headline"),
        ("study", "plan"),
        ("places", "places"),
        ("documents", "transcript"),
    ]
    assert session.scalar(select(func.count(Submission.id))) == 0


def test_submitting_freezes_everything_and_sends_one_receipt(session, call, person) -> None:
    home = make.organisation("Royal University", code="KH")
    person.home_institution_id = home.id
    session.commit()
    place = make.place(call)
    mine = helping.ready(call, person, place)
    first = helping.submit(person, mine, key="one")
    assert helping.submit(person, mine, key="one") == first
    assert helping.submit(person, mine, key="two") == first

    made = helping.reload(mine)
    assert made.state is ApplicationState.SUBMITTED
    assert made.submitted_at == make.NOW
    assert (made.country_code, made.headline, made.track) == (
        "KH",
        "Khmer word borders",
        "researcher",
    )
    assert made.home_institution_name == "Royal University"
    kept = session.get(Submission, first)
    assert kept.number == 1
    assert kept.sha256 == digest(kept.content)
    assert kept.content["answers"]["study"] == helping.ANSWERS
    assert kept.content["preferences"][0]["place_id"] == place.id
    assert kept.content["documents"][0]["file_name"] == "transcript.pdf"
    assert count(session, call, ApplicationState.SUBMITTED) == 1
    receipts = select(OutboxMessage).where(OutboxMessage.kind == "applications/received")
    letter = session.scalars(receipts).one()
    said = render(
        Letterhead("Lontar", "https://x.example"), letter.kind, letter.values, "en", "Asia/Tokyo"
    )
    assert made.ref in said.subject
    assert kept.sha256 in said.text
    agreed = session.scalars(select(ConsentEntry)).one()
    assert (agreed.person_id, agreed.subject_id, agreed.given) == (person.id, mine, True)
    verbs = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    assert verbs[-1] == "application.submitted"


def test_the_office_finds_the_applicant_by_any_name(session, call, person) -> None:
    mine = helping.ready(call, person)
    helping.submit(person, mine)
    for words in ("sopheap", "សុភាព", f"LNT-27-{mine:04}"):
        found = matching(session, "application", words, audiences=(f"opportunity:{call.id}",))
        assert session.scalars(found).all() == [mine], words
    assert session.scalars(matching(session, "application", "sopheap")).all() == []


def test_the_deadline_is_the_servers_with_its_minutes_of_grace(session, call, person) -> None:
    mine = helping.ready(call, person)
    with pytest.raises(RuleBroken, match="deadline has passed"):
        helping.submit(person, mine, now=call.closes_at + timedelta(minutes=30, seconds=1))
    assert helping.submit(person, mine, now=call.closes_at + timedelta(minutes=30))


def test_who_does_not_meet_a_condition_may_write_but_not_send(session, person) -> None:
    call = make.call(countries=("JP",))
    mine = helping.ready(call, person)
    with pytest.raises(RuleBroken, match="you may not apply"):
        helping.submit(person, mine)
    assert helping.reload(mine).state is ApplicationState.DRAFT


def test_what_was_sent_cannot_be_changed(session, call, person) -> None:
    mine = helping.ready(call, person)
    helping.submit(person, mine)
    for change in (
        lambda: helping.save(person, mine, {"headline": "Another"}),
        lambda: helping.upload(person, mine),
        lambda: helping.rank(person, mine),
    ):
        with pytest.raises(RuleBroken, match="was submitted"):
            change()


def test_somebody_elses_application_does_not_exist(session, call, person) -> None:
    mine = helping.start(call, person)
    with pytest.raises(NotFound):
        helping.save(make.person(), mine)
    assert session.scalar(select(func.count(Application.id))) == 1
