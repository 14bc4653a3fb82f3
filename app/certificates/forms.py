"""Forms of certificates: checking one, taking one back, and how an issuer's look."""

from collections.abc import Iterable
from typing import Any

from flask_wtf.file import FileField
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.certificates.facts import Names
from app.certificates.models import IssuerSettings
from app.certificates.numbering import LONGEST_PATTERN, WrongPattern, check_pattern
from app.certificates.states import RevocationReason
from app.foundation.forms import Form, Longest, OneOf, Required, VersionField
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy, own_language_name

REASONS = {
    RevocationReason.ISSUED_IN_ERROR: lazy("It was issued in error"),
    RevocationReason.RESULT_CHANGED: lazy("The result was changed"),
    RevocationReason.MISCONDUCT: lazy("It was obtained by misconduct"),
    RevocationReason.ASKED_BY_HOLDER: lazy("Its holder asked for it"),
    RevocationReason.NAME_CORRECTED: lazy("The name was corrected; another one holds instead"),
}
# A corrected name has a page of its own, where the other certificate is issued.
CHOSEN_BY_HAND = [r for r in REASONS if r is not RevocationReason.NAME_CORRECTED]
NAME_LANGUAGES = (
    *("id", "fil", "ja", "km", "lo", "ms", "ms-Arab", "my", "pt", "ta", "tet", "th", "vi"),
    "zh-Hans",
)


class CheckForm(Form):
    """Number and code, as they stand on the paper."""

    serial = StringField(
        lazy("Number"), [Required(lazy("Write the number of the certificate.")), Longest(60)]
    )
    code = StringField(
        lazy("Code"), [Required(lazy("Write the code beside the number.")), Longest(20)]
    )


class RevokeForm(Form):
    reason = RadioField(
        lazy("Why it does not hold any more"),
        choices=[SelectChoice(r.value, REASONS[r]) for r in CHOSEN_BY_HAND],
        validators=[Required(lazy("Choose a reason."))],
        validate_choice=False,
    )
    note = TextAreaField(
        lazy("In your words"),
        [Required(lazy("Write to the holder what happened.")), Longest(1000)],
    )

    def validate_reason(self, field: RadioField) -> None:
        if field.data not in {r.value for r in CHOSEN_BY_HAND}:
            raise ValidationError(_("Choose one of the answers in the list."))


class ReplaceForm(Form):
    """The name as it should have been."""

    latin = StringField(
        lazy("Name in Latin letters"),
        [Required(lazy("Write the whole name in Latin letters.")), Longest(200)],
    )
    native = StringField(lazy("Name in its own script"), [Longest(200)])
    native_lang = OneOf(lazy("Language of that name"))
    note = TextAreaField(
        lazy("What was wrong"), [Required(lazy("Write what was wrong.")), Longest(1000)]
    )

    def offer(self, names: Names) -> None:
        tags = dict.fromkeys((names.native_lang or "", "", *NAME_LANGUAGES))
        self.native_lang.choices = [
            SelectChoice(tag, own_language_name(tag) if tag else _("another, or not known"))
            for tag in tags
        ]

    def show(self, names: Names) -> None:
        self.latin.data, self.native.data = names.latin, names.native
        self.native_lang.data = names.native_lang

    def names(self) -> Names:
        native = self.native.data or ""
        return Names(self.latin.data or "", native, (self.native_lang.data or "") if native else "")


def _signatory(number: int) -> dict[str, Any]:
    return {
        f"name_{number}": StringField(lazy("Name"), [Longest(120)]),
        f"native_{number}": StringField(lazy("Name in its own script"), [Longest(120)]),
        f"function_{number}": StringField(lazy("Function"), [Longest(120)]),
        f"signature_{number}": FileField(lazy("Picture of the signature")),
    }


def _logo(number: int) -> dict[str, Any]:
    return {
        f"partner_{number}": StringField(lazy("Whose logo"), [Longest(120)]),
        f"logo_{number}": FileField(lazy("Picture of the logo")),
    }


class _Settings(Form):
    """How certificates are numbered and signed; rows that are left empty are left out."""

    pattern = StringField(
        lazy("Number pattern"),
        [Required(lazy("Write a number pattern.")), Longest(LONGEST_PATTERN)],
    )
    version = VersionField()

    def validate_pattern(self, field: StringField) -> None:
        field.data = (field.data or "").replace("{YEAR}", "{year}").replace("{NUMBER", "{number")
        try:
            check_pattern(field.data)
        except WrongPattern as wrong:
            raise ValidationError(str(wrong)) from wrong

    def show(self, settings: IssuerSettings | None, pattern: str) -> None:
        """Fill in the version in use."""
        self.pattern.data = settings.pattern if settings else pattern
        self.version.data = settings.number if settings else 0
        if settings is None:
            return
        for row, one in zip(self.signatories(), settings.signatories, strict=False):
            row[0].data, row[1].data, row[2].data = (
                one["name"],
                one.get("native_name", ""),
                one["function"],
            )
        for row, one in zip(self.logos(), settings.logos, strict=False):
            row[0].data = one["name"]

    def signatories(self) -> list[list[Any]]:
        parts = ("name", "native", "function", "signature")
        return [[self[f"{part}_{n}"] for part in parts] for n in SIGNATORIES]

    def logos(self) -> list[list[Any]]:
        return [[self[f"partner_{n}"], self[f"logo_{n}"]] for n in LOGOS]


SIGNATORIES = (1, 2, 3)
LOGOS = (1, 2, 3, 4)


def _rows(made: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {name: field for row in made for name, field in row.items()}


SettingsForm: Any = type(
    "SettingsForm",
    (_Settings,),
    {
        "__doc__": "The settings with room for three who sign and four logos.",
        **_rows(map(_signatory, SIGNATORIES)),
        **_rows(map(_logo, LOGOS)),
    },
)
