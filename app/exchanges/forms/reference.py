"""What is asked of the published tables; sent by address, so that an answer can be passed on."""

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from wtforms import StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.exchanges.credits import Unit
from app.exchanges.wording import system_name, test_name
from app.foundation.forms import DayField, Form, Longest, OneOf, OptionalAnswer, Required
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy

_AMOUNT = re.compile(r"\d{1,5}(\.\d{1,3})?", re.ASCII)


def amount_of(text: str | None) -> Fraction | None:
    """A number with up to three decimals, in digits of any script; None where it is no such."""
    plain = unicodedata.normalize("NFKC", text or "").strip().replace(",", ".")
    digits = "".join(str(unicodedata.digit(c, c)) for c in plain)
    return Fraction(digits) if _AMOUNT.fullmatch(digits) else None


class AskedForm(Form):
    """Asked by a link: nothing is changed by it, and it carries no token."""

    class Meta(Form.Meta):
        csrf = False


class ConvertForm(AskedForm):
    credits = StringField(
        lazy("Number of credits"),
        [Required(lazy("Write how many credits, in digits.")), Longest(20)],
    )
    origin = OneOf(lazy("Of this system"))
    target = OneOf(lazy("In this system"))
    recognised = StringField(
        lazy("Credits that are recognised already"), [OptionalAnswer(), Longest(20)]
    )

    def among(self, units: Iterable[Unit]) -> None:
        """The systems to choose from."""
        choices = [SelectChoice(unit.scheme, system_name(unit.scheme, unit.name)) for unit in units]
        self.origin.choices = self.target.choices = choices

    def validate_credits(self, field: Any) -> None:
        if not amount_of(field.data):
            raise ValidationError(_("Write a number above nothing, for example 7.5."))

    def validate_recognised(self, field: Any) -> None:
        if amount_of(field.data) is None:
            raise ValidationError(_("Write a number, for example 12."))

    def validate_target(self, field: Any) -> None:
        if field.data == self.origin.data:
            raise ValidationError(_("Choose two different systems."))

    @property
    def amount(self) -> Fraction:
        return amount_of(self.credits.data) or Fraction(0)

    @property
    def already(self) -> Fraction:
        return amount_of(self.recognised.data) or Fraction(0)


class ScoreForm(AskedForm):
    test = OneOf(lazy("Test"))
    score = StringField(lazy("Score"), [Required(lazy("Write the score, in digits.")), Longest(20)])
    taken = DayField(lazy("When the test was taken"), [OptionalAnswer()])

    def among(self, tests: Iterable[str]) -> None:
        """The tests to choose from."""
        self.test.choices = [SelectChoice(test, test_name(test)) for test in dict.fromkeys(tests)]

    def validate_score(self, field: Any) -> None:
        if amount_of(field.data) is None:
            raise ValidationError(_("Write a number, for example 6.5."))
