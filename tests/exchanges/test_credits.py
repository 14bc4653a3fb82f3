"""Credits between systems: the published tables exactly, their disagreement, and the arithmetic."""

from datetime import date
from fractions import Fraction
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchanges.credits import (
    Cap,
    Conversion,
    Meter,
    Rounding,
    Rule,
    Unit,
    Way,
    conversions,
    disagree,
    rules_between,
)
from seeds.credits import credit_caps, credit_rules, credit_units
from seeds.tables import BrokenRow

TODAY = date(2027, 4, 1)
UMAP = {  # how many are one UCTS, by the table of the UMAP Credit Transfer Scheme
    "ucts": Fraction(1),
    "aac": Fraction(1),
    "us": Fraction(1),
    "jp-tani": Fraction(1),
    "ects": Fraction(3, 2),
    "clar": Fraction(3, 2),
}
AMOUNTS = st.fractions(min_value=0, max_value=400, max_denominator=60)
FACTORS = st.fractions(min_value=Fraction(1, 10), max_value=10, max_denominator=100)
STEPS = st.sampled_from([Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(1)])
ROUNDINGS = st.builds(Rounding, STEPS, st.sampled_from(Way))


def results(amount, origin, target, day=TODAY):
    rules = (*rules_between(credit_units()), *credit_rules())
    return conversions([Fraction(amount)], origin, target, rules, day=day)


# --- the tables


def test_every_pair_of_the_umap_table_comes_out_exactly():
    for origin, target in permutations(UMAP, 2):
        first, *_ = results(7, origin, target)
        assert first.counted == 7 * UMAP[target] / UMAP[origin]
        assert "https://umap.org/credit-transfer-scheme/" in first.rule.source


def test_one_unit_is_what_its_row_says():
    known = {u.scheme: u.per_ucts for u in credit_units() if u.per_ucts}
    assert known == UMAP


def test_what_nobody_has_published_has_no_result():
    assert [u.scheme for u in credit_units() if u.per_ucts is None] == ["acts"]
    for other in UMAP:
        assert results(6, "acts", other) == results(6, other, "acts") == ()


def test_japan_and_ects_are_shown_by_every_source_that_speaks_of_them():
    """UMAP says 1 to 1.5, the freemovers' tables 0.5 to 0.6 of an ECTS credit: nobody is hidden."""
    there = results(30, "ects", "jp-tani")
    assert [r.counted for r in there] == [20, 15, 18]
    assert [r.given for r in there] == [30, 30, 30]
    assert [r.rule.factor for r in there] == [Fraction(2, 3), Fraction(1, 2), Fraction(3, 5)]
    assert len({r.rule.source for r in there}) == 2
    assert disagree(there)
    back = results(2, "jp-tani", "ects")
    assert [r.counted for r in back] == [3, 4, Fraction(10, 3)]
    assert disagree(back)


def test_one_source_alone_does_not_disagree_with_itself():
    assert not disagree(results(4, "jp-tani", "us"))
    assert not disagree(())


def test_the_old_ucts_is_another_unit_that_ended_in_2013():
    old = results(1, "jp-tani", "ucts-60", date(2013, 12, 31))
    assert [r.counted for r in old] == [2, Fraction(30, 17)]
    assert results(1, "jp-tani", "ucts-60", date(2014, 1, 1)) == ()
    assert results(1, "ucts-60", "ucts", date(2013, 1, 1)) == ()


def test_the_caps_of_japan():
    caps = {(c.system, c.level): c.most for c in credit_caps()}
    assert caps == {
        ("JP", "undergraduate"): 60,
        ("JP", "junior_college_2y"): 45,
        ("JP", "junior_college_3y"): 53,
        ("JP", "graduate"): 10,
    }
    assert all(c.source.startswith("http://www.mext.go.jp/") for c in credit_caps())


# --- the meter

CAP = Cap("JP", "undergraduate", Fraction(60), "MEXT")


@pytest.mark.parametrize(
    ("used", "left", "over", "percent"),
    [
        (Fraction(0), 60, 0, 0),
        (Fraction(37), 23, 0, 61),
        (Fraction(599, 10), Fraction(1, 10), 0, 99),
        (Fraction(60), 0, 0, 100),
        (Fraction(64), 0, 4, 100),
    ],
)
def test_the_meter_of_recognised_credits(used, left, over, percent):
    meter = Meter(CAP, used)
    assert (meter.left, meter.over, meter.percent) == (left, over, percent)


@given(AMOUNTS, AMOUNTS)
def test_what_is_added_to_a_meter_is_not_lost(used, more):
    meter = Meter(CAP, used).with_more(more)
    assert meter.used == used + more
    assert meter.used + meter.left - meter.over == CAP.most


# --- the arithmetic


def by(factor, rounding=None):
    return Rule("a", "b", factor, "a table", rounding)


@given(st.lists(AMOUNTS, max_size=8), FACTORS, ROUNDINGS)
def test_many_courses_are_added_first_and_rounded_once(courses, factor, rounding):
    (result,) = conversions(courses, "a", "b", [by(factor, rounding)], day=TODAY)
    assert result.exact == sum(courses) * factor
    assert result.counted == rounding.of(sum(courses) * factor)
    assert rounding.of(result.counted) == result.counted


@given(AMOUNTS, AMOUNTS, FACTORS, st.none() | ROUNDINGS)
def test_more_credits_never_become_fewer(one, other, factor, rounding):
    less, more = sorted([one, other])
    rule = by(factor, rounding)
    assert Conversion(less, rule).counted <= Conversion(more, rule).counted


@given(AMOUNTS, FACTORS)
def test_there_and_back_without_rounding_is_where_it_began(amount, factor):
    there = Conversion(amount, by(factor)).counted
    assert Conversion(there, by(1 / factor)).counted == amount


@given(AMOUNTS, FACTORS, ROUNDINGS)
def test_there_and_back_is_off_by_less_than_a_step(amount, factor, rounding):
    there = Conversion(amount, by(factor, rounding)).counted
    back = Conversion(there, by(1 / factor)).counted
    assert abs(back - amount) < rounding.step / factor


@given(st.fractions(min_value=0, max_value=400, max_denominator=60), STEPS)
def test_the_ways_of_rounding_lie_around_the_value(value, step):
    down, nearest, up = (Rounding(step, way).of(value) for way in Way)
    assert down <= value <= up
    assert nearest in {down, up}
    assert abs(nearest - value) <= step / 2
    assert up - down in {0, step}


@given(st.lists(FACTORS, min_size=2, max_size=5))
def test_units_that_are_known_in_ucts_agree_around_a_circle(values):
    units = [Unit(f"unit {n}", value, "a table") for n, value in enumerate(values)]
    factor = {(r.origin, r.target): r.factor for r in rules_between(units)}
    around = [*units, units[0]]
    product = Fraction(1)
    for one, other in pairwise(around):
        product *= factor[one.scheme, other.scheme]
    assert product == 1


def test_a_rule_that_cannot_be_is_refused():
    for factor in (Fraction(0), Fraction(-1)):
        with pytest.raises(ValueError, match="factor"):
            by(factor)
    with pytest.raises(ValueError, match="between two"):
        Rule("a", "a", Fraction(1), "")
    with pytest.raises(ValueError, match="ends"):
        Rule("a", "b", Fraction(1), "", since=date(2027, 2, 1), until=date(2027, 1, 1))
    with pytest.raises(ValueError, match="step"):
        Rounding(Fraction(0))


def test_a_rule_holds_on_its_first_and_last_day():
    rule = Rule("a", "b", Fraction(1), "", since=date(2027, 1, 1), until=date(2027, 1, 31))
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 31), date(2027, 2, 1)]
    assert [rule.holds(day) for day in days] == [False, True, True, False]


def test_a_university_sees_its_own_rule_first_and_never_that_of_another():
    everybody = by(Fraction(2))
    own, other = (Rule("a", "b", Fraction(n), "", scope=f"TH-{n}") for n in (3, 4))
    seen = conversions([Fraction(1)], "a", "b", [everybody, own, other], day=TODAY, home="TH-3")
    assert [c.rule for c in seen] == [own, everybody]
    seen = conversions([Fraction(1)], "a", "b", [everybody, own, other], day=TODAY)
    assert [c.rule for c in seen] == [everybody]


# --- reading the lists

HEADER = "from,to,factor,rounding,scope,since,until,source,note\n"


@pytest.mark.parametrize(
    "row",
    [
        "a,b,half,,,,,x,",
        "a,b,1/0,,,,,x,",
        "a,b,-1,,,,,x,",
        "a,b,1,sideways 1,,,,x,",
        "a,b,1,down,,,,x,",
        "a,b,1,down 1/0,,,,x,",
        "a,b,1,,,yesterday,,x,",
        "a,b,1,,,2027-02-01,2027-01-01,x,",
    ],
)
def test_a_broken_row_is_named_with_its_line(tmp_path, row):
    (tmp_path / "credit_units.csv").write_text("scheme,per_1_ucts,source\na,1,x\n")
    (tmp_path / "credit_rules.csv").write_text(HEADER + row + "\n")
    with pytest.raises(BrokenRow, match="line 2"):
        credit_rules(tmp_path)


def test_a_rule_of_a_university_is_read_with_its_rounding(tmp_path):
    (tmp_path / "credit_units.csv").write_text("scheme,per_1_ucts,source\na,1,x\n")
    (tmp_path / "credit_rules.csv").write_text(HEADER + "ects,jp-tani,2/3,down 1/2,TH-1,,,x,\n")
    (rule,) = credit_rules(tmp_path)
    assert (rule.scope, rule.rounding) == ("TH-1", Rounding(Fraction(1, 2), Way.DOWN))
    assert Conversion(Fraction(10), rule).counted == Fraction(13, 2)
