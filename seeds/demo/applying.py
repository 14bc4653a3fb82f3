"""The demo's applications: begun, filled in, sent; some stay drafts, some are taken back."""

import io
import json
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.accounts.models import User
from app.applications import queries
from app.applications.models import Application
from app.applications.operations import (
    choose_way,
    rank_places,
    save_section,
    start_application,
    submit_application,
    upload_document,
)
from app.files.operations import check_file
from app.foundation.work import Work
from app.opportunities.form_definitions import Question, Section, parse_form
from app.opportunities.models import Opportunity
from seeds.demo import backgrounds
from seeds.demo.calls import MadeCall
from seeds.demo.papers import paper
from seeds.demo.stage import Company

DATA = Path(__file__).parents[1] / "data"
DEGREES = ("bachelor", "bachelor", "master")


@dataclass(slots=True)
class Sent:
    """An application of the demo, as far as its applicant brought it."""

    id: int
    person_id: int
    submitted_at: datetime | None


def plans() -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((DATA / "plans.json").read_text(encoding="utf-8"))[
        "plans"
    ]
    return loaded


def apply(
    company: Company,
    call: MadeCall,
    person_id: int,
    at: datetime,
    chance: random.Random,
    *,
    plan: dict[str, Any],
    sections: int | None = None,
    also: Collection[str] = (),
    wishes: int | None = None,
    way: str = "",
    beside: Callable[[Work, Application], None] | None = None,
) -> Sent:
    """One person applies at one sitting; with `sections` only so many are filled, and none sent.

    Those of `also` are filled besides. `wishes` is how many hosts are ranked; by chance, if none
    is said. `way` is the one of the call by which one applies; none for on one's own. `beside`
    says what is not in the form.
    """
    with company.acts(person_id, at) as work:
        opportunity = work.session.get_one(Opportunity, call.id)
        application = start_application(work, opportunity, key=f"demo-{call.id}-{person_id}")
        application = _loaded(work, application.id)
        form = parse_form(application.form_version.definition)
        for number, section in enumerate(form.sections):
            if sections is not None and number >= sections and section.key not in also:
                continue
            _fill(
                work,
                application,
                section,
                call=call,
                chance=chance,
                plan=plan,
                wishes=wishes or chance.randint(1, 3),
            )
        if sections is not None:
            return Sent(application.id, person_id, None)
        work.session.flush()
        if beside is not None:
            beside(work, application)
        work.session.expire(application, ["sections", "preferences", "slots"])
        if way:
            choose_way(work, _loaded(work, application.id), way)
        submit_application(work, _loaded(work, application.id), key=f"demo-{application.id}")
        return Sent(application.id, person_id, at)


def _loaded(work: Work, application_id: int) -> Application:
    query = queries.applications_to_fill_in(work.actor).where(Application.id == application_id)
    return work.find(query.execution_options(populate_existing=True))


def _fill(
    work: Work,
    application: Application,
    section: Section,
    *,
    call: MadeCall,
    chance: random.Random,
    plan: dict[str, Any],
    wishes: int,
) -> None:
    if section.kind == "profile":
        return
    if section.kind == "preferences":
        wanted = chance.sample(call.places, min(len(call.places), wishes))
        most = call.data["most"]
        rank_places(work, application, section, place_ids=wanted[:most])
        return
    for question in section.questions:
        if question.kind == "document" and (question.required or _brings(question, application)):
            upload_document(work, application, question, file=_document(work, question))
    answers = {
        q.key: answer for q in section.questions if (answer := _answer(q, chance, plan)) is not None
    }
    if section.question("thesis_school"):
        answers["thesis_school"] = _school(work, application)
    answers |= backgrounds.answers(work, application, section, plan)
    answers = {key: answer for key, answer in answers.items() if answer is not None}
    carried = any(row.section == section.key and row.to_look_at for row in application.sections)
    if answers or carried:
        save_section(work, application, section, answers=answers, looked=True)


def _school(work: Work, application: Application) -> Any:
    """Most wrote their thesis where they are now, some at a school that is on no list."""
    person = work.session.get_one(User, application.applicant_id)
    if person.home_institution_id is None or person.id % 5 == 0:
        return "Open Institute of Languages and Machines"
    # Whoever keeps the answer puts the name of the list there.
    return {"organisation": person.home_institution_id, "name": "of the list"}


def _brings(question: Question, application: Application) -> bool:
    """Some bring the passport before anybody needs it."""
    return question.kept_apart and application.applicant_id % 4 == 0


def _document(work: Work, question: Question) -> Any:
    content = paper(question.label.get("en", question.key), work.actor.name)
    return check_file(io.BytesIO(content), file_name=f"{question.key}.pdf")


def _answer(question: Question, chance: random.Random, plan: dict[str, Any]) -> Any:
    """What a person would write, in the shape that the form sends."""
    written = {
        "headline": plan["headline"],
        "plan": plan["plan"],
        "motivation": (
            "I want to work where the language is spoken and where the results are used. "
            "The host has the data and the people that my university lacks, and I will bring "
            "back both the methods and the contacts."
        ),
        "earlier_work": "Two years as an engineer on a national digitisation project.",
    }
    if question.key in written:
        return written[question.key]
    if question.key == "degree":
        return ("master", "bachelor")[len(plan["headline"]) % 2]
    by_kind: dict[str, Callable[[], Any]] = {
        "choice": lambda: question.options[min(1, len(question.options) - 1)].key,
        "month": lambda: {"month": str(chance.randint(3, 9)), "year": "2026"},
        "language level": lambda: chance.choice(["B2", "C1"]),
        "yes or no": lambda: "yes",
        "declaration": lambda: "yes",
        "short text": lambda: plan["headline"],
        "long text": lambda: plan["plan"],
        "number": lambda: "2",
    }
    make: Callable[[], Any] | None = by_kind.get(question.kind)
    return make() if make and (question.required or question.kind == "declaration") else None


def moments(call: MadeCall, number: int, chance: random.Random, now: datetime) -> list[datetime]:
    """When people apply: a few early, most in the last days before the deadline (or now)."""
    last = min(call.closes_at, now) - timedelta(minutes=20)
    first = call.opens_at + timedelta(hours=1)
    span = (last - first).total_seconds()
    return sorted(
        first + timedelta(seconds=span * (1 - chance.random() ** 2)) for _ in range(number)
    )
