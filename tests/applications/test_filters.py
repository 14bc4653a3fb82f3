"""Narrowing the office's list by any closed answer: kept with the submission, found by index."""

import copy
import re
from datetime import timedelta

import pytest
from werkzeug.datastructures import MultiDict
from sqlalchemy import delete, event, insert, select, text, update

from app.accounts.models import User
from app.applications import queries
from app.applications.facets import Asked
from app.applications.forms.tracking import as_arguments, read_filters
from app.applications.models import (
    Application,
    ApplicationTag,
    CaseOfficer,
    ListedAnswer,
    SectionAnswers,
    Submission,
    Tag,
)
from app.applications.operations import list_again
from app.applications.operations.listing import rows_of
from app.applications.operations.versions import send_changed
from app.applications.queries import exports, tracking
from app.applications.queries.narrowing import NOBODY, audience_of
from app.applications.states import ApplicationState
from app.foundation import clock
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotPermitted
from app.foundation.search.index import index_document
from app.foundation.work import unit_of_work
from app.opportunities.form_definitions import parse_form
from app.opportunities.models import FormVersion
from seeds.load import COUNTRIES, load_applications
from tests import make
from tests.applications import helping
from tests.counting import statements

S = ApplicationState


def one(key: str, kind: str, **values):
    return {"key": key, "kind": kind, "label": {"en": key.title()}, **values}


def options(*keys: str):
    return [{"key": key, "label": {"en": key.title()}} for key in keys]


QUESTIONS = [
    one("degree", "choice", options=options("bachelor", "master", "phd")),
    one("fields", "several", options=options("language", "vision", "policy")),
    one("studied_in", "country"),
    one("writes", "language"),
    one("english", "language level"),
    one("employed", "yes or no"),
    one("papers", "number"),
    one("grade", "number", decimals=2),
    one("salary", "money", currency="USD"),
    one("born", "day"),
    one("graduation", "month"),
]
FORM = copy.deepcopy(make.FORM)
FORM["sections"][0]["questions"] += QUESTIONS
ANSWERS = {
    "degree": "master", "fields": ["language", "policy"], "studied_in": "JP", "writes": "km",
    "english": "B2", "employed": False, "papers": 3, "grade": 3.25, "salary": 120050,
    "born": "1998-03-27", "graduation": "2026-09",
}  # fmt: skip


@pytest.fixture
def call(session):
    made = make.call(title="Khmer fellowship")
    session.execute(
        update(FormVersion).where(FormVersion.opportunity_id == made.id).values(definition=FORM)
    )
    session.commit()
    return made


@pytest.fixture
def office(client, call):
    manager = make.person("OFFICE")
    return make.sign_in(
        client, make.grant(manager, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    )


def listed(call, name: str, answers=None, **values) -> int:
    """An application in the list, with its answers kept as submitting keeps them."""
    made = make.application(call, make.person(name), state=S.IN_REVIEW)
    for column, value in values.items():
        setattr(made, column, value)
    content = {"answers": {"study": {**ANSWERS, **(answers or {})}}}
    rows = rows_of(parse_form(FORM), made.id, call.id, content)
    if rows:
        db.session.execute(insert(ListedAnswer), rows)
    db.session.commit()
    return made.id


def named(page: str) -> set[str]:
    return set(re.findall(r"<td><a[^>]*><bdi>([^<]*)</bdi>", page))


def kept(application_id: int) -> set[tuple[str, str, float | None]]:
    db.session.rollback()
    rows = db.session.execute(
        select(ListedAnswer.question, ListedAnswer.value, ListedAnswer.number).where(
            ListedAnswer.application_id == application_id
        )
    )
    return {tuple(row) for row in rows}


def test_the_list_is_narrowed_by_every_kind_of_closed_answer(call, office) -> None:
    listed(call, "ONE")
    listed(
        call, "TWO",
        {
            "degree": "phd", "fields": ["vision"], "studied_in": "TH", "writes": "th",
            "english": "C1", "employed": True, "papers": 12, "grade": 3.9, "salary": 500000,
            "born": "2001-01-01", "graduation": "2027-03",
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


# --- Kept in the same transaction ----------------------------------------------------------------


@pytest.fixture
def sent(call) -> int:
    place, applicant = make.place(call), make.person("CHANTHOU")
    application_id = helping.start(call, applicant)
    helping.save(applicant, application_id, {**helping.ANSWERS, **ANSWERS, "employed": "no"})
    helping.rank(applicant, application_id, place)
    helping.upload(applicant, application_id)
    helping.submit(applicant, application_id)
    return application_id


def test_submitting_keeps_the_closed_answers(call, sent, office) -> None:
    assert kept(sent) == {
        ("degree", "master", None), ("fields", "language", None), ("fields", "policy", None),
        ("studied_in", "JP", None), ("writes", "km", None), ("english", "B2", None),
        ("employed", "no", None), ("papers", "", 3.0), ("grade", "", 3.25), ("salary", "", 1200.5),
        ("born", "", 729475.0), ("graduation", "", 739860.0),
    }  # fmt: skip
    assert named(office.get(f"/tracking/{call.id}?a.degree=master").text) == {"CHANTHOU"}


def test_changed_answers_that_are_sent_take_the_place_of_those_before(call, sent) -> None:
    call_id, opportunity = call.id, Application.opportunity_id
    before = kept(sent)
    with unit_of_work(SYSTEM) as work:
        query = queries.applications_to_fill_in(
            make.actor(
                work.session.get_one(User, work.session.get_one(Application, sent).applicant_id)
            )
        )
        application = work.find(query.where(Application.id == sent, opportunity == call_id))
        study = next(row for row in application.sections if row.section == "study")
        study.answers = {**study.answers, "degree": "phd", "fields": ["vision"], "papers": 9}
        send_changed(work, application, ["degree", "fields"])
    changed = {one for one in before if one[0] not in {"degree", "fields"}}
    assert kept(sent) == changed | {("degree", "phd", None), ("fields", "vision", None)}


def test_what_is_kept_is_what_keeping_it_afresh_would_keep(session, call, sent) -> None:
    before = kept(sent)
    for spoil in (
        delete(ListedAnswer).where(ListedAnswer.question == "degree"),
        update(ListedAnswer).where(ListedAnswer.question == "papers").values(number=99.0),
    ):
        session.execute(spoil)
    session.commit()
    with unit_of_work(SYSTEM) as work:
        last = list_again(work, call.id)
    assert last == sent
    with unit_of_work(SYSTEM) as work:
        assert list_again(work, call.id, after=sent) is None
    assert kept(sent) == before


def test_only_the_site_itself_keeps_lists_afresh(call) -> None:
    call_id = call.id
    manager = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    with pytest.raises(NotPermitted), unit_of_work(make.actor(manager)) as work:
        list_again(work, call_id)


# --- Cost ----------------------------------------------------------------------------------------

CHOSEN = "a.degree=master&a.fields=policy&a.papers.from=1&a.born.to=2001-01-01&days=1&sort=name"


@pytest.mark.parametrize("rows", [1, 25])
def test_a_filtered_list_asks_four_questions_however_long_it_is(
    session, call, office, rows
) -> None:
    for n in range(rows):
        listed(call, f"APPLICANT {n:02}", state_since=clock.now() - timedelta(days=3))
    with statements() as asked:
        assert len(named(office.get(f"/tracking/{call.id}?{CHOSEN}").text)) == rows
    assert len(asked) <= 4, asked


def test_filtered_pages_follow_each_other(session, call, office) -> None:
    for n in range(30):
        listed(call, f"APPLICANT {n:02}", {"papers": n % 3})
    page = office.get(f"/tracking/{call.id}?a.papers.from=1&sort=name").text
    assert len(named(page)) == 20
    page = office.get(f"/tracking/{call.id}?a.papers.to=2&sort=name").text
    following = re.search(r'rel="next" href="([^"]*)"', page).group(1).replace("&amp;", "&")
    assert "a.papers.to=2" in following
    assert len(named(page) | named(office.get(following).text)) == 30


@pytest.fixture
def loaded(session):
    make.organisation()
    for code in COUNTRIES:
        make.country(code)
    with db.engine.execution_options(writes=True).begin() as connection:
        calls = load_applications(connection, number=24_000, seed=1, now=make.NOW)
    if db.engine.dialect.name == "postgresql":
        with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("ANALYZE"))
    return calls[0]


F = tracking.Filters
PLANS = [
    F(answers=(Asked("field", ("vision",)),)),
    F(answers=(Asked("field", ("language", "policy")), Asked("papers", low="3")), sort="score"),
    F(answers=(Asked("starts", low="2027-05", high="2027-06"),), sort="submitted"),
    F(answers=(Asked("field", ("nothing",)),), state=S.IN_REVIEW),
    F(days=3),
    F(track="researcher", answers=(Asked("english", ("C1",)),)),
    F(officer=NOBODY), F(officer=1), F(tag=1), F(tag=1, officer=2, answers=(Asked("english", ("C1",)),)),
]  # fmt: skip


def test_every_filter_goes_through_an_index(session, loaded) -> None:
    secretariat = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    asked: list[tuple[str, object]] = []

    def note(_c, _cursor, statement, parameters, *_rest) -> None:
        asked.append((statement, parameters))

    def page(narrowed: F, *, long: bool) -> tuple[list, int]:
        """The rows, and how many statements asked for them."""
        so_far = len(asked)
        rows = tracking.tracked_page(session, secretariat, loaded, narrowed, long=long).rows
        return rows, sum("FROM application" in s for s, _p in asked[so_far:])

    event.listen(db.engine, "before_cursor_execute", note)
    looked_for = [page(narrowed, long=True) for narrowed in PLANS]
    gone_through = [page(narrowed, long=False) for narrowed in PLANS]
    event.remove(db.engine, "before_cursor_execute", note)

    assert [number for _rows, number in gone_through] == [1] * len(PLANS)
    # Looking in the list's own order is tried first, where a filter leaves many.
    for narrowed, (rows, number) in zip(PLANS, looked_for, strict=True):
        most = 2 if narrowed.more else 1
        assert number == most or (number < most and len(rows) == 25), narrowed
    found = [rows for rows, _number in looked_for]
    assert [len(rows) for rows in found[:4]] == [25, 25, 25, 0]
    # Looked for in the list's own order or not, it is the same page.
    assert found == [rows for rows, _number in gone_through]
    sqlite = db.engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    pages = [(s, p) for s, p in asked if "FROM application" in s]
    with db.engine.connect() as connection:
        for statement, parameters in pages:
            plan = "\n".join(
                row[-1] for row in connection.exec_driver_sql(explain + statement, parameters)
            )
            assert "SCAN application" not in plan, (statement, plan)
            assert "SCAN listed_answer" not in plan, (statement, plan)
            assert not re.search(r"Seq Scan on (application|listed_answer)( |$)", plan), plan
            if "listed_answer" in statement:
                assert re.search(
                    r"ix__listed_answer__found|pk__listed_answer|PRIMARY KEY|sqlite_autoindex_listed_answer",
                    plan,
                ), plan


def test_a_row_for_measuring_keeps_what_submitting_would(session, loaded) -> None:
    before = set(
        session.execute(
            select(
                ListedAnswer.application_id,
                ListedAnswer.question,
                ListedAnswer.value,
                ListedAnswer.number,
            ).where(ListedAnswer.application_id <= 400)
        )
    )
    session.rollback()
    with unit_of_work(SYSTEM) as work:
        list_again(work, loaded)
    after = set(
        session.execute(
            select(
                ListedAnswer.application_id,
                ListedAnswer.question,
                ListedAnswer.value,
                ListedAnswer.number,
            ).where(ListedAnswer.application_id <= 400)
        )
    )
    assert before == after
    assert len(before) > 100


# --- Who has the case, and tags ------------------------------------------------------------------


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
