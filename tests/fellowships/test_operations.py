"""A call from its preparation to its end, through the office's own verbs."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.accounts.models import RoleGrant
from app.applications.models import ApplicationCount, Preference
from app.applications.states import ApplicationState
from app.audit.models import AuditEntry
from app.fellowships import operations as office
from app.fellowships.models import Call
from app.fellowships.queries import current_form, preparations, texts
from app.fellowships.readiness import check, preventing
from app.foundation.actors import Role, Scope
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.search.documents import SearchDocument
from app.foundation.stamps import CatalogueStamp
from app.notifications.rendering import Letterhead, render
from app.opportunities.deadlines import NEVER
from app.opportunities.models import (
    Extension,
    FormVersion,
    OpportunityFacet,
    OpportunityText,
    Place,
    Programme,
    RubricVersion,
)
from app.opportunities.states import OpportunityState, PlaceState
from app.organisations.models import Organisation
from tests import make
from tests.fellowships.offices import (
    AUDIENCE,
    TERMS,
    TEXT,
    WINDOW,
    later,
    letters,
    office_of,
    open_tasks,
    prepared,
    published,
    the_call,
    the_place,
    working,
)


@pytest.fixture
def desk(app):
    return office_of()


def reload(session, kind, row):
    return session.get(kind, row.id, populate_existing=True)


# --- programmes


def test_the_secretariat_opens_a_programme_once(desk, session):
    body = make.organisation("ASEAN Secretariat")
    for _sent_twice in range(2):
        with working(desk.secretariat) as work:
            found = work.session.get_one(Organisation, body.id)
            opened = office.open_programme(
                work, found, ref="asean-ai", name="ASEAN AI", request_key="k1"
            )
    assert session.scalar(select(func.count(Programme.id)).where(Programme.ref == "asean-ai")) == 1
    with working(desk.secretariat) as work:
        found = work.session.get_one(Organisation, body.id)
        with pytest.raises(RuleBroken, match="already"):
            office.open_programme(work, found, ref="asean-ai", name="Another")
        with pytest.raises(RuleBroken, match="small Latin"):
            office.open_programme(work, found, ref="ASEAN AI!", name="Another")
    with working(desk.manager) as work, pytest.raises(NotPermitted):
        office.open_programme(work, work.session.get_one(Organisation, body.id), ref="x", name="x")
    assert opened.name == "ASEAN AI"


# --- preparing


def test_a_new_call_has_a_number_a_form_a_rubric_and_counts_of_zero(desk, session):
    with working(desk.manager) as work:
        programme = work.session.get_one(Programme, desk.programme.id)
        first = office.prepare_call(work, programme, title="One", request_key="a")
        again = office.prepare_call(work, programme, title="One", request_key="a")
        second = office.prepare_call(work, programme, title="Two", request_key="b")
    assert first.id == again.id
    assert (first.ref, second.ref) == ("LNT-27-01", "LNT-27-02")
    assert first.closes_sort == NEVER
    assert first.state is OpportunityState.DRAFT
    counts = select(func.count()).where(ApplicationCount.opportunity_id == first.id)
    assert session.scalar(counts) == len(ApplicationState)
    for version in (FormVersion, RubricVersion):
        number = select(version.number).where(version.opportunity_id == first.id)
        assert session.scalars(number).all() == [1]


def test_the_starting_form_and_rubric_lack_nothing(desk, session):
    with working(desk.manager) as work:
        programme = work.session.get_one(Programme, desk.programme.id)
        call = office.prepare_call(work, programme, title="One")
    ready = check(preparations(session, [call.id])[call.id], make.NOW)
    assert {one.where for one in ready} == {"texts", "window", "audience", "places", "terms"} | {
        "people"
    }
    assert not [one for one in ready if one.where in {"form", "rubric"}]


def test_texts_have_an_original_and_translations_each_with_its_own_version(desk, session):
    call = prepared(desk)
    with working(desk.manager) as work:
        japanese = replace(TEXT, title="クメール語とラオス語の言語モデル")
        office.translate_call(work, the_call(work, call), japanese, locale="ja", version=0)
    with working(desk.manager) as work:
        found = the_call(work, call)
        office.save_call(work, found, replace(TEXT, title="New title"), version=2)
        assert found.title == "New title"
        with pytest.raises(RuleBroken, match="original"):
            office.translate_call(work, found, TEXT, locale="en", version=None)
        with pytest.raises(RuleBroken, match="languages of this site"):
            office.translate_call(work, found, TEXT, locale="tlh", version=None)
    with working(desk.manager) as work, pytest.raises(ChangedMeanwhile):
        office.save_call(work, the_call(work, call), TEXT, version=2)
    kept = session.scalars(texts(call.id)).all()
    assert [(t.locale, t.is_original, t.title) for t in kept] == [
        ("en", True, "New title"),
        ("ja", False, "クメール語とラオス語の言語モデル"),
    ]


def test_a_deadline_is_kept_as_instant_zone_and_wall_time(desk, session):
    call = reload(session, Call, prepared(desk))
    assert call.closes_at == call.closes_sort == datetime(2027, 2, 14, 14, 59, tzinfo=UTC)
    assert (call.closes_zone, call.closes_wall) == ("Asia/Tokyo", "2027-02-14T23:59")
    assert call.opens_at == datetime(2027, 1, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"opens_wall": "2027-03-01T00:00"}, "before its deadline"),
        ({"zone": "Nowhere"}, "city"),
        ({"closes_wall": "2027-02-30T23:59"}, "exist"),
        ({"grace_minutes": 5000}, "a day"),
    ],
)
def test_an_odd_window_is_refused(desk, changed, said):
    call = prepared(desk)
    with working(desk.manager) as work, pytest.raises(RuleBroken, match=said):
        office.save_window(work, the_call(work, call), replace(WINDOW, **changed), version=None)


def test_two_who_edit_at_once_do_not_overwrite_each_other(desk):
    call = prepared(desk)
    with working(desk.manager) as work:
        opened_with = the_call(work, call).version
        office.save_terms(work, the_call(work, call), TERMS, version=opened_with)
    with working(desk.manager) as work, pytest.raises(ChangedMeanwhile):
        office.save_terms(work, the_call(work, call), TERMS, version=opened_with)


def test_a_successor_takes_over_what_lasts_and_no_dates_or_seats(desk, session):
    like = published(desk)
    with working(desk.manager) as work:
        old = the_call(work, like)
        office.save_audience(
            work,
            old,
            replace(AUDIENCE, countries=("KH", "LA", "VN")),
            version=None,
        )
        programme = work.session.get_one(Programme, desk.programme.id)
        new = office.prepare_call(work, programme, title="Next year", like=old)
    made = reload(session, Call, new)
    assert made.state is OpportunityState.DRAFT
    assert made.closes_at is None
    assert made.stipend_amount == 144_000
    assert made.tracks == ["researcher"]
    ready = preparations(session, [new.id])[new.id]
    assert ready.countries == 3
    assert ready.description == TEXT.description
    assert not ready.waiting
    assert ready.confirmed == 0
    text = session.scalars(texts(new.id)).one()
    assert (text.title, text.summary) == ("Next year", "Six months in Tokyo.")


# --- forms and rubrics


def test_a_form_nobody_uses_is_changed_and_a_used_one_is_followed_by_another(desk, session):
    call = published(desk)
    with working(desk.manager) as work:
        assert office.save_form(work, the_call(work, call), make.FORM, version=None).number == 1
    application = make.application(call)
    other = {"sections": [*make.FORM["sections"][:1]]}
    with working(desk.manager) as work:
        assert office.save_form(work, the_call(work, call), other, version=None).number == 2
        assert office.save_form(work, the_call(work, call), make.FORM, version=None).number == 2
    first = session.get(FormVersion, application.form_version_id, populate_existing=True)
    assert first.definition == make.FORM
    assert first.frozen_at is not None
    assert session.scalars(current_form(call.id)).one().number == 2


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"sections": []},
        {"sections": [{"key": "x"}]},
        {"sections": "none"},
        {"sections": [{"key": "x", "title": {"en": "a\x00b"}, "questions": []}]},
        {"sections": [{"key": "x", "title": {"en": "\ud800"}, "questions": []}]},
    ],
)
def test_a_form_that_cannot_be_read_is_refused(desk, definition):
    call = prepared(desk)
    with working(desk.manager) as work, pytest.raises(RuleBroken):
        office.save_form(work, the_call(work, call), definition, version=None)


def test_a_rubric_must_add_up_and_a_frozen_one_is_followed_by_another(desk, session):
    call = prepared(desk)
    light = {**make.RUBRIC, "criteria": make.RUBRIC["criteria"][:1]}
    with working(desk.manager) as work:
        with pytest.raises(RuleBroken, match="60"):
            office.save_rubric(work, the_call(work, call), light, version=None)
        assert office.save_rubric(work, the_call(work, call), make.RUBRIC, version=None).number == 1
    rubric = session.scalars(
        select(RubricVersion).where(RubricVersion.opportunity_id == call.id)
    ).one()
    rubric.frozen_at = make.NOW
    session.commit()
    with working(desk.manager) as work:
        assert office.save_rubric(work, the_call(work, call), make.RUBRIC, version=None).number == 2


# --- places


def test_a_host_is_asked_answers_and_the_office_is_told(desk, session):
    call = prepared(desk, confirmed=False)
    (task,) = open_tasks()
    assert (task.kind, task.role, task.scope_id) == ("place to confirm", Role.HOST, desk.host.id)
    assert task.values["about"] == TEXT.title
    (asked,) = letters("place_asked")
    assert asked.address == desk.host_staff.email
    place = session.scalars(select(Place)).one()
    with working(desk.host_staff) as work:
        office.confirm_place(work, the_place(work, place), note="With pleasure.", version=1)
    assert open_tasks() == []
    (answered,) = letters("place_answered")
    assert answered.address == desk.manager.email
    assert answered.values["confirmed"] is True
    found = reload(session, Call, call)
    assert (found.seats, found.hosts) == (2, 1)


def test_staff_of_every_kind_hear_of_it_once(desk, session):
    centre = make.grant(make.person(), Role.CENTRE, Scope.ORGANISATION, desk.host.id)
    make.grant(desk.host_staff, Role.COORDINATOR, Scope.ORGANISATION, desk.host.id)
    prepared(desk, confirmed=False)
    assert {t.role for t in open_tasks()} == {Role.HOST, Role.CENTRE}
    told = sorted(letter.address for letter in letters("place_asked"))
    assert told == sorted([centre.email, desk.host_staff.email])


def test_a_change_of_seats_asks_the_host_again(desk, session):
    call = published(desk)
    place = session.scalars(select(Place)).one()
    with working(desk.manager) as work:
        office.change_place(work, the_place(work, place), office.Seats(5), version=None)
    place = reload(session, Place, place)
    assert place.state is PlaceState.ASKED
    assert place.answered_by_id is None
    assert reload(session, Call, call).seats == 0
    assert len(open_tasks()) == 1
    assert [m.values["changed"] for m in letters("place_asked")] == [False, True]


def test_a_change_of_nothing_asks_nobody(desk, session):
    published(desk)
    place = session.scalars(select(Place)).one()
    with working(desk.manager) as work:
        office.change_place(work, the_place(work, place), office.Seats(2), version=None)
    assert reload(session, Place, place).state is PlaceState.CONFIRMED


def test_a_host_says_why_it_refuses_and_whoever_ranked_it_is_told(desk, session):
    call = published(desk)
    place = session.scalars(select(Place)).one()
    draft = make.application(call)
    make.add(Preference(application_id=draft.id, place_id=place.id, rank=1))
    with working(desk.host_staff) as work:
        with pytest.raises(RuleBroken, match="why"):
            office.refuse_place(work, the_place(work, place), note="  ")
        office.refuse_place(work, the_place(work, place), note="Our laboratory moves.")
    (gone,) = letters("place_gone")
    assert gone.person_id == draft.applicant_id
    assert reload(session, Call, call).seats == 0


def test_hosts_answer_only_for_themselves(desk, session):
    prepared(desk, confirmed=False)
    place = session.scalars(select(Place)).one()
    other = make.grant(make.person(), Role.HOST, Scope.ORGANISATION, make.organisation().id)
    with working(other) as work, pytest.raises(NotFound):
        the_place(work, place)
    for person in (desk.manager, desk.approver, desk.secretariat):
        with working(person) as work, pytest.raises(NotPermitted):
            office.confirm_place(work, the_place(work, place))


def test_a_host_that_was_ranked_stays(desk, session):
    call = prepared(desk)
    place = session.scalars(select(Place)).one()
    preference = make.add(
        Preference(application_id=make.application(call).id, place_id=place.id, rank=1)
    )
    with working(desk.manager) as work, pytest.raises(RuleBroken, match="1 applicant has ranked"):
        office.remove_place(work, the_place(work, place))
    session.delete(session.get(Preference, preference.id))
    session.commit()
    with working(desk.manager) as work:
        office.remove_place(work, the_place(work, place))
    assert session.scalars(select(Place)).all() == []
    assert reload(session, Call, call).seats == 0


def test_a_host_is_asked_twice_only_under_two_names(desk, session):
    call = prepared(desk)
    with working(desk.manager) as work:
        host = work.session.get_one(Organisation, desk.host.id)
        with pytest.raises(RuleBroken, match="already"):
            office.add_place(work, the_call(work, call), host, office.Seats(1))
        office.add_place(work, the_call(work, call), host, office.Seats(1, "Robotics laboratory"))


def test_while_seats_are_given_out_none_changes(desk, session):
    call = published(desk)
    place = session.scalars(select(Place)).one()
    make.application(call, state=ApplicationState.SHORTLISTED, offer_state="proposed")
    with working(desk.manager) as work, pytest.raises(RuleBroken, match="given out"):
        office.change_place(work, the_place(work, place), office.Seats(1), version=None)
    with working(desk.host_staff) as work, pytest.raises(RuleBroken, match="given out"):
        office.refuse_place(work, the_place(work, place), note="No.")
    with working(desk.manager) as work, pytest.raises(RuleBroken, match="given out"):
        office.cancel_call(work, the_call(work, call), reason="No money.")


# --- in public


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
    make.application(call)
    make.application(call, state=ApplicationState.IN_REVIEW)
    with working(desk.manager) as work:
        host = make_host(work)
        office.add_place(work, the_call(work, call), host, office.Seats(1))
    assert len(open_tasks()) == 1
    with working(desk.manager) as work:
        office.cancel_call(work, the_call(work, call), reason="The funder withdrew.")
    found = reload(session, Call, call)
    assert found.state is OpportunityState.CANCELLED
    assert found.cancelled_because == "The funder withdrew."
    assert len(letters("call_cancelled")) == 2
    assert open_tasks() == []


def make_host(work):
    host = Organisation(
        ref="another",
        name="Another host",
        kind="university",
        country_code="JP",
        zone="Asia/Tokyo",
    )
    work.session.add(host)
    work.session.flush()
    return host


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
    kinds = (
        "place_asked place_answered place_gone call_extended call_closed call_reopened "
        "call_cancelled"
    )
    for kind in kinds.split():
        for row in letters(kind):
            for locale in ("en", "ja", "km"):
                letter = render(head, row.kind, row.values, locale, "Asia/Phnom_Penh")
                assert TEXT.title in letter.text + letter.subject
                assert "https://lontar.example/" in letter.text
                assert "Power <cuts>" not in letter.html


# --- who may do what, in which state

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
