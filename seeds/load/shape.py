"""How much is loaded, and how calls and applications are shaped."""

from typing import Any

from app.applications.states import ApplicationState

PIECE = 5000
CALLS = 8  # unless told otherwise
TAGS = ("strong on paper", "call back", "passport missing", "alumni", "late")
OFFICERS = 4
COUNTRIES = ("KH", "LA", "VN", "TH", "MM", "ID", "MY", "PH", "SG", "BN", "TL")
# How a call looks in the middle of its reviewing: (state, share in percent).
SHARES = (
    (ApplicationState.DRAFT, 18),
    (ApplicationState.SUBMITTED, 20),
    (ApplicationState.ELIGIBLE, 10),
    (ApplicationState.INELIGIBLE, 4),
    (ApplicationState.IN_REVIEW, 32),
    (ApplicationState.SHORTLISTED, 6),
    (ApplicationState.NOT_SELECTED, 7),
    (ApplicationState.WITHDRAWN, 3),
)
# What is asked, and what everybody answered: of the length that people write in lists.
FORM = {
    "sections": [
        {
            "key": "plan",
            "title": {"en": "Your plan"},
            "questions": [
                {"key": "headline", "kind": "short text", "label": {"en": "Title"}},
                {"key": "summary", "kind": "long text", "label": {"en": "Summary"}},
                {"key": "starts", "kind": "month", "label": {"en": "When you can start"}},
                {
                    "key": "field",
                    "kind": "choice",
                    "label": {"en": "Field"},
                    "options": [
                        {"key": "language", "label": {"en": "Language"}},
                        {"key": "vision", "label": {"en": "Vision"}},
                        {"key": "policy", "label": {"en": "Policy"}},
                    ],
                },
                {"key": "english", "kind": "language level", "label": {"en": "English"}},
                {"key": "papers", "kind": "number", "label": {"en": "Papers"}},
            ],
        }
    ]
}
HEADLINE = "Language resources for measuring"
RUBRIC = {
    "scale": [1, 5],
    "criteria": [
        {
            "key": "merit",
            "title": {"en": "Merit"},
            "weight": 100,
            "anchors": [{"en": w} for w in ("weak", "fair", "good", "strong", "outstanding")],
        }
    ],
}
SUMMARY = "I study how words end in languages that are written without spaces, and measure it."
SCORED = {
    ApplicationState.IN_REVIEW,
    ApplicationState.SHORTLISTED,
    ApplicationState.NOT_SELECTED,
}


def luck_of(row: dict[str, Any]) -> int:
    """A number of an application's own that has nothing to do with its name, number or state."""
    luck: int = row["id"] * 2_654_435_761 % 2**32 >> 7
    return luck
