"""The shape of what hosts write into an invitation, and of what people and homes answer."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.files.forms import PaperForm, SignedForm
from app.foundation.errors import RuleBroken
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    RequestKeyField,
    Required,
    VersionField,
    WallTimeField,
)
from app.foundation.languages import LANGUAGES, countries, lazy
from app.foundation.languages import gettext as _
from app.invitations.models import Invitation
from app.invitations.operations import Home, Line, Terms, Whom
from app.invitations.states import Paid, Payer, Purpose
from app.invitations.wording import payers, periods, purposes
from app.opportunities.deadlines import instant_of
from app.opportunities.forms import currency_choices, language_choices, require_clear
from app.opportunities.money import Period, read_amount, written
from app.organisations.forms import BodyField
from app.organisations.models import Organisation
from app.projects.models import Project

WORDS_NEEDED = Required(lazy("Say why: the other sides read it."))


class TermsForm(Form):
    """What may be said anew; the clock of the host (`zone`) tells until when one answers."""

    zone = "UTC"
    purpose_kind = OneOf(
        lazy("Kind of stay"),
        choices=lambda: [SelectChoice(one.value, said) for one, said in purposes().items()],
    )
    purpose = TextAreaField(
        lazy("Purpose, in your own words"),
        [Required(lazy("Say what the stay is for: the letter says it, too.")), Longest(3_000)],
    )
    project = OneOf(lazy("Project"), choices=[])
    laboratory = StringField(lazy("Laboratory or department"), [Longest(300)])
    received_by = StringField(
        lazy("Who receives the person"),
        [Required(lazy("Write the name of the colleague who receives the person.")), Longest(300)],
    )
    first_on = DayField(lazy("First day"), [Required(lazy("Write the first day."))])
    last_on = DayField(lazy("Last day"), [Required(lazy("Write the last day."))])
    language = OneOf(lazy("Working language"), choices=language_choices)
    programme = StringField(lazy("Programme that pays, if one does"), [Longest(300)])
    answer_by = WallTimeField(
        lazy("Please answer by"), [Required(lazy("Write until when you wait for an answer."))]
    )
    version = VersionField()

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("The last day comes after the first."))

    def validate_answer_by(self, field: Any) -> None:
        require_clear(field.data, self.zone)

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

    def among(self, projects: Iterable[Project]) -> None:
        named = [
            SelectChoice(str(one.id), next(t.name for t in one.texts if t.is_original))
            for one in projects
        ]
        self.project.choices = [SelectChoice("", _("No project")), *named]

    @property
    def lines(self) -> list[tuple[Paid, list[Any]]]:
        """Each thing that may be paid, with its fields."""
        return [(kind, [self[f"{_key(kind)}_{part}"] for part in PARTS]) for kind in Paid]

    def terms(self) -> Terms:
        return Terms(
            purpose_kind=Purpose(self.purpose_kind.data),
            purpose=self.purpose.data or "",
            starts_on=self.first_on.data,
            ends_on=self.last_on.data,
            answer_by=instant_of(self.answer_by.data, self.zone),
            laboratory=self.laboratory.data or "",
            received_by=self.received_by.data or "",
            project_id=int(self.project.data) if self.project.data else None,
            language=self.language.data,
            programme=self.programme.data or "",
            paid=tuple(self._line(kind) for kind in Paid if self[f"{_key(kind)}_payer"].data),
        )

    def _line(self, kind: Paid) -> Line:
        payer, amount, currency, per = (self[f"{_key(kind)}_{part}"].data for part in PARTS)
        return Line(
            kind,
            Payer(payer),
            read_amount(amount, currency) if amount else None,
            currency if amount else None,
            Period(per),
        )


PARTS = ("payer", "amount", "currency", "per")


def _key(kind: Paid) -> str:
    return kind.name.lower()


for _kind in Paid:  # each thing that may be paid has the same four fields
    setattr(
        TermsForm,
        f"{_key(_kind)}_payer",
        OneOf(
            lazy("Paid by"),
            choices=lambda: [
                SelectChoice("", _("Not paid")),
                *(SelectChoice(one.value, said) for one, said in payers().items()),
            ],
        ),
    )
    setattr(TermsForm, f"{_key(_kind)}_amount", StringField(lazy("Amount"), [Longest(40)]))
    setattr(
        TermsForm,
        f"{_key(_kind)}_currency",
        OneOf(lazy("Currency"), choices=currency_choices),
    )
    setattr(
        TermsForm,
        f"{_key(_kind)}_per",
        OneOf(
            lazy("How often"),
            choices=lambda: [SelectChoice(one.value, said) for one, said in periods().items()],
        ),
    )


class InvitationForm(TermsForm):
    """All of it, before anybody else reads it."""

    host = OneOf(lazy("Host institution"), choices=[])
    person_name = StringField(
        lazy("Name of the person"), [Required(lazy("Write the name.")), Longest(300)]
    )
    person_email = StringField(
        lazy("Email address of the person"),
        [Required(lazy("Write the e-mail address.")), Longest(320)],
    )
    home = BodyField(
        lazy("Institution at which the person works"), [Required(lazy("Write the institution."))]
    )
    home_country = OneOf(
        lazy("Country of the institution, if it is not on the list"),
        choices=lambda: [
            SelectChoice("", _("Choose")),
            *(SelectChoice(code, name) for code, name in countries()),
        ],
    )
    mail_locale = OneOf(
        lazy("Language of the mail"),
        choices=lambda: [
            SelectChoice("", _("The working language, where it is offered; else English")),
            *(SelectChoice(code, name) for code, name in LANGUAGES.items()),
        ],
        default="",
    )
    request_key = RequestKeyField()

    def for_hosts(self, hosts: Iterable[Organisation]) -> None:
        self.host.choices = [SelectChoice(str(one.id), one.name) for one in hosts]

    def validate_home_country(self, field: Any) -> None:
        if self.home.data and not self.home.body and not field.data:
            raise ValidationError(_("Choose the country of the institution."))

    def whom(self, body: Organisation | None) -> Whom:
        """Who is invited; `body` is the home that was chosen of the list, if one was."""
        home = (
            Home(body) if body else Home(None, self.home.data or "", self.home_country.data or "")
        )
        return Whom(
            self.person_name.data or "",
            self.person_email.data or "",
            home,
            self.mail_locale.data or "",
        )


def shown_terms(invitation: Invitation) -> dict[str, Any]:
    """What a form of this invitation shows; the host and what is paid must be loaded."""
    there = invitation.answer_by.astimezone(ZoneInfo(invitation.host.zone)).replace(tzinfo=None)
    shown = {
        "purpose_kind": invitation.purpose_kind.value,
        "purpose": invitation.purpose,
        "project": str(invitation.project_id or ""),
        "laboratory": invitation.laboratory,
        "received_by": invitation.received_by,
        "first_on": invitation.starts_on,
        "last_on": invitation.ends_on,
        "language": invitation.language,
        "programme": invitation.programme,
        "answer_by": there,
        "version": invitation.version,
        "host": str(invitation.host_id),
        "person_name": invitation.person_name,
        "person_email": invitation.person_email,
        "home": invitation.home.name if invitation.home else invitation.home_name,
        "mail_locale": invitation.mail_locale,
        "home_country": "" if invitation.home else invitation.home_country,
    }
    for line in invitation.paid:
        key = _key(line.kind)
        shown |= {
            f"{key}_payer": line.payer.value,
            f"{key}_amount": written(line.amount, line.currency),
            f"{key}_currency": line.currency or "",
            f"{key}_per": line.per.value,
        }
    return shown


class TimeForm(Form):
    zone = "UTC"
    answer_by = WallTimeField(
        lazy("Please answer by"), [Required(lazy("Write until when you wait for an answer."))]
    )

    def validate_answer_by(self, field: Any) -> None:
        require_clear(field.data, self.zone)


class AcceptForm(Form):
    """Yes, and who agrees at a home that has nobody who signs in here."""

    said = TextAreaField(lazy("Your words to the host"), [Longest(3_000)])
    agrees_name = StringField(lazy("Who agrees for your institution"), [Longest(300)])
    agrees_function = StringField(lazy("Function of this person"), [Longest(300)])
    agrees_email = StringField(lazy("Email address of this person"), [Longest(320)])
    seen = VersionField()


class DeclineForm(Form):
    said = TextAreaField(lazy("Reason"), [WORDS_NEEDED, Longest(3_000)])
    seen = VersionField()


class HomeForm(Form):
    said = TextAreaField(lazy("Your words to the host and the person"), [Longest(3_000)])
    seen = VersionField()


class SignedHomeForm(SignedForm, HomeForm):
    """The same without an account; which of the two it is, the button says."""


class RecordForm(PaperForm):
    """What the home wrote on paper, as the host records it."""

    answer = OneOf(
        lazy("What the letter says"),
        choices=lambda: [
            SelectChoice("yes", _("The home institution agrees")),
            SelectChoice("no", _("The home institution does not agree")),
        ],
    )
    words = TextAreaField(lazy("Words of the letter"), [Longest(3_000)])
    seen = VersionField()

    def validate_words(self, field: Any) -> None:
        if self.answer.data == "no" and not (field.data or "").strip():
            raise ValidationError(_("Say why: the other sides read it."))


class EndForm(Form):
    because = TextAreaField(lazy("Reason"), [WORDS_NEEDED, Longest(2_000)])
