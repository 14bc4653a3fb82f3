"""The shape of saying that an upload fails."""

from wtforms import TextAreaField

from app.foundation.forms import Form, Longest
from app.foundation.languages import lazy


class FailsForm(Form):
    note = TextAreaField(lazy("What happens when you try"), [Longest(500)])
