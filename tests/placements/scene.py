"""A programme with its people, and a call with a shortlist: what every placement test needs."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.accounts.models import User
from app.applications.models import Application, Preference
from app.applications.queries import applications_visible_to
from app.applications.states import ApplicationState
from app.fellowships.models import Call
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.database import db
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import Opportunity, Place, Programme
from app.opportunities.states import OpportunityState
from app.placements import operations as ops
from app.placements import queries
from app.placements.models import Offer, PlacementRound
from tests import make

NOW = make.NOW


@dataclass
class Scene:
    """People as actors; rows by id, because every unit of work reads anew."""

    programme_id: int
    call_id: int
    people: dict[str, User] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    places: list[int] = field(default_factory=list)
    applications: list[int] = field(default_factory=list)
    applicants: list[User] = field(default_factory=list)
    round_id: int = 0
    now: datetime = NOW

    @contextmanager
    def work(self, who: str | Actor = "manager"):
        actor = who if isinstance(who, Actor) else self.actors[who]
        with unit_of_work(actor, now=self.now) as work:
            yield work

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def applicant(self, index: int) -> Actor:
        return make.actor(self.applicants[index])

    def round(self, work: Work) -> PlacementRound:
        query = queries.rounds_visible_to(work.actor)
        return work.find(query.where(PlacementRound.id == self.round_id))

    def offer_id(self, index: int) -> int:
        """The newest offer of the n-th applicant."""
        db.session.rollback()
        query = db.select(Offer.id).where(Offer.application_id == self.applications[index])
        return db.session.scalars(query.order_by(Offer.id.desc())).first() or 0

    def offer(self, index: int) -> Offer:
        db.session.remove()
        query = queries.offers().where(Offer.id == self.offer_id(index))
        return db.session.execute(query).unique().scalar_one()

    def application(self, index: int) -> Application:
        db.session.remove()
        return db.session.get(Application, self.applications[index])

    def row(self, kind: type, key: int) -> Any:
        db.session.remove()
        return db.session.get(kind, key)

    # ---- the steps of a round -----------------------------------------------------------

    def open(self) -> None:
        with self.work() as work:
            query = queries.opportunities_to_place(work.actor)
            call = work.find(query.where(Opportunity.id == self.call_id))
            self.round_id = ops.open_round(work, call, note="First proposal").id

    def propose(self, **values: Any) -> None:
        with self.work() as work:
            ops.propose_placements(work, self.round(work), **values)

    def send(self) -> None:
        with self.work() as work:
            ops.send_for_approval(work, self.round(work))

    def approve(self) -> None:
        with self.work("approver") as work:
            ops.approve_round(work, self.round(work), note="as discussed")

    def release(self) -> None:
        with self.work() as work:
            ops.release_round(work, self.round(work))

    def until(self, state: str) -> "Scene":
        """Play a round as far as this: draft, proposed, sent, approved, released."""
        steps = {
            "draft": self.open,
            "proposed": self.propose,
            "sent": self.send,
            "approved": self.approve,
            "released": self.release,
        }
        for name, step in steps.items():
            step()
            if name == state:
                break
        return self

    def person(self, work: Work, index: int) -> Application:
        """An application, as the office finds it."""
        query = applications_visible_to(work.actor)
        return work.find(query.where(Application.id == self.applications[index]))

    def by_hand(self, index: int, place: int, who: str | Actor = "manager") -> None:
        with self.work(who) as work:
            placement_round = self.round(work)
            person = self.person(work, index)
            place_row = work.session.get_one(Place, self.places[place])
            ops.place_by_hand(work, placement_round, person, place_row, reason="host asked")

    def take_out(self, index: int, who: str | Actor = "manager") -> None:
        with self.work(who) as work:
            placement_round = self.round(work)
            ops.take_out(work, placement_round, self.person(work, index), reason="holds another")

    def take_back(self, index: int, who: str | Actor = "manager") -> None:
        self.on_offer(index, who, ops.withdraw_offer, reason="the host closed its laboratory")

    def restore(self, index: int, who: str | Actor = "manager") -> None:
        self.on_offer(index, who, ops.restore_offer, reason="was in hospital")

    def approve_one(self, index: int, who: str | Actor = "approver") -> None:
        self.on_offer(index, who, ops.approve_placement, note="good")

    def send_back(self, who: str | Actor = "approver") -> None:
        with self.work(who) as work:
            ops.send_back(work, self.round(work), reason="look at the second host again")

    def pass_over(self, who: str | Actor = "manager") -> int:
        with self.work(who) as work:
            return ops.pass_over_rest(work, self.round(work), reason="All seats are taken.")

    def give_up(self, who: str | Actor = "manager") -> None:
        with self.work(who) as work:
            ops.withdraw_round(work, self.round(work), reason="the call was changed")

    def set_seats(self, place: int, seats: int) -> None:
        """As the host's own page would; placements is not asked."""
        with self.work() as work:
            row = work.find(db.select(Place).where(Place.id == self.places[place]))
            row.seats = seats

    def on_offer(self, index: int, who: str | Actor, verb: Any, **values: Any) -> None:
        offer_id = self.offer_id(index)  # read before the unit begins, never within it
        with self.work(who) as work:
            verb(work, ops.find_offer(work, offer_id), **values)

    def accept(self, index: int) -> None:
        self.on_offer(index, self.applicant(index), ops.accept_offer)

    def decline(self, index: int) -> None:
        self.on_offer(index, self.applicant(index), ops.decline_offer)

    def withdraw(self, index: int, reason: str = "other plans") -> None:
        applicant = self.applicant(index)
        with self.work(applicant) as work:
            application = ops.find_application(work, self.applications[index])
            ops.withdraw_application(work, application, reason=reason)

    def come_back(self, index: int) -> None:
        applicant = self.applicant(index)
        with self.work(applicant) as work:
            ops.undo_withdrawal(work, ops.find_application(work, self.applications[index]))

    def lapse(self) -> int:
        with self.work(SYSTEM) as work:
            return ops.lapse_offers(work)

    def remind(self) -> int:
        with self.work(SYSTEM) as work:
            return ops.remind_of_offers(work)


def office(programme: Programme) -> dict[str, User]:
    """Two managers, an approver, the secretariat, and a manager of another programme."""
    elsewhere = make.programme()
    scope = Scope.PROGRAMME
    return {
        "manager": make.grant(make.person("MANAGER A"), Role.MANAGER, scope, programme.id),
        "second": make.grant(make.person("MANAGER B"), Role.MANAGER, scope, programme.id),
        "approver": make.grant(make.person("APPROVER"), Role.APPROVER, scope, programme.id),
        "secretariat": make.grant(make.person("SECRETARIAT"), Role.SECRETARIAT),
        "elsewhere": make.grant(make.person("OTHER"), Role.MANAGER, scope, elsewhere.id),
        "nobody": make.person("NOBODY"),
    }


def scene(
    seats: tuple[int, ...] = (1, 2),
    people: tuple[tuple[float | None, tuple[int, ...]], ...] = (
        (4.5, (0,)),
        (4.2, (0, 1)),
        (4.0, (1,)),
        (3.0, (0, 1)),
    ),
    **values: Any,
) -> Scene:
    """A closed call; `people` are (overall score, wishes as indexes into `seats`), shortlisted."""
    programme = make.programme()
    call: Call = make.call(
        programme=programme, state=OpportunityState.CLOSED, days_to_answer=14, **values
    )
    made = Scene(programme.id, call.id)
    made.people = office(programme)
    places: list[Place] = [
        make.place(call, seats=n, host=make.organisation(f"Host {i}")) for i, n in enumerate(seats)
    ]
    made.places = [p.id for p in places]
    host = make.person("HOST STAFF")
    made.people["host"] = make.grant(host, Role.HOST, Scope.ORGANISATION, places[0].host_id)
    for score, wishes in people:
        applicant = make.person()
        application = make.application(
            call,
            applicant,
            state=ApplicationState.SHORTLISTED,
            score_mean=score,
            score_sort=score or 0.0,
        )
        db.session.add_all(
            Preference(application_id=application.id, place_id=made.places[w], rank=rank)
            for rank, w in enumerate(wishes, start=1)
        )
        db.session.commit()
        made.applicants.append(applicant)
        made.applications.append(application.id)
    made.actors = {name: make.actor(person) for name, person in made.people.items()}
    for person in [*made.people.values(), *made.applicants]:
        db.session.refresh(person)
    db.session.expunge_all()  # rows of people stay readable, whatever sessions come and go
    return made


def placed(scene: Scene) -> dict[int, int]:
    """{index of the applicant: index of the place} for every live offer."""
    db.session.remove()
    live = ("proposed", "approved", "released", "accepted")
    rows = db.session.execute(
        db.select(Offer.application_id, Offer.place_id).where(Offer.state.in_(live))
    )
    return {
        scene.applications.index(row.application_id): scene.places.index(row.place_id)
        for row in rows
    }


def nothing_is_wrong(session: Any) -> None:
    """Seats held never exceed the seats; what applications keep of their offers is true."""
    session.remove()
    assert session.execute(queries.places_beyond_their_seats()).all() == []
    assert session.execute(queries.offer_states_out_of_step()).all() == []
    assert session.execute(queries.award_countries_out_of_step()).all() == []
