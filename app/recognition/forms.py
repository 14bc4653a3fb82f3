"""The shape of what offices and students send about transcripts."""

import re
import unicodedata
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.exchanges.models import HostCourse
from app.exchanges.wording import credit_systems
from app.foundation.errors import RuleBroken
from app.foundation.forms import Form, Longest, OneOf, Required, VersionField
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.fields import study_levels
from app.opportunities.forms import language_choices
from app.recognition.contents import CountsAs, Line
from app.recognition.models import TranscriptLine
from app.recognition.operations.recognising import Decision
from app.recognition.states import Outcome, Result
from app.recognition.wording import outcomes, results

_GRADES = re.compile(r"(?P<grade>[^,;:=\n]{1,40}?)\s*[:= ]\s*(?P<count>[0-9]{1,6})")
_AMOUNT = re.compile(r"(\d{1,4})(?:\.(\d{1,3})|/(\d{1,4}))?", re.ASCII)


def amount_in(text: str | None) -> Fraction | None:
    """A number as it is typed, 7.5 or 20/3, exactly; None where it is no such."""
    plain = unicodedata.normalize("NFKC", text or "").strip().replace(",", ".").replace("⁄", "/")
    digits = "".join(str(unicodedata.digit(c, c)) for c in plain)
    if not _AMOUNT.fullmatch(digits) or digits.endswith("/0"):
        return None
    try:
        return Fraction(digits)
    except ZeroDivisionError:
        return None


def typed(value: Fraction | None) -> str:
    """The same number as it is typed."""
    if value is None:
        return ""
    if 1000 % value.denominator:
        return str(value)
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


class SeenForm(Form):
    """A button, and the version that was seen when it was pressed."""

    seen = VersionField()


class NoteForm(Form):
    note = TextAreaField(lazy("About the whole transcript"), [Longest(2_000)])
    version = VersionField()


class CourseForm(Form):
    course = OneOf(lazy("Course of your list"))

    def among(self, courses: Iterable[HostCourse]) -> None:
        """The courses of the term."""
        self.course.choices = [
            SelectChoice(str(one.id), f"{one.code} · {one.title}") for one in courses
        ]


class CorrectForm(Form):
    reason = TextAreaField(
        lazy("Why it is corrected"),
        [
            Required(lazy("Say why: the student and the university at home read it.")),
            Longest(2_000),
        ],
    )


class FileForm(Form):
    file = FileField(lazy("Transcript as a file (ELMO, .xml)"))

    def validate_file(self, field: Any) -> None:
        if field.data is None or not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose a file."))


class LineForm(Form):
    code = StringField(lazy("Code"), [Required(lazy("Write its code.")), Longest(40)])
    title = StringField(lazy("Title"), [Required(lazy("Write the title.")), Longest(300)])
    title_lang = OneOf(lazy("The title is in"), choices=language_choices, default="en")
    own_title = StringField(lazy("Title in another language"), [Longest(300)])
    own_title_lang = OneOf(
        lazy("Which language that is"),
        choices=lambda: [SelectChoice("", _("There is no other title")), *language_choices()],
        default="",
    )
    credits = StringField(
        lazy("Credits"), [Required(lazy("Write how many credits it gives.")), Longest(20)]
    )
    credit_system = OneOf(
        lazy("Credits of which system"),
        choices=lambda: [SelectChoice(code, said) for code, said in credit_systems().items()],
    )
    hours = StringField(lazy("Hours of work"), [Longest(20)])
    grade = StringField(lazy("Grade"), [Longest(40)])
    result = OneOf(
        lazy("Result"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in results().items()],
        default=Result.PASSED.value,
    )
    distribution = StringField(lazy("How many had which grade"), [Longest(500)])
    level = OneOf(
        lazy("Level of study"),
        choices=lambda: [
            SelectChoice("", _("Not named")),
            *(SelectChoice(str(n), said) for n, said in study_levels().items()),
        ],
        default="",
    )
    language = OneOf(
        lazy("Taught in"),
        choices=lambda: [SelectChoice("", _("Not named")), *language_choices()],
        default="",
    )
    version = VersionField()

    def validate_credits(self, field: Any) -> None:
        if amount_in(field.data) is None:
            raise ValidationError(_("Write a number of credits, for example 7.5."))

    def validate_hours(self, field: Any) -> None:
        if field.data and amount_in(field.data) is None:
            raise ValidationError(_("Write a number of hours, for example 45."))

    def validate_own_title_lang(self, field: Any) -> None:
        if bool(field.data) != bool(self.own_title.data):
            raise ValidationError(_("Write the title and say which language it is in, or neither."))

    def validate_distribution(self, field: Any) -> None:
        try:
            _counts(field.data)
        except RuleBroken as refusal:
            raise ValidationError(str(refusal)) from refusal

    def said(self) -> Line:
        return Line(
            code=self.code.data or "",
            title=self.title.data or "",
            title_lang=self.title_lang.data,
            own_title=self.own_title.data or "",
            own_title_lang=self.own_title_lang.data or "",
            credits=amount_in(self.credits.data) or Fraction(0),
            credit_system=self.credit_system.data,
            hours=amount_in(self.hours.data),
            grade=self.grade.data or "",
            result=Result(self.result.data),
            distribution=_counts(self.distribution.data),
            level=int(self.level.data) if self.level.data else None,
            language=self.language.data or "",
        )


def row_of(line: TranscriptLine) -> dict[str, Any]:
    """A line as its form shows it."""
    said = {name: getattr(line, name) for name in Line.__dataclass_fields__}
    return said | {
        "credits": typed(line.credits),
        "hours": typed(line.hours),
        "result": line.result.value,
        "level": str(line.level or ""),
        "distribution": ", ".join(f"{grade}: {n}" for grade, n in line.distribution.items()),
    }


def _counts(text: str | None) -> dict[str, int]:
    """Grades and how many had them, from "A: 3, B: 5". Raises RuleBroken."""
    plain = unicodedata.normalize("NFKC", text or "")
    parts = [part.strip() for part in re.split(r"[,;\n]", plain) if part.strip()]
    found = [_GRADES.fullmatch(part) for part in parts]
    if not all(found):
        raise RuleBroken(_("Write grades and numbers, for example A: 12, B: 20."))
    return {one["grade"].strip(): int(one["count"]) for one in found if one}


class SystemForm(Form):
    system = OneOf(
        lazy("Credits of your university"),
        choices=lambda: [SelectChoice(code, said) for code, said in credit_systems().items()],
    )
    version = VersionField()


class OutcomeForm(Form):
    outcome = RadioField(lazy("Does it count?"), validate_choice=False)
    own_code = StringField(lazy("Code of your course"), [Longest(40)])
    own_title = StringField(lazy("Your course or elective"), [Longest(300)])
    follows = RadioField(lazy("Credits"), validate_choice=False)
    credits = StringField(lazy("Another number of credits"), [Longest(20)])
    grade = StringField(lazy("Grade at your university"), [Longest(40)])
    reason = TextAreaField(lazy("Reason"), [Longest(2_000)])
    version = VersionField()

    def among(self, shown: Iterable[CountsAs], said: Iterable[str]) -> None:
        """The results of published rules, each with its sentence, and any other number."""
        self.outcome.choices = [(one.value, words) for one, words in outcomes().items()]
        self.follows.choices = [
            *((one.key, words) for one, words in zip(shown, said, strict=True)),
            ("", _("Another number, with a reason")),
        ]

    def validate_outcome(self, field: Any) -> None:
        if field.data not in {one.value for one in Outcome}:
            raise ValidationError(_("Say whether it counts."))

    def validate_credits(self, field: Any) -> None:
        otherwise = self.outcome.data == Outcome.RECOGNISED and not self.follows.data
        if otherwise and amount_in(field.data) is None:
            raise ValidationError(_("Write a number of credits, for example 7.5."))

    def decision(self) -> Decision:
        return Decision(
            outcome=Outcome(self.outcome.data),
            own_code=self.own_code.data or "",
            own_title=self.own_title.data or "",
            follows=self.follows.data or "",
            credits=amount_in(self.credits.data),
            grade=self.grade.data or "",
            reason=self.reason.data or "",
        )
