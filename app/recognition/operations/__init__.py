"""The verbs of transcripts and recognition."""

from app.recognition.operations.recognising import (
    choose_system,
    decide_line,
    decide_recognition,
)
from app.recognition.operations.taking import take_file
from app.recognition.operations.writing import (
    add_course,
    begin_transcript,
    correct_transcript,
    discard_transcript,
    issue_transcript,
    note_on_transcript,
    remove_line,
    save_line,
)

__all__ = [
    "add_course",
    "begin_transcript",
    "choose_system",
    "correct_transcript",
    "decide_line",
    "decide_recognition",
    "discard_transcript",
    "issue_transcript",
    "note_on_transcript",
    "remove_line",
    "save_line",
    "take_file",
]
