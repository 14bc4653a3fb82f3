"""Changing a form definition piece by piece, as its builder does. Pure: each gives a new one.

What a piece says beyond what the builder knows stays in it.
"""

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Any

from app.opportunities.form_definitions.shape import RESERVED

Definition = dict[str, Any]
Row = dict[str, Any]
EMPTY: Definition = {"sections": []}


def with_section(
    definition: Mapping[str, Any], key: str | None, values: Mapping[str, Any]
) -> tuple[Definition, str]:
    """The form with this section changed (`key` None: added at the end), and its key."""
    made = _copy(definition)
    section = next((s for s in made["sections"] if s["key"] == key), None)
    if section is None:
        title = next((text for text in values.get("title", {}).values() if text), "section")
        section = {"key": new_key(title, _keys(made)), "questions": []}
        made["sections"].append(section)
    _put(section, values)
    return made, str(section["key"])


def with_question(
    definition: Mapping[str, Any], section_key: str, key: str | None, values: Mapping[str, Any]
) -> tuple[Definition, str]:
    """The form with this question changed (`key` None: added to the section), and its key."""
    made = _copy(definition)
    section = next(s for s in made["sections"] if s["key"] == section_key)
    questions = section.setdefault("questions", [])
    question = next((q for q in questions if q["key"] == key), None)
    if question is None:
        label = next((text for text in values.get("label", {}).values() if text), "question")
        question = {"key": new_key(label, _keys(made))}
        questions.append(question)
    _put(question, values)
    return made, str(question["key"])


def moved(definition: Mapping[str, Any], key: str, by: int) -> Definition:
    """The form with this section or question one place earlier (-1) or later (1).

    A question at the end of its section goes over to the next one.
    """
    made = _copy(definition)
    sections = made["sections"]
    for at, section in enumerate(sections):
        if section["key"] == key:
            _swap(sections, at, at + by)
            return made
        questions = section.get("questions", [])
        for n, question in enumerate(questions):
            if question["key"] == key:
                if 0 <= n + by < len(questions):
                    _swap(questions, n, n + by)
                elif 0 <= at + by < len(sections):
                    there = sections[at + by].setdefault("questions", [])
                    there.insert(0 if by > 0 else len(there), questions.pop(n))
                return made
    return made


def without(definition: Mapping[str, Any], key: str) -> Definition:
    """The form without this section, with all its questions, or without this question."""
    made = _copy(definition)
    made["sections"] = [s for s in made["sections"] if s["key"] != key]
    for section in made["sections"]:
        section["questions"] = [q for q in section.get("questions", []) if q["key"] != key]
    return made


def found(definition: Mapping[str, Any], key: str) -> Row | None:
    """The section or question of this key, as it is written."""
    for section in definition.get("sections", []):
        if section["key"] == key:
            return dict(section)
        for question in section.get("questions", []):
            if question["key"] == key:
                return dict(question)
    return None


def before_section(definition: Mapping[str, Any], key: str | None) -> list[Row]:
    """The questions before this section (`key` None: before one that is added at the end)."""
    before: list[Row] = []
    for section in definition.get("sections", []):
        if section["key"] == key:
            break
        before += section.get("questions", [])
    return before


def earlier(definition: Mapping[str, Any], section_key: str, key: str | None) -> list[Row]:
    """The questions before this one (`key` None: before what is added to the section)."""
    before: list[Row] = []
    for section in definition.get("sections", []):
        for question in section.get("questions", []):
            if question["key"] == key:
                return before
            before.append(question)
        if section["key"] == section_key:
            return before
    return before


def texts_with(texts: Mapping[str, str] | None, said: Mapping[str, str]) -> dict[str, str]:
    """The texts with these put in; "" takes a language out, others stay."""
    return {code: text for code, text in {**(texts or {}), **said}.items() if text}


def new_key(text: str, taken: Iterable[str]) -> str:
    """A key that stays, whatever becomes of the text."""
    used = set(taken)
    base = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:30].strip("_")
    base = base if re.match(r"[a-z]", base) else f"q_{base}".strip("_")
    numbered = [base, *(f"{base}_{n}" for n in range(2, 500))]
    return next(key for key in numbered if key not in used)


def _keys(definition: Mapping[str, Any]) -> set[str]:
    """Also of the pages of an application, which no section may hide."""
    keys = set(RESERVED)
    for section in definition["sections"]:
        keys.add(section["key"])
        keys |= {question["key"] for question in section.get("questions", [])}
    return keys


def _copy(definition: Mapping[str, Any]) -> Definition:
    made = copy.deepcopy(dict(definition))
    made.setdefault("sections", [])
    return made


def _put(row: Row, values: Mapping[str, Any]) -> None:
    """What is said; nothing said is taken out."""
    for name, value in values.items():
        if value is None or value is False or value in ("", {}, []):
            row.pop(name, None)
        else:
            row[name] = value


def _swap(rows: list[Any], one: int, other: int) -> None:
    if 0 <= other < len(rows):
        rows[one], rows[other] = rows[other], rows[one]
