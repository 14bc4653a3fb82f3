"""The reference lists load whole or not at all, and loading them again changes nothing."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.commands.seeding import reference as command
from app.exchanges.models import CreditRule, CreditUnit
from app.foundation.actors import SYSTEM, Actor, Grant, Role
from app.foundation.search.index import matching
from app.foundation.work import unit_of_work
from app.organisations import operations, queries
from app.organisations.facts import doubt
from app.organisations.models import Country, Membership, Organisation, OrganisationName
from app.organisations.operations import Loaded
from app.organisations.states import OrganisationKind, OrganisationState
from seeds.reference import DATA, BrokenLists, centre_names, language_of, load_reference

FEW = ("jp-0152", "jp-0307", "jp-0310", "bn-0001", "bn-0006", "kh-0354", "id-0019", "my-0497")


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """The same lists with a handful of universities, which tests may break."""
    folder = tmp_path / "lists"
    shutil.copytree(DATA, folder)
    lines = (folder / "universities.csv").read_text().splitlines(keepends=True)
    (folder / "universities.csv").write_text(
        "".join(line for line in lines if line.startswith(("id,", *FEW)))
    )
    return folder


def one(session, ref: str) -> Organisation:
    return session.scalars(queries.organisations_with_all().where(Organisation.ref == ref)).one()


def test_all_the_real_lists_load_and_load_again_without_a_change(app, session) -> None:
    first = load_reference()
    assert first["countries"] == Counter({Loaded.NEW: 12})
    assert first["organisations"] == Counter({Loaded.NEW: 1110})
    assert first["rows of tables"] == Counter({Loaded.NEW: 7 + 6 + 4 + 26 + 12})
    entries = session.scalar(select(func.count(AuditEntry.id)))
    again = load_reference()
    assert again["countries"] == Counter({Loaded.UNCHANGED: 12})
    assert again["organisations"] == Counter({Loaded.UNCHANGED: 1110})
    assert again["rows of tables"] == Counter({Loaded.UNCHANGED: 55})
    assert again["successions"] == Counter({Loaded.UNCHANGED: 3})
    assert session.scalar(select(func.count(AuditEntry.id))) == entries
    assert session.scalar(select(func.count()).where(Organisation.is_centre)) == 35


def test_a_body_is_found_by_any_of_its_names_in_any_script(app, session, few) -> None:
    load_reference(few)
    for text in ("東京科学大学", "institute of science tokyo", "Science Tokyo"):
        assert one(session, "jp-0152").id in set(
            session.scalars(matching(None, "organisation", text))
        )
    for text in ("វិទ្យាស្ថានជាតិ", "NIE", "institut teknologi", "AISG", "hasanuddin"):
        assert queries.organisations_named(session, text), text


def test_a_centre_that_is_a_university_is_one_body_found_by_both_names(app, session, few) -> None:
    load_reference(few)
    utb = one(session, "bn-0006")
    assert utb.is_centre
    assert utb.kind is OrganisationKind.UNIVERSITY
    assert utb.facts["listed_as"] == "aic-32"
    assert utb.focus == ["AI literacy"]
    assert session.scalar(select(Organisation.id).where(Organisation.ref == "aic-32")) is None


def test_membership_is_dated_as_the_data_says(app, session, few) -> None:
    load_reference(few)
    members = set(session.scalars(queries.members_of("ASEAN", date(2026, 1, 1))))
    assert len(members) == 11
    assert "TL" in members
    assert "TL" not in set(session.scalars(queries.members_of("ASEAN", date(2025, 10, 25))))
    assert "JP" not in members


def test_a_country_that_becomes_a_member_keeps_what_it_was_before(app, session, few) -> None:
    file = few / "countries.csv"
    text = file.read_text()
    file.write_text(text.replace("member,2025-10-26", "observer,"))
    load_reference(few)
    file.write_text(text)
    load_reference(few)
    rows = session.execute(
        select(Membership.relation, Membership.since, Membership.until)
        .where(Membership.country_code == "TL")
        .order_by(Membership.id)
    ).all()
    assert rows == [("observer", None, date(2025, 10, 26)), ("member", date(2025, 10, 26), None)]


def test_what_went_on_as_another_says_so_and_since_when(app, session, few) -> None:
    load_reference(few)
    before = one(session, "jp-0307")
    assert before.state is OrganisationState.MERGED
    assert before.successor_id == one(session, "jp-0152").id
    assert before.succeeded_on == date(2024, 10, 1)
    assert "general knowledge" in doubt(before.facts)


def test_each_body_has_the_zone_of_its_place(app, session, few) -> None:
    load_reference(few)
    assert one(session, "id-0019").zone == "Asia/Makassar"
    assert one(session, "my-0497").zone == "Asia/Kuching"  # only its name tells
    assert one(session, "kh-0354").zone == "Asia/Phnom_Penh"


def test_a_changed_row_changes_only_its_body(app, session, few) -> None:
    load_reference(few)
    file = few / "universities.csv"
    file.write_text(file.read_text().replace("Tokodai|", "Ookayama Tech|"))
    assert load_reference(few)["organisations"][Loaded.CHANGED] == 1
    names = {n.name for n in one(session, "jp-0307").names}
    assert "Ookayama Tech" in names
    assert "Tokodai" not in names
    assert queries.organisations_named(session, "tokodai") == []


def test_what_the_secretariat_corrected_is_not_undone(app, session, few) -> None:
    load_reference(few)
    with unit_of_work(SYSTEM) as work:
        work.find(select(Organisation).where(Organisation.ref == "jp-0152")).city = "Meguro"
    load_reference(few)
    assert one(session, "jp-0152").city == "Meguro"


BREAKS = {
    "a country that is none": ("universities.csv", ",JP,isct", ",ZZ,isct"),
    "a ROR id that is none": ("universities.csv", "ror.org/0112mx960", "ror.org/banana"),
    "a website that is a script": ("universities.csv", "https://www.isct.ac.jp", "javascript:x"),
    "a name that is missing": ("universities.csv", ",Institute of Science Tokyo,", ",,"),
    "a name that is too long": ("universities.csv", "Institute of Science Tokyo", "x" * 301),
    "a cell too many": ("universities.csv", ",isct.ac.jp,", ",isct.ac.jp,,"),
    "an unknown kind": ("universities.csv", "education,curator", "garden,curator"),
    "a day that is none": ("countries.csv", "2025-10-26", "2025-13-26"),
    "a zone that is none": ("countries.csv", "Asia/Dili", "Asia/Nowhere"),
    "a successor that is none": ("successions.csv", "jp-0152,2024", "jp-9999,2024"),
    "a factor that is none": ("credit_rules.csv", ",1/2,", ",half,"),
    "a unit that stands twice": ("credit_units.csv", "aac,", "ucts,"),
    "a level that is none": ("language_scores.csv", ",C2,", ",C3,"),
    "a cap without its source": (
        "credit_caps.csv",
        "http://www.mext.go.jp/en/policy/education/highered/title02/detail02/1373881.htm",
        "",
    ),
    "scores that are none": ("grade_table.csv", "95-100", "all of them"),
    "a NUL character": ("ai_centres.csv", "Tachikawa", "Tachi\0kawa"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_a_broken_row_is_named_by_file_and_line_and_nothing_is_loaded(
    app, session, few, what
) -> None:
    name, before, after = BREAKS[what]
    file = few / name
    lines = file.read_text().splitlines(keepends=True)
    number = next(n for n, line in enumerate(lines, start=1) if before in line)
    lines[number - 1] = lines[number - 1].replace(before, after)
    file.write_text("".join(lines))
    result = app.test_cli_runner().invoke(command, ["--from", str(few)])
    assert result.exit_code == 2
    assert f"{name}, line {number}:" in result.output
    assert "Nothing was loaded." in result.output
    for model in (Country, CreditRule, CreditUnit, Organisation, OrganisationName, AuditEntry):
        assert session.scalar(select(func.count()).select_from(model)) == 0


def test_every_broken_row_is_named_at_once(few) -> None:
    file = few / "universities.csv"
    file.write_text(file.read_text().replace(",education,", ",garden,"))
    with pytest.raises(BrokenLists) as broken:
        load_reference(few)
    assert len(broken.value.faults) >= len(FEW) - 1


def test_a_list_that_is_not_utf8_or_has_lost_a_column_is_refused(few) -> None:
    (few / "ai_centres.csv").write_bytes(b"id,name\n\xff\xfe,x\n")
    (few / "places.csv").write_text("country,place\n")
    with pytest.raises(BrokenLists) as broken:
        load_reference(few)
    assert "ai_centres.csv, line 2: the text is not UTF-8" in broken.value.faults
    assert "places.csv, line 1: these columns are missing: zone" in broken.value.faults


def test_nobody_but_the_site_itself_loads_the_lists(app, few) -> None:
    from app.foundation.errors import NotPermitted
    from seeds.reference import read_lists

    country = read_lists(few).countries[0]
    secretary = Actor(1, grants=frozenset({Grant(Role.SECRETARIAT)}))
    with pytest.raises(NotPermitted), unit_of_work(secretary) as work:
        operations.load_country(work, facts=country)


@pytest.mark.parametrize(
    ("written", "name", "others"),
    [
        ("AI Singapore (AISG)", "AI Singapore", ["AISG"]),
        (
            "Artificial Intelligence Research Center (AIRC), AIST",
            "Artificial Intelligence Research Center, AIST",
            ["AIRC"],
        ),
        ("KORIKA (Kolaborasi Riset dan Inovasi)", "KORIKA", ["Kolaborasi Riset dan Inovasi"]),
        (
            "Indonesia AI Center of Excellence (Komdigi)",
            "Indonesia AI Center of Excellence (Komdigi)",
            [],
        ),
        ("Agency for Science (A*STAR)", "Agency for Science", ["A*STAR"]),
        ("MIMOS", "MIMOS", []),
    ],
)
def test_a_centres_acronym_is_read_out_of_its_name(written, name, others) -> None:
    found, names = centre_names(written, "id")
    assert (found, [n.name for n in names]) == (name, others)


def test_a_names_script_tells_its_language() -> None:
    assert [language_of(n, "ja") for n in ("東工大", "Tokodai", "ขอนแก่น", "とうきょう")] == [
        "ja",
        "",
        "th",
        "ja",
    ]
