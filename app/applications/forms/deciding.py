"""The shapes of saying that a document cannot be had, and of what the office decides about it."""

from wtforms import TextAreaField

from app.foundation.forms import Form, Longest, Required, VersionField
from app.foundation.languages import lazy


class CannotForm(Form):
    because = TextAreaField(
        lazy("Why you cannot get this document"),
        [Required(lazy("Write why you cannot get it; the office reads it.")), Longest(2_000)],
    )


class DecideSlotForm(Form):
    reason = TextAreaField(lazy("The reason"), [Longest(2_000)])
    instead = TextAreaField(lazy("What may come instead"), [Longest(500)])
    version = VersionField()

    def ask_for(self, *, reason: bool, instead: bool) -> None:
        """What must be written for the button that was pressed."""
        if reason:
            said = lazy("Write the reason; the applicant reads it.")
            self.reason.validators = [Required(said), *self.reason.validators]
        if instead:
            said = lazy("Write what may come instead.")
            self.instead.validators = [Required(said), *self.instead.validators]
