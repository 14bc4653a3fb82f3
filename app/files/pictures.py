"""Pictures as they arrive: decoded once within bounds, and rid of what they tell besides.

Place, camera and comments are taken out without touching the picture itself; how it is turned
is kept, so that a page photographed on its side still stands upright.
"""

import io
import struct
import threading
import zlib
from collections.abc import Callable, Iterator

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from app.files.kinds import HEIC, JPEG, PNG, FileRefused, Kind
from app.foundation.languages import gettext as _

# The largest phone cameras' ordinary pictures; beyond it a decoded picture fills the memory.
MOST_PIXELS = 50_000_000
ORIENTATION = 0x0112
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
pillow_heif.register_heif_opener(thumbnails=False)
# One picture is decoded at a time: four at once would be four times the memory.
_decoding = threading.Lock()


class _Damaged(ValueError):
    """The bytes do not hold together as the format says."""


def check_picture(content: bytes, kind: Kind) -> bytes:
    """The picture without its metadata. Raises FileRefused for a bomb or a damaged one."""
    try:
        turned = _decode(content, kind)
        return _STRIPPED[kind](content, turned)
    except (_Damaged, struct.error, IndexError, zlib.error):
        raise FileRefused(_damaged(kind)) from None


def _damaged(kind: Kind) -> str:
    return _(
        "This %(kind)s picture is damaged and cannot be opened. Take or save it again.",
        kind=kind.name,
    )


def _decode(content: bytes, kind: Kind) -> int:
    """Open the picture to its last line; returns how it is turned (EXIF orientation, 1 to 8)."""
    too_many = FileRefused(
        _(
            "This picture has too many pixels. Make it smaller, to at most %(most)s megapixels.",
            most=MOST_PIXELS // 1_000_000,
        )
    )
    try:
        with _decoding, Image.open(io.BytesIO(content), formats=[_PILLOW[kind]]) as picture:
            if picture.size[0] * picture.size[1] > MOST_PIXELS:
                raise too_many
            turned = picture.getexif().get(ORIENTATION, 1)
            if kind is JPEG:
                picture.draft("L", (max(1, picture.size[0] // 8), max(1, picture.size[1] // 8)))
            if kind is not PNG:  # a PNG's lines are unpacked and counted below, piece by piece
                picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many from None
    except FileRefused:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, RuntimeError, EOFError):
        raise _Damaged from None
    return turned if isinstance(turned, int) and 1 <= turned <= 8 else 1


def as_page(content: bytes, longest: int) -> Image.Image:
    """A checked picture upright, in colours that paper has, `longest` dots at most on a side."""
    try:
        with _decoding, Image.open(io.BytesIO(content), formats=list(_PILLOW.values())) as picture:
            picture.draft("RGB", (longest, longest))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((longest, longest))
            if upright.has_transparency_data:
                paper = Image.new("RGBA", upright.size, "white")
                paper.alpha_composite(upright.convert("RGBA"))
                upright = paper
            return upright.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as broken:
        raise FileRefused(_("A picture is damaged and cannot be opened.")) from broken


def _only_orientation(turned: int) -> bytes:
    """A TIFF block that says nothing but how the picture is turned."""
    return b"MM\0\x2a\0\0\0\x08" + struct.pack(">HHHIHHI", 1, ORIENTATION, 3, 1, turned, 0, 0)


# --- JPEG: a row of segments; the picture itself lies between SOS and the next marker ------------

_KEPT_APPS = {0xE0, 0xE2, 0xEE}  # JFIF, colour profile, Adobe's colour transform


def _jpeg(content: bytes, turned: int) -> bytes:
    kept = [b"\xff\xd8"]
    if turned != 1:
        exif = b"Exif\0\0" + _only_orientation(turned)
        kept.append(b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif)
    kept += [
        piece
        for marker, piece in _jpeg_pieces(content)
        if marker not in range(0xE0, 0xF0) or (marker in _KEPT_APPS and _says_no_more(piece))
    ]
    return b"".join(kept)


def _says_no_more(piece: bytes) -> bool:
    """Colour profiles share their segment number with lists of further pictures and the like."""
    return piece[1] != 0xE2 or piece[4:16] == b"ICC_PROFILE\0"


def _jpeg_pieces(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment with its marker, and scans as 0; ends at the end of the picture."""
    at = 2
    while True:
        if content[at] != 0xFF:
            raise _Damaged
        while content[at + 1] == 0xFF:  # fill bytes
            at += 1
        marker = content[at + 1]
        if marker == 0xD9:
            yield marker, b"\xff\xd9"
            return
        (length,) = struct.unpack_from(">H", content, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(content):
            raise _Damaged
        if marker != 0xFE:  # a comment
            yield marker, content[at:end]
        at = end
        if marker == 0xDA:
            end = _end_of_scan(content, at)
            yield 0, content[at:end]
            at = end


def _end_of_scan(content: bytes, at: int) -> int:
    while True:
        at = content.find(b"\xff", at)
        if at < 0 or at + 1 >= len(content):
            raise _Damaged
        following = content[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at


# --- PNG: a row of chunks, each with its checksum -----------------------------------------------

_KEPT_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB"}
    | {b"pHYs", b"bKGD", b"cICP"}
)


def _png(content: bytes, turned: int) -> bytes:
    kept, lines = [content[:8]], _Lines()
    for name, data in _chunks(content):
        if name == b"IDAT":
            if turned != 1 and not lines.began:
                kept.append(_chunk(b"eXIf", _only_orientation(turned)))
            lines.unpack(data)
        if name == b"IHDR":
            lines.expect(data)
        if name in _KEPT_CHUNKS:
            kept.append(_chunk(name, data))
    lines.check()
    return b"".join(kept)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", content, at + 8 + length)
        if zlib.crc32(name + data) != checksum:
            raise _Damaged
        yield name, data
        if name == b"IEND":
            return
        at += 12 + length


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


class _Lines:
    """A PNG's packed lines, unpacked piece by piece only to be counted."""

    def __init__(self) -> None:
        self.packed = zlib.decompressobj()
        self.began = False
        self.length = self.expected = 0

    def expect(self, header: bytes) -> None:
        width, height, depth, colour, _c, _f, interlaced = struct.unpack(">IIBBBBB", header)
        samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colour, 4)
        line = (width * samples * depth + 7) // 8 + 1
        self.expected = height * line
        # Interlaced pictures have up to seven passes with line ends of their own.
        self.most = self.expected * 2 + 1024 if interlaced else self.expected + 1024

    def unpack(self, data: bytes) -> None:
        self.began = True
        while data and not self.packed.eof:
            self.length += len(self.packed.decompress(data, 1 << 20))
            data = self.packed.unconsumed_tail
            if self.length > self.most:
                raise _Damaged

    def check(self) -> None:
        if self.length < self.expected * 0.99:
            raise _Damaged


# --- HEIC: boxes; metadata are items whose bytes can be overwritten where they lie --------------


def _heic(content: bytes, _turned: int) -> bytes:
    """Overwrite each metadata item in its place; how a HEIC is turned is no metadata item."""
    clean = bytearray(content)
    for start, length, item_type in _heic_metadata(content):
        if start + length > len(clean):
            raise _Damaged
        empty = b"\0\0\0\0MM\0\x2a\0\0\0\x08\0\0\0\0\0\0" if item_type == b"Exif" else b""
        clean[start : start + length] = empty[:length].ljust(length, b"\0" if empty else b" ")
    return bytes(clean)


def _heic_metadata(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    meta = next((b for b in _boxes(content, 0, len(content)) if b[0] == b"meta"), None)
    if meta is None:
        raise _Damaged
    inside = {name: (s, e) for name, s, e in _boxes(content, meta[1] + 4, meta[2])}
    if b"iinf" not in inside or b"iloc" not in inside:
        raise _Damaged
    kinds = dict(_items(content, *inside[b"iinf"]))
    store = inside.get(b"idat", (0, 0))[0]
    for item, inline, start, length in _extents(content, inside[b"iloc"][0]):
        if kinds.get(item) in {b"Exif", b"mime", b"uri "}:
            yield (store if inline else 0) + start, length, kinds[item]


def _boxes(content: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Each box's name, and where its content begins and ends."""
    while at + 8 <= end:
        size, name = struct.unpack_from(">I4s", content, at)
        head = 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", content, at + 8)
            head = 16
        size = size or end - at
        if size < head or at + size > end:
            raise _Damaged
        yield name, at + head, at + size
        at += size


def _items(content: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    wide = content[start] > 0
    for name, at, _end in _boxes(content, start + (8 if wide else 6), end):
        version = content[at]
        if name == b"infe" and version >= 2:
            number = ">I" if version >= 3 else ">H"
            (item,) = struct.unpack_from(number, content, at + 4)
            after = at + 4 + struct.calcsize(number) + 2
            yield item, content[after : after + 4]


def _extents(content: bytes, at: int) -> Iterator[tuple[int, bool, int, int]]:
    """Of each item: its number, whether it lies in the idat box, and where its pieces are."""
    version = content[at]
    sizes = struct.unpack_from(">BB", content, at + 4)
    offset_size, length_size = sizes[0] >> 4, sizes[0] & 15
    base_size, index_size = sizes[1] >> 4, (sizes[1] & 15 if version else 0)
    at += 6

    def take(size: int) -> int:
        nonlocal at
        piece = content[at : at + size]
        if len(piece) < size:
            raise _Damaged
        at += size
        return int.from_bytes(piece, "big")

    for _item in range(take(4 if version == 2 else 2)):
        item = take(4 if version == 2 else 2)
        method = take(2) & 15 if version else 0
        take(2)
        base = take(base_size)
        for _extent in range(take(2)):
            take(index_size)
            start, length = take(offset_size), take(length_size)
            yield item, method == 1, base + start, length


_PILLOW = {JPEG: "JPEG", PNG: "PNG", HEIC: "HEIF"}
_STRIPPED: dict[Kind, Callable[[bytes, int], bytes]] = {JPEG: _jpeg, PNG: _png, HEIC: _heic}
