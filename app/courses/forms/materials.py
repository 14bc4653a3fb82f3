"""The shape of what a centre gives its participants."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.courses.models import Meeting
from app.courses.operations import MaterialTerms
from app.foundation.forms import Form, Longest, OneOf, RequestKeyField, Required, VersionField
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy, moment
from app.organisations.facts import is_web_address


class MaterialForm(Form):
    title = StringField(lazy("Title"), [Required(lazy("Write a title.")), Longest(300)])
    meeting = OneOf(lazy("It belongs to"))
    for_everybody = BooleanField(lazy("Everybody may open it, not only those with a seat"))
    version = VersionField()

    def about(self, meetings: list[Meeting]) -> "MaterialForm":
        """With the meetings that one may choose."""
        self.meeting.choices = [
            SelectChoice("", _("All meetings")),
            *(
                SelectChoice(str(one.id), " · ".join(filter(None, (when(one), one.title))))
                for one in meetings
            ),
        ]
        return self

    def terms(self) -> MaterialTerms:
        return MaterialTerms(
            title=self.title.data or "",
            meeting_id=int(self.meeting.data) if self.meeting.data else None,
            for_everybody=bool(self.for_everybody.data),
        )


def when(meeting: Meeting) -> str:
    return moment(meeting.starts_at, meeting.zone)


class NewMaterialForm(MaterialForm):
    url = StringField(lazy("Link"), [Longest(500)])
    file = FileField(lazy("Or a file"))
    request_key = RequestKeyField()

    def validate_url(self, field: Any) -> None:
        if bool(field.data) == self.has_file:
            raise ValidationError(_("Write a link or choose a file, not both."))
        if field.data and not is_web_address(field.data):
            raise ValidationError(_("A link begins with https:// or http://."))

    @property
    def has_file(self) -> bool:
        return bool(self.file.data is not None and getattr(self.file.data, "filename", ""))
