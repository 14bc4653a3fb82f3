"""The life of a stored file, and how carefully it is kept."""

from enum import StrEnum

from app.foundation.states import Flow, move


class Sensitivity(StrEnum):
    ORDINARY = "ordinary"
    PERSONAL = "personal"
    HEALTH = "health"
    IDENTITY = "identity"


# From the least to the most carefully kept.
CAREFULLY = (
    Sensitivity.ORDINARY,
    Sensitivity.PERSONAL,
    Sensitivity.IDENTITY,
    Sensitivity.HEALTH,
)

# Kept apart: read by few, in no merged PDF and no export, and erased sooner.
APART = frozenset({Sensitivity.IDENTITY, Sensitivity.HEALTH})


class FileState(StrEnum):
    KEPT = "kept"
    ERASED = "erased"


class FileFlow(Flow):
    states = FileState

    erase = move(FileState.KEPT, to=FileState.ERASED)


class ScanState(StrEnum):
    """What a virus scanner said of a file; until it has, the file waits and nobody reads it."""

    UNSCANNED = "unscanned"  # no scanner was there to be asked
    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"


READABLE = frozenset({ScanState.UNSCANNED, ScanState.CLEAN})


class UploadState(StrEnum):
    """A file that arrives in pieces."""

    ARRIVING = "arriving"
    KEPT = "kept"
    GIVEN_UP = "given up"


class UploadFlow(Flow):
    states = UploadState

    keep = move(UploadState.ARRIVING, to=UploadState.KEPT)
    give_up = move(UploadState.ARRIVING, to=UploadState.GIVEN_UP)


class Way(StrEnum):
    """How a side's word came: on its own page, by a link without an account, or on paper."""

    PAGE = "page"
    LINK = "link"
    LETTER = "letter"
