"""The shapes of asking the office to let a condition pass, and of its answer."""

from wtforms import TextAreaField

from app.foundation.forms import Form, Longest, Required, VersionField
from app.foundation.languages import lazy


class AskExceptionForm(Form):
    because = TextAreaField(
        lazy("Why the office should let it pass"),
        [Required(lazy("Write why the office should let it pass.")), Longest(5_000)],
    )


class AnswerExceptionForm(Form):
    answer = TextAreaField(
        lazy("The reasons"),
        [Required(lazy("Write the reasons; the applicant reads them.")), Longest(5_000)],
    )
    version = VersionField()
