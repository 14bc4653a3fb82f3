"""The shape of what universities say to an agreement."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FormField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.accounts.states import LanguageLevel
from app.exchanges import terms
from app.exchanges.terms import Condition, Fault
from app.exchanges.wording import fault_sentence
from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    OptionalAnswer,
    RequestKeyField,
    Required,
    Rows,
    SomeOf,
    VersionField,
    WholeNumber,
    YearField,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.fields import NAMES, field_name, known_fields, study_levels
from app.opportunities.forms import language_choices

MOST_ROWS = 20
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
# Beside which field of a condition a fault is said.
FIELD_OF = {
    Fault.STRANGER: "target",
    Fault.TO_ITSELF: "target",
    Fault.NO_PLACES: "places",
    Fault.MONTHS: "months",
    Fault.YEARS: "last_year",
    Fault.FIELD: "other_fields",
    Fault.LEVEL: "levels",
    Fault.LEVEL_OF_NO_LANGUAGE: "language",
    Fault.TWICE: "target",
}


class WordForm(Form):
    """For which side, and on which revision as it was shown."""

    side = VersionField()
    seen = VersionField()


class AnswerForm(WordForm):
    fingerprint = HiddenField()
    comment = TextAreaField(lazy("What has to be different"), [Longest(2_000)])


class RenewForm(WordForm):
    """Years are those in which academic years begin."""

    until = YearField(
        lazy("Last academic year, by the year in which it begins"),
        [Required(lazy("Write a year, for example 2031."))],
        low=2000,
        high=2200,
    )


class EndForm(WordForm):
    reason = TextAreaField(
        lazy("Why it ends"), [Required(lazy("Write why the agreement ends.")), Longest(2_000)]
    )


class ConditionForm(Form):
    """One condition. Fields: those that are said by name, and codes of ISCED-F for others."""

    class Meta(Form.Meta):
        csrf = False

    origin = OneOf(lazy("From which university"))
    target = OneOf(lazy("To which university"))
    places = WholeNumber(
        lazy("People a year"), [Required(lazy("Write how many, in digits."))], low=1, high=10_000
    )
    months = WholeNumber(
        lazy("Months"), [Required(lazy("Write how many months."))], low=1, high=terms.MOST_MONTHS
    )
    first_year = YearField(
        lazy("First academic year"),
        [Required(lazy("Write a year, for example 2031."))],
        low=2000,
        high=2200,
    )
    last_year = YearField(
        lazy("Last academic year"),
        [Required(lazy("Write a year, for example 2031."))],
        low=2000,
        high=2200,
    )
    levels = SomeOf(
        lazy("Levels of study"),
        choices=lambda: [SelectChoice(str(n), said) for n, said in study_levels().items()],
    )
    fields = SomeOf(
        lazy("Fields"), choices=lambda: [SelectChoice(code, field_name(code)) for code in NAMES]
    )
    other_fields = StringField(lazy("Other fields, by their codes"), [Longest(200)])
    language = OneOf(
        lazy("Language that is needed"),
        choices=lambda: [SelectChoice("", _("No language is needed")), *language_choices()],
    )
    language_level = OneOf(
        lazy("At this level or better"),
        choices=lambda: [
            SelectChoice("", _("Any level")),
            *(SelectChoice(one.value, one.value) for one in LanguageLevel if one.value in CEFR),
        ],
    )
    take_out = BooleanField(lazy("Take this out"))

    def condition(self) -> Condition:
        """What was written; only of a row that was found valid."""
        level = self.language_level.data
        return Condition(
            origin=self.origin.data,
            target=self.target.data,
            places=self.places.data or 0,
            months=self.months.data or 0,
            first_year=self.first_year.data or 0,
            last_year=self.last_year.data or 0,
            fields=(*self.fields.data, *_codes(self.other_fields.data)),
            levels=tuple(int(level) for level in self.levels.data),
            language=self.language.data or "",
            language_level=LanguageLevel(level) if level else None,
        )

    def validate_other_fields(self, field: Any) -> None:
        """Four digits that stand for nothing; what is no code at all the terms refuse."""
        for code in _codes(field.data):
            if code.isdecimal() and len(code) == 4 and code not in known_fields():
                raise ValidationError(_("There is no field %(code)s in ISCED-F.", code=code))


def _codes(text: str | None) -> list[str]:
    return (text or "").replace(",", " ").split()


def row_of(condition: Condition) -> dict[str, Any]:
    """A condition as its form is filled."""
    return {
        **{name: getattr(condition, name) for name in ("origin", "target", "places", "months")},
        "first_year": condition.first_year,
        "last_year": condition.last_year,
        "levels": [str(level) for level in condition.levels],
        "fields": [code for code in condition.fields if code in NAMES],
        "other_fields": ", ".join(code for code in condition.fields if code not in NAMES),
        "language": condition.language,
        "language_level": condition.language_level.value if condition.language_level else "",
    }


class ConditionsForm(WordForm):
    """All conditions of a revision."""

    rows = Rows(FormField(ConditionForm), max_entries=MOST_ROWS)
    note = TextAreaField(lazy("A note for the other side"), [OptionalAnswer(), Longest(2_000)])
    request_key = RequestKeyField()

    names: Mapping[str, str]

    def between(self, names: Mapping[str, str]) -> None:
        """People go from one of these universities to another: {reference: name}."""
        self.names = names
        self.rows.entries = [row for row in self.rows if not row.form.take_out.data]
        for row in self.rows:
            for end in (row.form.origin, row.form.target):
                end.choices = [SelectChoice(ref, name) for ref, name in names.items()]

    def add_row(self) -> None:
        """One more condition, of the first university to the second."""
        if len(self.rows) < MOST_ROWS:
            first, second, *_others = self.names
            self.rows.append_entry({"origin": first, "target": second})
            self.between(self.names)

    def add_both_ways(self, one: str, other: str, *, year: int) -> None:
        """The two conditions with which an exchange usually begins, to be filled in."""
        for origin, target in ((one, other), (other, one)):
            if len(self.rows) < MOST_ROWS:
                self.rows.append_entry(
                    {"origin": origin, "target": target, "first_year": year, "last_year": year + 2}
                )
        self.between(self.names)

    def conditions(self) -> tuple[Condition, ...]:
        return tuple(row.form.condition() for row in self.rows)

    def validate_rows(self, field: Any) -> None:
        """Each fault beside its field, as far as the rows could be read."""
        if any(row.form.errors for row in field):
            return
        content = terms.Terms(frozenset(self.names), self.conditions())
        for place, fault in terms.faults(content):
            if place is not None:
                beside = field[place].form[FIELD_OF[fault]]
                beside.errors = [*beside.errors, fault_sentence(fault)]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return bool(valid) and not any(row.form.errors for row in self.rows)
