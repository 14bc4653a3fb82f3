"""The shape of what hosts write of research stays, and of what people ask for."""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import BooleanField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.foundation.errors import RuleBroken
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
from app.foundation.languages import countries, lazy
from app.foundation.languages import gettext as _
from app.opportunities.fields import NAMES, field_name
from app.opportunities.forms import (
    TextForm,
    country_choices,
    currency_choices,
    language_choices,
)
from app.opportunities.money import Period, read_amount, written
from app.opportunities.wording import audiences
from app.organisations.forms import BodyField
from app.organisations.models import Organisation
from app.projects.models import Project
from app.research_stays.operations import (
    MOST_STAYS,
    Audience,
    Home,
    Line,
    StayTerms,
    StayWords,
    Wanted,
)
from app.research_stays.states import LONGEST_DAYS, Paid, Payer, Purpose
from app.research_stays.wording import paid_kinds, payers, periods, purposes

PARTS = ("payer", "amount", "currency", "per")


class PaidForm(Form):
    """What is paid: for each thing the same four fields."""

    programme = StringField(lazy("Programme that pays, if one does"), [Longest(300)])

    def validate(self, *args: Any, **named: Any) -> bool:
        """Amounts are read with their currencies."""
        good = bool(super().validate(*args, **named))
        for kind in Paid:
            field, payer = self[f"{_key(kind)}_amount"], self[f"{_key(kind)}_payer"].data
            wrong = self._amount_wrong(kind) if payer and field.data else ""
            if wrong:
                field.errors = [*field.errors, wrong]
                good = False
        return good

    def _amount_wrong(self, kind: Paid) -> str:
        currency = self[f"{_key(kind)}_currency"].data
        if not currency:
            return _("Choose the currency of the amount.")
        try:
            amount = read_amount(self[f"{_key(kind)}_amount"].data, currency)
        except RuleBroken as refusal:
            return str(refusal)
        return "" if amount else _("Leave the amount empty if it is not known.")

    @property
    def lines(self) -> list[tuple[str, list[Any]]]:
        """Each thing that may be paid, with its fields."""
        return [
            (said, [self[f"{_key(kind)}_{part}"] for part in PARTS])
            for kind, said in paid_kinds().items()
        ]

    def paid(self) -> tuple[Line, ...]:
        return tuple(self._line(kind) for kind in Paid if self[f"{_key(kind)}_payer"].data)

    def _line(self, kind: Paid) -> Line:
        payer, amount, currency, per = (self[f"{_key(kind)}_{part}"].data for part in PARTS)
        return Line(
            kind,
            Payer(payer),
            read_amount(amount, currency) if amount else None,
            currency if amount else None,
            Period(per),
        )


def _key(kind: Paid) -> str:
    return kind.name.lower()


for _kind in Paid:  # each thing that may be paid has the same four fields
    setattr(
        PaidForm,
        f"{_key(_kind)}_payer",
        OneOf(
            lazy("Paid by"),
            choices=lambda: [
                SelectChoice("", _("Not paid")),
                *(SelectChoice(one.value, said) for one, said in payers().items()),
            ],
        ),
    )
    setattr(PaidForm, f"{_key(_kind)}_amount", StringField(lazy("Amount"), [Longest(40)]))
    setattr(
        PaidForm,
        f"{_key(_kind)}_currency",
        OneOf(lazy("Currency"), choices=currency_choices),
    )
    setattr(
        PaidForm,
        f"{_key(_kind)}_per",
        OneOf(
            lazy("How often"),
            choices=lambda: [SelectChoice(one.value, said) for one, said in periods().items()],
        ),
    )


def shown_paid(lines: Iterable[Any]) -> dict[str, Any]:
    """What a form shows of what is paid."""
    shown: dict[str, Any] = {}
    for line in lines:
        key = _key(line.kind)
        shown |= {
            f"{key}_payer": line.payer.value,
            f"{key}_amount": written(line.amount, line.currency),
            f"{key}_currency": line.currency or "",
            f"{key}_per": line.per.value,
        }
    return shown


class TermsForm(PaidForm):
    """Whom a host would receive, and when one may ask."""

    stays = WholeNumber(
        lazy("Places"), [Required(lazy("Write how many places there are."))], low=1, high=MOST_STAYS
    )
    purposes = SomeOf(
        lazy("Kinds of stay"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in purposes().items()],
    )
    fields = SomeOf(
        lazy("Fields of study"),
        choices=lambda: [SelectChoice(code, field_name(code)) for code in NAMES],
    )
    fewest_days = WholeNumber(
        lazy("A stay has at least so many days"),
        [Required(lazy("Write how many days."))],
        low=1,
        high=LONGEST_DAYS,
    )
    most_days = WholeNumber(
        lazy("A stay has at most so many days"),
        [Required(lazy("Write how many days."))],
        low=1,
        high=LONGEST_DAYS,
    )
    first_on = DayField(lazy("First possible day"))
    last_on = DayField(lazy("Last possible day"))
    closes_on = DayField(lazy("Last day to ask"))
    hear_by = DayField(lazy("People hear from you by"))
    laboratory = StringField(lazy("Laboratory or department"), [Longest(300)])
    received_by = StringField(lazy("Who receives the person"), [Longest(300)])
    contact = StringField(lazy("Questions to"), [Longest(320)])
    languages = SomeOf(lazy("Working languages"), choices=language_choices)
    tracks = SomeOf(
        lazy("For whom"),
        choices=lambda: [SelectChoice(one, said) for one, said in audiences().items()],
    )
    costs_nothing = BooleanField(lazy("The stay costs the person nothing"))
    version = VersionField()

    def validate_purposes(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(_("Say for which kinds of stay one may ask."))

    def validate_most_days(self, field: Any) -> None:
        if field.data and self.fewest_days.data and field.data < self.fewest_days.data:
            raise ValidationError(_("This is fewer than the fewest days."))

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("The last day comes after the first."))

    def terms(self) -> StayTerms:
        return StayTerms(
            stays=int(self.stays.data or 0),
            fewest_days=int(self.fewest_days.data or 0),
            most_days=int(self.most_days.data or 0),
            purposes=tuple(Purpose(one) for one in self.purposes.data or ()),
            first_on=self.first_on.data,
            last_on=self.last_on.data,
            closes_on=self.closes_on.data,
            hear_by=self.hear_by.data,
            laboratory=self.laboratory.data or "",
            received_by=self.received_by.data or "",
            contact=self.contact.data or "",
            fields=tuple(self["fields"].data or ()),
            languages=tuple(self.languages.data or ()),
            tracks=tuple(self.tracks.data or ()),
            costs_nothing=bool(self.costs_nothing.data),
            paid=self.paid(),
            programme=self.programme.data or "",
        )


class AudienceForm(Form):
    """Of which countries people may ask; nothing chosen means every country."""

    nationality = SomeOf(lazy("Only nationals of"))
    residence = SomeOf(lazy("Only people who live in"))
    home_in = SomeOf(lazy("Only people whose home institution is in"))
    version = VersionField()

    def among(self, codes: Iterable[str]) -> None:
        for field in (self.nationality, self.residence, self.home_in):
            field.choices = country_choices(sorted({*codes, *(field.object_data or ())}))

    def audience(self) -> Audience:
        return Audience(
            nationality=tuple(self.nationality.data or ()),
            residence=tuple(self.residence.data or ()),
            home_in=tuple(self.home_in.data or ()),
        )


class WordsForm(TextForm):
    who_may_apply = TextAreaField(lazy("Who may ask"), [Longest(5_000)])

    def words(self) -> StayWords:
        return self.read(StayWords)


class NewCallForm(TermsForm, WordsForm):
    """All of it at once, to begin with: the text is in English, and translated later."""

    request_key = RequestKeyField()


class HomeFields(Form):
    """Where somebody works: a body of the list, or one as it writes itself, with its country."""

    home = BodyField(lazy("Home institution"), [Required(lazy("Write the institution."))])
    home_country = OneOf(
        lazy("Country of the institution, if it is not on the list"),
        choices=lambda: [
            SelectChoice("", _("Choose")),
            *(SelectChoice(code, name) for code, name in countries()),
        ],
    )

    def validate_home_country(self, field: Any) -> None:
        if self.home.data and not self.home.body and not field.data:
            raise ValidationError(_("Choose the country of the institution."))

    def home_named(self, body: Organisation | None) -> Home:
        """The body that was chosen of the list, else what was written."""
        if body is not None:
            return Home(body)
        return Home(None, self.home.data or "", self.home_country.data or "")


def project_choices(projects: Iterable[Project]) -> list[SelectChoice]:
    """Projects by their original names, and none of them. Their texts must be loaded."""
    named = [
        SelectChoice(str(one.id), next(t.name for t in one.texts if t.is_original))
        for one in projects
    ]
    return [SelectChoice("", _("No project")), *named]


class RequestForm(HomeFields):
    """What somebody asks for: when, for what, and from where."""

    first_on = DayField(lazy("First day"), [Required(lazy("Write the first day."))])
    last_on = DayField(lazy("Last day"), [Required(lazy("Write the last day."))])
    purpose_kind = OneOf(lazy("Kind of stay"), choices=[])
    purpose = TextAreaField(
        lazy("What you would do"),
        [Required(lazy("Say what the stay is for.")), Longest(3_000)],
    )
    brings = TextAreaField(lazy("What you would bring"), [Longest(3_000)])
    project = OneOf(lazy("Project"), choices=[])
    home = BodyField(
        lazy("Institution at which you work"), [Required(lazy("Write the institution."))]
    )
    function = StringField(
        lazy("What you do there"),
        [Required(lazy("Write your function, for example lecturer.")), Longest(200)],
    )
    version = VersionField()

    def among(self, kinds: Sequence[str], projects: Iterable[Project]) -> None:
        """The kinds of stay that the call names, and projects of the host."""
        self.purpose_kind.choices = [
            SelectChoice(one.value, said) for one, said in purposes().items() if one in kinds
        ]
        self.project.choices = project_choices(projects)

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("The last day comes after the first."))

    def wanted(self, body: Organisation | None) -> Wanted:
        return Wanted(
            purpose_kind=Purpose(self.purpose_kind.data),
            purpose=self.purpose.data or "",
            starts_on=self.first_on.data,
            ends_on=self.last_on.data,
            home=self.home_named(body),
            function=self.function.data or "",
            brings=self.brings.data or "",
            project_id=int(self.project.data) if self.project.data else None,
        )
