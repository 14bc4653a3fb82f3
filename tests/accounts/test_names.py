"""Names in order: by a stored key that sorts alike on both databases."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.names import LENGTH, name_to_sort_by, sort_key

ROWS = list(
    csv.DictReader(
        (Path(__file__).parents[1] / "data" / "names.csv").read_text("utf-8").splitlines()
    )
)


def in_order(names, locale=""):
    return sorted(names, key=lambda name: sort_key(name, locale))


def test_vietnamese_letters_follow_their_plain_ones_and_tones_come_last():
    names = [
        "Dương",
        "Đặng",
        "Duy",
        "Ẩn",
        "Ăn",
        "An",
        "Án",
        "Ưng",
        "Uyên",
        "Ông",
        "Ơn",
        "Oanh",
        "Êm",
        "En",
        "Dung",
        "Dũng",
    ]
    assert in_order(names, "vi") == [
        "An", "Án", "Ăn", "Ẩn", "Dung", "Dũng", "Duy", "Dương", "Đặng",
        "En", "Êm", "Oanh", "Ông", "Ơn", "Uyên", "Ưng",
    ]  # fmt: skip


def test_two_spellings_of_one_tone_stand_side_by_side():
    assert in_order(["Thuý", "Thuỳ", "Thủy", "Thùy", "Thuận"], "vi")[0] == "Thuận"


def test_thai_vowels_written_before_a_consonant_sort_after_it():
    names = ["เอกชัย", "ไพโรจน์", "โสภิตา", "กัญญา", "อรุณ", "สมชาย", "พงศ์", "แก้ว"]
    assert in_order(names) == ["กัญญา", "แก้ว", "พงศ์", "ไพโรจน์", "สมชาย", "โสภิตา", "อรุณ", "เอกชัย"]


def test_lao_vowels_written_before_a_consonant_sort_after_it():
    names = ["ໄພວັນ", "ເພັດສະໝອນ", "ແສງເພັດ", "ໂພໄຊ", "ພອນ", "ສີດາ", "ມະນີ"]
    placed = in_order(names)
    assert placed.index("ພອນ") < placed.index("ໄພວັນ") < placed.index("ມະນີ")
    assert placed.index("ສີດາ") < placed.index("ແສງເພັດ") < placed.index("ພອນ")


def test_khmer_follows_the_consonants():
    assert in_order(["ហេង", "កែវ", "សុខ", "គឹម", "ម៉ៅ"]) == ["កែវ", "គឹម", "ម៉ៅ", "សុខ", "ហេង"]


def test_khmer_signs_and_independent_vowels_stand_where_dictionaries_have_them():
    """Signs after the vowels; an independent vowel where its spelling with អ stands; ឫ after រ."""
    assert in_order(["ពះ", "ពុំ", "ពៅ", "ពាំ", "ពំ", "ពិន"], "km") == [
        "ពិន", "ពៅ", "ពុំ", "ពំ", "ពាំ", "ពះ",
    ]  # fmt: skip
    assert in_order(["ឯក", "ឧត្តម", "អេង", "អាត", "អុក", "ឥន្ទ្រា"], "km") == [
        "អាត", "ឥន្ទ្រា", "អុក", "ឧត្តម", "អេង", "ឯក",
    ]  # fmt: skip
    assert in_order(["លី", "ឫទ្ធិ", "រិទ្ធ"], "km") == ["រិទ្ធ", "ឫទ្ធិ", "លី"]


def test_burmese_finals_follow_the_vowels_and_medials_follow_the_finals():
    assert in_order(["ကျော်", "ကောင်း", "ကြည်", "ကို", "ကင်း", "က", "ကံ", "ကော်", "ကာ"], "my") == [
        "က", "ကာ", "ကော်", "ကံ", "ကို", "ကင်း", "ကောင်း", "ကျော်", "ကြည်",
    ]  # fmt: skip


def test_the_burmese_names_of_the_list_stand_in_the_order_of_a_dictionary():
    names = [
        r["name_native"] for r in ROWS if r["language"] == "my" and r["name_native"][0] in "မသ"
    ]
    assert in_order(names, "my") == [
        "မေသူ", "မင်းသန့်", "သီတာ", "သန္တာဝင်း",
    ]  # fmt: skip


def test_names_of_several_languages_share_one_list_script_by_script():
    keys = {
        name: sort_key(name, language)
        for name, language in [
            ("Aung Kyaw", "my"),
            ("Nguyễn", "vi"),
            ("Zaw", "km"),
            ("สมชาย", "th"),
            ("ສີດາ", "lo"),
            ("ဇော်", "my"),
            ("សុខ", "km"),
            ("さとう", "ja"),
            ("佐藤", "ja"),
        ]
    }
    assert sorted(keys, key=keys.__getitem__) == list(keys)


def test_filipino_n_with_tilde_follows_n():
    assert in_order(["Ñoño", "Nuñez", "Nunez", "Ocampo", "Nz"], "fil") == [
        "Nunez",
        "Nuñez",
        "Nz",
        "Ñoño",
        "Ocampo",
    ]


def test_japanese_is_sorted_by_reading_when_it_is_what_is_shown():
    def key(native, reading):
        name = name_to_sort_by(sort_name="", passport_name="", native_name=native, reading=reading)
        return sort_key(name, "ja")

    azuma, higashi, sato = (
        key("東 海斗", "あずま かいと"),
        key("東 海斗", "ひがし かいと"),
        key("佐藤 健太", "さとう けんた"),
    )
    assert azuma < sato < higashi
    assert (
        name_to_sort_by(
            sort_name="", passport_name="SATO Kenta", native_name="佐藤", reading="さとう"
        )
        == "SATO Kenta"
    )


def test_small_and_large_letters_marks_and_invisible_characters_do_not_part_a_name():
    assert sort_key("de la Cruz")[:20] == sort_key("De La Cruz")[:20]
    assert sort_key("ចាន់\u200b សុភា") == sort_key("ចាន់ សុភា")


def test_the_persons_own_choice_comes_first():
    chosen = name_to_sort_by(
        sort_name="Hiền", passport_name="NGUYỄN THỊ HIỀN", native_name="", reading=""
    )
    assert chosen == "Hiền"


@pytest.mark.parametrize("row", ROWS, ids=[r["id"] for r in ROWS])
def test_every_name_of_the_list_has_a_key(row):
    key = sort_key(row["name_native"], row["language"])
    assert 0 < len(key) <= LENGTH
    assert set(key) <= set("0123456789abcdef")


@given(st.text(max_size=300), st.sampled_from(["", "vi", "ja", "fil", "th"]))
def test_any_text_has_a_key_that_fits_its_column(text, locale):
    key = sort_key(text, locale)
    assert len(key) <= LENGTH
    assert set(key) <= set("0123456789abcdef")
    assert key == sort_key(text, locale)
