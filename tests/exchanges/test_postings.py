"""Postings: written, held against an agreement, opened, changed, ended; and who may."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.exchanges.models import Posting
from app.exchanges.operations import (
    close_nominations,
    conclude_posting,
    end_agreement,
    remove_term,
    reopen_nominations,
    save_posting,
    say_home_dates,
    withdraw_posting,
)
from app.exchanges.operations.partners import TermDates
from app.exchanges.queries import own_term, own_university, posting_to_change, posting_with_all
from app.exchanges.states import PostingStage
from app.foundation.database import db
from app.foundation.errors import NotFound, NotPermitted, RuleBroken
from app.foundation.work import unit_of_work
from app.opportunities.models import Opportunity, OpportunityFacet
from app.opportunities.states import OpportunityState
from tests import make
from tests.exchanges.agreeing import approving, found_by, going, proposed, revising, university
from tests.exchanges.posting import begun, offered, opening, posting, term_of
from tests.racing import CLIENTS, all_at_once, rounds


@pytest.fixture
def agreed(th, jp) -> tuple[int, int]:
    """Four places from Thailand to Japan in each year; as a posting names it."""
    agreement_id = proposed(th, jp)
    approving(jp, agreement_id)
    return agreement_id, th.id


def changed(host, posting_id: int, terms) -> None:
    with unit_of_work(host.actor, now=make.NOW) as work:
        save_posting(work, work.find(posting_to_change(work.actor, posting_id)), terms)


def pressed(host, posting_id: int, do, **values) -> None:
    with unit_of_work(host.actor, now=values.pop("now", make.NOW)) as work:
        do(work, work.find(posting_to_change(work.actor, posting_id)), **values)


def test_a_posting_is_seen_when_it_is_opened(session, jp, agreed) -> None:
    made = begun(jp, offered(term_of(jp), agreement=agreed))
    found = posting(made)
    assert (found.stage, found.state) == (PostingStage.DRAFT, OpportunityState.DRAFT)
    opening(jp, made)
    found = posting(made)
    assert (found.stage, found.state) == (PostingStage.OPEN, OpportunityState.PUBLISHED)
    assert found.closes_wall == "2027-02-01T23:59"
    assert (found.seats, found.hosts) == (2, 1)
    assert (found.starts_on, found.ends_on) == (date(2027, 4, 6), date(2027, 8, 3))
    facets = {
        (row.facet, row.value)
        for row in db.session.query(OpportunityFacet).filter_by(opportunity_id=made)
    }
    assert {("kind", "exchange"), ("where", "JP"), ("language", "en")} <= facets


def test_its_places_are_held_against_the_number_of_the_agreement(session, jp, agreed) -> None:
    term_id = term_of(jp)
    first = begun(jp, offered(term_id, agreement=agreed, capacity=3))
    second = begun(jp, offered(term_id, agreement=agreed, capacity=2))
    opening(jp, first)
    with pytest.raises(RuleBroken, match="1 place left"):
        opening(jp, second)
    with pytest.raises(RuleBroken, match="1 place left|4 places left"):
        changed(jp, first, offered(term_id, agreement=agreed, capacity=5))
    assert posting(first).capacity == 3
    changed(jp, first, offered(term_id, agreement=agreed, capacity=4))
    with pytest.raises(RuleBroken, match="in other postings already"):
        opening(jp, second)
    pressed(jp, first, withdraw_posting, reason="No rooms.")
    opening(jp, second)


def test_another_year_has_places_of_its_own(session, jp, agreed) -> None:
    opening(jp, begun(jp, offered(term_of(jp), agreement=agreed, capacity=4)))
    later = TermDates("Spring semester", 2028, date(2028, 4, 6), date(2028, 7, 20))
    opening(jp, begun(jp, offered(term_of(jp, later), agreement=agreed, capacity=4)))
    beyond = TermDates("Spring semester", 2030, date(2030, 4, 6), date(2030, 7, 20))
    with pytest.raises(RuleBroken, match="no place in the academic year 2030/2031"):
        opening(jp, begun(jp, offered(term_of(jp, beyond), agreement=agreed, capacity=1)))


def test_only_an_agreement_of_ones_own_that_is_in_force_is_chosen(session, th, jp) -> None:
    term_id = term_of(jp)
    talked_about = (proposed(th, jp), th.id)
    with pytest.raises(RuleBroken, match="that is in force"):
        begun(jp, offered(term_id, agreement=talked_about))
    vn = university("VN")
    others = proposed(th, vn)
    approving(vn, others)
    with pytest.raises(RuleBroken, match="that is in force"):
        begun(jp, offered(term_id, agreement=(others, th.id)))


def test_an_agreement_that_ended_meanwhile_opens_nothing(session, th, jp, agreed) -> None:
    made = begun(jp, offered(term_of(jp), agreement=agreed))
    with unit_of_work(th.actor, now=make.NOW) as work:
        agreement, side = found_by(work, agreed[0])
        end_agreement(work, agreement, side, reason="It is not used.")
    with pytest.raises(RuleBroken, match="is not in force"):
        opening(jp, made)


def test_a_posting_is_for_a_term_of_the_host(session, th, jp) -> None:
    with pytest.raises(RuleBroken, match="a term of your own calendar"):
        begun(jp, offered(term_of(th)))
    term_id = term_of(jp)
    begun(jp, offered(term_id))
    with pytest.raises(RuleBroken, match="it stays in the calendar"):
        with unit_of_work(jp.actor, now=make.NOW) as work:
            remove_term(work, work.find(own_term(work.actor, term_id)))


def test_what_partners_count_on_only_gets_better(session, jp) -> None:
    term_id = term_of(jp)
    usual = offered(term_id)
    made = begun(jp, usual)
    changed(jp, made, replace(usual, capacity=1, levels=(7,)))
    changed(jp, made, usual)
    opening(jp, made)
    for worse, said in (
        ({"capacity": 1}, "more, not fewer"),
        ({"levels": (8,)}, "they stay"),
        ({"nominate_by": date(2027, 1, 20)}, "can only be later"),
        ({"language": "ja"}, "they stay"),
    ):
        with pytest.raises(RuleBroken, match=said):
            changed(jp, made, replace(usual, **worse))
    better = {"capacity": 3, "nominate_by": date(2027, 2, 10), "documents": "A letter"}
    changed(jp, made, replace(usual, **better))
    assert posting(made).seats == 3


def test_it_goes_from_stage_to_stage_and_not_otherwise(session, jp) -> None:
    made = begun(jp, offered(term_of(jp)))
    for wrong in (close_nominations, reopen_nominations):
        with pytest.raises(RuleBroken):
            pressed(jp, made, wrong)
    opening(jp, made)
    with pytest.raises(RuleBroken):
        opening(jp, made)
    with pytest.raises(RuleBroken, match="Close the nominations first"):
        pressed(jp, made, conclude_posting, filled=True)
    pressed(jp, made, close_nominations)
    assert posting(made).state is OpportunityState.CLOSED
    pressed(jp, made, reopen_nominations)
    pressed(jp, made, close_nominations)
    with pytest.raises(RuleBroken, match="The last day to nominate is over"):
        pressed(jp, made, reopen_nominations, now=make.NOW + timedelta(days=90))
    pressed(jp, made, conclude_posting, filled=True)
    assert posting(made).stage is PostingStage.FILLED
    with pytest.raises(RuleBroken, match="has ended"):
        pressed(jp, made, withdraw_posting, reason="Too late.")
    with pytest.raises(RuleBroken, match="has ended"):
        changed(jp, made, offered(posting(made).term_id))


def test_withdrawing_needs_a_reason(session, jp) -> None:
    made = begun(jp, offered(term_of(jp)))
    with pytest.raises(RuleBroken, match="Give the reason"):
        pressed(jp, made, withdraw_posting, reason=" ")
    pressed(jp, made, withdraw_posting, reason="The teacher is ill.")
    found = posting(made)
    assert (found.stage, found.state) == (PostingStage.WITHDRAWN, OpportunityState.CANCELLED)


def test_another_university_neither_sees_a_draft_nor_changes_anything(session, th, jp) -> None:
    made = begun(jp, offered(term_of(jp)))
    for opened in (False, True):
        if opened:
            opening(jp, made)
        with unit_of_work(th.actor, now=make.NOW) as work:
            with pytest.raises(NotFound):
                work.find(posting_to_change(work.actor, made))
            found = work.session.get_one(Posting, made)
            for do in (close_nominations, reopen_nominations):
                with pytest.raises(NotPermitted):
                    do(work, found)
        with unit_of_work(th.actor, now=make.NOW) as work:
            if opened:
                work.find(posting_with_all(work.actor, posting_id=made))
            else:
                with pytest.raises(NotFound):
                    work.find(posting_with_all(work.actor, posting_id=made))


def said(who, made: int, day: date) -> None:
    with unit_of_work(who.actor, now=make.NOW) as work:
        found = work.find(posting_with_all(work.actor, posting_id=made))
        own = work.find(own_university(work.actor, who.id))
        say_home_dates(work, found, own, tell_by=day)


def test_the_sender_tells_its_students_a_day_before_the_hosts(session, th, jp, agreed) -> None:
    made = begun(jp, offered(term_of(jp), agreement=agreed))
    opening(jp, made)
    with pytest.raises(RuleBroken, match="until an earlier day"):
        said(th, made, date(2027, 2, 2))
    said(th, made, date(2027, 1, 20))
    said(th, made, date(2027, 1, 25))
    vn = university("VN")
    for stranger in (vn, jp):
        with pytest.raises(NotPermitted):
            said(stranger, made, date(2027, 1, 20))
    open_to_all = begun(jp, offered(posting(made).term_id))
    opening(jp, open_to_all)
    said(vn, open_to_all, date(2027, 1, 20))


@pytest.mark.race
def test_postings_that_open_at_once_never_promise_more_than_the_agreement(app, th, jp) -> None:
    agreement_id = proposed(th, jp, places=3)
    approving(jp, agreement_id)
    term_id = term_of(jp, TermDates("Spring", 2027, date(2027, 4, 6), date(2027, 7, 20)))
    under = (agreement_id, th.id)
    for _number in rounds(3):
        made = [begun(jp, offered(term_id, agreement=under, capacity=1)) for _ in range(CLIENTS)]
        told = all_at_once(app, [lambda one=one: opening(jp, one) for one in made])
        assert told == {None: 3, "RuleBroken": CLIENTS - 3}
        opened = [one for one in made if posting(one).stage is PostingStage.OPEN]
        assert len(opened) == 3
        for one in opened:
            pressed(jp, one, withdraw_posting, reason="The next round.")


def test_the_kind_decides_how_one_comes_to_it(session, jp) -> None:
    made = begun(jp, offered(term_of(jp)))
    assert not db.session.get_one(Opportunity, made).takes_applications


def test_conditions_of_the_other_direction_promise_nothing(session, th, jp) -> None:
    agreement_id = proposed(jp, th)
    revising(jp, agreement_id, [going(jp, th)])
    approving(th, agreement_id)
    made = begun(jp, offered(term_of(jp), agreement=(agreement_id, th.id)))
    with pytest.raises(RuleBroken, match="brings nobody"):
        opening(jp, made)
