"""The centre's pages and what the world reads of a course."""

import json
import re

import pytest

from app.accounts.models import User
from app.courses import operations as office
from app.courses.models import Course, CourseRun
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.counting import statements
from tests.courses.centres import WORDS, begun, published, ready, the_course, working
from tests.courses.dates import published_run, the_run


@pytest.fixture(autouse=True)
def january():
    with clock.set_clock(make.NOW):
        yield


def page(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.text
    return answer.text


def hidden(html):
    """Every hidden value of the page's forms, by name; the last one wins."""
    fields = re.findall(r'<input[^>]*type="hidden"[^>]*>', html)
    named = [(re.search(r'name="([^"]+)"', f), re.search(r'value="([^"]*)"', f)) for f in fields]
    return {name[1]: value[1] if value else "" for name, value in named if name}


def send(client, address, data=None, *, to=None, status=302):
    kept = hidden(page(client, address))
    answer = client.post(to or address, data={**kept, **(data or {})})
    assert answer.status_code == status, answer.text
    return answer


def test_a_course_is_begun_written_and_published_through_its_pages(client, centre) -> None:
    make.sign_in(client, centre.writer)
    told = send(
        client,
        "/courses/office/new",
        {
            "centre": str(centre.organisation.id),
            "code": "llm-101",
            "title": "Khmer models",
            "original_locale": "en",
            "like": "",
        },
    )
    desk = told.headers["Location"]
    assert "missing before it can be published" in page(client, desk)
    send(
        client,
        f"{desk}/texts/en",
        {"title": "Khmer models", "summary": "Short.", "objectives": "- train\n- test"},
    )
    send(client, f"{desk}/texts/km", {"title": "គំរូភាសាខ្មែរ", "summary": "ខ្លី។"})
    facts = {
        "level": "6",
        "field_code": "0619",
        "hours": "7.5",
        "languages": ["en", "km"],
        "tracks": ["engineer"],
        "fee": "150",
        "fee_currency": "SGD",
        "licence": "CC-BY-4.0",
    }
    send(client, f"{desk}/facts", {**facts, "hours": "many"}, status=422)
    send(client, f"{desk}/facts", {**facts, "fee_currency": ""}, status=422)
    send(client, f"{desk}/facts", facts)
    send(client, desk, to=f"{desk}/publish")
    client.delete_cookie("session", domain="localhost")
    seen = page(client, f"/courses/{centre.organisation.ref}/LLM-101")
    for said in (
        "Khmer models",
        "7.5 hours",
        "150 Singapore dollars",
        "ISCED-F 0619",
        "<li>train</li>",
        "CC BY 4.0",
    ):
        assert said in seen
    assert "គំរូភាសាខ្មែរ" in page(client, f"/courses/{centre.organisation.ref}/LLM-101?lang=km")


def test_readers_of_another_language_read_the_original_and_are_told(client, centre) -> None:
    published(centre)
    seen = page(client, f"/courses/{centre.organisation.ref}/LLM-101?lang=ja")
    assert '<h1 lang="en">Language models</h1>' in seen
    assert "英語" in seen


def test_a_course_that_is_not_published_has_no_page(client, centre) -> None:
    ready(centre)
    page(client, f"/courses/{centre.organisation.ref}/LLM-101", 404)
    page(client, f"/courses/{centre.organisation.ref}/NONE-1", 404)


def test_its_centre_alone_sees_the_preview(client, centre) -> None:
    course_id = ready(centre)
    make.sign_in(client, centre.writer)
    assert "A preview" in page(client, f"/courses/office/{course_id}/preview")
    make.sign_in(client, centre.stranger)
    page(client, f"/courses/office/{course_id}/preview", 404)
    page(client, f"/courses/office/{course_id}", 404)


def test_the_second_person_sends_it_back_on_the_page(client, centre) -> None:
    course_id = ready(centre)
    with working(centre.writer) as work:
        office.send_course(work, the_course(work, course_id))
    desk = f"/courses/office/{course_id}"
    make.sign_in(client, centre.writer)
    assert "Ask for changes" not in page(client, desk)
    make.sign_in(client, centre.reader)
    assert "Read a course before it is published" in page(client, "/dashboard/centre")
    send(client, desk, {"reason": ""}, to=f"{desk}/send-back", status=422)
    send(client, desk, {"reason": "Name the hours."}, to=f"{desk}/send-back")
    make.sign_in(client, centre.writer)
    assert "Name the hours." in page(client, desk)


def test_what_somebody_else_saved_meanwhile_is_shown_beside(client, centre) -> None:
    course_id = ready(centre)
    make.sign_in(client, centre.writer)
    address = f"/courses/office/{course_id}/texts/en"
    kept = hidden(page(client, address))
    better = office.CourseWords(title="Theirs", summary="s", objectives="o")
    with working(centre.reader) as work:
        course = the_course(work, course_id)
        office.save_course_text(work, course, better, locale="en", version=None)
    answer = client.post(address, data={**kept, "title": "Mine"})
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert "Mine" in answer.text


def test_the_list_costs_the_same_with_one_and_with_many(client, centre) -> None:
    begun(centre, code="A-0")
    make.sign_in(client, centre.writer)
    page(client, "/courses/office")
    with statements() as few:
        page(client, "/courses/office")
    for number in range(12):
        begun(centre, code=f"A-{number + 1}")
    with statements() as many:
        assert "A-12" in page(client, "/courses/office")
    assert len(many) == len(few) <= 8


def test_the_page_of_a_centre_says_what_it_teaches(client, centre) -> None:
    published(centre)
    address = f"/organisations/{centre.organisation.ref}"
    assert WORDS.title in page(client, address)
    course_id = db.session.query(Course.id).scalar()
    with working(centre.writer) as work:
        office.archive_course(work, the_course(work, course_id))
    assert WORDS.title not in page(client, address)
    seen = page(client, f"/courses/{centre.organisation.ref}/LLM-101")
    assert "not offered any more" in seen


def wall(name, day, month, year, hour, minute):
    parts = {"day": day, "month": month, "year": year, "hour": hour, "minute": minute}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


def test_dates_are_planned_and_published_through_their_pages(client, centre) -> None:
    course_id = published(centre)
    make.sign_in(client, centre.writer)
    terms = {
        "mode": "online",
        "zone": "Asia/Tokyo",
        "capacity": "20",
        "enrolment_mode": "open",
        "join_url": "https://meet.example.org/secret-room",
        "hours_to_answer": "48",
        **wall("closes", 15, 2, 2027, 18, 0),
    }
    new = f"/courses/office/{course_id}/dates/new"
    send(client, new, {**terms, "capacity": "0"}, status=422)
    desk = send(client, new, terms).headers["Location"]
    evening = {**wall("starts", 1, 3, 2027, 18, 0), "minutes": "120", "zone": "Asia/Tokyo"}
    send(client, desk, {**evening, "times": "3", "days_apart": "7", "title": ""})
    send(client, desk, {"email": "nobody@example.org"}, to=desk[:-8] + "instructors", status=422)
    send(client, desk, {"email": centre.reader.email}, to=desk[:-8] + "instructors")
    home = desk.removesuffix("/meetings")
    send(client, f"{home}/seats", {"seats": "3", "country": "JP"})
    send(client, f"{home}/seats", {"seats": "30", "country": "", "organisation": "x"}, status=422)
    send(client, home, to=f"{home}/publish")
    run = db.session.query(CourseRun).one()
    client.delete_cookie("session", domain="localhost")
    client.set_cookie("zone", "Asia/Phnom_Penh", domain="localhost")
    seen = page(client, f"/courses/{run.ref}")
    for said in ("1 Mar 2027, 18:00–20:00", "16:00–18:00", "READER", "20", "Japan"):
        assert said in seen
    assert "secret-room" not in seen
    assert run.ref in page(client, f"/courses/{centre.organisation.ref}/LLM-101")
    assert "Starts on 1 March 2027" in page(client, "/courses")


def test_the_timetable_for_calendars_reads_back(client, centre) -> None:
    run_id = published_run(centre)
    with working(centre.writer) as work:
        meeting = the_run(work, run_id).meetings[0]
        office.cancel_meeting(work, meeting, reason="A storm, and more.")
    ref = db.session.get_one(CourseRun, run_id).ref
    file = page(client, f"/courses/{ref}/timetable.ics")
    assert file.count("BEGIN:VEVENT") == 3
    first = file.split("BEGIN:VEVENT")[1]
    for line in ("SEQUENCE:1", "STATUS:CANCELLED", "DTSTART:20270301T090000Z"):
        assert f"{line}\r\n" in first
    assert "secret-room" not in file


def test_a_clash_is_shown_and_passed_with_a_reason(client, centre) -> None:
    first, second = published_run(centre), published_run(centre)
    with working(centre.writer) as work:
        person = work.session.get_one(User, centre.reader.id)
        office.name_instructor(work, the_run(work, first), person)
    make.sign_in(client, centre.writer)
    desk = f"/courses/office/dates/{second}"
    named = {"email": centre.reader.email, "override": ""}
    told = send(client, f"{desk}/meetings", named, to=f"{desk}/instructors", status=409)
    assert "at the same time" in told.text
    named["override"] = "An assistant stands in."
    send(client, f"{desk}/meetings", named, to=f"{desk}/instructors")
    assert "An assistant stands in." in page(client, desk)


def test_a_page_of_dates_costs_the_same_with_few_and_with_many_meetings(client, centre) -> None:
    few_id, many_id = published_run(centre, times=1), published_run(centre, times=30)
    few_ref, many_ref = (db.session.get_one(CourseRun, i).ref for i in (few_id, many_id))
    page(client, f"/courses/{few_ref}?lang=en")
    with statements() as few:
        page(client, f"/courses/{few_ref}?x=1")
    with statements() as many:
        page(client, f"/courses/{many_ref}?x=1")
    assert len(many) == len(few) <= 9


def linked(client, centre):
    """What the file for machines says, which the page names."""
    address = f"/courses/{centre.organisation.ref}/LLM-101"
    told = client.get(f"{address}/course.jsonld")
    assert (told.status_code, told.mimetype) == (200, "application/ld+json")
    assert f'type="application/ld+json" href="{address}/course.jsonld"' in page(client, address)
    return json.loads(told.text)


def test_a_course_says_to_machines_what_it_says_to_people(client, centre) -> None:
    run_id = published_run(centre)
    said = linked(client, centre)
    assert (said["@type"], said["name"], said["courseCode"]) == (
        "Course",
        "Language models",
        "LLM-101",
    )
    assert said["provider"]["name"] == "AI Centre"
    assert said["teaches"] == ["train a model", "evaluate it"]
    assert said["about"]["termCode"] == "0619"
    assert said["offers"]["category"] == "Free"
    (instance,) = said["hasCourseInstance"]
    ref = db.session.get_one(CourseRun, run_id).ref
    assert instance["@id"].endswith(f"/courses/{ref}")
    assert instance["startDate"] == "2027-03-01T18:00:00+09:00"
    assert instance["endDate"] == "2027-03-15T20:00:00+09:00"
    assert (instance["courseMode"], instance["courseWorkload"]) == (["Online"], "PT7H30M")
    assert "secret-room" not in json.dumps(said)


def test_a_course_that_is_not_published_says_nothing_to_machines(client, centre) -> None:
    course_id = ready(centre)
    assert (
        client.get(f"/courses/{centre.organisation.ref}/LLM-101/course.jsonld").status_code == 404
    )
    make.sign_in(client, centre.writer)
    assert "ld+json" not in page(client, f"/courses/office/{course_id}/preview")
