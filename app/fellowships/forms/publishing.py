"""The shape of what is said when a call is extended, closed or cancelled."""

from datetime import datetime
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import ValidationError

from app.foundation.forms import (
    Form,
    Longest,
    Required,
    VersionField,
    WallTimeField,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import (
    lazy,
)
from app.opportunities.deadlines import instant_of
from app.opportunities.forms import require_clear


class ReasonForm(Form):
    reason = TextAreaField(
        lazy("Reason"),
        [Required(lazy("Give the reason: it is published.")), Longest(2_000)],
    )
    version = VersionField()


class CloseForm(Form):
    """As ReasonForm, for a call whose deadline is over: then no reason is needed."""

    reason = TextAreaField(lazy("Reason"), [Longest(2_000)])
    version = VersionField()


class ExtendForm(ReasonForm):
    closes = WallTimeField(lazy("New deadline"), [Required(lazy("Write the new deadline."))])

    zone = "UTC"
    before: datetime | None = None

    def validate_closes(self, field: Any) -> None:
        require_clear(field.data, self.zone)
        if self.before is not None and instant_of(field.data, self.zone) <= self.before:
            raise ValidationError(_("Choose a deadline that is later than the present one."))
