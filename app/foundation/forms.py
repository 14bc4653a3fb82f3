"""The form base and the fields that refuse what no database should be asked to keep.

Every form carries Flask-WTF's token as `csrf_token`. Text is stored NFC and without control or
bidirectional-override characters; numbers stay inside the database's range; a day is three
fields, because a native date input follows the browser's language and not the page's.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    FieldList,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.i18n import messages_path
from wtforms.validators import Length, NumberRange, Optional, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.foundation import eras, languages, years
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy

LARGEST = 2_147_483_647
# Directional overrides and isolates can make a name read as another one on an office's screen.
_FORBIDDEN_FORMATS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class PlainText:
    """Refuse control characters, lone surrogates and directional overrides, saying so."""

    field_flags: dict[str, Any] = {}

    def __call__(self, _form: object, field: Field) -> None:
        if isinstance(field.data, str) and any(map(_is_unprintable, field.data)):
            raise StopValidation(
                _("Take out the invisible control characters; type the text instead of pasting.")
            )


def _is_unprintable(character: str) -> bool:
    if character in "\n\r\t":
        return False
    return character in _FORBIDDEN_FORMATS or unicodedata.category(character) in {"Cc", "Cs"}


class Required:
    """An answer is needed; `message` says what to write rather than that something is wrong."""

    field_flags = {"required": True}

    def __init__(self, message: str | None = None) -> None:
        self.message = message

    def __call__(self, _form: object, field: Field) -> None:
        data = field.data
        if data is None or data == [] or (isinstance(data, str) and not data.strip()):
            if field.errors:  # it could not be read: that reason stands
                raise StopValidation
            field.errors = []
            raise StopValidation(self.message or _("Please answer this."))


class Longest(Length):
    """At most `max` characters, with a sentence that counts."""

    def __init__(self, longest: int) -> None:
        super().__init__(max=longest)

    def __call__(self, _form: object, field: Field) -> None:
        length = len(field.data or "")
        if length > self.max:
            raise ValidationError(
                _(
                    "Please shorten this to %(longest)s characters; it has %(length)s.",
                    longest=self.max,
                    length=length,
                )
            )


def tidy(value: str | None) -> str | None:
    """Text as it is stored: NFC, one kind of line end, no spaces at either end."""
    if value is None:
        return None
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


class Token(FlaskForm.Meta.csrf_class):
    """Flask-WTF's token; when it does not fit, a sentence that says what to do."""

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError as error:
            raise ValidationError(
                _("This page was open for too long. What you wrote is still here: send it again.")
            ) from error


@lru_cache
def _said_by_wtforms(locale: str) -> NullTranslations:
    """What WTForms itself says, read once for each language rather than once a request."""
    return Translations.load(messages_path(), [locale], domain="wtforms")


class Form(FlaskForm):
    """What every form of the house is: a token, plain text everywhere, bounds on everything."""

    class Meta(FlaskForm.Meta):
        csrf_class = Token

        def get_translations(self, _form: Any) -> Any:
            return _said_by_wtforms(languages.reader().locale)

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            field = unbound_field.bind(form=form, **options)
            if isinstance(field, PasswordField):
                # Kept as typed, spaces too: a password is hashed, never shown or stored.
                field.validators = [PlainText(), Longest(500), *field.validators]
            elif isinstance(field, StringField) and not isinstance(field, VersionField):
                longest = 20_000 if isinstance(field, TextAreaField) else 500
                given = field.validators
                bounds = [] if any(isinstance(v, Length) for v in given) else [Longest(longest)]
                field.validators = [PlainText(), *bounds, *given]
                field.filters = [tidy, *field.filters]
            return field

    def first_error(self) -> str:
        """What is wrong first, for a form that is only a button and has no page of its own."""
        return next((str(said[0]) for said in self.errors.values() if said), "")


_REQUEST_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")


class Button(Form):
    """Nothing but a button, with its token."""


class VersionField(HiddenField):
    """The version a form was opened with; nonsense reads as no version at all."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class RequestKeyField(HiddenField):
    """Made when the form is shown; sent twice, the operation is done once and answered alike.

    What we did not make reads as no key.
    """

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        kwargs.setdefault("default", lambda: secrets.token_urlsafe(16))
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = valuelist[0] if valuelist else ""
        self.data = text if _REQUEST_KEY.fullmatch(text) else ""


class WholeNumber(IntegerField):
    """A number of the range that every database keeps; says what to write when it is not one."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        low, high = kwargs.pop("low", 0), kwargs.pop("high", LARGEST)
        self.low, self.high = low, high
        bounds = NumberRange(min=low, max=high)
        super().__init__(label, [*validators, _Within(bounds)], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        text = unicodedata.normalize("NFKC", valuelist[0]).strip().replace(" ", "")
        try:
            self.data = int(text[:20])
        except ValueError as error:
            raise ValueError(_("Write a whole number, in digits.")) from error


class _Within:
    field_flags: dict[str, Any] = {}

    def __init__(self, bounds: NumberRange) -> None:
        self.bounds = bounds

    def __call__(self, _form: object, field: Field) -> None:
        if field.data is None:
            return
        if not self.bounds.min <= field.data <= self.bounds.max:
            raise ValidationError(
                _(
                    "Write a number from %(low)s to %(high)s.",
                    low=self.bounds.min,
                    high=self.bounds.max,
                )
            )


class YearField(WholeNumber):
    """A year: shown as the reader counts it, typed in any era that the reader counts in."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        kwargs.setdefault("low", years.FIRST)
        kwargs.setdefault("high", years.LAST)
        super().__init__(label, validators, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return languages.year(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata(valuelist)
        if self.data is None:
            return
        typed, self.data = self.data, None
        try:
            self.data = eras.meant(typed)
        except eras.EraError:
            raise
        except ValueError:
            self.data = typed  # no year of any era: the bounds say which numbers are


class DayField(Field):
    """A calendar day in three small fields (`name-day`, `name-month`, `name-year`).

    `data` is a date or None; `parts` keeps what was typed, the year in the reader's era where
    nothing was. With `month_only` the day is the first.
    """

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        self.month_only = kwargs.pop("month_only", False)
        self.parts: dict[str, str] = {}
        self.read = False  # whether what was typed is a day
        super().__init__(label, validators, **kwargs)

    @property
    def names(self) -> list[str]:
        """Its fields, in the order in which the reader's language writes a day."""
        parts = ("month", "year") if self.month_only else ("day", "month", "year")
        return languages.in_order_of_dates(parts)

    def label_of(self, part: str) -> str:
        return {"day": _("Day"), "month": _("Month"), "year": eras.label()}[part]

    @property
    def reading(self) -> str:
        """How what was typed is read, where years of two eras are."""
        return eras.read_as(self.data, month_only=self.month_only) if self.read else ""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        default = self.default() if callable(self.default) else self.default
        self.object_data = self.data = data if isinstance(data, date) else default
        if self.data is not None:
            shown = {p: str(getattr(self.data, p)) for p in self.names}
            self.parts = shown | {"year": languages.year(self.data.year)}
        if formdata is not None and any(f"{self.name}-{p}" in formdata for p in self.names):
            self.raw_data = [formdata.get(f"{self.name}-{p}", "") for p in self.names]
            self.parts = dict(zip(self.names, (r.strip()[:20] for r in self.raw_data), strict=True))
            self._read()

    def _read(self) -> None:
        self.data = None
        if not any(self.parts.values()):
            return
        digits = {p: unicodedata.normalize("NFKC", v) for p, v in self.parts.items()}
        try:
            day = int(digits.get("day", "1"))
            self.data = date(eras.meant(int(digits["year"])), int(digits["month"]), day)
            self.read = True
        except eras.EraError as other:
            self.process_errors = [str(other)]
        except (ValueError, OverflowError):
            said = (
                _("Write the month and the year in digits, for example 9 2026.")
                if self.month_only
                else _("Write a day that exists, in digits, for example 27 3 2026.")
            )
            self.process_errors = [said]

    def pre_validate(self, form: object) -> None:
        if self.process_errors:
            raise StopValidation(self.process_errors[0])


WALL_TIME = ("day", "month", "year", "hour", "minute")


class WallTimeField(DayField):
    """A day and a clock time, as a wall clock shows them; `data` is a datetime without a zone."""

    data: Any

    @property
    def names(self) -> list[str]:
        return languages.in_order_of_dates(WALL_TIME)

    def label_of(self, part: str) -> str:
        clock = {"hour": _("Hour"), "minute": _("Minute")}
        return clock[part] if part in clock else super().label_of(part)

    def _read(self) -> None:
        self.data = None
        if not any(self.parts.values()):
            return
        try:
            typed = {p: int(unicodedata.normalize("NFKC", v)) for p, v in self.parts.items()}
            typed["year"] = eras.meant(typed["year"])
            self.data = datetime(**typed)  # type: ignore[arg-type]  # noqa: DTZ001 - zone elsewhere
            self.read = True
        except eras.EraError as other:
            self.process_errors = [str(other)]
        except (ValueError, OverflowError):
            self.process_errors = [
                _("Write a day and a time that exist, in digits, for example 27 3 2026, 23 59.")
            ]


class OneOf(SelectField):
    """One answer of a list; what is not in the list is refused with a sentence."""

    data: Any

    def pre_validate(self, form: object) -> None:
        if all(choice.value != self.data for choice in self.iter_choices()):
            raise StopValidation(_("Choose one of the answers in the list."))


class SomeOf(SelectMultipleField):
    """Any number of answers of a list, as check boxes; each is kept once, in the list's order."""

    data: Any
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: object) -> None:
        known = [choice.value for choice in self.iter_choices()]
        if any(value not in known for value in self.data or []):
            raise StopValidation(_("Choose among the answers in the list."))
        self.data = [value for value in known if value in (self.data or [])]


class Rows(FieldList):
    """Rows by their number; a name whose number nobody wrote is passed over."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            number = str(name).removeprefix(f"{prefix}-").split("-", 1)[0]
            if str(name).startswith(f"{prefix}-") and number.isascii() and number.isdigit():
                yield int(number[:6])


OptionalAnswer = Optional
SAVE = lazy("Save")
