"""Two centres write courses: published, in review, begun, archived."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.courses import queries
from app.courses.models import Course
from app.courses.operations import (
    CourseFacts,
    CourseWords,
    archive_course,
    begin_course,
    keep_practice,
    publish_course,
    revise_course,
    save_course_facts,
    save_course_text,
    send_course,
)
from app.foundation.work import Work
from app.organisations.models import Organisation
from seeds.demo.stage import Company

DATA = Path(__file__).parents[1] / "data" / "courses.json"
READ_FIRST = "aic-01"


def write_courses(company: Company, organisations: dict[str, int], now: datetime) -> dict[str, int]:
    """Every course of `data/courses.json`; gives their ids by the names that the data has."""
    with company.acts("centre-sg", now - timedelta(days=200)) as work:
        centre = work.session.get_one(Organisation, organisations[READ_FIRST])
        keep_practice(work, centre, second_person=True, version=None)
    said = json.loads(DATA.read_text(encoding="utf-8"))
    return {one["id"]: _write(company, organisations, one, now) for one in said}


def _write(
    company: Company, organisations: dict[str, int], one: dict[str, Any], now: datetime
) -> int:
    days = one.get("published", one.get("sent", 1))
    ready = now - timedelta(days=days)
    original = one["original"]
    with company.acts(one["writer"], ready - timedelta(days=10)) as work:
        centre = work.session.get_one(Organisation, organisations[one["centre"]])
        title = one["texts"][original]["title"]
        course = begin_course(work, centre, code=one["code"], title=title, original_locale=original)
        for locale, words in one["texts"].items():
            save_course_text(work, course, CourseWords(**words), locale=locale, version=None)
        if one["facts"]:
            save_course_facts(work, course, _facts(one["facts"]), version=None)
        made = course.id
    if "reader" in one or "sent" in one:
        with company.acts(one["writer"], ready) as work:
            send_course(work, found(work, made))
    if "published" in one:
        reader = one.get("reader", one["writer"])
        with company.acts(reader, ready + timedelta(hours=20)) as work:
            publish_course(work, found(work, made))
    if "archived" in one:
        with company.acts(one["writer"], now - timedelta(days=one["archived"])) as work:
            archive_course(work, found(work, made))
    if one.get("next"):
        with company.acts(one["writer"], now - timedelta(days=1)) as work:
            revise_course(work, found(work, made))
    return made


def _facts(said: dict[str, Any]) -> CourseFacts:
    given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in said.items()}
    return CourseFacts(**given)


def found(work: Work, course_id: int) -> Course:
    """The course, for the one who acts."""
    return work.find(queries.course_to_open(work.actor, course_id))
