"""The office's list, narrowed by what people answered."""

import re
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict

from app.applications.facets import Asked
from app.applications.forms.tracking import as_arguments, read_filters
from app.applications.queries import tracking
from app.foundation import clock
from app.foundation.search.index import index_document
from app.foundation.work import unit_of_work
from tests import make
from tests.applications.filters.answered import ANSWERS, S, listed, named


@pytest.fixture
def school(session) -> int:
    made = make.organisation("Universitas Gadjah Mada", "ID").id
    with unit_of_work(make.actor(make.person())) as work:
        index_document(work, "organisation", made, text="Universitas Gadjah Mada\nUGM")
    return made


def test_the_list_is_narrowed_by_every_kind_of_closed_answer(school, call, office) -> None:
    listed(call, "ONE")
    listed(
        call, "TWO",
        {
            "degree": "phd", "fields": ["vision"], "studied_in": "TH", "writes": "th",
            "english": "C1", "employed": True, "papers": 12, "grade": 3.9, "salary": 500000,
            "born": "2001-01-01", "graduation": "2027-03",
            "school": {"organisation": school, "name": "Universitas Gadjah Mada"},
        },
    )  # fmt: skip
    listed(call, "NOTHING", dict.fromkeys(ANSWERS))
    base = f"/tracking/{call.id}?"
    expected = {
        "a.degree=master": {"ONE"},
        "a.degree=master&a.degree=phd": {"ONE", "TWO"},
        "a.fields=policy": {"ONE"},
        "a.fields=language&a.fields=vision": {"ONE", "TWO"},
        "a.studied_in=TH": {"TWO"},
        "a.writes=km": {"ONE"},
        "a.english=B2": {"ONE"},
        "a.employed=no": {"ONE"},
        "a.employed=yes": {"TWO"},
        "a.papers.from=4": {"TWO"},
        "a.papers.to=3": {"ONE"},
        "a.papers.from=3&a.papers.to=12": {"ONE", "TWO"},
        "a.grade.from=3,25&a.grade.to=3.5": {"ONE"},
        "a.salary.to=1200.50": {"ONE"},
        "a.salary.from=1201": {"TWO"},
        "a.born.to=1998-03-27": {"ONE"},
        "a.born.from=1998-03-28": {"TWO"},
        "a.graduation.from=2026-10": {"TWO"},
        "a.graduation.to=2026-09": {"ONE"},
        "a.degree=phd&a.fields=policy": set(),
        "a.school.named=ugm": {"TWO"},
        "a.school.named=royal school of skills": {"ONE"},
        "a.school.named=nowhere": set(),
        "a.degree=phd&a.papers.from=4&q=": {"TWO"},
        "a.nobody_asked=x": set(),
    }
    assert {asked: named(office.get(base + asked).text) for asked in expected} == expected


def test_the_list_is_narrowed_by_track_and_by_days_in_the_state(session, call, office) -> None:
    call.tracks = ["researcher", "engineer"]
    now = clock.now()
    listed(call, "LONG", track="engineer", state_since=now - timedelta(days=9))
    listed(call, "SHORT", track="researcher", state_since=now - timedelta(hours=30))
    session.commit()
    base = f"/tracking/{call.id}?"
    found = {
        q: named(office.get(base + q).text)
        for q in ("track=engineer", "days=1", "days=9", "days=10")
    }
    assert found == {
        "track=engineer": {"LONG"},
        "days=1": {"LONG", "SHORT"},
        "days=9": {"LONG"},
        "days=10": set(),
    }


def test_what_was_chosen_stands_under_the_search_and_is_taken_away_one_by_one(call, office) -> None:
    listed(call, "ONE")
    base = f"/tracking/{call.id}"
    page = office.get(
        f"{base}?days=2&a.degree=master&a.degree=phd&a.papers.from=2&a.papers.to=5"
    ).text
    chips = dict(
        (words, address.replace("&amp;", "&"))
        for address, words in re.findall(r'<a class="chip" href="([^"]*)"><bdi>([^<]*)</bdi>', page)
    )
    assert set(chips) == {
        "2 days or longer in this state", "Degree: Master", "Degree: Phd", "Papers: 2 to 5",
    }  # fmt: skip
    left = read_filters(
        MultiDict([p.split("=") for p in chips["Degree: Phd"].split("?")[1].split("&")])
    )
    assert left.answers == (Asked("degree", ("master",)), Asked("papers", low="2", high="5"))
    assert "a.papers" not in chips["Papers: 2 to 5"]
    assert '<input type="checkbox" name="a.degree" value="phd" checked>' in page
    assert 'name="a.papers.to" value="5"' in page


def test_filters_come_back_from_their_address_and_from_an_export() -> None:
    filters = tracking.Filters(
        q="ស", state=S.IN_REVIEW, country="KH", lowest=2.0, track="engineer", days=3,
        answers=(Asked("degree", ("master", "phd")), Asked("papers", low="2")),
    )  # fmt: skip
    from urllib.parse import parse_qsl

    assert read_filters(MultiDict(parse_qsl(as_arguments(filters)[1:]))) == filters
    assert hash(filters) == hash(
        tracking.Filters(**{f: getattr(filters, f) for f in filters.__slots__})
    )


NASTY = [
    "a.=1", "a.degree=%00", "a.degree=" + "x" * 3000, "a.papers.from=nan", "a.papers.from=1e400",
    "a.papers.from=99999999999999999999", "a.born.from=2026-13-45", "a.born.from=2026-02-30",
    "a.papers.to=%D9%A3", "a.degree.from=x", "days=-1", "days=99999", "days=%00", "track=%27", "a.x.y=1",
    "a.DEGREE=1", "a.born.from=0000-00", "&".join(f"a.q{n}=x" for n in range(60)),
]  # fmt: skip


@pytest.mark.parametrize("address", NASTY)
def test_nonsense_in_the_address_is_left_out(call, office, address) -> None:
    listed(call, "ONE")
    assert office.get(f"/tracking/{call.id}?{address}").status_code == 200
