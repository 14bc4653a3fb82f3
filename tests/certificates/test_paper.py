"""The sheet: one page in every script, no empty box, no name cut, the same for ever."""

import json
import re
from io import BytesIO

import pytest
import typst
from pypdf import PdfReader
from pypdf.generic import ContentStream
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.certificates.facts import Names
from app.certificates.models import Certificate, IssuerSettings
from app.certificates.states import CertificateKind
from app.certificates.views.printed import certificate_pdf, on_paper
from app.foundation import languages, printing
from tests import make
from tests.certificates.scene import achievement, scene

SCRIPTS = {
    "km": ("SOK Sopheaktra", "សុខ សុភ័ក្ត្រា ស្រីពៅ", "បញ្ញាសិប្បនិម្មិតប្រកបដោយទំនួលខុសត្រូវ"),
    "lo": ("Bounmy SIPHANDONE", "ບຸນມີ ສີພັນດອນ", "ການຮຽນຮູ້ຂອງເຄື່ອງຈັກສຳລັບກະສິກຳ"),
    "my": ("Khin Thandar Myint", "ခင်သန္တာမြင့် ဥက္ကဋ္ဌ", "သဘာဝဘာသာစကား ဆန်းစစ်ခြင်း"),
    "th": (
        "Thitiphan Chatchawanwongpaisansakdinarongritthikraiwichit",
        "ฐิติพันธ์ ฉัตรชวาลวงศ์ไพศาลศักดิ์ณรงค์ฤทธิไกรวิชิตวรกุลเสถียร น้ำใจ",
        "ปัญญาประดิษฐ์ที่ปลอดภัยและน่าเชื่อถือ",
    ),
    "vi": ("Nguyễn Thị Ánh Hằng", "", "Trí tuệ nhân tạo có trách nhiệm"),
    "ja": ("SATO Kentaro", "𠮷田 髙橋 﨑山 健太郎", "大規模言語モデル：作り方と評価"),
    "ta": ("Kavitha d/o Murugesan", "கவிதா முருகேசன் ஸ்ரீ", "செயற்கை நுண்ணறிவு நெறிமுறைகள்"),
    "zh-Hans": ("Tan Wei Ming", "陈伟明", "人工智能入门"),
    "ms-Arab": ("Muhammad Hazwan bin Haji Omar", "محمد حذوان بن حاج عمر ڤڠ", "كورسوس"),
    "id": ("Suharto", "", "Pengantar AI"),
    "pt": ("Maria de Fátima D’Araújo Ção", "", "Introdução à IA"),
}
SIGNED = [
    {"name": "Dr LIM", "native_name": "林美华", "function": "Director", "file_id": None},
    {"name": "Arvind s/o Ramasamy", "native_name": "அரவிந்த்", "function": "Head of training"},
]


def paper(locale: str, *, language: str = "en", names: Names | None = None, **values) -> bytes:
    """The sheet for somebody of this language, without a database."""
    here = scene()
    latin, native, title = SCRIPTS[locale]
    certificate = here.issue(
        names=names or Names(latin, native, locale if native else ""),
        achievement=achievement(titles={"en": "Some course", locale: title}, original=locale),
        language=language,
        **values,
    )
    certificate = Certificate(
        **{
            column.name: getattr(certificate, column.name)
            for column in Certificate.__table__.columns
        }
    )
    certificate.settings = IssuerSettings(signatories=SIGNED, logos=[])
    with languages.speaking(language):
        return printing.pdf("certificate", on_paper(certificate, {}), locale=language, title="x")


def glyphs(document: bytes) -> list[int]:
    """The number of each shape on the pages, as they are drawn; 0 is the empty box."""
    reader = PdfReader(BytesIO(document))
    found = []
    for page in reader.pages:
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator not in {b"Tj", b"TJ"}:
                continue
            parts = operands[0] if operator == b"TJ" else operands
            for part in parts:
                if not isinstance(part, int | float):
                    raw = part if isinstance(part, bytes) else part.original_bytes
                    found += [int.from_bytes(raw[i : i + 2]) for i in range(0, len(raw), 2)]
    return found


def families(document: bytes) -> set[str]:
    reader = PdfReader(BytesIO(document))
    fonts = [f.get_object() for p in reader.pages for f in p["/Resources"]["/Font"].values()]
    return {str(font["/BaseFont"]).split("+")[-1].removesuffix("-Identity-H") for font in fonts}


@pytest.mark.parametrize("locale", SCRIPTS)
def test_every_script_is_drawn_on_one_page_without_an_empty_box(session, locale) -> None:
    document = paper(locale)
    drawn = glyphs(document)
    assert len(drawn) > 100
    assert 0 not in drawn
    assert len(PdfReader(BytesIO(document)).pages) == 1


@pytest.mark.parametrize(
    ("locale", "family"),
    [
        ("km", "NotoSansKhmer"),
        ("lo", "NotoSansLao"),
        ("my", "NotoSansMyanmar"),
        ("th", "NotoSansThai"),
        ("ja", "NotoSansCJKjp"),
        ("ta", "NotoSansTamil"),
        ("zh-Hans", "NotoSansCJK"),
        ("ms-Arab", "NotoNaskhArabic"),
        ("vi", "NotoSerif"),
    ],
)
def test_each_script_is_set_in_its_own_font(session, locale, family) -> None:
    assert any(name.startswith(family) for name in families(paper(locale)))


@pytest.mark.parametrize("language", ["en", "ja", "km", "th"])
def test_the_words_are_drawn_in_the_language_it_was_issued_in(session, language) -> None:
    document = paper("km", language=language, result={"en": "Passed"})
    assert 0 not in glyphs(document)
    text = PdfReader(BytesIO(document)).pages[0].extract_text()
    assert ("This is to certify that" in text) == (language == "en")
    assert "Certificate of completion" in text


def test_what_finds_empty_boxes_does_find_one() -> None:
    """A letter that none of our fonts has, drawn on purpose and without our care."""
    told = {
        "data": json.dumps({"lines": ["aᬅ"]}),
        "lang": "en",
        "title": "x",
        "fonts": json.dumps(["Noto Sans"]),
    }
    careless = typst.Compiler(
        str(printing.TEMPLATES / "sample.typ"),
        root=str(printing.TEMPLATES),
        font_paths=printing._fonts(),
        sys_inputs=told,
    ).compile(format="pdf")
    assert 0 in glyphs(careless)
    assert 0 not in glyphs(printing.pdf("sample", {"lines": ["a"]}, locale="en", title="x"))


def test_printing_itself_refuses_what_no_font_draws() -> None:
    with pytest.raises(ValueError, match="could not be displayed"):
        printing.pdf("sample", {"lines": ["ᬅ"]}, locale="en", title="x")
    fine = ["plain សុខ\u200bសុភា 髙橋 𠮷田", "", "a\u00a0b"]
    assert printing.undrawable(fine) == []
    assert printing.undrawable(["aᬅbᬅ", "ᬅ"]) == ["ᬅ"]
    assert printing.undrawable(["សុខ\ufeff"]) != []
    assert printing.undrawable(["ខ\u20dd"]) != []


def test_no_name_is_cut_however_long(session) -> None:
    long = "Maria " * 30 + "End"
    document = paper("id", names=Names(long))
    text = " ".join(PdfReader(BytesIO(document)).pages[0].extract_text().split())
    assert long in text
    assert len(PdfReader(BytesIO(document)).pages) == 1


def test_number_code_and_address_stand_on_the_sheet(session, app) -> None:
    here = scene()
    certificate = here.issue(kind=CertificateKind.ATTENDANCE)
    text = (
        PdfReader(BytesIO(certificate_pdf(session, loaded(session, certificate))))
        .pages[0]
        .extract_text()
    )
    assert certificate.serial in text
    assert f"{certificate.code[:4]}-{certificate.code[4:]}" in text
    assert re.search(r"localhost/verify", text)


def test_the_same_certificate_is_the_same_bytes(session) -> None:
    here = scene()
    certificate = here.issue()
    drawn = {certificate_pdf(session, loaded(session, certificate)) for _n in range(2)}
    assert len(drawn) == 1


def test_signatures_of_names_are_optional(session) -> None:
    here = scene()
    row = loaded(session, here.issue(make.person("O")))
    assert row.settings.signatories == []
    assert 0 not in glyphs(certificate_pdf(session, row))


def loaded(session, certificate: Certificate) -> Certificate:
    session.expunge_all()
    query = select(Certificate).where(Certificate.id == certificate.id)
    return session.scalars(query.options(joinedload(Certificate.settings))).one()
