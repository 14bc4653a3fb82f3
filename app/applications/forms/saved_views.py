"""What the office types about its saved views."""

from wtforms import BooleanField, StringField

from app.foundation.forms import Form, Longest, Required, VersionField
from app.foundation.languages import lazy


class SaveViewForm(Form):
    name = StringField(
        lazy("Name of the view"), [Required(lazy("Give the view a name.")), Longest(60)]
    )
    shared = BooleanField(lazy("Everybody in this office sees it"))


class RenameViewForm(Form):
    version = VersionField()
    name = StringField(
        lazy("Name of the view"), [Required(lazy("Give the view a name.")), Longest(60)]
    )
