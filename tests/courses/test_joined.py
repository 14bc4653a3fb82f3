"""Reports of meeting tools: read, matched, and kept."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from sqlalchemy import select

from app.courses import queries
from app.courses.incoming.joined import (
    Fault,
    Joined,
    Tool,
    Unreadable,
    names_in,
    plain_name,
    read_report,
    seconds_in,
)
from app.courses.incoming.matching import Known, Person, match, read
from app.courses.models import Attendance
from app.courses.states import EnteredFrom, Presence
from app.foundation import clock
from app.foundation.database import db
from tests import make
from tests.counting import statements
from tests.courses.dates import published_run
from tests.courses.test_attendance import enter
from tests.courses.test_enrolling import OPEN, take
from tests.courses.test_pages import hidden, page

DATA = Path(__file__).parents[1] / "data" / "joined"
AFTER = datetime(2027, 3, 2, tzinfo=UTC)
P, A, X = Presence.PRESENT, Presence.ABSENT, Presence.EXCUSED


def people_in(name: str) -> tuple[Tool, dict[str, tuple[str, int, int]]]:
    report = read_report((DATA / name).read_bytes())
    return report.tool, {one.name: (one.email, one.minutes, one.times) for one in report.people}


def test_zoom_names_who_joined_twice_twice_and_we_once() -> None:
    tool, people = people_in("zoom.csv")
    assert tool is Tool.ZOOM
    assert people["Chan Nita"] == ("chan.nita@example.org", 105, 2)
    assert people["Ly (KIM LY)"] == ("", 55, 1)
    assert people["SOK DARA"] == ("sok.dara@example.org", 60, 2), "two devices at once count once"


def test_teams_writes_utf_16_with_tabs_and_a_part_for_each_joining() -> None:
    tool, people = people_in("teams.csv")
    assert tool is Tool.TEAMS
    assert people == {
        "Chan Nita": ("chan.nita@example.org", 117, 1),
        "Kim Ly (Guest)": ("", 48, 1),
        "Ouk Vann": ("ouk.vann@example.org", 0, 1),
    }


def test_meet_has_first_and_last_names() -> None:
    tool, people = people_in("meet.csv")
    assert tool is Tool.MEET
    assert people == {
        "Nita Chan": ("chan.nita@example.org", 65, 1),
        "ดารา สุข": ("", 58, 1),
    }


def test_any_table_with_an_address_and_minutes_will_do() -> None:
    report = read_report("email;minutes\na@example.org;12\n;;\n\nb@example.org;1\n".encode())
    assert report.tool is Tool.TABLE
    assert report.people == [Joined("", "a@example.org", 12)]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"\xef\xbb\xbf \n", Fault.EMPTY),
        (b"PK\x03\x04rest", Fault.NO_TEXT),
        (b"\xff\xfe\x00\xd8a\x00", Fault.NO_TEXT),
        (b"\x80abc", Fault.NO_TEXT),
        (b"one,two\n1,2\n", Fault.NO_HEADINGS),
        (b"Name,Duration\n", Fault.NOBODY),
        (b"Name,Duration\nA,long\n", Fault.NOBODY),
        (b"Name,Minutes\n" + b"A,1\n" * 5001, Fault.TOO_MANY),
        (b"Name,Minutes\n" + b"".join(b"A%d,1\n" % n for n in range(1001)), Fault.TOO_MANY),
        (b"x" * (2 * 1024 * 1024 + 1), Fault.TOO_LARGE),
        (b"Name,Minutes\n" + b'"' + b"a" * 140_000 + b'",1\n', Fault.BROKEN),
    ],
)
def test_a_broken_file_is_refused_with_its_reason(content, fault) -> None:
    with pytest.raises(Unreadable) as refused:
        read_report(content)
    assert refused.value.fault is fault


def test_lines_that_say_nothing_are_named() -> None:
    report = read_report(b"Name,Minutes\nA,1\nB,often\n,3\nC,2\n")
    assert [one.name for one in report.people] == ["A", "C"]
    assert report.unread == [3, 4]


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("57", 3420),
        ("1h 27m 51s", 5271),
        ("48m 3s", 2883),
        ("30s", 30),
        ("58 min", 3480),
        ("1 hr 5 min", 3900),
        ("1:05:00", 3900),
        ("0:45", 2700),
        ("", None),
        ("long", None),
        ("-5", None),
        ("5.5", None),
    ],
)
def test_how_long_somebody_was_there_is_read_in_each_tool_s_words(said, seconds) -> None:
    assert seconds_in(said) == seconds


def test_names_are_compared_whatever_their_order_and_accents() -> None:
    assert plain_name("Nguyễn Văn Ân") == plain_name("an NGUYEN van")
    assert plain_name("ดารา สุข (Guest)") == plain_name("สุข ดารา")
    assert plain_name("สุข") != plain_name("สข"), "vowels of our scripts are no accents"
    assert names_in("Ly (KIM LY)") == ["ly", "kim ly"]


def test_an_address_decides_and_a_name_only_proposes() -> None:
    people = [
        Person(1, "Chan.Nita@example.org", frozenset({plain_name("CHAN NITA")})),
        Person(2, "kim@example.org", frozenset({plain_name("KIM LY")})),
        Person(3, "twin.1@example.org", frozenset({plain_name("SOK DARA")})),
        Person(4, "twin.2@example.org", frozenset({plain_name("SOK DARA")})),
    ]
    found = match(
        [
            Joined("Somebody else", "chan.nita@example.org", 1),
            Joined("Ly (KIM LY)", "", 1),
            Joined("Dara Sok", "", 1),
            Joined("Chan Nita", "private@example.org", 1),
            Joined("iPhone", "", 1),
        ],
        people,
    )
    assert [(one.person, one.may_be) for one in found] == [
        (1, None),
        (None, 2),
        (None, None),
        (None, 1),
        (None, None),
    ]


def test_present_is_who_was_there_for_the_share_and_what_people_entered_stays() -> None:
    known = {
        2: Known(A, EnteredFrom.GRID, None),
        3: Known(A, EnteredFrom.FILE, 5),
        4: Known(X, EnteredFrom.GRID, None),
        5: Known(P, EnteredFrom.CHECK_IN, None),
    }
    minutes = {1: 90, 2: 120, 3: 120, 4: 120, 5: 89}

    def outcome(*, over_hand: bool) -> list[tuple[int, Presence, bool]]:
        made = read(
            minutes,
            range(1, 8),
            known,
            share=75,
            length=120,
            proposed={7},
            others_absent=True,
            over_hand=over_hand,
        )
        assert made.absent == [6]
        assert made.waiting == [7], "a name that may be theirs is not their absence"
        return [(one.person, one.presence, one.stands_back) for one in made.said]

    assert outcome(over_hand=False) == [
        (1, P, False),
        (2, P, True),
        (3, P, False),
        (4, P, True),
        (5, A, True),
    ]
    assert not any(stands_back for *_said, stands_back in outcome(over_hand=True))


@pytest.fixture
def run_id(centre):
    with clock.set_clock(OPEN):
        made = published_run(centre)
        for name in ("SOK DARA", "KIM LY", "CHAN NITA", "OUK VANN"):
            address = f"{name.replace(' ', '.').casefold()}@example.org"
            take(made, make.person(name, email=address, sort_key=name.casefold()))
    return made


@pytest.fixture(autouse=True)
def after():
    with clock.set_clock(AFTER):
        yield


def report_of(run_id: int) -> str:
    meeting = queries.meetings_of(db.session(), run_id)[0].id
    return f"/courses/office/dates/{run_id}/attendance/{meeting}/report"


def give(client, address: str, name: str = "", *, status: int = 200, before: str = "", **values):
    kept = hidden(before or page(client, address))
    sent = {**kept, "share": "75", **values}
    if name:
        sent["file"] = (BytesIO((DATA / name).read_bytes()), name)
    answer = client.post(address, data=sent, content_type="multipart/form-data")
    assert answer.status_code == status, answer.text
    return answer.text


def known(run_id: int) -> dict[str, tuple[Presence, int | None]]:
    db.session.rollback()
    rows = {row.enrolment_id: row for row in db.session.scalars(select(Attendance))}
    people = queries.with_seats(db.session(), run_id)
    assert {row.entered_from for row in rows.values()} <= {EnteredFrom.FILE, EnteredFrom.GRID}
    return {
        one.person.full_name: (rows[one.id].presence, rows[one.id].minutes)
        for one in people
        if one.id in rows
    }


def test_a_report_is_shown_person_by_person_and_then_kept(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    address = report_of(run_id)
    shown = give(client, address, "zoom.csv", others_absent="y")
    assert known(run_id) == {}, "looking changes nothing"
    assert "This is KIM LY" in shown
    assert "Nobody with a seat: left out" in shown
    seat = next(
        o for o in queries.with_seats(db.session(), run_id) if o.person.full_name == "KIM LY"
    )
    line = shown.split(f':{seat.id}"')[0].rpartition('value="')[2]
    give(
        client,
        address,
        before=shown,
        status=302,
        others_absent="y",
        confirm=f"{line}:{seat.id}",
        keep="yes",
        share="40",
    )
    assert known(run_id) == {
        "CHAN NITA": (P, 105),
        "KIM LY": (P, 55),
        "OUK VANN": (A, None),
        "SOK DARA": (P, 60),
    }


def test_a_name_alone_is_kept_only_when_somebody_said_so(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    address = report_of(run_id)
    shown = give(client, address, "zoom.csv")
    made_up = {"confirm": "0:999999", "others_absent": "y"}
    give(client, address, before=shown, status=302, keep="yes", **made_up)
    assert known(run_id) == {
        "CHAN NITA": (P, 105),
        "OUK VANN": (A, None),
        "SOK DARA": (A, 60),
    }, "of KIM LY nothing is said"


def test_what_a_person_entered_stays_unless_it_is_said(client, centre, run_id) -> None:
    enter(centre, run_id, 0, X)
    make.sign_in(client, centre.writer)
    address = report_of(run_id)
    shown = give(client, address, "teams.csv")
    assert "as a person entered it; the file says otherwise" in shown
    give(client, address, before=shown, status=302, keep="yes")
    assert known(run_id)["CHAN NITA"] == (X, None)
    shown = give(client, address, "teams.csv", over_hand="y")
    assert "was entered as: Excused" in shown
    give(client, address, before=shown, status=302, keep="yes", over_hand="y")
    assert known(run_id)["CHAN NITA"] == (P, 117)


def test_a_grid_that_is_saved_after_the_file_keeps_its_minutes(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    shown = give(client, report_of(run_id), "teams.csv")
    give(client, report_of(run_id), before=shown, status=302, keep="yes")
    assert enter(centre, run_id, 0, P) == 0
    assert known(run_id)["CHAN NITA"] == (P, 117)


def test_files_that_are_broken_and_pages_that_are_old_are_refused(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    address = report_of(run_id)
    assert "Choose the file" in give(client, address, status=422)
    assert "Write a number from 1 to 100." in give(
        client, address, "zoom.csv", status=422, share="0"
    )
    told = give(client, address, "broken.csv", status=422)
    assert "No line of this file names its columns" in told
    shown = give(client, address, "zoom.csv")
    enter(centre, run_id, 0, P)
    told = give(client, address, before=shown, status=409, keep="yes")
    assert "changed by somebody else" in told
    assert "What the file would change" in told, "what was read is still there"


def test_another_centre_gives_no_report(client, centre, run_id) -> None:
    make.sign_in(client, centre.stranger)
    assert client.get(report_of(run_id)).status_code == 404
    assert client.post(report_of(run_id), data={"share": "1"}).status_code == 404


@pytest.mark.parametrize("people", [2, 25])
def test_the_page_asks_the_same_however_many_joined(client, centre, people) -> None:
    with clock.set_clock(OPEN):
        run_id = published_run(centre, capacity=40)
        for number in range(people):
            take(run_id, make.person(f"PERSON {number:02}"))
    make.sign_in(client, centre.writer)
    address = report_of(run_id)
    kept = hidden(page(client, address))
    table = "Name,Minutes\n" + "".join(f"Person {n:02},90\n" for n in range(people))
    with statements() as said:
        client.post(
            address,
            data={**kept, "share": "75", "file": (BytesIO(table.encode()), "x.csv")},
            content_type="multipart/form-data",
        )
    assert len(said) <= 17, said
