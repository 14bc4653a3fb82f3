"""The host's pages of its group, and those of the people who are named."""

import re
from datetime import timedelta

from sqlalchemy import select

from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.notifications.models import OutboxMessage
from app.visits import operations as visits
from app.visits.models import VisitGroup, VisitPerson
from app.visits.states import GroupState, PersonState
from tests import make
from tests.counting import statements
from tests.courses.test_pages import page, send
from tests.visits.grouping import (
    FIRST,
    LAST,
    NOW,
    SENDERS,
    WORDS,
    accepted,
    acting,
    application_of,
    awarded,
    confirming,
    first_person,
    group,
    named,
    one,
    published,
    sent,
    somebody,
    whole,
)
from tests.visits.test_pages import at_this_moment, of_day, ref_of


def test_a_host_writes_its_group_and_sends_the_application(client, office) -> None:
    call_id = published(office)
    make.sign_in(client, office.receiver)
    draft = send(client, f"/applications/start/{call_id}").headers["Location"]
    number = int(draft.rsplit("/", 1)[1])
    begin = f"/visits/applications/{number}/group"
    assert begin in page(client, draft)
    form = {
        "host": str(office.host.id),
        "senders": "\n".join(SENDERS),
        **of_day("first_on", FIRST),
        **of_day("last_on", LAST),
    }
    assert "Name the institutions" in send(client, begin, form | {"senders": ""}, status=422).text
    far = form | of_day("last_on", LAST + timedelta(days=9))
    assert "from 2 to 5 days" in send(client, begin, far, status=409).text
    send(client, begin, form)
    at = client.get(begin).headers["Location"]
    assert "Not whole yet" in page(client, at)
    send(client, f"/applications/{number}/purpose", {"answer_true": "y"})
    check = f"/applications/{number}/check"
    assert "Name the group" in page(client, check)
    assert "Name the group" in send(client, check, {"agree": "y"}, status=409).text
    plan = {f"on_{(FIRST + timedelta(days=n)).isoformat()}": "Seminar" for n in range(3)}
    send(client, f"{at}/plan", plan)
    assert SENDERS[1] in page(client, f"{at}/days")
    send(client, f"{at}/days", form | {"laboratory": "Speech laboratory"})
    guest = {
        "part": "participant",
        "name": "CHAN DARA",
        "email": "dara@example.org",
        "institution": SENDERS[1],
    }
    wrong = send(client, at, guest | {"email": ""}, to=f"{at}/people", status=422).text
    assert "Write the e-mail address." in wrong
    assert "CHAN DARA" in wrong
    send(client, at, guest, to=f"{at}/people")
    again = send(client, at, guest, to=f"{at}/people", status=409).text
    assert "in the group already" in again
    seen = page(client, at)
    assert "The group is whole." in seen
    assert "Speech laboratory" in seen
    send(client, check, {"agree": "y"})
    assert application_of(int(at.rsplit("/", 1)[1])).submitted_at is not None


def link() -> str:
    newest = select(OutboxMessage).where(OutboxMessage.kind == "visits/named_in_group")
    found = db.session.scalars(newest.order_by(OutboxMessage.id.desc())).first()
    return str(found.values["path"]).split("?")[0]


ONESELF = {
    "passport_name": "CHAN DARA",
    "nationality": "KH",
    "position": "Master student",
    **of_day("born_on", FIRST.replace(year=2001)),
}


def test_somebody_without_an_account_confirms_and_the_list_is_printed(client, office) -> None:
    make.country("KH")
    group_id = whole(office, published(office))
    at = link()
    seen = client.get(at)
    assert seen.headers["Cache-Control"] == "no-store"
    assert "Confirm that I come" in seen.text
    assert (
        "Choose the nationality" in send(client, at, ONESELF | {"nationality": ""}, status=422).text
    )
    future = ONESELF | of_day("born_on", FIRST.replace(year=2030))
    assert "on which you were born" in send(client, at, future, status=409).text
    send(client, at, ONESELF)
    assert "What you confirmed" in page(client, at)
    person = one(first_person(group_id))
    assert (person.state, person.position) == (PersonState.CONFIRMED, "Master student")
    page(client, "/visits/confirm/nothing", 404)
    make.sign_in(client, office.receiver)
    assert "Cambodia" in page(client, f"/visits/groups/{group_id}")
    paper = client.get(f"/visits/groups/{group_id}/participants.pdf")
    assert paper.data.startswith(b"%PDF")
    make.sign_in(client, office.stranger)
    page(client, f"/visits/groups/{group_id}/participants.pdf", 404)


def test_a_link_of_somebody_who_was_replaced_opens_nothing(client, office) -> None:
    group_id = sent(office, published(office))
    at = link()
    first = first_person(group_id)
    make.sign_in(client, office.colleague)
    replace = f"/visits/groups/{group_id}/people/{first}/replace"
    other = {
        "part": "participant",
        "name": "SOK",
        "email": "sok@example.org",
        "institution": SENDERS[0],
    }
    assert "Give the reason." in send(client, replace, other, status=422).text
    send(client, replace, other | {"reason": "Ill."})
    seen = page(client, f"/visits/groups/{group_id}")
    assert "SOK comes instead" in seen
    assert client.get(at).status_code == 410
    assert client.post(at, data=ONESELF).status_code in {400, 410}
    assert "comes for this person already" in page(client, replace)
    page(client, f"/visits/groups/{group_id}/people/99999/replace", 404)


def test_somebody_with_an_account_answers_there(client, office) -> None:
    make.country("KH")
    account = make.person("DARA", email="dara@example.org")
    group_id = whole(office, published(office))
    person_id = named(office, group_id, somebody(email="dara@example.org"))
    make.sign_in(client, make.person())
    page(client, f"/visits/people/{person_id}", 404)
    make.sign_in(client, db.session.merge(account))
    at = f"/visits/people/{person_id}"
    assert at in page(client, "/visits/mine")
    assert "Confirm that you come with a group" in page(client, "/dashboard")
    send(client, at, ONESELF)
    send(client, at, {"reason": "Exams."}, to=f"{at}/decline")
    assert one(person_id).state is PersonState.DECLINED
    assert "Ask your host to name you again" in page(client, at)
    make.sign_in(client, db.session.merge(office.receiver))
    assert "name somebody else" in page(client, "/dashboard")


def test_an_award_is_proposed_approved_and_answered_on_the_page(client, office) -> None:
    call_id = published(office)
    group_id = sent(office, call_id)
    at = f"/visits/groups/{group_id}"
    make.sign_in(client, office.manager)
    assert at in page(client, f"/visits/office/{call_id}/groups")
    number = application_of(group_id).id
    assert f"/visits/applications/{number}/group" in page(client, f"/tracking/{call_id}/{number}")
    send(client, at, to=f"{at}/propose")
    assert "Approve the award" not in page(client, at)
    make.sign_in(client, db.session.merge(office.approver))
    assert "Approve an award for a group" in page(client, "/dashboard/approver")
    assert "Give the reason." in send(client, at, to=f"{at}/send-back", status=422).text
    send(client, at, to=f"{at}/award")
    make.sign_in(client, db.session.merge(office.receiver))
    assert f"/visits/applications/{number}/group" in page(client, f"/applications/{number}")
    assert "Answer the award" in page(client, at)
    send(client, at, to=f"{at}/accept")
    assert group(group_id).state is GroupState.ACCEPTED
    make.sign_in(client, db.session.merge(office.manager))
    assert "Give the reason." in send(client, at, to=f"{at}/call-off", status=422).text
    send(client, at, {"reason": "No flights."}, to=f"{at}/call-off")
    assert "No flights." in page(client, at)


def test_a_host_reports_and_the_office_counts_countries(client, office) -> None:
    call_id = published(office)
    group_id = accepted(office, call_id)
    person_id = first_person(group_id)
    confirming(person_id)
    later = NOW + timedelta(days=80)
    db.session.expunge_all()
    with unit_of_work(SYSTEM, now=later) as work:
        visits.end_visits(work)
    at = f"/visits/groups/{group_id}"
    with clock.set_clock(later):
        make.sign_in(client, db.session.merge(office.receiver))
        said = {"came": str(person_id), "done": "Two talks.", "outcome": "A paper."}
        assert (
            "Say what was done."
            in send(client, at, said | {"done": ""}, to=f"{at}/report", status=422).text
        )
        send(client, at, said, to=f"{at}/report")
        assert "Two talks." in page(client, at)
        send(client, at, said | {"done": "Three talks."}, to=f"{at}/report")
        make.sign_in(client, db.session.merge(office.manager))
        seen = page(client, f"/visits/office/{call_id}/groups")
        assert "Cambodia" in seen
        assert "Reported" in seen


def test_nobody_else_opens_or_changes_a_group(client, office) -> None:
    call_id = published(office)
    group_id = awarded(office, call_id)
    person_id = first_person(group_id)
    at = f"/visits/groups/{group_id}"
    make.sign_in(client, office.stranger)
    for path in ("", "/days", "/plan", "/participants.pdf", f"/people/{person_id}/replace"):
        page(client, at + path, 404)
    for path in (
        *("/people", "/accept", "/decline", "/report", "/propose", "/award", "/send-back"),
        *("/call-off", "/days", "/plan", f"/people/{person_id}/replace"),
        *(f"/people/{person_id}/leave-out", f"/people/{person_id}/link"),
    ):
        token = page(client, "/visits/mine").split('name="csrf_token" value="')[1].split('"')[0]
        assert client.post(at + path, data={"csrf_token": token}).status_code == 404, path
    make.sign_in(client, db.session.merge(office.manager))
    for path in ("/accept", "/people", "/plan", "/report"):
        page(client, at)
        token = page(client, at).split('name="csrf_token" value="')[1].split('"')[0]
        assert client.post(at + path, data={"csrf_token": token}).status_code == 403, path


def test_pages_take_a_handful_of_statements_however_much_there_is(client, office) -> None:
    call_id = published(office, groups=20, most_people=20)
    group_id = awarded(office, call_id)

    def numbers() -> list[int]:
        found = []
        for who, address in (
            (office.manager, "/visits/office"),
            (office.manager, f"/visits/office/{call_id}/groups"),
            (office.receiver, f"/visits/groups/{group_id}"),
            (office.receiver, "/visits/mine"),
            (office.receiver, f"/visits/{ref_of(call_id)}"),
        ):
            make.sign_in(client, db.session.merge(who))
            page(client, address)
            with statements() as said:
                page(client, address)
            found.append(len(said))
        return found

    few = numbers()
    for _ in range(4):
        named(office, group_id)
    awarded(office, call_id, office.colleague)
    assert numbers() == few
    assert max(few) <= 10


def test_a_long_name_and_markup_stay_what_they_are(client, office) -> None:
    group_id = whole(office, published(office))
    acting(
        office.receiver,
        group_id,
        visits.name_person,
        somebody(name="<b>" + "ក" * 200, email="long@example.org"),
    )
    make.sign_in(client, office.receiver)
    seen = page(client, f"/visits/groups/{group_id}")
    assert "&lt;b&gt;" in seen
    assert re.search("<b>ក", seen) is None
    assert db.session.scalars(select(VisitGroup.id)).all() == [group_id]
    assert len(db.session.scalars(select(VisitPerson.id)).all()) == 2
    assert WORDS.title in seen
