"""The applicant's forms: each section's is made from the form definition of the call."""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field
from wtforms.validators import StopValidation

from app.foundation import eras, languages
from app.foundation.forms import Form, RequestKeyField, VersionField
from app.foundation.languages import (
    countries,
    every_language,
    in_order,
    in_order_of_dates,
    lazy,
)
from app.foundation.languages import gettext as _
from app.opportunities.form_definitions import (
    LEVELS,
    MOST_ROWS,
    Answered,
    FormDefinition,
    Question,
    Section,
    count_characters,
    count_words,
    hidden_questions,
    holds,
    level_in_words,
    money_written,
    read_answer,
    text_in,
)

PARTS = {"day": ("day", "month", "year"), "month": ("month", "year")}
LARGEST_ID = 2_147_483_647


class AnswerField(Field):
    """One question of a form definition, as `answer_<key>`.

    `data` is what may be kept, `typed` the text that is shown (and shown again after a refusal),
    `parts` the same for a day or a month, whose three or two inputs are `<name>-day` and so on.
    An organisation is written, and chosen among those found (`offered`) in `<name>-is`; that
    holds for the text in `<name>-for` only, so whoever writes another name chooses anew.
    """

    def __init__(self, question: Question, locale: str, **kwargs: Any) -> None:
        self.question = question
        said, self.lang = text_in(question.label, locale)
        self.hint, self.hint_lang = text_in(question.hint, locale)
        self.locale = locale
        self.typed = ""
        self.chosen: list[str] = []
        self.parts: dict[str, str] = {}
        self.rows: list[list[AnswerField]] = []
        self.more = 0
        self.body: int | None = None
        self.offered: Sequence[Any] = ()
        self.sought = False
        # Whether the answers so far ask this at all, and by which of this page (for the script).
        self.shown = True
        self.asked_if = ""
        # In the preview of the office: of whom it is asked, in words; nothing is sent from there.
        self.only_of: Sequence[str] = ()
        self.is_tried = False
        super().__init__(said, **kwargs)

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.problem: str | None = None
        self.object_data = self.data = self.default
        if formdata is None:
            self._show(self.default)
            return
        if self.question.kind == "rows":
            self._take_rows(formdata)
            return
        raw = self._raw(formdata)
        self._remember(raw)
        self.data, self.problem = read_answer(self.question, raw)

    def pre_validate(self, form: object) -> None:
        if self.problem and self.shown:
            raise StopValidation(self.problem)

    def _take_rows(self, formdata: Any) -> None:
        """Rows by their number, as they were sent; empty ones are passed over."""
        told = (str(name).removeprefix(f"{self.name}-") for name in formdata)
        numbers = {part.split("-", 1)[0] for part in told if "-" in part}
        known = sorted({int(n) for n in numbers if n.isascii() and n.isdigit() and len(n) < 4})
        for number in known[: 2 * MOST_ROWS]:
            self.rows.append(self._cells(number, formdata=formdata))
        typed = [{c.question.key: c.data for c in row} for row in self.rows]
        self.data, self.problem = read_answer(self.question, typed)
        for number, row in enumerate(self.rows, 1):
            for cell in row:
                if cell.problem:
                    cell.errors = [cell.problem]
                    self.problem = self.problem or _(
                        "Row %(number)s, %(column)s: %(problem)s",
                        number=number,
                        column=cell.label.text,
                        problem=cell.problem,
                    )

    def _cells(
        self, number: int, *, formdata: Any = None, row: Mapping[str, Any] | None = None
    ) -> list["AnswerField"]:
        cells = []
        for column in self.question.columns:
            cell = AnswerField(
                column,
                self.locale,
                name=f"{self.name}-{number}-{column.key}",
                default=(row or {}).get(column.key),
                _form=None,
                _meta=self.meta,
            )
            cell.process(formdata)
            cells.append(cell)
        return cells

    @property
    def rows_shown(self) -> list[list["AnswerField"]]:
        """The rows there are and one to write in, or as many as were asked for."""
        shown = list(self.rows)
        most = self.question.most or MOST_ROWS
        wanted = max(self.question.least or 1, len(shown) + self.more)
        while len(shown) < min(wanted, most):
            shown.append(self._cells(len(shown)))
        return shown

    @property
    def room_for_more(self) -> bool:
        return len(self.rows_shown) < (self.question.most or MOST_ROWS)

    def _raw(self, formdata: Any) -> str | list[str] | dict[str, Any]:
        if self.question.kind == "organisation":
            return self._organisation(formdata)
        if self.question.kind in PARTS:
            return {p: formdata.get(f"{self.name}-{p}", "") for p in PARTS[self.question.kind]}
        if self.question.kind == "several":
            return list(formdata.getlist(self.name))[:50]
        return str(formdata.get(self.name, ""))

    def _organisation(self, formdata: Any) -> str | dict[str, Any]:
        typed = str(formdata.get(self.name, ""))
        chosen = str(formdata.get(f"{self.name}-is", ""))
        meant = str(formdata.get(f"{self.name}-for", ""))
        is_id = chosen.isascii() and chosen.isdigit() and 0 < int(chosen[:11]) <= LARGEST_ID
        if not is_id or meant.split() != typed.split():
            return typed
        return {"organisation": int(chosen[:11]), "name": typed}

    @property
    def every_cell(self) -> Iterator["AnswerField"]:
        """This question, and those that its rows ask."""
        yield self
        for row in self.rows:
            yield from row

    def _remember(self, raw: str | list[str] | dict[str, Any]) -> None:
        if self.question.kind == "organisation" and isinstance(raw, dict):
            self.typed, self.body = raw["name"], raw["organisation"]
        elif isinstance(raw, dict):
            self.parts = {part: text.strip()[:20] for part, text in raw.items()}
        elif isinstance(raw, list):
            self.chosen = raw
        else:
            self.typed = raw
            self.chosen = [raw]

    def _show(self, value: Answered) -> None:
        if self.question.kind == "rows":
            kept = value if isinstance(value, list) else []
            self.rows = [
                self._cells(n, row=row) for n, row in enumerate(kept) if isinstance(row, dict)
            ]
            return
        if isinstance(value, dict):
            self.typed, self.body = str(value.get("name", "")), value.get("organisation")
        elif isinstance(value, bool):
            self.typed = "yes" if value else "no"
        elif self.question.kind == "money" and isinstance(value, int):
            self.typed = money_written(value, self.question.currency)
        elif isinstance(value, list):
            self.chosen = [str(key) for key in value]
        elif self.question.kind in PARTS and isinstance(value, str):
            year, month, day = [*value.split("-"), "", ""][:3]
            year = languages.year(int(year)) if year.isdecimal() else year
            parts = {"year": year, "month": month.lstrip("0"), "day": day.lstrip("0")}
            self.parts = {part: parts[part] for part in PARTS[self.question.kind]}
        elif value is not None:
            self.typed = str(value)
        self.chosen = self.chosen or [self.typed]

    @property
    def part_names(self) -> list[str]:
        return in_order_of_dates(PARTS.get(self.question.kind, ()))

    def label_of(self, part: str) -> str:
        return {"day": _("Day"), "month": _("Month"), "year": eras.label()}[part]

    @property
    def reading(self) -> str:
        """How a day that was typed is read, where years of two eras are."""
        if self.question.kind not in PARTS or not isinstance(self.data, str):
            return ""
        kept = date.fromisoformat(f"{self.data}-01"[:10])
        return eras.read_as(kept, month_only=self.question.kind == "month")

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """Key, label and the label's language of everything that may be chosen."""
        if self.question.kind == "yes or no":
            return [("yes", _("Yes"), self.locale), ("no", _("No"), self.locale)]
        if self.question.kind == "country":
            return [(code, name, self.locale) for code, name in countries()]
        if self.question.kind == "language":
            return [
                (tag, name, self.locale)
                for tag, name in sorted(
                    every_language().items(), key=lambda pair: in_order(pair[1])
                )
            ]
        if self.question.kind == "language level":
            return [(level, level_in_words(level), self.locale) for level in LEVELS]
        return [(o.key, *text_in(o.label, self.locale)) for o in self.question.options]

    @property
    def words(self) -> int:
        return count_words(self.typed)

    @property
    def characters(self) -> int:
        return count_characters(self.typed.strip())


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
    whole: FormDefinition | None = None,
    elsewhere: Mapping[str, Any] | None = None,
) -> SectionForm:
    """The form of one section, filled with what was sent (`formdata`) or with what is kept.

    By the answers in other sections (`elsewhere`) of the `whole` form some questions of this one
    are not asked.
    """
    fields: dict[str, Any] = {
        f"answer_{q.key}": AnswerField(q, locale, default=answers.get(q.key)) for q in section.asked
    }
    if section.kind == "preferences":
        fields["places_"] = PlacesField(places or {}, most, default=ranked or [])
    made = type("MadeSectionForm", (SectionForm,), fields)
    form: SectionForm = made(formdata=formdata, data={"version": version})
    if whole is not None:
        show_what_is_asked(form, whole, section, elsewhere or {})
    return form


def show_what_is_asked(
    form: SectionForm, whole: FormDefinition, section: Section, elsewhere: Mapping[str, Any]
) -> None:
    """Mark each question as shown or not, and say by which answers of this page that changes."""
    hidden = hidden_questions(whole, {**elsewhere, **form.answers})
    for field in form.asked:
        field.shown = field.question.key not in hidden
        field.asked_if = asked_if(field.question, {q.key for q in section.questions}, elsewhere)


def asked_if(
    asked: Question | Section, on_page: Container[str], elsewhere: Mapping[str, Any]
) -> str:
    """The conditions that answers on this page meet, as JSON; "" where no script may show it."""
    here = [c for c in asked.show_if if c.question in on_page]
    others = [c for c in asked.show_if if c not in here]
    if not here or any(not holds(c, elsewhere.get(c.question)) for c in others):
        return ""
    told = [
        {
            "of": f"answer_{c.question}",
            "is": list(c.values),
            "low": c.at_least,
            "high": c.at_most,
        }
        for c in here
    ]
    return json.dumps(told, ensure_ascii=False)


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
