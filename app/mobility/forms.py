"""The shape of what students and international offices send."""

from collections.abc import Iterable
from typing import Any

from wtforms import FileField, HiddenField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice

from app.exchanges.models import Posting
from app.files.forms import PaperForm, SignedForm
from app.foundation.forms import Form, Longest, OneOf, Required, VersionField
from app.foundation.languages import LANGUAGES, lazy
from app.foundation.languages import gettext as _
from app.mobility.models import Choice
from app.mobility.queries import Contact
from app.opportunities.fields import field_name, known_fields, study_levels
from app.organisations.models import Organisation


class StudiesForm(Form):
    study_level = OneOf(
        lazy("Level of study"),
        choices=lambda: [SelectChoice(str(n), said) for n, said in study_levels().items()],
    )
    field = OneOf(
        lazy("Field of study"),
        choices=lambda: [
            SelectChoice("", _("Choose a field")),
            *(SelectChoice(code, f"{field_name(code)} ({code})") for code in known_fields()),
        ],
    )


class ChoicesForm(StudiesForm):
    statement = TextAreaField(lazy("Why these places"), [Longest(3_000)])
    version = VersionField()


class NominateForm(Form):
    posting = OneOf(lazy("Place"))
    note = TextAreaField(lazy("What the host should know"), [Longest(3_000)])

    def among(self, choices: Iterable[Choice]) -> None:
        """The places that the student ranked, the best first."""
        self.posting.choices = [
            SelectChoice(
                str(one.posting_id),
                f"{one.rank}. {one.posting.title} · {one.posting.organisation.name}",
            )
            for one in choices
        ]


class CorrectForm(StudiesForm):
    note = TextAreaField(lazy("What the host should know"), [Longest(3_000)])
    version = VersionField()


class WithdrawForm(Form):
    """Why a host offers a posting no more."""

    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Give the reason: it is published.")), Longest(2_000)]
    )


class AnswerForm(Form):
    comment = TextAreaField(lazy("Your words to the university and the student"), [Longest(3_000)])
    seen = VersionField()


class CancelForm(Form):
    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Say why: the other sides read it.")), Longest(2_000)]
    )


class ListForm(Form):
    home = OneOf(lazy("University"))
    file = FileField(lazy("List of nominations"))

    def among(self, homes: Iterable[Organisation]) -> None:
        self.home.choices = [SelectChoice(str(one.id), one.name) for one in homes]

    def validate_file(self, field: Any) -> None:
        if field.data is None or not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose a file."))


class BringListForm(Form):
    """`seen` is the seal of what the person was shown (`dry_runs.seal`)."""

    seen = HiddenField(validators=[Longest(64)])


class AskPartnerForm(Form):
    email = OneOf(lazy("Who answers at the host"))
    locale = OneOf(
        lazy("Language of the mail"),
        choices=lambda: [
            SelectChoice("", _("The one beside the address")),
            *(SelectChoice(code, name) for code, name in LANGUAGES.items()),
        ],
        default="",
    )

    def among(self, contacts: Iterable[Contact]) -> None:
        self.email.choices = [
            SelectChoice(c.email, f"{c.name} · {LANGUAGES[c.locale]} · {c.email}") for c in contacts
        ]


class SignedAnswerForm(SignedForm, AnswerForm):
    """An answer without an account; which of the two it is, the button says."""


class RecordAnswerForm(PaperForm):
    """What the host wrote, as the home records it."""

    said = OneOf(
        lazy("What the letter says"),
        choices=lambda: [
            SelectChoice("verified", _("The host takes the student")),
            SelectChoice("refused", _("The host refuses the student")),
        ],
    )
    words = TextAreaField(lazy("Words of the letter"), [Longest(3_000)])
    seen = VersionField()

    def validate_words(self, field: Any) -> None:
        if self.said.data == "refused" and not (field.data or "").strip():
            raise ValidationError(_("Say why: the student and the university at home read it."))


class RecordNominationForm(PaperForm):
    """What the home wrote, as the host records it."""

    posting = OneOf(lazy("Place"))
    email = StringField(
        lazy("Email address of the student"),
        [Required(lazy("Write the email address with which the student signs in.")), Longest(320)],
    )
    note = TextAreaField(lazy("Words of the letter"), [Longest(3_000)])

    def among(self, postings: Iterable[Posting]) -> None:
        self.posting.choices = [
            SelectChoice(str(one.id), f"{one.ref} · {one.title} · {one.term.name}")
            for one in postings
        ]


class RecordCorrectionForm(PaperForm, StudiesForm):
    """How the home corrects what was refused, as the host records it."""

    note = TextAreaField(lazy("Words of the letter"), [Longest(3_000)])
