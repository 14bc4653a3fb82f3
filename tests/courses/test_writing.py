"""Courses are written, read by a second person, published, and what was published stands."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.courses import operations as office
from app.courses.models import Course, CourseText, CourseVersion
from app.courses.queries import courses_visible_to
from app.courses.states import CourseState, VersionState
from app.foundation.database import db, sentence_for
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.notifications.models import OutboxMessage, Task
from app.organisations.models import Organisation
from tests import make
from tests.courses.centres import (
    FACTS,
    WORDS,
    begun,
    published,
    ready,
    the_course,
    working,
)


def versions(course_id: int) -> list[CourseVersion]:
    query = select(CourseVersion).where(CourseVersion.course_id == course_id)
    return list(db.session.scalars(query.order_by(CourseVersion.number)))


def wants_second(centre) -> None:
    with working(centre.writer) as work:
        body = work.session.get_one(Organisation, centre.organisation.id)
        office.keep_practice(work, body, second_person=True, version=None)


def letters() -> list[tuple[str, str]]:
    query = select(OutboxMessage).order_by(OutboxMessage.id)
    return [(one.kind, one.address) for one in db.session.scalars(query)]


def test_a_course_needs_its_facts_and_texts_before_it_is_published(centre) -> None:
    course_id = begun(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="one or two sentences"):
        office.publish_course(work, the_course(work, course_id))
    with working(centre.writer) as work:
        office.save_course_text(work, the_course(work, course_id), WORDS, locale="en", version=None)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="level"):
        office.publish_course(work, the_course(work, course_id))


def test_where_the_centre_wants_no_second_person_its_writer_publishes(centre) -> None:
    course_id = published(centre)
    course = db.session.get_one(Course, course_id)
    assert (course.state, course.published_number) == (CourseState.PUBLISHED, 1)


def test_the_writer_is_never_the_second_person(centre) -> None:
    wants_second(centre)
    course_id = ready(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="second person"):
        office.publish_course(work, the_course(work, course_id))
    with working(centre.writer) as work:
        office.send_course(work, the_course(work, course_id))
    with working(centre.writer) as work, pytest.raises(NotPermitted):
        office.publish_course(work, the_course(work, course_id))
    with working(centre.writer) as work, pytest.raises(NotPermitted):
        office.send_course_back(work, the_course(work, course_id), reason="no")
    assert letters() == [("courses/to_check", centre.reader.email)]
    (task,) = db.session.scalars(select(Task).where(Task.done_at.is_(None)))
    assert (task.kind, task.holder_id) == ("course to check", centre.reader.id)

    with working(centre.reader) as work:
        office.publish_course(work, the_course(work, course_id))
    (version,) = versions(course_id)
    assert (version.state, version.checked_by_id) == (VersionState.PUBLISHED, centre.reader.id)
    assert letters()[-1] == ("courses/published", centre.writer.email)
    assert db.session.scalar(select(Task).where(Task.done_at.is_(None))) is None


def test_whoever_wrote_a_line_of_it_cannot_read_it_for_the_centre(centre) -> None:
    course_id = ready(centre)
    with working(centre.reader) as work:
        course = the_course(work, course_id)
        office.save_course_text(work, course, WORDS, locale="ja", version=0)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="nobody is left"):
        office.send_course(work, the_course(work, course_id))


def test_what_has_to_change_goes_back_to_the_writer_with_the_reason(centre) -> None:
    course_id = ready(centre)
    with working(centre.writer) as work:
        office.send_course(work, the_course(work, course_id))
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="Take it back"):
        office.save_course_facts(work, the_course(work, course_id), FACTS, version=None)
    with working(centre.reader) as work, pytest.raises(RuleBroken, match="has to change"):
        office.send_course_back(work, the_course(work, course_id), reason=" ")
    with working(centre.reader) as work:
        office.send_course_back(work, the_course(work, course_id), reason="Name the hours.")
    (version,) = versions(course_id)
    assert (version.state, version.sent_back_because) == (VersionState.DRAFT, "Name the hours.")
    assert letters()[-1] == ("courses/sent_back", centre.writer.email)


def test_readers_keep_the_present_version_while_the_next_is_written(centre) -> None:
    course_id = published(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="next version"):
        office.save_course_text(work, the_course(work, course_id), WORDS, locale="en", version=None)
    with working(centre.writer) as work:
        office.revise_course(work, the_course(work, course_id))
    with working(centre.writer) as work, pytest.raises(RuleBroken, match="already"):
        office.revise_course(work, the_course(work, course_id))
    better = office.CourseWords(title="Better models", summary="s", objectives="o")
    with working(centre.writer) as work:
        course = the_course(work, course_id)
        office.save_course_text(work, course, better, locale="en", version=None)
    assert db.session.get_one(Course, course_id).published_number == 1
    old, new = versions(course_id)
    said = {t.version_id: t.title for t in db.session.scalars(select(CourseText))}
    assert (said[old.id], said[new.id]) == ("Language models", "Better models")
    with working(centre.writer) as work:
        office.publish_course(work, the_course(work, course_id))
    assert db.session.get_one(Course, course_id).published_number == 2


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE course_version SET minutes = 1",
        "UPDATE course_version SET state = 'draft'",
        "DELETE FROM course_version",
        "UPDATE course_text SET title = 'x'",
        "DELETE FROM course_text",
        "INSERT INTO course_text (version_id, locale, is_original, title, summary, objectives,"
        " prerequisites, version) SELECT id, 'km', false, 'x', '', '', '', 1 FROM course_version",
    ],
)
def test_the_database_alone_keeps_what_was_published(centre, change) -> None:
    published(centre)
    with pytest.raises(DBAPIError) as refused:
        db.session.execute(text(change))
    db.session.rollback()
    assert "Begin the next version" in (sentence_for(refused.value) or "")


def test_another_centre_neither_sees_nor_changes_a_course(centre) -> None:
    course_id = ready(centre)
    stranger = make.actor(centre.stranger)
    assert db.session.scalars(courses_visible_to(stranger)).all() == []
    with working(stranger) as work, pytest.raises(NotFound):
        the_course(work, course_id)
    for do in (
        lambda work, course: office.save_course_facts(work, course, FACTS, version=None),
        lambda work, course: office.save_course_text(
            work, course, WORDS, locale="en", version=None
        ),
        lambda work, course: office.publish_course(work, course),
        lambda work, course: office.send_course(work, course),
        lambda work, course: office.archive_course(work, course),
    ):
        with working(stranger) as work, pytest.raises(NotPermitted):
            do(work, work.session.get_one(Course, course_id))
    with working(centre.secretariat) as work, pytest.raises(NotPermitted):
        office.publish_course(work, the_course(work, course_id))


def test_a_course_like_another_has_its_texts_and_facts(centre) -> None:
    course_id = published(centre)
    with working(centre.writer) as work:
        like = the_course(work, course_id)
        body = work.session.get_one(Organisation, centre.organisation.id)
        clone = office.begin_course(work, body, code="LLM-102", title="Anew", like=like)
        clone_id = clone.id
    (version,) = versions(clone_id)
    assert (version.state, version.minutes, version.fee_amount) == (VersionState.DRAFT, 450, 0)
    copied = db.session.scalars(select(CourseText).where(CourseText.version_id == version.id)).one()
    assert (copied.title, copied.objectives) == ("Anew", WORDS.objectives)


@pytest.mark.parametrize("code", ["llm", "LLM 101", "", "-A", "LLM--1", "A" * 31])
def test_an_odd_code_is_refused(centre, code) -> None:
    with pytest.raises(RuleBroken, match="capital"):
        begun(centre, code=code)


def test_a_code_is_there_once_in_a_centre(centre) -> None:
    begun(centre)
    with pytest.raises(RuleBroken, match="already"):
        begun(centre)


def test_the_same_form_sent_twice_begins_one_course(centre) -> None:
    assert begun(centre, request_key="k") == begun(centre, request_key="k")


def test_a_text_that_was_changed_meanwhile_is_not_overwritten(centre) -> None:
    course_id = ready(centre)
    with working(centre.reader) as work, pytest.raises(ChangedMeanwhile):
        office.save_course_text(work, the_course(work, course_id), WORDS, locale="en", version=1)


def test_an_archived_course_is_shown_again(centre) -> None:
    course_id = published(centre)
    with working(centre.writer) as work:
        office.archive_course(work, the_course(work, course_id))
    with working(centre.writer) as work, pytest.raises(RuleBroken):
        office.revise_course(work, the_course(work, course_id))
    with working(centre.writer) as work:
        office.restore_course(work, the_course(work, course_id))
    assert db.session.get_one(Course, course_id).state is CourseState.PUBLISHED


@pytest.mark.parametrize(
    "facts",
    [
        office.CourseFacts(level=9),
        office.CourseFacts(field_code="0000x"),
        office.CourseFacts(minutes=0),
        office.CourseFacts(fee_amount=100),
        office.CourseFacts(tracks=("poet",)),
        office.CourseFacts(licence="mine"),
    ],
)
def test_odd_facts_are_refused(centre, facts) -> None:
    course_id = begun(centre)
    with working(centre.writer) as work, pytest.raises(RuleBroken):
        office.save_course_facts(work, the_course(work, course_id), facts, version=None)


def test_only_active_centres_begin_courses(centre) -> None:
    db.session.get_one(Organisation, centre.organisation.id).is_centre = False
    db.session.commit()
    with pytest.raises(RuleBroken, match="AI centres"):
        begun(centre)
