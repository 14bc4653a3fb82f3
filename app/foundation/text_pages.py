"""Pages on which an office writes what readers of one language read: an address a language."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from flask import request
from flask.typing import ResponseReturnValue

from app.foundation.errors import NotFound
from app.foundation.forms import Form
from app.foundation.languages import LANGUAGES
from app.foundation.languages import gettext as _
from app.foundation.settling import Editing
from app.foundation.work import Work

S = TypeVar("S")
F = TypeVar("F", bound=Form)


class TextPage(ABC, Generic[S, F]):
    """What one thing says in one language. An office says how it is asked, kept and shown."""

    edit: Editing[S]
    asks: type[F]

    def __init__(self, locale: str) -> None:
        if locale not in LANGUAGES:
            raise NotFound(_("There is no such page, or it is not yours to see."))
        self.locale = locale

    @abstractmethod
    def save(self, work: Work, subject: S, form: F) -> object:
        """Keep it in the language of this page."""

    @abstractmethod
    def page(self, *args: Any, **values: Any) -> str:
        """The page of a subject and a form, with what is `beside` the form."""

    def texts(self, subject: S) -> Sequence[Any]:
        """In every language in which it is written."""
        return subject.texts  # type: ignore[attr-defined, no-any-return]

    def version(self, _subject: S, kept: Any) -> int:
        """What a change is made to: the text of this language, 0 before there is one."""
        return kept.version if kept is not None else 0

    def more(self, _subject: S) -> dict[str, Any]:
        """What the form shows besides the columns of the text."""
        return {}

    def form(self, subject: S, *, bound: bool) -> F:
        kept = next((text for text in self.texts(subject) if text.locale == self.locale), None)
        sent = request.form if bound else None
        form = self.asks(formdata=sent, obj=kept, data=self.more(subject))
        if not bound:
            form["version"].data = self.version(subject, kept)
        return form

    def beside(self, subject: S) -> dict[str, Any]:
        """The language that is written, and the original."""
        original = next((text for text in self.texts(subject) if text.is_original), None)
        return {"locale_of_text": self.locale, "original": original}

    def show(self, subject_id: int) -> str:
        found = self.edit.found(subject_id)
        return self.page(found, self.form(found, bound=False))

    def write(self, subject_id: int, *, to: str) -> ResponseReturnValue:
        return self.edit.settle(
            subject_id, self.form, self.save, self.page, said=_("The text is saved."), to=to
        )
