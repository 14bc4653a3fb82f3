"""Bulk rows for measuring: any number of applications, written straight to the tables.

These rows do not run through operations, because a million of them would take a day; they are
for measuring only, and a test holds that each is one that the operations could have written.
"""

import csv
import random
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from app.accounts.models import Nationality, RoleGrant, User
from app.accounts.names import sort_key
from app.applications.models import (
    UNSCORED,
    Application,
    ApplicationCount,
    ApplicationTag,
    CaseOfficer,
    ListedAnswer,
    Submission,
    Tag,
)
from app.applications.operations.listing import rows_of
from app.applications.operations.submitting import CONTENT_FORMAT, digest
from app.applications.queries.narrowing import audience_of
from app.applications.states import ApplicationState, TagColour
from app.fellowships.models import Call
from app.foundation.actors import Role, Scope
from app.foundation.search.documents import SearchDocument
from app.foundation.search.tokens import kept_form
from app.opportunities.form_definitions import parse_form
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

DATA = Path(__file__).parent / "data"
PIECE = 5000
CALLS = 8  # unless told otherwise
TAGS = ("strong on paper", "call back", "passport missing", "alumni", "late")
OFFICERS = 4
COUNTRIES = ("KH", "LA", "VN", "TH", "MM", "ID", "MY", "PH", "SG", "BN", "TL")
# How a call looks in the middle of its reviewing: (state, share in percent).
SHARES = (
    (ApplicationState.DRAFT, 18),
    (ApplicationState.SUBMITTED, 20),
    (ApplicationState.ELIGIBLE, 10),
    (ApplicationState.INELIGIBLE, 4),
    (ApplicationState.IN_REVIEW, 32),
    (ApplicationState.SHORTLISTED, 6),
    (ApplicationState.NOT_SELECTED, 7),
    (ApplicationState.WITHDRAWN, 3),
)
# What is asked, and what everybody answered: of the length that people write in lists.
FORM = {
    "sections": [
        {
            "key": "plan",
            "title": {"en": "Your plan"},
            "questions": [
                {"key": "headline", "kind": "short text", "label": {"en": "Title"}},
                {"key": "summary", "kind": "long text", "label": {"en": "Summary"}},
                {"key": "starts", "kind": "month", "label": {"en": "When you can start"}},
                {
                    "key": "field",
                    "kind": "choice",
                    "label": {"en": "Field"},
                    "options": [
                        {"key": "language", "label": {"en": "Language"}},
                        {"key": "vision", "label": {"en": "Vision"}},
                        {"key": "policy", "label": {"en": "Policy"}},
                    ],
                },
                {"key": "english", "kind": "language level", "label": {"en": "English"}},
                {"key": "papers", "kind": "number", "label": {"en": "Papers"}},
            ],
        }
    ]
}
HEADLINE = "Language resources for measuring"
RUBRIC = {
    "scale": [1, 5],
    "criteria": [
        {
            "key": "merit",
            "title": {"en": "Merit"},
            "weight": 100,
            "anchors": [{"en": w} for w in ("weak", "fair", "good", "strong", "outstanding")],
        }
    ],
}
SUMMARY = "I study how words end in languages that are written without spaces, and measure it."
SCORED = {
    ApplicationState.IN_REVIEW,
    ApplicationState.SHORTLISTED,
    ApplicationState.NOT_SELECTED,
}


def load_applications(
    connection: Connection,
    *,
    number: int,
    seed: int,
    now: datetime,
    owner_id: int | None = None,
    over: int = CALLS,
) -> list[int]:
    """Add `number` applications over some calls of a programme of their own.

    The same seed gives the same people and states. Returns the ids of the calls, the one with
    the most applications first.
    """
    chance = random.Random(seed)  # noqa: S311 - invented people, no secret
    names = _names()
    people = max(1, -(-number // over))
    programme = _programme(connection, owner_id)
    office = _office(connection, programme, now)
    first_person = _after(connection, User)
    calls = _calls(connection, programme, now, owner_id, over)
    _insert(connection, User.__table__, _people(first_person, people, names, chance, now))  # type: ignore[arg-type]
    _insert(connection, Nationality.__table__, _nationalities(first_person, people, names))  # type: ignore[arg-type]
    counted: Counter[tuple[int, str, str]] = Counter()
    rows = _applications(
        connection,
        calls,
        first_person=first_person,
        number=number,
        names=names,
        chance=chance,
        now=now,
        counted=counted,
    )
    _insert_with_all_around(connection, rows, names, office)
    counts = [
        {"opportunity_id": call, "country_code": c, "state": s, "number": counted[call, c, s]}
        for call, _form in calls
        for s in ApplicationState
        for c in ("", *COUNTRIES)
        if not c or counted[call, c, s]
    ]
    connection.execute(insert(ApplicationCount), counts)
    if connection.dialect.name == "postgresql":
        for table in (
            "user",
            "application",
            "search_document",
        ):  # the ids were ours: the next one comes after them
            connection.execute(
                text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM \"{table}\"))")  # noqa: S608 - two words of our own
            )
        connection.execute(text("ANALYZE"))  # else the first questions are planned for few rows
    return [call for call, _form in calls]


def _names() -> list[dict[str, str]]:
    with (DATA / "names.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["country"] in COUNTRIES]


def _after(connection: Connection, model: type[Any]) -> int:
    return (connection.scalar(select(func.max(model.id))) or 0) + 1


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    iterator = iter(rows)
    while piece := list(islice(iterator, PIECE)):
        if connection.dialect.name == "postgresql":
            _copy(connection, table, piece)
        else:
            connection.execute(insert(table), piece)


def _copy(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """The same by PostgreSQL's COPY, several times faster: with every default said."""
    columns, writers = [], []
    for column in table.columns:
        default = column.default.arg if column.default and column.default.is_scalar else None  # type: ignore[attr-defined]
        if column.computed is None and (column.name in rows[0] or not column.primary_key):
            kind: Any = column.type.dialect_impl(connection.dialect)
            written = kind.bind_processor(connection.dialect)
            columns.append(column.name)
            writers.append((column.name, default, written or (lambda value: value)))
    names = ", ".join(f'"{name}"' for name in columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as out:
        for row in rows:
            out.write_row([write(row.get(name, default)) for name, default, write in writers])


def _insert_with_all_around(
    connection: Connection,
    rows: Iterator[dict[str, Any]],
    names: list[dict[str, str]],
    office: "Office",
) -> None:
    """Applications, and of each that was sent what was frozen and what it is found by."""
    form = parse_form(FORM)
    native = {name["name_latin"]: name["name_native"] for name in names}
    while piece := list(islice(rows, PIECE)):
        _insert(connection, Application.__table__, piece)  # type: ignore[arg-type]
        submitted = [row for row in piece if row["submitted_at"] is not None]
        sent = [_submission(row) for row in submitted]
        answers = [
            kept
            for row, one in zip(submitted, sent, strict=True)
            for kept in rows_of(form, row["id"], row["opportunity_id"], one["content"])
        ]
        for model, made in (
            (Submission, sent),
            (ListedAnswer, answers),
            (CaseOfficer, [office.officer_of(row) for row in submitted if _luck(row) % 2]),
            (ApplicationTag, [office.tag_of(row) for row in submitted if _luck(row) % 10 == 0]),
        ):
            _insert(connection, model.__table__, made)  # type: ignore[arg-type]
        _let_them_be_found(connection, submitted, native)


def _let_them_be_found(
    connection: Connection, submitted: list[dict[str, Any]], native: dict[str, str]
) -> None:
    """By name in both scripts, number and headline, as `submit` lets them be found."""
    last = connection.scalar(select(func.max(SearchDocument.id))) or 0
    kept = []
    for number, row in enumerate(submitted, last + 1):
        own = native.get(row["applicant_name"].rpartition(" ")[0], "")
        lines = (row["applicant_name"], own, row["ref"], row["headline"])
        folded, tokens = kept_form("application", "\n".join(line for line in lines if line))
        kept.append(
            {
                "id": number,
                "kind": "application",
                "subject_id": row["id"],
                "audience": audience_of(row["opportunity_id"]),
                "locale": "",
                "folded": folded,
                "tokens": tokens,
            }
        )
    _insert(connection, SearchDocument.__table__, kept)  # type: ignore[arg-type]
    if connection.dialect.name == "sqlite" and kept:
        connection.execute(
            text("INSERT INTO search_word (rowid, tokens) VALUES (:id, :tokens)"), kept
        )


@dataclass(frozen=True, slots=True)
class Office:
    """Who works on the applications, and the tags that they use; by their ids."""

    people: list[int]
    tags: list[int]
    now: datetime

    def officer_of(self, row: dict[str, Any]) -> dict[str, Any]:
        officer = self.people[_luck(row) // 2 % len(self.people)]
        return {"application_id": row["id"], "officer_id": officer, "since": self.now}

    def tag_of(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"application_id": row["id"], "tag_id": self.tags[_luck(row) // 10 % len(self.tags)]}


def _luck(row: dict[str, Any]) -> int:
    """A number of an application's own that has nothing to do with its name, number or state."""
    luck: int = row["id"] * 2_654_435_761 % 2**32 >> 7
    return luck


def _submission(row: dict[str, Any]) -> dict[str, Any]:
    n, luck = row["id"], _luck(row)
    answers = {
        "headline": row["headline"],
        "summary": SUMMARY,
        "starts": f"2027-{luck // 180 % 12 + 1:02}",
        "field": ("language", "vision", "policy")[luck % 3],
        "english": ("B1", "B2", "C1")[luck // 3 % 3],
        "papers": luck // 9 % 20,
    }
    content = {
        "format": CONTENT_FORMAT,
        "ref": row["ref"],
        "form_version": row["form_version_id"],
        "applicant": {
            "passport_name": row["applicant_name"],
            "native_name": "",
            "reading": "",
            "nationalities": [row["country_code"]],
            "residence": row["country_code"],
            "born_on": None,
            "institution": "",
            "email": f"load-{row['applicant_id']}@example.org",
        },
        "answers": {"plan": answers},
        "preferences": [],
        "documents": [],
    }
    return {
        "application_id": n,
        "number": 1,
        "content": content,
        "sha256": digest(content),
        "submitted_by_id": row["applicant_id"],
        "submitted_at": row["submitted_at"],
    }


def _programme(connection: Connection, owner_id: int | None) -> int:
    mark = secrets.token_hex(3)
    made = connection.execute(
        insert(Programme).values(
            ref=f"load-{mark}",
            name="Programme for measuring",
            organisation_id=owner_id or connection.scalar(select(func.min(Organisation.id))),
        )
    )
    return int(made.inserted_primary_key[0])  # type: ignore[index]


def _office(connection: Connection, programme: int, now: datetime) -> Office:
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


def _calls(
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


def _person_name(names: list[dict[str, str]], n: int) -> dict[str, str]:
    return names[n % len(names)]


def _people(
    first: int, number: int, names: list[dict[str, str]], chance: random.Random, now: datetime
) -> Iterator[dict[str, Any]]:
    for n in range(number):
        name = _person_name(names, n)
        full = f"{name['name_latin']} {n // len(names) + 1}"
        yield {
            "id": first + n,
            "email": f"load-{first + n}@example.org",
            "active": True,
            "fs_uniquifier": f"{chance.getrandbits(128):032x}"[:32] + f"{first + n:x}",
            "create_datetime": now,
            "update_datetime": now,
            "confirmed_at": now,
            "passport_name": full,
            "native_name": name["name_native"],
            "sort_key": sort_key(full),
            "residence_code": name["country"],
        }


def _nationalities(
    first: int, number: int, names: list[dict[str, str]]
) -> Iterator[dict[str, Any]]:
    for n in range(number):
        yield {"user_id": first + n, "country_code": _person_name(names, n)["country"]}


def _applications(
    connection: Connection,
    calls: list[tuple[int, int]],
    *,
    first_person: int,
    number: int,
    names: list[dict[str, str]],
    chance: random.Random,
    now: datetime,
    counted: Counter[tuple[int, str, str]],
) -> Iterator[dict[str, Any]]:
    first = _after(connection, Application)
    mark = secrets.token_hex(2)
    states = [state for state, _share in SHARES]
    shares = [share for _state, share in SHARES]
    for n in range(number):
        call, form = calls[n % len(calls)]
        person = n // len(calls)
        name = _person_name(names, person)
        full = f"{name['name_latin']} {person // len(names) + 1}"
        state = chance.choices(states, shares)[0]
        sent = None if state is ApplicationState.DRAFT else now - timedelta(minutes=n % 60_000)
        mean = round(chance.uniform(1, 5), 2) if state in SCORED else None
        counted[call, "", state] += 1
        if sent is not None:
            counted[call, name["country"], state] += 1
        yield {
            "id": first + n,
            "ref": f"L{mark}-{first + n}",
            "opportunity_id": call,
            "applicant_id": first_person + person,
            "submitted_by_id": None if sent is None else first_person + person,
            "form_version_id": form,
            "state": state,
            "state_since": _since(state, sent, now, n),
            "started_at": now - timedelta(days=50),
            "saved_at": sent or now,
            "submitted_at": sent,
            "withdrawn_at": now if state is ApplicationState.WITHDRAWN else None,
            "headline": HEADLINE,
            "applicant_name": full if sent else "",
            "sort_key": sort_key(full) if sent else "",
            "country_code": name["country"] if sent else None,
            "reviews_wanted": 2 if mean else 0,
            "reviews_assigned": 2 if mean else 0,
            "reviews_done": 2 if mean else 0,
            "score_mean": mean,
            "score_spread": 0.5 if mean else None,
            "score_sort": mean or UNSCORED,
        }


def _since(state: ApplicationState, sent: datetime | None, now: datetime, n: int) -> datetime:
    """Drafts since they were begun, others since they were sent or some time after that."""
    if sent is None:
        return now - timedelta(days=50)
    if state is ApplicationState.SUBMITTED:
        return sent
    return sent + (now - sent) * (n * 7919 % 1000 / 1000)
