"""The shape of what centres write about facilities, and of what people answer to grants."""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, ValidationError

from app.facilities.operations import MOST_UNITS, FacilityTerms, FacilityWords
from app.facilities.states import FacilityType, Per, Unit
from app.facilities.wording import periods, types, units
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    RequestKeyField,
    Required,
    SomeOf,
    VersionField,
    WholeNumber,
)
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.forms import TextForm, country_choices
from app.opportunities.wording import audiences


class TermsForm(Form):
    """What there is, how use is counted, and when."""

    type = OneOf(
        lazy("Kind"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in types().items()],
    )
    unit = OneOf(
        lazy("Counted in"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in units().items()],
    )
    per = OneOf(
        lazy("This much is there"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in periods().items()],
    )
    available = WholeNumber(
        lazy("How much"), [Required(lazy("Write how much there is."))], low=1, high=MOST_UNITS
    )
    most = WholeNumber(
        lazy("Of it at most for one person"),
        [Required(lazy("Write how much one person gets at most."))],
        low=1,
        high=MOST_UNITS,
    )
    first_on = DayField(lazy("First day of use"))
    last_on = DayField(lazy("Last day of use"))
    closes_on = DayField(lazy("Last day to apply"))
    days_to_answer = WholeNumber(
        lazy("Days to answer an offer"),
        [Required(lazy("Write how many days."))],
        low=1,
        high=60,
        default=7,
    )
    location = StringField(lazy("Where it is"), [Longest(500)])
    contact = StringField(lazy("Questions to"), [Longest(320)])
    tracks = SomeOf(
        lazy("For whom"),
        choices=lambda: [SelectChoice(one, said) for one, said in audiences().items()],
    )
    costs_nothing = BooleanField(lazy("Use costs nothing"), default=True)
    licence = StringField(lazy("Licence"), [Longest(200)])
    personal_data = BooleanField(lazy("It holds data about persons"))
    use_in = SomeOf(lazy("It may be used only in"))
    version = VersionField()

    def among(self, countries: Iterable[str]) -> None:
        """The countries of the cooperation, and those that were named before."""
        self.use_in.choices = country_choices(sorted(set(countries)))

    def validate_most(self, field: Any) -> None:
        if field.data and self.available.data and field.data > self.available.data:
            raise ValidationError(_("One person gets at least 1, and no more than there is."))

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("The last day of use comes after the first."))

    def terms(self) -> FacilityTerms:
        return FacilityTerms(
            type=FacilityType(self.type.data),
            unit=Unit(self.unit.data),
            per=Per(self.per.data),
            available=int(self.available.data or 0),
            most=int(self.most.data or 0),
            location=self.location.data or "",
            contact=self.contact.data or "",
            first_on=self.first_on.data,
            last_on=self.last_on.data,
            closes_on=self.closes_on.data,
            days_to_answer=int(self.days_to_answer.data or 0),
            tracks=tuple(self.tracks.data or ()),
            costs_nothing=bool(self.costs_nothing.data),
            licence=self.licence.data or "",
            personal_data=bool(self.personal_data.data),
            use_in=tuple(self.use_in.data or ()),
        )


class WordsForm(TextForm):
    who_may_apply = TextAreaField(lazy("Who may apply"), [Longest(5_000)])
    conditions = TextAreaField(lazy("Conditions of use"), [Longest(10_000)])

    def words(self) -> FacilityWords:
        return self.read(FacilityWords)


class NewFacilityForm(TermsForm, WordsForm):
    """All of it at once, to begin with: the text is in English, and translated later."""

    request_key = RequestKeyField()


class OfferForm(Form):
    """So much, from a day to a day."""

    amount = WholeNumber(
        lazy("How much"), [Required(lazy("Write how much."))], low=1, high=MOST_UNITS
    )
    first_on = DayField(lazy("First day of use"), [Required(lazy("Write the first day."))])
    last_on = DayField(lazy("Last day of use"), [Required(lazy("Write the last day."))])
    note = TextAreaField(lazy("What the person should know"), [Longest(2_000)])


class AcceptForm(Form):
    """`locale` and `seen` say which conditions the page showed."""

    agreed = BooleanField(
        lazy("I have read the conditions of use and keep to them"),
        [DataRequired(lazy("Tick the box to accept the use."))],
    )
    locale = HiddenField()
    seen = HiddenField()


class ReportForm(Form):
    done = TextAreaField(
        lazy("What was done"), [Required(lazy("Say what was done.")), Longest(10_000)]
    )
    outcome = TextAreaField(
        lazy("What came of it"), [Required(lazy("Say what came of it.")), Longest(10_000)]
    )
    links = TextAreaField(lazy("Where it can be seen"), [Longest(5_000)])
    version = VersionField()

    def addresses(self) -> list[str]:
        """One on each line."""
        return [line.strip() for line in (self.links.data or "").splitlines() if line.strip()]
