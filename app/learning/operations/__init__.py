"""The verbs of learning agreements."""

from app.learning.operations.signing import refuse_agreement, sign_agreement
from app.learning.operations.writing import begin_agreement, write_agreement

__all__ = ["begin_agreement", "refuse_agreement", "sign_agreement", "write_agreement"]
