"""The shape of more time for the nationals of a country, or for one person."""

from typing import Any

from wtforms import StringField

from app.fellowships.forms.publishing import ExtendForm
from app.foundation.forms import OneOf, Required
from app.foundation.languages import lazy
from app.opportunities.forms import require_clear


class _MoreTimeForm(ExtendForm):
    def validate_closes(self, field: Any) -> None:
        require_clear(field.data, self.zone)


class CountryForm(_MoreTimeForm):
    country = OneOf(lazy("Nationals of"))


class PersonForm(_MoreTimeForm):
    address = StringField(
        lazy("E-mail address of the person's account"), [Required(lazy("Write the address."))]
    )
