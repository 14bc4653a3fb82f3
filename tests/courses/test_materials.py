"""Links and files that a centre gives: for everybody or for those with a seat, in its order."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.courses import operations as office
from app.courses import queries
from app.courses.models import CourseRun, Material
from app.courses.operations import MaterialTerms
from app.files.models import StoredFile
from app.files.states import FileState
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotPermitted, RuleBroken
from tests import make
from tests.counting import statements
from tests.courses.centres import working
from tests.courses.dates import published_run, the_run
from tests.courses.test_enrolling import OPEN, take
from tests.courses.test_pages import hidden, page, send
from tests.files.test_binding import pdf


@pytest.fixture
def run_id(centre):
    with clock.set_clock(OPEN):
        return published_run(centre)


@pytest.fixture(autouse=True)
def open_now():
    with clock.set_clock(OPEN):
        yield


def add(centre, run_id: int, title: str, *, everybody: bool = False) -> int:
    with working(centre.writer, now=OPEN) as work:
        terms = MaterialTerms(title, for_everybody=everybody)
        url = "https://example.org/" + title
        made = office.add_material(work, the_run(work, run_id), terms, url=url)
        work.session.flush()
        return made.id


def titles(run_id: int) -> list[str]:
    db.session.expire_all()
    return [one.title for one in queries.materials_of(db.session(), run_id)]


def ref(run_id: int) -> str:
    return db.session.get_one(CourseRun, run_id).ref


def test_a_centre_gives_a_file_and_takes_it_away_again(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    address = f"/courses/office/dates/{run_id}/materials"
    file = (BytesIO(pdf()), "slides.pdf", "application/pdf")
    send(client, address, {"title": "Slides", "url": "", "meeting": "", "file": file})
    material_id = db.session.scalars(select(Material)).one().id
    assert "Slides" in page(client, address)
    opened = client.get(f"/courses/materials/{material_id}")
    opened.close()
    assert opened.status_code == 200
    assert opened.headers["Content-Disposition"].startswith("attachment")

    send(client, address, to=f"{address}/{material_id}/remove")
    assert titles(run_id) == []
    kept = db.session.scalars(select(StoredFile)).one()
    assert kept.state is FileState.ERASED
    assert client.get(f"/courses/materials/{material_id}").status_code == 404


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"title": ""}, "Write a title."),
        ({"title": "T", "url": ""}, "not both"),
        ({"title": "T", "url": "javascript:alert(1)"}, "A link begins with"),
        ({"title": "T", "url": "https://"}, "A link begins with"),
        ({"title": "T", "url": "https://[x"}, "A link begins with"),
        ({"title": "T", "url": "", "file": b"MZ nothing"}, "Upload a PDF"),
        ({"title": "T", "url": "https://example.org", "meeting": "99999"}, "in the list"),
    ],
)
def test_what_cannot_be_given_is_refused_beside_its_field(
    client, centre, run_id, said, why
) -> None:
    make.sign_in(client, centre.writer)
    address = f"/courses/office/dates/{run_id}/materials"
    given = {"meeting": "", "url": "https://example.org/", **said}
    if "file" in given:
        given["file"] = (BytesIO(given["file"]), "x.exe")
    told = client.post(address, data={**hidden(page(client, address)), **given})
    assert told.status_code == 422
    assert why in told.text
    assert titles(run_id) == []


def test_a_form_that_is_sent_twice_adds_once(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    address = f"/courses/office/dates/{run_id}/materials"
    sent = {
        **hidden(page(client, address)),
        "title": "T",
        "url": "https://example.org/",
        "meeting": "",
    }
    for _again in range(2):
        assert client.post(address, data=sent).status_code == 302
    assert titles(run_id) == ["T"]


def test_who_saves_over_somebody_else_is_told(client, centre, run_id) -> None:
    address = f"/courses/office/dates/{run_id}/materials/{add(centre, run_id, 'a')}"
    make.sign_in(client, centre.writer)
    sent = {**hidden(page(client, address)), "meeting": ""}
    assert client.post(address, data={**sent, "title": "theirs"}).status_code == 302
    told = client.post(address, data={**sent, "title": "mine"})
    assert told.status_code == 409
    assert titles(run_id) == ["theirs"]
    again = {**hidden(told.text), "meeting": "", "title": "mine"}
    assert client.post(address, data=again).status_code == 302
    assert titles(run_id) == ["mine"]


def test_each_sees_what_is_for_them(client, centre, run_id) -> None:
    add(centre, run_id, "for-all", everybody=True)
    add(centre, run_id, "with-a-seat")
    who, waiting, teacher = make.person(), make.person(), make.person()
    take(run_id, who)
    with working(centre.writer, now=OPEN) as work:
        office.name_instructor(work, the_run(work, run_id), teacher)
    address = f"/courses/{ref(run_id)}"
    assert "for-all" in page(client, address)
    assert "with-a-seat" not in page(client, address)
    for one, may in ((who, True), (teacher, True), (centre.writer, True), (waiting, False)):
        make.sign_in(client, one)
        assert ("with-a-seat" in page(client, address)) is may


def test_a_file_for_those_with_a_seat_is_nobody_elses(client, centre, run_id) -> None:
    make.sign_in(client, centre.writer)
    address = f"/courses/office/dates/{run_id}/materials"
    file = (BytesIO(pdf()), "slides.pdf", "application/pdf")
    send(client, address, {"title": "Slides", "url": "", "meeting": "", "file": file})
    opened = f"/courses/materials/{db.session.scalar(select(Material.id))}"
    who = make.person()
    take(run_id, who)
    make.sign_in(client, who)
    answer = client.get(opened)
    answer.close()
    assert answer.status_code == 200
    make.sign_in(client, centre.stranger)
    assert client.get(opened).status_code == 404


def test_they_stand_in_the_order_of_the_centre(centre, run_id) -> None:
    ids = [add(centre, run_id, name) for name in ("a", "b", "c")]
    with working(centre.writer, now=OPEN) as work:
        office.move_material_up(work, the_run(work, run_id), ids[2])
    assert titles(run_id) == ["a", "c", "b"]
    with working(centre.writer, now=OPEN) as work:
        office.move_material_up(work, the_run(work, run_id), ids[0])
    assert titles(run_id) == ["a", "c", "b"]


def test_only_the_centre_gives_and_only_about_its_own_meetings(centre, run_id) -> None:
    with working(centre.secretariat, now=OPEN) as work, pytest.raises(NotPermitted):
        office.add_material(
            work, the_run(work, run_id), MaterialTerms("T"), url="https://example.org"
        )
    with working(centre.writer, now=OPEN) as work, pytest.raises(RuleBroken, match="meetings"):
        terms = MaterialTerms("T", meeting_id=10**6)
        office.add_material(work, the_run(work, run_id), terms, url="https://example.org")


def test_many_materials_cost_no_more_statements(client, centre, run_id) -> None:
    add(centre, run_id, "one", everybody=True)
    make.sign_in(client, centre.writer)
    address = f"/courses/office/dates/{run_id}/materials"
    page(client, address)
    with statements() as few:
        page(client, address)
    for number in range(20):
        add(centre, run_id, f"more-{number}", everybody=True)
    with statements() as many:
        page(client, address)
    assert len(many) == len(few)
