"""Every word on a screen or in a letter goes through gettext, and is there in every language."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from app.foundation.languages import city, in_order_of_dates, speaking

HOUSE = Path(__file__).parents[2]
TEMPLATES = sorted(f for f in (HOUSE / "templates").rglob("*") if f.suffix in {".html", ".txt"})
LANGUAGES = ("ja", "km", "th")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
MARKUP = re.compile(r"</?\w+")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "lazy": None,
    "lazy_in": (1,),
    "Permission": (2,),
    "pgettext": ((1, "c"), 2),
}


@pytest.fixture(scope="module", params=LANGUAGES)
def translated(request) -> Catalog:
    source = HOUSE / "translations" / request.param / "LC_MESSAGES" / "messages.po"
    with source.open("rb") as file:
        return read_po(file, locale=request.param)


@pytest.fixture(scope="module")
def said() -> set[tuple[str | None, str]]:
    """All that the code and the templates say, with its context, in English."""
    with (HOUSE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = set()
    for _file, _line, words, _notes, context in extract_from_dir(
        HOUSE, methods, options, keywords=KEYWORDS, strip_comment_tags=False
    ):
        found.add((context, words[0] if isinstance(words, tuple) else words))
    return found


def forms(message) -> tuple[str, ...]:
    words = message.string
    return words if isinstance(words, tuple) else (words,)


def test_nothing_that_is_said_lacks_a_translation(said, translated) -> None:
    known = {
        (m.context, m.id[0] if isinstance(m.id, tuple) else m.id)
        for m in translated
        if m.id and all(forms(m)) and not m.fuzzy
    }
    assert len(said) > 1000
    assert sorted(said - known, key=str) == []


def test_every_translation_keeps_its_placeholders_and_its_markup(translated) -> None:
    wrong = []
    for message in translated:
        if not message.id:
            continue
        one, *rest = message.id if isinstance(message.id, tuple) else (message.id,)
        wanted = set(PLACEHOLDER.findall(" ".join([one, *rest])))
        for words in forms(message):
            tags = sorted(MARKUP.findall(rest[0] if rest else one))
            if set(PLACEHOLDER.findall(words)) != wanted or sorted(MARKUP.findall(words)) != tags:
                wrong.append((one, words))
    assert wrong == []


# A word that was said once and is not said any more, and the one that is (the glossary's).
RETIRED = {
    "ja": {
        "応募": "申請",
        "配置": "配属",
        "時間帯": "タイムゾーン",
        "政策担当者": "政策立案者",
        "総合評点": "総合点",
        "審査": "レビュー",
        "締切": "締め切り",
        "“": "「",
    },
    "km": {
        "កូនសោឌីជីថល": "សោចូលប្រើ",
        "ពិន្ទុសរុប": "ពិន្ទុរួម",
        "តំបន់ម៉ោង": "ល្វែងម៉ោង",
        "ថ្ងៃផុតកំណត់": "ថ្ងៃកំណត់",
        "ពាក្យសុំ": "ពាក្យស្នើសុំ",
        "បែបបទ": "ទម្រង់",
        "ទូរស័ព្ទ": "ទូរសព្ទ",
        "ផ្ដល់": "ផ្តល់",
        "“": "«",
    },
    "th": {
        "เช็กอิน": "เช็กชื่อ",
        "โซนเวลา": "เขตเวลา",
        "ใบคำขอ": "ใบสมัคร",
        "ประกาศนียบัตร": "ใบรับรอง",
        "โฮสต์": "สถาบันเจ้าภาพ",
        "เวอร์ชัน": "ฉบับ",
        "การตรวจสอบเงื่อนไข": "การคัดกรอง",
        "คัดเลือกเบื้องต้น": "ผู้เข้ารอบ",
        "ภาษา %(": "ภาษา%(",
        "ใบแสดงผลการเรียน": "ใบแสดงผลการศึกษา",
        "มหาวิทยาลัยเจ้าภาพ": "สถาบันเจ้าภาพ",
        "กรุณา": "โปรด",
    },
}
POLITE = "ご応募"  # thanks for an application are said so


def test_one_thing_has_one_word(translated) -> None:
    retired = RETIRED[str(translated.locale)]
    found = [
        (old, instead, words)
        for message in translated
        if message.id
        for words in forms(message)
        for old, instead in retired.items()
        if old in words.replace(POLITE, "")
    ]
    assert found == []


class Literal(HTMLParser):
    """Collects the words of a page that stand in it as they are."""

    SPOKEN = ("aria-label", "aria-description", "title", "alt", "placeholder")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.shut = 0

    def handle_starttag(self, tag, attrs) -> None:
        self.shut += tag in ("script", "style", "code")
        self.words += [v for k, v in attrs if k in self.SPOKEN and v]

    def handle_endtag(self, tag) -> None:
        self.shut -= tag in ("script", "style", "code")

    def handle_data(self, data) -> None:
        if not self.shut:
            self.words.append(" ".join(data.split()))


JINJA = re.compile(
    r"\{% block (main_class|head_class)\w* %\}.*?\{% endblock %\}"
    r"|\{% raw %\}.*?\{% endraw %\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
NO_WORDS = re.compile(r"[\w.-]*@demo\.example\.org|\w+(-\w+)*=\"\w*\"")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda f: f"{f.parent.name}/{f.name}")
def test_no_template_says_anything_past_gettext(template) -> None:
    page = Literal()
    page.feed(JINJA.sub("", template.read_text("utf-8")))
    said = [NO_WORDS.sub("", words) for words in page.words]
    assert [words for words in said if re.search(r"[^\W\d_]{2}", words)] == []


SPEAKS = ("flash", "RuleBroken", "NotPermitted", "NotFound", "ValidationError", "Required")


def test_no_refusal_flash_or_label_is_written_past_gettext() -> None:
    found = []
    for file in sorted((HOUSE / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            literal = isinstance(node.args[0], ast.JoinedStr | ast.Constant)
            if literal and (name in SPEAKS or name.endswith("Field")) and node.args[0] != "":
                found.append(f"{file.relative_to(HOUSE)}:{node.lineno} {ast.unparse(node)}")
    assert found == []


@pytest.mark.parametrize(
    ("locale", "zone", "name"),
    [
        ("en", "Asia/Ho_Chi_Minh", "Ho Chi Minh City"),
        ("ja", "Asia/Ho_Chi_Minh", "ホーチミン"),
        ("km", "Asia/Yangon", "រ៉ង់ហ្គូន"),
        ("ja", "Asia/Yangon", "ヤンゴン"),
        ("ja", "Asia/Kolkata", "コルカタ"),
        ("en", "Asia/Phnom_Penh", "Phnom Penh"),
        ("ja", "Asia/Tokyo", "東京"),
        ("km", "UTC", "UTC"),
        ("th", "Asia/Phnom_Penh", "พนมเปญ"),
        ("th", "Asia/Vientiane", "เวียงจันทน์"),
    ],
)
def test_a_city_is_named_in_the_readers_language(locale, zone, name) -> None:
    with speaking(locale):
        assert city(zone) == name


@pytest.mark.parametrize(
    ("locale", "fields"),
    [
        ("en", ["day", "month", "year"]),
        ("ja", ["year", "month", "day"]),
        ("km", ["day", "month", "year"]),
        ("th", ["day", "month", "year"]),
    ],
)
def test_a_day_is_typed_in_the_order_in_which_it_is_written(locale, fields) -> None:
    with speaking(locale):
        assert in_order_of_dates({"month", "day", "year"}) == fields
        assert in_order_of_dates(["minute", *fields, "hour"]) == [*fields, "hour", "minute"]
        assert in_order_of_dates(["month", "year"]) == [f for f in fields if f != "day"]
