"""Courses as files of others say them: tables, linked data and calendars become rows of one kind.

Pure: bytes go in, `Incoming` comes out. A file that cannot be read as a whole raises
`FileRefused`; a row that cannot be used is in `refused`, and never stops the others.
"""

from app.courses.incoming.files import read_file
from app.courses.incoming.rows import (
    FIELDS,
    Incoming,
    Refused,
    Row,
    Why,
    reason,
)
from app.foundation.tables import LARGEST, FileRefused

__all__ = [
    "FIELDS",
    "LARGEST",
    "FileRefused",
    "Incoming",
    "Refused",
    "Row",
    "Why",
    "read_file",
    "reason",
]
