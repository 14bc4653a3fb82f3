"""The ways to come to a call: as data, in its office, and in words on its public page."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.applications.models import Nominator, Route
from app.applications.operations import (
    RouteTerms,
    change_nominator,
    close_route,
    drop_nominator,
    name_nominator,
    open_route,
)
from app.applications.queries import routes as queries
from app.applications.states import RouteKind
from app.fellowships.queries import calls_visible_to, preparations
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotPermitted, RuleBroken
from app.opportunities.states import OpportunityState
from tests import make
from tests.counting import statements
from tests.fellowships.offices import the_call, working

UNIVERSITY = RouteTerms(
    quota=5, due_wall="2027-01-12T17:00", zone="Asia/Bangkok", named_only=False, note={"en": "Ask."}
)
MINISTRY = RouteTerms(quota=2, due_wall="2027-01-12T17:00", zone="Asia/Bangkok")


def a_call(office, **values):
    return make.call(programme=office.programme, **values)


def opened(office, call, kind=RouteKind.MINISTRY, terms=MINISTRY):
    with working(office.manager) as work:
        return open_route(work, the_call(work, call), kind, terms)


def named(office, call, organisation, kind=RouteKind.MINISTRY):
    with working(office.manager) as work:
        route = work.find(queries.route_to_change(call.id, kind))
        return name_nominator(work, route, organisation)


def kinds(call):
    db.session.rollback()
    return {route.kind: route for route in db.session.scalars(queries.routes_of(call.id))}


def test_the_first_way_that_nominates_leaves_the_way_on_ones_own_open(office) -> None:
    call = a_call(office)
    opened(office, call)
    assert set(kinds(call)) == {RouteKind.DIRECT, RouteKind.MINISTRY}
    assert kinds(call)[RouteKind.MINISTRY].due_at.isoformat() == "2027-01-12T10:00:00+00:00"


def test_only_the_office_of_the_call_opens_ways(office) -> None:
    call = a_call(office)
    for who in (office.stranger, office.approver, office.secretariat):
        with pytest.raises(NotPermitted), working(who) as work:
            query = calls_visible_to(work.actor)
            found = work.session.scalar(
                query.where(query.column_descriptions[0]["entity"].id == call.id)
            )
            open_route(work, found or call, RouteKind.MINISTRY, MINISTRY)


def test_a_form_that_was_opened_before_somebody_else_saved_changes_nothing(office) -> None:
    call = a_call(office)
    opened(office, call)
    with pytest.raises(ChangedMeanwhile), working(office.manager) as work:
        open_route(work, the_call(work, call), RouteKind.MINISTRY, MINISTRY, version=0)


def test_who_nominates_starts_with_the_terms_of_the_way_and_is_named_once(office) -> None:
    call, ministry = a_call(office), make.organisation("Ministry", "LA")
    opened(office, call)
    first, again = named(office, call, ministry), named(office, call, ministry)
    assert first.id == again.id
    assert (first.quota, first.due_wall, first.due_zone) == (2, "2027-01-12T17:00", "Asia/Bangkok")


def test_the_database_keeps_more_than_the_quota_out(office) -> None:
    call, ministry = a_call(office), make.organisation("Ministry", "LA")
    opened(office, call)
    nominator = db.session.get(Nominator, named(office, call, ministry).id)
    nominator.nominated = 3
    with pytest.raises(IntegrityError):
        db.session.commit()
    db.session.rollback()


def test_a_published_quota_only_grows_and_says_why(office) -> None:
    call, ministry = a_call(office), make.organisation("Ministry", "LA")
    opened(office, call)
    held = named(office, call, ministry)

    def change(quota, wall, because):
        with working(office.manager) as work:
            found = work.find(queries.nominator_of(call.id, held.id))
            change_nominator(
                work, found, quota=quota, due_wall=wall, zone="Asia/Bangkok", because=because
            )

    for quota, wall, because in (
        (1, "2027-01-12T17:00", "Fewer"),
        (2, "2027-01-11T17:00", "Sooner"),
        (3, "2027-01-12T17:00", " "),
    ):
        with pytest.raises(RuleBroken):
            change(quota, wall, because)
    change(3, "2027-01-20T17:00", "The ministry moves house.")
    db.session.rollback()
    kept = db.session.get(Nominator, held.id)
    assert (kept.quota, kept.extended_because) == (3, "The ministry moves house.")
    assert kept.due_before < kept.due_at
    assert kept.extended_at == make.NOW


def test_what_nobody_has_seen_can_be_taken_back(office) -> None:
    call = a_call(office, state=OpportunityState.DRAFT)
    opened(office, call)
    held = named(office, call, make.organisation("Ministry", "LA"))
    with working(office.manager) as work:
        drop_nominator(work, work.find(queries.nominator_of(call.id, held.id)))
    with working(office.manager) as work:
        close_route(work, work.find(queries.route_to_change(call.id, RouteKind.MINISTRY)))
    assert set(kinds(call)) == {RouteKind.DIRECT}


def test_once_published_no_way_is_closed(office) -> None:
    call = a_call(office)
    opened(office, call)
    with pytest.raises(RuleBroken, match="rely on"), working(office.manager) as work:
        close_route(work, work.find(queries.route_to_change(call.id, RouteKind.MINISTRY)))


def test_a_way_for_which_nobody_is_named_is_still_to_do(office) -> None:
    call = a_call(office)
    opened(office, call)
    assert preparations(db.session(), [call.id])[call.id].routes_without == ("ministry",)
    named(office, call, make.organisation("Ministry", "LA"))
    db.session.rollback()
    assert preparations(db.session(), [call.id])[call.id].routes_without == ()


@pytest.mark.parametrize("bodies", [1, 12])
def test_the_public_page_says_whom_to_ask_until_when_and_how_many(office, client, bodies) -> None:
    call = a_call(office)
    opened(office, call, RouteKind.UNIVERSITY, UNIVERSITY)
    opened(office, call)
    for n in range(bodies):
        named(office, call, make.organisation(f"Ministry {n}", "LA"))
    with statements() as said:
        page = client.get(f"/fellowships/{call.ref}").text
    assert len(said) <= 6, said
    assert "Ask the international office of your university" in page
    assert "Up to 5 people each." in page
    assert "12 Jan 2027, 17:00" in page
    assert "Ministry 0" in page
    assert "need nobody’s nomination" in page
    assert "所属大学を通じて" in client.get(f"/fellowships/{call.ref}?lang=ja").text


def test_the_office_opens_a_way_and_names_who_nominates_on_its_pages(office, client) -> None:
    call, ministry = a_call(office), make.organisation("Ministry of Labour", "LA")
    make.sign_in(client, office.manager)
    base = f"/fellowships/office/{call.id}/routes"
    sent = {"quota": "4", "zone": "Asia/Tokyo", "note_en": "Write early.", "version": "0"}
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(f"{base}/ministry").text)
    sent["csrf_token"] = token[1]
    wrong = client.post(f"{base}/ministry", data={**sent, "quota": ""})
    assert wrong.status_code == 422
    assert "Write how many people each may nominate." in wrong.text
    assert client.post(f"{base}/ministry", data=sent).status_code == 302
    client.post(
        f"{base}/ministry/name", data={"organisation": str(ministry.id), "csrf_token": token[1]}
    )
    page = client.get(f"{base}/ministry").text
    assert "Ministry of Labour" in page
    assert "0 of 4 nominated" in page
    held = db.session.scalar(select(Nominator))
    changed = {
        "quota": "6",
        "because": "More seats.",
        "version": str(held.version),
        "csrf_token": token[1],
    }
    address = f"/fellowships/office/{call.id}/nominators/{held.id}"
    assert client.post(address, data={**changed, "because": ""}).status_code == 409
    assert client.post(address, data=changed).status_code == 302
    assert "More seats." in client.get(address).text
    assert "More seats." in client.get(f"/fellowships/{call.ref}").text


def test_another_office_finds_none_of_it(office, client) -> None:
    call = a_call(office)
    opened(office, call)
    held = named(office, call, make.organisation("Ministry", "LA"))
    make.sign_in(client, office.stranger)
    base = f"/fellowships/office/{call.id}"
    for address in ("routes", "routes/ministry", f"nominators/{held.id}"):
        assert client.get(f"{base}/{address}").status_code == 404
    assert db.session.scalar(select(Route.id).where(Route.opportunity_id == call.id)) is not None
