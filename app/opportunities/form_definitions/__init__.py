"""Application forms as data: what a definition says, and reading answers to it. Pure.

A definition is JSON that staff write and nobody has to trust:

    {"sections": [{"key": "study", "kind": "questions", "title": {"en": "Study"},
                   "intro": {"en": "…"}, "questions": [
        {"key": "plan", "kind": "long text", "label": {"en": "Research plan"},
         "hint": {"en": "…"}, "required": true, "max_words": 500}]}]}

`parse_form` makes it a value or says, in a sentence, what is wrong with it. `read_answer` reads
what was typed; `missing` says what an answer still needs before it can be sent.
"""

from app.opportunities.form_definitions.answers import (
    LEVELS,
    Answered,
    Reading,
    missing,
    read_answer,
)
from app.opportunities.form_definitions.counting import count_characters, count_words
from app.opportunities.form_definitions.shape import (
    QUESTION_KINDS,
    RESERVED,
    FormDefinition,
    FormProblem,
    Option,
    Question,
    Section,
    parse_form,
    questions_of_kind,
    text_in,
)
from app.opportunities.form_definitions.words import in_words, level_in_words

__all__ = [
    "LEVELS",
    "QUESTION_KINDS",
    "RESERVED",
    "Answered",
    "FormDefinition",
    "FormProblem",
    "Option",
    "Question",
    "Reading",
    "Section",
    "count_characters",
    "count_words",
    "in_words",
    "level_in_words",
    "missing",
    "parse_form",
    "questions_of_kind",
    "read_answer",
    "text_in",
]
