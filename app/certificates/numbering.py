"""The number pattern of an issuer, such as `AICENTRE-{year}-{number:04}`; pure.

A pattern is capitals, digits, hyphens, full stops and slashes, `{number}` once (`{number:04}` fills
up with zeros) and at most one `{year}`. With a year, numbers begin again each year.
"""

import re
import unicodedata

from app.foundation.languages import gettext as _

LONGEST_PATTERN = 60
LONGEST_SERIAL = 60
EXAMPLE = "AICENTRE-{year}-{number:04}"
_NUMBER = re.compile(r"\{number(?::0([1-9]))?\}")
_YEAR = "{year}"
_PLAIN = re.compile(r"[A-Z0-9./-]*")
_WORD = re.compile(r"[A-Z0-9]{2}")


class WrongPattern(ValueError):
    """The pattern makes no numbers; the sentence says what to write."""


def check_pattern(pattern: str) -> None:
    """Raises WrongPattern unless every number that the pattern makes is another one."""
    if len(pattern) > LONGEST_PATTERN:
        raise WrongPattern(_("Please shorten the pattern."))
    if len(_NUMBER.findall(pattern)) != 1 or pattern.count(_YEAR) > 1:
        raise WrongPattern(
            _(
                "Write {number} or {number:04} once and {year} at most once, for example "
                "%(example)s.",
                example=EXAMPLE,
            )
        )
    rest = _NUMBER.sub("", pattern.replace(_YEAR, ""))
    if not _PLAIN.fullmatch(rest):
        raise WrongPattern(
            _("Besides {year} and {number}, use capital letters A to Z, digits, - . and / only.")
        )
    if not _WORD.search(rest):
        raise WrongPattern(_("Begin with letters that stand for your centre, such as AIC."))
    if re.search(r"\d\{|\}\d|\}\{", pattern):
        raise WrongPattern(
            _("Put a - . or / between digits, {year} and {number}, so that they stay apart.")
        )


def counts_by_year(pattern: str) -> bool:
    """Whether numbers begin again each year."""
    return _YEAR in pattern


def serial(pattern: str, *, year: int, number: int) -> str:
    """The number as it is printed."""

    def written(match: re.Match[str]) -> str:
        return str(number).zfill(int(match[1] or 1))

    return _NUMBER.sub(written, pattern.replace(_YEAR, str(year)))


def family(pattern: str) -> str:
    """What two patterns share when they could make the same number: `AIC-*-*` of both."""
    return _NUMBER.sub("*", pattern.replace(_YEAR, "*"))


def tidy(typed: str) -> str:
    """A number or code as somebody types it, as it is kept: capitals, no spaces, plain hyphens."""
    text = unicodedata.normalize("NFKC", typed).upper()
    text = re.sub("[\u2010-\u2015\u2212\u30fc]", "-", text)
    return re.sub(r"\s+", "", text)[:LONGEST_SERIAL]


# Letters that nobody reads as another: no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
CODE_LENGTH = 8


def tidy_code(typed: str) -> str:
    """The code as it is kept, from what was read off the paper."""
    return tidy(typed).replace("-", "").translate(_READ_AS)[:CODE_LENGTH]


def printed_code(code: str) -> str:
    """The code in two halves, as it is printed."""
    return f"{code[:4]}-{code[4:]}"
