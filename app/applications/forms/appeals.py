"""The shape of an appeal and of its answer."""

from wtforms import TextAreaField

from app.foundation.forms import Form, Longest, Required, VersionField
from app.foundation.languages import lazy


class AppealForm(Form):
    reason = TextAreaField(
        lazy("Why the decision should be another one"),
        [
            Required(lazy("Write why you think that the decision should be another one.")),
            Longest(5_000),
        ],
    )


class AnswerAppealForm(Form):
    answer = TextAreaField(
        lazy("The reasons"),
        [Required(lazy("Write the reasons; the applicant reads them.")), Longest(5_000)],
    )
    version = VersionField()
