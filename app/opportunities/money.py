"""Amounts of money as people write them, kept in the currency's smallest unit.

Pure. How many decimals a currency has is CLDR's: none for yen, dong and kip, two for dollars.
"""

import re
import unicodedata
from decimal import Decimal
from enum import StrEnum

from app.foundation.errors import RuleBroken
from app.foundation.languages import currency_name, minor_digits
from app.foundation.languages import gettext as _

# Those of the cooperation's countries, and those that partners pay in.
CURRENCIES = (
    "JPY",
    "BND",
    "IDR",
    "KHR",
    "LAK",
    "MMK",
    "MYR",
    "PHP",
    "SGD",
    "THB",
    "USD",
    "VND",
    "EUR",
    "AUD",
    "GBP",
)
MOST = 10**12
WRITTEN = re.compile(r"(\d{1,3}(,\d{3})+|\d{1,15})(?:\.(\d{1,4}))?")


class Period(StrEnum):
    """How often the amount is paid."""

    MONTH = "month"
    YEAR = "year"
    DAY = "day"
    ONCE = "once"


def read_amount(text: str, currency: str) -> int:
    """What was written, in the currency's smallest unit. Raises RuleBroken with what to write."""
    written = unicodedata.normalize("NFKC", text).replace(" ", "").replace("\u00a0", "")
    found = WRITTEN.fullmatch(written)
    if not found:
        raise RuleBroken(_("Write the amount in digits, for example 144,000 or 1400.50."))
    digits = minor_digits(currency)
    # 12.000 is twelve thousand to many who write it, so no zeros are taken for decimals.
    if len(found[3] or "") > digits:
        raise RuleBroken(_decimals_wanted(currency, digits))
    value = Decimal(written.replace(",", "")).scaleb(digits)
    if value > MOST:
        raise RuleBroken(_("This amount is too large."))
    return int(value)


def _decimals_wanted(currency: str, digits: int) -> str:
    if digits == 0:
        return _("%(currency)s has no decimals.", currency=currency_name(currency))
    return _(
        "%(currency)s has %(digits)s decimals at most.",
        currency=currency_name(currency),
        digits=digits,
    )


def written(amount: int | None, currency: str | None) -> str:
    """The amount as a form shows it again: 144000, or 1400.50."""
    if amount is None or currency is None:
        return ""
    digits = minor_digits(currency)
    value = Decimal(amount).scaleb(-digits)
    return str(int(value)) if value == value.to_integral_value() else f"{value:.{digits}f}"
