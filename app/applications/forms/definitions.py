"""The shape of an application form as data."""

import json
from collections.abc import Mapping
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import ValidationError

from app.foundation.forms import Form, Longest, Required, VersionField
from app.foundation.languages import either, lazy, reader
from app.foundation.languages import gettext as _
from app.opportunities.form_definitions import (
    Condition,
    FormDefinition,
    Question,
    Section,
    in_words,
    text_in,
)


class DefinitionForm(Form):
    definition = TextAreaField(
        lazy("The form as data"), [Required(lazy("Write the form.")), Longest(100_000)]
    )
    version = VersionField()

    read: dict[str, Any]

    def validate_definition(self, field: Any) -> None:
        self.read = read_definition(field.data)


def read_definition(text: str) -> dict[str, Any]:
    """The data that was typed. Raises ValidationError naming the line that cannot be read."""
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        said = _(
            "Line %(line)s cannot be read: look for a comma, a bracket or a quotation mark "
            "that is missing or too many.",
            line=error.lineno,
        )
        raise ValidationError(said) from error
    except (ValueError, RecursionError) as error:
        raise ValidationError(_("This cannot be read as data.")) from error
    if not isinstance(data, dict):
        raise ValidationError(_("The data must begin with { and have “sections” in it."))
    return data


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def shown_definition(definition: Mapping[str, Any]) -> str:
    return json.dumps(definition, ensure_ascii=False, indent=2)


def conditions_in_words(form: FormDefinition, asked: Question | Section) -> list[str]:
    """Of whom this question or section is asked: each condition by its question and answers."""
    of = [(condition, form.question(condition.question)) for condition in asked.show_if]
    return [_condition(condition, question) for condition, question in of if question is not None]


def _condition(condition: Condition, of: Question) -> str:
    label = text_in(of.label, reader().locale)[0]
    low, high = (_answer(of, bound) for bound in (condition.at_least, condition.at_most))
    if low and high:
        return _("“%(question)s” with %(low)s to %(high)s", question=label, low=low, high=high)
    if low:
        return _("“%(question)s” with %(low)s or more", question=label, low=low)
    if high:
        return _("“%(question)s” with %(high)s or less", question=label, high=high)
    said = either([_answer(of, value) for value in condition.values]) or _("anything")
    return _("“%(question)s” with “%(answer)s”", question=label, answer=said)


def _answer(of: Question, value: str | int | None) -> str:
    if of.kind == "yes or no" and value in {"yes", "no"}:
        value = value == "yes"
    return in_words(of, value, reader().locale)


def labels_before(form: FormDefinition | None, asked: Question | Section) -> list[str]:
    """The questions by whose answers this question or section is asked, as their labels."""
    if form is None:
        return []
    of = [form.question(condition.question) for condition in asked.show_if]
    return [text_in(one.label, reader().locale)[0] for one in of if one is not None]
