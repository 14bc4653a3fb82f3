"""The shape of what bodies write about projects."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    RequestKeyField,
    Required,
    VersionField,
)
from app.foundation.languages import LANGUAGES, language_name, lazy, reader
from app.foundation.languages import gettext as _
from app.organisations.facts import is_web_address


class TextForm(Form):
    name = StringField(
        lazy("Name of the project"), [Required(lazy("Write what it is called.")), Longest(300)]
    )
    summary = TextAreaField(lazy("What it is about"), [Longest(5_000)])
    version = VersionField()


class PlanForm(Form):
    starts_on = DayField(lazy("First day"))
    ends_on = DayField(lazy("Last day"))
    website = StringField(lazy("Its own pages on the web"), [Longest(500)])
    version = VersionField()

    def validate_ends_on(self, field: Any) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The last day cannot be before the first."))

    def validate_website(self, field: Any) -> None:
        if field.data and not is_web_address(field.data):
            raise ValidationError(_("Write the whole address, such as https://www.example.org."))

    def plan(self) -> dict[str, Any]:
        return {
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "website": self.website.data or "",
        }


class BeginForm(TextForm, PlanForm):
    """All of it at once, in the language that it is first written in."""

    locale = OneOf(
        lazy("You write in"),
        choices=lambda: [SelectChoice(code, language_name(code)) for code in LANGUAGES],
        default=lambda: reader().locale,
    )
    request_key = RequestKeyField()


class AskForm(Form):
    body = HiddenField()


class FillForm(Form):
    """Which of one's own opportunities shall belong to a project; `offer` says what there is."""

    opportunity = OneOf(lazy("What shall belong to it"))

    def offer(self, rows: Iterable[Row[Any]]) -> None:
        self.opportunity.choices = [
            SelectChoice(str(row.id), f"{row.title} ({row.ref})") for row in rows
        ]


class TakeOutForm(Form):
    opportunity = VersionField()
