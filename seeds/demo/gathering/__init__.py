"""Working groups on standards in the demo: one with a result and an open draft, one that writes."""

from seeds.demo.gathering.playing import gather
from seeds.demo.gathering.words import COURSES, INFORMATICS, SINGAPORE, TERMS, Texts

__all__ = ["COURSES", "INFORMATICS", "SINGAPORE", "TERMS", "Texts", "gather"]
