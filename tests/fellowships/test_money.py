"""Money: written as people write it, kept in the smallest unit, shown with its name."""

import pytest

from app.opportunities.money import CURRENCIES, read_amount, written
from app.foundation.errors import RuleBroken
from app.foundation.languages import money, speak, speaking


@pytest.fixture(autouse=True)
def english():
    speak("en", None)


@pytest.mark.parametrize(
    ("text", "currency", "kept", "shown"),
    [
        ("144,000", "JPY", 144_000, "144,000 Japanese yen"),
        ("3500", "SGD", 350_000, "3,500 Singapore dollars"),
        ("1400.5", "EUR", 140_050, "1,400.50 euros"),
        ("25,000,000", "VND", 25_000_000, "25,000,000 Vietnamese dong"),
        ("25 000 000", "IDR", 2_500_000_000, "25,000,000 Indonesian rupiahs"),
        ("0", "USD", 0, "0 US dollars"),
    ],
)
def test_what_is_written_is_kept_and_shown(text, currency, kept, shown):
    assert read_amount(text, currency) == kept
    assert money(kept, currency) == shown


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1.5", "JPY"),
        ("1.505", "USD"),
        ("1,50", "EUR"),
        ("", "JPY"),
        ("１２万", "JPY"),
        ("+5", "JPY"),
        ("99999999999999", "JPY"),
        ("1" * 400, "JPY"),
    ],
)
def test_what_is_no_amount_is_refused(text, currency):
    with pytest.raises(RuleBroken):
        read_amount(text, currency)


@pytest.mark.parametrize("currency", CURRENCIES)
def test_what_is_shown_in_a_form_reads_back(currency):
    for kept in (0, 1, 100, 123_456):
        assert read_amount(written(kept, currency), currency) == kept


def test_money_is_named_in_the_readers_language():
    with speaking("ja"):
        assert money(144_000, "JPY") == "144,000円"
