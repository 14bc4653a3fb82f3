"""Preparing a call: programmes, texts, windows, forms, rubrics."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.applications.models import ApplicationCount
from app.applications.states import ApplicationState
from app.fellowships import operations as office
from app.fellowships.models import Call
from app.applications.queries import newest_form
from app.fellowships.queries import preparations, texts
from app.fellowships.readiness import check
from app.foundation.errors import ChangedMeanwhile, NotPermitted, RuleBroken
from app.opportunities.deadlines import NEVER
from app.opportunities.models import (
    FormVersion,
    Programme,
    RubricVersion,
)
from app.opportunities.states import OpportunityState
from app.organisations.models import Organisation
from tests import make
from tests.fellowships.offices import (
    AUDIENCE,
    TERMS,
    TEXT,
    WINDOW,
    prepared,
    published,
    the_call,
    working,
)
from tests.fellowships.operations.reading import reload


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
    assert session.scalars(newest_form(call.id)).one().number == 2


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
