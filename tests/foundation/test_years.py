"""Years as readers count them: of the Buddhist era in Thai."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from werkzeug.datastructures import MultiDict
from wtforms import Form

from app.exchanges.wording import academic_year
from app.foundation import eras, languages
from app.foundation.forms import DayField, WallTimeField, YearField
from app.foundation.languages import speaking

PROGRAM = """
from datetime import UTC, date, datetime
from app.foundation import languages
languages.speak("th", "Asia/Bangkok")
print(languages.day(date(2027, 1, 14)))
print(languages.day(datetime(2027, 1, 13, 17, 0, tzinfo=UTC)))
"""


def test_thai_readers_count_years_of_the_buddhist_era_and_no_others_do() -> None:
    value, moment_ = date(2027, 1, 14), datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    with speaking("th", "Asia/Bangkok"):
        assert languages.day(value) == "14 มกราคม 2570"
        assert languages.day_written("2027-01-14") == "14 มกราคม 2570"
        assert languages.month(value) == "มกราคม 2570"
        assert languages.moment(moment_) == "1 ม.ค. 2570, 01:00"
        assert languages.year(2027) == "2570"
    for locale in set(languages.LANGUAGES) - {"th"}:
        with speaking(locale, "Asia/Bangkok"):
            assert languages.year(2027) == "2027"
            for said in (languages.day(value), languages.month(value), languages.moment(moment_)):
                assert "2027" in said
                assert "2570" not in said


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def test_a_thai_day_is_the_same_wherever_the_server_stands(zone) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "TZ": zone, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    assert done.stdout.split("\n")[:2] == ["14 มกราคม 2570"] * 2


def test_the_day_of_a_moment_is_the_one_by_the_readers_clock() -> None:
    late = datetime(2027, 1, 13, 23, 0, tzinfo=UTC)
    for zone, day in (("Asia/Tokyo", "14"), ("UTC", "13"), (None, "13")):
        for locale, rest in (("en", "January 2027"), ("th", "มกราคม 2570")):
            with speaking(locale, zone):
                assert languages.day(late) == f"{day} {rest}"


class Dated(Form):
    """A day, a month, a moment and a year, as the house's forms ask for them."""

    day = DayField("Day")
    month = DayField("Month", month_only=True)
    until = WallTimeField("Until")
    year = YearField("Year", low=2000, high=2200)


def typed(year: str) -> Dated:
    sent = {"day-day": "14", "day-month": "1", "month-month": "9", "year": year}
    wall = {"until-day": "1", "until-month": "2", "until-hour": "23", "until-minute": "59"}
    years = {f"{name}-year": year for name in ("day", "month", "until")}
    form = Dated(MultiDict(sent | wall | years))
    form.validate()
    return form


@pytest.mark.parametrize("year", ["2570", "2027", "๒๕๗๐"])
def test_a_thai_reader_types_years_of_both_eras(year) -> None:
    with speaking("th", "Asia/Bangkok"):
        form = typed(year)
        assert form.errors == {}
        assert form.data == {
            "day": date(2027, 1, 14),
            "month": date(2027, 9, 1),
            "until": datetime(2027, 2, 1, 23, 59),  # noqa: DTZ001 - a wall's
            "year": 2027,
        }
        assert form.day.reading == "อ่านเป็น 14 มกราคม 2570 (ค.ศ. 2027)"
        assert form.month.reading == "อ่านเป็น กันยายน 2570 (ค.ศ. 2027)"
        assert form.day.parts["year"] == year


def test_others_are_told_which_year_to_write() -> None:
    for locale in set(languages.LANGUAGES) - {"th"}:
        with speaking(locale):
            form = typed("2570")
            assert set(form.errors) == {"day", "month", "until", "year"}
            for said, *_rest in form.errors.values():
                assert "2027" in said
            assert typed("2027").day.reading == ""


@pytest.mark.parametrize("year", ["2300", "2744", "2442", "27", "0", "x"])
def test_a_year_of_no_era_is_refused(year) -> None:
    for locale in languages.LANGUAGES:
        with speaking(locale):
            assert set(typed(year).errors) == {"day", "month", "until", "year"}


def test_a_form_shows_the_years_that_its_reader_counts() -> None:
    kept = {"day": date(2027, 1, 14), "until": datetime(2027, 2, 1, 23, 59), "year": 2027}  # noqa: DTZ001
    for locale, year in (("th", "2570"), ("en", "2027")):
        with speaking(locale):
            form = Dated(data=kept)
            assert form.day.parts == {"day": "14", "month": "1", "year": year}
            assert form.until.parts["year"] == year
            assert f'value="{year}"' in form.year()
            assert form.day.reading == ""
            assert academic_year(2027) == f"{year}/{int(year) + 1}"
    with speaking("th"):
        assert eras.label() == "ปี พ.ศ."
