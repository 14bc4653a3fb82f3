"""Everything that exchanges read."""

from app.exchanges.queries.agreements import (
    agreement_with_all,
    agreements_visible_to,
    approvals_of,
    latest,
    revision_of,
    terms_of,
    universities_of,
)

__all__ = [
    "agreement_with_all",
    "agreements_visible_to",
    "approvals_of",
    "latest",
    "revision_of",
    "terms_of",
    "universities_of",
]
