"""Bulk rows for measuring: any number of applications, written straight to the tables.

These rows do not run through operations, because a million of them would take a day; they are
for measuring only, and a test holds that each is one that the operations could have written.
"""

from seeds.load.applying import load_applications
from seeds.load.offices import Office
from seeds.load.people import DATA
from seeds.load.shape import CALLS, COUNTRIES, FORM, PIECE, RUBRIC, SCORED, SUMMARY, TAGS

__all__ = [
    "CALLS",
    "COUNTRIES",
    "DATA",
    "FORM",
    "PIECE",
    "RUBRIC",
    "SCORED",
    "SUMMARY",
    "TAGS",
    "Office",
    "load_applications",
]
