"""The office's list: what it finds, in which order, at what cost, and for whom."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.applications.models import Application
from app.foundation.search.index import index_document
from app.applications.queries import counting, tracking
from app.applications.queries.narrowing import audience_of
from app.applications.states import ApplicationState
from app.foundation.actors import SYSTEM, Role, Scope
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from tests import make
from tests.counting import statements
from tests.courses.centres import centre_of
from tests.courses.dates import published_run

S = ApplicationState


@pytest.fixture
def call(session):
    return make.call(title="Khmer fellowship")


@pytest.fixture
def manager(call):
    return make.grant(make.person("OFFICE"), Role.MANAGER, Scope.PROGRAMME, call.programme_id)


@pytest.fixture
def office(client, manager):
    return make.sign_in(client, manager)


def many(call, number: int, **values) -> list[int]:
    names = [f"Applicant {n:02}" for n in range(number)]
    return [
        make.application(
            call, make.person(name, sort_key=name.casefold()), state=S.IN_REVIEW, **values
        ).id
        for name in names
    ]


def named(page: str) -> list[str]:
    return re.findall(r"<td><a[^>]*><bdi>([^<]*)</bdi>", page)


def test_the_page_shows_the_stages_the_rows_and_where_they_come_from(call, office) -> None:
    make.application(
        call, make.person("SOPHEAP"), state=S.SHORTLISTED, score_mean=4.61, score_sort=4.61
    )
    make.application(call, make.person("DRAFTER"), state=S.DRAFT)
    make.application(call, make.person("ANH", nationality="VN"), state=S.SUBMITTED)
    page = office.get(f"/tracking/{call.id}").text
    assert "SOPHEAP" in page
    assert "DRAFTER" not in page
    assert "4.6" in page
    assert "<b>1</b><small>Drafts</small>" in page
    assert "Vietnam" in page
    assert "1 application to screen" in page


@pytest.mark.parametrize("sort", ["name", "score", "submitted"])
def test_pages_follow_each_other_forwards_and_backwards(session, call, office, sort) -> None:
    ids = many(call, 60)
    for n, i in enumerate(ids):
        application = session.get(Application, i)
        application.score_sort = float(n % 4)
        application.submitted_at = make.NOW - timedelta(minutes=n % 7)
    session.commit()
    base, seen, address = f"/tracking/{call.id}", [], f"?sort={sort}"
    backwards = ""
    for _ in range(3):
        page = office.get(base + address).text
        seen.append(named(page))
        following = re.search(r'rel="next" href="([^"]*)"', page)
        before = re.search(r'rel="prev" href="([^"]*)"', page)
        backwards = before.group(1).replace("&amp;", "&") if before else ""
        address = following.group(1).replace("&amp;", "&").removeprefix(base) if following else ""
    assert [len(s) for s in seen] == [25, 25, 10]
    assert address == ""
    assert sorted(sum(seen, [])) == [f"Applicant {n:02}" for n in range(60)]
    assert named(office.get(backwards).text) == seen[1]


def test_filters_narrow_the_list(session, call, office) -> None:
    def add(name, state, country, mean, **values):
        make.application(
            call,
            make.person(name, nationality=country),
            state=state,
            score_mean=mean,
            score_sort=-1.0 if mean is None else mean,
            **values,
        )

    add("ONE", S.IN_REVIEW, "KH", 4.5, reviews_wanted=2, reviews_assigned=2, reviews_done=2)
    add("TWO", S.IN_REVIEW, "VN", 3.0, reviews_wanted=2, reviews_assigned=2, reviews_done=1)
    add("THREE", S.SUBMITTED, "KH", None)
    base = f"/tracking/{call.id}"
    found = {
        q: set(named(office.get(base + q).text))
        for q in (
            "?state=in+review",
            "?country=KH",
            "?from=4",
            "?to=3.5",
            "?from=2,5&to=4",
            "?missing=1",
            "?country=KH&state=submitted",
            "?country=TH",
        )
    }
    assert found == {
        "?state=in+review": {"ONE", "TWO"},
        "?country=KH": {"ONE", "THREE"},
        "?from=4": {"ONE"},
        "?to=3.5": {"TWO"},
        "?from=2,5&to=4": {"TWO"},
        "?missing=1": {"TWO"},
        "?country=KH&state=submitted": {"THREE"},
        "?country=TH": set(),
    }


def test_names_are_found_in_any_script_and_only_by_this_office(session, call, office) -> None:
    other = make.call()
    for where in (call, other):
        application_id = make.application(
            where, make.person("CHANTHOU SOPHEAP"), state=S.SUBMITTED
        ).id
        with unit_of_work(SYSTEM) as work:
            words = "CHANTHOU SOPHEAP\nចាន់ធូ សុភាព\nLNT-27-00412\nInstitute of Technology of Cambodia"
            audience = audience_of(where.id)
            index_document(work, "application", application_id, text=words, audience=audience)
    for query in ("sopheap", "សុភាព", "LNT-27-00412", "technology of cambodia"):
        page = office.get(f"/tracking/{call.id}", query_string={"q": query}).text
        assert len(named(page)) == 1, query
    assert named(office.get(f"/tracking/{call.id}?q=nobody").text) == []


NASTY = [
    "?q=%00", "?q=" + "x" * 3000, "?q=%27%22%3Cb%3E", "?q=%F0%9F%98%80", "?q=%E2%80%AE", "?state=draft",
    "?state=%00", "?country=%00%00", "?country=kh", "?from=nan", "?from=inf&to=-1", "?from=1e400",
    "?sort=password", "?after=999999999999999999999", "?after=-1", "?after=x", "?before=0", "?after=77",
    "?missing=maybe", "?lang=xx", "?q=a&q=b&state=&state=submitted", "?after=%D9%A3",
]  # fmt: skip


@pytest.mark.parametrize("address", NASTY)
def test_nonsense_in_the_address_is_left_out(call, office, address) -> None:
    make.application(call, state=S.SUBMITTED)
    assert office.get(f"/tracking/{call.id}{address}").status_code == 200
    assert office.get(f"/tracking{address}").status_code == 200
    assert office.get(f"/tracking/{call.id}/together{address}").status_code == 302


@pytest.mark.parametrize(
    ("address", "typed"),
    [("?from=many", ["many"]), ("?a.papers.to=some&days=-3", ["some", "-3"]), ("?from=4,5", [])],
)
def test_a_bound_that_is_none_is_said_to_be_left_out(call, office, address, typed) -> None:
    page = office.get(f"/tracking/{call.id}{address}").text
    assert [word for word in ("many", "some", "-3") if f"“{word}” is no number" in page] == typed
    assert page.count("so it was left out") == len(typed)


def test_who_sees_which_list(client, call) -> None:
    foreign = make.grant(make.person(), Role.MANAGER, Scope.PROGRAMME, make.programme().id)
    draft = make.call(state=make.OpportunityState.DRAFT)
    approver = make.grant(make.person(), Role.APPROVER, Scope.PROGRAMME, call.programme_id)
    secretariat = make.grant(make.person(), Role.SECRETARIAT)
    applicant = make.person()
    expected = [
        (foreign, 403, 404),
        (approver, 200, 404),
        (secretariat, 200, 200),
        (applicant, 403, 404),
    ]
    ids = call.id, draft.id
    for who, published, unpublished in expected:
        browser = make.sign_in(client, who)
        assert browser.get(f"/tracking/{ids[0]}").status_code == published
        assert browser.get(f"/tracking/{ids[1]}").status_code == unpublished
        assert browser.get("/tracking/999999").status_code == 404
    assert make.sign_in(client, applicant).get("/tracking").status_code == 403
    assert (
        'name="application"' not in make.sign_in(client, approver).get(f"/tracking/{ids[0]}").text
    )


def test_dates_in_which_one_enrols_have_nothing_to_track(client, call, session) -> None:
    make.sign_in(client, make.grant(make.person("S"), Role.SECRETARIAT, Scope.EVERYTHING, None))
    centre = centre_of()
    run_id = published_run(centre)
    assert client.get(f"/tracking/{run_id}").status_code == 404
    assert client.get(f"/tracking/{call.id}").status_code == 200
    listed = client.get("/tracking").text
    assert f'href="/tracking/{call.id}"' in listed
    assert f'href="/tracking/{run_id}"' not in listed


def test_nobody_finds_their_own_application_in_the_list(call, manager, office) -> None:
    make.application(call, manager, state=S.IN_REVIEW)
    assert named(office.get(f"/tracking/{call.id}").text) == []


def test_the_index_lists_the_calls_of_ones_programmes(call, office) -> None:
    make.call(title="Somebody else's call")
    make.application(call, state=S.SUBMITTED)
    page = office.get("/tracking").text
    assert "Khmer fellowship" in page
    assert "Somebody else" not in page


# --- Cost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 25])
def test_the_list_asks_four_questions_however_long_it_is(session, call, office, rows) -> None:
    many(call, rows)
    with statements() as asked:
        assert len(named(office.get(f"/tracking/{call.id}").text)) == rows
    assert len(asked) <= 4, asked
    with statements() as asked:
        office.get("/tracking")
    assert len(asked) <= 4, asked


F = tracking.Filters
PLANS = [
    F(), F(sort="score"), F(sort="submitted"), F(state=S.SHORTLISTED), F(country="BN"),
    F(state=S.IN_REVIEW, sort="score"), F(lowest=4.5, sort="score"), F(reviews_missing=True),
    F(sort="since"), F(state=S.SUBMITTED, sort="since"), F(days=30, sort="since"), F(days=300),
    F(state=S.SHORTLISTED, country="BN"), F(track="nobody"),
]  # fmt: skip


def test_every_list_goes_through_an_index(session, loaded) -> None:
    secretariat = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    asked: list[tuple[str, object]] = []

    def note(_c, _cursor, statement, parameters, *_rest) -> None:
        if "FROM application" in statement:
            asked.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    first = tracking.tracked_page(session, secretariat, loaded, F()).rows[-1].id
    for filters in PLANS:
        tracking.tracked_page(session, secretariat, loaded, filters)
        tracking.tracked_page(session, secretariat, loaded, filters, after=first)
        tracking.tracked_page(session, secretariat, loaded, filters, before=first)
    counting.counts_in(session, loaded, make.NOW)
    event.remove(db.engine, "before_cursor_execute", note)

    sqlite = db.engine.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
    with db.engine.connect() as connection:
        for statement, parameters in asked:
            plan = "\n".join(
                row[-1] for row in connection.exec_driver_sql(explain + statement, parameters)
            )
            assert "SCAN application" not in plan, (statement, plan)
            # Nobody is tagged or asked for changes here, and PostgreSQL reads an empty table as it
            # lies.
            assert not re.search(r"Seq Scan on (?!(application_tag|tag|change_request)\b)", plan), (
                statement,
                plan,
            )
            assert "ix__application__" in plan, (statement, plan)


# --- Deciding together ---------------------------------------------------------------------------


def token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page).group(1)


def preview(office, call_id, verb, ids):
    return office.get(
        f"/tracking/{call_id}/together", query_string={"verb": verb, "application": ids}
    )


def decide(office, call_id, verb, ids, **values):
    page = preview(office, call_id, verb, ids).text
    data = {"csrf_token": token(page), "verb": verb, "application": ids, **values}
    return office.post(f"/tracking/{call_id}/together", data=data)


def states(session, ids):
    session.rollback()
    return [session.get(Application, i, populate_existing=True).state for i in ids]


def test_a_list_is_read_confirmed_and_decided(session, call, office) -> None:
    call_id, ids = call.id, many(call, 3)
    page = preview(office, call_id, "shortlist", ids).text
    assert "Shortlist 3 applications" in page
    back = f"/tracking/{call_id}?sort=name"
    answer = decide(office, call_id, "shortlist", ids, count="3", back=back)
    assert (answer.status_code, answer.location) == (302, back)
    assert states(session, ids) == [S.SHORTLISTED] * 3


@pytest.mark.parametrize(
    ("count", "status"), [("", 422), ("three", 422), ("2", 409), ("99999999999", 422), ("-3", 422)]
)
def test_without_the_right_number_nothing_happens(session, call, office, count, status) -> None:
    call_id, ids = call.id, many(call, 3)
    answer = decide(office, call_id, "shortlist", ids, count=count)
    assert answer.status_code == status
    assert f'value="{count}"' in answer.text or not count
    assert states(session, ids) == [S.IN_REVIEW] * 3


def test_one_that_cannot_be_is_named_and_the_others_stay(session, call, office) -> None:
    call_id, ids = call.id, many(call, 2)
    late = make.application(call, state=S.WITHDRAWN)
    late_id, ref = late.id, late.ref
    assert (
        "For 1 of them this is not possible"
        in preview(office, call_id, "shortlist", [*ids, late_id]).text
    )
    answer = decide(office, call_id, "shortlist", [*ids, late_id], count="3")
    assert answer.status_code == 409
    assert ref in answer.text
    assert states(session, [*ids, late_id]) == [S.IN_REVIEW, S.IN_REVIEW, S.WITHDRAWN]


def test_not_eligible_needs_a_reason_which_everybody_reads(session, call, office) -> None:
    call_id = call.id
    ids = [make.application(call, state=S.SUBMITTED).id for _ in range(2)]
    assert decide(office, call_id, "not eligible", ids, count="2").status_code == 409
    answer = decide(office, call_id, "not eligible", ids, count="2", reason="degree", note="Sorry.")
    assert answer.status_code == 302
    assert states(session, ids) == [S.INELIGIBLE] * 2
    told = session.scalars(select(OutboxMessage)).all()
    assert [m.values["reason"] for m in told] == ["degree", "degree"]


def test_another_calls_applications_are_not_found(session, call, office) -> None:
    call_id, ids = call.id, many(call, 1)
    foreign = make.application(make.call(), state=S.IN_REVIEW).id
    answer = decide(office, call_id, "shortlist", [*ids, foreign], count="2")
    assert answer.status_code == 404
    assert states(session, [*ids, foreign]) == [S.IN_REVIEW] * 2


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"verb": "shortlist"},
        {"verb": "explode", "application": "1", "count": "1"},
        {"verb": "shortlist", "application": ["\x00", "x", "99999999999999"], "count": "1"},
        {"verb": "shortlist", "application": "1", "count": "\x00", "note": "\u202e\x00"},
        {"verb": "not selected", "application": "1", "count": "1", "note": "x" * 30_000},
        {"verb": "not eligible", "application": "1", "count": "1", "reason": "\x00"},
    ],
)
def test_a_nasty_form_is_refused_politely(session, call, office, data) -> None:
    ids = many(call, 1)
    page = preview(office, call.id, "shortlist", ids).text
    if data.get("application") == "1":
        data = {**data, "application": str(ids[0])}
    answer = office.post(f"/tracking/{call.id}/together", data={**data, "csrf_token": token(page)})
    assert 400 <= answer.status_code < 500
    assert office.post(f"/tracking/{call.id}/together", data=data).status_code in {400, 404, 422}
    assert states(session, ids) == [S.IN_REVIEW]


def test_approvers_and_strangers_decide_nothing(client, call) -> None:
    ids = many(call, 1)
    approver = make.grant(make.person(), Role.APPROVER, Scope.PROGRAMME, call.programme_id)
    call_id = call.id
    browser = make.sign_in(client, approver)
    assert preview(browser, call_id, "shortlist", ids).status_code == 403
    page = browser.get("/tracking").text
    data = {"csrf_token": token(page), "verb": "shortlist", "application": ids, "count": "1"}
    assert browser.post(f"/tracking/{call_id}/together", data=data).status_code == 403
