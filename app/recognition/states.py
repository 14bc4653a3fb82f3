"""The life of a transcript, and of what the home makes of it."""

from enum import StrEnum

from app.foundation.states import Flow, move


class TranscriptState(StrEnum):
    DRAFT = "draft"
    ISSUED = "issued"
    SUPERSEDED = "superseded"


class TranscriptFlow(Flow):
    states = TranscriptState

    issue = move(TranscriptState.DRAFT, to=TranscriptState.ISSUED)
    supersede = move(TranscriptState.ISSUED, to=TranscriptState.SUPERSEDED)


class Origin(StrEnum):
    """Where a transcript came from: the host wrote it here, or it is a file of another system."""

    HOST = "host"
    FILE = "file"


class Result(StrEnum):
    PASSED = "passed"
    FAILED = "failed"


class RecognitionState(StrEnum):
    WAITING = "waiting"
    DECIDED = "decided"
    LAPSED = "lapsed"


class RecognitionFlow(Flow):
    """It lapses when another transcript takes the place of the one it is about."""

    states = RecognitionState

    decide = move(RecognitionState.WAITING, to=RecognitionState.DECIDED)
    lapse = move(RecognitionState.WAITING, to=RecognitionState.LAPSED)


class Outcome(StrEnum):
    """What a line becomes at home."""

    RECOGNISED = "recognised"
    REFUSED = "refused"
