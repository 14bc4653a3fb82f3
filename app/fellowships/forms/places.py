"""The shape of asking a host institution, and of its answer."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from app.fellowships.operations import Seats
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    RequestKeyField,
    Required,
    SomeOf,
    VersionField,
    WholeNumber,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import (
    lazy,
)
from app.opportunities.forms import track_choices


class PlaceForm(Form):
    seats = WholeNumber(
        lazy("Seats"), [Required(lazy("Write how many seats you ask for."))], low=1, high=10_000
    )
    label = StringField(lazy("Department, laboratory or subject"), [Longest(200)])
    tracks = SomeOf(lazy("Only for"), choices=track_choices)
    starts_on = DayField(lazy("First day there"))
    ends_on = DayField(lazy("Last day there"))
    version = VersionField()
    request_key = RequestKeyField()

    def validate_ends_on(self, field: Any) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The stay must end after it starts."))

    def asked(self) -> Seats:
        return Seats(
            seats=int(self.seats.data or 0),
            label=self.label.data or "",
            tracks=tuple(self.tracks.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
        )


class AnswerForm(Form):
    note = TextAreaField(lazy("Note for the office"), [Longest(2_000)])
    version = VersionField()
