"""The shape of a rubric with its criteria."""

from wtforms import BooleanField, FormField, HiddenField, StringField
from wtforms.fields.choices import SelectChoice

from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    OptionalAnswer,
    Rows,
    VersionField,
    WholeNumber,
)
from app.foundation.languages import lazy

SCALES = ("1-5", "1-4", "0-5", "1-7")


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
