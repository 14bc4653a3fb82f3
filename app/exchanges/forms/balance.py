"""What an office enters into the balance, and why it reverses it."""

from typing import Any

from wtforms import TextAreaField
from wtforms.fields.choices import SelectChoice

from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    RequestKeyField,
    Required,
    WholeNumber,
    YearField,
)
from app.foundation.languages import lazy


class ExchangeForm(Form):
    """People who went one way in a year; `way` is "out" or "in", as the university sees it."""

    way = OneOf(lazy("Which way"))
    year = YearField(
        lazy("Academic year, by the year in which it begins"),
        [Required(lazy("Write a year, for example 2031."))],
        low=1950,
        high=2200,
    )
    people = WholeNumber(
        lazy("People"), [Required(lazy("Write how many, in digits."))], low=1, high=10_000
    )
    source = TextAreaField(
        lazy("Which paper or register says so"),
        [Required(lazy("Write which paper or register says so.")), Longest(1_000)],
    )
    request_key = RequestKeyField()

    def between(self, own: str, other: str) -> None:
        """The two ways between two universities."""
        self.way.choices = [
            SelectChoice("out", f"{own} → {other}"),
            SelectChoice("in", f"{other} → {own}"),
        ]

    def terms(self) -> dict[str, Any]:
        return {
            "year": self.year.data or 0,
            "people": self.people.data or 0,
            "source": self.source.data or "",
            "request_key": self.request_key.data or "",
        }


class ReverseForm(Form):
    because = TextAreaField(
        lazy("What was wrong"), [Required(lazy("Write what was wrong.")), Longest(1_000)]
    )
