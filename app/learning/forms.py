"""The shape of what the three sides write, sign and refuse."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, FormField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.exchanges.forms.reference import amount_of
from app.exchanges.wording import credit_systems
from app.foundation.errors import RuleBroken
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    OptionalAnswer,
    Required,
    Rows,
    SomeOf,
    VersionField,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.learning.states import Why
from app.learning.tables import Row, Table, Tables, next_key
from app.learning.wording import reasons
from app.mobility.states import Side
from app.opportunities.forms import language_choices

MOST_OF_A_TABLE = 15
FIRST_ROWS = 2


class MessageForm(Form):
    file = FileField(lazy("The host’s answer as a file (Erasmus Without Paper, .xml)"))

    def validate_file(self, field: Any) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose a file."))


class TakeForm(Form):
    """A file that was looked into, carried by the page until it is taken; read again then."""

    content = HiddenField(validators=[Longest(100_000)])
    name = HiddenField(validators=[Longest(300)])


class _ForASide(Form):
    side = HiddenField()

    @property
    def for_side(self) -> Side:
        """Raises RuleBroken where it names none."""
        if self.side.data not in list(Side):
            raise RuleBroken(_("You do not speak for this side of the agreement."))
        return Side(self.side.data)


class SignForm(_ForASide):
    """For which side, and what was on the page. `back` leads to the inbox again."""

    fingerprint = HiddenField()
    function = StringField(lazy("Your function"), [Longest(200)])
    comment = TextAreaField(lazy("What has to be different"), [Longest(2_000)])
    back = HiddenField()

    def named_apart(self, mark: str) -> "SignForm":
        """Several of them stand on one page: no id twice."""
        for field in self:
            field.id = f"{field.name}-{mark}"
        return self


class RowForm(Form):
    """One course. A row in which nothing is written is passed over."""

    class Meta(Form.Meta):
        csrf = False

    key = HiddenField()
    title = StringField(lazy("Name of the course"), [Longest(300)])
    code = StringField(lazy("Code"), [Longest(40)])
    credits = StringField(lazy("Credits"), [OptionalAnswer(), Longest(20)])
    system = OneOf(
        lazy("Credits of which system"),
        choices=lambda: [
            SelectChoice("", _("Choose a system")),
            *(SelectChoice(code, said) for code, said in credit_systems().items()),
        ],
        default="",
    )
    term = StringField(lazy("Term"), [Longest(120)])
    language = OneOf(
        lazy("Taught in"),
        choices=lambda: [SelectChoice("", _("Not said")), *language_choices()],
        default="",
    )
    counts_as = SomeOf(lazy("Counts at home as"), choices=list)
    unrecognised = BooleanField(lazy("Not recognised at home"))
    take_out = BooleanField(lazy("Take this out"))

    def validate_credits(self, field: Any) -> None:
        if amount_of(field.data) is None:
            raise ValidationError(_("Write a number, for example 12."))

    @property
    def is_blank(self) -> bool:
        return not any(self[name].data for name in ("title", "code", "credits"))

    def row(self) -> Row:
        """What was written; only of a row that was found valid."""
        return Row(
            self.key.data or "",
            self.title.data or "",
            self.code.data or "",
            amount_of(self.credits.data) or Fraction(0),
            self.system.data or "",
            self.term.data or "",
            self.language.data or "",
            tuple(self.counts_as.data or ()),
            bool(self.unrecognised.data),
        )


def _typed(value: Fraction) -> str:
    """As credits are typed: two decimals at most say every amount that can be entered."""
    return f"{float(value):.3f}".rstrip("0").rstrip(".") if value else ""


def values_of(row: Row) -> dict[str, Any]:
    """A row as its form is filled."""
    return {
        **{name: getattr(row, name) for name in ("key", "title", "code", "system", "term")},
        "credits": _typed(row.credits),
        "language": row.language,
        "counts_as": list(row.counts_as),
        "unrecognised": row.unrecognised,
    }


class TablesForm(_ForASide):
    """All three tables, on the version that was shown."""

    seen = VersionField()
    first_on = DayField(lazy("First day at the host"), [Required(lazy("Write the first day."))])
    last_on = DayField(lazy("Last day at the host"), [Required(lazy("Write the last day."))])
    studied = Rows(FormField(RowForm), max_entries=MOST_OF_A_TABLE)
    recognised = Rows(FormField(RowForm), max_entries=MOST_OF_A_TABLE)
    virtual = Rows(FormField(RowForm), max_entries=MOST_OF_A_TABLE)
    why = OneOf(
        lazy("Why it changes"),
        choices=lambda: [
            SelectChoice("", _("Choose a reason")),
            *(SelectChoice(why.value, said) for why, said in reasons().items()),
        ],
        default="",
    )
    note = TextAreaField(lazy("A few words about it"), [Longest(2_000)])

    @property
    def lists(self) -> dict[Table, Any]:
        return {
            Table.STUDIED: self.studied,
            Table.RECOGNISED: self.recognised,
            Table.VIRTUAL: self.virtual,
        }

    @classmethod
    def filled(cls, content: Tables, more: Iterable[Row] = ()) -> "TablesForm":
        """With what is written, some rows more, and where a table is empty two to begin with."""
        data: dict[str, Any] = {"first_on": content.first_on, "last_on": content.last_on}
        rows = [*content.rows, *more]
        for table, name in (
            (Table.STUDIED, "studied"),
            (Table.RECOGNISED, "recognised"),
            (Table.VIRTUAL, "virtual"),
        ):
            data[name] = [values_of(row) for row in rows if row.table is table]
        form = cls(formdata=None, data=data)
        for table in (Table.STUDIED, Table.RECOGNISED):
            if not len(form.lists[table]):
                for _row in range(FIRST_ROWS):
                    form.add(table)
        form.tie()
        return form

    def add(self, table: Table) -> None:
        """One more row of a table."""
        rows = self.lists[table]
        if len(rows) < MOST_OF_A_TABLE:
            rows.append_entry({"key": next_key(table, self._keys(table))})

    def tie(self) -> None:
        """Give rows that have no key one, drop those taken out, and offer the rows of table B."""
        for table, rows in self.lists.items():
            rows.entries = [row for row in rows if not row.form.take_out.data]
            seen: set[str] = set()
            for row in rows:
                if not self._is_key(table, row.form.key.data) or row.form.key.data in seen:
                    row.form.key.data = next_key(table, [*self._keys(table), *seen])
                seen.add(row.form.key.data)
        choices = [
            SelectChoice(row.form.key.data, _named(row.form.key.data, row.form.title.data))
            for row in self.recognised
        ]
        known = {choice.value for choice in choices}
        for row in (*self.studied, *self.virtual):
            row.form.counts_as.choices = choices
            row.form.counts_as.data = [k for k in row.form.counts_as.data or () if k in known]

    def _keys(self, table: Table) -> list[str]:
        keys = (row.form.key.data for row in self.lists[table])
        return [key for key in keys if self._is_key(table, key)]

    @staticmethod
    def _is_key(table: Table, key: str | None) -> bool:
        try:
            return Row(key or "", "").table is table
        except ValueError:
            return False

    @property
    def reason(self) -> Why | None:
        return Why(self.why.data) if self.why.data else None

    def content(self, of: str) -> Tables:
        """What was written, of this nomination; only of a form that was found valid."""
        rows = [
            row.form.row() for rows in self.lists.values() for row in rows if not row.form.is_blank
        ]
        keys = {row.key for row in rows}
        kept = tuple(
            replace(row, counts_as=tuple(key for key in row.counts_as if key in keys))
            for row in rows
        )
        return Tables(of, self.first_on.data, self.last_on.data, kept)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        for rows in self.lists.values():
            for row in rows:
                if not row.form.is_blank and not row.form.title.data:
                    row.form.title.errors = [_("Write the name of the course.")]
                    valid = False
        return valid


def _named(key: str, title: str | None) -> str:
    return f"{key} {title}" if title else _("%(key)s (still empty)", key=key)
