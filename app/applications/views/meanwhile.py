"""When a page was saved elsewhere after it was opened: what was saved there, for each field."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.applications.forms.filling import AnswerField
from app.foundation import languages
from app.opportunities.form_definitions import in_words


def saved_elsewhere(asked: Iterable[AnswerField], kept: Mapping[str, Any]) -> dict[str, str]:
    """What another page saved, in words, by each field that holds something else."""
    locale = languages.reader().locale
    return {
        field.name: in_words(field.question, kept.get(field.question.key), locale)
        for field in asked
        if kept.get(field.question.key) != field.data
    }
