"""The model calls: prepared, places asked for and confirmed, published, closed."""

import copy
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.applications.operations import RouteTerms, name_nominator, open_route, set_letters
from app.applications.queries import newest_form
from app.applications.queries.routes import route_to_change
from app.applications.states import RouteKind
from app.fellowships import queries
from app.fellowships.models import Call
from app.fellowships.operations import (
    Audience,
    Seats,
    Terms,
    Text,
    Window,
    add_place,
    close_call,
    confirm_place,
    open_programme,
    prepare_call,
    publish_call,
    save_audience,
    save_call,
    save_form,
    save_terms,
    save_window,
    translate_call,
)
from app.foundation.work import Work
from app.opportunities.form_definitions import CORE
from app.opportunities.models import Place, Programme
from app.organisations.models import Organisation
from seeds.demo.people import ANSWERS_FOR
from seeds.demo.stage import Company

DATA = Path(__file__).parents[1] / "data"
MANAGER = {"research": "manager-a", "policy": "manager-b"}
HOSTS_ANSWER = timedelta(days=4)
MINISTRY_NOTE = {
    "en": "Write to the ministry’s training department; it answers everybody.",
    "ja": "省庁の研修担当部署に連絡してください。全員に回答があります。",
    "th": "โปรดเขียนถึงฝ่ายฝึกอบรมของกระทรวง ซึ่งจะตอบทุกคน",
    "km": "សូមសរសេរទៅនាយកដ្ឋានបណ្តុះបណ្តាលរបស់ក្រសួង។ គេឆ្លើយតបគ្រប់គ្នា។",
}


@dataclass(slots=True)
class MadeCall:
    """A call of the demo, by the name the data gives it."""

    id: int
    data: dict[str, Any]
    opens_at: datetime
    closes_at: datetime
    places: list[int] = field(default_factory=list)

    @property
    def manager(self) -> str:
        return MANAGER[self.data["programme"]]


def model_calls() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "model_calls.json").read_text(encoding="utf-8"))
    return loaded


def open_programmes(
    company: Company, organisations: dict[str, int], at: datetime
) -> dict[str, int]:
    """The secretariat opens the demo's programmes."""
    made = {}
    for ref, said in model_calls()["programmes"].items():
        with company.acts("secretariat", at) as work:
            runs_it = work.session.get_one(Organisation, organisations[said["organisation"]])
            programme = open_programme(
                work, runs_it, ref=ref, name=said["name"], summary=said["summary"]
            )
            made[ref] = programme.id
    return made


def make_calls(
    company: Company, programmes: dict[str, int], organisations: dict[str, int], now: datetime
) -> dict[str, MadeCall]:
    """Every model call, from its preparation to its publication."""
    documents = model_calls()["documents"]
    return {
        data["id"]: _make(
            company, programmes, organisations, data=data, documents=documents, now=now
        )
        for data in model_calls()["calls"]
    }


def _make(
    company: Company,
    programmes: dict[str, int],
    organisations: dict[str, int],
    *,
    data: dict[str, Any],
    documents: dict[str, Any],
    now: datetime,
) -> MadeCall:
    opens, closes = now + timedelta(days=data["opens"]), now + timedelta(days=data["closes"])
    prepared = opens - timedelta(days=20)
    manager = MANAGER[data["programme"]]
    wall = f"{closes.astimezone(ZoneInfo(data['zone'])):%Y-%m-%d}T{data['time']}"
    with company.acts(manager, prepared) as work:
        programme = work.session.get_one(Programme, programmes[data["programme"]])
        call = prepare_call(work, programme, title=data["texts"]["en"]["title"])
        save_call(work, call, Text(**data["texts"]["en"]), version=None)
        for locale in ("ja", "km", "th"):
            translate_call(work, call, Text(**data["texts"][locale]), locale=locale, version=None)
        window = Window(
            closes_wall=wall,
            zone=data["zone"],
            opens_wall=f"{opens.astimezone(ZoneInfo(data['zone'])):%Y-%m-%dT09:00}",
        )
        save_window(work, call, window, version=None)
        audience = Audience(
            countries=tuple(data["countries"]),
            tracks=tuple(data["tracks"]),
            languages=tuple(data["languages"]),
            eligibility=data["eligibility"],
        )
        save_audience(work, call, audience, version=None)
        save_terms(work, call, _terms(data, closes), version=None)
        if "letters" in data:
            least, most, days = data["letters"]
            by = (call.closes_at or closes) + timedelta(days=days)
            set_letters(work, call, least=least, most=most, letters_by=by)
        for kind, quota in data.get("ways", {}).items():
            _open_way(work, call, RouteKind(kind), quota, organisations)
        starter = work.session.scalars(newest_form(call.id)).one()
        save_form(work, call, _form(starter.definition, data, documents), version=None)
        opens, closes = call.opens_at or opens, call.closes_at or closes
        made = MadeCall(call.id, data, opens, closes)
    _ask_hosts(company, made, organisations, prepared)
    with company.acts(manager, opens - timedelta(days=1)) as work:
        publish_call(work, found(work, made))
    return made


def _open_way(
    work: Work, call: Call, kind: RouteKind, quota: int, organisations: dict[str, int]
) -> None:
    """A way by which people are nominated, two days before the deadline of the call."""
    zone = "Asia/Vientiane"
    due = (call.closes_at or call.closes_sort).astimezone(ZoneInfo(zone)) - timedelta(days=2)
    terms = RouteTerms(
        quota=quota,
        due_wall=f"{due:%Y-%m-%d}T17:00",
        zone=zone,
        named_only=kind is not RouteKind.UNIVERSITY,
        note=MINISTRY_NOTE if kind is RouteKind.MINISTRY else {},
    )
    open_route(work, call, kind, terms)
    if kind is RouteKind.MINISTRY:
        route = work.session.scalars(route_to_change(call.id, kind)).one()
        ministry = work.session.get_one(Organisation, organisations["ministry-la"])
        name_nominator(work, route, ministry)


def close_past_calls(company: Company, made: dict[str, MadeCall], now: datetime) -> None:
    """Whose deadline is over is closed by its manager, two hours later."""
    for call in made.values():
        if call.closes_at + timedelta(hours=2) < now:
            with company.acts(call.manager, call.closes_at + timedelta(hours=2)) as work:
                close_call(work, found(work, call))


def found(work: Work, made: MadeCall) -> Call:
    """The call, for the one who acts."""
    return work.find(queries.calls_visible_to(work.actor).where(Call.id == made.id))


def _terms(data: dict[str, Any], closes: datetime) -> Terms:
    starts = date.fromisoformat(data["starts"])
    there = closes.astimezone(ZoneInfo(data["zone"]))
    at_nine = there.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(UTC)
    amount, currency, period = data["money"] or (None, None, None)
    return Terms(
        costs_nothing=data["costs_nothing"],
        duration_months=data["months"],
        starts_on=starts,
        ends_on=starts + timedelta(days=30 * data["months"]),
        stipend_amount=None if amount is None else amount * _minor_units(currency),
        stipend_currency=currency,
        stipend_period=period,
        max_preferences=data["most"],
        reviews_wanted=data["reviews"],
        reviews_due_at=at_nine + timedelta(days=28),
        results_at=at_nine + timedelta(days=60),
        days_to_answer=14,
        competencies=list(data.get("competencies", ())),
        contact="fellowships@demo.example.org",
    )


def _minor_units(currency: str | None) -> int:
    return 1 if currency == "JPY" else 100


def _form(starter: dict[str, Any], data: dict[str, Any], titles: dict[str, Any]) -> dict[str, Any]:
    """The starter form with the documents that this call asks for, and what else it asks."""
    form = copy.deepcopy(starter)
    study = next(n for n, section in enumerate(form["sections"], 1) if section["key"] == "study")
    form["sections"][study:study] = data.get("sections", [])
    for section in form["sections"]:
        if section.get("kind") == "preferences":
            section["most"] = data["most"]
        if section["key"] == "documents":
            section["questions"] = [
                {"key": key, "kind": "document", "label": titles[key], "required": n == 0}
                | ({"core": key} if key in CORE else {})
                | ({"sensitivity": "identity"} if key == "passport" else {})
                for n, key in enumerate(data["documents"])
            ]
    return form


def _ask_hosts(
    company: Company, made: MadeCall, organisations: dict[str, int], at: datetime
) -> None:
    """The manager asks for seats; each host's own staff confirms them some days later."""
    starts = date.fromisoformat(made.data["starts"])
    ends = starts + timedelta(days=30 * made.data["months"])
    for ref, seats, track in made.data["hosts"]:
        with company.acts(made.manager, at + timedelta(hours=1)) as work:
            call = found(work, made)
            host = work.session.get_one(Organisation, organisations[ref])
            wanted = Seats(
                seats=seats, tracks=(track,) if track else (), starts_on=starts, ends_on=ends
            )
            place = add_place(work, call, host, wanted)
            made.places.append(place.id)
        with company.acts(ANSWERS_FOR[ref], at + HOSTS_ANSWER) as work:
            place = work.find(
                queries.places_visible_to(work.actor).where(Place.id == made.places[-1])
            )
            confirm_place(work, place)


def leave_to_do(
    company: Company,
    made: dict[str, MadeCall],
    programmes: dict[str, int],
    organisations: dict[str, int],
    now: datetime,
) -> None:
    """What waits on the day of the demo: a host that was asked, and a call in preparation."""
    visit = made["call-visit"]
    with company.acts(visit.manager, now - timedelta(days=2)) as work:
        call = found(work, visit)
        host = work.session.get_one(Organisation, organisations["aic-04"])
        add_place(work, call, host, Seats(seats=4, tracks=("researcher",)))
    with company.acts("manager-a", now - timedelta(days=1)) as work:
        earlier = found(work, made["call-research"])
        programme = work.session.get_one(Programme, programmes["research"])
        title = "Japan–ASEAN AI research fellowship 2028"
        prepare_call(work, programme, title=title, like=earlier)
