"""The shape of what participants are asked about a course, and of what they answer."""

from collections.abc import Iterable
from typing import Any

from wtforms import Field, RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.courses.feedback import STANDARD, Asked, QuestionKind
from app.courses.models import FeedbackQuestion
from app.courses.wording import marks_of_scale, standard_questions
from app.foundation.forms import DayField, Form, Longest, Required, SomeOf
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy

MOST_OWN = 3


class UntilForm(Form):
    until = DayField(lazy("Last day to answer"), [Required(lazy("Write the last day to answer."))])


class AskForm(UntilForm):
    standard = SomeOf(
        lazy("Questions"),
        choices=lambda: [SelectChoice(key, said) for key, said in standard_questions().items()],
    )
    own_scale = TextAreaField(lazy("Sentences of your own, one a line"), [Longest(1000)])
    own_text = TextAreaField(lazy("Questions of your own, one a line"), [Longest(1000)])

    def validate_standard(self, _field: Any) -> None:
        if not self.asked():
            raise ValidationError(_("Choose at least one question."))

    def validate_own_scale(self, field: Any) -> None:
        lines = _lines(field)
        if len(lines) > MOST_OWN or any(len(one) > 300 for one in lines):
            raise ValidationError(
                _("Write up to %(most)s lines of up to 300 characters.", most=MOST_OWN)
            )

    validate_own_text = validate_own_scale

    def asked(self) -> list[Asked]:
        """Marks first, then words."""
        standard = [Asked(STANDARD[key], standard=key) for key in self.standard.data or []]
        own = [
            Asked(kind, words=line)
            for kind, field in (
                (QuestionKind.SCALE, self.own_scale),
                (QuestionKind.TEXT, self.own_text),
            )
            for line in _lines(field)
        ]
        both = [*standard, *own]
        return sorted(both, key=lambda one: one.kind is QuestionKind.TEXT)


def _lines(field: Field) -> list[str]:
    return [line.strip() for line in (field.data or "").splitlines() if line.strip()]


class MarkField(RadioField):
    """A mark from 1 to 5, or none."""

    def pre_validate(self, form: object) -> None:
        if self.data:
            super().pre_validate(form)


def answer_form(questions: Iterable[FeedbackQuestion], sent: Any) -> Form:
    """The form in which one person answers; each field is named after its question."""
    standard = standard_questions()
    fields: dict[str, Any] = {}
    for one in questions:
        said = standard.get(one.standard) or one.own_words
        fields[f"answer_{one.id}"] = (
            MarkField(said, choices=[SelectChoice(str(m), t) for m, t in marks_of_scale().items()])
            if one.kind is QuestionKind.SCALE
            else TextAreaField(said, [Longest(1000)])
        )
    made: Form = type("AnswerForm", (Form,), fields)(formdata=sent)
    return made


def answers_in(form: Form, questions: Iterable[FeedbackQuestion]) -> dict[int, int | str]:
    """What was answered, by question."""
    given = {one: form[f"answer_{one.id}"].data for one in questions}
    return {
        one.id: int(data) if one.kind is QuestionKind.SCALE else data
        for one, data in given.items()
        if data
    }
