"""Several files as one PDF: what a reader prints, and photographs of pages that belong together."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from app.files import kinds
from app.files.kinds import LARGEST, MEGABYTE, FileRefused
from app.files.operations import CheckedFile
from app.foundation.languages import gettext as _

MOST_PAGES = 600
MOST_BYTES = 80 * MEGABYTE
MOST_PHOTOS = 20
# A4 at 200 dots to the inch: small print can be read, and a photograph takes some 500 kB.
LONGEST_SIDE = 2340
DOTS = 200
# What a page of somebody else's can do to its reader besides being read.
_ACTIVE = ("/Annots", "/AA")
_PICTURES = frozenset(kind.media_type for kind in kinds.PICTURES)


@dataclass(frozen=True, slots=True)
class Part:
    """A file to be bound in, and what the outline calls it."""

    title: str
    content: bytes
    media_type: str


class Binding:
    """Parts one after another behind a cover; their links and scripts are taken out."""

    def __init__(self) -> None:
        from pypdf import PdfWriter

        self._writer = PdfWriter()
        self._bytes = 0

    def add(self, part: Part) -> bool:
        """Bind a part in, and say whether that was possible.

        It is not for what is neither PDF nor picture, is locked or damaged, or comes after 600
        pages or 80 MB.
        """
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError

        try:
            reader = PdfReader(io.BytesIO(_as_pdf(part)))
            pages = list(reader.pages)
            if self._bytes + len(part.content) > MOST_BYTES:
                return False
            if len(self._writer.pages) + len(pages) > MOST_PAGES:
                return False
            first = len(self._writer.pages)
            for page in pages:
                for active in _ACTIVE:
                    page.pop(active, None)
                self._writer.add_page(page)
            self._writer.add_outline_item(title=part.title, page_number=first)
        except (
            PyPdfError,
            FileRefused,
            ArithmeticError,
            AttributeError,
            LookupError,
            OSError,
            RecursionError,
            NotImplementedError,
            TypeError,
            ValueError,
        ):
            return False  # a damaged file raises whatever its reader stumbles upon
        self._bytes += len(part.content)
        return True

    def behind(self, cover: bytes, *, title: str) -> bytes:
        """The whole, behind the pages of `cover`."""
        from pypdf import PdfReader

        for number, page in enumerate(PdfReader(io.BytesIO(cover)).pages):
            self._writer.insert_page(page, number)
        self._writer.add_metadata({"/Title": title})
        made = io.BytesIO()
        self._writer.write(made)
        return made.getvalue()


def one_document(photos: Sequence[CheckedFile]) -> CheckedFile:
    """Several photographed pages as one PDF, named after the first. Raises FileRefused."""
    if any(photo.kind not in kinds.PICTURES for photo in photos):
        raise FileRefused(
            _("Choose one file, or several photos: they become one PDF, in the order chosen.")
        )
    content = photos_as_pdf([photo.content for photo in photos])
    if len(content) > LARGEST:
        raise FileRefused(
            _("These photos make more than %(most)s MB. Choose fewer.", most=LARGEST // MEGABYTE)
        )
    return CheckedFile(content, f"{PurePath(photos[0].file_name).stem}.pdf", kinds.PDF)


def photos_as_pdf(pictures: Sequence[bytes]) -> bytes:
    """Checked pictures as the pages of a PDF, in their order, upright. Raises FileRefused."""
    from app.files.pictures import as_page

    if len(pictures) > MOST_PHOTOS:
        raise FileRefused(
            _("At most %(most)s photos become one document. Choose fewer.", most=MOST_PHOTOS)
        )
    pages = [as_page(picture, LONGEST_SIDE) for picture in pictures]
    made = io.BytesIO()
    pages[0].save(made, "PDF", save_all=True, append_images=pages[1:], resolution=DOTS, quality=80)
    return made.getvalue()


def _as_pdf(part: Part) -> bytes:
    if part.media_type in _PICTURES:
        return photos_as_pdf([part.content])
    if part.media_type != kinds.PDF.media_type:
        raise ValueError(part.media_type)
    return part.content
