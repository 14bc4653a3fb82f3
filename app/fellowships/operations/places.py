"""The seats of a call: hosts are asked for them, confirm or refuse, and are asked again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from sqlalchemy import Row, select

from app.accounts.models import User
from app.accounts.queries import people_with, recipient
from app.audit.record import record
from app.fellowships import policy, queries
from app.fellowships.messages import PlaceAnswered, PlaceAsked, PlaceGone
from app.fellowships.models import Call
from app.fellowships.operations.standing import refuse_when_over
from app.foundation.actors import Role, Scope
from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _
from app.foundation.languages import ngettext
from app.foundation.work import Work
from app.notifications.notify import notify_each
from app.notifications.tasks import close_tasks, open_task
from app.opportunities.models import Opportunity, Place
from app.opportunities.operations import show_in_catalogue
from app.opportunities.states import OpportunityState, PlaceFlow, PlaceState
from app.organisations.models import Organisation
from app.organisations.states import OrganisationState

TO_CONFIRM = "place to confirm"


@dataclass(frozen=True, slots=True)
class Seats:
    """What a host is asked for; `label` tells several of one host apart (a laboratory, say)."""

    seats: int
    label: str = ""
    tracks: tuple[str, ...] = field(default_factory=tuple)
    starts_on: date | None = None
    ends_on: date | None = None


def add_place(work: Work, call: Call, host: Organisation, seats: Seats) -> Place:
    """Ask a host institution for seats: its staff are told, and it waits for their answer."""
    policy.EDIT.require(work.actor, call)
    refuse_when_over(call)
    if host.state is not OrganisationState.ACTIVE:
        raise RuleBroken(_("This institution is no longer active; choose its successor."))
    _refuse_odd(seats)
    _refuse_twin(work, call, host.id, seats.label)

    place = Place(opportunity_id=call.id, host_id=host.id)
    _write(place, seats)
    work.session.add(place)
    work.session.flush()
    _ask(work, call, place, host, changed=False)

    record(work, "place.asked", place, opportunity_id=call.id, host=host.name, seats=seats.seats)
    return place


def change_place(work: Work, place: Place, seats: Seats, *, version: int | None) -> None:
    """Ask a host for something else; what it had confirmed, it confirms again.

    Needs host, opportunity and programme loaded.
    """
    call = place.opportunity
    policy.EDIT.require(work.actor, call)
    refuse_when_over(call)
    _refuse_odd(seats)
    if place.label != seats.label:
        _refuse_twin(work, call, place.host_id, seats.label)
    if queries.offers_are_under_way(work.session, call.id):
        raise RuleBroken(_("Seats of this call are being given out; none can be changed now."))
    if not _differs(place, seats):
        return
    work.edit(place, version)

    before = place.seats
    _write(place, seats)
    if place.state is not PlaceState.ASKED:
        PlaceFlow.ask_again(place)
        place.answered_by_id, place.answered_at, place.note = None, None, ""
    show_in_catalogue(work, call)
    _ask(work, call, place, place.host, changed=True)

    record(
        work,
        "place.changed",
        place,
        opportunity_id=call.id,
        host=place.host.name,
        seats=seats.seats,
        before=before,
    )


def remove_place(work: Work, place: Place) -> None:
    """Take seats out of a call, as long as nobody ranked them. Needs host and opportunity."""
    call = place.opportunity
    policy.EDIT.require(work.actor, call)
    refuse_when_over(call)
    ranked = queries.times_named(work.session, place.id)
    if ranked:
        raise RuleBroken(
            ngettext(
                "%(num)s applicant has ranked this host institution: it stays in the call.",
                "%(num)s applicants have ranked this host institution: it stays in the call.",
                ranked,
            )
        )
    if call.state is not OpportunityState.DRAFT and place.state is PlaceState.CONFIRMED:
        raise RuleBroken(
            _("Applicants see these seats already. Only the host institution can take them back.")
        )
    close_tasks(work, TO_CONFIRM, place)

    record(work, "place.removed", place, opportunity_id=call.id, host=place.host.name)
    work.session.delete(place)
    show_in_catalogue(work, call)


def confirm_place(work: Work, place: Place, *, note: str = "", version: int | None = None) -> None:
    """The host gives these seats: from now on applicants may rank them."""
    policy.ANSWER_PLACE.require(work.actor, place)
    refuse_when_over(place.opportunity)
    if place.state is PlaceState.CONFIRMED:
        raise RuleBroken(_("These seats are confirmed already."))
    work.edit(place, version)

    PlaceFlow.confirm(place)
    _answer(work, place, note)


def refuse_place(work: Work, place: Place, *, note: str, version: int | None = None) -> None:
    """The host cannot give these seats; whoever ranked them is told."""
    policy.ANSWER_PLACE.require(work.actor, place)
    refuse_when_over(place.opportunity)
    if place.state is PlaceState.REFUSED:
        raise RuleBroken(_("These seats are refused already."))
    if not note.strip():
        raise RuleBroken(_("Tell the office why, in a sentence."))
    if place.state is PlaceState.CONFIRMED and queries.offers_are_under_way(
        work.session, place.opportunity_id
    ):
        raise RuleBroken(
            _("Seats of this call are being given out. Write to the office that runs the call.")
        )
    work.edit(place, version)

    was_confirmed = place.state is PlaceState.CONFIRMED
    PlaceFlow.refuse(place)
    _answer(work, place, note)
    if was_confirmed:
        _tell_those_who_rank(work, place)


def _answer(work: Work, place: Place, note: str) -> None:
    """What follows either answer: seats recounted, tasks closed, the office told."""
    place.answered_by_id, place.answered_at, place.note = work.actor.user_id, work.now, note
    call = place.opportunity
    show_in_catalogue(work, call)
    close_tasks(work, TO_CONFIRM, place)

    confirmed = place.state is PlaceState.CONFIRMED
    record(
        work,
        "place.confirmed" if confirmed else "place.refused",
        place,
        opportunity_id=call.id,
        host=place.host.name,
        seats=place.seats,
        note=note,
    )
    answered = PlaceAnswered(
        call_id=call.id,
        host=place.host.name,
        title=call.title,
        seats=place.seats,
        confirmed=confirmed,
        note=note,
        answerer=work.actor.name,
    )
    managers = work.session.scalars(
        people_with(Role.MANAGER, Scope.PROGRAMME, call.programme_id)
    ).all()
    letters = [(recipient(manager), answered) for manager in managers]
    notify_each(work, letters, once=f"{place.id}:{place.version}")


def _tell_those_who_rank(work: Work, place: Place) -> None:
    letters = [
        (
            recipient(user),
            PlaceGone(
                application_id=application.id,
                host=place.host.name,
                title=place.opportunity.title,
                is_draft=application.submitted_at is None,
            ),
        )
        for application, user in work.session.execute(queries.applicants_who_rank(place.id))
    ]
    notify_each(work, letters, once=f"{place.id}:{place.version}")


def _ask(work: Work, call: Opportunity, place: Place, host: Organisation, *, changed: bool) -> None:
    """Let it wait for the host's staff, each of whom is told once."""
    staff = work.session.execute(queries.staff_of(host.id)).all()
    for role in _roles_to_ask(staff):
        open_task(
            work,
            TO_CONFIRM,
            place,
            role=role,
            scope=Scope.ORGANISATION,
            scope_id=host.id,
            opportunity_id=call.id,
            due_at=_answer_wanted_by(call),
            about=call.title,
            host=host.name,
            seats=place.seats,
            zone=call.closes_zone,
        )
    programme = call.programme
    asked = PlaceAsked(
        place_id=place.id,
        host=host.name,
        title=call.title,
        programme=programme.name if programme is not None else "",
        seats=place.seats,
        changed=changed,
        closes_at=call.closes_at,
        zone=call.closes_zone,
    )
    people = {user.id: user for user, _role in staff}.values()
    letters = [(recipient(user), asked) for user in people]
    notify_each(work, letters, once=f"{place.id}:{place.version}")


def _roles_to_ask(staff: Sequence[Row[User, Role]]) -> list[Role]:
    """Hosts always; centre staff and coordinators where somebody of them is no host besides."""
    roles, reached = [Role.HOST], {user for user, role in staff if role is Role.HOST}
    for role in (Role.CENTRE, Role.COORDINATOR):
        holders = {user for user, held in staff if held is role}
        if holders - reached:
            roles.append(role)
            reached |= holders
    return roles


def _answer_wanted_by(call: Opportunity) -> datetime | None:
    return call.opens_at or call.closes_at


def _write(place: Place, seats: Seats) -> None:
    for name, value in asdict(seats).items():
        setattr(place, name, list(value) if name == "tracks" else value)


def _differs(place: Place, seats: Seats) -> bool:
    return any(
        getattr(place, name) != (list(value) if name == "tracks" else value)
        for name, value in asdict(seats).items()
    )


def _refuse_odd(seats: Seats) -> None:
    if not 1 <= seats.seats <= 10_000:
        raise RuleBroken(_("Ask for at least one seat."))
    if seats.starts_on and seats.ends_on and seats.ends_on < seats.starts_on:
        raise RuleBroken(_("The stay must end after it starts."))


def _refuse_twin(work: Work, call: Opportunity, host_id: int, label: str) -> None:
    twin = select(Place.id).where(
        Place.opportunity_id == call.id, Place.host_id == host_id, Place.label == label
    )
    if work.session.scalar(twin) is not None:
        raise RuleBroken(
            _("This host institution is asked already. Give the second line a name of its own.")
        )
