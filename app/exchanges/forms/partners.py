"""The shape of what a university tells its partners."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.exchanges.operations.partners import (
    CourseFacts,
    FactSheet,
    TermDates,
    is_link,
    read_credits,
)
from app.exchanges.wording import credit_systems
from app.foundation.errors import RuleBroken
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    OptionalAnswer,
    Required,
    VersionField,
    WholeNumber,
    YearField,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.fields import study_levels
from app.opportunities.forms import language_choices


class Link:
    """An address of the web, or nothing."""

    field_flags: dict[str, Any] = {}

    def __call__(self, _form: object, field: Any) -> None:
        if field.data and not is_link(field.data):
            raise ValidationError(_("Write the whole address, from https:// on."))


class FactsForm(Form):
    locale = OneOf(lazy("Written in"), choices=language_choices, default="en")
    contact = StringField(lazy("Whom partners write to"), [Longest(320)])
    website = StringField(lazy("Page for exchange students"), [Longest(500), Link()])
    decision_weeks = WholeNumber(
        lazy("Weeks until a nomination is answered"), [OptionalAnswer()], high=52
    )
    transcript_weeks = WholeNumber(
        lazy("Weeks until transcripts are sent, from the last exam"), [OptionalAnswer()], high=52
    )
    recognition_weeks = WholeNumber(
        lazy("Weeks until transcripts of your own students are recognised"),
        [OptionalAnswer()],
        high=52,
    )
    housing = TextAreaField(lazy("Housing"), [Longest(5_000)])
    housing_link = StringField(lazy("Page about housing"), [Longest(500), Link()])
    visa = TextAreaField(lazy("Visa"), [Longest(5_000)])
    visa_link = StringField(lazy("Page about visas"), [Longest(500), Link()])
    insurance = TextAreaField(lazy("Insurance"), [Longest(5_000)])
    insurance_link = StringField(lazy("Page about insurance"), [Longest(500), Link()])
    access = TextAreaField(lazy("For people with disabilities"), [Longest(5_000)])
    access_contact = StringField(lazy("Whom people with disabilities ask"), [Longest(320)])
    version = VersionField()

    def sheet(self) -> FactSheet:
        names = FactSheet.__dataclass_fields__
        return FactSheet(**{name: self[name].data for name in names})


class TermForm(Form):
    name = StringField(
        lazy("Name of the term"),
        [Required(lazy("Write what the term is called.")), Longest(120)],
    )
    year = YearField(
        lazy("Academic year, by the year in which it begins"),
        [Required(lazy("Write a year, for example 2031."))],
        low=2000,
        high=2200,
    )
    first_on = DayField(lazy("First day of teaching"), [Required(lazy("Write the first day."))])
    last_on = DayField(lazy("Last day of teaching"), [Required(lazy("Write the last day."))])
    exams_from = DayField(lazy("First day of exams"))
    exams_until = DayField(lazy("Last day of exams"))
    nominate_by = DayField(lazy("Partners nominate until"))
    apply_by = DayField(lazy("Nominated students send their papers until"))
    version = VersionField()

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("The term must end after it begins."))

    def validate_exams_from(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("Exams are after the first day of teaching."))

    def validate_exams_until(self, field: Any) -> None:
        if bool(field.data) != bool(self.exams_from.data):
            raise ValidationError(_("Write both days of the exams, or neither."))
        if field.data and self.exams_from.data and field.data < self.exams_from.data:
            raise ValidationError(_("Exams must end after they begin."))

    def validate_apply_by(self, field: Any) -> None:
        if field.data and self.nominate_by.data and field.data < self.nominate_by.data:
            raise ValidationError(_("Students send their papers after they were nominated."))

    def dates(self) -> TermDates:
        return TermDates(**{name: self[name].data for name in TermDates.__dataclass_fields__})


class HostCourseForm(Form):
    code = StringField(lazy("Code"), [Required(lazy("Write its code.")), Longest(40)])
    title = StringField(
        lazy("Title in English"), [Required(lazy("Write the title in English.")), Longest(300)]
    )
    own_title = StringField(lazy("Title in your own language"), [Longest(300)])
    own_title_lang = OneOf(
        lazy("Which language that is"),
        choices=lambda: [SelectChoice("", _("There is no other title")), *language_choices()],
        default="",
    )
    credits = StringField(lazy("Credits"), [Required(lazy("Write how many credits it gives."))])
    credit_system = OneOf(
        lazy("Credits of which system"),
        choices=lambda: [SelectChoice(code, said) for code, said in credit_systems().items()],
    )
    level = OneOf(
        lazy("Level of study"),
        choices=lambda: [SelectChoice(str(n), said) for n, said in study_levels().items()],
    )
    language = OneOf(lazy("Taught in"), choices=language_choices, default="en")
    version = VersionField()

    def validate_credits(self, field: Any) -> None:
        try:
            read_credits(field.data)
        except RuleBroken as refusal:
            raise ValidationError(str(refusal)) from refusal

    def validate_own_title_lang(self, field: Any) -> None:
        if bool(field.data) != bool(self.own_title.data):
            raise ValidationError(_("Write the title and say which language it is in, or neither."))

    def facts(self) -> CourseFacts:
        return CourseFacts(
            code=self.code.data or "",
            title=self.title.data or "",
            own_title=self.own_title.data or "",
            own_title_lang=self.own_title_lang.data or "",
            credit_hundredths=read_credits(self.credits.data or ""),
            credit_system=self.credit_system.data,
            level=int(self.level.data),
            language=self.language.data,
        )


class CourseListForm(Form):
    file = FileField(lazy("Table of courses"))
    table = TextAreaField(lazy("Or paste it here, with its headings"), [Longest(500_000)])

    @property
    def has_file(self) -> bool:
        return bool(getattr(self.file.data, "filename", ""))

    def validate_table(self, field: Any) -> None:
        if not self.has_file and not (field.data or "").strip():
            raise ValidationError(_("Choose a file, or paste the table."))


class BringCoursesForm(Form):
    """`seen` is the seal of what the person was shown (`dry_runs.seal`), of this table."""

    table = HiddenField(validators=[Longest(600_000)])
    seen = HiddenField(validators=[Longest(64)])
