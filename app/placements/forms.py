"""Forms of placing: shape and type only, no rule of the programme."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from app.foundation.forms import Form, Longest, RequestKeyField, Required
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy


class OpenForm(Form):
    note = StringField(lazy("What this proposal is called"), [Longest(120)])
    key = RequestKeyField()


class ProposeForm(Form):
    with_in_review = BooleanField(lazy("Also people still in review who have a score"))


class NoteForm(Form):
    note = TextAreaField(lazy("Note for the record (if you like)"), [Longest(2000)])


class AnswerForm(Form):
    note = TextAreaField(lazy("A few words to the office (if you like)"), [Longest(2000)])


class ReasonForm(Form):
    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Write the reason in a sentence.")), Longest(2000)]
    )


class ExcludeForm(Form):
    """Beside HandForm on one page, so its field has a name of its own in the page."""

    reason = TextAreaField(
        lazy("Reason"),
        [Required(lazy("Write the reason in a sentence.")), Longest(2000)],
        id="exclude-reason",
    )


class WithdrawForm(Form):
    reason = TextAreaField(lazy("Why you withdraw (if you like)"), [Longest(2000)])


class HandForm(ReasonForm):
    """Where to place a person; `place` offers the hosts that are handed over."""

    place = SelectField(lazy("Host institution"), coerce=str, choices=[], validate_choice=False)

    def __init__(self, hosts: Sequence[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.place.choices = [
            ("", _("Choose a host institution")),
            *((str(i), n) for i, n in hosts),
        ]

    def validate_place(self, field: Any) -> None:
        if field.data not in {value for value, _label in field.choices if value}:
            raise ValidationError(_("Choose a host institution from the list."))

    @property
    def place_id(self) -> int:
        return int(self.place.data)
