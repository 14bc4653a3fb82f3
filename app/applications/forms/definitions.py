"""The shape of an application form as data."""

import json
from collections.abc import Mapping
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import ValidationError

from app.foundation.forms import Form, Longest, Required, VersionField
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy, reader
from app.opportunities.form_definitions import FormDefinition, Question, Section, text_in


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


def labels_before(form: FormDefinition | None, asked: Question | Section) -> list[str]:
    """The questions by whose answers this question or section is asked, as their labels."""
    if form is None:
        return []
    of = [form.question(condition.question) for condition in asked.show_if]
    return [text_in(one.label, reader().locale)[0] for one in of if one is not None]
