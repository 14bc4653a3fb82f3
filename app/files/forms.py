"""What is asked where somebody signs without an account, or on paper that another side records."""

from typing import Any, BinaryIO, cast

from werkzeug.datastructures import FileStorage
from wtforms import FileField, StringField, ValidationError

from app.files.operations import CheckedFile, check_file
from app.files.signed import Signed
from app.foundation.errors import RuleBroken
from app.foundation.forms import Form, Longest, Required
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy


class SignedForm(Form):
    """Who answers, by name and function."""

    name = StringField(lazy("Your name"), [Required(lazy("Write your name.")), Longest(300)])
    function = StringField(
        lazy("Your function"), [Required(lazy("Write your function.")), Longest(300)]
    )

    def signature(self) -> Signed:
        return Signed(self.name.data or "", self.function.data or "")


class PaperForm(Form):
    """A letter that the other side signed on paper, as one records it."""

    name = StringField(
        lazy("Who signed the letter"), [Required(lazy("Write the name.")), Longest(300)]
    )
    function = StringField(
        lazy("Function of who signed"), [Required(lazy("Write the function.")), Longest(300)]
    )
    scan = FileField(lazy("Scan of the letter"))
    refused_scan = ""

    def validate_scan(self, field: Any) -> None:
        if self.refused_scan:
            raise ValidationError(self.refused_scan)
        if field.data is None or not getattr(field.data, "filename", ""):
            raise ValidationError(_("Add the scan of the letter."))

    def checked(self) -> CheckedFile | None:
        """The file that came along, checked before the transaction begins.

        One that is refused says why at its field when the form is validated.
        """
        sent = self.scan.data
        if not isinstance(sent, FileStorage) or not sent.filename:
            return None
        stream = cast("BinaryIO", sent.stream)
        try:
            return check_file(stream, file_name=sent.filename, declared=sent.mimetype or "")
        except RuleBroken as refused:
            self.refused_scan = str(refused)
            return None

    def signature(self) -> Signed:
        """Who signed the letter, as the form says."""
        return Signed(self.name.data or "", self.function.data or "")
