"""Printed pages: every script in our own fonts, data that is never markup, faults that are named."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import ImageFont
from pypdf import PdfReader

from app.foundation import printing

WORDS = {
    "vi": "Nguyễn Đức Thịnh",
    "km": "ភាសាខ្មែរ ស្រីពៅ",
    "lo": "ພາສາລາວ ຄໍາສຸກ",
    "th": "ภาษาไทย น้ำใจ",
    "my": "မြန်မာဘာသာ ဒေါ်အောင်",
    "ta": "தமிழ் மொழி",
    "ja": "日本語 髙橋 﨑山 つくば",
    "zh": "汉语 王小明",
}
FONTS = sorted((Path(printing.__file__).parent / "fonts").glob("*.?tf"))


def sample(locale: str, *lines: str, **told) -> bytes:
    return printing.pdf("sample", {"lines": list(lines)}, locale=locale, title="Sample", **told)


def families_in(document: bytes) -> set[str]:
    """The fonts that the pages use, without the letters that mark them as a part."""
    fonts = [page["/Resources"]["/Font"] for page in PdfReader(BytesIO(document)).pages]
    names = [font.get_object()["/BaseFont"] for page in fonts for font in page.values()]
    return {str(name).split("+")[-1].removesuffix("-Identity-H") for name in names}


def draws(font: ImageFont.FreeTypeFont, character: str) -> bool:
    """Whether the font has a shape of its own for this character."""
    return bytes(font.getmask(character)) != bytes(font.getmask("\uffff"))


def test_every_script_has_a_shape_of_ours_for_each_character() -> None:
    ours = [ImageFont.truetype(str(font), 40) for font in FONTS]
    characters = set("".join(WORDS.values())) - {" "}
    assert [c for c in sorted(characters) if not any(draws(font, c) for font in ours)] == []


@pytest.mark.parametrize(
    ("locale", "family"),
    [
        ("km", "NotoSansKhmer"),
        ("lo", "NotoSansLao"),
        ("th", "NotoSansThai"),
        ("my", "NotoSansMyanmar"),
        ("ta", "NotoSansTamil"),
        ("ja", "NotoSansCJKjp"),
        ("zh", "NotoSansCJKsc"),
    ],
)
def test_each_script_is_set_in_its_own_font(locale: str, family: str) -> None:
    used = families_in(sample(locale, WORDS[locale]))
    assert any(name.startswith(family) for name in used), used


def test_a_pdf_says_its_title_and_language_and_is_tagged() -> None:
    found = PdfReader(BytesIO(sample("km", WORDS["km"])))
    assert found.metadata is not None
    assert found.metadata.title == "Sample"
    root = found.trailer["/Root"]
    assert root["/Lang"] == "km"
    assert root["/MarkInfo"]["/Marked"]


def test_what_looks_like_markup_prints_as_it_was_typed() -> None:
    nasty = '#panic("no") *bold* $x$ @cite <label> \\ `code` = head'
    text = PdfReader(BytesIO(sample("en", nasty))).pages[0].extract_text()
    assert '#panic("no") *bold* $x$ @cite <label>' in text


def test_the_same_data_gives_the_same_bytes() -> None:
    at = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
    assert sample("ja", WORDS["ja"], at=at) == sample("ja", WORDS["ja"], at=at)


def test_pictures_show_the_same_pages() -> None:
    shown = printing.pictures("sample", {"lines": ["x"]}, locale="en", title="Sample", dots=20)
    assert [picture[:8] for picture in shown] == [b"\x89PNG\r\n\x1a\n"]


def test_a_fault_names_the_template() -> None:
    with pytest.raises(ValueError, match="sample"):
        printing.pdf("sample", {}, locale="en", title="Sample")


def test_no_font_is_large_and_their_licence_lies_beside_them() -> None:
    assert all(font.stat().st_size < 3_600_000 for font in FONTS)
    licence = FONTS[0].with_name("OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in licence
