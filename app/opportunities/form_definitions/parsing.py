"""Reading a definition: what staff wrote as a form, or a sentence about what is wrong with it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from app.foundation.languages import gettext as _
from app.foundation.languages import number as in_digits
from app.foundation.languages import reader
from app.opportunities.form_definitions.core import CORE
from app.opportunities.form_definitions.naming import (
    numbers_in_words,
    question_named,
    section_named,
    texts_in_words,
)
from app.opportunities.form_definitions.shape import (
    COLUMN_KINDS,
    KEY,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_NUMBER,
    MOST_ROWS,
    QUESTION_KINDS,
    RESERVED,
    SECTION_KINDS,
    STAGES,
    WITH_OPTIONS,
    Condition,
    FormDefinition,
    FormProblem,
    Option,
    Question,
    Section,
    Texts,
    text_in,
)


def parse_form(definition: Any) -> FormDefinition:
    """Read a definition. Raises FormProblem with the first thing that is wrong."""
    rows = _rows(definition, "sections", _("The form"))
    if not rows:
        raise FormProblem(_("The form has no section."))
    sections = tuple(_section(row, number) for number, row in enumerate(rows, 1))
    _refuse_twice([s.key for s in sections])
    _refuse_twice([q.key for s in sections for q in s.questions])
    _refuse_twice([q.core for s in sections for q in s.questions if q.core])
    _refuse_unknown_conditions(sections)
    return FormDefinition(sections)


def kept_form(text: str) -> FormDefinition:
    """The same for a definition as it is stored, JSON text: each is read once for a language."""
    return _read_in(reader().locale, text)


@lru_cache(maxsize=200)
def _read_in(_locale: str, text: str) -> FormDefinition:
    """What is asked of a translation is worded in the reader's language (`_with_translation`)."""
    return parse_form(json.loads(text))


def _refuse_unknown_conditions(sections: Sequence[Section]) -> None:
    """A condition is about an answer that was given before; so none goes round in a circle."""
    earlier: dict[str, Question] = {}
    for section in sections:
        if section.show_if and section.kind == "profile":
            where = section_named(section.title)
            raise FormProblem(_("%(where)s: everybody is asked for the profile.", where=where))
        _refuse_unknown(section.show_if, earlier, section)
        for question in section.questions:
            _refuse_unknown(question.show_if, earlier, section, question)
            earlier[question.key] = question


def _refuse_unknown(
    conditions: Sequence[Condition],
    earlier: Mapping[str, Question],
    section: Section,
    question: Question | None = None,
) -> None:
    for condition in conditions:
        of = earlier.get(condition.question)
        where = section_named(section.title)
        if question is not None:
            where = question_named(where, question.label)
        if of is None or of.kind in {"document", "rows"}:
            raise FormProblem(
                _(
                    "%(where)s: it can only depend on a question that stands before it "
                    "and is answered in words.",
                    where=where,
                )
            )
        known = {o.key for o in of.options}
        if known and not known.issuperset(condition.values):
            raise FormProblem(
                _("%(where)s: it depends on an option that is not there.", where=where)
            )


def _section(row: Any, number: int) -> Section:
    where = section_named(row.get("title") if isinstance(row, Mapping) else None, number)
    key = _key(row, where)
    if key in RESERVED:
        raise FormProblem(_("%(where)s: choose another key, this one is taken.", where=where))
    kind = row.get("kind", "questions")
    if kind not in SECTION_KINDS:
        raise FormProblem(_("%(where)s: there is no kind “%(kind)s”.", where=where, kind=kind))
    questions = tuple(
        made
        for n, q in enumerate(_rows(row, "questions", where), 1)
        for made in _with_translation(_question(q, where, n), q, where)
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
        show_if=_conditions(row, where),
    )


def _question(
    row: Any, section: str, number: int, kinds: frozenset[str] = QUESTION_KINDS
) -> Question:
    label = row.get("label") if isinstance(row, Mapping) else None
    where = question_named(section, label, number, is_column=kinds is COLUMN_KINDS)
    key = _key(row, where)
    kind = row.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
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
        step=_whole(row, "step", where, 1, MOST_NUMBER),
        options=options,
        most=_whole(row, "most", where, 1, 20),
        sensitivity=_sensitivity(row, where),
        least=_whole(row, "least", where, 1, MOST_ROWS),
        currency=_currency(row, kind, where),
        columns=_columns(row, kind, where),
        show_if=_conditions(row, where),
        required_from=_stage(row, "required_from", where) or "submit",
        frozen_after=_stage(row, "frozen_after", where),
        core=_core(row, kind, where),
    )


def _with_translation(question: Question, row: Mapping[str, Any], where: str) -> list[Question]:
    """The question, and where its answer may carry a translation, what is asked of that."""
    if not _flag(row, "translation", where):
        return [question]
    here = reader().locale
    label = text_in(question.label, here)[0]
    what = {
        here: _("Translation of “%(question)s”, if you have one", question=label),
    }
    hint = {here: _("Your answer in its own language is what counts; this helps readers.")}
    by = {here: _("Who made the translation of “%(question)s”", question=label)}
    makers = {"applicant": _("I made it myself"), "commissioned": _("Somebody made it for me")}
    options = tuple(Option(key, {here: said}) for key, said in makers.items())
    key = f"{question.key}.translation"
    text = replace(question, key=key, label=what, hint=hint, required=False, core=None)
    maker = Question(
        f"{question.key}.translator",
        "choice",
        by,
        {},
        options=options,
        show_if=(*question.show_if, Condition(text.key)),
    )
    return [
        question,
        replace(text, original=question.key),
        replace(maker, original=question.key),
    ]


def _currency(row: Mapping[str, Any], kind: str, where: str) -> str | None:
    said = row.get("currency")
    if kind != "money":
        return None
    if not isinstance(said, str) or not re.fullmatch(r"[A-Z]{3}", said):
        raise FormProblem(
            _("%(where)s: “currency” is three capital letters, such as JPY.", where=where)
        )
    return said


def _columns(row: Mapping[str, Any], kind: str, where: str) -> tuple[Question, ...]:
    rows = _rows(row, "columns", where)
    if kind != "rows":
        return ()
    if not 1 <= len(rows) <= MOST_COLUMNS:
        raise FormProblem(
            _(
                "%(where)s: give one to %(most)s columns that each row is asked.",
                where=where,
                most=in_digits(MOST_COLUMNS),
            )
        )
    columns = tuple(_question(column, where, n, COLUMN_KINDS) for n, column in enumerate(rows, 1))
    _refuse_twice([column.key for column in columns])
    return columns


def _conditions(row: Mapping[str, Any], where: str) -> tuple[Condition, ...]:
    """One condition, or several that must all hold."""
    said = row.get("show_if")
    rows = [said] if isinstance(said, Mapping) else said or []
    if not isinstance(rows, list) or len(rows) > 5:
        raise FormProblem(_("%(where)s: “show_if” is a condition or a list of them.", where=where))
    return tuple(_condition(one, where) for one in rows)


def _condition(row: Any, where: str) -> Condition:
    of = row.get("question") if isinstance(row, Mapping) else None
    values = row.get("is", []) if isinstance(row, Mapping) else []
    values = [values] if isinstance(values, str) else values
    if (
        not isinstance(of, str)
        or not isinstance(values, list)
        or not all(isinstance(value, str) for value in values)
    ):
        raise FormProblem(
            _("%(where)s: a condition names a question, and in “is” what it is.", where=where)
        )
    return Condition(
        of,
        tuple(values),
        _whole(row, "at_least", where, -MOST_NUMBER, MOST_NUMBER),
        _whole(row, "at_most", where, -MOST_NUMBER, MOST_NUMBER),
    )


def _stage(row: Mapping[str, Any], name: str, where: str) -> str | None:
    said = row.get(name)
    if said is not None and said not in STAGES:
        raise FormProblem(
            _(
                "%(where)s: “%(name)s” is one of %(stages)s.",
                where=where,
                name=name,
                stages=", ".join(STAGES),
            )
        )
    return said


def _sensitivity(row: Mapping[str, Any], where: str) -> str:
    said = row.get("sensitivity", "personal")
    if said not in ("personal", "identity", "health"):
        raise FormProblem(
            _("%(where)s: “sensitivity” is personal, identity or health.", where=where)
        )
    return str(said)


def _core(row: Mapping[str, Any], kind: str, where: str) -> str | None:
    said = row.get("core")
    if said is None:
        return None
    if not isinstance(said, str) or kind not in CORE.get(said, ()):
        raise FormProblem(
            _("%(where)s: an answer of this kind is not carried along as that.", where=where)
        )
    return said


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
            _(
                "%(where)s: write the %(name)s in at least one language.",
                where=where,
                name=texts_in_words()[name],
            )
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
                name=numbers_in_words()[name],
                low=in_digits(low),
                high=in_digits(high),
            )
        )
    return value


def _refuse_twice(keys: Sequence[str]) -> None:
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise FormProblem(_("The key “%(key)s” is used twice.", key=twice[0]))
