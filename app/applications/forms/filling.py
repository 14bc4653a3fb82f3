"""The applicant's forms: each section's is made from the form definition of the call."""

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field
from wtforms.validators import StopValidation

from app.foundation.forms import Form, RequestKeyField, VersionField
from app.foundation.languages import gettext as _
from app.foundation.languages import lazy
from app.opportunities.form_definitions import (
    LEVELS,
    Answered,
    Question,
    Section,
    count_words,
    level_in_words,
    read_answer,
    text_in,
)

PARTS = {"day": ("day", "month", "year"), "month": ("month", "year")}


class AnswerField(Field):
    """One question of a form definition, as `answer_<key>`.

    `data` is what may be kept, `typed` the text that is shown (and shown again after a refusal),
    `parts` the same for a day or a month, whose three or two inputs are `<name>-day` and so on.
    """

    def __init__(self, question: Question, locale: str, **kwargs: Any) -> None:
        self.question = question
        said, self.lang = text_in(question.label, locale)
        self.hint, self.hint_lang = text_in(question.hint, locale)
        self.locale = locale
        self.typed = ""
        self.chosen: list[str] = []
        self.parts: dict[str, str] = {}
        super().__init__(said, **kwargs)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.problem: str | None = None
        self.object_data = self.data = self.default
        if formdata is None:
            self._show(self.default)
            return
        raw = self._raw(formdata)
        self._remember(raw)
        self.data, self.problem = read_answer(self.question, raw)

    def pre_validate(self, form: object) -> None:
        if self.problem:
            raise StopValidation(self.problem)

    def _raw(self, formdata: Any) -> str | list[str] | dict[str, str]:
        if self.question.kind in PARTS:
            return {p: formdata.get(f"{self.name}-{p}", "") for p in PARTS[self.question.kind]}
        if self.question.kind == "several":
            return list(formdata.getlist(self.name))[:50]
        return str(formdata.get(self.name, ""))

    def _remember(self, raw: str | list[str] | dict[str, str]) -> None:
        if isinstance(raw, dict):
            self.parts = {part: text.strip()[:20] for part, text in raw.items()}
        elif isinstance(raw, list):
            self.chosen = raw
        else:
            self.typed = raw
            self.chosen = [raw]

    def _show(self, value: Answered) -> None:
        if isinstance(value, bool):
            self.typed = "yes" if value else "no"
        elif isinstance(value, list):
            self.chosen = value
        elif self.question.kind in PARTS and isinstance(value, str):
            year, month, day = [*value.split("-"), "", ""][:3]
            parts = {"year": year, "month": month.lstrip("0"), "day": day.lstrip("0")}
            self.parts = {part: parts[part] for part in PARTS[self.question.kind]}
        elif value is not None:
            self.typed = str(value)
        self.chosen = self.chosen or [self.typed]

    @property
    def part_names(self) -> tuple[str, ...]:
        return PARTS.get(self.question.kind, ())

    def label_of(self, part: str) -> str:
        return {"day": _("Day"), "month": _("Month"), "year": _("Year")}[part]

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """Key, label and the label's language of everything that may be chosen."""
        if self.question.kind == "yes or no":
            return [("yes", _("Yes"), self.locale), ("no", _("No"), self.locale)]
        if self.question.kind == "language level":
            return [(level, level_in_words(level), self.locale) for level in LEVELS]
        return [(o.key, *text_in(o.label, self.locale)) for o in self.question.options]

    @property
    def words(self) -> int:
        return count_words(self.typed)


class PlacesField(Field):
    """The places in the order in which they are wanted, as `choice-1`, `choice-2` and so on."""

    def __init__(self, places: Mapping[int, str], most: int, **kwargs: Any) -> None:
        self.places, self.most = places, most
        self.chosen: list[str] = []
        super().__init__(_("Host institutions you prefer"), **kwargs)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.data: list[int] = list(self.default)
        self.chosen = [str(place_id) for place_id in self.data]
        if formdata is None:
            return
        self.chosen = [formdata.get(f"choice-{n}", "")[:20] for n in range(1, self.most + 1)]
        known = {str(place_id): place_id for place_id in self.places}
        self.data = [known[text] for text in self.chosen if text in known]
        if any(text and text not in known for text in self.chosen):
            self.process_errors = [_("Choose among the host institutions in the list.")]
        elif len(set(self.data)) != len(self.data):
            self.process_errors = [_("Choose each host institution only once.")]

    def pre_validate(self, form: object) -> None:
        if self.process_errors:
            raise StopValidation(self.process_errors[0])

    def at(self, rank: int) -> str:
        """What stands at this rank (from 1); "" for nothing."""
        return self.chosen[rank - 1] if rank <= len(self.chosen) else ""


class SectionForm(Form):
    """What the form of every section has; `section_form` adds its questions."""

    version = VersionField()

    @property
    def asked(self) -> list[AnswerField]:
        return [field for field in self if isinstance(field, AnswerField)]

    @property
    def places(self) -> PlacesField | None:
        return next((field for field in self if isinstance(field, PlacesField)), None)

    @property
    def answers(self) -> dict[str, Answered]:
        return {field.question.key: field.data for field in self.asked}


def section_form(
    section: Section,
    locale: str,
    *,
    formdata: Any = None,
    answers: Mapping[str, Any],
    version: int,
    places: Mapping[int, str] | None = None,
    ranked: list[int] | None = None,
    most: int = 3,
) -> SectionForm:
    """The form of one section, filled with what was sent (`formdata`) or with what is kept."""
    fields: dict[str, Any] = {
        f"answer_{q.key}": AnswerField(q, locale, default=answers.get(q.key)) for q in section.asked
    }
    if section.kind == "preferences":
        fields["places_"] = PlacesField(places or {}, most, default=ranked or [])
    made = type("MadeSectionForm", (SectionForm,), fields)
    form: SectionForm = made(formdata=formdata, data={"version": version})
    return form


class Ticked:
    """The box must be ticked."""

    field_flags = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: object, field: Field) -> None:
        if not field.data:
            raise StopValidation(str(self.message))


class StartForm(Form):
    key = RequestKeyField()


class SubmitForm(Form):
    key = RequestKeyField()
    agree = BooleanField(
        lazy("What I wrote is true and complete, and the office may check it."),
        [Ticked(lazy("Tick the box to confirm; then you can submit."))],
    )


class UploadForm(Form):
    file = FileField(lazy("File"))


class EmptyForm(Form):
    """A button that changes something: the token is all there is to check."""
