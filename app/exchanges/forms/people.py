"""The shape of contact persons and of language scores."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, EmailField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.applications.forms.letters import address
from app.exchanges.forms.reference import amount_of
from app.exchanges.operations.people import ContactFacts
from app.exchanges.states import AnswersFor
from app.exchanges.wording import answering_for, test_name
from app.foundation import clock
from app.foundation.forms import DayField, Form, Longest, OneOf, Required, VersionField
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.organisations.forms import language_of_mails


class ContactForm(Form):
    name = StringField(lazy("Name"), [Required(lazy("Write the person's name.")), Longest(300)])
    function = StringField(lazy("Function"), [Longest(200)])
    email = EmailField(
        lazy("Email address"), [Required(lazy("Write the email address.")), Longest(320)]
    )
    phone = StringField(lazy("Telephone"), [Longest(60)])
    answers_for = OneOf(
        lazy("Answers for"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in answering_for().items()],
        default=AnswersFor.BOTH.value,
    )
    locale = language_of_mails()
    listed = BooleanField(lazy("Also on the fact sheet, which everybody can read"))
    version = VersionField()

    def validate_email(self, field: Any) -> None:
        field.data = address(field.data or "")

    def facts(self) -> ContactFacts:
        return ContactFacts(
            name=self.name.data or "",
            email=self.email.data or "",
            function=self.function.data or "",
            phone=self.phone.data or "",
            answers_for=AnswersFor(self.answers_for.data),
            listed=bool(self.listed.data),
            locale=self.locale.data or "",
        )


class MailboxForm(Form):
    address = EmailField(
        lazy("Email address"), [Required(lazy("Write the email address.")), Longest(320)]
    )
    locale = language_of_mails()
    version = VersionField()

    def validate_address(self, field: Any) -> None:
        field.data = address(field.data or "")


class AddScoreForm(Form):
    test = OneOf(lazy("Test"))
    points = StringField(
        lazy("Score"), [Required(lazy("Write the score, in digits.")), Longest(20)]
    )
    taken_on = DayField(
        lazy("When the test was taken"),
        [Required(lazy("Write the day on which you took the test."))],
    )
    file = FileField(lazy("The report of the test, as a file"))

    def among(self, tests: Iterable[str]) -> None:
        """The tests to choose from."""
        self.test.choices = [SelectChoice(test, test_name(test)) for test in dict.fromkeys(tests)]

    def validate_points(self, field: Any) -> None:
        if amount_of(field.data) is None:
            raise ValidationError(_("Write a number, for example 6.5."))

    def validate_taken_on(self, field: Any) -> None:
        if field.data and field.data > clock.now().date():
            raise ValidationError(_("Write the day on which you took the test."))

    @property
    def amount(self) -> Fraction:
        return amount_of(self.points.data) or Fraction(0)

    @property
    def has_file(self) -> bool:
        return bool(getattr(self.file.data, "filename", ""))
