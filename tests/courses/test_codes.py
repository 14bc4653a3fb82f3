"""The code on the screen of a meeting."""

from datetime import UTC, datetime, timedelta

from app.courses import codes

AT = datetime(2027, 3, 1, 9, 0, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_code_stands_for_half_a_minute_and_is_taken_for_half_a_minute_more() -> None:
    code = codes.shown("secret", AT)
    assert len(code) == codes.LENGTH
    assert codes.shown("secret", AT + 29 * SECOND) == code
    assert codes.shown("secret", AT + 30 * SECOND) != code
    assert codes.fits("secret", code, AT + 59 * SECOND)
    assert not codes.fits("secret", code, AT + 60 * SECOND)
    assert not codes.fits("secret", code, AT - SECOND), "no code of the future"


def test_a_code_is_of_one_secret_alone() -> None:
    assert not codes.fits("another", codes.shown("secret", AT), AT)


def test_a_code_is_taken_as_people_type_it() -> None:
    code = codes.shown("secret", AT)
    assert codes.fits("secret", f" {code[:3].lower()}-{code[3:].lower()} ", AT)
    for typed in ("", code[:5], code + "A", "ភាសា", "＊" * 6):
        assert not codes.fits("secret", typed, AT)


def test_an_old_code_is_told_from_one_that_never_was() -> None:
    code = codes.shown("secret", AT)
    assert not codes.is_old("secret", code, AT)
    assert codes.is_old("secret", code, AT + timedelta(minutes=5))
    assert not codes.is_old("secret", code, AT + timedelta(minutes=11))
    assert not codes.is_old("secret", "ABCDEF", AT)


def test_codes_do_not_come_again_within_an_evening() -> None:
    seen = {codes.shown("secret", AT + n * codes.PERIOD) for n in range(480)}
    assert len(seen) == 480
    assert set("".join(seen)) <= set(codes.LETTERS)


def test_late_is_who_comes_after_the_stated_minutes() -> None:
    assert not codes.is_late(AT + timedelta(minutes=15), AT, 15)
    assert codes.is_late(AT + timedelta(minutes=15, seconds=1), AT, 15)
    assert not codes.is_late(AT - timedelta(minutes=5), AT, 0)
