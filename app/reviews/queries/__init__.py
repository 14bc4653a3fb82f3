"""Everything reviews reads: a function returns a Select or a plain value, never writes."""

from app.reviews.queries.assigning import (
    applicants_of,
    assignable_applications,
    burdens_of,
    named_reviewers,
    parties_of,
    reviewer_to_dismiss,
    reviewers_of,
    reviews_of_applications,
)
from app.reviews.queries.reading import (
    Colleague,
    documents_to_read,
    given_scores,
    letters_shown,
    letters_to_read,
    queue_of,
    readings_of,
    review_to_read,
    with_scores,
)
from app.reviews.queries.visible import reviews, reviews_to_write, reviews_visible_to

__all__ = [
    "Colleague",
    "applicants_of",
    "assignable_applications",
    "burdens_of",
    "documents_to_read",
    "given_scores",
    "letters_shown",
    "letters_to_read",
    "named_reviewers",
    "parties_of",
    "queue_of",
    "readings_of",
    "review_to_read",
    "reviewer_to_dismiss",
    "reviewers_of",
    "reviews",
    "reviews_of_applications",
    "reviews_to_write",
    "reviews_visible_to",
    "with_scores",
]
