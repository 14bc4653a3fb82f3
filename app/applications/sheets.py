"""An application as a row: what an export says of it, column by column. Pure.

`row` has the columns of `Exported`, `content` the frozen submission
(`operations.submitting.content_of`). Words are in the reader's language, moments on the call's
clock as "2027-01-14 23:59" (said by `rows`), scores with all their decimals.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from orjson import OPT_OMIT_MICROSECONDS, OPT_UTC_Z

from app.applications.asked_beside import cells_beside
from app.applications.states import STATE_NAMES, ApplicationState
from app.foundation import languages
from app.foundation.languages import gettext as _
from app.foundation.sheets import Cell, Cells
from app.opportunities.form_definitions import FormDefinition, Question, in_words, text_in

FORMAT = "lontar-applications-1"
# Moments in UTC as 2027-01-14T14:59:00Z.
JSON = OPT_UTC_Z | OPT_OMIT_MICROSECONDS

Content = Mapping[str, Any]
Words = Callable[[Any], Cell]


class Exported(NamedTuple):
    """A row of `queries.exports.EXPORTED`; moments and `content` as whoever read it left them."""

    ref: str
    applicant_name: str
    state: str
    state_since: Any
    submitted_at: Any
    score_mean: float | None
    score_spread: float | None
    reviews_done: int
    reviews_wanted: int
    country_code: str | None
    home_institution_name: str | None
    track: str | None
    content: Any


# Kept as they are: text, and days as "2027-03-27", which sort and calculate in every spreadsheet.
_PLAIN = frozenset({"short text", "long text", "number", "day", "month"})
# What is made of several values, so that no answer is like another.
_MADE_UP = frozenset({"organisation", "rows"})
_PERSON = itemgetter(
    "passport_name",
    "native_name",
    "reading",
    "email",
    "nationalities",
    "residence",
    "born_on",
)
# Of whom nothing was frozen: an application that was loaded without what was sent.
NOBODY: dict[str, Any] = {
    **dict.fromkeys(("passport_name", "native_name", "reading", "email", "residence", "born_on")),
    "nationalities": [],
}


@dataclass(frozen=True, slots=True)
class Columns:
    """The main sheet: who, where it stands, and each question that was ever asked.

    `questions` maps a question to what its column is called and how its answer is put into words
    (None: as it is kept). The documents of `apart` are not named. `beside` is what is asked for
    beside the form.
    """

    zone: str
    questions: Mapping[str, tuple[str, Words | None]]
    apart: frozenset[str] = frozenset()
    beside: Sequence[str] = ()

    def headings(self) -> list[str]:
        asked = [heading for heading, _words in self.questions.values()]
        return [*_standing_headings(self.zone), *_person_headings(), *self.beside, *asked]

    def reader(self, nothing: Cell = None) -> Callable[[Sequence[Any], Content], Cells]:
        """What makes a row of an application; everything that rows share is looked up here.

        `nothing` is the cell where nothing is known: as the file says it without a second look.
        """
        states = {state.value: str(STATE_NAMES[state]) for state in ApplicationState}
        country = lru_cache(maxsize=None)(languages.country_name)
        apart, beside = self.apart, len(self.beside)
        questions = [(key, words) for key, (_heading, words) in self.questions.items()]

        def cells(row: Sequence[Any], content: Content) -> Cells:
            ref, name, state, since, sent_at, mean, spread, done, wanted, lives, home, *_more = row
            passport, native, reading, email, nationalities, residence, born = _PERSON(
                content.get("applicant") or NOBODY
            )
            answer = answers_of(content).get
            said = [
                ref,
                name,
                states[state],
                since,
                sent_at,
                nothing if mean is None else mean,
                nothing if spread is None else spread,
                done,
                wanted,
                passport or nothing,
                native or nothing,
                reading or nothing,
                email or nothing,
                country(lives) if lives else nothing,
                ", ".join([country(code) for code in nationalities]),
                country(residence) if residence else nothing,
                born or nothing,
                home or nothing,
                _ranked(content.get("preferences") or ()) or nothing,
                _named(content.get("documents") or (), apart) or nothing,
                _let_pass(content) or nothing,
            ]
            if beside:
                said += cells_beside(content) or [nothing] * beside
            said += [
                nothing if (value := answer(key)) is None else words(value) if words else value
                for key, words in questions
            ]
            return said

        return cells


def columns(
    forms: Sequence[FormDefinition], locale: str, zone: str, beside: Sequence[str] = ()
) -> Columns:
    """The columns of a call whose form had these versions, the newest first.

    A question that several have is one column, named as the newest names it.
    """
    asked: dict[str, Question] = {}
    for form in forms:
        for question in form.questions():
            if question.kind != "document":
                asked.setdefault(question.key, question)
    return Columns(
        zone,
        {
            key: (text_in(question.label, locale)[0], _words(question, locale))
            for key, question in asked.items()
        },
        kept_apart(forms),
        beside,
    )


def kept_apart(forms: Iterable[FormDefinition]) -> frozenset[str]:
    """The questions whose documents any version of the form keeps apart."""
    return frozenset(q.key for form in forms for q in form.questions() if q.kept_apart)


@dataclass(frozen=True, slots=True)
class Table:
    """The sheet of a question that is answered in rows: one row for each of them."""

    key: str
    title: str
    columns: Mapping[str, tuple[str, Words | None]]

    def headings(self) -> list[str]:
        asked = [heading for heading, _words in self.columns.values()]
        return [_("Number"), _("Applicant"), _("Row"), *asked]

    def rows(self, sent: Iterable[tuple[Sequence[Any], Content]]) -> Iterator[Cells]:
        """The rows of each application; none where nothing was answered."""
        for row, content in sent:
            ref, name, *_more = row
            given = answers_of(content).get(self.key)
            for number, answers in enumerate(given if isinstance(given, list) else (), 1):
                said: list[Cell] = [ref, name, number]
                for key, (_heading, words) in self.columns.items():
                    value = answers.get(key)
                    said.append(value if value is None or words is None else words(value))
                yield said


def tables(forms: Sequence[FormDefinition], locale: str) -> list[Table]:
    """A sheet for each question in rows that any of these versions has, the newest first."""
    asked: dict[str, list[Question]] = {}
    for form in forms:
        for question in form.questions():
            if question.kind == "rows":
                asked.setdefault(question.key, []).append(question)
    return [
        Table(
            key,
            text_in(versions[0].label, locale)[0],
            {
                column.key: (text_in(column.label, locale)[0], _words(column, locale))
                for version in reversed(versions)
                for column in version.columns
            },
        )
        for key, versions in asked.items()
    ]


def _standing_headings(zone: str) -> list[str]:
    place = languages.city(zone)
    return [
        _("Number"),
        _("Applicant"),
        _("State"),
        _("In this state since (%(place)s)", place=place),
        _("Submitted (%(place)s)", place=place),
        _("Overall score"),
        _("Spread of the scores"),
        _("Reviews done"),
        _("Reviews wanted"),
    ]


def _person_headings() -> list[str]:
    return [
        _("Name as in passport"),
        _("Name in own script"),
        _("Reading of the name"),
        _("Email"),
        _("Country"),
        _("Nationality"),
        _("Lives in"),
        _("Born on"),
        _("Home institution"),
        _("Host institutions, most wanted first"),
        _("Documents"),
        _("Let pass, for this reason"),
    ]


def _words(question: Question, locale: str) -> Words | None:
    """How this question's answers are read; what was read before is remembered."""
    if question.kind in _PLAIN:
        return None

    if question.kind in _MADE_UP:
        return lambda value: in_words(question, value, locale)

    @lru_cache(maxsize=4096)
    def known(value: Any) -> str:
        return in_words(question, list(value) if isinstance(value, tuple) else value, locale)

    if question.kind != "several":
        return known
    return lambda value: known(tuple(value))


def _ranked(preferences: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join([f"{choice['rank']}. {choice['host']}" for choice in preferences])


def _named(documents: Sequence[Mapping[str, Any]], apart: frozenset[str]) -> str:
    return "; ".join([d["file_name"] for d in documents if not _is_apart(d, apart)])


def _is_apart(document: Mapping[str, Any], apart: frozenset[str]) -> bool:
    return document.get("question") in apart or bool(document.get("apart"))


def answers_of(content: Content) -> Mapping[str, Any]:
    """All answers by question; no two questions of a form have the same key."""
    sections = list((content.get("answers") or {}).values())
    if len(sections) == 1:
        only: Mapping[str, Any] = sections[0]
        return only
    return {key: value for section in sections for key, value in section.items()}


def _eligibility(content: Content) -> dict[str, Any]:
    """By which version of the rules it was checked, and what the office let pass, and why."""
    checked = content.get("eligibility") or {}
    return {"rules": checked.get("number"), "exception": checked.get("exception")}


def _let_pass(content: Content) -> str | None:
    exception = (content.get("eligibility") or {}).get("exception")
    return exception["reason"] if exception else None


def as_json(row: Exported, content: Content, apart: frozenset[str] = frozenset()) -> dict[str, Any]:
    """One application in the JSON export; docs/exports.md says what each name means."""
    return {
        "ref": row.ref,
        "state": row.state,
        "state_since": row.state_since,
        "submitted_at": row.submitted_at,
        "country": row.country_code,
        "track": row.track,
        "score": {"mean": row.score_mean, "spread": row.score_spread},
        "reviews": {"done": row.reviews_done, "wanted": row.reviews_wanted},
        "form_version": content.get("form_version"),
        "applicant": content.get("applicant") or {},
        "answers": content.get("answers") or {},
        **({"beside": content["beside"]} if content.get("beside") else {}),
        "preferences": content.get("preferences") or [],
        "documents": [d for d in content.get("documents") or () if not _is_apart(d, apart)],
        "eligibility": _eligibility(content),
    }
