"""Bulk rows for measuring: any number of applications, written straight to the tables.

These rows do not run through operations, because a million of them would take a day; they are
for measuring only, and a test holds that each is one that the operations could have written.
"""

import csv
import random
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from app.accounts.models import Nationality, User
from app.accounts.names import sort_key
from app.applications.models import (
    UNSCORED,
    Application,
    ApplicationCount,
    ListedAnswer,
    Submission,
)
from app.applications.operations.listing import rows_of
from app.applications.operations.submitting import CONTENT_FORMAT, digest
from app.applications.states import ApplicationState
from app.fellowships.models import Call
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
    first_person = _after(connection, User)
    calls = _calls(connection, now, owner_id, over)
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
    _insert_with_submissions(connection, rows)
    counts = [
        {"opportunity_id": call, "country_code": c, "state": s, "number": counted[call, c, s]}
        for call, _form in calls
        for s in ApplicationState
        for c in ("", *COUNTRIES)
        if not c or counted[call, c, s]
    ]
    connection.execute(insert(ApplicationCount), counts)
    if connection.dialect.name == "postgresql":
        for table in ("user", "application"):  # the ids were ours: the next one comes after them
            connection.execute(
                text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM \"{table}\"))")  # noqa: S608 - two words of our own
            )
    return [call for call, _form in calls]


def _names() -> list[dict[str, str]]:
    with (DATA / "names.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["country"] in COUNTRIES]


def _after(connection: Connection, model: type[Any]) -> int:
    return (connection.scalar(select(func.max(model.id))) or 0) + 1


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, Any]]) -> None:
    iterator = iter(rows)
    while piece := list(islice(iterator, PIECE)):
        connection.execute(insert(table), piece)


def _insert_with_submissions(connection: Connection, rows: Iterator[dict[str, Any]]) -> None:
    """Applications, and of each that was sent what was frozen and what it is found by."""
    form = parse_form(FORM)
    while piece := list(islice(rows, PIECE)):
        connection.execute(insert(Application), piece)
        submitted = [row for row in piece if row["submitted_at"] is not None]
        sent = [_submission(row) for row in submitted]
        connection.execute(insert(Submission), sent)
        answers = [
            kept
            for row, one in zip(submitted, sent, strict=True)
            for kept in rows_of(form, row["id"], row["opportunity_id"], one["content"])
        ]
        _insert(connection, ListedAnswer.__table__, answers)  # type: ignore[arg-type]


def _submission(row: dict[str, Any]) -> dict[str, Any]:
    n = row["id"]
    answers = {
        "headline": row["headline"],
        "summary": SUMMARY,
        "starts": f"2027-{n % 12 + 1:02}",
        "field": ("language", "vision", "policy")[n % 3],
        "english": ("B1", "B2", "C1")[n % 3],
        "papers": n % 20,
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


def _calls(
    connection: Connection, now: datetime, owner_id: int | None, over: int
) -> list[tuple[int, int]]:
    """Published calls with a form, places and texts; (call, form version) of each."""
    host = owner_id or connection.scalar(select(func.min(Organisation.id)))
    mark = secrets.token_hex(3)
    programme = connection.execute(
        insert(Programme).values(
            ref=f"load-{mark}", name="Programme for measuring", organisation_id=host
        )
    ).inserted_primary_key[0]  # type: ignore[index]
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
            insert(RubricVersion).values(
                opportunity_id=call, number=1, definition={"scale": [1, 5], "criteria": []}
            )
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
            "state_since": now,
            "started_at": now - timedelta(days=50),
            "saved_at": sent or now,
            "submitted_at": sent,
            "withdrawn_at": now if state is ApplicationState.WITHDRAWN else None,
            "headline": "Language resources for measuring",
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
