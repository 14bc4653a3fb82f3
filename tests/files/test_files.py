"""What is taken, what is refused and why, and what is left of a file once it is kept."""

import hashlib
import io
import os
from datetime import timedelta

import pytest
from PIL import Image

from app.commands.worker import handlers
from app.files import operations
from app.files.kinds import LARGEST, FileRefused, clean_name
from app.files.models import StoredFile
from app.files.operations import (
    erase_file,
    keep_file,
    open_file,
    store_made_file,
    sweep,
    unswept,
)
from app.files.states import FileState, Sensitivity
from app.files.storage import Folder, storage
from app.foundation import clock
from app.foundation.actors import SYSTEM
from app.foundation.work import unit_of_work
from app.jobs.running import enter_duties, run_next
from tests.files import samples
from tests.make import NOW


def keep(content: bytes, name: str, declared: str = "") -> StoredFile:
    with unit_of_work(SYSTEM, now=NOW) as work:
        return keep_file(
            work,
            owner_id=1,
            file_name=name,
            stream=io.BytesIO(content),
            sensitivity=Sensitivity.PERSONAL,
            declared=declared,
        )


def content_of(file: StoredFile) -> bytes:
    with open_file(file) as stream:
        return stream.read()


@pytest.mark.parametrize(
    ("content", "name", "declared", "media_type"),
    [
        (samples.PDF, "transcript.pdf", "application/pdf", "application/pdf"),
        (samples.picture("JPEG"), "IMG 1.JPG", "image/jpeg", "image/jpeg"),
        (samples.picture("PNG"), "scan.png", "image/png", "image/png"),
        (samples.picture("HEIF"), "IMG_2.HEIC", "application/octet-stream", "image/heic"),
        (samples.picture("HEIF"), "photo.heif", "image/heif", "image/heic"),
        (samples.docx(), "ផែនការ.docx", "", None),
    ],
    ids=["pdf", "jpeg", "png", "heic", "heif", "docx"],
)
def test_the_five_kinds_are_kept(app, content, name, declared, media_type) -> None:
    kept = keep(content, name, declared)
    assert kept.file_name == name
    assert media_type in {kept.media_type, None}
    assert len(content_of(kept)) == kept.size > 0
    assert len(kept.key) == len(kept.sha256) == 64


@pytest.mark.parametrize(
    ("content", "name", "declared", "said"),
    [
        (b"<html><script>alert(1)</script>", "cv.pdf", "application/pdf", "HTML"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.svg", "image/svg+xml", "SVG"),
        (b"MZ\x90\x00" + b"\0" * 100, "transcript.pdf", "", "EXE"),
        (b"GIF89a%PDF-1.7\n1 0 obj %%EOF", "both.pdf", "application/pdf", "GIF"),
        (b"just a text", "plan.txt", "text/plain", "Upload a PDF, JPEG"),
        (b"", "empty.pdf", "", "empty"),
        (samples.PDF, "plan.docx", "", "but it is a PDF file"),
        (samples.PDF, "plan", "", "but it is a PDF file"),
        (samples.PDF, "plan.pdf", "text/html", "Your browser calls"),
        (samples.picture("PNG"), "photo.jpg", "image/jpeg", "but it is a PNG file"),
        (samples.PDF[:40], "cut.pdf", "", "cut short"),
        (samples.PDF + samples.docx(), "both.pdf", "", "hidden behind"),
        (samples.picture("JPEG")[:300], "cut.jpg", "", "damaged"),
        (samples.picture("PNG")[:-30], "cut.png", "", "damaged"),
        (samples.picture("HEIF")[:400], "cut.heic", "", "damaged"),
        (samples.png_flood(), "flood.png", "image/png", "too many pixels"),
        (samples.png_with_too_many_lines, "lines.png", "image/png", "damaged"),
        (
            lambda: samples.docx(**{"media/a.bin": b"\0" * 110_000_000}),
            "bomb.docx",
            "",
            "unpacks to",
        ),
        (samples.docx(**{"vbaProject.bin": b"x"}), "macro.docx", "", "macros"),
        (samples.docx(types=b"ms-word.document.macroEnabled"), "macro.docx", "", "macros"),
        (b"PK\x03\x04" + b"\0" * 200, "broken.docx", "", "damaged"),
        (b"%PDF-1.7 obj %%EOF" + b"\0" * LARGEST, "big.pdf", "", "larger than 10 MB"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_what_is_not_what_it_says_is_refused_in_a_sentence(
    app, session, settings, content, name, declared, said
) -> None:
    content = content() if callable(content) else content
    with pytest.raises(FileRefused) as refused:
        keep(content, name, declared)
    assert said in str(refused.value)
    assert refused.value.http_status == 422
    assert not any(f.is_file() for f in settings.storage_path.rglob("*"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIF"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_picture_forgets_where_it_was_taken_but_not_how_it_is_turned(
    app, kind, orientation
) -> None:
    name = {"JPEG": "a.jpg", "PNG": "a.png", "HEIF": "a.heic"}[kind]
    sent = samples.picture(kind, orientation=orientation)
    kept = content_of(keep(sent, name))
    assert samples.PLACE.encode() in sent
    assert samples.PLACE.encode() not in kept
    with Image.open(io.BytesIO(sent)) as before, Image.open(io.BytesIO(kept)) as after:
        assert after.getexif().get_ifd(0x8825) == {}
        assert after.tobytes() == before.tobytes()  # not a pixel is another
        if kind != "HEIF":  # a HEIC is turned by a box of its own, which stays
            assert after.getexif().get(0x0112, 1) == orientation
        assert after.size == before.size


def test_what_hangs_behind_a_picture_is_cut_off(app) -> None:
    for kind, name in (("JPEG", "a.jpg"), ("PNG", "a.png")):
        sent = samples.picture(kind)
        assert b"behind" not in content_of(keep(sent + b"<script>behind</script>", name))


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\fakepath\\cv.pdf", "cv.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ("ប្រវត្តិរូប.pdf", "ប្រវត្តិរូប.pdf"),
        ("x" * 400 + ".pdf", "x" * 176 + ".pdf"),
        ("...", "file"),
        ("", "file"),
    ],
)
def test_a_files_name_is_made_harmless(name, clean) -> None:
    assert clean_name(name) == clean


def swept(now) -> int:
    gone = 0
    for keys in unswept(now):
        with unit_of_work(SYSTEM) as work:
            gone += sweep(work, keys)
    return gone


def test_an_erased_file_loses_its_bytes_with_the_sweep_a_day_later(app, session) -> None:
    kept, other = keep(samples.PDF, "a.pdf"), keep(samples.PDF, "b.pdf")
    with unit_of_work(SYSTEM, now=NOW) as work:
        erase_file(work, work.session.get_one(StoredFile, kept.id))
    assert session.get(StoredFile, kept.id).state is FileState.ERASED
    assert storage().exists(kept.key)
    orphan = storage().put(b"of a transaction that was rolled back")
    assert swept(clock.now()) == 0
    assert swept(clock.now() + timedelta(days=2)) == 2
    assert [storage().exists(k) for k in (kept.key, other.key, orphan)] == [False, True, False]


def test_of_what_breaks_off_while_it_is_written_nothing_stays(app, settings) -> None:
    def pieces():
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store_made_file(pieces())
    assert [file for file in settings.storage_path.rglob("*") if file.is_file()] == []


def test_what_we_write_is_kept_piece_by_piece_whatever_its_size(app) -> None:
    pieces = [bytes([number]) * 3_000_000 for number in range(7)]
    made = store_made_file(pieces)
    with storage().open(made.key) as stream:
        content = stream.read()
    assert content == b"".join(pieces)
    assert (made.size, made.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_what_a_dead_writer_left_is_swept_too(app, settings) -> None:
    keep(samples.PDF, "a.pdf")
    folder = next(f for f in settings.storage_path.rglob("*") if f.is_file()).parent
    part = folder / ("f" * 64 + ".part")
    part.write_bytes(b"half")
    os.utime(part, (0, 0))
    assert swept(clock.now()) == 0
    assert not part.exists()


def test_the_worker_sweeps_as_a_duty(app) -> None:
    orphan = storage().put(b"of a transaction that was rolled back")
    known = {"files/sweep": handlers()["files/sweep"]}
    with clock.set_clock(clock.now() + timedelta(days=2)):
        enter_duties(known)
        while run_next(known):
            pass
    assert not storage().exists(orphan)


def test_a_key_is_never_a_path(tmp_path) -> None:
    for key in ("../../secret", "a" * 63, "A" * 64, ""):
        with pytest.raises(ValueError, match="no key"):
            Folder(tmp_path).open(key)


def test_stored_files_are_the_owners_alone_on_disk(app, settings) -> None:
    keep(samples.PDF, "a.pdf")
    file = next(f for f in settings.storage_path.rglob("*") if f.is_file())
    assert file.stat().st_mode & 0o077 == 0
    assert operations.LARGEST == 10 * 1024 * 1024
