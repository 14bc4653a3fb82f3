"""The shape of what is said about a stay."""

from typing import Any

from wtforms import FileField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.foundation.forms import DayField, Form, Longest, OneOf, Required, VersionField
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.stays.states import Side
from app.stays.wording import sides

DAY_NEEDED = Required(lazy("Write the day."))


class ArrivalForm(Form):
    on = DayField(lazy("Day of arrival"), [DAY_NEEDED])


class DepartureForm(Form):
    on = DayField(lazy("Last day"), [DAY_NEEDED])
    because = TextAreaField(lazy("Why before the last day"), [Longest(2_000)])


class InterruptForm(Form):
    from_on = DayField(lazy("First day away"), [DAY_NEEDED])
    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Say why: the other sides read it.")), Longest(2_000)]
    )


class ResumeForm(Form):
    on = DayField(lazy("Day of the return"), [DAY_NEEDED])


class ChangeForm(Form):
    starts_on = DayField(lazy("First day"), [DAY_NEEDED])
    ends_on = DayField(lazy("Last day"), [DAY_NEEDED])
    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Say why: the other sides read it.")), Longest(2_000)]
    )
    version = VersionField()


class RefuseForm(Form):
    answer = TextAreaField(lazy("Your words"), [Longest(2_000)])


class SettleForm(Form):
    note = TextAreaField(lazy("Note"), [Longest(2_000)])


class MoveForm(Form):
    due_on = DayField(lazy("Ready by"), [DAY_NEEDED])


class LineForm(Form):
    title = StringField(
        lazy("What has to be ready"), [Required(lazy("Say what has to be ready.")), Longest(200)]
    )
    side = OneOf(
        lazy("Who sees to it"),
        choices=lambda: [SelectChoice(side.value, sides()[side]) for side in Side],
    )
    due_on = DayField(lazy("Ready by"), [DAY_NEEDED])


class ReportForm(Form):
    account = TextAreaField(lazy("How the stay goes, or went"), [Longest(10_000)])
    outcome = TextAreaField(lazy("What came of it"), [Longest(5_000)])
    version = VersionField()


class ReportFileForm(Form):
    file = FileField(lazy("A paper or a picture"))

    def validate_file(self, field: Any) -> None:
        if field.data is None or not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose a file."))


class AnswerReportForm(Form):
    answer = TextAreaField(lazy("Your words"), [Longest(2_000)])
