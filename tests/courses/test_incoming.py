"""Files of others: what is read of them, and with which reason they are refused."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.courses.incoming import FileRefused, Why, read_file
from app.courses.incoming.rows import MOST_ROWS
from app.foundation.tables import Fault

FILES = Path(__file__).parent / "incoming"
TODAY = date(2027, 1, 10)
HEAD = "id,title,url,language,start,end\n"


def read(content: bytes | str, name: str = "courses.csv"):
    return read_file(content.encode() if isinstance(content, str) else content, name, today=TODAY)


def refused(content: bytes | str, name: str = "courses.csv") -> Why:
    with pytest.raises(FileRefused) as fault:
        read(content, name)
    assert str(fault.value)
    return fault.value.why


def why(incoming) -> dict[int, Why]:
    return {one.row: one.why for one in incoming.refused}


@pytest.mark.parametrize(
    ("name", "rows", "not_used"),
    [
        ("tess_events.csv", 3, 0),
        ("tess_materials.csv", 3, 0),
        ("jsonld/gtn_galaxy-intro-101_0.jsonld", 1, 0),
        ("jsonld/tess_nbis-course-instances.json", 29, 0),
        ("ics/icalendar_issue_237_fail_to_parse_timezone_with_non_ascii_tzid.ics", 0, 1),
        ("ics/icalendar_issue_526_calendar_with_events.ics", 2, 0),
        ("ics/icalendar_multiple_timezones.ics", 0, 3),
        ("ics/icalendar_rfc_9253_examples.ics", 0, 2),
        ("ics/icalendar_timezoned.ics", 1, 0),
        ("ics/tess_events.ics", 2, 0),
        ("ics/tess_grayscott-event.ics", 1, 0),
        ("ics/tess_nvidia-cuquantum-session.ics", 0, 1),
        ("ics/tess_pacer-seminar-radio-astronomy.ics", 1, 0),
    ],
)
def test_files_of_others_are_read(name, rows, not_used) -> None:
    incoming = read((FILES / name).read_bytes(), name)
    assert (len(incoming.rows), len(incoming.refused)) == (rows, not_used)
    assert all(row.title and row.key for row in incoming.rows)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ics/icalendar_bom_calendar.ics", Why.NO_EVENTS),
        ("ics/icalendar_calendar_with_unicode.ics", Why.NO_EVENTS),
        ("ics/icalendar_parsing_error_in_UTC_offset.ics", Why.NOT_A_CALENDAR),
    ],
)
def test_files_of_others_are_refused_with_a_reason(name, reason) -> None:
    assert refused((FILES / name).read_bytes(), name) is reason


def test_markup_becomes_lines_of_text() -> None:
    incoming = read((FILES / "tess_events.csv").read_bytes())
    about = incoming.rows[1].values["summary"]
    assert about.startswith("Awesome Training\nThis event already exists.")
    assert "\n- a thing\n- another thing" in about.replace("\n\n", "\n")
    assert "<" not in about
    assert incoming.unknown[0] == "Timezone"
    assert incoming.rows[0].values["starts_on"] == "2022-01-12"


def test_days_in_years_of_the_buddhist_era_are_read_as_what_they_are() -> None:
    days = ("2570-03-01", "2570-03-02"), ("2571-02-29", "2571/03/01"), ("2570-12", "2027-12-31")
    lines = [f"{n},AI {n},https://example.org/{n},th,{a},{b}\n" for n, (a, b) in enumerate(days)]
    assert [
        (row.values["starts_on"], row.values["ends_on"]) for row in read(HEAD + "".join(lines)).rows
    ] == [
        ("2027-03-01", "2027-03-02"),
        ("2028-02-29", "2028-03-01"),
        ("2027-12-01", "2027-12-31"),
    ]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_each_coding_of_unicode(coding) -> None:
    text = HEAD + "a,ភាសាខ្មែរ,https://example.org/a,km,,\n"
    incoming = read(text.encode(coding))
    assert [(row.title, row.values["languages"]) for row in incoming.rows] == [("ភាសាខ្មែរ", ["km"])]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_columns_may_be_parted_by_any_usual_mark(mark) -> None:
    incoming = read(HEAD.replace(",", mark) + mark.join(["a", "T", "example.org/x", "", "", ""]))
    assert incoming.rows[0].values["taken_at"] == "https://example.org/x"
    assert incoming.rows[0].values["given_by"] == "example.org"


def test_a_bad_row_never_stops_the_good_ones() -> None:
    incoming = read(
        HEAD
        + "a,First,https://example.org/a,en,2027-02-01,2027-02-03\n"
        + "b,,https://example.org/b,en,,\n"
        + "c,Third,javascript:alert(1),en,,\n"
        + "d,Fourth,https://example.org/d,en,next week,\n"
        + "e,Fifth,https://example.org/e,en,2027-03-01,2027-02-01\n"
        + "a,Sixth,https://example.org/f,en,,\n"
        + "g,Seventh,https://example.org/g,en,,,more\n"
        + "\n"
        + "h,Eighth,https://example.org/h,English; 日本語; Klingonese,20270201T110000,\n"
    )
    assert [row.title for row in incoming.rows] == ["First", "Eighth"]
    assert why(incoming) == {
        3: Why.NO_TITLE,
        4: Why.BAD_LINK,
        5: Why.BAD_DATE,
        6: Why.ENDS_FIRST,
        7: Why.TWICE,
        8: Why.TOO_MANY_CELLS,
    }
    assert incoming.rows[1].values["languages"] == ["en", "ja"]
    assert incoming.rows[1].values["starts_on"] == "2027-02-01"
    assert all(str(one) for one in incoming.refused)


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.csv", Fault.EMPTY),
        (b"\xff\xfe", "a.csv", Fault.EMPTY),
        (b"title\nna\xefve", "a.csv", Fault.UNREADABLE_TEXT),
        (b"title\na\0b", "a.csv", Fault.UNREADABLE_TEXT),
        (b"name of it,link\nA,b", "a.csv", Why.NO_TITLES),
        (b"title,url\n", "a.csv", Why.NO_ROWS),
        (b'title,url\n"A,b\n', "a.csv", Fault.BROKEN_TABLE),
        (b"x" * (5 * 1024 * 1024 + 1), "a.csv", Fault.TOO_LARGE),
        (b"title\n" + b"A\n" * (MOST_ROWS + 1), "a.csv", Fault.TOO_MANY_ROWS),
        (b"{", "a.jsonld", Why.NOT_JSON),
        (b"[" * 100_000, "a.json", Why.NOT_JSON),
        (b'{"@type": "Person", "name": "A"}', "a.json", Why.NO_COURSES),
        (b"<html><body>no data</body></html>", "a.html", Why.NO_COURSES),
        (b"title\nA", "a.ics", Why.NOT_A_CALENDAR),
        (b"PK\x03\x04 not really", "a.xlsx", Fault.BROKEN_WORKBOOK),
        (b"title", "a.xlsx", Fault.BROKEN_WORKBOOK),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xls", Fault.OLD_WORKBOOK),
    ],
)
def test_a_broken_file_is_refused_as_a_whole(content, name, reason) -> None:
    if content == b"title\n" + b"A\n" * (MOST_ROWS + 1):
        content = b"title\n" + b"".join(b"A%d\n" % n for n in range(MOST_ROWS + 1))
    assert refused(content, name) is reason


def workbook(*rows) -> bytes:
    book, kept = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(kept)
    return kept.getvalue()


def test_a_workbook_is_read_like_a_table() -> None:
    content = workbook(
        ["Title", "URL", "Start date", "Hours", "Level", "Fee", "Licence"],
        ["A", "https://example.org/a", date(2027, 2, 1), 7.5, 6, "USD 50", "CC BY 4.0"],
        ["B", "https://example.org/b", None, None, "Beginner", "free", None],
    )
    first, second = (row.values for row in read(content, "a.xlsx").rows)
    assert (first["starts_on"], first["minutes"], first["level"]) == ("2027-02-01", 450, 6)
    assert (first["fee_amount"], first["fee_currency"]) == (5000, "USD")
    assert first["licence"] == "CC-BY-4.0"
    assert (second["difficulty"], second["fee_amount"]) == ("beginner", 0)


def test_a_workbook_that_swells_is_never_unpacked() -> None:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"<x/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (61 * 1024 * 1024))
    assert refused(kept.getvalue(), "bomb.xlsx") is Fault.SWELLS


def test_instances_are_found_nested_and_by_name() -> None:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "Course",
                "@id": "https://example.org/c",
                "name": "Khmer models",
                "provider": {"@id": "#us"},
                "inLanguage": "km",
                "hasCourseInstance": [
                    {"@id": "#past"},
                    {"@type": "CourseInstance", "startDate": "2027-03-01", "endDate": "2027-03-05"},
                ],
                "offers": {"@type": "Offer", "category": "Free"},
                "educationalLevel": "Advanced",
            },
            {"@type": "CourseInstance", "@id": "#past", "startDate": "2026-03-01T09:00:00+07:00"},
            {"@type": "Organization", "@id": "#us", "name": "Our centre"},
        ],
    }
    (row,) = read(json.dumps(graph), "a.jsonld").rows
    said = row.values
    assert (row.title, said["given_by"], said["taken_at"]) == (
        "Khmer models",
        "Our centre",
        "https://example.org/c",
    )
    assert (said["starts_on"], said["ends_on"]) == ("2027-03-01", "2027-03-05")
    assert (said["fee_amount"], said["difficulty"], said["locale"]) == (0, "advanced", "km")


def test_nodes_that_name_each_other_for_ever_end() -> None:
    said = [
        {"@type": "Course", "@id": "#a", "name": {"@id": "#a"}, "provider": {"@id": "#b"}},
        {"@type": "Organization", "@id": "#b", "name": {"@id": "#b"}},
    ]
    incoming = read(json.dumps(said), "a.jsonld")
    assert why(incoming) == {1: Why.NO_TITLE}


def calendar(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *lines, "END:VCALENDAR", ""])


def event(uid: str, *lines: str) -> list[str]:
    return ["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"]


def test_series_whole_days_and_cancelled_events_are_told_apart() -> None:
    incoming = read(
        calendar(
            *event(
                "series",
                "SUMMARY:Four evenings\\, onl",
                " ine",
                "DTSTART;TZID=Asia/Tokyo:20270201T180000",
                "DTEND;TZID=Asia/Tokyo:20270201T200000",
                "RRULE:FREQ=WEEKLY;COUNT=4",
                "URL:https://example.org/four",
            ),
            *event(
                "series",
                "SUMMARY:Four evenings moved",
                "RECURRENCE-ID;TZID=Asia/Tokyo:20270208T180000",
                "DTSTART;TZID=Asia/Tokyo:20270210T180000",
            ),
            *event(
                "days", "SUMMARY:School", "DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270304"
            ),
            *event("off", "SUMMARY:Off", "DTSTART:20270301T090000Z", "STATUS:CANCELLED"),
            *event("often", "SUMMARY:Often", "DTSTART:20270301T090000Z", "RRULE:FREQ=SECONDLY"),
            *event("floating", "SUMMARY:Floating", "DTSTART:20270401T090000"),
        ),
        "a.ics",
    )
    said = {row.key: row.values for row in incoming.rows}
    assert said["id:series"]["title"] == "Four evenings, online"
    assert (said["id:series"]["starts_on"], said["id:series"]["ends_on"]) == (
        "2027-02-01",
        "2027-02-22",
    )
    assert said["id:series"]["length"] == "4 ×"
    assert (said["id:days"]["starts_on"], said["id:days"]["ends_on"]) == (
        "2027-03-01",
        "2027-03-03",
    )
    assert said["id:floating"]["starts_on"] == "2027-04-01"
    assert set(why(incoming).values()) == {Why.CANCELLED, Why.TOO_OFTEN}
