"""The shape of what programmes write about group visits, and of what hosts and people answer."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

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
    WholeNumber,
)
from app.foundation.languages import country_names, day, lazy
from app.foundation.languages import gettext as _
from app.opportunities.forms import TextForm
from app.opportunities.wording import audiences
from app.organisations.forms import language_of_mails
from app.visits.operations import GuestRule, Named, Oneself, VisitTerms, VisitWords
from app.visits.states import Part
from app.visits.wording import parts


class TermsForm(Form):
    """What a call pays for, and when."""

    groups = WholeNumber(
        lazy("Groups that are paid for"),
        [Required(lazy("Write how many groups."))],
        low=1,
        high=500,
    )
    most_people = WholeNumber(
        lazy("People in a group, at most"),
        [Required(lazy("Write how many people."))],
        low=1,
        high=60,
    )
    most_supervisors = WholeNumber(
        lazy("Supervisors among them, at most"),
        [Required(lazy("Write how many supervisors."))],
        low=0,
        high=60,
    )
    fewest_days = WholeNumber(
        lazy("Days of a visit, at least"),
        [Required(lazy("Write how many days."))],
        low=1,
        high=92,
    )
    most_days = WholeNumber(
        lazy("Days of a visit, at most"),
        [Required(lazy("Write how many days."))],
        low=1,
        high=92,
    )
    first_on = DayField(
        lazy("Visits from"), [Required(lazy("Write the first day on which a visit may begin."))]
    )
    last_on = DayField(
        lazy("Visits until"), [Required(lazy("Write the last day of the last visit."))]
    )
    closes_on = DayField(lazy("Last day to apply"), [Required(lazy("Write the last day."))])
    days_to_answer = WholeNumber(
        lazy("Days to answer an award"),
        [Required(lazy("Write how many days."))],
        low=1,
        high=60,
        default=14,
    )
    change_days = WholeNumber(
        lazy("People may change until so many days before the first day"),
        [Required(lazy("Write how many days."))],
        low=0,
        high=120,
        default=21,
    )
    contact = StringField(lazy("Questions to"), [Longest(320)])
    tracks = SomeOf(
        lazy("For whom"),
        choices=lambda: [SelectChoice(one, said) for one, said in audiences().items()],
    )
    version = VersionField()

    def validate_most_supervisors(self, field: Any) -> None:
        if field.data and self.most_people.data and field.data > self.most_people.data:
            raise ValidationError(_("Supervisors are among the people of the group."))

    def validate_most_days(self, field: Any) -> None:
        if field.data and self.fewest_days.data and field.data < self.fewest_days.data:
            raise ValidationError(_("This is fewer than the fewest days."))

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("The last day comes after the first."))

    def terms(self) -> VisitTerms:
        counted = (
            *("groups", "most_people", "most_supervisors", "fewest_days", "most_days"),
            *("days_to_answer", "change_days"),
        )
        return VisitTerms(
            **{name: int(self[name].data or 0) for name in counted},
            first_on=self.first_on.data,
            last_on=self.last_on.data,
            closes_on=self.closes_on.data,
            contact=self.contact.data or "",
            tracks=tuple(self.tracks.data or ()),
        )


class WordsForm(TextForm):
    who_may_apply = TextAreaField(lazy("Who may apply, and who may come"), [Longest(5_000)])
    benefits = TextAreaField(lazy("What is paid"), [Longest(5_000)])

    def words(self) -> VisitWords:
        return self.read(VisitWords)


class GuestRulesForm(Form):
    """Who may come, for each part apart; the fields of each part are made below."""

    version = VersionField()

    def among(self, countries: Iterable[str]) -> None:
        choices = [SelectChoice(code, name) for code, name in country_names(countries)]
        for part in Part:
            self[f"{part}_countries"].choices = choices

    def rules(self) -> dict[Part, GuestRule]:
        return {part: self._rule(part.value) for part in Part}

    def _rule(self, part: str) -> GuestRule:
        on, day_named = self[f"{part}_on"].data, self[f"{part}_day"].data
        return GuestRule(
            countries=tuple(self[f"{part}_countries"].data or ()),
            age=self[f"{part}_age"].data,
            inclusive=self[f"{part}_inclusive"].data == "yes",
            on=day_named.isoformat() if on == "day" and day_named else on,
        )

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        valid = super().validate(*args, **kwargs)
        for part in Part:
            named = self[f"{part}_day"]
            wants = self[f"{part}_age"].data and self[f"{part}_on"].data == "day"
            if wants and named.data is None and not named.errors:
                named.errors = [_("Write the day on which the age counts.")]
                valid = False
        return bool(valid)


for _part in Part:
    for _name, _field in {
        "countries": SomeOf(lazy("Nationals of these countries may come"), choices=[]),
        "age": WholeNumber(lazy("Age limit in years"), [OptionalAnswer()], low=15, high=99),
        "inclusive": OneOf(
            lazy("Whether this age itself may come"),
            choices=lambda: [
                SelectChoice("yes", _("of this age or younger")),
                SelectChoice("no", _("younger than this")),
            ],
            default="yes",
        ),
        "on": OneOf(
            lazy("The age counts on"),
            choices=lambda: [
                SelectChoice("start", _("the first day of the visit")),
                SelectChoice("deadline", _("the day of the deadline")),
                SelectChoice("day", _("a day that you name")),
            ],
            default="start",
        ),
        "day": DayField(lazy("The day on which the age counts")),
    }.items():
        setattr(GuestRulesForm, f"{_part}_{_name}", _field)


def rules_as_shown(stored: Mapping[str, Any], version: int) -> dict[str, Any]:
    """What `GuestRulesForm` shows of the rules that are kept."""
    shown: dict[str, Any] = {"version": version}
    for part in Part:
        rules = stored.get(part.value) or {}
        age = rules.get("age") or {}
        told = str(age.get("on") or "start")
        named = told not in {"start", "deadline"}
        shown |= {
            f"{part}_countries": rules.get("nationality") or [],
            f"{part}_age": age.get("max"),
            f"{part}_inclusive": "yes" if age.get("inclusive", True) else "no",
            f"{part}_on": "day" if named else told,
            f"{part}_day": date.fromisoformat(told) if named else None,
        }
    return shown


class NewCallForm(TermsForm, WordsForm):
    """All of it at once, to begin with: the text is in English, and translated later."""

    request_key = RequestKeyField()


class GroupForm(Form):
    """When the group comes, to which laboratory, and from where."""

    laboratory = StringField(lazy("Laboratory or department"), [Longest(300)])
    first_on = DayField(lazy("First day of the visit"), [Required(lazy("Write the first day."))])
    last_on = DayField(lazy("Last day of the visit"), [Required(lazy("Write the last day."))])
    senders = TextAreaField(
        lazy("Institutions that send the group"),
        [Required(lazy("Name the institutions that send the group.")), Longest(3_500)],
    )
    version = VersionField()

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("The last day comes after the first."))

    def named(self) -> list[str]:
        """One on each line."""
        return [line.strip() for line in (self.senders.data or "").splitlines() if line.strip()]


class NewGroupForm(GroupForm):
    """The same, with the institution for which one applies."""

    host = OneOf(lazy("Host institution"), choices=[])

    def among(self, hosts: Iterable[tuple[int, str]]) -> None:
        self.host.choices = [SelectChoice(str(number), name) for number, name in hosts]


class PlanForm(Form):
    """One text for each day; `for_days` makes the fields."""

    version = VersionField()

    def plan(self) -> dict[date, str]:
        return {
            date.fromisoformat(name.removeprefix("on_")): self[name].data or ""
            for name in self.days()
        }

    def days(self) -> list[str]:
        return [field.name for field in self if field.name.startswith("on_")]


def plan_form(days: Sequence[date], plan: Mapping[date, str], formdata: Any) -> PlanForm:
    """A text for each of these days, with what is planned already."""
    fields = {f"on_{one.isoformat()}": TextAreaField(day(one), [Longest(2_000)]) for one in days}
    made = type("PlanOfDays", (PlanForm,), fields)
    kept = {f"on_{one.isoformat()}": plan.get(one, "") for one in days}
    form: PlanForm = made(formdata=formdata, data=kept)
    return form


class PersonForm(Form):
    """Whom a host names."""

    part = OneOf(
        lazy("Comes as"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in parts().items()],
    )
    name = StringField(lazy("Name"), [Required(lazy("Write the name.")), Longest(300)])
    email = StringField(
        lazy("E-mail address"), [Required(lazy("Write the e-mail address.")), Longest(300)]
    )
    locale = language_of_mails()
    institution = OneOf(lazy("Sent by"), choices=[])
    nationality = OneOf(lazy("Nationality, if you know it"), choices=[], default="")
    born_on = DayField(lazy("Day of birth, if you know it"))

    def among(self, senders: Iterable[str], countries: Iterable[str]) -> None:
        self.institution.choices = [SelectChoice(one, one) for one in senders]
        choices = [SelectChoice(code, name) for code, name in country_names(countries)]
        self.nationality.choices = [SelectChoice("", _("Choose")), *choices]

    def person(self) -> Named:
        return Named(
            part=Part(self.part.data),
            name=self.name.data or "",
            email=self.email.data or "",
            institution=self.institution.data or "",
            locale=self.locale.data or "",
            nationality=self.nationality.data or "",
            born_on=self.born_on.data,
        )


class ReplaceForm(PersonForm):
    reason = TextAreaField(lazy("Reason"), [Required(lazy("Give the reason.")), Longest(2_000)])


class OneselfForm(Form):
    """What somebody says of themselves, as the passport has it."""

    passport_name = StringField(
        lazy("Name as in your passport"),
        [Required(lazy("Write your name as your passport has it.")), Longest(300)],
    )
    native_name = StringField(lazy("Name in your own script"), [Longest(300)])
    nationality = OneOf(lazy("Nationality"), choices=[])
    born_on = DayField(
        lazy("Day of birth"), [Required(lazy("Write the day on which you were born."))]
    )
    position = StringField(lazy("Position and field"), [Longest(200)])
    version = VersionField()

    def among(self, countries: Iterable[str]) -> None:
        choices = [SelectChoice(code, name) for code, name in country_names(countries)]
        self.nationality.choices = [SelectChoice("", _("Choose")), *choices]

    def validate_nationality(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Choose the nationality of your passport."))

    def oneself(self) -> Oneself:
        return Oneself(
            passport_name=self.passport_name.data or "",
            nationality=self.nationality.data or "",
            born_on=self.born_on.data or date.max,
            native_name=self.native_name.data or "",
            position=self.position.data or "",
        )


class NotComingForm(Form):
    reason = TextAreaField(lazy("What your host should know"), [Longest(2_000)])


class ReportForm(Form):
    came = SomeOf(lazy("Who came"), choices=[])
    done = TextAreaField(
        lazy("What was done"), [Required(lazy("Say what was done.")), Longest(10_000)]
    )
    outcome = TextAreaField(
        lazy("What came of it"), [Required(lazy("Say what came of it.")), Longest(10_000)]
    )
    version = VersionField()

    def among(self, people: Iterable[tuple[int, str]]) -> None:
        self.came.choices = [SelectChoice(str(number), name) for number, name in people]

    def validate_came(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Say who came."))
