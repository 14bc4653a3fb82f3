"""The questions by which anybody checks whether a call is open to them: at most six."""

from typing import Any

from wtforms import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.foundation import clock
from app.foundation.forms import DayField, Form, OneOf, OptionalAnswer, WholeNumber
from app.foundation.languages import countries, language_name, lazy
from app.foundation.languages import gettext as _
from app.opportunities.eligibility import YES_OR_NO, Facts, degrees
from app.opportunities.form_definitions import LEVELS, level_in_words


def _country_choices() -> list[SelectChoice]:
    return [SelectChoice("", _("Choose…")), *(SelectChoice(c, name) for c, name in countries())]


def _yes_or_no() -> list[SelectChoice]:
    said = {"": _("I do not know yet"), "yes": _("Yes"), "no": _("No")}
    return [SelectChoice(key, words) for key, words in said.items()]


class CheckForm(Form):
    """Sent without an account and kept nowhere; what is not asked is not there."""

    class Meta(Form.Meta):
        csrf = False

    nationality = OneOf(lazy("Your nationality"), choices=_country_choices, default="")
    second = OneOf(
        lazy("A second nationality, if you have one"), choices=_country_choices, default=""
    )
    residence = OneOf(lazy("The country where you live"), choices=_country_choices, default="")
    home = OneOf(lazy("The country of your home institution"), choices=_country_choices, default="")
    born_on = DayField(lazy("Your date of birth"))
    degree = OneOf(
        lazy("Your highest degree"),
        choices=lambda: [
            SelectChoice("", _("Choose…")),
            *(SelectChoice(key, said) for key, said in degrees().items()),
        ],
        default="",
    )
    degree_on = DayField(lazy("When it was, or will be, awarded"))
    years = WholeNumber(lazy("Your full years of service"), [OptionalAnswer()], high=70)
    level = OneOf(
        lazy("Your level"),
        choices=lambda: [
            SelectChoice("", _("Choose…")),
            *(SelectChoice(level, level_in_words(level)) for level in LEVELS),
        ],
        default="",
    )
    stayed_before = OneOf(
        lazy("Have you had a stay of this kind in the host country before?"),
        choices=_yes_or_no,
        default="",
    )
    awarded_before = OneOf(
        lazy("Have you had an award of this programme before?"), choices=_yes_or_no, default=""
    )
    has_permission = OneOf(lazy("Does your employer permit it?"), choices=_yes_or_no, default="")
    awarded_this_cycle = OneOf(
        lazy("Have you accepted another award of this programme in this cycle?"),
        choices=_yes_or_no,
        default="",
    )

    def __init__(self, *args: Any, rules: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        language = (rules.get("language") or {}).get("language")
        if language:
            self.level.label.text = _(
                "Your level in %(language)s", language=language_name(language)
            )

    def validate_born_on(self, field: Any) -> None:
        if field.data is not None and field.data > clock.now().date():
            raise StopValidation(_("Write the day you were born, for example 27 3 1998."))

    @property
    def questions(self) -> list[tuple[str, list[Field]]]:
        """What the rules of this call need to know, as six questions at most."""
        rules = self.rules
        ticks = [self[fact] for code, (fact, _wanted) in YES_OR_NO.items() if rules.get(code)]
        groups = [
            (_("Nationality"), "nationality", [self.nationality, self.second]),
            (_("Where you live"), "residence", [self.residence]),
            (_("Home institution"), "home_institution", [self.home]),
            (_("Age"), "age", [self.born_on]),
            (_("Degree"), "degree", [self.degree, self.degree_on]),
        ]
        asked = [(title, fields) for title, rule, fields in groups if self._asks(rule)]
        more = [
            *([self.years] if rules.get("service") else []),
            *([self.level] if rules.get("language") else []),
            *ticks,
        ]
        return asked + ([(_("Service, language and earlier stays"), more)] if more else [])

    def _asks(self, rule: str) -> bool:
        also = {"age": "born_on_or_after"}.get(rule, rule)
        return bool(self.rules.get(rule) or self.rules.get(also))

    @property
    def facts(self) -> Facts:
        language = (self.rules.get("language") or {}).get("language")
        answers = {name: self[name].data for name, _wanted in YES_OR_NO.values()}
        said: dict[str, bool | None] = {
            name: {"yes": True, "no": False}.get(answer) for name, answer in answers.items()
        }
        return Facts(
            nationalities=frozenset(c for c in (self.nationality.data, self.second.data) if c),
            residence=self.residence.data or None,
            born_on=self.born_on.data,
            home_country=self.home.data or None,
            degree=self.degree.data or None,
            degree_on=self.degree_on.data,
            service_years=self.years.data,
            levels={language: self.level.data} if language and self.level.data else {},
            stayed_before=said["stayed_before"],
            awarded_before=said["awarded_before"],
            has_permission=said["has_permission"],
            awarded_this_cycle=said["awarded_this_cycle"],
            by_profile=False,
        )


class KeptCheckForm(CheckForm):
    """The same of somebody who is signed in, kept with the application."""

    class Meta(Form.Meta):
        csrf = True
