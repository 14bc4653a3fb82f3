"""Builders: a row with everything it needs. They write directly, as a seed would not."""

import hashlib
import itertools
import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.actor import actor_signed_in_as
from app.accounts.models import Nationality, RoleGrant, SessionRow, User
from app.applications.models import Application, ApplicationCount
from app.applications.states import ApplicationState
from app.fellowships.models import Call
from app.foundation import clock
from app.foundation.actors import SYSTEM, Actor, Role, Scope
from app.foundation.database import db
from app.foundation.search.index import index_new_documents
from app.foundation.work import Work, unit_of_work
from app.opportunities.models import (
    FormVersion,
    OpportunityCountry,
    OpportunityText,
    Place,
    Programme,
    RubricVersion,
)
from app.foundation.stamps import stamp_catalogue
from app.opportunities.operations import keep_facets
from app.opportunities.states import OpportunityState, PlaceState
from app.organisations.models import Country, Organisation
from app.organisations.states import OrganisationKind

NOW = datetime(2027, 1, 5, 3, 0, tzinfo=UTC)
ZONES = {"JP": "Asia/Tokyo", "KH": "Asia/Phnom_Penh", "VN": "Asia/Bangkok", "LA": "Asia/Vientiane"}
_serial = itertools.count(1)


def add(row: Any) -> Any:
    db.session.add(row)
    db.session.commit()
    return row


def country(code: str = "JP") -> Country:
    found = db.session.get(Country, code)
    return found or add(
        Country(
            code=code,
            alpha3=code + "X",
            zones=[ZONES.get(code, "UTC")],
            languages=["en"],
            currency="JPY",
            academic_year_starts_in=4,
        )
    )


def organisation(name: str = "", code: str = "JP", **values: Any) -> Organisation:
    country(code)
    n = next(_serial)
    kind = values.pop("kind", OrganisationKind.UNIVERSITY)
    return add(
        Organisation(
            ref=f"org-{n}",
            name=name or f"Institute {n}",
            country_code=code,
            zone=ZONES.get(code, "UTC"),
            kind=kind,
            sort_key=f"institute {n:05}",
            **values,
        )
    )


def person(name: str = "", *, nationality: str = "KH", **values: Any) -> User:
    n = next(_serial)
    country(nationality)
    user = User(
        email=values.pop("email", f"person-{n}@example.org"),
        fs_uniquifier=secrets.token_hex(16),
        passport_name=name or f"PERSON {n}",
        sort_key=values.pop("sort_key", f"person {n:05}"),
        confirmed_at=NOW - timedelta(days=100),
        residence_code=nationality,
        **values,
    )
    user.nationalities = [Nationality(country_code=nationality)]
    return add(user)


def grant(
    user: User, role: Role, scope: Scope = Scope.EVERYTHING, scope_id: int | None = None
) -> User:
    add(RoleGrant(user_id=user.id, role=role, scope=scope, scope_id=scope_id, granted_at=NOW))
    return user


def actor(user: User) -> Actor:
    """The person as operations know them, with the grants of this moment; `user` is read again."""
    uniquifier = user.fs_uniquifier
    db.session.expire_all()
    query = select(User).where(User.fs_uniquifier == uniquifier)
    db.session.scalar(query.options(selectinload(User.grants), selectinload(User.nationalities)))
    return actor_signed_in_as(db.session(), uniquifier)


def sign_in(client: FlaskClient, user: User) -> FlaskClient:
    """As if this browser had signed in: a session row, and its cookie."""
    key = secrets.token_urlsafe(32)
    now = clock.now()
    add(
        SessionRow(
            key_hash=hashlib.sha256(key.encode()).hexdigest(),
            user_id=user.id,
            data=json.dumps({"_user_id": user.fs_uniquifier, "_fresh": True}),
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=12),
        )
    )
    client.set_cookie("session", key, domain="localhost")
    return client


def programme(name: str = "", organisation_id: int | None = None) -> Programme:
    n = next(_serial)
    return add(
        Programme(
            ref=f"prog-{n}",
            name=name or f"Programme {n}",
            organisation_id=organisation_id or organisation().id,
        )
    )


FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "study",
            "title": {"en": "Study and research"},
            "questions": [
                {
                    "key": "headline",
                    "kind": "short text",
                    "label": {"en": "Title of your plan"},
                    "required": True,
                    "max_characters": 200,
                },
                {
                    "key": "plan",
                    "kind": "long text",
                    "label": {"en": "Research plan"},
                    "required": True,
                    "max_words": 500,
                },
            ],
        },
        {
            "key": "places",
            "title": {"en": "Host institutions you prefer"},
            "kind": "preferences",
            "questions": [],
        },
        {
            "key": "documents",
            "title": {"en": "Documents"},
            "questions": [
                {
                    "key": "transcript",
                    "kind": "document",
                    "label": {"en": "Transcript"},
                    "required": True,
                },
            ],
        },
    ]
}
RUBRIC: dict[str, Any] = {
    "scale": [1, 5],
    "criteria": [
        {
            "key": "merit",
            "title": {"en": "Scientific merit"},
            "weight": 60,
            "anchors": [{"en": w} for w in ("weak", "fair", "good", "strong", "outstanding")],
        },
        {
            "key": "fit",
            "title": {"en": "Fit to the hosts"},
            "weight": 40,
            "anchors": [{"en": w} for w in ("weak", "fair", "good", "strong", "outstanding")],
        },
    ],
}


def call(
    *,
    state: OpportunityState = OpportunityState.PUBLISHED,
    countries: tuple[str, ...] = ("KH", "VN", "LA"),
    **values: Any,
) -> Call:
    """A published call that closes nine days after NOW, with a form and a rubric."""
    n = next(_serial)
    owner = values.pop("programme", None) or programme()
    closes = values.pop("closes_at", datetime(2027, 1, 14, 14, 59, tzinfo=UTC))
    title = values.pop("title", f"AI fellowship {n}")
    made = Call(
        ref=f"LNT-{n}",
        state=state,
        title=title,
        organisation_id=owner.organisation_id,
        programme_id=owner.id,
        tracks=["researcher"],
        languages=["en"],
        opens_at=closes - timedelta(days=60),
        closes_at=closes,
        closes_zone="Asia/Tokyo",
        closes_wall="2027-01-14T23:59",
        closes_sort=closes,
        published_at=None if state is OpportunityState.DRAFT else closes - timedelta(days=60),
        **values,
    )
    made.texts = [OpportunityText(locale="en", is_original=True, title=title)]
    made.countries = [OpportunityCountry(country_code=c) for c in countries]
    add(made)
    add(FormVersion(opportunity_id=made.id, number=1, definition=FORM))
    db.session.add_all(
        ApplicationCount(opportunity_id=made.id, country_code="", state=s.value, number=0)
        for s in ApplicationState
    )
    add(RubricVersion(opportunity_id=made.id, number=1, definition=RUBRIC))
    return made


def facets(call: Call) -> Call:
    """Keep the catalogue's facets of this call, as publishing it does."""
    with unit_of_work(SYSTEM) as work:
        opportunity = work.find(select(Call).where(Call.id == call.id))
        keep_facets(work, opportunity)
        stamp_catalogue(work)
    return call


def place(
    call: Call,
    *,
    seats: int = 2,
    host: Organisation | None = None,
    state: PlaceState = PlaceState.CONFIRMED,
    **values: Any,
) -> Place:
    made = Place(
        opportunity_id=call.id,
        host_id=(host or organisation()).id,
        seats=seats,
        state=state,
        **values,
    )
    if state is not PlaceState.ASKED:
        made.answered_by_id, made.answered_at = 1, NOW
    add(made)
    call.seats += seats
    call.hosts += 1
    db.session.commit()
    return made


def _count(call_id: int, code: str, state: ApplicationState) -> None:
    row = db.session.get(ApplicationCount, (call_id, code, state.value))
    if row is None:
        row = ApplicationCount(
            opportunity_id=call_id, country_code=code, state=state.value, number=0
        )
        db.session.add(row)
    row.number += 1


def application(
    call: Call,
    applicant: User | None = None,
    *,
    state: ApplicationState = ApplicationState.DRAFT,
    **values: Any,
) -> Application:
    """An application in any state, with the facts that the state needs; no answers."""
    who = applicant or person()
    form_version = db.session.scalars(
        select(FormVersion.id).where(FormVersion.opportunity_id == call.id)
    ).first()
    submitted = None if state is ApplicationState.DRAFT else NOW - timedelta(days=2)
    _count(call.id, "", state)
    if submitted is not None:
        _count(call.id, who.residence_code, state)
    made = Application(
        ref=f"LNT-27-{next(_serial):05}",
        opportunity_id=call.id,
        applicant_id=who.id,
        form_version_id=form_version,
        state=state,
        state_since=NOW - timedelta(days=2),
        started_at=NOW - timedelta(days=10),
        saved_at=NOW - timedelta(days=3),
        submitted_at=submitted,
        submitted_by_id=None if submitted is None else who.id,
        applicant_name=who.full_name,
        sort_key=who.sort_key,
        country_code=None if submitted is None else who.residence_code,
        **values,
    )
    db.session.add(made)
    db.session.flush()
    if submitted is not None:  # as submitting leaves it: with a document, here without words
        work, office = Work(db.session(), SYSTEM, NOW), f"opportunity:{call.id}"
        index_new_documents(work, "application", {made.id: ""}, audience=office)
    db.session.commit()
    return made
