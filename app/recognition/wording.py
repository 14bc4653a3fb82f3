"""What pages say about transcripts and recognition, in the reader's words. Pure."""

from fractions import Fraction

from app.exchanges import wording as exchange_words
from app.exchanges.wording import amount
from app.foundation.languages import gettext as _
from app.foundation.languages import listed, number
from app.recognition.states import Origin, Outcome, RecognitionState, Result, TranscriptState

TRANSCRIPT_CHIPS = {
    TranscriptState.DRAFT: "warn",
    TranscriptState.ISSUED: "good",
    TranscriptState.SUPERSEDED: "",
}
RECOGNITION_CHIPS = {
    RecognitionState.WAITING: "now",
    RecognitionState.DECIDED: "good",
    RecognitionState.LAPSED: "",
}


def transcript_states() -> dict[TranscriptState, str]:
    return {
        TranscriptState.DRAFT: _("Draft"),
        TranscriptState.ISSUED: _("Issued"),
        TranscriptState.SUPERSEDED: _("Another one took its place"),
    }


def recognition_states() -> dict[RecognitionState, str]:
    return {
        RecognitionState.WAITING: _("Waits for the university at home"),
        RecognitionState.DECIDED: _("Decided"),
        RecognitionState.LAPSED: _("Another transcript took its place"),
    }


def origins() -> dict[Origin, str]:
    return {
        Origin.HOST: _("Issued here by the host"),
        Origin.FILE: _("Read from a file of another system"),
    }


def results() -> dict[Result, str]:
    return {Result.PASSED: _("Passed"), Result.FAILED: _("Not passed")}


def outcomes() -> dict[Outcome, str]:
    return {
        Outcome.RECOGNISED: _("Recognised"),
        Outcome.REFUSED: _("Not recognised"),
    }


def credits_of(value: Fraction, system: str) -> str:
    """So many, and of which system: 7.5 ECTS credits (Europe)."""
    if not system:
        return _("No credits named")
    if system == "own":
        return _("%(credits)s of the host’s own kind", credits=amount(value))
    return exchange_words.credits_of(value, system)


def distribution(counts: dict[str, int]) -> str:
    """How many had which grade: A: 3 and B: 5."""
    return listed([f"{grade}: {number(count)}" for grade, count in counts.items()])
