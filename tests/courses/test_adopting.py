"""A centre adapts what another one teaches, and both say so."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.courses import operations as office
from app.courses import queries
from app.courses.models import Course, CourseAdoption
from app.foundation.actors import Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotPermitted, RuleBroken
from app.organisations.models import Organisation
from tests import make
from tests.courses.centres import FACTS, WORDS, Centre, published, the_course, working
from tests.courses.test_pages import send

ADDRESS = "/courses/{}/LLM-101"


@pytest.fixture
def other(centre) -> User:
    """Staff of another centre, which has no courses yet."""
    return centre.stranger


def _home(person: User) -> int:
    (number,) = make.actor(person).scopes(Role.CENTRE, Scope.ORGANISATION)
    return number


def adopted(centre: Centre, other: User, course_id: int, **values) -> int:
    here = _home(other)
    with working(other) as work:
        original = work.session.get_one(Course, course_id)
        original.organisation = work.session.get_one(Organisation, original.organisation_id)
        home = work.session.get_one(Organisation, here)
        return office.adopt_course(work, home, original, **{"code": "LLM-5", **values}).id


def test_it_begins_with_all_that_the_original_says_and_names_it(session, centre, other) -> None:
    course_id = published(centre)
    with working(centre.writer) as work:
        office.revise_course(work, the_course(work, course_id))
        japanese = office.CourseWords(title="言語モデル", summary="四回の夜")
        course = the_course(work, course_id)
        office.save_course_text(work, course, japanese, locale="ja", version=0)
        office.publish_course(work, the_course(work, course_id))

    new_id = adopted(centre, other, course_id)

    version = session.scalars(queries.open_version(new_id)).one()
    titles = {text.locale: text.title for text in version.texts}
    assert titles == {"en": WORDS.title, "ja": "言語モデル"}
    assert (version.number, version.minutes, version.licence) == (1, FACTS.minutes, "CC-BY-4.0")
    source = queries.adapted_from(session, new_id, "ja")
    assert (source.title, source.number, source.newest) == ("言語モデル", 2, 2)
    assert queries.adaptations_of(session, course_id, "en") == [], "it is not published yet"
    with working(other) as work:
        office.publish_course(work, the_course(work, new_id))
    (found,) = queries.adaptations_of(session, course_id, "en")
    assert (found.code, found.title) == ("LLM-5", WORDS.title)


def test_sent_twice_it_is_adopted_once(session, centre, other) -> None:
    course_id = published(centre)
    first = adopted(centre, other, course_id, request_key="k" * 32)
    assert adopted(centre, other, course_id, request_key="k" * 32) == first
    assert len(session.scalars(select(CourseAdoption)).all()) == 1


def test_what_nobody_may_adapt_is_refused_with_the_reason(centre, other) -> None:
    course_id = published(centre)
    with pytest.raises(RuleBroken, match="has a course with this code"):
        adopted(centre, other, course_id)
        adopted(centre, other, course_id)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="course of this centre"):
        original = the_course(work, course_id)
        office.adopt_course(work, original.organisation, original, code="LLM-6")
    with working(centre.writer) as work, pytest.raises(NotPermitted):
        original = the_course(work, course_id)
        elsewhere = work.session.get_one(Organisation, _home(other))
        office.adopt_course(work, elsewhere, original, code="LLM-6")
    with working(centre.writer) as work:
        office.archive_course(work, the_course(work, course_id))
    with pytest.raises(RuleBroken, match="not offered any more"):
        adopted(centre, other, course_id, code="LLM-7")


def test_without_a_licence_all_rights_are_reserved(centre, other) -> None:
    course_id = published(centre)
    with working(centre.writer) as work:
        course = the_course(work, course_id)
        office.revise_course(work, course)
        closed = office.CourseFacts(**{**_facts(), "licence": ""})
        office.save_course_facts(work, the_course(work, course_id), closed, version=None)
        office.publish_course(work, the_course(work, course_id))
    with pytest.raises(RuleBroken, match="All rights in this course are reserved"):
        adopted(centre, other, course_id)


def _facts() -> dict:
    return {name: getattr(FACTS, name) for name in office.CourseFacts.__slots__}


@pytest.mark.parametrize(
    ("licence", "taken"),
    [("CC-BY-4.0", True), ("CC-BY-NC-SA-4.0", True), ("CC0-1.0", False), ("", False)],
)
def test_an_adaptation_stays_as_free_as_the_original_asks(centre, other, licence, taken) -> None:
    new_id = adopted(centre, other, published(centre))
    facts = office.CourseFacts(**{**_facts(), "licence": licence})
    with working(other) as work:
        course = the_course(work, new_id)
        if taken:
            office.save_course_facts(work, course, facts, version=None)
            return
        with pytest.raises(RuleBroken, match="CC BY 4.0, CC BY-SA 4.0, CC BY-NC 4.0"):
            office.save_course_facts(work, course, facts, version=None)


def test_a_course_is_adapted_from_one_course_only(session, centre, other) -> None:
    new_id = adopted(centre, other, published(centre))
    (kept,) = session.scalars(select(CourseAdoption))
    session.add(
        CourseAdoption(
            course_id=new_id,
            original_id=kept.original_id,
            adopted_at=make.NOW,
            adopted_by_id=other.id,
        )
    )
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_in_the_browser_from_the_original_to_the_adaptation(client, centre, other) -> None:
    course_id = published(centre)
    home = ADDRESS.format(centre.organisation.ref)
    assert "Adopt it for your centre" not in client.get(home).text, "a visitor adopts nothing"
    make.sign_in(client, other)
    assert f'href="{home}/adopt"' in client.get(home).text
    shown = client.get(f"{home}/adopt").text
    assert "CC BY 4.0, CC BY-SA 4.0" in shown
    assert 'value="LLM-101"' in shown
    sent = {"centre": str(_home(other)), "code": "llm 5"}
    refused = send(client, f"{home}/adopt", sent, status=409).text
    assert "capital Latin letters" in refused
    assert 'value="llm 5"' in refused
    empty = send(client, f"{home}/adopt", {**sent, "code": ""}, status=422).text
    assert 'id="code-error"' in empty
    done = send(client, f"{home}/adopt", {**sent, "code": "llm-5"})
    desk = client.get(done.location).text
    assert "Adapted from:" in desk
    assert "adopted version 1 of" in desk
    new_id = int(done.location.rsplit("/", 1)[1])
    with working(other) as work:
        office.publish_course(work, the_course(work, new_id))
    with working(centre.writer) as work:
        office.revise_course(work, the_course(work, course_id))
        office.publish_course(work, the_course(work, course_id))
    assert "is at version 2 now" in client.get(done.location).text
    (ours,) = db.session.scalars(select(Organisation.ref).where(Organisation.id == _home(other)))
    shown = client.get(ADDRESS.format(ours).replace("101", "5"))
    assert "Adapted from:" in shown.text
    linked = client.get(ADDRESS.format(ours).replace("101", "5") + "/course.jsonld").json
    assert linked["isBasedOn"].endswith(home)
    assert "Adapted by other centres" in client.get(home).text


def test_only_staff_of_centres_and_only_what_was_published(client, centre, other) -> None:
    published(centre)
    home = f"{ADDRESS.format(centre.organisation.ref)}/adopt"
    make.sign_in(client, make.person("NOBODY"))
    assert client.get(home).status_code in {403, 404}
    assert client.post(home, data={"code": "X"}).status_code in {403, 404}
    make.sign_in(client, other)
    assert client.get(home.replace("LLM-101", "LLM-404")).status_code == 404
    make.sign_in(client, centre.writer)
    assert "It is a course of this centre" in client.get(home).text
