"""What the office says when it takes applications out: as what, for whom, what for."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.applications.states import ExportFormat
from app.foundation.forms import Form, Longest, RequestKeyField, Required
from app.foundation.languages import lazy

FORMATS = {
    ExportFormat.XLSX: lazy("Workbook for Excel or LibreOffice (XLSX)"),
    ExportFormat.CSV: lazy("Plain table (CSV)"),
    ExportFormat.JSON: lazy("For programs (JSON)"),
}


class GivingOutForm(Form):
    """Who gets a list that is taken out, and what for."""

    recipient = StringField(
        lazy("Who gets this file"),
        [Required(lazy("Write who gets it, for example “Selection committee”.")), Longest(300)],
    )
    purpose = TextAreaField(
        lazy("What for"), [Required(lazy("Write what it is needed for.")), Longest(1000)]
    )


class ExportForm(GivingOutForm):
    request_key = RequestKeyField()
    format = RadioField(
        lazy("As what"),
        [Required(lazy("Choose what the file is to be."))],
        choices=[SelectChoice(f.value, label) for f, label in FORMATS.items()],
        default=ExportFormat.XLSX.value,
        validate_choice=True,
    )

    @property
    def kind(self) -> ExportFormat:
        return ExportFormat(self.format.data)
