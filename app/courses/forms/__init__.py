"""The shape of what is written about courses."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.courses.levels import LEVELS, LICENCES, level_name, licence_name
from app.courses.operations import CourseFacts, CourseWords
from app.foundation.errors import RuleBroken
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    OptionalAnswer,
    RequestKeyField,
    Required,
    SomeOf,
    VersionField,
)
from app.foundation.languages import LANGUAGES, lazy
from app.foundation.languages import gettext as _
from app.opportunities.competencies import known
from app.opportunities.fields import NAMES, field_name
from app.opportunities.forms import (
    competency_choices,
    currency_choices,
    language_choices,
    track_choices,
)
from app.opportunities.money import read_amount
from app.opportunities.wording import difficulties


class BeginForm(Form):
    centre = OneOf(lazy("Centre"))
    code = StringField(lazy("Code"), [Required(lazy("Write a short code.")), Longest(30)])
    title = StringField(
        lazy("Title"), [Required(lazy("Write the title of the course.")), Longest(300)]
    )
    original_locale = OneOf(
        lazy("Language of the original text"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        default="en",
    )
    like = OneOf(lazy("Begin with"))
    request_key = RequestKeyField()


class AdoptForm(Form):
    centre = OneOf(lazy("Your centre"))
    code = StringField(lazy("Code"), [Required(lazy("Write a short code.")), Longest(30)])
    request_key = RequestKeyField()


class ImportForm(Form):
    centre = OneOf(lazy("Centre"))
    file = FileField(lazy("File of courses"))

    def validate_file(self, field: Any) -> None:
        if field.data is None or not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose a file."))


class BringForm(Form):
    """`seen` is the seal of what the person was shown (`comparing.seal`)."""

    seen = HiddenField(validators=[Longest(64)])
    publish = BooleanField(lazy("Publish at once what is taken elsewhere and is complete"))


class CourseTextForm(Form):
    title = StringField(
        lazy("Title"), [Required(lazy("Write the title of the course.")), Longest(300)]
    )
    summary = TextAreaField(lazy("In one or two sentences"), [Longest(600)])
    objectives = TextAreaField(lazy("What people can do afterwards"), [Longest(5_000)])
    prerequisites = TextAreaField(lazy("What they need to know before"), [Longest(5_000)])
    version = VersionField()

    def words(self) -> CourseWords:
        return CourseWords(**{name: self[name].data or "" for name in CourseWords.__slots__})


class CourseFactsForm(Form):
    level = OneOf(
        lazy("Level"),
        choices=lambda: [
            SelectChoice("", _("Choose a level")),
            *(SelectChoice(str(level), level_name(level)) for level in LEVELS),
        ],
    )
    field_code = OneOf(
        lazy("Field"),
        choices=lambda: [
            SelectChoice("", _("Choose a field")),
            *(SelectChoice(code, field_name(code)) for code in NAMES),
        ],
    )
    hours = StringField(lazy("Hours of work for a participant"), [OptionalAnswer()])
    languages = SomeOf(lazy("Taught in"), choices=language_choices)
    tracks = SomeOf(lazy("It is for"), choices=track_choices)
    competencies = SomeOf(lazy("Competencies"), choices=competency_choices)
    costs_nothing = BooleanField(lazy("It costs participants nothing"))
    fee = StringField(lazy("Fee"), [OptionalAnswer()])
    fee_currency = OneOf(lazy("Currency"), choices=currency_choices)
    taken_at = StringField(lazy("Link to the course"), [Longest(1990)])
    given_by = StringField(lazy("Given by"), [Longest(300)])
    difficulty = OneOf(
        lazy("How hard it is"),
        choices=lambda: [
            SelectChoice("", _("They do not say")),
            *(SelectChoice(value, said) for value, said in difficulties().items()),
        ],
    )
    length = StringField(lazy("How long it takes"), [Longest(100)])
    costs_something = BooleanField(lazy("It costs something, and they say how much"))
    starts_on = DayField(lazy("First day"))
    ends_on = DayField(lazy("Last day"))
    licence = OneOf(
        lazy("Licence of the materials"),
        choices=lambda: [
            SelectChoice("", licence_name("")),
            *(SelectChoice(code, name) for code, name in LICENCES.items()),
        ],
    )
    version = VersionField()

    def validate_taken_at(self, field: Any) -> None:
        if bool(field.data) != bool(self.given_by.data):
            raise ValidationError(_("Say both where it is taken and who gives it, or neither."))
        if field.data and not field.data.startswith(("https://", "http://")):
            raise ValidationError(_("A link begins with https:// or http://."))

    def validate_ends_on(self, field: Any) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("It would end before it starts."))

    def validate_hours(self, field: Any) -> None:
        if not (field.data or "").strip() and self.taken_at.data:
            return
        minutes = self._minutes()
        if minutes is None or not 0 < minutes <= 5000 * 60:
            raise ValidationError(_("Write the hours in digits, for example 30 or 7.5."))

    def _minutes(self) -> int | None:
        try:
            hours = Decimal((self.hours.data or "").replace(",", "."))
        except InvalidOperation:
            return None
        return round(hours * 60) if hours.is_finite() and abs(hours) < 10**6 else None

    def validate_fee(self, field: Any) -> None:
        if not self.costs_nothing.data and field.data:
            if not self.fee_currency.data:
                raise ValidationError(_("Choose the currency of the fee."))
            try:
                read_amount(field.data, self.fee_currency.data)
            except RuleBroken as refusal:
                raise ValidationError(str(refusal)) from refusal

    def facts(self) -> CourseFacts:
        fee: int | None = None
        if self.costs_nothing.data:
            fee = 0
        elif self.fee.data:
            fee = read_amount(self.fee.data, self.fee_currency.data)
        return CourseFacts(
            level=int(self.level.data) if self.level.data else None,
            field_code=self.field_code.data or None,
            minutes=self._minutes() if self.hours.data else None,
            languages=tuple(self.languages.data or ()),
            tracks=tuple(self.tracks.data or ()),
            competencies=tuple(known(self.competencies.data or ())),
            fee_amount=fee,
            fee_currency=self.fee_currency.data if fee else None,
            licence=self.licence.data or "",
            taken_at=self.taken_at.data or "",
            given_by=self.given_by.data or "",
            difficulty=self.difficulty.data or "",
            length=self.length.data or "",
            costs_something=bool(self.costs_something.data) and fee is None,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
        )


class PracticeForm(Form):
    second_person = BooleanField(
        lazy("A second person of our centre reads each course before it is published")
    )
    version = VersionField()


class ReasonForm(Form):
    reason = TextAreaField(
        lazy("What has to change"), [Required(lazy("Say what has to change.")), Longest(2_000)]
    )


class ButtonForm(Form):
    """A button and the version of what stood beside it."""

    version = VersionField()
