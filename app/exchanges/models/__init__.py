"""Agreements, who went where by them, and the tables by which credits and scores are read."""

from app.exchanges.models.agreements import (
    Agreement,
    AgreementAnswer,
    AgreementCondition,
    AgreementRevision,
    AgreementSide,
)
from app.exchanges.models.balance import BalanceEntry, Cause
from app.exchanges.models.partners import AcademicTerm, HostCourse, PartnerFacts
from app.exchanges.models.people import ExchangeContact, LanguageScore, OfficeMailbox
from app.exchanges.models.postings import HomeDates, Posting
from app.exchanges.models.reference import (
    CreditCap,
    CreditRule,
    CreditUnit,
    GradeRow,
    LanguageBand,
)

__all__ = [
    "AcademicTerm",
    "Agreement",
    "AgreementAnswer",
    "AgreementCondition",
    "AgreementRevision",
    "AgreementSide",
    "BalanceEntry",
    "Cause",
    "CreditCap",
    "CreditRule",
    "CreditUnit",
    "ExchangeContact",
    "GradeRow",
    "HomeDates",
    "HostCourse",
    "LanguageBand",
    "LanguageScore",
    "OfficeMailbox",
    "PartnerFacts",
    "Posting",
]
