"""The applicant's form of the questions that are open again, and the office's of opening them."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import TextAreaField
from wtforms.fields.choices import SelectChoice

from app.applications.forms.filling import AnswerField, SectionForm
from app.foundation.forms import (
    Form,
    Longest,
    OptionalAnswer,
    RequestKeyField,
    Required,
    SomeOf,
    VersionField,
    WallTimeField,
    WholeNumber,
)
from app.foundation.languages import lazy
from app.opportunities.form_definitions import Question


class ChangesForm(SectionForm):
    """As the form of a section, of questions from any of them."""

    request_key = RequestKeyField()


def changes_form(
    questions: Sequence[Question],
    locale: str,
    *,
    answers: Mapping[str, Any],
    version: int,
    formdata: Any = None,
) -> ChangesForm:
    fields: dict[str, Any] = {
        f"answer_{q.key}": AnswerField(q, locale, default=answers.get(q.key))
        for q in questions
        if q.kind != "document"
    }
    made = type("MadeChangesForm", (ChangesForm,), fields)
    form: ChangesForm = made(formdata=formdata, data={"version": version})
    return form


class AskForm(Form):
    """What is opened, why and until when; the number is typed where reviews are voided by it."""

    questions = SomeOf(
        lazy("Open these questions"), [Required(lazy("Choose at least one question to open."))]
    )
    reason = TextAreaField(
        lazy("Why"), [Required(lazy("Write why; the applicant reads it.")), Longest(2_000)]
    )
    closes = WallTimeField(lazy("Until"), [Required(lazy("Write until when."))])
    count = WholeNumber(lazy("Reviews that this voids"), [OptionalAnswer()], high=1_000)

    def offer(self, keys: Sequence[str]) -> None:
        self.questions.choices = [SelectChoice(key, key) for key in keys]


class LaterForm(Form):
    closes = WallTimeField(lazy("New date"), [Required(lazy("Write until when."))])
    version = VersionField()


class CloseChangesForm(Form):
    reason = TextAreaField(
        lazy("Why"), [Required(lazy("Write why; the applicant reads it.")), Longest(2_000)]
    )
    version = VersionField()
