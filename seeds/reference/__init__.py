"""Countries, universities, AI centres, and tables of credits and scores, loaded from seeds/data.

Everything is read and checked before anything is written, and written in one unit of work: a
broken row stops the load, and nothing is half there. Loading again changes only what changed.
"""

from seeds.reference.centres import centre_names
from seeds.reference.countries import zone_of
from seeds.reference.lists import BrokenLists, Reference, T
from seeds.reference.loading import DATA, Counts, load_reference, read_lists
from seeds.reference.universities import KINDS, LANGUAGES, language_of

__all__ = [
    "DATA",
    "KINDS",
    "LANGUAGES",
    "BrokenLists",
    "Counts",
    "Reference",
    "T",
    "centre_names",
    "language_of",
    "load_reference",
    "read_lists",
    "zone_of",
]
