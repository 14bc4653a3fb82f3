"""Which kinds of file are taken, and what bytes really are: their content decides, not a name."""

import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.foundation.errors import RuleBroken
from app.foundation.languages import gettext as _

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
LONGEST_NAME = 180


class FileRefused(RuleBroken):
    """The file cannot be taken; the sentence says what to upload instead."""

    http_status = 422


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is taken, with the names and types it may be declared by."""

    name: str
    media_type: str
    suffixes: frozenset[str]
    declared: frozenset[str]


PDF = Kind("PDF", "application/pdf", frozenset({".pdf"}), frozenset({"application/x-pdf"}))
JPEG = Kind(
    "JPEG",
    "image/jpeg",
    frozenset({".jpg", ".jpeg", ".jfif"}),
    frozenset({"image/jpg", "image/pjpeg"}),
)
PNG = Kind("PNG", "image/png", frozenset({".png"}), frozenset({"image/x-png"}))
HEIC = Kind(
    "HEIC",
    "image/heic",
    frozenset({".heic", ".heif"}),
    frozenset({"image/heif", "image/heic-sequence", "image/heif-sequence"}),
)
DOCX = Kind(
    "DOCX",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    frozenset({".docx"}),
    frozenset({"application/zip", "application/x-zip-compressed"}),
)
# Taken only by who has read it before (`interchange`): never as a document of a person.
XML = Kind("XML", "application/xml", frozenset({".xml"}), frozenset({"text/xml"}))
KINDS = (PDF, JPEG, PNG, HEIC, DOCX)
PICTURES = (JPEG, PNG, HEIC)
ACCEPT = ",".join(sorted({s for k in KINDS for s in k.suffixes} | {k.media_type for k in KINDS}))
# What a browser says of a file it does not know.
UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream"})
HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
# Directional characters hide what a name ends with: "exe.fdp" shown backwards.
_DIRECTIONAL = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def kind_of(content: bytes) -> Kind | None:
    """What the bytes begin as, of the kinds that are taken; None for everything else."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        return HEIC
    if content.startswith(b"PK\x03\x04"):
        return DOCX
    return None


def agreed_kind(content: bytes, file_name: str, declared: str) -> Kind:
    """The kind on which content, name and declared type agree. Raises FileRefused."""
    kind = kind_of(content)
    suffix = PurePosixPath(file_name).suffix.lower()
    named = next((k for k in KINDS if suffix in k.suffixes), None)
    if kind is None:
        raise FileRefused(_not_taken(content))
    if named is not kind:
        raise FileRefused(
            _(
                "The name of this file ends with “%(suffix)s”, but it is a %(kind)s file. "
                "Save it again as a %(kind)s file and upload that.",
                suffix=suffix or "…",
                kind=kind.name,
            )
        )
    said = declared.split(";", maxsplit=1)[0].strip().lower()
    if said not in UNDECLARED and said != kind.media_type and said not in kind.declared:
        raise FileRefused(
            _(
                "Your browser calls this file %(declared)s, but it is a %(kind)s file. "
                "Save it again as a %(kind)s file and upload that.",
                declared=said[:80],
                kind=kind.name,
            )
        )
    return kind


def _not_taken(content: bytes) -> str:
    import puremagic  # only who refuses a file asks what it is instead

    taken = _("Upload a PDF, JPEG, PNG, HEIC or DOCX file.")
    if not content:
        return _("This file is empty. Choose another one.")
    try:
        found = puremagic.from_string(content[:4096]).lstrip(".").upper()
    except (puremagic.PureError, ValueError):
        return taken
    return (
        _(
            "This looks like %(found)s. Upload a PDF, JPEG, PNG, HEIC or DOCX file.",
            found=found,
        )
        if found
        else taken
    )


def clean_name(name: str) -> str:
    """A file's name as it is shown and offered again: no folders, nothing invisible, bounded."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/")).rsplit("/", 1)[-1]
    text = "".join(
        c
        for c in text
        if c not in _DIRECTIONAL and unicodedata.category(c) not in {"Cc", "Cs", "Zl", "Zp"}
    )
    text = " ".join(text.split()).strip(" .") or "file"
    stem, suffix = PurePosixPath(text).stem, PurePosixPath(text).suffix
    suffix = suffix if len(suffix) <= 10 else ""
    return stem[: LONGEST_NAME - len(suffix)] + suffix
