"""The shape of what hosts write into an invitation, and of what people and homes answer."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.files.forms import PaperForm, SignedForm
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
from app.foundation.languages import LANGUAGES, lazy
from app.foundation.languages import gettext as _
from app.invitations.models import Invitation
from app.invitations.operations import Terms, Whom
from app.opportunities.deadlines import instant_of
from app.opportunities.forms import language_choices, require_clear
from app.organisations.forms import BodyField
from app.organisations.models import Organisation
from app.projects.models import Project
from app.research_stays.forms import HomeFields, PaidForm, project_choices, shown_paid
from app.research_stays.states import Purpose
from app.research_stays.wording import purposes

WORDS_NEEDED = Required(lazy("Say why: the other sides read it."))


class TermsForm(PaidForm):
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
    answer_by = WallTimeField(
        lazy("Please answer by"), [Required(lazy("Write until when you wait for an answer."))]
    )
    version = VersionField()

    def validate_last_on(self, field: Any) -> None:
        if field.data and self.first_on.data and field.data < self.first_on.data:
            raise ValidationError(_("The last day comes after the first."))

    def validate_answer_by(self, field: Any) -> None:
        require_clear(field.data, self.zone)

    def among(self, projects: Iterable[Project]) -> None:
        self.project.choices = project_choices(projects)

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
            paid=self.paid(),
        )


class InvitationForm(TermsForm, HomeFields):
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

    def whom(self, body: Organisation | None) -> Whom:
        """Who is invited; `body` is the home that was chosen of the list, if one was."""
        return Whom(
            self.person_name.data or "",
            self.person_email.data or "",
            self.home_named(body),
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
    return shown | shown_paid(invitation.paid)


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
