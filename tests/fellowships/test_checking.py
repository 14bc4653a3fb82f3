"""The check before sign-up, the rules' page in words, and what is kept with a submission."""

import pytest

from app.applications.models import Submission
from app.fellowships.models import Call
from app.foundation import clock
from app.foundation.database import db
from app.opportunities.eligibility import version_of
from app.opportunities.states import OpportunityState
from tests import make
from tests.applications import helping
from tests.fellowships.offices import office_of
from tests.fellowships.test_building import send

RULES = {
    "age": {"max": 40, "inclusive": False, "on": "2027-04-01"},
    "home_institution": {"not_in_host_country": True},
    "degree": {"least": "master", "by": "deadline"},
    "service": {"years": 2},
    "language": {"language": "en", "least": "B2"},
    "residence": ["KH"],
    "first_stay": True,
    "employer_permission": True,
}


@pytest.fixture(autouse=True)
def january():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def call(session):
    made = make.call(eligibility=RULES)
    make.place(made)
    return made


def test_at_most_six_questions_are_asked_and_nothing_is_needed_before(client, call) -> None:
    page = client.get(f"/fellowships/{call.ref}/check")
    assert page.status_code == 200
    assert page.text.count('<fieldset class="row-of">') == 6
    assert "Your level in English" in page.text
    assert f"/fellowships/{call.ref}/check" in client.get(f"/fellowships/{call.ref}").text


ASKED = {
    "nationality": "KH",
    "residence": "KH",
    "home": "KH",
    "born_on-day": "2",
    "born_on-month": "4",
    "born_on-year": "1987",
    "degree": "master",
    "degree_on-day": "14",
    "degree_on-month": "1",
    "degree_on-year": "2027",
    "years": "2",
    "level": "B2",
    "stayed_before": "no",
    "has_permission": "yes",
}


def test_who_meets_every_rule_is_told_and_led_on(client, call) -> None:
    page = client.post(f"/fellowships/{call.ref}/check", data=ASKED).text
    assert "By what you said you may apply." in page
    assert f"/applications/start/{call.id}" in page


def test_each_failed_rule_is_named_and_calls_that_fit_are_offered(client, call) -> None:
    fitting = make.call(title="Open to Cambodians", countries=("KH",))
    make.call(title="Only for Laos", countries=("LA",))
    said = {**ASKED, "home": "JP", "born_on-day": "1", "stayed_before": "yes"}
    page = client.post(f"/fellowships/{call.ref}/check", data=said).text
    assert "By what you said you may not apply for this." in page
    assert page.count('<span class="chip bad">') == 3
    assert "It is in Japan." in page
    assert "40 years on that day" in page
    assert f"/fellowships/{fitting.ref}" in page
    assert "Only for Laos" not in page


def test_who_has_no_profile_is_not_told_of_one(client, call) -> None:
    for said in ({"nationality": "KH"}, {**ASKED, "residence": "JP"}):
        page = client.post(f"/fellowships/{call.ref}/check", data=said).text
        assert "profile" not in page.split("<main")[1].split("</main>")[0]
    assert "Open to people who live in Cambodia; you said Japan." in page


def test_nobody_is_born_after_today(client, call) -> None:
    later = {**ASKED, "born_on-year": "2087"}
    page = client.post(f"/fellowships/{call.ref}/check", data=later)
    assert page.status_code == 422
    assert "Write the day you were born" in page.text


def test_what_cannot_be_read_is_said(client, call) -> None:
    page = client.post(f"/fellowships/{call.ref}/check", data={"born_on-day": "x"})
    assert page.status_code == 422
    assert (
        client.post(f"/fellowships/{call.ref}/check", data={"nationality": "ZZ"}).status_code == 422
    )


def test_a_call_without_rules_asks_nothing(client, session) -> None:
    open_to_all = make.call(countries=())
    page = client.get(f"/fellowships/{open_to_all.ref}/check").text
    assert "This call is open to everybody." in page


def test_rules_are_set_in_words_and_shown_again(client, session) -> None:
    desk = office_of("Programme")
    draft = make.call(programme=desk.programme, state=OpportunityState.DRAFT)
    make.sign_in(client, desk.manager)
    address = f"/fellowships/office/{draft.id}/audience"
    send(
        client,
        address,
        {
            "countries": ["KH"],
            "tracks": ["researcher"],
            "languages": ["en"],
            "home_not_at_host": "y",
            "degree_least": "master",
            "degree_by": "start",
            "service_years": "2",
            "language": "en",
            "language_level": "B2",
            "first_stay": "y",
            "one_award_per_cycle": "y",
        },
    )
    db.session.expire_all()
    assert db.session.get_one(Call, draft.id).eligibility == {
        "home_institution": {"not_in_host_country": True},
        "degree": {"least": "master", "by": "start"},
        "service": {"years": 2},
        "language": {"language": "en", "least": "B2"},
        "first_stay": True,
        "one_award_per_cycle": True,
    }
    shown = client.get(address).text
    assert '<option selected value="master">' in shown


def test_rules_facts_and_results_are_kept_with_what_is_sent(session) -> None:
    call = make.call(eligibility={"residence": ["KH"], "first_stay": True})
    person = make.person("SOK DARA")
    submission_id = helping.submit(person, helping.ready(call, person), key="k")
    kept = db.session.get_one(Submission, submission_id).content["eligibility"]
    assert kept["rules"]["nationality"] == ["KH", "LA", "VN"]
    assert kept["version"] == version_of(kept["rules"])
    assert kept["facts"]["residence"] == "KH"
    assert kept["results"] == [
        {"code": "nationality", "outcome": "met"},
        {"code": "residence", "outcome": "met"},
        {"code": "first_stay", "outcome": "unknown"},
    ]


def test_the_office_reads_the_conditions_as_they_stood(client, session) -> None:
    desk = office_of("Programme")
    call = make.call(programme=desk.programme, eligibility={"residence": ["KH"]})
    person = make.person("SOK DARA")
    application_id = helping.ready(call, person)
    helping.submit(person, application_id, key="k")
    db.session.get_one(Call, call.id).eligibility = {"residence": ["LA"]}
    db.session.commit()
    make.sign_in(client, desk.manager)
    page = client.get(f"/tracking/{call.id}/{application_id}").text
    assert "Conditions, as they stood when it was submitted" in page
    assert "People who live in Cambodia may apply." in page
