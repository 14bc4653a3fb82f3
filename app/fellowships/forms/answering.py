"""The shape of questions about a call, of their answers, and of corrections."""

from typing import Any

from wtforms import FormField, TextAreaField
from wtforms.validators import ValidationError

from app.applications.forms.building import Text
from app.fellowships.operations import Change, Said
from app.foundation.forms import Form, Longest, RequestKeyField, Required, VersionField
from app.foundation.languages import LANGUAGES, lazy
from app.foundation.languages import gettext as _


class AskForm(Form):
    text = TextAreaField(
        lazy("Your question"), [Required(lazy("Write your question.")), Longest(1_000)]
    )
    request_key = RequestKeyField()

    def validate_text(self, field: Any) -> None:
        if len(field.data or "") < 10:
            raise ValidationError(_("Write your question as a whole sentence."))


class AnswerForm(Form):
    question = FormField(Text, label=lazy("The question, as everybody reads it"))
    answer = FormField(Text, label=lazy("The answer"))
    version = VersionField()

    def said(self) -> dict[str, Said]:
        pairs = {code: Said(*_pair(self, "question", "answer", code)) for code in LANGUAGES}
        return {code: one for code, one in pairs.items() if one.question or one.answer}


class ReplyForm(Form):
    reply = TextAreaField(
        lazy("Your answer to this person"),
        [Required(lazy("Write what you answer.")), Longest(2_000)],
    )
    version = VersionField()


class CorrectForm(Form):
    what = FormField(Text, label=lazy("What the call said, and what holds instead"))
    why = FormField(Text, label=lazy("Why it changed"))
    request_key = RequestKeyField()

    def said(self) -> dict[str, Change]:
        pairs = {code: Change(*_pair(self, "what", "why", code)) for code in LANGUAGES}
        return {code: one for code, one in pairs.items() if one.what or one.why}


def _pair(form: Form, first: str, second: str, code: str) -> tuple[str, str]:
    return form[first].form[code].data or "", form[second].form[code].data or ""
