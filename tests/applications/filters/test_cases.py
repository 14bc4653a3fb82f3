"""The list narrowed by who has the case, by tags, and how it is put in order."""

import re
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from app.applications.forms.tracking import as_arguments, read_filters
from app.applications.models import (
    ApplicationTag,
    CaseOfficer,
    Tag,
)
from app.applications.queries import tracking
from app.applications.queries.narrowing import audience_of
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.search.index import index_document
from app.foundation.work import unit_of_work
from tests import make
from tests.applications.filters.answered import listed, named


def office_person(call, name: str):
    return make.grant(make.person(name), Role.MANAGER, Scope.PROGRAMME, call.programme_id)


@pytest.fixture
def cases(session, call, office):
    """ONE is HER case and has a tag, TWO has the tag alone, THREE has nothing."""
    her = office_person(call, "HER")
    ids = {name: listed(call, name) for name in ("ONE", "TWO", "THREE")}
    tag = make.add(
        Tag(programme_id=call.programme_id, name="call back", folded="call back", colour="grey")
    )
    make.add(CaseOfficer(application_id=ids["ONE"], officer_id=her.id, since=clock.now()))
    for name in ("ONE", "TWO"):
        make.add(ApplicationTag(application_id=ids[name], tag_id=tag.id))
    return {"call": call.id, "her": her.id, "tag": tag.id}


def test_the_list_is_narrowed_by_who_has_the_case_and_by_tags(office, cases) -> None:
    base = f"/tracking/{cases['call']}"
    found = {
        q: set(named(office.get(base + q.format(**cases)).text))
        for q in (
            "?officer={her}",
            "?officer=none",
            "?tag={tag}",
            "?tag={tag}&officer=none",
            "?tag=999",
        )
    }
    assert found == {
        "?officer={her}": {"ONE"},
        "?officer=none": {"TWO", "THREE"},
        "?tag={tag}": {"ONE", "TWO"},
        "?tag={tag}&officer=none": {"TWO"},
        "?tag=999": set(),
    }


def test_both_stand_in_the_page_as_words_and_in_a_saved_view(office, cases) -> None:
    page = office.get(f"/tracking/{cases['call']}?officer={cases['her']}&tag={cases['tag']}").text
    assert "case of HER" in page
    assert "tag: call back" in page
    assert f'<option value="{cases["her"]}" selected>HER</option>' in page
    assert f'<option value="{cases["tag"]}" selected>call back</option>' in page
    kept = as_arguments(read_filters(MultiDict({"officer": "none", "tag": "7"})))
    assert kept == "?officer=none&tag=7&sort=name"
    views = office.get(f"/tracking/{cases['call']}/views{kept}").text
    assert "nobody has the case" in views
    assert "a tag that is gone" in views


@pytest.mark.parametrize(
    "nonsense", ["?officer=0", "?officer=x", "?tag=-1", "?tag=%00", "?officer=99999999999"]
)
def test_no_such_officer_or_tag_is_left_out(office, cases, nonsense) -> None:
    assert len(named(office.get(f"/tracking/{cases['call']}{nonsense}").text)) == 3


def test_those_longest_in_their_state_come_first(call, office) -> None:
    for name, days in (("NEW", 1), ("OLD", 30), ("MIDDLE", 9)):
        listed(call, name, state_since=clock.now() - timedelta(days=days))
    page = office.get(f"/tracking/{call.id}?sort=since").text
    assert re.findall(r"<td><a[^>]*><bdi>([^<]*)</bdi>", page) == ["OLD", "MIDDLE", "NEW"]


def test_a_search_says_how_many_it_found_and_where_it_stopped(
    session, call, office, monkeypatch
) -> None:
    with unit_of_work(SYSTEM) as work:
        for name in ("ANH TRAN", "BINH TRAN", "CHI TRAN"):
            one = listed(call, name)
            index_document(work, "application", one, text=name, audience=audience_of(call.id))
    page = office.get(f"/tracking/{call.id}?q=tran").text
    assert "3 applications were found." in page
    monkeypatch.setattr(tracking, "MOST_FOUND", 2)
    tracking._going_through.cache_clear()
    page = office.get(f"/tracking/{call.id}?q=tran").text
    assert "These are 2 of those that were found." in page
    assert len(named(page)) == 2
    tracking._going_through.cache_clear()
