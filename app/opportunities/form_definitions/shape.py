"""What a form definition says: sections and questions as values, read once and checked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.foundation.languages import gettext as _

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
    }
)
WITH_OPTIONS = frozenset({"choice", "several"})
# Pages of an application that a section's address may not hide.
RESERVED = frozenset(
    {"check", "submit", "receipt", "status", "files", "withdraw", "history", "print", "letters"}
    | {"eligibility", "undo", "sent"}
)
MOST_CHARACTERS = {"short text": 500, "long text": 20_000, "organisation": 300}
MOST_NUMBER = 2_147_483_647


class FormProblem(ValueError):
    """The definition cannot be a form; the sentence names the section and the question."""


@dataclass(frozen=True, slots=True)
class Option:
    key: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked. Limits count as `counting` counts; `decimals` is for numbers.

    `most` is how many options may be chosen, or how many files a document may have (else one);
    `sensitivity` is how carefully its files are kept.
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
    options: tuple[Option, ...] = ()
    most: int | None = None
    sensitivity: str = "personal"

    def option(self, key: object) -> Option | None:
        return next((o for o in self.options if o.key == key), None)


@dataclass(frozen=True, slots=True)
class Section:
    """One step of the task list. `most` is how many places may be ranked in "preferences"."""

    key: str
    kind: str
    title: Texts
    intro: Texts
    questions: tuple[Question, ...]
    most: int | None = None

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


def parse_form(definition: Any) -> FormDefinition:
    """Read a definition. Raises FormProblem with the first thing that is wrong."""
    rows = _rows(definition, "sections", _("The form"))
    if not rows:
        raise FormProblem(_("The form has no section."))
    sections = tuple(_section(row, number) for number, row in enumerate(rows, 1))
    _refuse_twice([s.key for s in sections])
    _refuse_twice([q.key for s in sections for q in s.questions])
    return FormDefinition(sections)


def _section(row: Any, number: int) -> Section:
    where = _("Section %(number)s", number=number)
    key = _key(row, where)
    where = _("Section “%(key)s”", key=key)
    if key in RESERVED:
        raise FormProblem(_("%(where)s: choose another key, this one is taken.", where=where))
    kind = row.get("kind", "questions")
    if kind not in SECTION_KINDS:
        raise FormProblem(_("%(where)s: there is no kind “%(kind)s”.", where=where, kind=kind))
    questions = tuple(
        _question(q, where, n) for n, q in enumerate(_rows(row, "questions", where), 1)
    )
    if kind == "questions" and not questions:
        raise FormProblem(_("%(where)s asks nothing.", where=where))
    return Section(
        key=key,
        kind=kind,
        title=_texts(row, "title", where, needed=True),
        intro=_texts(row, "intro", where),
        questions=questions,
        most=_whole(row, "most", where, 1, 20),
    )


def _question(row: Any, section: str, number: int) -> Question:
    where = _("%(section)s, question %(number)s", section=section, number=number)
    key = _key(row, where)
    where = _("%(section)s, question “%(key)s”", section=section, key=key)
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in QUESTION_KINDS:
        raise FormProblem(_("%(where)s: there is no kind “%(kind)s”.", where=where, kind=kind))
    options = _options(row, where)
    if kind in WITH_OPTIONS and len(options) < 2:
        raise FormProblem(_("%(where)s: give at least two options to choose from.", where=where))
    low = _whole(row, "min", where, -MOST_NUMBER, MOST_NUMBER)
    high = _whole(row, "max", where, -MOST_NUMBER, MOST_NUMBER)
    if low is not None and high is not None and low > high:
        raise FormProblem(_("%(where)s: the least is more than the most.", where=where))
    return Question(
        key=key,
        kind=kind,
        label=_texts(row, "label", where, needed=True),
        hint=_texts(row, "hint", where),
        required=_flag(row, "required", where),
        max_characters=_whole(row, "max_characters", where, 1, MOST_CHARACTERS.get(kind, 20_000)),
        max_words=_whole(row, "max_words", where, 1, 5_000),
        low=low,
        high=high,
        decimals=_whole(row, "decimals", where, 0, 4) or 0,
        options=options,
        most=_whole(row, "most", where, 1, 20),
        sensitivity=_sensitivity(row, where),
    )


def _sensitivity(row: Mapping[str, Any], where: str) -> str:
    said = row.get("sensitivity", "personal")
    if said not in ("personal", "identity", "health"):
        raise FormProblem(
            _("%(where)s: “sensitivity” is personal, identity or health.", where=where)
        )
    return str(said)


def _options(row: Mapping[str, Any], where: str) -> tuple[Option, ...]:
    options = []
    for number, option in enumerate(_rows(row, "options", where), 1):
        here = _("%(where)s, option %(number)s", where=where, number=number)
        options.append(Option(_key(option, here), _texts(option, "label", here, needed=True)))
    _refuse_twice([o.key for o in options])
    return tuple(options)


def _rows(row: Any, name: str, where: str) -> Sequence[Any]:
    rows = row.get(name, []) if isinstance(row, Mapping) else None
    if not isinstance(rows, list | tuple):
        raise FormProblem(_("%(where)s: “%(name)s” must be a list.", where=where, name=name))
    return rows


def _key(row: Any, where: str) -> str:
    key = row.get("key") if isinstance(row, Mapping) else None
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise FormProblem(
            _(
                "%(where)s: the key must be small Latin letters, digits and underscores, "
                "a letter first, 41 at most.",
                where=where,
            )
        )
    return key


def _texts(row: Mapping[str, Any], name: str, where: str, *, needed: bool = False) -> Texts:
    texts = row.get(name) or {}
    good = isinstance(texts, Mapping) and all(
        isinstance(locale, str) and isinstance(text, str) for locale, text in texts.items()
    )
    if not good or (needed and not any(text.strip() for text in texts.values())):
        raise FormProblem(
            _("%(where)s: write the %(name)s in at least one language.", where=where, name=name)
        )
    return dict(texts)


def _flag(row: Mapping[str, Any], name: str, where: str) -> bool:
    value = row.get(name, False)
    if not isinstance(value, bool):
        raise FormProblem(_("%(where)s: “%(name)s” is true or false.", where=where, name=name))
    return value


def _whole(row: Mapping[str, Any], name: str, where: str, low: int, high: int) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise FormProblem(
            _(
                "%(where)s: “%(name)s” must be a whole number from %(low)s to %(high)s.",
                where=where,
                name=name,
                low=low,
                high=high,
            )
        )
    return value


def _refuse_twice(keys: Sequence[str]) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise FormProblem(_("The key “%(key)s” is used twice.", key=twice[0]))
