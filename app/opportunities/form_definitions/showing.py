"""What is not asked, by what was answered before it: sections and questions. Pure."""

from collections.abc import Mapping
from typing import Any

from app.opportunities.form_definitions.shape import Condition, FormDefinition


def hidden_questions(form: FormDefinition, answers: Mapping[str, Any]) -> frozenset[str]:
    """The keys of what is not asked of somebody who gave these answers ({question: answer}).

    What is not asked counts as not answered, so what depends on it is not asked either. A section
    that is left out takes all its questions with it.
    """
    return _hidden(form, answers)[1]


def hidden_sections(form: FormDefinition, answers: Mapping[str, Any]) -> frozenset[str]:
    """The keys of the sections that somebody who gave these answers does not see."""
    return _hidden(form, answers)[0]


def _hidden(
    form: FormDefinition, answers: Mapping[str, Any]
) -> tuple[frozenset[str], frozenset[str]]:
    sections: set[str] = set()
    questions: set[str] = set()

    def fails(conditions: tuple[Condition, ...]) -> bool:
        return any(
            not holds(c, None if c.question in questions else answers.get(c.question))
            for c in conditions
        )

    for section in form.sections:
        left_out = fails(section.show_if)
        if left_out:
            sections.add(section.key)
        for question in section.questions:
            if left_out or fails(question.show_if):
                questions.add(question.key)
    return frozenset(sections), frozenset(questions)


def holds(condition: Condition, value: Any) -> bool:
    """Whether an answer is what the condition asks for."""
    if value is None or value in ("", []):
        return False
    if condition.at_least is not None or condition.at_most is not None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        low, high = condition.at_least, condition.at_most
        return (low is None or value >= low) and (high is None or value <= high)
    if not condition.values:
        return True
    if isinstance(value, bool):
        return ("yes" if value else "no") in condition.values
    given = value if isinstance(value, list) else [value]
    return any(str(one) in condition.values for one in given)
