"""Small real PDF files, so that the demo's documents open."""


def paper(title: str, name: str) -> bytes:
    """One page with two lines of text; characters outside Latin-1 are left out.

    Written by hand because the demo needs hundreds of them in seconds, and each is 700 bytes.
    """
    lines = [title, f"{name}, for demonstration only"]
    drawn = " ".join(
        f"BT /F1 {size} Tf 72 {y} Td ({_escaped(text)}) Tj ET"
        for text, size, y in zip(lines, (18, 12), (760, 730), strict=True)
    ).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def _escaped(text: str) -> str:
    plain = text.encode("latin-1", "ignore").decode("latin-1")
    return plain.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
