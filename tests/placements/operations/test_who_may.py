"""Every verb of every actor in every state, and what each may see."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.foundation.errors import IllegalMove, NotFound, NotPermitted, RuleBroken
from app.opportunities.models import RubricVersion
from app.placements import operations as ops
from app.placements import queries
from app.placements.states import OfferState
from app.reviews.models import Review
from app.reviews.states import ReviewState
from tests import make
from tests.placements.operations.asking import kinds, lapsed, open_tasks

OFFER_VERBS = {
    "approve": (ops.approve_placement, {"note": ""}),
    "accept": (ops.accept_offer, {}),
    "decline": (ops.decline_offer, {}),
    "take back": (ops.withdraw_offer, {"reason": "x"}),
    "restore": (ops.restore_offer, {"reason": "x"}),
}


REACHED = {
    OfferState.PROPOSED: lambda s: s.until("sent"),
    OfferState.APPROVED: lambda s: s.until("approved"),
    OfferState.RELEASED: lambda s: s.until("released"),
    OfferState.ACCEPTED: lambda s: s.until("released").accept(0),
    OfferState.DECLINED: lambda s: s.until("released").decline(0),
    OfferState.LAPSED: lapsed,
    OfferState.WITHDRAWN: lambda s: s.until("released").take_back(0),
}


O = OfferState


MAY = {
    ("approve", O.PROPOSED): {"second", "approver"},
    ("accept", O.RELEASED): {"applicant"},
    ("decline", O.RELEASED): {"applicant"},
    ("take back", O.PROPOSED): {"manager", "second"},
    ("take back", O.APPROVED): {"manager", "second"},
    ("take back", O.RELEASED): {"manager", "second"},
    ("take back", O.ACCEPTED): {"manager", "second"},
    ("restore", O.LAPSED): {"manager", "second"},
}


ACTORS = (
    "manager",
    "second",
    "approver",
    "secretariat",
    "applicant",
    "elsewhere",
    "nobody",
    "host",
)


@pytest.mark.parametrize("state", REACHED, ids=str)
def test_every_verb_of_every_actor_in_every_state_of_an_offer(s, session, state):
    """Whoever is not named in MAY is refused, and nothing is written."""
    REACHED[state](s)
    assert s.offer(0).state is state
    actors = {**s.actors, "applicant": s.applicant(0)}
    offer_id = s.offer_id(0)
    audited = session.query(AuditEntry).count()
    wrong = []
    for verb, (operation, values) in OFFER_VERBS.items():
        for name in ACTORS:
            allowed = name in MAY.get((verb, state), set())
            try:
                with s.work(actors[name]) as work:
                    operation(work, ops.find_offer(work, offer_id), **values)
                    raise Rehearsal
            except Rehearsal:
                happened = True
            except (IllegalMove, NotFound, NotPermitted, RuleBroken):
                happened = False
            if happened is not allowed:
                wrong.append((verb, name, happened))
    assert wrong == []
    session.remove()
    assert session.query(AuditEntry).count() == audited


class Rehearsal(Exception):
    """Raised at the end of a unit of work, so that what was done is not kept."""


ROUND_VERBS = {
    "propose": lambda work, r: ops.propose_placements(work, r),
    "send": lambda work, r: ops.send_for_approval(work, r),
    "send back": lambda work, r: ops.send_back(work, r, reason="x"),
    "approve": lambda work, r: ops.approve_round(work, r, note=""),
    "release": lambda work, r: ops.release_round(work, r),
    "give up": lambda work, r: ops.withdraw_round(work, r, reason="x"),
    "tell others": lambda work, r: ops.pass_over_rest(work, r, reason="x"),
}


MANAGERS = {"manager", "second"}


MAY_ROUND = {
    ("propose", "proposed"): MANAGERS,
    ("send", "proposed"): MANAGERS,
    ("give up", "proposed"): MANAGERS,
    ("send back", "sent"): {"second", "approver"},
    ("approve", "sent"): {"second", "approver"},
    ("give up", "sent"): MANAGERS,
    ("release", "approved"): {*MANAGERS, "approver"},
    ("give up", "approved"): MANAGERS,
    ("tell others", "released"): MANAGERS,
}


@pytest.mark.parametrize("state", ["proposed", "sent", "approved", "released"])
def test_every_verb_of_every_actor_in_every_state_of_a_proposal(s, session, state):
    s.until(state)
    actors = {**s.actors, "applicant": s.applicant(0)}
    audited = session.query(AuditEntry).count()
    wrong = []
    for verb, operation in ROUND_VERBS.items():
        for name in ACTORS:
            allowed = name in MAY_ROUND.get((verb, state), set())
            try:
                with s.work(actors[name]) as work:
                    operation(work, s.round(work))
                    raise Rehearsal
            except Rehearsal:
                happened = True
            except (IllegalMove, NotFound, NotPermitted, RuleBroken):
                happened = False
            if happened is not allowed:
                wrong.append((verb, name, happened))
    assert wrong == []
    session.remove()
    assert session.query(AuditEntry).count() == audited


def test_visible_offers_and_the_permission_to_view_agree(s, session):
    from app.placements import policy

    s.until("released").decline(1)
    session.remove()
    every = session.execute(queries.offers()).unique().scalars().all()
    actors = [*s.actors.values(), *(s.applicant(i) for i in range(4))]
    for who in actors:
        seen = session.execute(queries.offers_visible_to(who)).unique().scalars().all()
        every = session.execute(queries.offers()).unique().scalars().all()
        assert {o.id for o in seen} == {o.id for o in every if policy.VIEW_OFFER.allows(who, o)}, (
            who.name
        )


def test_a_withdrawn_application_is_read_no_further_until_that_is_undone(s, session):
    reviewer = make.person("REVIEWER")
    rubric = session.scalars(
        select(RubricVersion.id).where(RubricVersion.opportunity_id == s.call_id)
    ).one()
    review = make.add(
        Review(
            application_id=s.applications[0],
            opportunity_id=s.call_id,
            reviewer_id=reviewer.id,
            rubric_version_id=rubric,
            assigned_at=s.now,
            due_at=s.now + timedelta(days=5),
        )
    )
    review_id, reviewer_id = review.id, reviewer.id
    s.withdraw(0)
    assert s.row(Review, review_id).state is ReviewState.TAKEN_BACK
    assert kinds(session) == ["nothing_to_read"]
    s.come_back(0)
    assert s.row(Review, review_id).state is ReviewState.ASSIGNED
    assert ("reviews to write", reviewer_id) in open_tasks(session)
