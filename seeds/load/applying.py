"""Applications with all that stands around them, and how they are found."""

import random
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from app.accounts.models import Nationality, User
from app.accounts.names import sort_key
from app.applications.models import (
    UNSCORED,
    Application,
    ApplicationCount,
    ApplicationTag,
    CaseOfficer,
    ListedAnswer,
    Submission,
)
from app.applications.operations.listing import rows_of
from app.applications.operations.submitting import CONTENT_FORMAT, digest
from app.applications.queries.narrowing import audience_of
from app.applications.states import ApplicationState
from app.foundation.search.documents import SearchDocument
from app.foundation.search.tokens import kept_form
from app.opportunities.form_definitions import parse_form
from seeds.load.inserting import insert_rows, next_id
from seeds.load.offices import Office, insert_calls, insert_office, insert_programme
from seeds.load.people import name_of, names_known, nationality_rows, people_rows
from seeds.load.shape import (
    CALLS,
    COUNTRIES,
    FORM,
    HEADLINE,
    PIECE,
    SCORED,
    SHARES,
    SUMMARY,
    luck_of,
)


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
    names = names_known()
    people = max(1, -(-number // over))
    programme = insert_programme(connection, owner_id)
    office = insert_office(connection, programme, now)
    first_person = next_id(connection, User)
    calls = insert_calls(connection, programme, now, owner_id, over)
    insert_rows(connection, User.__table__, people_rows(first_person, people, names, chance, now))  # type: ignore[arg-type]
    insert_rows(connection, Nationality.__table__, nationality_rows(first_person, people, names))  # type: ignore[arg-type]
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


def _insert_with_all_around(
    connection: Connection,
    rows: Iterator[dict[str, Any]],
    names: list[dict[str, str]],
    office: Office,
) -> None:
    """Applications, and of each that was sent what was frozen and what it is found by."""
    form = parse_form(FORM)
    native = {name["name_latin"]: name["name_native"] for name in names}
    while piece := list(islice(rows, PIECE)):
        insert_rows(connection, Application.__table__, piece)  # type: ignore[arg-type]
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
            (CaseOfficer, [office.officer_of(row) for row in submitted if luck_of(row) % 2]),
            (ApplicationTag, [office.tag_of(row) for row in submitted if luck_of(row) % 10 == 0]),
        ):
            insert_rows(connection, model.__table__, made)  # type: ignore[arg-type]
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
    insert_rows(connection, SearchDocument.__table__, kept)  # type: ignore[arg-type]
    if connection.dialect.name == "sqlite" and kept:
        connection.execute(
            text("INSERT INTO search_word (rowid, tokens) VALUES (:id, :tokens)"), kept
        )


def _submission(row: dict[str, Any]) -> dict[str, Any]:
    n, luck = row["id"], luck_of(row)
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
    first = next_id(connection, Application)
    mark = secrets.token_hex(2)
    states = [state for state, _share in SHARES]
    shares = [share for _state, share in SHARES]
    for n in range(number):
        call, form = calls[n % len(calls)]
        person = n // len(calls)
        name = name_of(names, person)
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
