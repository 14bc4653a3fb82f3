"""Which questions are not asked, by what was answered before them. Pure."""

from collections.abc import Mapping
from typing import Any

from app.opportunities.form_definitions.shape import Condition, FormDefinition


def hidden_questions(form: FormDefinition, answers: Mapping[str, Any]) -> frozenset[str]:
    """The keys of what is not asked of somebody who gave these answers ({question: answer}).

    What is not asked counts as not answered, so what depends on it is not asked either.
    """
    hidden: set[str] = set()
    for question in form.questions():
        for condition in question.show_if:
            value = None if condition.question in hidden else answers.get(condition.question)
            if not holds(condition, value):
                hidden.add(question.key)
    return frozenset(hidden)


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
