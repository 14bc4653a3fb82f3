"""The shape of what is said about officials' posts: terms, releases, where somebody works now."""

from datetime import date
from typing import Any

from wtforms import BooleanField, EmailField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.applications.forms.letters import address
from app.courses.operations import Employer, ReturnTerms, Stand
from app.courses.posts import MOST_MONTHS
from app.courses.states import PostAnswer
from app.courses.wording import post_answers
from app.foundation.forms import (
    DayField,
    Form,
    Longest,
    OneOf,
    Required,
    VersionField,
    WholeNumber,
)
from app.foundation.languages import LANGUAGES, lazy, lazy_in
from app.foundation.languages import gettext as _

DEFAULT_MONTHS, DEFAULT_MOMENTS = 12, "3, 12"


class PostTermsForm(Form):
    returns = BooleanField(lazy("People go back to their posts after these dates"))
    release_needed = BooleanField(
        lazy("The employer must let the person go before a seat is offered")
    )
    months = WholeNumber(
        lazy("Months that they stay in the post afterwards"),
        low=1,
        high=MOST_MONTHS,
        default=DEFAULT_MONTHS,
    )
    ask_after = StringField(
        lazy("Ask so many months after the last day"), [Longest(60)], default=DEFAULT_MOMENTS
    )
    version = VersionField()

    def validate_months(self, field: Any) -> None:
        if self.returns.data and not field.data:
            raise ValidationError(_("Write how many months."))

    def validate_ask_after(self, field: Any) -> None:
        if not self.returns.data:
            return
        if not all(word.isascii() and word.isdigit() for word in self._moments()):
            raise ValidationError(_("Write months in digits, with commas between: 3, 12"))

    def _moments(self) -> list[str]:
        return (self.ask_after.data or "").replace(",", " ").replace("、", " ").split()

    def texts(self) -> list[Any]:
        return [self[f"commitment_{code}"] for code in LANGUAGES]

    def terms(self) -> ReturnTerms | None:
        if not self.returns.data:
            return None
        return ReturnTerms(
            months=int(self.months.data or 0),
            ask_after=[int(word[:4]) for word in self._moments()],
            commitment={field.name[-2:]: field.data or "" for field in self.texts()},
            release_needed=bool(self.release_needed.data),
        )


for code in LANGUAGES:
    said = lazy_in("What people promise, in %(language)s", code)
    setattr(PostTermsForm, f"commitment_{code}", TextAreaField(said, [Longest(3000)]))


class EmployerForm(Form):
    """Whom an applicant asks for the release."""

    employer = StringField(
        lazy("Employer"), [Required(lazy("Write who employs you.")), Longest(300)]
    )
    post = StringField(lazy("Your post"), [Required(lazy("Write your post.")), Longest(300)])
    contact = StringField(
        lazy("Who signs for the employer"),
        [Required(lazy("Write the person's name.")), Longest(300)],
    )
    email = EmailField(
        lazy("E-mail address of this person"),
        [Required(lazy("Write the e-mail address.")), Longest(320)],
    )
    locale = OneOf(
        lazy("Language of the mail"),
        choices=lambda: [SelectChoice(code, name) for code, name in LANGUAGES.items()],
        default="en",
    )
    from_on = DayField(
        lazy("First day away from the post"), [Required(lazy("Write the first day."))]
    )
    until_on = DayField(
        lazy("Last day away from the post"), [Required(lazy("Write the last day."))]
    )

    def validate_email(self, field: Any) -> None:
        field.data = address(field.data)

    def validate_until_on(self, field: Any) -> None:
        if self.from_on.data and field.data and field.data < self.from_on.data:
            raise ValidationError(_("The first day comes before the last one."))

    def asked(self) -> Employer:
        return Employer(
            employer=self.employer.data or "",
            post=self.post.data or "",
            contact=self.contact.data or "",
            email=self.email.data or "",
            from_on=self.from_on.data or date.min,
            until_on=self.until_on.data or date.min,
            locale=self.locale.data,
        )


class SignForm(Form):
    """An employer signs; `read` is the fingerprint of the words above the fields."""

    name = StringField(lazy("Your name"), [Required(lazy("Write your name.")), Longest(300)])
    function = StringField(
        lazy("Your function"), [Required(lazy("Write your function.")), Longest(300)]
    )
    read = HiddenField()


class RefuseForm(Form):
    reason = TextAreaField(
        lazy("Reason"), [Required(lazy("Say why; the person reads it.")), Longest(2000)]
    )


class StandForm(Form):
    answer = OneOf(
        lazy("Where the person works now"),
        [Required(lazy("Choose one."))],
        choices=lambda: [
            SelectChoice("", _("Choose …")),
            *(SelectChoice(one.value, said) for one, said in post_answers().items()),
        ],
    )
    since_on = DayField(lazy("Since"), [Required(lazy("Write the day."))])
    note = TextAreaField(lazy("What the centre should know"), [Longest(1000)])
    version = VersionField()

    def stand(self) -> Stand:
        return Stand(
            PostAnswer(self.answer.data), self.since_on.data or date.min, self.note.data or ""
        )


class EmployerStandForm(StandForm):
    name = StringField(lazy("Your name"), [Required(lazy("Write your name.")), Longest(300)])
    function = StringField(
        lazy("Your function"), [Required(lazy("Write your function.")), Longest(300)]
    )


class PromiseForm(Form):
    """Taking a seat with what it commits to; `promised` is the fingerprint of what was shown."""

    agree = BooleanField(lazy("I have read this and commit to it"))
    promised = HiddenField()
    version = VersionField()

    def fingerprint(self) -> str:
        return (self.promised.data or "") if self.agree.data else ""
