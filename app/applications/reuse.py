"""What an earlier answer is worth to another form: read anew, as if it were typed there. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.opportunities.eligibility import degrees
from app.opportunities.form_definitions import (
    Answered,
    FormDefinition,
    Question,
    Reading,
    Section,
    core_form,
    hidden_questions,
    missing,
    read_answer,
)


@dataclass(frozen=True, slots=True)
class Fitted:
    """An answer of old as this question takes it; `whole`: nothing is left out or too much."""

    question: Question
    value: Answered
    whole: bool


def core_sheet() -> FormDefinition:
    """The form of what a person says for every application."""
    return core_form(degrees())


def fitted(question: Question, value: Any) -> Fitted:
    """Validate an earlier answer anew; what does not fit is None, and never taken silently."""
    reading = _read(question, value)
    lost = question.kind == "rows" and _loses(question, value)
    too_much = reading.value is not None and missing(question, reading.value) is not None
    return Fitted(question, reading.value, reading.problem is None and not lost and not too_much)


def _read(question: Question, value: Any) -> Reading:
    if question.kind == "month" and isinstance(value, str):
        return read_answer(question, value[:7])
    if question.kind == "long text" and not isinstance(value, str):
        return Reading(None, None)
    return read_answer(question, value)


def _loses(question: Question, rows: Any) -> bool:
    """Whether the rows say something for which this form has no column."""
    known = {column.key for column in question.columns}
    given = rows if isinstance(rows, list) else []
    return any(
        answer is not None and key not in known
        for row in given
        if isinstance(row, Mapping)
        for key, answer in row.items()
    )


def asked_again(form: FormDefinition) -> list[tuple[Section, Question]]:
    """The questions of a form that a person has answered elsewhere, with their sections."""
    return [(s, q) for s in form.sections for q in s.questions if q.core]


def carried_into(form: FormDefinition, core: Mapping[str, Any]) -> dict[str, list[Fitted]]:
    """What of a person's core ({core: answer}) goes into each section of a form.

    What the answers leave out is not put in where nobody would see it.
    """
    found: dict[str, list[Fitted]] = {}
    for section, question in asked_again(form):
        value = core.get(question.core or "")
        if question.kind != "document" and value not in (None, "", []):
            found.setdefault(section.key, []).append(fitted(question, value))
    given = {f.question.key: f.value for fits in found.values() for f in fits}
    hidden = hidden_questions(form, given)
    return {
        key: shown
        for key, fits in found.items()
        if (shown := [f for f in fits if f.question.key not in hidden])
    }


def core_said(form: FormDefinition, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the answers to a form ({question: answer}) say of a person's core."""
    return {
        str(question.core): answers[question.key]
        for _section, question in asked_again(form)
        if answers.get(question.key) not in (None, "", [])
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """A question of a draft whose answer differs from the person's core; `fits` says what it takes.

    `version` is that of the section, 0 before it was saved.
    """

    application_id: int
    section: Section
    old: Answered
    fits: Fitted
    version: int

    @property
    def question(self) -> Question:
        return self.fits.question

    @property
    def name(self) -> str:
        """What names it in the page's form."""
        return f"{self.application_id}:{self.question.key}:{self.version}"


def differences(
    application_id: int,
    form: FormDefinition,
    sections: Mapping[str, tuple[Mapping[str, Any], int]],
    core: Mapping[str, Any],
    hidden: Collection[str],
) -> list[Difference]:
    """Where a draft ({section: (answers, version)}) says something else than the core."""
    found = []
    for section, question in asked_again(form):
        value = core.get(question.core or "")
        if question.kind == "document" or question.key in hidden or value in (None, "", []):
            continue
        answers, version = sections.get(section.key, ({}, 0))
        fits, old = fitted(question, value), answers.get(question.key)
        if fits.value is None or fits.value != old:
            found.append(Difference(application_id, section, old, fits, version))
    return found
