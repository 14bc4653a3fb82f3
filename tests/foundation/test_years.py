"""Years as readers count them: of the Buddhist era in Thai."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from app.foundation import languages
from app.foundation.languages import speaking

PROGRAM = """
from datetime import date
from app.foundation import languages
languages.speak("th", None)
print(languages.day(date(2027, 1, 14)))
"""


def test_thai_readers_count_years_of_the_buddhist_era_and_no_others_do() -> None:
    value, moment_ = date(2027, 1, 14), datetime(2026, 12, 31, 18, 0, tzinfo=UTC)
    with speaking("th", "Asia/Bangkok"):
        assert languages.day(value) == "14 มกราคม 2570"
        assert languages.day_written("2027-01-14") == "14 มกราคม 2570"
        assert languages.month(value) == "มกราคม 2570"
        assert languages.moment(moment_) == "1 ม.ค. 2570, 01:00"
        assert languages.year(2027) == "2570"
    for locale in languages.LANGUAGES:
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
    assert done.stdout.strip() == "14 มกราคม 2570"
