"""The shape of what people who enrol write, and of what the centre answers."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from app.foundation.forms import Form, Longest, RequestKeyField, Required
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy


class EnrolForm(Form):
    words = TextAreaField(lazy("Why you want to take part"), [Longest(2000)])
    request_key = RequestKeyField()


class HereForm(Form):
    """`code` is the one on the screen of the meeting, as it was scanned or typed."""

    code = StringField(
        lazy("Code on the screen"),
        [Required(lazy("Write the code that is on the screen.")), Longest(20)],
    )


class TurnDownForm(Form):
    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Say why; the person reads it.")), Longest(2000)]
    )


class InviteForm(Form):
    addresses = TextAreaField(
        lazy("E-mail addresses"), [Required(lazy("Write at least one address.")), Longest(20_000)]
    )

    def validate_addresses(self, field: Any) -> None:
        for address in self.listed():
            name, at, domain = address.partition("@")
            if not (name and at and "." in domain) or len(address) > 320:
                said = _("This is not an e-mail address: %(address)s", address=address[:80])
                raise ValidationError(said)

    def listed(self) -> list[str]:
        return (self.addresses.data or "").replace(",", " ").replace(";", " ").split()
