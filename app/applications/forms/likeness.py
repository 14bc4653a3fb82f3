"""What an office writes about two applications that look alike."""

from wtforms import TextAreaField

from app.foundation.forms import Form, Longest, Required, VersionField
from app.foundation.languages import lazy


class LikenessForm(Form):
    because = TextAreaField(lazy("How you know"), [Longest(2_000)])
    version = VersionField()

    def ask_for_reason(self) -> None:
        self.because.validators = [
            Required(lazy("Write how you know; whoever looks next reads it.")),
            *self.because.validators,
        ]
