"""Agreements of universities; and the tables by which credits, levels and grades are read."""

from app.exchanges.models.agreements import (
    Agreement,
    AgreementAnswer,
    AgreementCondition,
    AgreementRevision,
    AgreementSide,
)
from app.exchanges.models.reference import (
    CreditCap,
    CreditRule,
    CreditUnit,
    GradeRow,
    LanguageBand,
)

__all__ = [
    "Agreement",
    "AgreementAnswer",
    "AgreementCondition",
    "AgreementRevision",
    "AgreementSide",
    "CreditCap",
    "CreditRule",
    "CreditUnit",
    "GradeRow",
    "LanguageBand",
]
