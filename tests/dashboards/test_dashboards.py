"""Each face: who may open it, what it says, and that it asks the database little."""

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import selectinload

import app as house
from app.accounts.models import Nationality, RoleGrant
from app.applications.queries import conditions, person_with_profile
from app.applications.states import ApplicationState
from app.dashboards import queries
from app.dashboards.faces import Face
from app.dashboards.tasks import SORTS
from app.fellowships.models import Call
from app.foundation import clock
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.tasks import open_task
from app.opportunities.eligibility import Outcome
from app.opportunities.models import OpportunityText
from app.opportunities.states import OpportunityState, PlaceState
from tests import make
from tests.counting import statements
from tests.courses.centres import centre_of
from tests.courses.dates import published_run

APP = Path(house.__file__).parent


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def everybody(session):
    """One person with every role, in a house with a call, places and applications."""
    call = make.call(title="Khmer language models")
    ministry, university, centre = make.organisation(), make.organisation(), make.organisation()
    person = make.person("DARA", nationality="KH")
    make.grant(person, Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    make.grant(person, Role.APPROVER, Scope.PROGRAMME, call.programme_id)
    make.grant(person, Role.REVIEWER, Scope.OPPORTUNITY, call.id)
    make.grant(person, Role.HOST, Scope.ORGANISATION, university.id)
    make.grant(person, Role.COORDINATOR, Scope.ORGANISATION, university.id)
    make.grant(person, Role.CENTRE, Scope.ORGANISATION, centre.id)
    make.grant(person, Role.SECRETARIAT)
    for role, organisation in ((Role.NOMINATOR, ministry), (Role.FOCAL_POINT, None)):
        make.add(
            RoleGrant(
                user_id=person.id,
                role=role,
                scope=Scope.ORGANISATION if organisation else Scope.EVERYTHING,
                scope_id=organisation.id if organisation else None,
                country_code="KH",
                granted_at=make.NOW,
            )
        )
    make.place(call, host=university)
    make.place(call, host=centre, state=PlaceState.ASKED)
    return person, call, university


@pytest.mark.parametrize("face", list(Face))
def test_every_face_opens_for_whom_it_is(client, everybody, face) -> None:
    person, call, university = everybody
    make.application(
        call,
        make.person(nationality="KH"),
        state=ApplicationState.IN_REVIEW,
        home_institution_id=university.id,
    )
    make.sign_in(client, person)
    page = client.get(f"/dashboard/{face}")
    assert page.status_code == 200
    if face not in {Face.REVIEWER, Face.PARTICIPANT}:
        assert "Khmer language models" in page.text


@pytest.mark.parametrize("face", [f for f in Face if f is not Face.PARTICIPANT])
def test_a_face_of_a_role_that_one_has_not_stays_shut(client, session, face) -> None:
    make.sign_in(client, make.person())
    assert client.get(f"/dashboard/{face}").status_code == 403


def test_a_face_that_does_not_exist_is_no_page(client, session) -> None:
    make.sign_in(client, make.person())
    assert client.get("/dashboard/emperor").status_code == 404


def test_the_first_dashboard_is_the_one_with_most_responsibility(client, everybody) -> None:
    make.sign_in(client, everybody[0])
    assert "All calls" in client.get("/dashboard").text


@pytest.mark.parametrize("face", list(Face))
def test_a_face_asks_at_most_four_questions_however_many_rows(client, everybody, face) -> None:
    person, call, university = everybody
    make.sign_in(client, person)

    def asked() -> int:
        with statements() as seen:
            assert client.get(f"/dashboard/{face}").status_code == 200
        return len(seen)

    with_few = asked()
    stages = (OpportunityState.PUBLISHED, OpportunityState.DRAFT, OpportunityState.CLOSED)
    for n in range(27):
        another = make.call(programme=None, state=stages[n % 3])
        make.grant(person, Role.MANAGER, Scope.PROGRAMME, another.programme_id)
        make.place(another, host=university)
        make.application(another, person)
        make.application(
            another,
            state=ApplicationState.SUBMITTED,
            home_institution_id=university.id,
        )
    assert asked() == with_few <= 4


def test_dates_of_a_course_are_not_among_the_calls_that_the_secretariat_tracks(session) -> None:
    call = make.call(title="Khmer language models")
    published_run(centre_of())
    for programmes in (None, [call.programme_id]):
        shown = queries.calls_of(session, programmes, "en")
        assert [row.id for row in shown] == [call.id]


def test_numbers_under_five_are_not_told_to_a_country(client, everybody) -> None:
    person, call, _university = everybody
    for _ in range(4):
        make.application(call, make.person(nationality="KH"), state=ApplicationState.SUBMITTED)
    make.sign_in(client, person)
    assert "under 5" in client.get("/dashboard/figures").text


def test_drafts_are_not_told_to_a_country_at_all(client, everybody) -> None:
    person, call, _university = everybody
    for _ in range(6):
        make.application(call, make.person(nationality="KH"))
    make.sign_in(client, person)
    assert "Nobody has applied yet." in client.get("/dashboard/figures").text


def test_what_waits_is_shown_first_and_late_ones_before_all(client, everybody) -> None:
    person, call, _university = everybody
    application = make.application(call, person)
    with unit_of_work(make.actor(person)) as work:
        application = work.session.merge(application)
        open_task(
            work,
            "offer to answer",
            application,
            holder_id=person.id,
            due_at=make.NOW,
            about="Kyoto University",
        )
    make.sign_in(client, person)
    page = client.get("/dashboard/participant").text
    assert "Answer the offer of a seat" in page
    assert "Kyoto University" in page


def test_what_waits_is_about_a_call_by_its_title_in_the_readers_language(client, everybody) -> None:
    person, call, _university = everybody
    written, about = call.title, {"opportunity_id": call.id, "about": call.title}
    application = make.application(call, person)
    text = OpportunityText(
        opportunity_id=call.id, locale="ja", is_original=False, title="日本で学ぶ"
    )
    with unit_of_work(make.actor(person)) as work:
        work.session.add(text)
        application = work.session.merge(application)
        open_task(work, "offer to answer", application, holder_id=person.id, **about)
    make.sign_in(client, person)
    assert written in client.get("/dashboard/participant?lang=en").text
    page = client.get("/dashboard/participant?lang=ja").text
    card = page[page.index("提示に回答") :][:400]
    assert "日本で学ぶ" in card
    assert written not in card


def test_a_draft_whose_call_closes_soon_is_among_what_waits(client, everybody) -> None:
    person, call, _university = everybody
    make.application(call, person)
    make.sign_in(client, person)
    page = client.get("/dashboard/participant").text
    assert "Finish your application" in page
    with clock.set_clock(call.closes_at):
        assert "Finish your application" not in client.get("/dashboard/participant").text


def test_a_manager_sees_what_can_be_screened_and_given_to_reviewers(client, everybody) -> None:
    person, call, _university = everybody
    make.sign_in(client, person)
    assert "Nothing waits for you today." in client.get("/dashboard/manager").text
    for state in (
        ApplicationState.SUBMITTED,
        ApplicationState.SUBMITTED,
        ApplicationState.ELIGIBLE,
    ):
        make.application(call, make.person(), state=state)
    page = client.get("/dashboard/manager").text
    assert "2 applications to screen" in page
    assert "1 application waits for reviewers" in page
    for link in (f"/tracking/{call.id}?state=submitted", f"/reviews/assign/{call.id}"):
        assert f'href="{link}"' in page
        assert client.get(link).status_code == 200
    assert "to screen" not in client.get("/dashboard/approver").text


@pytest.mark.parametrize("state", [ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW])
def test_an_application_under_way_shows_where_it_is_on_its_way(client, everybody, state) -> None:
    person, call, _university = everybody
    make.application(call, person, state=state)
    make.sign_in(client, person)
    page = client.get("/dashboard/participant").text
    assert page.count('aria-current="step"') == 1
    now = page.partition('aria-current="step"')[2].partition("</li>")[0]
    reading = state is ApplicationState.IN_REVIEW
    assert ("Read by reviewers" if reading else "Conditions checked") in now


def test_a_draft_shows_no_way_yet(client, everybody) -> None:
    person, call, _university = everybody
    make.application(call, person)
    make.sign_in(client, person)
    assert 'aria-current="step"' not in client.get("/dashboard/participant").text


def test_who_has_said_no_nationality_is_asked_for_it_and_told_nothing_else(client, session) -> None:
    make.call(title="Khmer language models")
    person = make.person("DARA")
    session.execute(delete(Nationality).where(Nationality.user_id == person.id))
    session.commit()
    make.sign_in(client, person)
    page = client.get("/dashboard/participant").text
    assert "Tell us your nationality" in page
    assert "Nothing new is open to you" not in page


def _literals(function: str) -> set[str]:
    """The kinds of task that the house opens or closes, as its source names them."""
    found = set()
    for file in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == function
                and len(node.args) > 1
                and isinstance(node.args[1], ast.Constant)
            ):
                found.add(node.args[1].value)
    return found


def test_every_kind_of_task_has_its_sentence() -> None:
    assert _literals("open_task") <= set(SORTS)


def test_every_task_that_is_opened_is_closed_by_somebody() -> None:
    assert _literals("open_task") <= _literals("close_tasks")


def suggestions(person) -> list[str]:
    return [row.title for row in queries.suggested(db.session(), make.actor(person), "en")]


def test_only_what_the_person_is_eligible_for_is_suggested(session) -> None:
    """By nationality, residence and age; what the profile leaves open is not held against."""
    make.call(title="For all who live there", eligibility={"residence": ["LA"]})
    make.call(title="For the young", eligibility={"age": {"max": 35, "on": "deadline"}})
    make.call(title="For later births", eligibility={"born_on_or_after": "1990-04-02"})
    make.call(title="For others", countries=("LA", "VN"))
    make.call(title="For everybody", countries=())
    person = make.person(nationality="KH", born_on=date(1980, 1, 1))
    assert suggestions(person) == ["For everybody"]
    person.born_on = None
    session.commit()
    assert suggestions(person) == ["For the young", "For later births", "For everybody"]
    person.born_on, person.residence_code = date(1995, 1, 1), "LA"
    session.commit()
    assert len(suggestions(person)) == 4


def test_ones_own_track_comes_first_and_what_is_applied_for_or_not_open_is_left_out(
    session,
) -> None:
    soon = make.NOW + timedelta(days=2)
    make.call(title="Soon").closes_at = soon
    engineers = make.call(title="For engineers")
    engineers.tracks = ["engineer"]
    make.call(title="Opens tomorrow").opens_at = make.NOW + timedelta(days=1)
    make.call(title="In preparation", state=OpportunityState.DRAFT)
    make.call(title="Over", closes_at=make.NOW - timedelta(days=1))
    mine = make.call(title="Mine")
    person = make.person(nationality="KH", track="engineer")
    make.application(mine, person)
    session.commit()
    assert suggestions(person) == ["For engineers", "Soon"]


def test_an_age_on_the_deadline_counts_on_the_day_it_has_where_it_was_announced(session) -> None:
    """Early on 15 January in Tokyo is still the 14th in UTC: the 35th birthday has come."""
    early = datetime(2027, 1, 14, 16, 30, tzinfo=UTC)
    call = make.call(eligibility={"age": {"max": 35, "on": "deadline"}}, closes_at=early)
    person = make.person(nationality="KH", born_on=date(1992, 1, 15))
    assert suggestions(person) == []
    listed = select(Call).where(Call.id == call.id).options(selectinload(Call.countries))
    profile = session.scalars(person_with_profile(person.id)).unique().one()
    results = conditions(session.scalars(listed).one(), profile)
    assert [r.outcome for r in results if r.code == "age"] == [Outcome.NOT_MET]
