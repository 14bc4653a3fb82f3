"""Eight at once: a letter is sent once, whatever else is pressed at the same moment."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.applications import queries
from app.applications.models import Application, Letter, ReferenceKey, ReferenceRequest
from app.applications.operations import (
    Written,
    ask_for_letter,
    decline_to_recommend,
    print_code,
    remind_of_letters,
    resend_link,
    send_letter,
    use_code,
)
from app.applications.operations.keys import guest, take_up
from app.applications.queries.letters import own_requests
from app.applications.states import ApplicationState, KeyKind, ReferenceState
from app.foundation.actors import SYSTEM
from app.foundation.work import unit_of_work
from tests import make
from tests.applications import helping
from tests.applications import recommenders as letters
from tests.applications.test_submitting_races import CLIENTS, together

pytestmark = pytest.mark.race


@pytest.mark.parametrize("attempt", range(5))
def test_a_letter_is_sent_once(app, session, applicant, attempt) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    secret, actor = letters.token(one), guest(letters.reload(one))
    session.remove()

    def press(number: int) -> int:
        with unit_of_work(actor, now=make.NOW) as work:
            found, key = take_up(work, secret, KeyKind.LINK)
            return send_letter(work, found, Written(body=f"Window {number}"), key=key).id

    assert len(together(app, press)) == 1
    assert session.scalar(select(func.count(Letter.id))) == 1
    assert len(letters.told("letter_kept")) == len(letters.told("letter_arrived")) == 1


@pytest.mark.parametrize("attempt", range(5))
def test_sending_and_declining_end_in_one_of_both(app, session, applicant, attempt) -> None:
    _mine, one = letters.asked(letters.call(), applicant)
    secret, actor = letters.token(one), guest(letters.reload(one))
    session.remove()

    def press(number: int) -> str:
        with unit_of_work(actor, now=make.NOW) as work:
            found, key = take_up(work, secret, KeyKind.LINK)
            if number % 2:
                send_letter(work, found, Written(body="Words."), key=key)
                return "sent"
            decline_to_recommend(work, found, reason="")
            return "declined"

    told = together(app, press)
    done = letters.reload(one).state
    assert done in {ReferenceState.RECEIVED, ReferenceState.DECLINED}
    word = "sent" if done is ReferenceState.RECEIVED else "declined"
    assert told == {word: CLIENTS // 2, "RuleBroken": CLIENTS // 2}
    ends = [len(letters.told(k)) for k in ("letter_arrived", "letter_declined")]
    assert ends == ([1, 0] if word == "sent" else [0, 1])


@pytest.mark.parametrize("attempt", range(5))
def test_a_link_that_is_replaced_while_one_sends_is_used_or_dead(
    app, session, applicant, attempt
) -> None:
    """Either the letter came first, and no new link is sent; or the old link is dead."""
    _mine, one = letters.asked(letters.call(), applicant)
    secret, actor = letters.token(one), guest(letters.reload(one))
    owner = helping.acting(applicant)
    session.remove()

    def press(number: int) -> str:
        if number == 0:
            with unit_of_work(owner, now=make.NOW + timedelta(minutes=1)) as work:
                mine = own_requests(work.actor).where(ReferenceRequest.id == one)
                resend_link(work, work.find(mine))
            return "replaced"
        with unit_of_work(actor, now=make.NOW) as work:
            found, key = take_up(work, secret, KeyKind.LINK)
            send_letter(work, found, Written(body=f"Window {number}"), key=key)
        return "sent"

    told = together(app, press)
    sent = letters.reload(one).state is ReferenceState.RECEIVED
    others = CLIENTS - 1
    expected = {"sent": others, "RuleBroken": 1} if sent else {"replaced": 1, "NoLonger": others}
    assert told == Counter(expected)
    assert session.scalar(select(func.count(Letter.id))) == int(sent)
    assert len(letters.told("letter_asked")) == (1 if sent else 2)


@pytest.mark.parametrize("attempt", range(5))
def test_a_code_opens_once(app, session, applicant, attempt) -> None:
    _mine, one = letters.asked(letters.call(), applicant, email="")
    code = letters.as_applicant(applicant, one, print_code)
    actor = guest(letters.reload(one))
    session.remove()

    def press(_number: int) -> str:
        with unit_of_work(actor, now=make.NOW) as work:
            found, key = take_up(work, code, KeyKind.CODE)
            use_code(work, found, key)
        return "opened"

    assert together(app, press) == {"opened": 1, "NotFound": CLIENTS - 1}
    links = select(func.count(ReferenceKey.id)).where(ReferenceKey.kind == KeyKind.LINK)
    assert session.scalar(links) == 1


@pytest.mark.parametrize("attempt", range(3))
def test_no_more_people_are_asked_than_allowed_however_many_press(
    app, session, applicant, attempt
) -> None:
    mine = make.application(letters.call(most=3), applicant).id
    actor = helping.acting(applicant)
    session.remove()

    def press(number: int) -> str:
        with unit_of_work(actor, now=make.NOW) as work:
            own = queries.own_applications(work.actor).where(Application.id == mine)
            whom = letters.somebody(f"Person {number}", f"p{number}@uni.example.org")
            ask_for_letter(work, work.find(own), whom)
        return "asked"

    assert together(app, press) == {"asked": 3, "RuleBroken": CLIENTS - 3}


@pytest.mark.parametrize("attempt", range(3))
def test_eight_workers_remind_once(app, session, applicant, attempt) -> None:
    letters.asked(letters.call(), applicant, state=ApplicationState.SUBMITTED)
    session.remove()

    def press(_number: int) -> int:
        with unit_of_work(SYSTEM, now=make.NOW + 5 * letters.DAY) as work:
            return remind_of_letters(work)

    assert together(app, press) == {1: 1, 0: CLIENTS - 1}
    assert len(letters.told("letter_reminder")) == len(letters.told("letters_outstanding")) == 1
