"""Forms of letters of recommendation: asking, writing, declining, codes, letters by post."""

from typing import Any

import email_validator
from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.applications.operations.letters import Person
from app.applications.operations.recommending import Written
from app.files.operations import CheckedFile
from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    RequestKeyField,
    Required,
    VersionField,
)
from app.foundation.languages import LANGUAGES, lazy
from app.foundation.languages import gettext as _


def address(text: str) -> str:
    """The address as mail servers want it. Raises StopValidation with what to write instead."""
    try:
        found = email_validator.validate_email(text, check_deliverability=False)
    except email_validator.EmailNotValidError as wrong:
        raise StopValidation(
            _("Write the whole address, such as name@university.example.")
        ) from wrong
    return found.normalized


class PersonForm(Form):
    """Whom an applicant asks."""

    name = StringField(lazy("Name"), [Required(lazy("Write the person's name.")), Longest(300)])
    email = EmailField(lazy("Email address"), [Longest(320)])
    no_email = BooleanField(lazy("This person has no e-mail; I print the form for them"))
    institution = StringField(lazy("Institution"), [Longest(300)])
    known_as = StringField(
        lazy("How you know each other"),
        [
            Required(lazy("Write how you know each other, for example: my supervisor.")),
            Longest(300),
        ],
    )
    locale = OneOf(
        lazy("Language of the mail"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        default="en",
    )
    note = TextAreaField(lazy("Your words to this person"), [Longest(2000)])
    key = RequestKeyField()

    def validate_email(self, field: Any) -> None:
        if self.no_email.data:
            field.data = ""
        elif not field.data:
            raise StopValidation(_("Write the address, or tick that there is none."))
        else:
            field.data = address(field.data)

    def person(self) -> Person:
        return Person(
            name=self.name.data or "",
            email=self.email.data or "",
            known_as=self.known_as.data or "",
            institution=self.institution.data or "",
            note=self.note.data or "",
            locale=self.locale.data,
        )


class LetterForm(Form):
    """The letter, as its writer's page shows it."""

    body = TextAreaField(lazy("Your letter"), [Longest(20_000)])
    file = FileField(lazy("Or your letter as a file"))
    without_file = BooleanField(lazy("Take this file out"))
    may_read = BooleanField(lazy("The applicant may read this letter"))
    version = VersionField()

    def written(self, file: CheckedFile | None) -> Written:
        return Written(
            body=self.body.data or "",
            confidential=not self.may_read.data,
            file=file,
            without_file=bool(self.without_file.data),
        )


class PostedForm(Form):
    """A letter that came on paper, as the office records it."""

    file = FileField(lazy("Scan of the letter"))
    body = TextAreaField(lazy("What it says, if you type it in"), [Longest(20_000)])
    may_read = BooleanField(lazy("The letter says that the applicant may read it"))

    def written(self, file: CheckedFile | None) -> Written:
        return Written(self.body.data or "", not self.may_read.data, file)


class DeclineForm(Form):
    reason = TextAreaField(lazy("Reason, if you like"), [Longest(1000)])


class KnownAsForm(Form):
    known_as = StringField(
        lazy("How you know the applicant"),
        [Required(lazy("Write how you know the applicant.")), Longest(300)],
    )


class CodeForm(Form):
    code = StringField(
        lazy("Code on the printed form"), [Required(lazy("Type the code.")), Longest(40)]
    )
