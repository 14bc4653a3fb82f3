"""Pages of working groups: convened, joined, written, commented, answered, published, read."""

import re

import pytest

from app.accounts.models import User
from app.accounts.operations import make_calendar_address
from app.accounts.queries import person as own_row
from app.foundation import clock
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.working_groups import operations as verbs
from app.working_groups.models import (
    GroupComment,
    GroupDocument,
    GroupMeeting,
    GroupMembership,
    WorkingGroup,
)
from app.working_groups.states import (
    Audience,
    Disposition,
    DocumentState,
    GroupState,
    MemberRole,
    MembershipState,
)
from tests import make
from tests.counting import statements
from tests.working_groups.convening import (
    AFTER,
    TEXT,
    answered,
    at_meeting,
    commented,
    convened,
    drafted,
    in_group,
    invited,
    joined,
    kept,
    met,
    on_document,
    opened,
    rows,
    somebody,
)


@pytest.fixture(autouse=True)
def _then(app):
    with clock.set_clock(make.NOW):
        yield


def as_person(client, actor):
    return make.sign_in(client, db.session.get_one(User, actor.user_id))


def press(client, address: str, data: dict[str, str] | None = None):
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/dashboard").text)
    assert token is not None
    return client.post(address, data={**(data or {}), "csrf_token": token[1]})


def other(client):
    return client.application.test_client()


def wall(name: str, day: int, month: int, hour: int = 10) -> dict[str, str]:
    parts = {"day": day, "month": month, "year": 2027, "hour": hour, "minute": 0}
    return {f"{name}-{part}": str(value) for part, value in parts.items()}


CHARTER = {
    "name": "Evaluation of Khmer language models",
    "mandate": "To say how they are tested.",
    "acronym": "kle",
    "joining": "request",
    "locale": "en",
}


def test_a_centre_convenes_a_group_and_sets_it_to_work(client, sg, chair) -> None:
    as_person(client, sg.actor)
    new = "/working-groups/office/new"
    key = re.search(r'name="request_key"[^>]*value="([^"]+)"', client.get(new).text)[1]
    said = CHARTER | {"centre": str(sg.id), "request_key": key}
    assert press(client, new, said | {"acronym": "?"}).status_code == 409
    assert press(client, new, said).status_code == 302
    assert press(client, new, said).status_code == 302
    (group,) = rows(WorkingGroup)
    assert group.acronym == "KLE"
    page, led = f"/working-groups/{group.ref}", f"/working-groups/office/{group.id}"
    assert (other(client).get(page).status_code, client.get(page).status_code) == (404, 200)
    text = {"name": "ការវាយតម្លៃ", "mandate": "ពាក្យ", "version": "1"}
    assert press(client, f"{led}/texts/km", text).status_code == 302
    clash = press(client, f"{led}/texts/km", text)
    assert clash.status_code == 409 and "ការវាយតម្លៃ" in clash.text
    address = db.session.get_one(User, chair.user_id).email
    nobody = press(client, f"{led}/invite", {"email": "x@example.org", "role": "chair"})
    assert nobody.status_code == 409 and "x@example.org" in nobody.text
    asking = {"email": address.upper(), "role": "chair", "note": "Please."}
    assert press(client, f"{led}/invite", asking).status_code == 302
    assert "agreed to chair" in client.get(led).text

    guest = as_person(other(client), chair)
    assert "Say whether you join a working group" in guest.get("/dashboard").text
    assert "Please." in guest.get(page).text
    (asked,) = rows(GroupMembership)
    answer = press(guest, f"/working-groups/memberships/{asked.id}/accept", {"speaks_for": ""})
    assert answer.status_code == 302
    assert press(guest, f"{led}/begin").status_code == 302
    assert kept(WorkingGroup, group.id).state is GroupState.ACTIVE
    assert CHARTER["name"] in other(client).get("/working-groups?lang=en").text
    assert text["name"] in other(client).get(f"{page}?lang=km").text
    body = db.session.get_one(WorkingGroup, group.id).organisation_id
    centre_page = f"/organisations/{make.db.session.get_one(make.Organisation, body).ref}"
    assert CHARTER["name"] in other(client).get(centre_page).text
    assert page in other(client).get("/sitemap.xml").text


def test_somebody_asks_to_join_and_is_let_in(client, sg, chair, group) -> None:
    person = as_person(client, somebody("ASKING"))
    page = f"/working-groups/{kept(WorkingGroup, group).ref}"
    assert "Sign in to ask to join" in other(client).get(page).text
    assert "Ask to join" in person.get(page).text
    wrong = press(person, f"/working-groups/{group}/ask", {"speaks_for": "99", "note": "Me."})
    assert wrong.status_code == 422 and "Me." in wrong.text
    sent = press(person, f"/working-groups/{group}/ask", {"speaks_for": "", "note": "Me."})
    assert sent.status_code == 302
    asked = rows(GroupMembership)[-1]
    leader = as_person(other(client), chair)
    assert "ASKING asks to join your working group" in leader.get("/dashboard").text
    members = f"/working-groups/office/{group}/members"
    assert "Me." in leader.get(members).text
    empty = press(leader, f"{members}/{asked.id}/refuse", {"reason": ""})
    assert empty.status_code == 422
    assert press(leader, f"{members}/{asked.id}/approve").status_code == 302
    assert kept(GroupMembership, asked.id).state is MembershipState.MEMBER
    assert press(leader, f"{members}/{asked.id}/role", {"role": "editor"}).status_code == 302
    assert kept(GroupMembership, asked.id).role is MemberRole.EDITOR
    mine = next(one for one in rows(GroupMembership) if one.person_id == chair.user_id)
    last = press(leader, f"/working-groups/memberships/{mine.id}/leave")
    assert last.status_code == 302
    assert kept(GroupMembership, mine.id).state is MembershipState.MEMBER
    assert press(person, f"/working-groups/memberships/{asked.id}/leave").status_code == 302
    assert kept(GroupMembership, asked.id).state is MembershipState.LEFT


def test_a_document_goes_its_way_to_a_result(client, sg, chair, group) -> None:
    leader = as_person(client, chair)
    office = "/working-groups/office"
    said = {"locale": "en", "title": "Testing", "text": TEXT, "request_key": "k" * 20}
    assert press(leader, f"{office}/{group}/documents/new", said).status_code == 302
    (document,) = rows(GroupDocument)
    draft, page = f"{office}/documents/{document.id}", f"/working-groups/documents/{document.ref}"
    changed = {"title": "Testing models", "text": TEXT, "version": "1"}
    assert press(leader, draft, changed).status_code == 302
    clash = press(leader, draft, changed | {"title": "Mine"})
    assert clash.status_code == 409 and "Mine" in clash.text
    assert press(leader, f"{draft}/put-forward", {"changes": "First."}).status_code == 302
    assert other(client).get(page).status_code == 404
    until = wall("closes", 5, 2) | {"zone": "Asia/Singapore"}
    past = press(leader, f"{draft}/open", wall("closes", 1, 1) | {"zone": "Asia/Singapore"})
    assert past.status_code == 409
    assert press(leader, f"{draft}/open", until).status_code == 302
    read = other(client).get(page).text
    assert "This is for models of Khmer." in read and "Sign in to comment" in read

    person = as_person(other(client), somebody("SAYING"))
    about = {"clause": "2", "kind": "technical", "comment": "Which?", "speaks_for": ""}
    send = f"/working-groups/documents/{document.id}/comment"
    wrong = press(person, send, about | {"comment": ""})
    assert wrong.status_code == 422
    assert press(person, send, about).status_code == 302
    read = other(client).get(page).text
    assert "Which?" in read and "SAYING" in read
    assert "1 comment on a draft to answer" in leader.get("/dashboard").text
    (comment,) = rows(GroupComment)
    answer = f"{office}/comments/{comment.id}/answer"
    wordless = press(leader, answer, {"disposition": "rejected", "answer": ""})
    assert wordless.status_code == 422 and "Say why it is not taken" in wordless.text
    words = {"disposition": "partly", "answer": "Those that are open."}
    assert press(leader, answer, words).status_code == 302
    assert "Those that are open." in other(client).get(page).text
    assert press(leader, f"{draft}/publish", {"replaces": ""}).status_code == 409
    with clock.set_clock(AFTER):
        leader = as_person(other(client), chair)
        assert "Publish version 1" in leader.get(draft).text
        assert press(leader, f"{draft}/publish", {"replaces": ""}).status_code == 302
        found = kept(GroupDocument, document.id)
        assert found.state is DocumentState.PUBLISHED
        read = other(client).get(page).text
        assert "KLE 1:2027" in read and "Those that are open." in read
        text = other(client).get(f"{page}/1.txt")
        assert text.data.decode() == TEXT
        assert press(leader, f"{draft}/withdraw", {"reason": "A table."}).status_code == 302
        assert "A table." in other(client).get(page).text


def test_a_comment_is_taken_back_by_who_made_it(client, chair, group) -> None:
    document, person = opened(chair, group), somebody()
    comment = commented(person, document)
    ref = kept(GroupDocument, document).ref
    take = f"/working-groups/comments/{comment}/take-back"
    assert press(as_person(other(client), somebody()), take).status_code == 404
    mine = as_person(client, person)
    assert "Take it back" in mine.get(f"/working-groups/documents/{ref}").text
    assert press(mine, take).status_code == 302
    assert "Which models?" not in other(client).get(f"/working-groups/documents/{ref}").text


def test_meetings_are_planned_moved_and_written_up(client, sg, chair, group) -> None:
    member = somebody()
    joined(chair, group, member)
    leader, office = as_person(client, chair), "/working-groups/office"
    when = {"title": "First", "minutes": "60", "zone": "Asia/Singapore", **wall("starts", 20, 1)}
    link = {"join_url": "https://meet.example.org/x", "agenda": "1. Scope"}
    early = press(leader, f"{office}/{group}/meetings/new", when | wall("starts", 1, 1))
    assert early.status_code == 409
    assert press(leader, f"{office}/{group}/meetings/new", when | link).status_code == 302
    (meeting,) = rows(GroupMeeting)
    page = f"/working-groups/{kept(WorkingGroup, group).ref}"
    visitor, reader = other(client), as_person(other(client), member)
    assert "First" in visitor.get(page).text
    assert "meet.example.org" not in visitor.get(page).text
    assert "meet.example.org" in reader.get(page).text
    assert "First" in reader.get("/dashboard").text
    assert visitor.get(f"/working-groups/{group}/meetings.ics").status_code == 302
    file = reader.get(f"/working-groups/{group}/meetings.ics").text
    assert "SEQUENCE:0" in file and "STATUS:CONFIRMED" in file
    change = f"{office}/meetings/{meeting.id}"
    moved = when | link | wall("starts", 21, 1) | {"version": "1"}
    assert press(leader, change, moved).status_code == 409
    assert press(leader, change, moved | {"reason": "A strike."}).status_code == 302
    assert "SEQUENCE:1" in reader.get(f"/working-groups/{group}/meetings.ics").text
    assert press(leader, f"{change}/cancel", {"reason": ""}).status_code == 422
    with clock.set_clock(AFTER):
        leader = as_person(other(client), chair)
        minutes = {"minutes": "We agreed.", "audience": "members", "version": "2"}
        assert press(leader, f"{change}/minutes", minutes).status_code == 302
        assert "We agreed." not in other(client).get(page).text
        assert "We agreed." in as_person(other(client), member).get(page).text
        public = minutes | {"audience": "public", "version": "3"}
        assert press(leader, f"{change}/minutes", public).status_code == 302
        assert "We agreed." in other(client).get(page).text


def test_others_open_nothing_of_a_group_that_is_not_theirs(client, sg, jp, chair, group) -> None:
    document = drafted(chair, group)
    on_document(chair, document, verbs.put_forward)
    meeting, forming = met(chair, group), convened(sg, acronym="NEW")
    asked = invited(sg.actor, forming, somebody())
    ref = kept(GroupDocument, document).ref
    for actor in (jp.actor, somebody()):
        guest = as_person(other(client), actor)
        for address, status in (
            (f"/working-groups/{kept(WorkingGroup, forming).ref}", 404),
            (f"/working-groups/documents/{ref}", 404),
            (f"/working-groups/documents/{ref}/1.txt", 404),
            (f"/working-groups/{group}/meetings.ics", 403),
            (f"/working-groups/office/{group}", 403),
            (f"/working-groups/office/{group}/members", 403),
            (f"/working-groups/office/{forming}", 404),
            (f"/working-groups/office/documents/{document}", 404),
            (f"/working-groups/office/documents/{document}/comments", 404),
            (f"/working-groups/office/meetings/{meeting}", 404),
            (f"/working-groups/office/meetings/{meeting}/minutes", 404),
        ):
            assert guest.get(address).status_code == status, address
        for address in (
            f"/working-groups/memberships/{asked}/accept",
            f"/working-groups/memberships/{asked}/leave",
            f"/working-groups/{forming}/ask",
            f"/working-groups/office/documents/{document}/publish",
            f"/working-groups/documents/{document}/comment",
        ):
            assert press(guest, address).status_code == 404, address
        assert press(guest, f"/working-groups/office/{group}/close").status_code == 403


def test_an_answered_comment_stays_beside_its_answer(client, chair, group) -> None:
    document = opened(chair, group)
    answered(chair, commented(somebody(), document), Disposition.ACCEPTED, now=make.NOW)
    leader = as_person(client, chair)
    page = leader.get(f"/working-groups/office/documents/{document}/comments")
    assert "Every comment is answered." in page.text


@pytest.mark.parametrize("what", ["group", "document", "comments", "groups", "office", "members"])
def test_pages_ask_the_same_few_statements_however_much_there_is(
    client, sg, chair, group, what
) -> None:
    document = opened(chair, group)
    commented(somebody(), document)
    met(chair, group)
    address = {
        "group": f"/working-groups/{kept(WorkingGroup, group).ref}",
        "document": f"/working-groups/documents/{kept(GroupDocument, document).ref}",
        "comments": f"/working-groups/office/documents/{document}/comments",
        "groups": "/working-groups",
        "office": "/working-groups/office",
        "members": f"/working-groups/office/{group}/members",
    }[what]
    reader = as_person(client, chair)
    counts = []
    for _round in range(2):
        with statements() as seen:
            assert reader.get(address).status_code == 200
        counts.append(len(seen))
        if _round:
            break
        for number in range(4):
            person = somebody(body=sg.id)
            joined(chair, group, person)
            commented(person, document, clause=number % 3)
            drafted(chair, group)
            met(chair, group)
            convened(sg, acronym=f"G{number}")
    assert counts[0] == counts[1] <= 9


def test_minutes_for_members_are_in_no_public_page(client, chair, group) -> None:
    meeting = met(chair, group)
    in_group(chair, group, verbs.write_group, locale="ja", name="評価", mandate="試験の方法")
    with clock.set_clock(AFTER):
        at_meeting(
            chair,
            meeting,
            verbs.write_minutes,
            minutes="Among ourselves.",
            audience=Audience.MEMBERS,
            now=AFTER,
        )
        page = client.get(f"/working-groups/{kept(WorkingGroup, group).ref}?lang=ja").text
    assert "評価" in page and "Among ourselves." not in page


def test_ones_own_calendar_has_the_meetings_of_ones_groups(client, sg, chair, group) -> None:
    member = somebody()
    joined(chair, group, member)
    meeting = met(chair, group)
    addresses = []
    for actor in (member, sg.actor):
        with unit_of_work(actor, now=make.NOW) as work:
            secret = make_calendar_address(work, work.find(own_row(actor)))
        addresses.append(f"/dashboard/calendar/{secret}.ics")
    files = [client.get(address).text for address in addresses]
    assert [f"group-meeting-{meeting}@lontar" in file for file in files] == [True, False]
    at_meeting(chair, meeting, verbs.cancel_group_meeting, reason="A storm.")
    file = client.get(addresses[0]).text
    assert "SEQUENCE:1" in file and "STATUS:CANCELLED" in file
