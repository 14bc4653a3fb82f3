"""Everything that exchanges read."""

from app.exchanges.queries.agreements import (
    PAGE,
    agreement_with_all,
    agreements_ending,
    agreements_listed,
    agreements_to_remind,
    agreements_visible_to,
    approvals_of,
    last_approved_by,
    latest,
    own_universities,
    revision_of,
    terms_of,
    universities_by_ref,
    universities_of,
    waiting_for,
)
from app.exchanges.queries.reference import (
    credit_caps,
    credit_rules,
    credit_units,
    grade_table,
    score_bands,
)

__all__ = [
    "PAGE",
    "agreement_with_all",
    "agreements_ending",
    "agreements_listed",
    "agreements_to_remind",
    "agreements_visible_to",
    "approvals_of",
    "credit_caps",
    "credit_rules",
    "credit_units",
    "grade_table",
    "last_approved_by",
    "latest",
    "own_universities",
    "revision_of",
    "score_bands",
    "terms_of",
    "universities_by_ref",
    "universities_of",
    "waiting_for",
]
