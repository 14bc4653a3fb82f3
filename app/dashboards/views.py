"""The dashboard: one address, a face for each role that the person has."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement

from app.accounts.actor import actor_signed_in_as
from app.accounts.queries import owner_of_calendar
from app.applications.standing import timeline
from app.applications.states import IN_PROGRESS, ApplicationState
from app.certificates.queries import number_held
from app.courses.queries import centres_and_dates, meetings_for, my_seats_beside
from app.courses.timetable import entry_of
from app.courses.wording import ENROLMENT_CHIPS, enrolment_states
from app.dashboards import policy, queries
from app.dashboards.abroad import exchange_in_numbers
from app.dashboards.faces import LABELS, Face, faces_of
from app.dashboards.waiting import (
    Waiting,
    agreements_to_sign,
    calls_to_move,
    drafts_to_finish,
    requests_to_read,
    waiting,
)
from app.facilities import wording as use
from app.foundation import clock
from app.foundation.actors import VISITOR, Actor, Role, Scope
from app.foundation.database import db
from app.foundation.errors import NotFound
from app.foundation.languages import gettext as _
from app.foundation.languages import reader, speaking
from app.foundation.permissions import SIGNED_IN
from app.foundation.web import current_actor, needs, public
from app.learning.queries import counted_waiting
from app.notifications.models import Task
from app.opportunities.calendar import Entry, calendar_file, deadline
from app.opportunities.queries import read_unmet
from app.opportunities.states import Kind
from app.research_stays.queries import requests_waiting
from app.working_groups.calendar import entry_of as entry_of_group
from app.working_groups.queries import meetings_of_groups_of, next_group_meeting

bp = Blueprint("dashboards", __name__, url_prefix="/dashboard")
CARDS = 12
PRIVATE = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
UNDER_WAY = IN_PROGRESS | {ApplicationState.AWAITING_NOMINATION, ApplicationState.OFFERED}


@bp.get("")
@needs(SIGNED_IN)
def dashboard() -> ResponseReturnValue:
    """The face with the most responsibility."""
    return _show(current_actor(), faces_of(current_actor())[0])


@bp.get("/calendar/<secret>.ics")
@public
def calendar(secret: str) -> ResponseReturnValue:
    """A person's meetings and what they have to do by when, for whoever has the secret address."""
    owner = db.session.scalar(owner_of_calendar(secret))
    actor = actor_signed_in_as(db.session(), owner) if owner else VISITOR
    if actor.user_id is None:
        raise NotFound(_("There is no such page, or it is not yours to see."))
    with speaking(actor.locale, actor.zone or "UTC"):
        file = calendar_file(_entries(actor), name=_("Lontar: %(name)s", name=actor.name))
    return Response(file, mimetype="text/calendar", headers=PRIVATE)


def _entries(actor: Actor) -> list[Entry]:
    """Meetings since a month ago, and every card with a moment."""
    at, locale = clock.now(), reader().locale
    site = url_for(".dashboard", _external=True).removesuffix("/dashboard")
    held = queries.tasks_with_titles(db.session(), actor, locale)
    titles = {written: title for _task, written, title in held}
    cards = waiting([task for task, *_titles in held], titles, at)
    cards += drafts_to_finish(queries.my_applications(db.session(), actor, locale), at)
    since, person_id = at - timedelta(days=31), actor.user_id or 0
    meetings = meetings_for(db.session(), person_id, since, locale)
    of_groups = meetings_of_groups_of(db.session(), person_id, since, locale)
    return [
        *(entry_of(row, f"{site}/courses/{row.ref}") for row in meetings),
        *(entry_of_group(row, f"{site}/working-groups/{row.ref}") for row in of_groups),
        *(
            deadline(
                uid=f"{sha256(f'{card.url} {card.sentence}'.encode()).hexdigest()[:24]}@lontar",
                title=f"{card.sentence}: {card.about}" if card.about else card.sentence,
                url=f"{site}{card.url}",
                closes_at=card.due_at,
                stamped_at=at,
            )
            for card in cards
            if card.due_at is not None
        ),
    ]


@bp.get("/<face>")
@needs(policy.OPEN)
def face(face: str) -> ResponseReturnValue:
    actor = current_actor()
    if face not in list(Face):
        raise NotFound(_("There is no such page, or it is not yours to see."))
    chosen = Face(face)
    policy.OPEN.require(actor, chosen)
    return _show(actor, chosen)


def _show(actor: Actor, face: Face) -> ResponseReturnValue:
    held = queries.tasks_with_titles(db.session(), actor, reader().locale)
    titles = {written: title for _task, written, title in held}
    panels = PANELS[face](actor)
    shown = _for_face([task for task, *_titles in held], face)
    offices = queries.offices_of(db.session(), shown) if face is Face.SECRETARIAT else {}
    cards = waiting(shown, titles, clock.now(), offices)
    cards += drafts_to_finish(panels.get("applications", []), clock.now())
    cards += agreements_to_sign(panels.get("to_sign", 0))
    cards += requests_to_read(panels.get("stay_requests", 0))
    if face is Face.MANAGER:
        cards += calls_to_move(panels["calls"])
    return render_template(
        "dashboards/dashboard.html",
        face=face,
        faces=[(f, LABELS[f]) for f in faces_of(actor)],
        cards=_late_first(cards)[:CARDS],
        more=max(0, len(cards) - CARDS),
        now=clock.now(),
        **panels,
    )


def _late_first(cards: Iterable[Waiting]) -> list[Waiting]:
    return sorted(cards, key=lambda card: not card.late)


ROLE_OF_TASK = {
    Face.MANAGER: {Role.MANAGER},
    Face.APPROVER: {Role.APPROVER},
    Face.CENTRE: {Role.CENTRE, Role.HOST},
    Face.HOST: {Role.HOST, Role.CENTRE, Role.COORDINATOR},
    Face.UNIVERSITY: {Role.COORDINATOR, Role.HOST},
    Face.NOMINATOR: {Role.NOMINATOR},
    Face.FIGURES: {Role.FOCAL_POINT},
    # Of coordinators it sees only what nobody is left to do.
    Face.SECRETARIAT: {Role.SECRETARIAT, Role.COORDINATOR},
}


# What one of an office is given to do in person is shown where one works, not where one applies.
IN_PERSON = {
    Face.MANAGER: "case_task",
    Face.APPROVER: "case_task",
    Face.CENTRE: "course_version",
}
OF_OFFICES = frozenset(IN_PERSON.values())
# Whoever belongs to a working group or to a visit, whatever else they are, is asked on every face.
ON_EVERY_FACE = {
    "group_membership",
    "group_document",
    "visit_group",
    "visit_person",
    "invitation",
    "outcome",
}


def _for_face(tasks: list[Task], face: Face) -> list[Task]:
    """An office's tasks under its role; one's own under reviewer when they are about reading."""
    roles = ROLE_OF_TASK.get(face)
    if roles is not None:
        here = {IN_PERSON.get(face), *ON_EVERY_FACE}
        return [t for t in tasks if t.role in roles or t.subject_kind in here]
    own = [t for t in tasks if t.holder_id is not None and t.subject_kind not in OF_OFFICES]
    reading = {"review", "application to read"}
    is_reading = face is Face.REVIEWER
    return [t for t in own if (t.subject_kind in reading or "review" in t.kind) == is_reading]


def _participant(actor: Actor) -> dict[str, Any]:
    locale = reader().locale
    mine = queries.my_applications(db.session(), actor, locale)
    held = number_held(actor).scalar_subquery().label("certificates")
    to_sign = counted_waiting(actor).scalar_subquery().label("to_sign")
    meets = next_group_meeting(actor, clock.now())
    seats = my_seats_beside(db.session(), actor, locale, held, to_sign, *meets)
    return {
        "applications": mine,
        "ways": {
            row.id: timeline(row.state)
            for row in mine
            if row.state in UNDER_WAY and row.kind is Kind.FELLOWSHIP
        },
        "courses": [row for row in seats if row.id is not None],
        "seat_names": enrolment_states(),
        "seat_chips": ENROLMENT_CHIPS,
        "use": use,
        "suggestions": queries.suggested(db.session(), actor, locale),
        "certificates": seats[0].certificates if seats else 0,
        "to_sign": seats[0].to_sign if seats else 0,
        "group_meeting": seats[0] if seats and seats[0].meets_at else None,
    }


def _reviewer(actor: Actor) -> dict[str, Any]:
    return {"reviews": queries.my_reviews(db.session(), actor, reader().locale)}


def _office(role: Role) -> Callable[[Actor], dict[str, Any]]:
    def panels(actor: Actor) -> dict[str, Any]:
        programmes = actor.scopes(role, Scope.PROGRAMME)
        return {
            "calls": queries.calls_of(db.session(), programmes, reader().locale),
            "rounds": queries.rounds_of(db.session(), programmes, reader().locale),
        }

    return panels


def _of_exchange(actor: Actor, ours: list[int]) -> list[ColumnElement[Any]]:
    """What a university's face tells of its exchange, and of who would come, each a number."""
    to_sign = counted_waiting(actor).scalar_subquery().label("to_sign")
    asked = requests_waiting(ours).label("stay_requests")
    return [*exchange_in_numbers(ours, clock.now().date()), to_sign, asked]


def _institution(role: Role) -> Callable[[Actor], dict[str, Any]]:
    def panels(actor: Actor) -> dict[str, Any]:
        ours = actor.scopes(role, Scope.ORGANISATION)
        shown: dict[str, Any] = {"places": queries.places_at(db.session(), ours, reader().locale)}
        if role is not Role.CENTRE:
            beside = queries.names_beside(
                db.session(), ours, *(_of_exchange(actor, ours) if role is Role.COORDINATOR else ())
            )
            shown["names"] = [row.name for row in beside]
            shown["exchange"] = beside[0] if beside else None
            told = beside[0] if beside and role is Role.COORDINATOR else None
            shown["to_sign"] = told.to_sign if told else 0
            shown["stay_requests"] = told.stay_requests if told else 0
        else:
            rows = centres_and_dates(db.session(), ours, clock.now(), reader().locale)
            shown["names"] = list(dict.fromkeys(row.centre for row in rows))
            shown["dates"] = [row for row in rows if row.id is not None]
            shown["lines"] = [row for row in shown["dates"] if row.waiting]
            shown["unmet"] = read_unmet(rows[0].unmet if rows else None)
            shown["published"] = queries.run_by(db.session(), ours, reader().locale)
            shown["facilities"] = [row for row in shown["published"] if row.available]
            shown["stay_requests"] = sum(
                row.waiting for row in shown["published"] if row.kind is Kind.RESEARCH_STAY
            )
            shown["use"] = use
        if role is Role.COORDINATOR:
            shown["sent"] = queries.our_applicants(db.session(), home=ours, locale=reader().locale)
        return shown

    return panels


def _country(role: Role) -> Callable[[Actor], dict[str, Any]]:
    """Nominating offices and focal points see their country's numbers, never names."""

    def panels(actor: Actor) -> dict[str, Any]:
        countries = sorted({g.country for g in actor.grants if g.role is role and g.country})
        country = countries[0] if countries else "??"
        locale = reader().locale
        return {
            "country": country,
            "sent": queries.our_applicants(db.session(), country=country, locale=locale),
            "open_calls": queries.open_to(db.session(), [country], locale),
        }

    return panels


def _secretariat(_actor: Actor) -> dict[str, Any]:
    return {
        "programmes": queries.programmes_overview(db.session()),
        "calls": queries.calls_of(db.session(), None, reader().locale),
    }


PANELS: dict[Face, Callable[[Actor], dict[str, Any]]] = {
    Face.PARTICIPANT: _participant,
    Face.REVIEWER: _reviewer,
    Face.MANAGER: _office(Role.MANAGER),
    Face.APPROVER: _office(Role.APPROVER),
    Face.CENTRE: _institution(Role.CENTRE),
    Face.HOST: _institution(Role.HOST),
    Face.UNIVERSITY: _institution(Role.COORDINATOR),
    Face.NOMINATOR: _country(Role.NOMINATOR),
    Face.FIGURES: _country(Role.FOCAL_POINT),
    Face.SECRETARIAT: _secretariat,
}
