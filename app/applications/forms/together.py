"""What the office says of several applications at once, and in the messages that it sends."""

from typing import Any

from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.applications.queries.writing import Text
from app.applications.states import TAG_COLOURS, TagColour
from app.foundation.forms import (
    Form,
    Longest,
    RequestKeyField,
    Required,
    VersionField,
    WholeNumber,
)
from app.foundation.languages import LANGUAGES, lazy


class TogetherForm(Form):
    """Done with every application of a list that was just read, or with none."""

    request_key = RequestKeyField()
    back = HiddenField()
    count = WholeNumber(
        lazy("Type the number of applications in this list"),
        [Required(lazy("Type the number, in digits."))],
    )


class OfficerTogetherForm(TogetherForm):
    officer = SelectField(lazy("Who has these cases"), validate_choice=True)


class TagTogetherForm(TogetherForm):
    name = StringField(lazy("Tag"), [Required(lazy("Write a word or two.")), Longest(60)])
    colour = SelectField(
        lazy("Colour, if the tag is new"),
        choices=[SelectChoice(c.value, said) for c, said in TAG_COLOURS.items()],
        default=TagColour.GREY.value,
    )


class MessageTogetherForm(TogetherForm):
    template = HiddenField()
    number = VersionField()


class _Written(Form):
    """A message: its name in the office, and its text in every language of the site."""

    version = VersionField()
    name = StringField(
        lazy("Name of the message in the office"),
        [Required(lazy("Give the message a name.")), Longest(80)],
    )

    def texts(self) -> dict[str, Text]:
        """What was written in each language; languages without a word are left out."""
        written = {
            locale: Text(
                (self[f"subject_{locale}"].data or "").strip(),
                (self[f"body_{locale}"].data or "").replace("\r\n", "\n").strip(),
            )
            for locale in LANGUAGES
        }
        return {locale: text for locale, text in written.items() if any(text)}


def _fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for locale in LANGUAGES:
        fields[f"subject_{locale}"] = StringField(lazy("Subject"), [Longest(200)])
        fields[f"body_{locale}"] = TextAreaField(lazy("Text"), [Longest(10_000)])
    return fields


TemplateForm = type("TemplateForm", (_Written,), _fields())
