"""One list of competencies for courses, calls and certificates."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.certificates.models import Certificate
from app.certificates.states import CertificateKind
from app.courses import operations as courses
from app.courses.completion import Rule
from app.fellowships import operations as calls
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.foundation.languages import LANGUAGES
from app.opportunities import competencies
from app.opportunities.browsing import search_of
from app.opportunities.models import Opportunity
from app.opportunities.states import Facet
from tests import make
from tests.counting import statements
from tests.courses import centres, test_attendance as register
from tests.courses.dates import published_run
from tests.courses.test_enrolling import take
from tests.courses.test_pages import page, send
from tests.fellowships import offices

RISKS, DATA = "judge-risks", "judge-data"


@pytest.fixture(autouse=True)
def january():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def centre(app):
    return centres.centre_of()


def teaching(centre, *codes: str) -> int:
    """A course that teaches these, being written."""
    course_id = centres.ready(centre)
    with centres.working(centre.writer) as work:
        facts = replace(centres.FACTS, competencies=codes)
        courses.save_course_facts(work, centres.the_course(work, course_id), facts, version=None)
    return course_id


def given(centre, *codes: str) -> int:
    """Dates of a published course that teaches these."""
    course_id = teaching(centre, *codes)
    with centres.working(centre.writer) as work:
        courses.publish_course(work, centres.the_course(work, course_id))
    return published_run(centre)


def call_for(*codes: str):
    """A published call in which fellows learn these."""
    office = offices.office_of()
    call = offices.prepared(office)
    with offices.working(office.manager) as work:
        terms = replace(offices.TERMS, competencies=list(codes))
        calls.save_terms(work, offices.the_call(work, call), terms, version=None)
    with offices.working(office.manager) as work:
        calls.publish_call(work, offices.the_call(work, call))
    return call


def test_every_competency_has_one_area_and_a_code_that_an_address_can_say() -> None:
    listed = [code for codes in competencies.AREAS.values() for code in codes]
    assert sorted(listed) == sorted(competencies.NAMES)
    assert len(listed) == len(set(listed))
    assert competencies.AREAS.keys() == competencies.AREA_NAMES.keys()
    for code in listed:
        assert search_of({"competency": [code]}).chosen == {Facet.COMPETENCY: (code,)}


def test_every_language_of_the_site_has_words_of_its_own_for_each(app) -> None:
    for code in competencies.NAMES:
        said = competencies.in_every_language(code)
        assert set(said) == set(LANGUAGES)
        assert len(set(said.values())) == len(LANGUAGES), code


def test_what_the_list_does_not_have_is_no_competency(centre) -> None:
    with pytest.raises(RuleBroken, match="of the list"):
        teaching(centre, "juggle")
    with pytest.raises(RuleBroken, match="of the list"):
        call_for("juggle")


def test_the_dates_of_a_course_teach_what_its_version_teaches(centre) -> None:
    run_id = given(centre, RISKS, DATA)
    assert db.session.get_one(Opportunity, run_id).competencies == [RISKS, DATA]


def test_a_competency_leads_to_the_courses_and_calls_that_teach_it(client, centre) -> None:
    given(centre, RISKS)
    call_for(RISKS, DATA)
    listed = page(client, "/competencies")
    numbers = dict(
        re.findall(r'<a class="whole" href="/\?competency=([a-z-]+)">(\d+) open</a>', listed)
    )
    assert numbers == {RISKS: "2", DATA: "1"}
    both = page(client, f"/?competency={RISKS}")
    assert "Language models" in both and offices.TEXT.title in both
    one = page(client, f"/?competency={DATA}")
    assert offices.TEXT.title in one and "Four evenings online." not in one
    assert f'name="competency" value="{DATA}"' in one, "the next choice would forget it"


def test_the_list_costs_one_statement_however_much_there_is(client, centre) -> None:
    given(centre, RISKS, DATA)
    with statements() as said:
        page(client, "/competencies?nothing=kept")
    assert len(said) <= 2


def test_a_course_and_a_call_say_what_one_learns(client, centre) -> None:
    given(centre, RISKS)
    call = call_for(DATA)
    course = page(client, f"/courses/{centre.organisation.ref}/LLM-101")
    assert "Judge the risks of an AI system" in course
    assert 'href="/competencies#judge-risks"' in course
    linked = client.get(f"/courses/{centre.organisation.ref}/LLM-101/course.jsonld").json
    assert linked["teaches"][-1]["termCode"] == RISKS
    assert "Judge the quality of data" in page(client, f"/fellowships/{call.ref}")


def test_a_centre_chooses_them_in_a_form_that_keeps_them(client, centre) -> None:
    course_id = centres.ready(centre)
    make.sign_in(client, centre.writer)
    address = f"/courses/office/{course_id}/facts"
    filled = {
        "level": "6",
        "field_code": "0619",
        "hours": "7.5",
        "languages": "en",
        "tracks": "engineer",
        "costs_nothing": "y",
    }
    send(client, address, {**filled, "competencies": [DATA, RISKS]})
    shown = page(client, address)
    assert re.search(rf'<input checked[^>]*value="{RISKS}"', shown)
    assert not re.search(r'<input checked[^>]*value="adapt-llm"', shown)
    send(client, address, {**filled, "competencies": ["juggle"]}, status=422)


def test_who_completed_can_do_what_was_taught_and_who_was_only_there_need_not(
    session, centre
) -> None:
    run_id = given(centre, RISKS)
    for name in ("CHAN NITA", "SOK DARA"):
        take(run_id, make.person(name, sort_key=name.casefold()))
    with clock.set_clock(register.AFTER):
        for number in range(3):
            register.enter(centre, run_id, number, register.P, register.P if number else register.A)
        register.state(centre, run_id, Rule(share=100))
        assert register.judge(centre, run_id) == (1, 1)
        register.certify(centre, run_id)
        register.certify(centre, run_id, CertificateKind.ATTENDANCE)
        register.work_all()
    completed, there = session.scalars(select(Certificate).order_by(Certificate.id))
    (can,) = completed.facts.achievement.competencies
    assert (can.code, can.names["en"]) == (RISKS, "Judge the risks of an AI system")
    assert can.url.endswith("/competencies#judge-risks")
    assert there.facts.achievement.competencies == ()
