"""Lists of nominations: looked into row by row, sent as they were seen, the same list only once."""

import io
import re
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.exchanges.operations import close_nominations, withdraw_posting
from app.exchanges.queries import own_university
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.dry_runs import Fate, seal
from app.foundation.errors import ChangedMeanwhile, NotFound, NotPermitted, RuleBroken
from app.foundation.tables import Fault, FileRefused
from app.foundation.work import unit_of_work
from app.mobility import operations as verbs
from app.mobility import queries
from app.mobility.comparing import as_told
from app.mobility.incoming import MOST_ROWS, Why, read_list
from app.mobility.models import ExchangeNomination, NominationList
from app.mobility.operations.bringing import KEPT, rows_of
from app.mobility.standing import Why as NotSent
from app.mobility.states import LIVING, NominationState
from app.organisations.models import Organisation
from tests import make
from tests.counting import statements
from tests.exchanges.posting import begun, offered, opening, posting
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.exchanges.test_postings import pressed as on_posting
from tests.mobility.choosing import (
    answering,
    nominated,
    nomination,
    opened,
    pressed,
    ranked,
    sent,
    student_of,
)
from tests.racing import all_at_once, rounds

HERE = "/mobility/office/lists"


@pytest.fixture
def place(jp, th) -> int:
    """Two places in Japan for students of a Thai university."""
    return opened(jp, th)


def address_of(student) -> str:
    return db.session.get_one(User, student.user_id).email


def table(*rows, headings="student,place,note,level,field") -> str:
    return "\n".join([headings, *(",".join(map(str, row)) for row in rows)]) + "\n"


def looked(home, content: str | bytes, name: str = "list.csv") -> int:
    content = content.encode() if isinstance(content, str) else content
    with unit_of_work(home.actor, now=make.NOW) as work:
        university = work.find(own_university(work.actor, home.id))
        return verbs.look_into_list(work, university, content=content, file_name=name).id


def judged(home, list_id: int):
    db.session.rollback()
    db.session.expire_all()
    found = db.session.scalars(queries.list_to_open(home.actor, list_id)).one()
    rows = queries.judged(db.session(), found.home_id, rows_of(found).rows, make.NOW)
    return [one for one, _row in rows]


def seal_of(home, list_id: int) -> str:
    return seal(as_told(judged(home, list_id)))


def bringing(home, list_id: int, seen: str | None = None):
    seen = seal_of(home, list_id) if seen is None else seen
    with unit_of_work(home.actor, now=make.NOW) as work:
        found = work.find(queries.list_to_open(work.actor, list_id))
        return verbs.nominate_as_seen(work, found, seen=seen)


def living(place: int) -> int:
    query = select(func.count(ExchangeNomination.id)).where(
        ExchangeNomination.posting_id == place, ExchangeNomination.state.in_(LIVING)
    )
    return db.session.scalar(query) or 0


def told(rows) -> list[tuple[str, str]]:
    return [(one.fate.value, one.why) for one in rows]


def test_looking_nominates_nobody_and_bringing_does_what_was_seen(session, th, jp, place) -> None:
    student = student_of(th, "SOMCHAI JAIDEE")
    choices = sent(student, place)
    ref = posting(place).ref
    number = looked(th, table((address_of(student).upper(), ref.lower(), "Our best.")))
    assert told(judged(th, number)) == [("new", "")]
    assert living(place) == 0
    bringing(th, number)
    made = session.scalars(select(ExchangeNomination)).one()
    assert (made.choices_id, made.state, made.rank) == (choices, NominationState.SENT, 1)
    with unit_of_work(jp.actor) as work:
        letter = work.find(queries.nomination_with_all(jp.actor, made.id)).letters[-1]
        assert (letter.note, letter.sent_by_id) == ("Our best.", th.actor.user_id)
    verbs_told = session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)).all()
    for verb in ("nominations.looked into", "nomination.sent", "nominations.brought in"):
        assert verb in verbs_told
    with pytest.raises(RuleBroken, match="brought in already"):
        bringing(th, number, seen="")


def test_the_same_list_again_changes_nothing(th, place) -> None:
    rows = table((address_of(student := student_of(th)), posting(place).ref, "A note."))
    sent(student, place)
    bringing(th, looked(th, rows))
    again = looked(th, rows)
    assert told(judged(th, again)) == [("unchanged", "")]
    bringing(th, again)
    assert living(place) == 1


def test_rows_take_places_one_after_the_other(th, jp, place) -> None:
    """Two places: the third row finds none, and the first row that is wrong takes none."""
    students = [student_of(th) for _ in range(4)]
    for one in students:
        sent(one, place)
    ref = posting(place).ref
    rows = [(address_of(students[0]), ref, "", 7)]
    rows += [(address_of(one), ref) for one in students[1:]]
    number = looked(th, table(*rows))
    expected = [
        ("refused", Why.OTHER_STUDIES),
        ("new", ""),
        ("new", ""),
        ("refused", NotSent.FULL),
    ]
    assert told(judged(th, number)) == expected
    assert told(bringing(th, number)) == expected
    assert living(place) == 2


def test_a_row_is_refused_with_its_reason_and_stops_no_other(th, jp, vn, place) -> None:
    other = opened(jp, th)
    free = begun(jp, offered(posting(place).term_id))
    opening(jp, free)
    good, draft, back, twice, foreign = (student_of(th) for _ in range(5))
    stranger = student_of(vn)
    sent(stranger, free)
    ranked(draft, place)
    pressed(back, sent(back, place), verbs.take_back_choices)
    sent(good, place)
    pressed(foreign, sent(foreign, place), verbs.withdraw_choices)
    sent(twice, place, other)
    ref, second = posting(place).ref, posting(other).ref
    found = judged(
        th,
        looked(
            th,
            table(
                (address_of(stranger), ref),
                (address_of(draft), ref),
                (address_of(back), ref),
                (address_of(foreign), ref),
                ("nobody@example.org", ref),
                (address_of(good), "EXC-00-99"),
                (address_of(good), second),
                ("", ref),
                (address_of(good), ""),
                (address_of(good), ref, "", "nine"),
                (address_of(good), ref, "", "", "99"),
                (address_of(good), ref, "x" * 3001),
                (address_of(good), ref, "", "", "", "more"),
                (address_of(good), ref, "", "", "613"),
                (address_of(good), ref, "Again."),
                (address_of(twice), ref),
                (address_of(twice), second),
            ),
        ),
    )
    assert [one.why for one in found] == [
        *(Why.NOT_YOURS, Why.NOT_YOURS, NotSent.TAKEN_BACK, Why.NOT_YOURS, Why.NOT_YOURS),
        *(Why.NO_SUCH_PLACE, Why.RANKED_OTHERS, Why.NO_STUDENT, Why.NO_PLACE),
        *(Why.NO_SUCH_LEVEL, Why.UNKNOWN_FIELD, Why.LONG_NOTE, Why.TOO_MANY_CELLS),
        *("", Why.TWICE, "", NotSent.NOMINATED),
    ]
    assert [one.fate for one in found if not one.why] == [Fate.NEW, Fate.NEW]
    assert all(not one.name for one in found if one.why is Why.NOT_YOURS)


def test_what_the_host_refused_is_corrected_and_nothing_else_is_changed(th, jp, place) -> None:
    student = student_of(th)
    made = nominated(th, sent(student, place), place, note="Our best.")
    ref, address = posting(place).ref, address_of(student)
    other_words = table((address, ref, "Robotics."))
    assert told(judged(th, looked(th, other_words))) == [("refused", Why.WITH_HOST)]
    answering(jp.actor, made, verbs.refuse_nomination, seen=1, comment="Which field?")
    same = judged(th, looked(th, table((address, ref, "Our best."))))
    assert told(same) == [("unchanged", Why.REFUSED_BY_HOST)]
    number = looked(th, other_words)
    (row,) = judged(th, number)
    assert row.fate is Fate.CHANGED
    assert row.changes == (("note", "Our best.", "Robotics."),)
    bringing(th, number)
    assert nomination(made).state is NominationState.SENT
    with unit_of_work(th.actor) as work:
        letters = work.find(queries.nomination_with_all(th.actor, made)).letters
        assert [one.note for one in letters] == ["Our best.", "Robotics."]
    answering(jp.actor, made, verbs.verify_nomination, seen=2)
    assert told(judged(th, looked(th, other_words))) == [("unchanged", "")]
    third = table((address, ref, "Vision."))
    assert told(judged(th, looked(th, third))) == [("refused", Why.VERIFIED)]
    answering(th.actor, made, verbs.cancel_nomination, reason="Ill.")
    assert told(judged(th, looked(th, third))) == [("refused", Why.CANCELLED)]


def test_a_closed_posting_and_a_home_that_gives_nothing_are_told(th, vn, jp, place) -> None:
    student = student_of(th)
    sent(student, place)
    on_posting(jp, place, close_nominations)
    ref = posting(place).ref
    assert told(judged(th, looked(th, table((address_of(student), ref))))) == [
        ("refused", NotSent.CLOSED)
    ]
    free = begun(jp, offered(posting(place).term_id))
    opening(jp, free)
    guest = student_of(vn)
    sent(guest, free)
    rows = table((address_of(guest), posting(free).ref))
    assert told(judged(vn, looked(vn, rows))) == [("refused", NotSent.NO_PLACES_POSTED)]


def test_what_changed_since_is_shown_again_before_anything_is_done(th, place) -> None:
    students = [student_of(th) for _ in range(2)]
    choices = [sent(one, place) for one in students]
    ref = posting(place).ref
    number = looked(th, table(*((address_of(one), ref) for one in students)))
    seen = seal_of(th, number)
    nominated(th, choices[0], place)
    with pytest.raises(ChangedMeanwhile, match="changed since you looked"):
        bringing(th, number, seen)
    assert living(place) == 1
    bringing(th, number)
    assert living(place) == 2


def test_another_office_neither_sees_nor_brings_a_list(th, jp, vn, place) -> None:
    student = student_of(th)
    sent(student, place)
    number = looked(th, table((address_of(student), posting(place).ref)))
    seen = seal_of(th, number)
    for who in (jp, vn):
        with pytest.raises(NotFound):
            bringing(who, number, seen)
        with unit_of_work(who.actor) as work, pytest.raises(NotPermitted):
            home = work.session.get_one(Organisation, th.id)
            verbs.look_into_list(work, home, content=b"student,place\n", file_name="a.csv")
        found = judged(who, looked(who, table((address_of(student), posting(place).ref))))
        assert told(found) == [("refused", Why.NOT_YOURS)]


def test_neither_file_nor_names_are_kept_for_long(session, th, place) -> None:
    student = student_of(th)
    sent(student, place)
    rows = table((address_of(student), posting(place).ref))
    done, left = looked(th, rows), looked(th, rows)
    bringing(th, done)
    with unit_of_work(th.actor) as work, pytest.raises(NotPermitted):
        verbs.forget_lists(work)
    with unit_of_work(SYSTEM, now=make.NOW + KEPT * 2) as work:
        verbs.forget_lists(work)
    kept = session.execute(
        select(NominationList.content, NominationList.told, NominationList.counts).order_by("id")
    ).all()
    assert [(row[0], row[1]) for row in kept] == [(b"", []), (b"", [])]
    assert kept[0][2]["new"] == 1
    with pytest.raises(RuleBroken, match="not kept any more"):
        bringing(th, left, seen="")


def test_the_database_knows_no_list_that_nobody_brought(session, th, place) -> None:
    found = session.get_one(NominationList, looked(th, table(("a@example.org", "EXC-1"))))
    found.done_at = clock.now()
    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


# --- files


def workbook(*rows, second=None) -> bytes:
    book, kept = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    if second:
        book.create_sheet("More").append(second)
    book.save(kept)
    return kept.getvalue()


def packed(content: bytes, **parts: bytes) -> bytes:
    """A workbook with further parts inside."""
    kept = io.BytesIO(content)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in parts.items():
            archive.writestr(f"xl/{name}.bin", inside)
    return kept.getvalue()


GOOD = ("student", "place"), ("a@example.org", "EXC-27-01")
BAD_FILES = [
    (b"", "a.csv", Fault.EMPTY),
    (b"\n \n", "a.csv", Fault.EMPTY),
    (b"student,place\n\xff\xfe", "a.csv", Fault.UNREADABLE_TEXT),
    (b"student\0,place", "a.csv", Fault.UNREADABLE_TEXT),
    (b'student,place\n"a', "a.csv", Fault.BROKEN_TABLE),
    (b"name,place\nA,B", "a.csv", Why.NO_COLUMNS),
    (b"student,place\n", "a.csv", Why.NO_ROWS),
    (b"student,place\na,b", "a.xlsx", Fault.BROKEN_WORKBOOK),
    (b"PK\x03\x04 no workbook", "a.xlsx", Fault.BROKEN_WORKBOOK),
    (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.xls", Fault.OLD_WORKBOOK),
    (b"x" * (5 * 1024 * 1024 + 1), "a.csv", Fault.TOO_LARGE),
    (workbook(("nothing",)), "a.xlsx", Why.NO_COLUMNS),
    (workbook(*GOOD, ("=1+1", "EXC-27-01")), "a.xlsx", Fault.FORMULAS),
    (workbook(*GOOD, ("b@example.org", '=HYPERLINK("x")')), "a.xlsx", Fault.FORMULAS),
    (packed(workbook(*GOOD), vbaProject=b"macro"), "a.xlsx", Fault.MACROS),
    (packed(workbook(*GOOD), big=b"0" * (61 * 1024 * 1024)), "a.xlsx", Fault.SWELLS),
    (workbook(*GOOD)[:-200], "a.xlsx", Fault.BROKEN_WORKBOOK),
]


@pytest.mark.parametrize(("content", "name", "why"), BAD_FILES, ids=lambda one: str(one)[:20])
def test_a_broken_file_is_refused_as_a_whole(content, name, why) -> None:
    with pytest.raises(FileRefused) as refusal:
        read_list(content, name)
    assert refusal.value.why is why
    assert str(refusal.value)


def test_more_rows_than_one_reads_in_a_sitting_are_refused() -> None:
    rows = "".join(f"a{n}@example.org,EXC-27-01\n" for n in range(MOST_ROWS + 1))
    with pytest.raises(FileRefused) as refusal:
        read_list(f"student,place\n{rows}".encode(), "a.csv")
    assert refusal.value.why is Fault.TOO_MANY_ROWS


def test_a_workbook_reads_like_a_table_and_numbers_lose_no_digit() -> None:
    listed = read_list(
        workbook(
            ("Student e-mail", "Posting", "Level", "Field", "GPA"),
            ("A@example.org", "exc-27-01 Keio University", 7, 613, 3.5),
            (),
            ("b@example.org", "EXC-27-02", None, None, None),
            second=("student", "place"),
        ),
        "a.xlsx",
    )
    assert listed.unknown == ["GPA"]
    first, other = listed.rows
    assert (first.student, first.place) == ("a@example.org", "EXC-27-01")
    assert (first.study_level, first.study_field, first.row) == (7, "0613", 2)
    assert (other.row, other.study_level, other.study_field, other.note) == (4, None, None, "")


# --- pages


def give(client, content: bytes, name: str = "list.csv", status: int = 302, home: int = 0):
    page = client.get(HERE).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    home = home or int(re.search(r'name="home" value="(\d+)"', page)[1])
    data = {"csrf_token": token, "home": str(home), "file": (io.BytesIO(content), name)}
    answer = client.post(HERE, data=data, content_type="multipart/form-data")
    assert answer.status_code == status, answer.text
    return answer


def test_from_the_template_to_the_nomination_through_the_pages(client, th, jp, place) -> None:
    student = student_of(th, "SOMCHAI JAIDEE")
    sent(student, place)
    ref = posting(place).ref
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        assert "Nominate from a list" in client.get("/mobility/office").text
        answer = client.get(f"{HERE}/template.xlsx")
        assert answer.headers["Cache-Control"] == "no-store"
        book = load_workbook(io.BytesIO(answer.data))
        assert book.sheetnames == ["Nominations", "How to fill it in", "Places", "Students"]
        assert [cell.value for cell in book["Nominations"][1]] == [
            *("student", "place", "note", "level", "field")
        ]
        assert book["Places"]["A2"].value.startswith(f"{ref} ")
        assert book["Students"]["A2"].value == address_of(student)
        rules = [one.formula1 for one in book["Nominations"].data_validations.dataValidation]
        assert rules == ["'Students'!$A$2:$A$2", "'Places'!$A$2:$A$2"]
        table_ = book["Nominations"]
        table_["A2"], table_["B2"] = address_of(student), book["Places"]["A2"].value
        table_["A3"], table_["B3"] = "nobody@example.org", ref
        kept = io.BytesIO()
        book.save(kept)

        address = give(client, kept.getvalue(), "our students.xlsx").location
        page = client.get(address).text
        assert "SOMCHAI JAIDEE" in page
        assert "No student with this address" in page
        assert "Send 1 nomination" in page
        assert "SOMCHAI" not in client.get(f"{address}?show=refused").text
        assert living(place) == 0
        seen = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', page)[1]
        old = press(client, address, {"seen": "0" * 64})
        assert old.status_code == 409
        assert "changed since you looked" in old.text
        assert press(client, address, {"seen": seen}).status_code == 302
        assert living(place) == 1
        done = client.get(address).text
        assert "What was done" in done
        assert "Send 1 nomination" not in done
        assert "1 nominated, 0 corrected" in client.get(HERE).text
        assert press(client, address, {"seen": seen}).status_code == 409
        again = client.get(give(client, kept.getvalue()).location).text
        assert "There is nothing to bring in." in again
        signed_in(client, jp)
        assert "SOMCHAI JAIDEE" in client.get("/mobility/office").text
        assert client.get(address).status_code == 404
        assert press(client, address, {"seen": seen}).status_code == 404


def test_a_template_and_a_broken_file_are_answered_beside_the_field(client, th, vn, place) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        for kind in ("csv", "xlsx"):
            empty = client.get(f"{HERE}/template.{kind}")
            assert empty.status_code == 200
            text = give(client, empty.data, f"a.{kind}", status=422).text
            assert "There is no student in this file." in text
            assert 'id="file-error"' in text
        assert client.get(f"{HERE}/template.exe").status_code == 404
        formula = give(client, workbook(*GOOD, ("=1", "x")), "a.xlsx", status=422).text
        assert "Cell A3 holds a formula" in formula
        assert give(client, b"student,place\na,b", home=vn.id, status=422).status_code == 422
        nothing = press(client, HERE, {"home": str(th.id)})
        assert nothing.status_code == 422
        assert "Choose a file." in nothing.text
        assert db.session.scalar(select(NominationList.id)) is None


def test_the_look_asks_the_same_however_many_rows(client, th, jp) -> None:
    place = opened(jp, th, capacity=4)
    ref = posting(place).ref
    counted = []
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        students = [student_of(th) for _ in range(4)]
        for one in students:
            sent(one, place)
        for number in (1, 4):
            rows = table(*((address_of(one), ref) for one in students[:number]))
            address = give(client, rows.encode()).location
            client.get(address)
            with statements() as seen:
                assert client.get(address).status_code == 200
            counted.append(len(seen))
    assert counted[0] == counted[1]
    assert counted[0] <= 18


# --- races


@pytest.mark.race
def test_two_lists_and_a_page_never_take_more_than_there_is(app, session, th, jp) -> None:
    """The same two students in opposite order, and one of them on the page, for one place."""
    for _round in rounds(4):
        place = opened(jp, th, capacity=1)
        ref = posting(place).ref
        students = [student_of(th) for _ in range(2)]
        choices = [sent(one, place) for one in students]
        rows = [(address_of(one), ref) for one in students]
        numbers = [looked(th, table(*rows)), looked(th, table(*reversed(rows)))]
        seals = [seal_of(th, number) for number in numbers]

        def bring(number: int, seen: str):
            def go() -> str:
                bringing(th, number, seen)
                return "brought"

            return go

        def by_hand(place: int = place, found: int = choices[0]) -> str:
            nominated(th, found, place)
            return "nominated"

        presses = [bring(n, s) for n, s in zip(numbers, seals, strict=True)] * 2
        came = all_at_once(app, [*presses, by_hand, by_hand])
        assert came["brought"] + came["nominated"] == 1, came
        assert set(came) <= {"brought", "nominated", "RuleBroken", "ChangedMeanwhile"}
        assert living(place) == 1
        on_posting(jp, place, withdraw_posting, reason="The next round.")
