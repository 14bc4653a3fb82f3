"""Courses brought in from files: new, changed, unchanged, and never over what a person wrote."""

import json

import pytest
from sqlalchemy import func, select

from app.courses import operations as office
from app.courses.comparing import counted
from app.courses.incoming import Why, read_file
from app.courses.models import Course, CourseElsewhere, CourseSource
from app.courses.queries import course_to_open, judged
from app.courses.states import CourseState
from app.foundation import clock
from app.foundation.database import db
from app.foundation.dry_runs import Fate
from app.foundation.errors import NotPermitted
from app.opportunities.models import OpportunityFacet
from app.opportunities.states import OpportunityState
from app.organisations.models import Organisation
from seeds.demo.listing import DATA
from tests import make
from tests.counting import statements
from tests.courses.centres import working

HEAD = "id,title,description,url,provider,language,level,fee,start\n"
ONE = "c1,Learning machines,All about it,https://example.org/1,Example,en,beginner,free,\n"
TWO = "c2,Ethics,Why and how,https://example.org/2,Example,ja,,paid,\n"


@pytest.fixture(autouse=True)
def january():
    with clock.set_clock(make.NOW):
        yield


def incoming(text):
    return read_file(text.encode(), "courses.csv", today=make.NOW.date())


def bring(centre, text, *, publish=True, who=None):
    with working(who or centre.writer) as work:
        here = work.find(select(Organisation).where(Organisation.id == centre.organisation.id))
        return office.bring_courses(work, here, incoming(text), publish=publish)


def fates(told):
    return {fate: n for fate, n in counted(told).items() if n}


def the(code):
    return db.session.scalars(select(Course).where(Course.code == code)).one()


def test_what_is_new_is_listed_with_its_giver_and_repeating_changes_nothing(centre) -> None:
    assert fates(bring(centre, HEAD + ONE + TWO)) == {"new": 2}
    assert fates(bring(centre, HEAD + ONE + TWO)) == {"unchanged": 2}
    assert the("C1").state is CourseState.PUBLISHED
    listing = db.session.get_one(CourseElsewhere, the("C1").listing_id)
    assert (listing.given_by, listing.costs_nothing, listing.difficulty) == (
        "Example",
        True,
        "beginner",
    )
    assert listing.closes_at is None
    assert not listing.takes_applications
    facets = select(OpportunityFacet.facet, OpportunityFacet.value)
    assert ("kind", "elsewhere") in {tuple(row) for row in db.session.execute(facets)}


def test_drafts_stay_drafts_unless_publishing_is_asked_for(centre) -> None:
    bring(centre, HEAD + ONE, publish=False)
    assert the("C1").state is CourseState.DRAFT
    assert the("C1").listing_id is None


def test_a_centre_that_wants_a_second_person_keeps_drafts(centre) -> None:
    with working(centre.writer) as work:
        here = work.find(select(Organisation).where(Organisation.id == centre.organisation.id))
        office.keep_practice(work, here, second_person=True, version=None)
    bring(centre, HEAD + ONE)
    assert the("C1").state is CourseState.DRAFT


def test_what_has_begun_already_and_what_has_no_link_stay_drafts(centre) -> None:
    begun = "c3,Gone,x,https://example.org/3,Example,en,,free,2020-01-01\n"
    own = "c4,Our own,x,,,en,,free,\n"
    bring(centre, HEAD + begun + own)
    assert (the("C3").state, the("C4").state) == (CourseState.DRAFT, CourseState.DRAFT)


def test_a_changed_field_makes_the_next_version_and_the_catalogue_follows(centre) -> None:
    bring(centre, HEAD + ONE + TWO)
    told = bring(centre, HEAD + ONE.replace("Learning machines", "Machine learning") + TWO)
    assert fates(told) == {"changed": 1, "unchanged": 1}
    (change,) = told[0].compared.changes
    assert (change.name, change.before, change.after) == (
        "title",
        "Learning machines",
        "Machine learning",
    )
    assert the("C1").published_number == 2
    assert db.session.get_one(CourseElsewhere, the("C1").listing_id).title == "Machine learning"


def test_what_a_person_wrote_is_never_overwritten(centre) -> None:
    bring(centre, HEAD + ONE)
    course_id = the("C1").id
    with working(centre.writer) as work:
        course = work.find(course_to_open(work.actor, course_id))
        office.revise_course(work, course)
        words = office.CourseWords(title="By hand", summary="All about it")
        office.save_course_text(work, course, words, locale="en", version=None)
        office.publish_course(work, course)
    again = ONE.replace("Learning machines", "From the file").replace("All about it", "Newer")
    told = bring(centre, HEAD + again)
    assert fates(told) == {"changed": 1}
    assert [change.name for change in told[0].compared.kept] == ["title"]
    assert [change.name for change in told[0].compared.changes] == ["summary"]
    assert the("C1").title == "By hand"
    third = bring(centre, HEAD + again.replace("From the file", "By hand"))
    assert fates(third) == {"unchanged": 1}
    fourth = bring(centre, HEAD + again.replace("From the file", "Once more"))
    assert fates(fourth) == {"unchanged": 1}
    assert the("C1").title == "By hand"


def test_a_version_that_is_being_read_is_left_alone(centre) -> None:
    bring(centre, HEAD + ONE, publish=False)
    with working(centre.writer) as work:
        office.send_course(work, work.find(course_to_open(work.actor, the("C1").id)))
    told = bring(centre, HEAD + ONE.replace("All about it", "Other"))
    assert (told[0].fate, told[0].why) == (Fate.REFUSED, Why.BEING_READ)


def test_another_list_that_names_the_same_link_is_the_same_course(centre) -> None:
    bring(centre, HEAD + ONE)
    told = bring(centre, HEAD + ONE.replace("c1,", "other-7,"))
    assert fates(told) == {"unchanged": 1}
    assert db.session.scalar(select(func.count(Course.id))) == 1


def test_archiving_takes_it_out_of_the_catalogue_and_back(centre) -> None:
    bring(centre, HEAD + ONE)
    course_id, listing_id = the("C1").id, the("C1").listing_id
    with working(centre.writer) as work:
        office.archive_course(work, work.find(course_to_open(work.actor, course_id)))
    assert db.session.get_one(CourseElsewhere, listing_id).state is OpportunityState.CLOSED
    assert bring(centre, HEAD + ONE.replace("All", "Not all"))[0].why is Why.ARCHIVED
    with working(centre.writer) as work:
        office.restore_course(work, work.find(course_to_open(work.actor, course_id)))
    db.session.expire_all()
    assert db.session.get_one(CourseElsewhere, listing_id).state is OpportunityState.PUBLISHED


def test_nobody_brings_courses_to_another_centre(centre) -> None:
    with pytest.raises(NotPermitted):
        bring(centre, HEAD + ONE, who=centre.stranger)
    assert db.session.scalar(select(func.count(CourseSource.id))) == 0


def test_the_real_courses_come_in_once(centre) -> None:
    text = DATA.read_text(encoding="utf-8")
    assert fates(bring(centre, text)) == {"new": 498}
    assert fates(bring(centre, text)) == {"unchanged": 498}
    with statements() as said:
        told = judged(db.session(), centre.organisation.id, incoming(text))
    assert len(told) == 498
    assert len(said) <= 3


def test_readers_see_who_gives_it_and_go_there(client, centre) -> None:
    bring(centre, HEAD + ONE + TWO)
    listed = client.get("/courses").text
    assert "Learning machines" in listed
    assert "At any time" in listed
    assert f"listed by {centre.organisation.name}" in listed
    address = f"/courses/{centre.organisation.ref}/C1"
    assert f'href="{address}"' in listed
    page = client.get(address).text
    assert 'href="https://example.org/1"' in page
    assert "For beginners" in page
    said = json.loads(client.get(f"{address}/course.jsonld").text)
    assert said["provider"]["name"] == "Example"
    assert said["url"] == "https://example.org/1"
    assert address in client.get("/sitemap.xml").text
    assert "It lists 2 courses" in client.get(f"/organisations/{centre.organisation.ref}").text


def test_what_has_a_deadline_comes_before_what_is_open_at_any_time(client, centre) -> None:
    soon = "c5,Soon,x,https://example.org/5,Example,en,,free,2027-12-01\n"
    bring(centre, HEAD + ONE + soon)
    listed = client.get("/").text
    assert listed.index("Soon") < listed.index("Learning machines")


def test_the_command_prints_counts_and_refuses_with_status_two(app, centre, tmp_path) -> None:
    file = tmp_path / "courses.csv"
    file.write_text(HEAD + ONE + "c9,,x,https://example.org/9,E,en,,free,\n", encoding="utf-8")
    ask = ["import", "courses", str(file), "--centre", str(centre.organisation.id)]
    command = app.test_cli_runner()
    dry = command.invoke(args=[*ask, "--dry-run"])
    assert dry.exit_code == 0
    assert db.session.scalar(select(func.count(Course.id))) == 0
    first, second = (json.loads(command.invoke(args=ask).stdout) for _ in range(2))
    assert json.loads(dry.stdout) == first
    assert first == {
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "refused": [{"row": 3, "why": "It has no title."}],
    }
    assert (second["new"], second["unchanged"]) == (0, 1)
    file.write_bytes(b"\xff\xfa\xfb")
    broken = command.invoke(args=ask)
    assert broken.exit_code == 2
    assert broken.stdout == ""
    assert "UTF-8" in broken.stderr
