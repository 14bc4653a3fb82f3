"""The verbs of learning agreements."""

from app.learning.operations.signing import refuse_agreement, sign_agreement
from app.learning.operations.taking import look_into_message, take_message
from app.learning.operations.writing import begin_agreement, write_agreement

__all__ = [
    "begin_agreement",
    "look_into_message",
    "refuse_agreement",
    "sign_agreement",
    "take_message",
    "write_agreement",
]
