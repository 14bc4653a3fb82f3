"""What a university tells its partners, who writes it, and what is refused."""

import re
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.exchanges.models import AcademicTerm, HostCourse, PartnerFacts
from app.exchanges.operations import (
    remove_term,
    save_host_course,
    save_partner_facts,
    save_term,
)
from app.exchanges.operations.partners import CourseFacts, FactSheet, TermDates, read_credits
from app.exchanges.queries import own_term, own_university
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotPermitted, NotFound, RuleBroken
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from tests import make
from tests.counting import statements
from tests.exchanges.agreeing import university
from tests.exchanges.test_agreement_pages import press, signed_in

SPRING = TermDates(
    *("Spring semester", 2027, date(2027, 4, 6), date(2027, 7, 20)),
    *(date(2027, 7, 21), date(2027, 8, 3), date(2026, 12, 20), date(2027, 1, 20)),
)
COURSE = CourseFacts(
    *("CS-5101", "Trustworthy AI", 750, "ects", 7, "en"), own_title="信頼", own_title_lang="ja"
)


def term_of(who, dates: TermDates = SPRING) -> int:
    with unit_of_work(who.actor, now=make.NOW) as work:
        found = work.find(own_university(work.actor, who.id))
        return save_term(work, found, dates).id


def days(name: str, day: date | None) -> dict[str, str]:
    parts = ("day", "month", "year")
    return {f"{name}-{part}": str(getattr(day, part)) if day else "" for part in parts}


def sent_term(**values) -> dict[str, str]:
    said = {name: getattr(SPRING, name) for name in TermDates.__dataclass_fields__} | values
    form = {"name": str(said["name"]), "year": str(said["year"])}
    for name in ("first_on", "last_on", "exams_from", "exams_until", "nominate_by", "apply_by"):
        form |= days(name, said[name])
    return form


def test_a_university_writes_what_everybody_reads(client, jp) -> None:
    public = f"/exchanges/universities/{jp.ref}"
    assert client.get(public).status_code == 404
    signed_in(client, jp)
    went_on = client.get("/exchanges/facts")
    assert went_on.location == f"/exchanges/facts/{jp.id}"
    address = went_on.location
    assert client.get(address).status_code == 200
    said = {
        "locale": "en",
        "contact": "office@example.org",
        "website": "https://example.org/exchange",
        "decision_weeks": "3",
        "transcript_weeks": "1",
        "housing": "Single rooms.",
        "visa_link": "https://example.org/visa",
        "access_contact": "access@example.org",
        "version": "0",
    }
    assert press(client, address, said).status_code == 302
    assert press(client, f"{address}/terms/new", sent_term()).status_code == 302
    db.session.rollback()
    term = db.session.query(AcademicTerm).one()
    course = {
        "code": "CS-5101",
        "title": "Trustworthy AI",
        "own_title": "信頼",
        "own_title_lang": "ja",
        "credits": "7,5",
        "credit_system": "ects",
        "level": "7",
        "language": "en",
    }
    assert press(client, f"/exchanges/terms/{term.id}/courses/new", course).status_code == 302
    visitor = client.application.test_client()
    page = visitor.get(public).text
    for words in (
        "Single rooms.",
        "within 3 weeks",
        "within 1 week after the last exam",
        "example.org/visa",
        "Spring semester",
        "Trustworthy AI",
        '<span lang="ja">信頼</span>',
        "7.5",
    ):
        assert words in page, words
    assert public in visitor.get(f"/organisations/{jp.ref}").text


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("last_on", date(2027, 1, 1), "The term must end after it begins."),
        ("exams_until", None, "Write both days of the exams, or neither."),
        ("exams_from", date(2027, 1, 1), "Exams are after the first day of teaching."),
        ("exams_until", date(2027, 7, 1), "Exams must end after they begin."),
        ("apply_by", date(2026, 11, 1), "Students send their papers after they were nominated."),
        ("first_on", None, "Write the first day."),
    ],
)
def test_days_that_cannot_be_are_refused_beside_their_field(client, jp, field, wrong, said) -> None:
    signed_in(client, jp)
    address = f"/exchanges/facts/{jp.id}/terms/new"
    answer = press(client, address, sent_term(**{field: wrong}))
    assert answer.status_code == 422
    beside = re.search(rf'id="{field}-error"[^>]*>([^<]*)<', answer.text)
    assert beside and beside[1] == said
    assert 'value="Spring semester"' in answer.text
    assert db.session.query(AcademicTerm).count() == 0


def test_the_database_refuses_what_the_form_would(session, jp) -> None:
    usual = {"organisation_id": jp.id, "year": 2027, "name": "A", "version": 1}
    for first, last, exams in (
        (date(2027, 4, 2), date(2027, 4, 1), None),
        (date(2027, 4, 1), date(2027, 4, 2), date(2027, 4, 2)),
    ):
        term = AcademicTerm(**usual, first_on=first, last_on=last, exams_from=exams)
        db.session.add(term)
        with pytest.raises(IntegrityError):
            db.session.commit()
        db.session.rollback()


def test_a_term_has_its_name_once_a_year_and_a_course_its_code_once_a_term(session, jp) -> None:
    term_id = term_of(jp)
    with pytest.raises(RuleBroken, match="a term of this name"):
        term_of(jp)
    for again in (False, True):
        with unit_of_work(jp.actor, now=make.NOW) as work:
            term = work.find(own_term(work.actor, term_id))
            if again:
                with pytest.raises(RuleBroken, match="this code already"):
                    save_host_course(work, term, COURSE)
            else:
                save_host_course(work, term, COURSE)
    with unit_of_work(jp.actor, now=make.NOW) as work:
        remove_term(work, work.find(own_term(work.actor, term_id)))
    db.session.rollback()
    assert db.session.query(HostCourse).count() == db.session.query(AcademicTerm).count() == 0


def test_an_old_form_changes_nothing(session, jp) -> None:
    for version, fine in ((0, True), (0, False), (1, True)):
        try:
            with unit_of_work(jp.actor, now=make.NOW) as work:
                found = work.find(own_university(work.actor, jp.id))
                sheet = FactSheet(housing=f"{version} {fine}")
                save_partner_facts(work, found, sheet, version=version)
            assert fine
        except ChangedMeanwhile:
            assert not fine
    db.session.rollback()
    assert db.session.query(PartnerFacts).one().housing == "1 True"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "example.org", "https://", 'https://a.org/"x']
)
def test_only_addresses_of_the_web_are_linked(client, jp, link) -> None:
    signed_in(client, jp)
    said = {"locale": "en", "version": "0", "visa_link": link}
    answer = press(client, f"/exchanges/facts/{jp.id}", said)
    assert answer.status_code == 422
    assert "Write the whole address" in answer.text
    with unit_of_work(jp.actor, now=make.NOW) as work:
        found = work.find(own_university(work.actor, jp.id))
        with pytest.raises(RuleBroken):
            save_partner_facts(work, found, FactSheet(visa_link=link))


@pytest.mark.parametrize("typed", ["", "much", "0", "-1", "1.234", "NaN", "Infinity", "1e9"])
def test_credits_that_are_none(typed) -> None:
    with pytest.raises(RuleBroken):
        read_credits(typed)


def test_credits_are_read_as_people_write_them() -> None:
    assert [read_credits(one) for one in ("2", "7.5", "7,5", "２", "1.25")] == [
        *(200, 750, 750, 200, 125),
    ]


def test_another_university_finds_nothing_to_write(client, jp, th) -> None:
    term_id = term_of(jp)
    with unit_of_work(jp.actor, now=make.NOW) as work:
        course_id = save_host_course(work, work.find(own_term(work.actor, term_id)), COURSE).id
    signed_in(client, th)
    for address in (
        f"/exchanges/facts/{jp.id}",
        f"/exchanges/facts/{jp.id}/terms/new",
        f"/exchanges/terms/{term_id}",
        f"/exchanges/terms/{term_id}/courses/new",
        f"/exchanges/host-courses/{course_id}",
    ):
        assert client.get(address).status_code == 404, address
        assert press(client, address, sent_term()).status_code == 404, address
    for address in (f"/exchanges/terms/{term_id}", f"/exchanges/host-courses/{course_id}"):
        assert press(client, f"{address}/remove", {}).status_code == 404
    with unit_of_work(th.actor, now=make.NOW) as work:
        with pytest.raises(NotFound):
            work.find(own_university(work.actor, jp.id))
        with pytest.raises(NotPermitted):
            save_term(work, work.session.get_one(Organisation, jp.id), SPRING)
    db.session.rollback()
    assert db.session.query(HostCourse).count() == 1


def test_pages_ask_the_same_however_many_courses_there_are(client, jp) -> None:
    term_id = term_of(jp)
    address = f"/exchanges/universities/{jp.ref}"
    counted = []
    for number in (1, 2, 5):
        with unit_of_work(jp.actor, now=make.NOW) as work:
            term = work.find(own_term(work.actor, term_id))
            for n in range(number):
                facts = CourseFacts(f"{number}-{n}", "A course", 200, "us", 7, "en")
                save_host_course(work, term, facts)
        with statements() as seen:
            assert client.application.test_client().get(address).status_code == 200
        counted.append(len(seen))
    assert len(set(counted)) == 1


def test_who_writes_for_two_universities_chooses_one(client, jp, th) -> None:
    two = university("VN")
    make.grant(
        db.session.get_one(User, two.actor.user_id), Role.COORDINATOR, Scope.ORGANISATION, jp.id
    )
    page = signed_in(client, two).get("/exchanges/facts")
    assert page.status_code == 200
    assert f"/exchanges/facts/{jp.id}" in page.text and f"/exchanges/facts/{two.id}" in page.text
    assert f"/exchanges/facts/{th.id}" not in page.text
