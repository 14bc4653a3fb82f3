"""The shape of a form as data, and of a rubric with its criteria."""

import json
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FormField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    OptionalAnswer,
    Required,
    Rows,
    VersionField,
    WholeNumber,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import (
    lazy,
)

SCALES = ("1-5", "1-4", "0-5", "1-7")


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


class CriterionForm(Form):
    """One row of the rubric, its texts in one language."""

    class Meta(Form.Meta):
        csrf = False

    key = HiddenField(validators=[Longest(41)])
    title = StringField(lazy("What is scored"), [Longest(200)])
    hint = StringField(lazy("What to ask oneself"), [Longest(500)])
    weight = WholeNumber(lazy("Weight, of 100"), [OptionalAnswer()], low=1, high=100)
    anchors = Rows(StringField(lazy("What the score means"), [Longest(300)]), max_entries=11)
    take_out = BooleanField(lazy("Take this out"))


class RubricForm(Form):
    locale = HiddenField()
    scale = OneOf(
        lazy("Scores"),
        choices=[SelectChoice(scale, scale.replace("-", "–")) for scale in SCALES],
        default=SCALES[0],
    )
    criteria = Rows(FormField(CriterionForm), max_entries=20)
    version = VersionField()

    @property
    def values(self) -> range:
        """The scores of the scale; of what is no scale, the usual one's."""
        scale = self.scale.data if self.scale.data in SCALES else SCALES[0]
        low, high = scale.split("-")
        return range(int(low), int(high) + 1)
