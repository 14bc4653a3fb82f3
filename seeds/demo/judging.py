"""Screening, reading, placing: what the offices make of the demo's applications."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.applications.models import Application
from app.applications.operations import fail_screening, pass_over, pass_screening, shortlist
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState, ScreeningReason
from app.foundation.work import Work
from app.opportunities.models import Opportunity
from app.placements.models import Offer, PlacementRound
from app.placements.operations import (
    accept_offer,
    approve_round,
    decline_offer,
    lapse_offers,
    open_round,
    propose_placements,
    release_round,
    remind_of_offers,
    send_for_approval,
    withdraw_application,
)
from app.placements.queries import (
    offers_visible_to,
    opportunities_to_place,
    rounds_visible_to,
)
from app.placements.states import OfferState
from app.reviews.models import Review
from app.reviews.operations import Given, assign_pairs, submit_review
from app.reviews.queries import reviews_to_write
from seeds.demo.applying import Sent
from seeds.demo.calls import MadeCall
from seeds.demo.stage import Company

READERS = {
    "research": ("reviewer-1", "reviewer-2", "reviewer-3"),
    "policy": ("reviewer-3", "reviewer-4"),
}
APPROVER = {"research": "approver-a", "policy": "approver-b"}
REASONS = {
    1: "The question is not clear, and the plan does not say how it would be answered.",
    2: "There is a question, but the method would not answer it in the time.",
    3: "Sound, with gaps that a supervisor can help to fill.",
    4: "Clear question, realistic plan for the data, and results that others can use.",
    5: "Original and thought through; the applicant knows what can go wrong.",
}


def judge(
    company: Company,
    made: dict[str, MadeCall],
    sent: dict[str, list[Sent]],
    now: datetime,
    chance: random.Random,
) -> None:
    """Take every call as far as it would be on the day of the demo."""
    joint, open_now = made["call-jointmaster"], made["call-research"]
    apprentice, official = made["call-apprentice"], made["call-official"]
    named = {company.by_address[a] for a in ("applicant-kh", "applicant-vn")}

    _withdraw_some(company, joint, sent["call-jointmaster"], chance, 3)
    _read_all(company, joint, sent["call-jointmaster"], joint.closes_at, chance, share=1.0)
    _place_joint_master(company, joint, sent["call-jointmaster"], now)

    _read_all(company, apprentice, sent["call-apprentice"], apprentice.closes_at, chance, share=1.0)
    _propose(company, apprentice, now - timedelta(days=2), best=6)

    early = [s for s in sent["call-research"] if s.person_id not in named]
    _read_all(company, open_now, early[:70], now - timedelta(days=12), chance, share=0.6)
    _shortlist(company, open_now, now - timedelta(days=1), best=8)
    _screen(company, official, sent["call-official"][:20], now - timedelta(days=3), chance)


def _mine(work: Work, call: MadeCall) -> Opportunity:
    return work.find(opportunities_to_place(work.actor).where(Opportunity.id == call.id))


def _application(work: Work, application_id: int) -> Application:
    return work.find(applications_visible_to(work.actor).where(Application.id == application_id))


def _screen(
    company: Company, call: MadeCall, sent: Sequence[Sent], at: datetime, chance: random.Random
) -> list[Sent]:
    """The manager looks whether each meets the conditions; a few do not."""
    passed = []
    with company.acts(call.manager, at) as work:
        for one in sent:
            if one.submitted_at is None or one.submitted_at > at:
                continue
            application = _application(work, one.id)
            if application.state is not ApplicationState.SUBMITTED:
                continue
            if chance.random() < 0.05 and one.person_id not in _named(company):
                fail_screening(
                    work,
                    application,
                    reason=ScreeningReason.DOCUMENTS,
                    note="The transcript cannot be read; two pages are missing.",
                )
            else:
                pass_screening(work, application)
                passed.append(one)
    return passed


def _read_all(
    company: Company,
    call: MadeCall,
    sent: Sequence[Sent],
    at: datetime,
    chance: random.Random,
    *,
    share: float,
) -> None:
    """Screen, give each to two reviewers, and let `share` of the reviews be written."""
    passed = _screen(company, call, sent, at + timedelta(days=3), chance)
    readers = READERS[call.data["programme"]]
    with company.acts(call.manager, at + timedelta(days=4)) as work:
        opportunity = _mine(work, call)
        people = {a: work.session.get_one(User, company.by_address[a]) for a in readers}
        pairs = []
        for n, one in enumerate(passed):
            application = _application(work, one.id)
            able = [
                person
                for turn in range(len(readers))
                if (person := people[readers[(n + turn) % len(readers)]]).home_institution_id
                != application.home_institution_id
            ]
            pairs += [(application, person) for person in able[:2]]
        assign_pairs(work, opportunity, pairs, due_at=at + timedelta(days=28), wanted=2)
    for address in readers:
        _write_reviews(
            company, call, address, at=at + timedelta(days=9), chance=chance, share=share
        )


def _write_reviews(
    company: Company,
    call: MadeCall,
    address: str,
    *,
    at: datetime,
    chance: random.Random,
    share: float,
) -> None:
    with company.acts(address, at) as work:
        waiting = list(
            work.session.scalars(
                select(Review.id)
                .where(
                    Review.reviewer_id == work.actor.user_id,
                    Review.opportunity_id == call.id,
                )
                .order_by(Review.id)
            )
        )
        for review_id in waiting[: round(len(waiting) * share)]:
            review = work.find(reviews_to_write(work.actor).where(Review.id == review_id))
            # A file has a quality of its own that all who read it see, and each sees differently.
            quality = 2.2 + (review.application_id * 37 % 25) / 10
            criteria = review.rubric_version.definition["criteria"]
            scores = {c["key"]: _score(quality, chance) for c in criteria}
            submit_review(work, review, scores=scores, comment="")


def _score(quality: float, chance: random.Random) -> Given:
    value = max(1, min(5, round(chance.gauss(quality, 0.7))))
    return Given(value, REASONS[value])


def _shortlist(
    company: Company,
    call: MadeCall,
    at: datetime,
    *,
    best: int,
    also: Sequence[int] = (),
    without: Sequence[int] = (),
) -> None:
    """The best of those that were read go on the list, and `also` these, `without` those."""
    with company.acts(call.manager, at) as work:
        ranked = list(
            work.session.scalars(
                select(Application.id)
                .where(
                    Application.opportunity_id == call.id,
                    Application.state == ApplicationState.IN_REVIEW,
                    Application.score_mean.is_not(None),
                    Application.id.not_in(without),
                )
                .order_by(Application.score_sort.desc(), Application.id)
            )
        )
        chosen = dict.fromkeys([*also, *ranked[:best]])
        for application_id in chosen:
            shortlist(work, _application(work, application_id))


def _propose(
    company: Company,
    call: MadeCall,
    at: datetime,
    *,
    best: int,
    also: Sequence[int] = (),
    without: Sequence[int] = (),
) -> int:
    """A round as far as a manager brings it alone: sent to a second person."""
    _shortlist(company, call, at, best=best, also=also, without=without)
    with company.acts(call.manager, at + timedelta(hours=3)) as work:
        made = open_round(work, _mine(work, call))
        round_id = made.id
    with company.acts(call.manager, at + timedelta(hours=4)) as work:
        propose_placements(work, _round(work, round_id))
    with company.acts(call.manager, at + timedelta(hours=5)) as work:
        send_for_approval(work, _round(work, round_id))
    return round_id


def _round(work: Work, round_id: int) -> PlacementRound:
    return work.find(rounds_visible_to(work.actor).where(PlacementRound.id == round_id))


def _offer(work: Work, offer_id: int) -> Offer:
    return work.find(offers_visible_to(work.actor).where(Offer.id == offer_id))


def _release(
    company: Company, call: MadeCall, round_id: int, at: datetime
) -> list[tuple[int, int]]:
    """A second person approves, the manager sends: (offer, applicant) of everybody offered."""
    with company.acts(APPROVER[call.data["programme"]], at) as work:
        approve_round(work, _round(work, round_id), note="The list follows the scores.")
    with company.acts(call.manager, at + timedelta(hours=2)) as work:
        release_round(work, _round(work, round_id))
    with company.acts(call.manager, at + timedelta(hours=3)) as work:
        rows = work.session.execute(
            select(Offer.id, Application.applicant_id)
            .join(Application, Application.id == Offer.application_id)
            .where(Offer.round_id == round_id, Offer.state == OfferState.RELEASED)
            .order_by(Offer.id)
        )
        return [(offer, person) for offer, person in rows]


def _place_joint_master(
    company: Company, call: MadeCall, sent: Sequence[Sent], now: datetime
) -> None:
    """Two rounds: the first is answered, in the second offers are open; a third waits."""
    holder = company.by_address["applicant-offer"]
    theirs = next(s.id for s in sent if s.person_id == holder)
    began = now - timedelta(days=36)
    first = _propose(company, call, began, best=11, without=[theirs])
    offered = _release(company, call, first, began + timedelta(days=1))
    for n, (offer, person) in enumerate(p for p in offered if p[1] != holder):
        answered = began + timedelta(days=3 + n % 9)
        if n % 6 == 5:
            continue  # never answered: it lapses
        with company.acts(person, answered) as work:
            if n % 4 == 3:
                decline_offer(work, _offer(work, offer), note="I was offered a post at home.")
            else:
                accept_offer(work, _offer(work, offer))
    for days in (9, 14):
        with company.house_acts(began + timedelta(days=days)) as work:
            remind_of_offers(work)
    with company.house_acts(began + timedelta(days=17)) as work:
        lapse_offers(work)
    second = _propose(
        company, call, now - timedelta(days=6), best=2, also=_if_waiting(company, call, theirs)
    )
    _release(company, call, second, now - timedelta(days=5))
    _pass_over(company, call, now - timedelta(days=4), but=6)
    _propose(company, call, now - timedelta(days=2), best=2)


def _pass_over(company: Company, call: MadeCall, at: datetime, *, but: int) -> None:
    """Those who were read and have no chance any more are told; the next best still wait."""
    with company.acts(call.manager, at) as work:
        waiting = (
            select(Application.id)
            .where(
                Application.opportunity_id == call.id,
                Application.state == ApplicationState.IN_REVIEW,
            )
            .order_by(Application.score_sort.desc(), Application.id)
        )
        for application_id in list(work.session.scalars(waiting))[but:]:
            pass_over(
                work,
                _application(work, application_id),
                note="There were more good applications than seats.",
            )


def _if_waiting(company: Company, call: MadeCall, application_id: int) -> list[int]:
    with company.acts(call.manager, call.closes_at) as work:
        application = _application(work, application_id)
        return [application_id] if application.state is ApplicationState.IN_REVIEW else []


def _withdraw_some(
    company: Company, call: MadeCall, sent: Sequence[Sent], chance: random.Random, number: int
) -> None:
    """Some think better of it before anybody has read them."""
    able = [s for s in sent if s.submitted_at is not None and s.person_id not in _named(company)]
    for one in chance.sample(able, number):
        with company.acts(one.person_id, call.closes_at + timedelta(hours=5)) as work:
            withdraw_application(
                work, _application(work, one.id), reason="I accepted another scholarship."
            )


def _named(company: Company) -> set[int]:
    return {company.by_address[a] for a in ("applicant-kh", "applicant-vn", "applicant-offer")}
