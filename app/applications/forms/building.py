"""The shapes of a section and of a question of an application form, with texts in each language."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FormField, HiddenField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.foundation.forms import (
    Form,
    Longest,
    OneOf,
    OptionalAnswer,
    Rows,
    SomeOf,
    VersionField,
    WholeNumber,
)
from app.foundation.languages import LANGUAGES, currency_name, lazy, listed, reader
from app.foundation.languages import gettext as _
from app.opportunities.form_definitions import (
    COLUMN_KINDS,
    CORE,
    core_columns,
    core_in_words,
    kinds_in_words,
    stages_in_words,
    text_in,
)
from app.opportunities.form_definitions.building import new_key, texts_with
from app.opportunities.money import CURRENCIES

SPARE = 3
TEXTS = tuple(LANGUAGES)


class _Inner(Form):
    class Meta(Form.Meta):
        csrf = False


def _texts_form(longest: int, *, area: bool = False) -> type[Form]:
    """One field a language."""
    kind = TextAreaField if area else StringField
    fields = {code: kind(name, [Longest(longest)]) for code, name in LANGUAGES.items()}
    return type("Texts", (_Inner,), fields)


Label = _texts_form(500)
Text = _texts_form(2_000, area=True)


class OptionForm(_Inner):
    key = HiddenField(validators=[Longest(41)])
    label = FormField(Label)


class ColumnForm(_Inner):
    key = HiddenField(validators=[Longest(41)])
    kind = OneOf(lazy("Kind of answer"), choices=())
    label = FormField(Label)
    required = BooleanField(lazy("needed in each row"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = kind_choices(COLUMN_KINDS)


class ArrangeForm(Form):
    version = VersionField()


class SectionForm(Form):
    kind = OneOf(lazy("What the section holds"), choices=(), default="questions")
    title = FormField(Label, label=lazy("Title"))
    intro = FormField(Text, label=lazy("What stands above the questions"))
    most = WholeNumber(
        lazy("Host institutions that may be ranked, at most"), [OptionalAnswer()], low=1, high=20
    )
    show_if = SomeOf(lazy("Ask this section only of those who answered"), choices=())
    version = VersionField()

    def __init__(self, *args: Any, earlier: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.show_if.choices = condition_choices(earlier)
        self.kind.choices = [
            SelectChoice("questions", _("Questions")),
            SelectChoice("profile", _("What the person's profile holds")),
            SelectChoice("preferences", _("Ranking host institutions")),
        ]

    def values(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """The section as it is written, without its questions."""
        kind = self.kind.data
        return {
            "kind": None if kind == "questions" else kind,
            "title": texts_with(kept.get("title"), self.title.data),
            "intro": texts_with(kept.get("intro"), self.intro.data),
            "most": self.most.data if kind == "preferences" else None,
            "show_if": conditions(self.show_if.data or [], kept.get("show_if")),
        }


class QuestionForm(Form):
    kind = OneOf(lazy("Kind of answer"), choices=())
    label = FormField(Label, label=lazy("Question"))
    hint = FormField(Text, label=lazy("Help with it"))
    required = BooleanField(lazy("An answer is needed"))
    required_from = OneOf(lazy("Needed"), choices=(), default="submit")
    frozen_after = OneOf(lazy("Never changed any more after"), choices=(), default="")
    max_words = WholeNumber(lazy("Words, at most"), [OptionalAnswer()], low=1, high=5_000)
    max_characters = WholeNumber(
        lazy("Characters, at most"), [OptionalAnswer()], low=1, high=20_000
    )
    translation = BooleanField(
        lazy("The answer may carry a translation, beside the original that counts")
    )
    low = WholeNumber(lazy("Least number"), [OptionalAnswer()], low=-1_000_000_000)
    high = WholeNumber(lazy("Largest number"), [OptionalAnswer()], low=-1_000_000_000)
    step = WholeNumber(lazy("In steps of"), [OptionalAnswer()], low=1)
    decimals = WholeNumber(lazy("Decimals"), [OptionalAnswer()], low=0, high=4)
    currency = OneOf(lazy("Currency"), choices=(), default="JPY")
    most = WholeNumber(lazy("At most so many"), [OptionalAnswer()], low=1, high=20)
    least = WholeNumber(lazy("At least so many rows"), [OptionalAnswer()], low=1, high=20)
    core = OneOf(lazy("Carried from one application to the next as"), choices=(), default="")
    sensitivity = OneOf(lazy("How the document is kept"), choices=(), default="personal")
    options = Rows(FormField(OptionForm), max_entries=60)
    columns = Rows(FormField(ColumnForm), max_entries=10)
    show_if = SomeOf(lazy("Ask this only of those who answered"), choices=())
    version = VersionField()

    def __init__(self, *args: Any, earlier: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [SelectChoice(stage, said) for stage, said in stages_in_words().items()]
        self.kind.choices = kind_choices(kinds_in_words())
        self.required_from.choices = stages
        self.frozen_after.choices = [SelectChoice("", _("always open to change")), *after_stages()]
        self.currency.choices = [SelectChoice(c, f"{c} · {currency_name(c)}") for c in CURRENCIES]
        self.sensitivity.choices = [
            SelectChoice("personal", _("Personal")),
            SelectChoice("identity", _("Identity: passports and the like")),
            SelectChoice("health", _("Health: seen by few, erased sooner")),
        ]
        self.core.choices = [SelectChoice("", _("not carried along")), *core_choices()]
        self.show_if.choices = condition_choices(earlier)
        self.asked_kind = self.kind.data if self.kind.data in kinds_in_words() else "short text"

    def make_room(self) -> None:
        """A few empty options or columns to write in, where the kind has any."""
        for rows, wanted in ((self.options, self.has_options), (self.columns, self.has_columns)):
            while wanted and _spare(rows) < SPARE and len(rows) < rows.max_entries:
                rows.append_entry({})

    @property
    def has_options(self) -> bool:
        return self.asked_kind in {"choice", "several"}

    @property
    def has_columns(self) -> bool:
        return self.asked_kind == "rows"

    def values(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """The question as it is written; what does not belong to its kind is taken out."""
        kind = self.kind.data
        numbers, texts = kind == "number", kind in {"short text", "long text"}
        later = self.required.data and self.required_from.data != "submit"
        return {
            "kind": kind,
            "label": texts_with(kept.get("label"), self.label.data),
            "hint": texts_with(kept.get("hint"), self.hint.data),
            "required": self.required.data,
            "required_from": self.required_from.data if later else None,
            "frozen_after": self.frozen_after.data,
            "max_words": self.max_words.data if texts else None,
            "max_characters": self.max_characters.data if texts else None,
            "translation": kind == "long text" and self.translation.data,
            "min": self.low.data if numbers else None,
            "max": self.high.data if numbers else None,
            "step": self.step.data if numbers else None,
            "decimals": self.decimals.data if numbers else None,
            "currency": self.currency.data if kind == "money" else None,
            "most": self.most.data if kind in {"several", "document", "rows"} else None,
            "least": self.least.data if kind == "rows" else None,
            "sensitivity": self.sensitivity.data if kind == "document" else None,
            "options": _rows_of(self.options, kept.get("options")) if self.has_options else None,
            "columns": self._columns(kept) if self.has_columns else None,
            "core": self.core.data if kind in CORE.get(self.core.data, ()) else None,
            "show_if": conditions(self.show_if.data or [], kept.get("show_if")),
        }

    def validate_core(self, field: Any) -> None:
        """What is carried along has one of the kinds that such an answer has."""
        if field.data and self.kind.data not in CORE.get(field.data, ()):
            kinds = kinds_in_words()
            fitting = [said for kind, said in kinds.items() if kind in CORE.get(field.data, ())]
            raise ValidationError(
                _("Such an answer is of this kind: %(kinds)s.", kinds=listed(fitting))
            )

    def _columns(self, kept: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What was written; a table that is carried along begins with the columns that it has."""
        here = reader().locale
        return _rows_of(self.columns, kept.get("columns")) or [
            {"key": column.key, "kind": column.kind, "label": {here: column.label[here]}}
            for column in core_columns(self.core.data or "")
        ]


def moved_up(typed: Mapping[str, Any], rows: str, at: int) -> MultiDict[str, Any]:
    """What was typed, with this option or column before the one above it."""
    here, above = f"{rows}-{at}-", f"{rows}-{at - 1}-"
    pairs = ((here, above), (above, here))
    swapped: MultiDict[str, Any] = MultiDict()
    for name, values in MultiDict(typed).lists():
        to = next((new + name[len(old) :] for old, new in pairs if name.startswith(old)), name)
        swapped.setlist(to, values)
    return swapped


def _spare(rows: Rows) -> int:
    return sum(1 for row in rows if not any((row.data.get("label") or {}).values()))


def kind_choices(kinds: Any) -> list[SelectChoice]:
    return [SelectChoice(kind, said) for kind, said in kinds_in_words().items() if kind in kinds]


def core_choices() -> list[SelectChoice]:
    return [SelectChoice(key, said) for key, said in core_in_words().items()]


def after_stages() -> list[SelectChoice]:
    return [
        SelectChoice("submit", _("it is submitted")),
        SelectChoice("screening", _("the screening")),
        SelectChoice("review", _("the review")),
        SelectChoice("decision", _("the decision")),
    ]


def condition_choices(earlier: list[dict[str, Any]]) -> list[SelectChoice]:
    """Every answer to an earlier question that may bring this one up, as "question:answer"."""
    choices = []
    for question in earlier:
        kind, here = question.get("kind"), reader().locale
        label = text_in(question.get("label") or {}, here)[0]
        answers: dict[str, str] = {}
        if kind in {"choice", "several"}:
            answers = {o["key"]: text_in(o["label"], here)[0] for o in question.get("options", [])}
        elif kind == "yes or no":
            answers = {"yes": _("Yes"), "no": _("No")}
        elif kind not in {"rows", "document"}:
            answers = {"": _("anything")}
        choices += [
            SelectChoice(
                f"{question['key']}:{key}",
                _("“%(question)s” with “%(answer)s”", question=label, answer=said),
            )
            for key, said in answers.items()
        ]
    return choices


def ticked(kept: Any, choices: list[SelectChoice]) -> list[str]:
    """The kept conditions as they are ticked."""
    known = {choice.value for choice in choices}
    rows = [kept] if isinstance(kept, Mapping) else kept or []
    told = [
        f"{row['question']}:{value}"
        for row in rows
        for value in (_values(row) or ([""] if not _has_bounds(row) else []))
    ]
    return [one for one in told if one in known]


def conditions(chosen: list[str], kept: Any) -> list[dict[str, Any]]:
    """What was ticked as conditions; those that only data can say stay as they are."""
    rows = [kept] if isinstance(kept, Mapping) else kept or []
    by_question: dict[str, list[str]] = {}
    for one in chosen:
        question, _colon, value = one.partition(":")
        by_question.setdefault(question, []).extend([value] if value else [])
    made: list[dict[str, Any]] = [
        {"question": question, "is": values} if values else {"question": question}
        for question, values in by_question.items()
    ]
    return made + [dict(row) for row in rows if _has_bounds(row)]


def _values(row: Mapping[str, Any]) -> list[str]:
    said = row.get("is") or []
    return [said] if isinstance(said, str) else list(said)


def _has_bounds(row: Mapping[str, Any]) -> bool:
    return row.get("at_least") is not None or row.get("at_most") is not None


def _rows_of(rows: Rows, kept: Any) -> list[dict[str, Any]]:
    """Options or columns in their order, each with a key that stays; an empty one is taken out."""
    before = {row["key"]: row for row in kept or []}
    keys, made = set(before), []
    for row in rows:
        said = row.data
        if not any(said["label"].values()):
            continue
        old = before.get(said["key"] or "", {})
        key = old.get("key") or new_key(next(t for t in said["label"].values() if t), keys)
        keys.add(key)
        one = {**old, "key": key, "label": texts_with(old.get("label"), said["label"])}
        if "kind" in said:
            one |= {"kind": said["kind"]}
            one.pop("required", None)
            one |= {"required": True} if said["required"] else {}
        made.append(one)
    return made
