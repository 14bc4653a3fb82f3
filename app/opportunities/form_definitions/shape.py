"""What a form definition says: sections and questions as values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Texts = Mapping[str, str]

KEY = re.compile(r"[a-z][a-z0-9_]{0,40}")
SECTION_KINDS = frozenset({"questions", "preferences", "profile"})
QUESTION_KINDS = frozenset(
    {
        "short text",
        "long text",
        "number",
        "day",
        "month",
        "choice",
        "several",
        "country",
        "organisation",
        "language level",
        "yes or no",
        "document",
        "declaration",
        "money",
        "language",
        "rows",
    }
)
# What a column of "rows" may ask: whatever is answered in one short field.
COLUMN_KINDS = QUESTION_KINDS - {"long text", "several", "document", "declaration", "rows"}
# The steps of an application at which answers begin to be needed or stop being changed.
STAGES = ("submit", "screening", "review", "decision", "offer")
# Who made the translation of an answer.
TRANSLATORS = ("applicant", "commissioned")
WITH_OPTIONS = frozenset({"choice", "several"})
# Pages of an application that a section's address may not hide.
RESERVED = frozenset(
    {"check", "submit", "receipt", "status", "files", "withdraw", "history", "print", "letters"}
    | {"eligibility", "undo", "sent", "changes", "appeal"}
)
MOST_CHARACTERS = {"short text": 500, "long text": 20_000, "organisation": 300}
MOST_NUMBER = 2_147_483_647
MOST_ROWS, MOST_COLUMNS = 20, 10


class FormProblem(ValueError):
    """The definition cannot be a form; the sentence names the section and the question."""


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Condition:
    """When something is asked: an earlier answer is one of these, or a number within bounds.

    With nothing to compare it is enough that there is an answer.
    """

    question: str
    values: tuple[str, ...] = ()
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked. Limits count as `counting` counts; `decimals` is for numbers.

    `most` is how many options may be chosen, how many files a document may have (else one) or how
    many rows may be written (`least` at least), each with an answer to every column;
    `sensitivity` is how carefully its files are kept. Numbers go by
    `step` from the least. A required question is needed from the
    stage `required_from` on; after the stage `frozen_after` its answer never changes. With
    `original` this is the translation of that answer, or who made it: the original counts. With
    `core` it is one of those that are asked again and again (`core.CORE`).
    """

    key: str
    kind: str
    label: Texts
    hint: Texts
    required: bool = False
    max_characters: int | None = None
    max_words: int | None = None
    low: int | None = None
    high: int | None = None
    decimals: int = 0
    step: int | None = None
    options: tuple[Option, ...] = ()
    most: int | None = None
    sensitivity: str = "personal"
    least: int | None = None
    currency: str | None = None
    columns: tuple["Question", ...] = ()
    show_if: tuple["Condition", ...] = ()
    required_from: str = "submit"
    frozen_after: str | None = None
    original: str | None = None
    core: str | None = None

    @property
    def kept_apart(self) -> bool:
        """Whether its files are about health or identity: few read them, and not for long."""
        return self.kind == "document" and self.sensitivity in {"identity", "health"}

    def needed_at(self, stage: str) -> bool:
        """Whether the application cannot pass this stage without an answer."""
        return self.required and STAGES.index(self.required_from) <= STAGES.index(stage)

    def open_at(self, stage: str) -> bool:
        """Whether an answer may still be changed at this stage."""
        return self.frozen_after is None or STAGES.index(stage) <= STAGES.index(self.frozen_after)

    def option(self, key: object) -> Option | None:
        return next((o for o in self.options if o.key == key), None)


@dataclass(frozen=True, slots=True)
class Section:
    """One step of the task list. `most` is how many places may be ranked in "preferences".

    What does not hold of `show_if` leaves it out with all its questions.
    """

    key: str
    kind: str
    title: Texts
    intro: Texts
    questions: tuple[Question, ...]
    most: int | None = None
    show_if: tuple[Condition, ...] = ()

    def question(self, key: object) -> Question | None:
        return next((q for q in self.questions if q.key == key), None)

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions that are answered in words; documents are uploaded, each on its own."""
        return tuple(q for q in self.questions if q.kind != "document")

    @property
    def documents(self) -> tuple[Question, ...]:
        return tuple(q for q in self.questions if q.kind == "document")


@dataclass(frozen=True, slots=True)
class FormDefinition:
    sections: tuple[Section, ...]

    def section(self, key: object) -> Section | None:
        return next((s for s in self.sections if s.key == key), None)

    def question(self, key: object) -> Question | None:
        """A question by its key, which no other question of the form has."""
        return next((q for q in self.questions() if q.key == key), None)

    def questions(self) -> Iterator[Question]:
        for section in self.sections:
            yield from section.questions


def questions_of_kind(form: FormDefinition, *kinds: str) -> list[Question]:
    """Every question of these kinds, in the order of the form."""
    return [q for q in form.questions() if q.kind in kinds]


def text_in(texts: Texts, locale: str) -> tuple[str, str]:
    """The text for a reader of `locale` and the language it really is in (for `lang`).

    The reader's language, else English, else whatever there is; ("", locale) for no text.
    """
    for wanted in (locale, locale.split("-", maxsplit=1)[0], "en", *texts):
        if texts.get(wanted):
            return texts[wanted], wanted
    return "", locale
