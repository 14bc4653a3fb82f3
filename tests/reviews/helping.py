"""What tests of reviews need: a call with reviewers, applications, and reviews in any state."""

from datetime import timedelta

from app.accounts.models import User
from app.applications.models import Application
from app.applications.states import ApplicationState
from app.foundation.actors import Actor, Role, Scope
from app.foundation.database import db
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import Opportunity
from app.reviews import queries
from app.reviews.models import Review
from app.reviews.operations import Given, assign_pairs, submit_review, take_up
from tests import make

DUE = make.NOW + timedelta(days=20)
S = ApplicationState
GOOD = {"merit": Given(4, "A clear question."), "fit": Given(3, "Known to two hosts.")}


class Panel:
    """A call with a manager, some reviewers and some applications; everything by id or actor."""

    def __init__(self, *, reviewers: int = 2, applications: int = 1, state=S.ELIGIBLE) -> None:
        call = make.call()
        self.call_id, self.programme_id = call.id, call.programme_id
        self.manager = self.actor(Role.MANAGER, Scope.PROGRAMME, call.programme_id)
        self.approver = self.actor(Role.APPROVER, Scope.PROGRAMME, call.programme_id)
        self.secretariat = self.actor(Role.SECRETARIAT)
        self.elsewhere = self.actor(Role.MANAGER, Scope.PROGRAMME, make.programme().id)
        self.people = [self.reviewer() for _ in range(reviewers)]
        self.reviewers = [make.actor(db.session.get(User, i)) for i in self.people]
        call = db.session.get(Opportunity, self.call_id)
        self.applications = [make.application(call, state=state).id for _ in range(applications)]

    def reviewer(self, **values) -> int:
        who = make.person(**values)
        return make.grant(who, Role.REVIEWER, Scope.OPPORTUNITY, self.call_id).id

    def actor(self, *grant) -> Actor:
        who = make.person()
        return make.actor(make.grant(who, *grant))


def find(work: Work, application_id: int) -> Application:
    return work.session.get_one(Application, application_id)


def assign(panel: Panel, pairs, *, actor: Actor | None = None, due_at=DUE, **values) -> list[int]:
    """Assign pairs (application, person) by id; returns the ids of the reviews."""
    with unit_of_work(actor or panel.manager, now=make.NOW) as work:
        opportunity = work.session.get_one(Opportunity, panel.call_id)
        rows = [(find(work, a), work.session.get_one(User, person)) for a, person in pairs]
        made = assign_pairs(work, opportunity, rows, due_at=due_at, **values)
        return [r.id for r in made]


def assign_all(panel: Panel) -> list[int]:
    return assign(panel, [(a, p) for a in panel.applications for p in panel.people])


def visible(work: Work, review_id: int) -> Review:
    return take_up(work, queries.reviews_to_write(work.actor).where(Review.id == review_id))


def submit(actor: Actor, review_id: int, scores=None, comment: str = "") -> None:
    with unit_of_work(actor, now=make.NOW) as work:
        submit_review(work, visible(work, review_id), scores=scores or GOOD, comment=comment)
