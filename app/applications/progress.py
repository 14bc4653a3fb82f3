"""How far an application has come: each section's state and what is still missing. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.foundation.languages import gettext as _
from app.opportunities.form_definitions import (
    Answered,
    FormDefinition,
    Question,
    Section,
    hidden_questions,
    hidden_sections,
    missing,
)


class StepState(StrEnum):
    """What the task list says of a section."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    DONE = "done"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that must still be done before submitting; `question` is its key, if it is one."""

    section: str
    question: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Step:
    """One section of the task list. `handed_in` and `wanted` count its documents."""

    section: Section
    state: StepState
    gaps: tuple[Gap, ...]
    handed_in: int = 0
    wanted: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """What an applicant has written so far. `places` is how many may be ranked at all.

    `to_look_at` are the sections into which something was carried that waits to be confirmed.
    """

    answers: Mapping[str, Mapping[str, Answered]] = field(default_factory=dict)
    ranked: int = 0
    places: int = 0
    documents: Collection[str] = ()
    profile_gaps: tuple[str, ...] = ()
    to_look_at: Collection[str] = ()


def steps(form: FormDefinition, filled: Filled) -> list[Step]:
    """The task list: every section of the form that is asked, in its order."""
    hidden = not_asked(form, filled.answers)
    left_out = sections_not_asked(form, filled.answers)
    return [_step(s, filled, hidden) for s in form.sections if s not in left_out]


def not_asked(
    form: FormDefinition, answers: Mapping[str, Mapping[str, Answered]]
) -> frozenset[str]:
    """The questions that the answers so far ({section: {question: answer}}) leave out."""
    return hidden_questions(form, _by_question(answers))


def sections_not_asked(
    form: FormDefinition, answers: Mapping[str, Mapping[str, Answered]]
) -> list[Section]:
    """The sections that they leave out whole."""
    left_out = hidden_sections(form, _by_question(answers))
    return [section for section in form.sections if section.key in left_out]


def asked_answers(
    form: FormDefinition, answers: Mapping[str, Mapping[str, Answered]]
) -> dict[str, Answered]:
    """The answers that count, by question: what other answers leave out says nothing."""
    hidden = not_asked(form, answers)
    return {key: value for key, value in _by_question(answers).items() if key not in hidden}


def _by_question(answers: Mapping[str, Mapping[str, Answered]]) -> dict[str, Answered]:
    return {key: value for given in answers.values() for key, value in given.items()}


def gaps(steps: list[Step]) -> list[Gap]:
    """Everything that stands in the way of submitting, in the order of the form."""
    return [gap for step in steps for gap in step.gaps]


def _step(section: Section, filled: Filled, hidden: Collection[str]) -> Step:
    found = tuple(_gaps(section, filled, hidden))
    wanted = [q.key for q in section.documents if q.key not in hidden]
    handed_in = sum(1 for key in wanted if key in filled.documents)
    begun = section.key in filled.answers or handed_in > 0 or section.kind == "profile"
    if begun:
        state = StepState.IN_PROGRESS if found else StepState.DONE
    else:
        state = StepState.NOT_STARTED if found else StepState.OPTIONAL
    return Step(section, state, found, handed_in, len(wanted))


def _gaps(section: Section, filled: Filled, hidden: Collection[str]) -> list[Gap]:
    found = []
    if section.key in filled.to_look_at:
        looks = _("Look at what was taken from before; “Save and continue” confirms it.")
        found.append(Gap(section.key, None, looks))
    if section.kind == "profile":
        found += [Gap(section.key, None, sentence) for sentence in filled.profile_gaps]
    if section.kind == "preferences" and filled.places and not filled.ranked:
        found.append(Gap(section.key, "places", _("Choose at least one host institution.")))
    given = filled.answers.get(section.key, {})
    for question in section.questions:
        if question.key in hidden:
            continue
        said = _gap(question, given, filled)
        if said:
            found.append(Gap(section.key, question.key, said))
    return found


def _gap(question: Question, given: Mapping[str, Answered], filled: Filled) -> str | None:
    if question.kind == "document":
        return None if question.key in filled.documents else missing(question, None)
    return missing(question, given.get(question.key))


def profile_gaps(
    *, name: str, nationalities: Collection[str], residence: str | None
) -> tuple[str, ...]:
    """What a profile must say before an application can be sent."""
    wanted = (
        (bool(name), _("Write your name as in your passport in your profile.")),
        (bool(nationalities), _("Say your nationality in your profile.")),
        (residence is not None, _("Say in which country you live in your profile.")),
    )
    return tuple(sentence for there, sentence in wanted if not there)
