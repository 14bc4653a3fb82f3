"""Documents as they arrive: a PDF must be whole, a DOCX a text without programs."""

import io
import zipfile
import zlib

from app.files.kinds import FileRefused
from app.foundation.languages import gettext as _

# A text of 10 MB does not unpack to more than this; what does was made to fill a disk.
MOST_UNPACKED = 100 * 1024 * 1024
MOST_PARTS = 2000
END_OF_PDF = 2048
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    RuntimeError,  # asks for a password
    NotImplementedError,
    OSError,
    ValueError,
    EOFError,
)


def check_pdf(content: bytes) -> bytes:
    """A PDF from its header to its end mark, with nothing hung on behind. Raises FileRefused."""
    tail = content[-END_OF_PDF:]
    behind = tail.rpartition(b"%%EOF")
    if not behind[1] or b"obj" not in content:
        raise FileRefused(
            _("This PDF is cut short or damaged. Save it again and upload the new file.")
        )
    if b"PK\x05\x06" in behind[2] or b"<script" in behind[2].lower():
        raise FileRefused(
            _("Something else is hidden behind the end of this PDF. Save it again as a PDF.")
        )
    return content


def check_docx(content: bytes) -> bytes:
    """A word-processor text within bounds and without macros. Raises FileRefused."""
    damaged = FileRefused(
        _("This DOCX file is damaged or protected. Save it again, or save it as a PDF.")
    )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            _refuse_bombs(parts, len(content))
            _refuse_programs(parts)
            types = archive.read("[Content_Types].xml")
            with archive.open("word/document.xml") as text:
                begins = text.read(4096)
    except _UNREADABLE:
        raise damaged from None
    if b"macroEnabled" in types:
        raise FileRefused(_programs_inside())
    if b"document" not in begins:
        raise damaged
    return content


def _refuse_bombs(parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or packed > size:
        raise FileRefused(
            _("This DOCX file unpacks to far too much. Save it again, or save it as a PDF.")
        )


def _refuse_programs(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename.lower() for part in parts]
    if any("vbaproject" in n or "/activex" in n or n.endswith((".exe", ".dll")) for n in names):
        raise FileRefused(_programs_inside())


def _programs_inside() -> str:
    return _("This file has macros (programs) inside. Save it as a PDF and upload that.")
