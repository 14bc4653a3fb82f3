"""The shape of choosing a way to apply, and of what a nominating body answers."""

from wtforms import TextAreaField

from app.foundation.forms import Form, Longest, OneOf
from app.foundation.languages import lazy


class WayForm(Form):
    way = OneOf(lazy("By which way do you apply?"))


class DeclineForm(Form):
    reason = TextAreaField(lazy("Reason, for the applicant to read"), [Longest(2_000)])
