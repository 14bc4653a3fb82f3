"""Application forms as data: what a definition says, and reading answers to it. Pure.

A definition is JSON that staff write and nobody has to trust:

    {"sections": [{"key": "study", "kind": "questions", "title": {"en": "Study"},
                   "intro": {"en": "…"}, "questions": [
        {"key": "plan", "kind": "long text", "label": {"en": "Research plan"},
         "hint": {"en": "…"}, "required": true, "max_words": 500}]}]}

Beside limits a question may have conditions ("show_if": {"question": "degree", "is": ["phd"]}), as
a whole section may by what was answered before it, the stage from which it is needed
("required_from": "offer") and after which it is never changed ("frozen_after": "review"), for a
long text room for a translation ("translation": true), for money a "currency", and for rows
"columns", which are questions themselves. What is asked again and again says what it is ("core":
"study"), so that it is carried from call to call.

`parse_form` makes it a value or says, in a sentence, what is wrong with it. `read_answer` reads
what was typed; `missing` says what an answer still needs before it can be sent.
"""

from app.opportunities.form_definitions.answers import (
    LEVELS,
    Answered,
    Reading,
    missing,
    money_written,
    read_answer,
)
from app.opportunities.form_definitions.core import (
    CORE,
    OF_PROFILE,
    core_columns,
    core_form,
    core_in_words,
)
from app.opportunities.form_definitions.counting import count_characters, count_words
from app.opportunities.form_definitions.parsing import kept_form, parse_form
from app.opportunities.form_definitions.shape import (
    COLUMN_KINDS,
    MOST_ROWS,
    QUESTION_KINDS,
    RESERVED,
    STAGES,
    TRANSLATORS,
    Condition,
    FormDefinition,
    FormProblem,
    Option,
    Question,
    Section,
    questions_of_kind,
    text_in,
)
from app.opportunities.form_definitions.showing import hidden_questions, hidden_sections, holds
from app.opportunities.form_definitions.words import (
    in_words,
    kinds_in_words,
    level_in_words,
    rows_in_words,
    stages_in_words,
)

__all__ = [
    "COLUMN_KINDS",
    "CORE",
    "LEVELS",
    "MOST_ROWS",
    "OF_PROFILE",
    "QUESTION_KINDS",
    "RESERVED",
    "STAGES",
    "TRANSLATORS",
    "Answered",
    "Condition",
    "FormDefinition",
    "FormProblem",
    "Option",
    "Question",
    "Reading",
    "Section",
    "core_columns",
    "core_form",
    "core_in_words",
    "count_characters",
    "count_words",
    "hidden_questions",
    "hidden_sections",
    "holds",
    "in_words",
    "kept_form",
    "kinds_in_words",
    "level_in_words",
    "missing",
    "money_written",
    "parse_form",
    "questions_of_kind",
    "read_answer",
    "rows_in_words",
    "stages_in_words",
    "text_in",
]
