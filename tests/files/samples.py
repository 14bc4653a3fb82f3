"""Files as people send them, and as nobody should."""

import io
import struct
import zipfile
import zlib

import pillow_heif
from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PLACE = "Phnom Penh"


def _exif(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phone of " + PLACE
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2] = "N", (11.0, 33.0, 21.5)
    return exif


def picture(kind: str, *, orientation: int = 1, size: tuple[int, int] = (64, 48)) -> bytes:
    """A picture that says where it was taken; its left half is red, its right half blue."""
    pillow_heif.register_heif_opener()
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    out = io.BytesIO()
    more = {"xmp": b"<x:xmpmeta>" + PLACE.encode() + b"</x:xmpmeta>"} if kind == "HEIF" else {}
    if kind == "JPEG":
        more = {"comment": PLACE.encode(), "quality": 90, "progressive": True}
    image.save(out, kind, exif=_exif(orientation), **more)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", more.pop("types", "<Types/>"))
        archive.writestr("word/document.xml", "<w:document>Plan</w:document>")
        for name, content in more.items():
            archive.writestr("word/" + name, content)
    return out.getvalue()


def png_flood() -> bytes:
    """A small file that says it is 60,000 by 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


def png_with_too_many_lines() -> bytes:
    """A picture of one pixel whose packed lines unpack to 50 MB."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0" * 50_000_000))
        + chunk(b"IEND", b"")
    )
