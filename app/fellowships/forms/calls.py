"""The shape of what a call is made of: texts, window, audience, terms."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.fellowships.operations import Audience, Terms, Text, Window
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
    WallTimeField,
    WholeNumber,
)
from app.foundation.languages import (
    LANGUAGES,
    lazy,
)
from app.foundation.languages import gettext as _
from app.opportunities.deadlines import instant_of
from app.opportunities.eligibility import YES_OR_NO, degrees
from app.opportunities.form_definitions import LEVELS, level_in_words
from app.opportunities.forms import (
    competency_choices,
    currency_choices,
    language_choices,
    period_choices,
    require_clear,
    track_choices,
    wall,
)
from app.opportunities.money import read_amount, written


class PrepareForm(Form):
    programme = OneOf(lazy("Programme"))
    title = StringField(
        lazy("Title"), [Required(lazy("Write the title of the call.")), Longest(300)]
    )
    original_locale = OneOf(
        lazy("Language of the original text"),
        choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()],
        default="en",
    )
    like = OneOf(lazy("Begin with"))
    request_key = RequestKeyField()


class TextForm(Form):
    title = StringField(
        lazy("Title"), [Required(lazy("Write the title of the call.")), Longest(300)]
    )
    summary = TextAreaField(lazy("In one or two sentences"), [Longest(600)])
    description = TextAreaField(lazy("Description"), [Longest(10_000)])
    who_may_apply = TextAreaField(lazy("Who may apply"), [Longest(5_000)])
    benefits = TextAreaField(lazy("What fellows receive"), [Longest(5_000)])
    version = VersionField()

    def text(self) -> Text:
        names = ("title", "summary", "description", "who_may_apply", "benefits")
        return Text(**{name: self[name].data or "" for name in names})


class WindowForm(Form):
    opens = WallTimeField(lazy("Opens"))
    closes = WallTimeField(lazy("Deadline"), [Required(lazy("Write the deadline."))])
    zone = OneOf(lazy("The clock that counts"))
    grace_minutes = WholeNumber(lazy("Minutes of grace"), [Required()], high=1440)
    version = VersionField()

    def validate_opens(self, field: Any) -> None:
        require_clear(field.data, self.zone.data)
        if field.data and self.closes.data and field.data >= self.closes.data:
            raise ValidationError(_("The call must open before its deadline."))

    def validate_closes(self, field: Any) -> None:
        require_clear(field.data, self.zone.data)

    def window(self) -> Window:
        return Window(
            closes_wall=wall(self.closes.data) or "",
            zone=self.zone.data,
            opens_wall=wall(self.opens.data),
            grace_minutes=int(self.grace_minutes.data or 0),
        )


class AudienceForm(Form):
    countries = SomeOf(
        lazy("Nationals of these countries may apply"),
        [Required(lazy("Choose at least one country."))],
    )
    tracks = SomeOf(
        lazy("It is for"), [Required(lazy("Choose at least one group."))], choices=track_choices
    )
    languages = SomeOf(
        lazy("Languages in which fellows work"),
        [Required(lazy("Choose at least one language."))],
        choices=language_choices,
    )
    residence = SomeOf(lazy("Only people who live in"))
    age_max = WholeNumber(lazy("Age limit in years"), [OptionalAnswer()], low=15, high=99)
    age_inclusive = OneOf(
        lazy("Whether this age itself still may apply"),
        choices=lambda: [
            SelectChoice("yes", _("of this age or younger")),
            SelectChoice("no", _("younger than this")),
        ],
        default="yes",
    )
    age_on = OneOf(
        lazy("The age counts on"),
        choices=lambda: [
            SelectChoice("deadline", _("the day of the deadline")),
            SelectChoice("start", _("the first day of the stay")),
            SelectChoice("day", _("a day that you name")),
        ],
        default="deadline",
    )
    age_day = DayField(lazy("The day on which the age counts"))
    born_on_or_after = DayField(lazy("Born on this day or later"))
    home_in = SomeOf(lazy("Only people whose home institution is in"))
    home_not_at_host = BooleanField(
        lazy("The home institution is not in a country of the host institutions")
    )
    degree_least = OneOf(
        lazy("At least this degree"),
        choices=lambda: [
            SelectChoice("", _("No degree is needed")),
            *(SelectChoice(key, said) for key, said in degrees().items() if key != "none"),
        ],
        default="",
    )
    degree_by = OneOf(
        lazy("Awarded at the latest on"),
        choices=lambda: [
            SelectChoice("deadline", _("the day of the deadline")),
            SelectChoice("start", _("the first day of the stay")),
        ],
        default="deadline",
    )
    degree_since = DayField(lazy("Awarded on this day or later"))
    service_years = WholeNumber(lazy("Years of service, at least"), [OptionalAnswer()], high=50)
    language = OneOf(
        lazy("Language that is needed"),
        choices=lambda: [SelectChoice("", _("No language is needed")), *language_choices()],
        default="",
    )
    language_level = OneOf(
        lazy("At this level or better"),
        choices=lambda: [SelectChoice(level, level_in_words(level)) for level in LEVELS],
        default="B2",
    )
    first_stay = BooleanField(lazy("It must be the first stay of this kind in the host country"))
    no_earlier_award = BooleanField(lazy("Nobody who has had an award of this programme"))
    employer_permission = BooleanField(lazy("The employer must permit it"))
    one_award_per_cycle = BooleanField(lazy("One award of this programme a person in each cycle"))
    version = VersionField()

    def validate_age_day(self, field: Any) -> None:
        if self.age_max.data and self.age_on.data == "day" and field.data is None:
            raise ValidationError(_("Write the day on which the age counts."))

    def audience(self) -> Audience:
        return Audience(
            countries=tuple(self.countries.data),
            tracks=tuple(self.tracks.data),
            languages=tuple(self.languages.data),
            eligibility=self._eligibility(),
        )

    def _eligibility(self) -> dict[str, Any]:
        rules: dict[str, Any] = {}
        if self.residence.data:
            rules["residence"] = sorted(self.residence.data)
        if self.age_max.data:
            on = self.age_on.data
            rules["age"] = {
                "max": self.age_max.data,
                "inclusive": self.age_inclusive.data == "yes",
                "on": self.age_day.data.isoformat() if on == "day" else on,
            }
        if self.born_on_or_after.data:
            rules["born_on_or_after"] = self.born_on_or_after.data.isoformat()
        return rules | self._further()

    def _further(self) -> dict[str, Any]:
        """What is asked of institution, degree, service, language and earlier stays."""
        rules: dict[str, Any] = {}
        home: dict[str, Any] = {"in": sorted(self.home_in.data)} if self.home_in.data else {}
        if self.home_not_at_host.data:
            home["not_in_host_country"] = True
        if home:
            rules["home_institution"] = home
        if self.degree_least.data:
            degree = {"least": self.degree_least.data, "by": self.degree_by.data}
            if self.degree_since.data:
                degree["since"] = self.degree_since.data.isoformat()
            rules["degree"] = degree
        if self.service_years.data:
            rules["service"] = {"years": self.service_years.data}
        if self.language.data:
            rules["language"] = {
                "language": self.language.data,
                "least": self.language_level.data,
            }
        return rules | {code: True for code in YES_OR_NO if self[code].data}


def audience_values(eligibility: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of the rules that are kept."""
    age = eligibility.get("age") or {}
    told = str(age.get("on") or "deadline")
    named = told not in {"deadline", "start"}
    born = eligibility.get("born_on_or_after")
    home, degree = eligibility.get("home_institution") or {}, eligibility.get("degree") or {}
    language, since = eligibility.get("language") or {}, degree.get("since")
    return {code: bool(eligibility.get(code)) for code in YES_OR_NO} | {
        "home_in": home.get("in") or [],
        "home_not_at_host": bool(home.get("not_in_host_country")),
        "degree_least": degree.get("least") or "",
        "degree_by": degree.get("by") or "deadline",
        "degree_since": date.fromisoformat(since) if since else None,
        "service_years": (eligibility.get("service") or {}).get("years"),
        "language": language.get("language") or "",
        "language_level": language.get("least") or "B2",
        "residence": eligibility.get("residence") or [],
        "age_max": age.get("max"),
        "age_inclusive": "yes" if age.get("inclusive", True) else "no",
        "age_on": "day" if named else told,
        "age_day": date.fromisoformat(told) if named else None,
        "born_on_or_after": date.fromisoformat(born) if born else None,
    }


class TermsForm(Form):
    stipend_amount = StringField(lazy("Amount"), [Longest(30)])
    stipend_currency = OneOf(lazy("Currency"), choices=currency_choices, default="")
    stipend_period = OneOf(lazy("Paid"), choices=period_choices, default="month")
    costs_nothing = BooleanField(lazy("Fellows pay nothing: fees, travel and housing are covered"))
    online = BooleanField(lazy("Fellows may take part online"))
    duration_months = WholeNumber(lazy("Months"), [OptionalAnswer()], low=1, high=120)
    starts_on = DayField(lazy("First day of the stay"))
    ends_on = DayField(lazy("Last day of the stay"))
    competencies = SomeOf(lazy("Competencies"), choices=competency_choices)
    max_preferences = WholeNumber(
        lazy("Host institutions that each applicant may rank"), [Required()], low=1, high=20
    )
    reviews_wanted = WholeNumber(lazy("Reviews of each application"), [Required()], low=1, high=10)
    reviews_due = WallTimeField(lazy("Reviews are due"))
    results = WallTimeField(lazy("Results are announced"))
    days_to_answer = WholeNumber(lazy("Days to answer an offer"), [Required()], low=1, high=90)
    appeal_days = WholeNumber(
        lazy("Days in which one may appeal a decision"), [OptionalAnswer()], high=60
    )
    contact = StringField(lazy("Whom applicants may ask"), [Longest(320)])
    office_note = TextAreaField(lazy("Note for the office"), [Longest(5_000)])
    version = VersionField()

    zone = "UTC"  # set by the page: the zone in which the call's times are written

    def validate_stipend_amount(self, field: Any) -> None:
        if not field.data:
            return
        if not self.stipend_currency.data:
            raise ValidationError(_("Choose the currency, too."))
        try:
            read_amount(field.data, self.stipend_currency.data)
        except RuleBroken as refusal:
            raise ValidationError(str(refusal)) from refusal

    def validate_stipend_currency(self, field: Any) -> None:
        if self.stipend_amount.data and not field.data:
            raise ValidationError(_("Choose the currency, too."))

    def validate_ends_on(self, field: Any) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The stay must end after it starts."))

    def validate_reviews_due(self, field: Any) -> None:
        require_clear(field.data, self.zone)

    def validate_results(self, field: Any) -> None:
        require_clear(field.data, self.zone)

    def terms(self) -> Terms:
        paid = self.stipend_amount.data
        return Terms(
            online=self.online.data,
            costs_nothing=self.costs_nothing.data,
            duration_months=self.duration_months.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            stipend_amount=read_amount(paid, self.stipend_currency.data) if paid else None,
            stipend_currency=self.stipend_currency.data if paid else None,
            stipend_period=self.stipend_period.data if paid else None,
            competencies=list(self.competencies.data),
            max_preferences=int(self.max_preferences.data or 0),
            reviews_wanted=int(self.reviews_wanted.data or 0),
            reviews_due_at=self._instant(self.reviews_due.data),
            results_at=self._instant(self.results.data),
            days_to_answer=int(self.days_to_answer.data or 0),
            appeal_days=14 if self.appeal_days.data is None else int(self.appeal_days.data),
            contact=self.contact.data or "",
            office_note=self.office_note.data or "",
        )

    def _instant(self, moment: datetime | None) -> datetime | None:
        return None if moment is None else instant_of(moment, self.zone)


def call_values(call: Any, zone: str) -> dict[str, Any]:
    """What forms show of a call's terms and window, its moments as clocks of `zone` show them."""

    def there(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    return {
        "opens": there(call.opens_at),
        "closes": there(call.closes_at),
        "stipend_amount": written(call.stipend_amount, call.stipend_currency),
        "stipend_currency": call.stipend_currency or "",
        "stipend_period": call.stipend_period or "month",
        "reviews_due": there(call.reviews_due_at),
        "results": there(call.results_at),
    }
