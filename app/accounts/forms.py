"""The profile's form, and the forms of the secretariat's pages about people.

Rows and picking work without a script: what a button other than "save" asks for is in `do`.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from babel.core import get_global
from wtforms import Field, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.accounts.states import LanguageLevel
from app.foundation import clock, languages
from app.foundation.actors import Role
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    Required,
    VersionField,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy

MOST_NATIONALITIES = 5
MOST_LANGUAGES = 20
TRACKS = ("researcher", "engineer", "policymaker")
# The region's languages stand first; then every other that has a two-letter code.
OF_THE_REGION = [
    "en",
    "ja",
    "km",
    "lo",
    "my",
    "th",
    "vi",
    "id",
    "ms",
    "fil",
    "zh",
    "ta",
    "tet",
    "pt",
    "jv",
    "su",
    "hmn",
    "shn",
    "ceb",
    "ilo",
]


@lru_cache(maxsize=32)
def language_choices(locale: str) -> tuple[tuple[str, str], ...]:
    """Code and name of each language that a profile can name, the region's first."""
    with languages.speaking(locale):
        names = languages.every_language()
        first = [(tag, names.get(tag, tag)) for tag in OF_THE_REGION]
        others = [(t, n) for t, n in names.items() if len(t) == 2 and t not in OF_THE_REGION]
        return (*first, *sorted(others, key=lambda pair: languages.in_order(pair[1])))


@lru_cache(maxsize=32)
def zone_choices(locale: str) -> tuple[SelectChoice, ...]:
    """Every time zone that people live in, by part of the world and city."""
    with languages.speaking(locale):
        zones = [z for z in get_global("zone_territories") if languages.is_zone(z) and "/" in z]
        named = sorted(
            ((part_of_the_world(z), languages.city(z), z) for z in zones),
            key=lambda zone: (languages.in_order(zone[0]), languages.in_order(zone[1])),
        )
        blank = SelectChoice("", _("As my browser says"))
        return (blank, *(SelectChoice(z, city, optgroup=part) for part, city, z in named))


def part_of_the_world(zone: str) -> str:
    part = zone.split("/", maxsplit=1)[0]
    return {
        "Africa": _("Africa"),
        "America": _("America"),
        "Antarctica": _("Antarctica"),
        "Arctic": _("Arctic"),
        "Asia": _("Asia"),
        "Atlantic": _("Atlantic"),
        "Australia": _("Australia"),
        "Europe": _("Europe"),
        "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific"),
    }.get(part, part)


class OneOf(SelectField):
    """One of a list; anything else is refused in our words."""

    def pre_validate(self, form: object) -> None:
        if self.data not in {choice.value for choice in self.choices}:
            raise StopValidation(_("Choose one of the list."))


class OneOfButtons(OneOf, RadioField):
    """The same as buttons, all in sight."""


class CountriesField(Field):
    """Several countries, one select each; `data` is the list of their codes."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        given = [value for value in valuelist if value]
        self.data = list(dict.fromkeys(given))[: MOST_NATIONALITIES + 1]

    def pre_validate(self, form: object) -> None:
        known = dict(languages.countries())
        if any(code not in known for code in self.data or ()):
            self.data = [code for code in self.data if code in known]
            raise StopValidation(_("Choose a country of the list."))
        if len(self.data or ()) > MOST_NATIONALITIES:
            raise StopValidation(
                _("Name at most %(most)s countries.", most=MOST_NATIONALITIES),
            )


class LanguagesField(Field):
    """Languages with their levels, a row each; `data` is a list of (language, level)."""

    data: list[tuple[str, str]]

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data = list(data) if isinstance(data, list) else []
        self.object_data = self.data
        if formdata is not None and f"{self.name}-language" in formdata:
            tags = formdata.getlist(f"{self.name}-language")[: MOST_LANGUAGES + 1]
            levels = formdata.getlist(f"{self.name}-level")
            levels += [""] * (len(tags) - len(levels))
            self.raw_data = tags
            self.data = list(zip(tags, levels, strict=False))

    @property
    def named(self) -> list[tuple[str, str]]:
        """The rows that say something."""
        return [(tag, level) for tag, level in self.data if tag]

    def pre_validate(self, form: object) -> None:
        known = {tag for tag, _name in language_choices(languages.reader().locale)}
        tags = [tag for tag, _level in self.named]
        if any(tag not in known for tag in tags):
            self.data = [row for row in self.data if not row[0] or row[0] in known]
            raise StopValidation(_("Choose a language of the list."))
        if len(set(tags)) < len(tags):
            raise StopValidation(_("Name each language once."))
        if any(level not in set(LanguageLevel) for _tag, level in self.named):
            raise StopValidation(_("Say for each language how well you know it."))
        if len(tags) > MOST_LANGUAGES:
            raise StopValidation(_("Name at most %(most)s languages.", most=MOST_LANGUAGES))


class ProfileForm(Form):
    version = VersionField()
    passport_name = StringField(
        lazy("Full name as in your passport"),
        [Required(lazy("Write your full name as in your passport.")), Longest(200)],
        render_kw={"autocomplete": "name"},
    )
    native_name = StringField(lazy("Name in your own script"), [Longest(200)])
    native_name_lang = OneOf(lazy("Language of that name"))
    reading = StringField(lazy("Reading of that name"), [Longest(200)])
    called_name = StringField(lazy("What shall we call you?"), [Longest(100)])
    certificate_name = StringField(lazy("Name on certificates"), [Longest(200)])
    sort_name = StringField(lazy("Name to sort by"), [Longest(200)])
    born_on = DayField(lazy("Day of birth"))
    nationalities = CountriesField(lazy("Nationality"))
    residence_code = OneOf(lazy("Country you live in"))
    institution_search = StringField(lazy("Find your institution"), [Longest(200)])
    institution_asked = HiddenField()
    home_institution_id = HiddenField()
    home_institution_text = StringField(
        lazy("Another institution, as it writes itself"), [Longest(300)]
    )
    track = OneOfButtons(lazy("You work as"))
    languages = LanguagesField(lazy("Languages"))
    locale = OneOf(lazy("Language of these pages and of letters to you"))
    zone = OneOf(lazy("Your time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = languages.reader().locale
        tags = language_choices(here)
        self.native_name_lang.choices = _choices([("", _("Not said")), *tags])
        self.residence_code.choices = _choices([("", _("Not said")), *languages.countries()])
        self.track.choices = _choices(
            [
                ("", _("Not said")),
                ("researcher", _("Researcher")),
                ("engineer", _("Engineer")),
                ("policymaker", _("Policymaker")),
            ]
        )
        self.locale.choices = _choices(list(languages.LANGUAGES.items()))
        self.zone.choices = list(zone_choices(here))

    @property
    def institution_id(self) -> int | None:
        """The chosen body's id; nonsense reads as none."""
        text = self.home_institution_id.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

    def validate_born_on(self, field: DayField) -> None:
        if field.data is not None and field.data > clock.now().date():
            raise StopValidation(_("Write the day you were born, for example 27 3 1998."))


def _choices(pairs: Sequence[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class RoleForm(Form):
    """A role for a person: on everything, or on one object."""

    role = OneOf(lazy("Role"))
    on = OneOf(lazy("On what"))
    country = OneOf(lazy("Only for people of one country"))
    until = DayField(lazy("Last day"))

    def __init__(self, *args: Any, objects: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = _choices([("", _("Choose a role")), *((r, r) for r in Role)])
        everything = ("everything", _("Everything"))
        self.on.choices = _choices([("", _("Choose on what")), *objects, everything])
        self.country.choices = _choices([("", _("All countries")), *languages.countries()])

    def validate_role(self, field: Field) -> None:
        if not field.data:
            raise StopValidation(_("Choose a role."))

    def validate_on(self, field: Field) -> None:
        if not field.data:
            raise StopValidation(_("Choose on what."))

    def validate_until(self, field: DayField) -> None:
        if field.data is not None and field.data < clock.now().date():
            raise StopValidation(_("The last day of a role lies ahead."))
