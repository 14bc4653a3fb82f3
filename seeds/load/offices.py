"""Programmes, their offices, and calls in the middle of their reviewing."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from app.accounts.models import RoleGrant, User
from app.accounts.names import sort_key
from app.applications.models import (
    Tag,
)
from app.applications.states import TagColour
from app.fellowships.models import Call
from app.foundation.actors import Role, Scope
from app.opportunities.models import (
    FormVersion,
    Opportunity,
    OpportunityCountry,
    OpportunityText,
    Place,
    Programme,
    RubricVersion,
)
from app.opportunities.states import Kind, OpportunityState, PlaceState
from app.organisations.models import Organisation
from seeds.load.shape import COUNTRIES, FORM, OFFICERS, RUBRIC, TAGS, luck_of


@dataclass(frozen=True, slots=True)
class Office:
    """Who works on the applications, and the tags that they use; by their ids."""

    people: list[int]
    tags: list[int]
    now: datetime

    def officer_of(self, row: dict[str, Any]) -> dict[str, Any]:
        officer = self.people[luck_of(row) // 2 % len(self.people)]
        return {"application_id": row["id"], "officer_id": officer, "since": self.now}

    def tag_of(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "application_id": row["id"],
            "tag_id": self.tags[luck_of(row) // 10 % len(self.tags)],
        }


def insert_programme(connection: Connection, owner_id: int | None) -> int:
    mark = secrets.token_hex(3)
    made = connection.execute(
        insert(Programme).values(
            ref=f"load-{mark}",
            name="Programme for measuring",
            organisation_id=owner_id or connection.scalar(select(func.min(Organisation.id))),
        )
    )
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def insert_office(connection: Connection, programme: int, now: datetime) -> Office:
    """Four managers of the programme, and five tags."""
    mark, people, tags = secrets.token_hex(3), [], []
    for n in range(1, OFFICERS + 1):
        name = f"OFFICER {n}"
        person = connection.execute(
            insert(User).values(
                email=f"load-office-{mark}-{n}@example.org",
                active=True,
                fs_uniquifier=secrets.token_hex(16),
                create_datetime=now,
                update_datetime=now,
                confirmed_at=now,
                passport_name=name,
                sort_key=sort_key(name),
            )
        ).inserted_primary_key[0]  # type: ignore[index]
        connection.execute(
            insert(RoleGrant).values(
                user_id=person,
                role=Role.MANAGER,
                scope=Scope.PROGRAMME,
                scope_id=programme,
                granted_at=now,
            )
        )
        people.append(person)
    for name in TAGS:
        tag = connection.execute(
            insert(Tag).values(
                programme_id=programme, name=name, folded=name, colour=TagColour.GREY
            )
        ).inserted_primary_key[0]  # type: ignore[index]
        tags.append(tag)
    return Office(people, tags, now)


def insert_calls(
    connection: Connection, programme: int, now: datetime, owner_id: int | None, over: int
) -> list[tuple[int, int]]:
    """Published calls with a form, places and texts; (call, form version) of each."""
    host = owner_id or connection.scalar(select(func.min(Organisation.id)))
    mark = secrets.token_hex(3)
    made = []
    for n in range(over):
        closes = now + timedelta(days=30 + n)
        title = f"Fellowship for measuring {mark} {n + 1}"
        call = connection.execute(
            insert(Opportunity.__table__).values(  # type: ignore[arg-type]
                ref=f"LOAD-{mark}-{n + 1:02}",
                kind=Kind.FELLOWSHIP,
                state=OpportunityState.PUBLISHED,
                organisation_id=host,
                programme_id=programme,
                title=title,
                tracks=["researcher"],
                languages=["en"],
                original_locale="en",
                opens_at=now - timedelta(days=60),
                closes_at=closes,
                closes_zone="Asia/Tokyo",
                closes_wall=f"{closes:%Y-%m-%dT%H:%M}",
                closes_sort=closes,
                published_at=now - timedelta(days=60),
                seats=10,
                hosts=1,
            )
        ).inserted_primary_key[0]  # type: ignore[index]
        connection.execute(insert(Call.__table__).values(id=call))  # type: ignore[arg-type]
        connection.execute(
            insert(OpportunityText).values(
                opportunity_id=call, locale="en", is_original=True, title=title
            )
        )
        connection.execute(
            insert(OpportunityCountry),
            [{"opportunity_id": call, "country_code": c} for c in COUNTRIES],
        )
        connection.execute(
            insert(Place).values(
                opportunity_id=call,
                host_id=host,
                seats=10,
                state=PlaceState.CONFIRMED,
                answered_by_id=0,
                answered_at=now,
            )
        )
        form = connection.execute(
            insert(FormVersion).values(opportunity_id=call, number=1, definition=FORM)
        ).inserted_primary_key[0]  # type: ignore[index]
        connection.execute(
            insert(RubricVersion).values(opportunity_id=call, number=1, definition=RUBRIC)
        )
        made.append((call, form))
    return made
