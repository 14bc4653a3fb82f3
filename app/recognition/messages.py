"""What students and international offices are told about transcripts and what they count as."""

from dataclasses import dataclass
from typing import ClassVar

from app.notifications.notify import Message


@dataclass(frozen=True, slots=True)
class TranscriptIssued(Message):
    """To the student and the university at home."""

    kind: ClassVar[str] = "recognition/transcript_issued"
    transcript_id: int
    student: str
    host: str
    serial: str
    because: str


@dataclass(frozen=True, slots=True)
class TranscriptTaken(Message):
    """To the side that did not bring it: a transcript came as a file from elsewhere."""

    kind: ClassVar[str] = "recognition/transcript_taken"
    transcript_id: int
    student: str
    host: str


@dataclass(frozen=True, slots=True)
class RecognitionDecided(Message):
    """To the student."""

    kind: ClassVar[str] = "recognition/recognition_decided"
    recognition_id: int
    home: str
    host: str
    recognised: int
    refused: int
