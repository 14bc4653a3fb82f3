"""The shape of what the secretariat writes."""

from wtforms import HiddenField, StringField, TextAreaField

from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    RequestKeyField,
    Required,
    VersionField,
)
from app.foundation.languages import (
    lazy,
)


class ProgrammeForm(Form):
    ref = StringField(
        lazy("Short name"), [Required(lazy("Write a short name, such as asean-ai.")), Longest(40)]
    )
    name = StringField(lazy("Name"), [Required(lazy("Write the name.")), Longest(300)])
    summary = TextAreaField(lazy("What it is for"), [Longest(2000)])
    organisation = HiddenField()
    request_key = RequestKeyField()


class SaveProgrammeForm(Form):
    name = StringField(lazy("Name"), [Required(lazy("Write the name.")), Longest(300)])
    summary = TextAreaField(lazy("What it is for"), [Longest(2000)])
    version = VersionField()


class AppointForm(Form):
    email = StringField(
        lazy("E-mail address of the person's account"),
        [Required(lazy("Write the address with which this person signs in.")), Longest(320)],
    )
    role = OneOf(lazy("Appointed as"))
