"""The pages of placing: who reaches them, what they say, and what they make of bad input."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application
from app.applications.states import ApplicationState
from app.foundation.database import db
from app.notifications.models import OutboxMessage
from app.notifications.rendering import Letterhead, render
from app.placements.models import PlacementRound
from app.placements.states import OfferState, RoundState
from tests import make
from tests.counting import statements
from tests.placements.scene import Scene, scene

HEAD = Letterhead("Lontar", "https://lontar.example.org")
LONG = "ខ" * 20_001
NASTY = [LONG, "a\x00b", "a\x07b", "\u202eevil", "\ud800", "<script>alert(1)</script>", "'; DROP--"]


@pytest.fixture
def s(session):
    return scene()


@pytest.fixture
def browse(app):
    """A browser for each person: `browse(user)` answers (get, post), the token brought along."""

    def signed_in(user: User):
        client = make.sign_in(app.test_client(), user)
        db.session.remove()

        def get(path: str, status: int = 200) -> str:
            db.session.remove()
            answer = client.get(path)
            assert answer.status_code == status, (path, answer.status_code)
            return answer.text

        def post(path: str, status: int = 302, **data):
            page = client.get("/placements").text + client.get("/profile").text
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
            db.session.remove()
            answer = client.post(path, data={"csrf_token": found.group(1), **data})
            assert answer.status_code == status, (path, answer.status_code, answer.text[-2500:])
            return answer

        return get, post

    return signed_in


def round_path(s: Scene, step: str = "") -> str:
    return f"/placements/rounds/{s.round_id}{step}"


def test_a_manager_an_approver_and_an_applicant_go_the_whole_way_by_pages(s, browse):
    get, post = browse(s.people["manager"])
    assert "Begin a proposal" in get("/placements")
    key = re.search(r'name="key"[^>]*value="([^"]+)"', get(f"/placements/open/{s.call_id}"))
    first = post(f"/placements/open/{s.call_id}", note="First", key=key.group(1))
    again = post(f"/placements/open/{s.call_id}", note="First", key=key.group(1))
    assert first.location == again.location
    s.round_id = int(first.location.split("/")[-1].split("?")[0])
    assert "Work out the proposal" in get(round_path(s))
    post(round_path(s, "/propose"))
    page = get(round_path(s))
    assert "3 of 3 seats are given." in page
    assert "Nobody has a better claim to a seat." in page
    post(round_path(s, "/send"))

    get, post = browse(s.people["approver"])
    assert "Approve all" in get(round_path(s))
    get(round_path(s, "/approve"))
    post(round_path(s, "/approve"), note="as discussed")

    get, post = browse(s.people["manager"])
    assert "3 people are told" in get(round_path(s, "/release"))
    post(round_path(s, "/release"))

    # The applicant: from the offer (which the dashboard and the mail lead to) two more clicks.
    offer_id = s.offer_id(0)
    get, post = browse(s.applicants[0])
    page = get(f"/placements/offers/{offer_id}")
    assert f"/placements/offers/{offer_id}/accept" in page
    page = get(f"/placements/offers/{offer_id}/accept")
    assert page.count('class="button"') >= 1
    post(f"/placements/offers/{offer_id}/accept")
    assert "You accepted this seat" in get(f"/placements/offers/{offer_id}")
    assert s.offer(0).state is OfferState.ACCEPTED

    get, _post = browse(s.people["host"])
    assert s.applicants[0].passport_name in get(f"/placements/host/{s.places[0]}")


def test_an_answer_sent_twice_is_given_once_and_answered_alike(s, browse, session):
    s.until("released")
    _get, post = browse(s.applicants[0])
    path = f"/placements/offers/{s.offer_id(0)}/accept"
    assert post(path).location == post(path).location
    told = session.query(OutboxMessage).filter_by(kind="placements/answer_received").count()
    assert told == 1


def test_a_withdrawal_is_made_and_undone_by_pages(s, browse):
    s.until("released")
    _get, post = browse(s.applicants[0])
    path = f"/placements/withdraw/{s.applications[0]}"
    get, post = browse(s.applicants[0])
    assert "For 24 hours you can undo this." in get(path)
    post(path, reason="other plans")
    assert s.application(0).state is ApplicationState.WITHDRAWN
    # The scene's clock is not the page's: withdrawn just now, by the page's own clock.
    assert "Undo the withdrawal" in get(path)
    post(path + "/undo")
    assert s.application(0).state is ApplicationState.OFFERED


def test_a_placement_is_made_and_taken_out_by_hand_on_pages(s, browse):
    s.until("proposed")
    get, post = browse(s.people["manager"])
    path = round_path(s, f"/people/{s.applications[0]}")
    assert "Where this person is, and why" in get(path)
    post(path + "/exclude", reason="holds another fellowship")
    assert "Excluded by hand" in get(round_path(s))
    path = round_path(s, f"/people/{s.applications[3]}")
    post(path + "/place", place=s.places[0], reason="the host asked")
    page = get(round_path(s))
    assert "Somebody has a better claim to a seat" in page
    assert "Placed here by hand" in page


def test_those_not_selected_are_told_from_a_page(s, browse):
    s.until("released")
    get, post = browse(s.people["manager"])
    assert "1 person still waits" in get(round_path(s, "/others"))
    post(round_path(s, "/others"), reason="All seats went to higher scores.")
    assert s.application(3).state is ApplicationState.NOT_SELECTED


# ---- who reaches what ---------------------------------------------------------------------


def test_foreign_pages_do_not_exist_and_visible_ones_refuse(s, browse):
    s.until("released")
    offer = f"/placements/offers/{s.offer_id(0)}"
    host, other_host = (f"/placements/host/{p}" for p in s.places)
    withdraw = f"/placements/withdraw/{s.applications[0]}"
    person = round_path(s, f"/people/{s.applications[0]}")
    expected = {
        "manager": {round_path(s): 200, offer: 200, offer + "/accept": 403, host: 200},
        "approver": {round_path(s): 200, offer + "/take-back": 403, person: 403},
        "secretariat": {round_path(s): 200, offer: 200, round_path(s, "/others"): 403},
        "elsewhere": {round_path(s): 404, offer: 404, host: 404, person: 404},
        "host": {round_path(s): 404, offer: 404, host: 200, other_host: 404},
        "nobody": {round_path(s): 404, offer: 404, host: 404, withdraw: 404, person: 404},
    }
    for name, pages in expected.items():
        get, _post = browse(s.people[name])
        for path, status in pages.items():
            get(path, status)
    get, post = browse(s.applicants[0])
    for path, status in {offer: 200, offer + "/accept": 200, round_path(s): 404, host: 404}.items():
        get(path, status)
    post(offer + "/approve", 403, note="")
    get, post = browse(s.applicants[1])
    for path in (offer, offer + "/accept", withdraw):
        get(path, 404)
    for path in (offer + "/accept", withdraw, withdraw + "/undo"):
        post(path, 404)


def test_before_the_release_an_applicant_sees_nothing_of_the_placement(s, browse):
    s.until("approved")
    get, _post = browse(s.applicants[0])
    get(f"/placements/offers/{s.offer_id(0)}", 404)
    assert "There is no offer for you" in get("/placements")
    assert "There is no offer for you" in _follow(get, "/placements/mine")


def _follow(get, path: str) -> str:
    get(path, 302)
    return get("/placements")


def test_a_host_reads_names_and_countries_and_nothing_else(s, browse, session):
    s.until("released").accept(0)
    session.execute(
        Application.__table__.update()
        .where(Application.id == s.applications[0])
        .values(headline="Secret headline", score_mean=4.5)
    )
    session.commit()
    get, _post = browse(s.people["host"])
    page = get(f"/placements/host/{s.places[0]}")
    assert s.applicants[0].passport_name in page
    assert "Cambodia" in page
    for hidden in ("Secret headline", "4.50", s.applicants[0].email, s.application(0).ref):
        assert hidden not in page


# ---- input --------------------------------------------------------------------------------


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_nasty_reasons_are_refused_or_kept_as_text_and_never_break(s, browse, nasty):
    s.until("sent")
    _get, post = browse(s.people["approver"])
    shown = nasty.encode("utf-8", "surrogatepass")
    answer = _post_raw(post, round_path(s, "/send-back"), reason=shown)
    state = s.row(PlacementRound, s.round_id).state
    if answer == 422:
        assert state is RoundState.PROPOSED
    else:
        assert (answer, state) == (302, RoundState.DRAFT)
        get, _post = browse(s.people["manager"])
        assert "<script>alert" not in get(round_path(s))


def _post_raw(post, path: str, **data) -> int:
    for status in (302, 422):
        try:
            return post(path, status, **data).status_code
        except AssertionError:
            continue
    msg = f"{path} answered neither 302 nor 422"
    raise AssertionError(msg)


@pytest.mark.parametrize("place", ["", "0", "-1", "99999999999999999999", "1e3", "x", "\x00", "٣"])
def test_a_place_that_is_not_offered_is_refused_beside_its_field(s, browse, place):
    s.until("proposed")
    _get, post = browse(s.people["manager"])
    path = round_path(s, f"/people/{s.applications[3]}/place")
    page = post(path, 422, place=place, reason="the host asked").text
    assert "Choose a host institution from the list." in page
    assert "the host asked" in page


def test_missing_answers_are_asked_for_and_what_was_typed_stays(s, browse):
    s.until("sent")
    _get, post = browse(s.people["approver"])
    assert "Write the reason in a sentence." in post(round_path(s, "/send-back"), 422).text
    page = post(round_path(s, "/approve"), 422, note="x" * 2001).text
    assert "xxxx" in page


@pytest.mark.parametrize("value", ["-1", "abc", "99999999999999", "1%00", "%F0%9F%98%80", ""])
def test_odd_addresses_show_the_page_as_if_nothing_was_asked(s, browse, value):
    s.until("proposed")
    get, _post = browse(s.people["manager"])
    for name in ("after", "person", "show", "before"):
        get(f"{round_path(s)}?{name}={value}")
        get(f"/placements?{name}={value}")
    get("/placements/offers/99999999999999999999", 404)


@pytest.mark.parametrize("step", ["approve", "send-back", "release", "give-up", "others"])
def test_a_form_without_its_token_does_nothing(s, app, step):
    s.until("sent")
    client = make.sign_in(app.test_client(), s.people["second"])
    answer = client.post(round_path(s, f"/{step}"), data={"reason": "x", "note": "x"})
    assert 400 <= answer.status_code < 500
    assert s.row(PlacementRound, s.round_id).state is RoundState.PROPOSED


def test_a_step_whose_time_is_over_says_so_in_plain_words(s, browse):
    s.until("approved")
    _get, post = browse(s.people["approver"])
    page = post(round_path(s, "/approve"), 409, note="").text
    assert "PlacementRound" not in page
    assert "This is not possible now" in page


# ---- statements ---------------------------------------------------------------------------


def counted(get, path: str) -> int:
    get(path)
    with statements() as seen:
        get(path)
    return len(seen)


def test_the_pages_ask_the_same_of_the_database_with_4_people_and_with_25(session, browse):
    small = scene().until("proposed")
    many = scene(
        seats=(3,) * 8, people=tuple((3 + i / 20, (i % 8, (i + 1) % 8)) for i in range(25))
    ).until("proposed")
    numbers = []
    for s in (small, many):
        get, _post = browse(s.people["manager"])
        numbers.append((counted(get, round_path(s)), counted(get, "/placements")))
    assert numbers[0] == numbers[1]
    assert numbers[0][0] <= 7
    assert numbers[0][1] <= 4


# ---- letters ------------------------------------------------------------------------------


def test_every_letter_of_placing_reads_well_as_text_and_as_a_page(s, session):
    s.until("released").accept(0)
    s.decline(1)
    s.take_back(2)
    s.withdraw(0)
    s.come_back(0)
    s.pass_over()
    letters = [
        render(HEAD, m.kind, m.values, "en", "Asia/Phnom_Penh")
        for m in session.scalars(select(OutboxMessage))
        if m.kind.startswith("placements/")
    ]
    kinds = {m.kind for m in session.scalars(select(OutboxMessage))}
    assert {"placements/offer_made", "placements/seat_returned"} <= kinds
    for letter in letters:
        assert letter.subject
        assert "https://lontar.example.org/" in letter.text
        assert "\n\n\n" not in letter.text
        assert "None" not in letter.text
        assert "<h1>" in letter.html
    offered = next(x for x in letters if "You are offered a seat" in x.subject)
    assert "19 Jan 2027, 23:59 in Tokyo" in offered.text
    assert "21:59 in Phnom Penh" in offered.text
