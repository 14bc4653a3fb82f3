"""The demo's objects, loaded once, and the parts of them that an address can name."""

from tests.demo.subjects.objects.composed import (
    InRound,
    OfReview,
    OfTemplate,
    Question,
    SectionOfForm,
)
from tests.demo.subjects.objects.demo import Demo

__all__ = ["Demo", "InRound", "OfReview", "OfTemplate", "Question", "SectionOfForm"]
