"""Everything reviews does: one function per verb of the office."""

from app.reviews.operations.assigning import (
    assign_pairs,
    assign_reviewers,
    read_on,
    reopen_review,
    stop_reading,
    take_back_review,
)
from app.reviews.operations.changing import request_changes
from app.reviews.operations.kept import recount_reviews, take_up
from app.reviews.operations.naming import dismiss_reviewer, name_reviewer
from app.reviews.operations.writing import (
    Given,
    declare_conflict,
    save_review,
    submit_review,
)

__all__ = [
    "Given",
    "assign_pairs",
    "assign_reviewers",
    "declare_conflict",
    "dismiss_reviewer",
    "name_reviewer",
    "read_on",
    "recount_reviews",
    "reopen_review",
    "request_changes",
    "save_review",
    "stop_reading",
    "submit_review",
    "take_back_review",
    "take_up",
]
