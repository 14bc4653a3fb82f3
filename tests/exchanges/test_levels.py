"""Levels that scores of language tests stand for, by the published tables."""

from datetime import date
from fractions import Fraction

import pytest

from app.exchanges.levels import band_of
from seeds.credits import score_bands

TAKEN = date(2026, 7, 5)


def level(test, score, taken=TAKEN):
    band = band_of(score_bands(), test, Fraction(score), taken)
    return band and band.level.value


@pytest.mark.parametrize(
    ("test", "levels"),
    [
        ("jlpt_n5", {79: None, 80: "A1", 180: "A1"}),
        ("jlpt_n4", {89: None, 90: "A2", 180: "A2"}),
        ("jlpt_n3", {94: None, 95: "A2", 103: "A2", 104: "B1"}),
        ("jlpt_n2", {89: None, 90: "B1", 111: "B1", 112: "B2"}),
        ("jlpt_n1", {99: None, 100: "B2", 141: "B2", 142: "C1", 180: "C1"}),
        ("ielts_academic", {"3.5": None, 4: "B1", "5.5": "B2", 7: "C1", "8.5": "C2", 9: "C2"}),
        ("toefl_ibt_0_120", {41: None, 42: "B1", 71: "B1", 72: "B2", 95: "C1", 121: None}),
        ("toeic_lr", {119: None, 120: "A1", 225: "A2", 550: "B1", 785: "B2", 945: "C1"}),
        ("cambridge_scale", {99: None, 100: "A1", 120: "A2", 140: "B1", 160: "B2", 200: "C2"}),
        ("a test that nobody knows", {100: None}),
    ],
)
def test_scores_and_their_levels(test, levels):
    assert {score: level(test, score) for score in levels} == levels


def test_the_jlpt_names_levels_since_december_2025_and_of_reading_and_listening_only():
    assert level("jlpt_n1", 150, date(2025, 11, 30)) is None
    assert level("jlpt_n1", 150, date(2025, 12, 7)) == "C1"
    receptive = {band.test for band in score_bands() if band.receptive}
    assert receptive == {*(f"jlpt_n{n}" for n in range(1, 6)), "toeic_lr"}


def test_no_score_stands_for_two_levels_and_every_band_names_its_source():
    bands = score_bands()
    for band in bands:
        assert band.source.startswith("https://")
        assert [b for b in bands if b.test == band.test and b.holds(band.least, TAKEN)] == [band]
