"""The shapes of what is written and asked in exchanges: agreements, and what tables say."""

from app.exchanges.forms.agreements import (
    AnswerForm,
    ConditionsForm,
    EndForm,
    RenewForm,
    WordForm,
    row_of,
)
from app.exchanges.forms.reference import ConvertForm, ScoreForm

__all__ = [
    "AnswerForm",
    "ConditionsForm",
    "ConvertForm",
    "EndForm",
    "RenewForm",
    "ScoreForm",
    "WordForm",
    "row_of",
]
