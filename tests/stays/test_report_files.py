"""Files beside a report: what is taken, who reads it, and that it goes with the report."""

import io
import pytest
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app.accounts.models import User
from app.files import storage
from app.files.models import StoredFile
from app.files.operations import check_file, sweep
from app.files.states import FileState, ScanState
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.stays import operations as verbs
from app.stays.models import StayReport, StayReportFile
from tests import make
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.files.samples import PDF, PLACE, docx, picture
from tests.racing import CLIENTS, all_at_once, rounds
from tests.mobility.choosing import student_of
from tests.stays.staying import planned, report, reporting
from tests.stays.test_stays import arrived

WORDS = {"account": "I built a test set.", "outcome": "", "version": None}


@pytest.fixture
def student(th):
    return student_of(th, "SOMCHAI JAIDEE")


@pytest.fixture
def going(th, jp, student) -> int:
    made = planned(th, jp, student)
    arrived(jp, made)
    return made


def pdf(number: int = 0) -> bytes:
    return PDF.replace(b"/Catalog", b"/Catalog /N %d" % number)


def adding(actor, report_id: int, content: bytes = PDF, name: str = "paper.pdf") -> None:
    file = check_file(io.BytesIO(content), file_name=name)
    reporting(actor, report_id, verbs.add_report_file, file=file)


def opening(actor, report_id: int, file_id: int) -> bytes:
    with unit_of_work(actor, now=make.NOW) as work:
        found = verbs.find_report(work, report_id)
        _file, stream = verbs.open_report_file(work, found, file_id)
        with stream:
            return stream.read()


def kept(report_id: int) -> list[StayReportFile]:
    db.session.rollback()
    db.session.expire_all()
    rows = select(StayReportFile).where(StayReportFile.report_id == report_id)
    return list(db.session.scalars(rows.order_by(StayReportFile.id)))


def stored(file_id: int) -> StoredFile:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(StoredFile, file_id)


def hand_in(student, report_id: int) -> None:
    reporting(student, report_id, verbs.save_report, **WORDS)
    reporting(student, report_id, verbs.send_report)


def test_whoever_reads_the_report_reads_its_files(th, jp, vn, student, going) -> None:
    found = report(going)
    with pytest.raises(NotPermitted):
        adding(th.actor, found.id)
    adding(student, found.id)
    [one] = kept(found.id)
    assert opening(student, found.id, one.id)
    for other in (th.actor, jp.actor):
        with pytest.raises(NotPermitted):  # it is being written
            opening(other, found.id, one.id)
    hand_in(student, found.id)
    assert opening(th.actor, found.id, one.id) == opening(jp.actor, found.id, one.id)
    with pytest.raises(NotFound):
        opening(vn.actor, found.id, one.id)
    with pytest.raises(NotFound):
        opening(th.actor, found.id, one.id + 1)
    reporting(th.actor, found.id, verbs.return_report, answer="Which data?")
    with pytest.raises(NotPermitted):
        opening(th.actor, found.id, one.id)


def test_a_file_of_another_report_is_not_reached_through_ones_own(th, jp, student, going) -> None:
    first = report(going)
    adding(student, first.id)
    number = kept(first.id)[0].id
    other = student_of(th, "MALEE SUKJAI")
    own = report(planned(th, jp, other)).id
    with pytest.raises(NotFound):
        opening(other, own, number)
    with pytest.raises(NotFound):
        reporting(other, own, verbs.remove_report_file, file_id=number)
    with pytest.raises(NotFound):
        opening(other, report(going).id, number)
    assert len(kept(report(going).id)) == 1


def test_pictures_lose_where_they_were_taken_and_other_kinds_are_refused(student, going) -> None:
    found = report(going)
    adding(student, found.id, picture("JPEG"), "lab.jpg")
    [one] = kept(found.id)
    assert PLACE.encode() not in opening(student, found.id, one.id)
    with pytest.raises(RuleBroken, match="PDF, or a picture"):
        adding(student, found.id, docx(), "letter.docx")
    with pytest.raises(RuleBroken, match="already"):
        adding(student, found.id, picture("JPEG"), "again.jpg")


def test_what_was_sent_stays_and_what_comes_back_may_change(th, student, going) -> None:
    found = report(going)
    adding(student, found.id)
    [one] = kept(found.id)
    hand_in(student, found.id)
    with pytest.raises(RuleBroken, match="can be changed when it comes back"):
        adding(student, found.id, pdf(1))
    with pytest.raises(RuleBroken, match="can be changed when it comes back"):
        reporting(student, found.id, verbs.remove_report_file, file_id=one.id)
    reporting(th.actor, found.id, verbs.return_report, answer="Which data?")
    file_id = one.file_id
    reporting(student, found.id, verbs.remove_report_file, file_id=one.id)
    assert kept(found.id) == [] and stored(file_id).state is FileState.ERASED


def test_the_database_keeps_the_files_of_an_accepted_report(th, student, going) -> None:
    found = report(going)
    adding(student, found.id)
    [one] = kept(found.id)
    hand_in(student, found.id)
    reporting(th.actor, found.id, verbs.accept_report)
    for words in (
        f"DELETE FROM stay_report_file WHERE id = {one.id}",
        f"UPDATE stay_report_file SET added_at = added_at WHERE id = {one.id}",
    ):
        with pytest.raises((IntegrityError, OperationalError), match="report_was_accepted"):
            db.session.execute(text(words))
        db.session.rollback()


@pytest.mark.parametrize("accepted", [False, True])
def test_files_go_with_their_report_and_their_bytes_with_them(th, student, going, accepted) -> None:
    found = report(going)
    adding(student, found.id)
    [one] = kept(found.id)
    file_id, key = one.file_id, stored(one.file_id).key
    if accepted:
        hand_in(student, found.id)
        reporting(th.actor, found.id, verbs.accept_report)
    db.session.execute(delete(StayReport).where(StayReport.id == found.id))
    db.session.commit()
    assert kept(found.id) == []
    gone = stored(file_id)
    assert gone.state is FileState.ERASED and gone.erased_at is not None
    with unit_of_work(SYSTEM) as work:
        assert sweep(work, [key]) == 1
    with pytest.raises(FileNotFoundError):
        storage.storage().open(key)


def test_a_report_has_few_files_in_the_database_too(student, going) -> None:
    found = report(going)
    for number in range(10):
        adding(student, found.id, pdf(number))
    with pytest.raises(RuleBroken, match="at most 10"):
        adding(student, found.id, pdf(10))
    row = stored(kept(found.id)[0].file_id)
    values = {c.name: getattr(row, c.name) for c in StoredFile.__table__.c if c.name != "id"}
    spare = make.add(StoredFile(**values))
    db.session.add(StayReportFile(report_id=found.id, file_id=spare.id, added_at=make.NOW))
    with pytest.raises(IntegrityError, match="report_has_its_files"):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize("scan", [ScanState.WAITING, ScanState.INFECTED])
def test_a_file_in_quarantine_is_named_and_not_opened(client, th, student, going, scan) -> None:
    found = report(going)
    adding(student, found.id)
    [one] = kept(found.id)
    row = stored(one.file_id)
    row.scan, row.virus = scan, "Eicar" if scan is ScanState.INFECTED else ""
    db.session.commit()
    with clock.set_clock(make.NOW):
        make.sign_in(client, db.session.get_one(User, student.user_id))
        page = client.get(f"/stays/reports/{found.id}").text
        assert "paper.pdf" in page
        assert f'/stays/reports/{found.id}/files/{one.id}"' not in page
        assert client.get(f"/stays/reports/{found.id}/files/{one.id}").status_code == 409


def test_files_are_added_read_and_removed_on_the_page(client, th, vn, student, going) -> None:
    report_id = report(going).id
    at = f"/stays/reports/{report_id}"
    with clock.set_clock(make.NOW):
        make.sign_in(client, db.session.get_one(User, student.user_id))
        assert press(client, f"{at}/files", {}).status_code == 422
        refused = press(client, f"{at}/files", {"file": (io.BytesIO(b"MZ"), "a.exe")})
        assert refused.status_code == 422
        sent = press(client, f"{at}/files", {"file": (io.BytesIO(PDF), "paper.pdf")})
        assert sent.status_code == 302
        number = kept(report_id)[0].id
        assert f"{at}/files/{number}" in client.get(at).text
        answer = client.get(f"{at}/files/{number}")
        assert answer.status_code == 200 and answer.mimetype == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        answer.close()
        signed_in(client, vn)
        assert client.get(f"{at}/files/{number}").status_code == 404
        signed_in(client, th)
        assert client.get(f"{at}/files/{number}").status_code == 403
        assert "paper.pdf" not in client.get(at).text
        make.sign_in(client, db.session.get_one(User, student.user_id))
        assert press(client, f"{at}/files/{number}/remove", {}).status_code == 302
        assert client.get(f"{at}/files/{number}").status_code == 404


@pytest.mark.race
def test_files_that_are_added_at_once_are_no_more_than_fit(app, student, going) -> None:
    found = report(going)
    for number in rounds(2):
        with unit_of_work(student, now=make.NOW) as work:
            known = work.session.scalars(select(StayReportFile.id)).all()
        for one in known:
            reporting(student, found.id, verbs.remove_report_file, file_id=one)
        for n in range(6):
            adding(student, found.id, pdf(1000 * number + n))
        told = all_at_once(
            app,
            [
                lambda c=client, k=number: (
                    adding(student, found.id, pdf(1000 * k + 100 + c)) or "added"
                )
                for client in range(CLIENTS)
            ],
        )
        assert told == {"added": 4, "RuleBroken": CLIENTS - 4}
        assert db.session.scalar(select(func.count(StayReportFile.id))) == 10
