"""The published tables as they are kept, and the public pages that read them."""

from collections import Counter
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.exchanges import queries, wording
from app.exchanges.credits import Cap, Rounding, Rule, Unit, Way, conversions, rules_between
from app.exchanges.grades import GradeTable
from app.exchanges.operations import load_tables
from app.foundation.actors import SYSTEM, Role
from app.foundation.database import db
from app.foundation.errors import NotPermitted
from app.foundation.work import unit_of_work
from app.organisations.operations import Loaded
from seeds.credits import credit_caps, credit_rules, credit_units, grade_table, score_bands
from tests import make

CREDITS, LEVELS, GRADES = (f"/exchanges/{page}" for page in ("credits", "levels", "grades"))


def loaded(actor=SYSTEM, **other) -> Counter[Loaded]:
    """Load the real lists, or others in their place."""
    lists = {
        "units": credit_units(),
        "rules": credit_rules(),
        "caps": credit_caps(),
        "bands": score_bands(),
        "grades": grade_table(),
    }
    with unit_of_work(actor) as work:
        return load_tables(work, **{**lists, **other})


@pytest.fixture
def tables(app, session):
    loaded()


def test_what_is_kept_is_exactly_what_the_lists_say(tables, session) -> None:
    assert queries.credit_units(session) == credit_units()
    rules = queries.credit_rules(session)
    assert rules == (*rules_between(credit_units()), *credit_rules())
    assert queries.credit_caps(session) == credit_caps()
    assert queries.score_bands(session) == score_bands()
    assert queries.grade_table(session) == grade_table()
    there = conversions([Fraction(30)], "ects", "jp-tani", rules, day=date(2027, 4, 1))
    assert [one.counted for one in there] == [20, 15, 18]


def test_loading_again_writes_only_what_changed_and_takes_out_what_is_gone(tables, session) -> None:
    assert loaded() == Counter({Loaded.UNCHANGED: 55})
    own = Rule("ects", "jp-tani", Fraction(2, 3), "Our senate", Rounding(Fraction(1, 2), Way.DOWN))
    fewer = [*credit_rules()[:5], own]
    assert loaded(rules=fewer) == Counter({Loaded.UNCHANGED: 54, Loaded.NEW: 1, Loaded.CHANGED: 1})
    session.expire_all()
    assert queries.credit_rules(session)[-1] == own
    more = [Cap(c.system, c.level, c.most + 4, c.source, c.note) for c in credit_caps()]
    assert loaded(caps=more, rules=fewer)[Loaded.CHANGED] == 4
    session.expire_all()
    assert queries.credit_caps(session)[0].most == 64


def test_nobody_but_the_site_itself_loads_them(app, session) -> None:
    secretary = make.actor(make.grant(make.person(), Role.SECRETARIAT))
    with pytest.raises(NotPermitted):
        loaded(secretary)
    assert queries.credit_units(session) == ()
    assert queries.grade_table(session) == GradeTable((), "")


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE credit_rule SET factor = '-1/2'",
        "UPDATE credit_rule SET factor = '0'",
        "UPDATE credit_rule SET target = origin",
        "UPDATE credit_rule SET source = ''",
        "UPDATE credit_rule SET step = '1/2'",
        "UPDATE credit_rule SET since = '2027-01-01', until = '2026-01-01'",
        "UPDATE credit_unit SET per_ucts = '-1'",
        "UPDATE credit_cap SET most = '0'",
        "UPDATE language_band SET level = 'C3'",
        "UPDATE grade_row SET least = most + 1",
    ],
)
def test_the_database_refuses_rows_that_cannot_be(tables, deed) -> None:
    db.session.rollback()
    with pytest.raises(IntegrityError):
        db.session.execute(text(deed))
    db.session.rollback()


# --- pages


def test_where_sources_differ_every_result_is_shown_with_its_factor_and_source(
    client, tables
) -> None:
    page = client.get(f"{CREDITS}?credits=30&origin=ects&target=jp-tani").text
    for counted, factor in ((20, "2/3"), (15, "1/2"), (18, "3/5")):
        assert f"30 ECTS credits (Europe) → {counted} Japanese credits" in page
        assert f"<dd>{factor}</dd>" in page
    assert "the home university decides which one counts" in page
    assert 'href="https://umap.org/credit-transfer-scheme/"' in page
    assert 'href="https://wearefreemovers.com/"' in page
    assert "15 to 20 of 60 credits" in page


def test_one_source_is_shown_alone_and_none_says_so(client, tables) -> None:
    page = client.get(f"{CREDITS}?credits=7.5&origin=us&target=ects&recognised=").text
    assert "7.5 semester credits" in page
    assert "11.25 ECTS credits" in page
    assert "The sources differ" not in page
    page = client.get(f"{CREDITS}?credits=6&origin=acts&target=ects").text
    assert "Nobody has published" in page


def test_what_is_recognised_already_fills_the_cap_too(client, tables) -> None:
    page = client.get(f"{CREDITS}?credits=10&origin=us&target=jp-tani&recognised=55").text
    assert "65 of 60 credits" in page
    assert "5 too many" in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("credits=&origin=us&target=ects", "Write how many credits, in digits."),
        ("credits=many&origin=us&target=ects", "Write a number above nothing"),
        ("credits=0&origin=us&target=ects", "Write a number above nothing"),
        ("credits=1e9&origin=us&target=ects", "Write a number above nothing"),
        ("credits=3&origin=us&target=us", "Choose two different systems."),
        ("credits=3&origin=us&target=gold", "Choose one of the answers in the list."),
        ("credits=3&origin=us&target=ects&recognised=some", "Write a number, for example 12."),
    ],
)
def test_what_cannot_be_converted_is_refused_beside_its_field(client, tables, query, said) -> None:
    answer = client.get(f"{CREDITS}?{query}")
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("test=jlpt_n1&score=141", "→ B2"),
        ("test=jlpt_n1&score=142", "→ C1"),
        ("test=jlpt_n1&score=99", "No level is named"),
        ("test=ielts_academic&score=6.5", "→ B2"),
        ("test=ielts_academic&score=៦.៥", "→ B2"),
        ("test=ielts_academic&score=5.2", "No level is named"),
        (
            "test=jlpt_n1&score=142&taken-day=1&taken-month=11&taken-year=2025",
            "No level is named",
        ),
    ],
)
def test_a_score_stands_for_a_level_by_the_table(client, tables, query, said) -> None:
    answer = client.get(f"{LEVELS}?{query}")
    assert answer.status_code == 200
    assert said in answer.text


def test_a_receptive_test_says_so_and_nonsense_is_refused(client, tables) -> None:
    assert "reading and listening only" in client.get(f"{LEVELS}?test=toeic_lr&score=900").text
    for query in ("test=jlpt_n1&score=", "test=jlpt_n1&score=x", "test=none&score=3"):
        assert client.get(f"{LEVELS}?{query}").status_code == 422, query


def test_the_table_of_grades_is_shown_with_its_source(client, tables) -> None:
    page = client.get(GRADES).text
    assert "95–100" in page
    assert "oqeanous/eng/faculty/creditandscore.html" in page
    assert "the home university decides" in page


def test_pages_stand_before_anything_is_loaded(client) -> None:
    assert [client.get(page).status_code for page in (CREDITS, LEVELS, GRADES)] == [200, 200, 200]


def test_sources_are_read_with_their_addresses() -> None:
    told = "ECTS Users' Guide as quoted by https://a.example/x/ ; http://b.example (60 a year)"
    first, second = wording.sources(told)
    assert (first.address, first.words) == (
        "https://a.example/x/",
        "ECTS Users' Guide as quoted by",
    )
    assert (second.address, second.words) == ("http://b.example", "60 a year")
    assert wording.sources("UMAP table")[0].address == ""


def test_a_number_is_said_exactly() -> None:
    said = [wording.amount(Fraction(n)) for n in ("20", "7.5", "10/3")]
    assert said == ["20", "7.5", "10/3 (about 3.33)"]
    assert wording.system_name("new", "A new unit") == "A new unit"
    assert Unit("new", None, "x").name == ""
