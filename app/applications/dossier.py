"""An application as it was sent, read through the form that it was sent with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.applications.asked_beside import told_beside
from app.foundation import languages
from app.opportunities.form_definitions import (
    FormDefinition,
    FormProblem,
    Question,
    Section,
    hidden_questions,
    hidden_sections,
    in_words,
    kept_form,
    parse_form,
    rows_in_words,
    text_in,
)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What was sent, without who sent it: that part of the content stays unread here.

    `decided` is what the office said of which document, in words. Documents that are kept apart
    are named only where `apart` says so; `erased` is when which document was erased.
    """

    form: FormDefinition
    content: Mapping[str, Any]
    apart: bool = False
    erased: Mapping[int, datetime] = field(default_factory=dict)
    decided: Mapping[str, str] = field(default_factory=dict)

    @property
    def sections(self) -> list[Section]:
        """The sections that say something and were asked; the profile is the applicant's own."""
        left_out = hidden_sections(self.form, self._given)
        return [s for s in self.form.sections if s.kind != "profile" and s.key not in left_out]

    @property
    def not_asked(self) -> frozenset[str]:
        """The questions that the answers given leave out."""
        return hidden_questions(self.form, self._given)

    @property
    def _given(self) -> dict[str, Any]:
        given = self.content.get("answers", {}).values()
        return {key: value for rows in given for key, value in rows.items()}

    def answer(self, section: Section, question: Question) -> str:
        """The answer in words; "" for none."""
        return in_words(question, self._kept(section, question), languages.reader().locale)

    def rows(self, section: Section, question: Question) -> list[list[str]]:
        """What was answered in rows, column by column."""
        return rows_in_words(question, self._kept(section, question), languages.reader().locale)

    def _kept(self, section: Section, question: Question) -> Any:
        return self.content.get("answers", {}).get(section.key, {}).get(question.key)

    def documents(self, question: Question) -> list[Mapping[str, Any]]:
        """The files that were sent for a question, as far as this reader may know of them."""
        return [d for d in self._files(question) if self.apart or not _is_apart(question, d)]

    def withheld(self, question: Question) -> int:
        """How many files were sent for it that this reader may not know more of."""
        return len(self._files(question)) - len(self.documents(question))

    def _files(self, question: Question) -> list[Mapping[str, Any]]:
        return [d for d in self.content.get("documents", ()) if d.get("question") == question.key]

    @property
    def beside(self) -> list[tuple[str, str]]:
        """What was asked for beside the form, in words."""
        return told_beside(self.content)

    @property
    def documents_asked(self) -> list[Question]:
        """The questions that ask for a document, in the order of the form."""
        return [q for s in self.sections for q in s.questions if q.kind == "document"]

    @property
    def all_documents(self) -> int:
        return sum(len(self.documents(question)) for question in self.documents_asked)

    @property
    def preferences(self) -> list[Mapping[str, Any]]:
        return sorted(self.content.get("preferences", ()), key=lambda p: p.get("rank", 0))

    def text(self, texts: Mapping[str, str]) -> str:
        return text_in(texts, languages.reader().locale)[0]

    def lang(self, texts: Mapping[str, str]) -> str:
        return text_in(texts, languages.reader().locale)[1]


def _is_apart(question: Question, document: Mapping[str, Any]) -> bool:
    """Asked for as such, or carried from where it was."""
    return question.kept_apart or bool(document.get("apart"))


def dossier(
    form: Any,
    content: Mapping[str, Any] | None,
    *,
    apart: bool = False,
    erased: Mapping[int, datetime] | None = None,
    decided: Mapping[str, str] | None = None,
) -> Dossier | None:
    """The dossier of a form definition and a submission; None where nothing can be read.

    `form` is the definition, or the JSON text in which it is stored.
    """
    if content is None:
        return None
    try:
        read = kept_form(form) if isinstance(form, str) else parse_form(form)
        return Dossier(read, content, apart, erased or {}, decided or {})
    except FormProblem:
        return None
