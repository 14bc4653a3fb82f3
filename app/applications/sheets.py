"""An application as a row: what an export says of it, column by column. Pure.

`row` is what `queries.exports.rows` selects, `content` the frozen submission
(`operations.submitting.content_of`). Words are in the reader's language, moments on the call's
clock as "2027-01-14 23:59", scores with all their decimals.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.applications.states import STATE_NAMES, ApplicationState
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.sheets import Cell, Cells
from app.opportunities.form_definitions import FormDefinition, Question, in_words, text_in

FORMAT = "lontar-applications-1"

Content = Mapping[str, Any]
Answers = Mapping[str, Any]
Reading = Callable[[Any, Content, Answers], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    heading: str
    of: Reading


def columns(forms: Sequence[FormDefinition], locale: str, zone: str) -> list[Column]:
    """Every column of the main sheet: who, where it stands, and each question that was ever asked.

    `forms` are the versions that were used, the newest first: a question that several have is one
    column, named as the newest names it.
    """
    return [*_standing(zone), *_person(), *_choices(), *_questions(forms, locale)]


def headings(every: Sequence[Column]) -> list[str]:
    return [column.heading for column in every]


def cells(every: Sequence[Column], row: Any, content: Content) -> Cells:
    """One application's row."""
    answers = answers_of(content)
    return [column.of(row, content, answers) for column in every]


def answers_of(content: Content) -> Answers:
    """All answers by question; no two questions of a form have the same key."""
    found: dict[str, Any] = {}
    for section in (content.get("answers") or {}).values():
        found.update(section)
    return found


def _standing(zone: str) -> list[Column]:
    states = {state: str(STATE_NAMES[state]) for state in ApplicationState}
    clock = ZoneInfo(zone)

    def moment(value: datetime | None) -> str | None:
        return None if value is None else value.astimezone(clock).isoformat(" ", "minutes")[:16]

    place = languages.city(zone)
    return [
        Column(_("Number"), lambda row, _c, _a: row.ref),
        Column(_("Applicant"), lambda row, _c, _a: row.applicant_name),
        Column(_("State"), lambda row, _c, _a: states[row.state]),
        Column(
            _("In this state since (%(place)s)", place=place),
            lambda row, _c, _a: moment(row.state_since),
        ),
        Column(
            _("Submitted (%(place)s)", place=place), lambda row, _c, _a: moment(row.submitted_at)
        ),
        Column(_("Overall score"), lambda row, _c, _a: row.score_mean),
        Column(_("Spread of the scores"), lambda row, _c, _a: row.score_spread),
        Column(_("Reviews done"), lambda row, _c, _a: row.reviews_done),
        Column(_("Reviews wanted"), lambda row, _c, _a: row.reviews_wanted),
    ]


def _person() -> list[Column]:
    country = languages.country_name

    def named(key: str) -> Reading:
        return lambda _row, content, _a: (content.get("applicant") or {}).get(key)

    def nationalities(_row: Any, content: Content, _answers: Answers) -> Cell:
        held = (content.get("applicant") or {}).get("nationalities") or []
        return ", ".join(country(code) for code in held)

    def residence(_row: Any, content: Content, _answers: Answers) -> Cell:
        code = (content.get("applicant") or {}).get("residence")
        return country(code) if code else None

    return [
        Column(_("Name as in passport"), named("passport_name")),
        Column(_("Name in own script"), named("native_name")),
        Column(_("Reading of the name"), named("reading")),
        Column(_("Email"), named("email")),
        Column(
            _("Country"), lambda row, _c, _a: country(row.country_code) if row.country_code else ""
        ),
        Column(_("Nationality"), nationalities),
        Column(_("Lives in"), residence),
        Column(_("Born on"), named("born_on")),
        Column(_("Home institution"), lambda row, _c, _a: row.home_institution_name),
    ]


def _choices() -> list[Column]:
    def hosts(_row: Any, content: Content, _answers: Answers) -> Cell:
        ranked = content.get("preferences") or []
        return "; ".join(f"{choice['rank']}. {choice['host']}" for choice in ranked)

    def documents(_row: Any, content: Content, _answers: Answers) -> Cell:
        return "; ".join(document["file_name"] for document in content.get("documents") or [])

    return [
        Column(_("Host institutions, most wanted first"), hosts),
        Column(_("Documents"), documents),
    ]


def _questions(forms: Sequence[FormDefinition], locale: str) -> list[Column]:
    asked: dict[str, Question] = {}
    for form in forms:
        for question in form.questions():
            if question.kind != "document":
                asked.setdefault(question.key, question)
    return [
        Column(text_in(question.label, locale)[0], _answer(question, locale))
        for question in asked.values()
    ]


def _answer(question: Question, locale: str) -> Reading:
    key = question.key

    def read(_row: Any, _content: Content, answers: Answers) -> Cell:
        value = answers.get(key)
        if value is None or question.kind in {"short text", "long text", "number"}:
            return value if isinstance(value, str | int | float) else None
        return in_words(question, value, locale)

    return read


def as_json(row: Any, content: Content) -> dict[str, Any]:
    """One application in the JSON export; docs/exports.md says what each name means."""
    return {
        "ref": row.ref,
        "state": row.state.value,
        "state_since": in_utc(row.state_since),
        "submitted_at": in_utc(row.submitted_at),
        "country": row.country_code,
        "track": row.track,
        "score": {"mean": row.score_mean, "spread": row.score_spread},
        "reviews": {"done": row.reviews_done, "wanted": row.reviews_wanted},
        "form_version": content.get("form_version"),
        "applicant": content.get("applicant") or {},
        "answers": content.get("answers") or {},
        "preferences": content.get("preferences") or [],
        "documents": content.get("documents") or [],
    }


def in_utc(value: datetime) -> str:
    """A moment as JSON carries it: 2027-01-14T14:59:00Z."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
