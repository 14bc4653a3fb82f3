"""The shape of what universities answer to an agreement."""

from wtforms import HiddenField, TextAreaField

from app.foundation.forms import Form, Longest, VersionField
from app.foundation.languages import lazy


class AnswerForm(Form):
    """For which side, and to which revision as it was shown."""

    side = VersionField()
    seen = VersionField()
    fingerprint = HiddenField()
    comment = TextAreaField(lazy("What has to be different"), [Longest(2_000)])
