"""Several files become one PDF; what is damaged or dangerous spoils nothing."""

import io

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from app.files.binding import MOST_PHOTOS, Binding, Part, one_document, photos_as_pdf
from app.files.kinds import DOCX, HEIC, JPEG, PDF, FileRefused
from app.files.operations import check_file
from tests.files import samples


def pdf(pages: int = 1, *, password: str = "", script: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(595, 842)
    if script:
        action = DictionaryObject(
            {
                NameObject("/S"): NameObject("/JavaScript"),
                NameObject("/JS"): TextStringObject(script),
            }
        )
        writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
        writer.root_object[NameObject("/OpenAction")] = action
    if password:
        writer.encrypt(password)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def bound(*parts: Part) -> tuple[PdfReader, list[str]]:
    binding = Binding()
    out = [part.title for part in parts if not binding.add(part)]
    return PdfReader(io.BytesIO(binding.behind(pdf(2), title="Whole"))), out


def test_parts_follow_the_cover_in_their_order_with_an_outline():
    photo = samples.picture("JPEG", orientation=6, size=(400, 300))
    whole, out = bound(
        Part("Transcript", pdf(3), PDF.media_type), Part("Letter", photo, JPEG.media_type)
    )
    assert out == []
    assert len(whole.pages) == 2 + 3 + 1
    assert [item["/Title"] for item in whole.outline] == ["Transcript", "Letter"]
    assert [whole.get_destination_page_number(item) for item in whole.outline] == [2, 5]
    assert whole.metadata.title == "Whole"
    upright = whole.pages[5].mediabox
    assert upright.height > upright.width


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (samples.PDF, PDF.media_type),
        (pdf(password="secret"), PDF.media_type),
        (b"%PDF-1.7\n" + b"\0" * 2000 + b"%%EOF", PDF.media_type),
        (pdf()[:-200] + b"%%EOF", PDF.media_type),
        (samples.docx(), DOCX.media_type),
        (samples.picture("JPEG")[:100], JPEG.media_type),
    ],
    ids=["empty", "locked", "noise", "cut", "docx", "half a photo"],
)
def test_what_cannot_be_bound_is_left_out_and_named(content, media_type):
    whole, out = bound(Part("Broken", content, media_type), Part("Sound", pdf(1), PDF.media_type))
    pages = len(whole.pages)
    assert [item["/Title"] for item in whole.outline][-1:] == ["Sound"]
    assert (out, pages) == (["Broken"], 3) or (out == [] and pages > 3)


def test_scripts_of_a_document_are_not_bound_in():
    whole, out = bound(Part("Transcript", pdf(script="app.alert(1)"), PDF.media_type))
    made = io.BytesIO()
    PdfWriter(clone_from=whole).write(made)
    assert out == []
    assert b"alert" not in made.getvalue()
    assert "/AA" not in whole.pages[2]


def test_a_bound_volume_has_an_end():
    binding = Binding()
    assert binding.add(Part("Long", pdf(590), PDF.media_type))
    assert not binding.add(Part("Too long", pdf(11), PDF.media_type))
    assert binding.add(Part("Short", pdf(10), PDF.media_type))


def test_several_photos_are_one_pdf_named_after_the_first():
    photos = [
        check_file(io.BytesIO(samples.picture(kind)), file_name=name)
        for kind, name in (("JPEG", "page 1.jpg"), ("PNG", "page 2.png"), ("HEIF", "page 3.heic"))
    ]
    assert photos[2].kind is HEIC
    made = one_document(photos)
    assert (made.file_name, made.kind) == ("page 1.pdf", PDF)
    assert len(PdfReader(io.BytesIO(made.content)).pages) == 3
    assert samples.PLACE.encode() not in made.content
    check_file(io.BytesIO(made.content), file_name=made.file_name)


def test_photos_and_other_files_do_not_mix():
    photo = check_file(io.BytesIO(samples.picture("JPEG")), file_name="a.jpg")
    paper = check_file(io.BytesIO(pdf()), file_name="b.pdf")
    with pytest.raises(FileRefused, match="one file, or several photos"):
        one_document([photo, paper])
    with pytest.raises(FileRefused, match="At most 20 photos"):
        one_document([photo] * (MOST_PHOTOS + 1))


def test_a_see_through_picture_lies_on_white_paper():
    picture = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    made = io.BytesIO()
    picture.save(made, "PNG")
    page = PdfReader(io.BytesIO(photos_as_pdf([made.getvalue()]))).pages[0]
    assert page.images[0].image.convert("RGB").getpixel((20, 20)) == (255, 255, 255)
