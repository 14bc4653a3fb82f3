"""A call in public: published, extended, closed, cancelled, and its history."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.applications.models import Preference
from app.applications.states import ApplicationState
from app.audit.models import AuditEntry
from app.fellowships import operations as office
from app.fellowships.models import Call
from app.foundation.errors import RuleBroken
from app.foundation.search.documents import SearchDocument
from app.foundation.stamps import CatalogueStamp
from app.notifications.rendering import Letterhead, render
from app.opportunities.models import (
    Extension,
    OpportunityFacet,
    Place,
)
from app.opportunities.states import OpportunityState
from tests import make
from tests.fellowships.offices import (
    AUDIENCE,
    TEXT,
    WINDOW,
    later,
    letters,
    open_tasks,
    prepared,
    published,
    the_call,
    the_place,
    working,
)
from tests.fellowships.operations.reading import make_host, reload
from tests.telling import who_was_told


def test_what_lacks_something_is_not_published(desk, session):
    call = prepared(desk, confirmed=False)
    with working(desk.manager) as work, pytest.raises(RuleBroken, match="University of Tokyo"):
        office.publish_call(work, the_call(work, call))
    assert reload(session, Call, call).published_at is None


def test_publishing_fills_the_catalogue(desk, session):
    call = published(desk)
    found = reload(session, Call, call)
    assert found.state is OpportunityState.PUBLISHED
    assert found.published_at == make.NOW
    facets = session.execute(
        select(OpportunityFacet.facet, OpportunityFacet.value).where(
            OpportunityFacet.opportunity_id == call.id
        )
    ).all()
    assert {("kind", "fellowship"), ("where", "JP"), ("nationality", "KH")} <= {
        tuple(f) for f in facets
    }
    documents = session.scalars(
        select(SearchDocument.folded).where(
            SearchDocument.kind == "opportunity", SearchDocument.subject_id == call.id
        )
    ).all()
    assert len(documents) == 1
    assert "tokyo" in documents[0]
    assert session.scalar(select(CatalogueStamp.number)) == 1


def test_once_published_only_an_extension_moves_the_deadline(desk, session):
    call = published(desk)
    with working(desk.manager) as work, pytest.raises(RuleBroken, match="extended"):
        office.save_window(work, the_call(work, call), WINDOW, version=None)


def test_once_published_the_audience_only_widens(desk, session):
    call = published(desk)
    with working(desk.manager) as work:
        found = the_call(work, call)
        wider = replace(AUDIENCE, countries=("KH", "LA", "VN"))
        office.save_audience(work, found, wider, version=None)
        for narrower in (
            replace(AUDIENCE, countries=("KH",)),
            replace(wider, tracks=()),
            replace(wider, eligibility={"age": {"max": 30, "on": "deadline"}}),
        ):
            with pytest.raises(RuleBroken, match="taken away"):
                office.save_audience(work, found, narrower, version=None)


def test_an_extension_is_later_dated_and_told_to_all_who_count_on_it(desk, session):
    call = published(desk)
    drafting = make.application(call)
    sent = make.application(call, state=ApplicationState.SUBMITTED)
    make.application(call, state=ApplicationState.WITHDRAWN)
    with working(desk.manager) as work:
        found = the_call(work, call)
        for wall in ("2027-02-14T23:59", "2027-02-01T00:00"):
            with pytest.raises(RuleBroken, match="later"):
                office.extend_call(work, found, closes_wall=wall, reason="Power cuts.")
        with pytest.raises(RuleBroken, match="reason"):
            office.extend_call(work, found, closes_wall="2027-02-21T23:59", reason=" ")
        office.extend_call(work, found, closes_wall="2027-02-21T23:59", reason="Power cuts.")
    found = reload(session, Call, call)
    assert found.closes_at == found.closes_sort == datetime(2027, 2, 21, 14, 59, tzinfo=UTC)
    assert found.closes_wall == "2027-02-21T23:59"
    extension = session.scalars(select(Extension)).one()
    assert (extension.reason, extension.extended_at) == ("Power cuts.", make.NOW)
    told = {m.person_id: m.values["is_draft"] for m in letters("call_extended")}
    assert told == {drafting.applicant_id: True, sent.applicant_id: False}


def test_a_deadline_in_the_past_is_extended_only_beyond_now(desk, session):
    call = published(desk)
    with working(desk.manager, now=later(60)) as work:
        found = the_call(work, call)
        with pytest.raises(RuleBroken, match="than now"):
            office.extend_call(work, found, closes_wall="2027-02-21T23:59", reason="Late.")
        office.close_call(work, found)
        office.extend_call(work, found, closes_wall="2027-04-21T23:59", reason="Late.")
    found = reload(session, Call, call)
    assert found.state is OpportunityState.PUBLISHED
    assert found.closed_at is None


def test_closing_early_needs_a_reason_and_tells_those_who_write(desk, session):
    call = published(desk)
    drafting = make.application(call)
    make.application(call, state=ApplicationState.SUBMITTED)
    with working(desk.manager) as work:
        with pytest.raises(RuleBroken, match="reason"):
            office.close_call(work, the_call(work, call))
        office.close_call(work, the_call(work, call), reason="All seats are promised.")
    assert [m.person_id for m in letters("call_closed")] == [drafting.applicant_id]
    with working(desk.manager) as work:
        office.reopen_call(work, the_call(work, call))
    assert [m.person_id for m in letters("call_reopened")] == [drafting.applicant_id]


def test_closing_after_the_grace_needs_no_reason_and_it_stays_closed(desk, session):
    call = published(desk)
    make.application(call)
    with working(desk.manager, now=later(60)) as work:
        office.close_call(work, the_call(work, call))
    assert letters("call_closed") == []
    with working(desk.manager, now=later(60)) as work, pytest.raises(RuleBroken, match="Extend"):
        office.reopen_call(work, the_call(work, call))


def test_after_results_nobody_else_may_apply(desk, session):
    call = published(desk)
    make.application(call, state=ApplicationState.DECLINED)
    with working(desk.manager) as work, pytest.raises(RuleBroken, match="fair"):
        office.extend_call(
            work, the_call(work, call), closes_wall="2027-03-21T23:59", reason="More."
        )


def test_cancelling_tells_everybody_why_and_leaves_nothing_waiting(desk, session):
    call = published(desk)
    states = (
        ApplicationState.DRAFT,
        ApplicationState.AWAITING_NOMINATION,
        ApplicationState.IN_REVIEW,
    )
    hoping = [make.application(call, state=state) for state in states]
    with working(desk.manager) as work:
        host = make_host(work)
        office.add_place(work, the_call(work, call), host, office.Seats(1))
    assert len(open_tasks()) == 1
    with working(desk.manager) as work:
        office.cancel_call(work, the_call(work, call), reason="The funder withdrew.")
    found = reload(session, Call, call)
    assert found.state is OpportunityState.CANCELLED
    assert found.cancelled_because == "The funder withdrew."
    assert who_was_told("applications/called_off") == {row.applicant_id for row in hoping}
    assert open_tasks() == []


def test_every_verb_is_in_the_history_of_its_call(desk, session):
    call = published(desk)
    verbs = session.scalars(
        select(AuditEntry.verb).where(AuditEntry.opportunity_id == call.id).order_by(AuditEntry.id)
    ).all()
    assert verbs == [
        "call.prepared",
        "call.text_saved",
        "call.window_saved",
        "call.audience_saved",
        "call.terms_saved",
        "place.asked",
        "place.confirmed",
        "call.published",
    ]


def test_every_letter_can_be_written_in_every_language(desk, session):
    call = published(desk)
    make.application(call)
    place = session.scalars(select(Place)).one()
    make.add(Preference(application_id=1, place_id=place.id, rank=1))
    with working(desk.manager) as work:
        found = the_call(work, call)
        office.extend_call(work, found, closes_wall="2027-02-21T23:59", reason="Power <cuts>.")
        office.close_call(work, found, reason="Full.")
        office.reopen_call(work, found)
    with working(desk.host_staff) as work:
        office.refuse_place(work, the_place(work, place), note="We move.")
    with working(desk.manager) as work:
        office.cancel_call(work, the_call(work, call), reason="No money.")
    head = Letterhead("Lontar", "https://lontar.example")
    kinds = "place_asked place_answered place_gone call_extended call_closed call_reopened"
    for kind in kinds.split():
        for row in letters(kind):
            for locale in ("en", "ja", "km", "th"):
                letter = render(head, row.kind, row.values, locale, "Asia/Phnom_Penh")
                assert TEXT.title in letter.text + letter.subject
                assert "https://lontar.example/" in letter.text
                assert "Power <cuts>" not in letter.html
