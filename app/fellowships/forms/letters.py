"""How many letters of recommendation a call asks for, and until when."""

from datetime import datetime
from typing import Any

from wtforms.validators import ValidationError

from app.foundation.forms import Form, Required, VersionField, WallTimeField, WholeNumber
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.deadlines import instant_of
from app.opportunities.forms import require_clear


class LettersForm(Form):
    most = WholeNumber(lazy("People that each applicant may ask"), [Required()], high=5)
    least = WholeNumber(lazy("Letters that each application needs"), [Required()], high=5)
    letters_by = WallTimeField(lazy("Letters may come until"))
    version = VersionField()

    zone = "UTC"  # set by the page: the zone in which the call's times are written

    def validate_most(self, _field: Any) -> None:
        """Said beside both numbers: either may be the one that is wrong."""
        least, most = self.least.data, self.most.data
        if least is not None and most is not None and least > most:
            raise ValidationError(_("Not more letters can be needed than may be asked for."))

    validate_least = validate_most

    def validate_letters_by(self, field: Any) -> None:
        require_clear(field.data, self.zone)

    @property
    def letters_by_instant(self) -> datetime | None:
        moment = self.letters_by.data
        return None if moment is None else instant_of(moment, self.zone)
