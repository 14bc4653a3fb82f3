"""What each route is about: the demo's objects that its address can name, and their parts.

A route whose arguments are not in NAMED, or a permission that is not in ABOUT, has no case in
the table, and the test that reads this says so.
"""

from tests.demo.subjects.addresses import Named, named_by
from tests.demo.subjects.objects import (
    Demo,
    InRound,
    OfReview,
    OfTemplate,
    Question,
    SectionOfForm,
)
from tests.demo.subjects.rules import ABOUT, LISTS, ids

__all__ = [
    "ABOUT",
    "LISTS",
    "Demo",
    "InRound",
    "Named",
    "OfReview",
    "OfTemplate",
    "Question",
    "SectionOfForm",
    "ids",
    "named_by",
]
