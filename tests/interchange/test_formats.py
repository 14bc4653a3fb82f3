"""What is written follows the schemas, and is read back as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.interchange import agreements as las
from app.interchange import elmo
from app.interchange.reading import Reason, Unreadable

FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize("name", ["elmo_tor_japan.xml", "elmo_upstream.xml"])
def test_examples_of_transcripts_are_read_and_written_again(name):
    records = elmo.read_records((FILES / name).read_bytes())
    assert elmo.read_records(elmo.write_records(records)) == records


@pytest.mark.parametrize("name", ["la_proposal.xml", "la_upstream.xml"])
def test_examples_of_agreements_are_read_and_written_again(name):
    agreements = las.read_agreements((FILES / name).read_bytes())
    assert las.read_agreements(las.write_agreements(agreements)) == agreements


@pytest.mark.parametrize("name", ["approve-proposal-v1.xml", "comment-proposal-v1.xml"])
def test_examples_of_answers_are_read_and_written_again(name):
    update = las.read_update((FILES / name).read_bytes())
    assert las.read_update(las.write_update(update)) == update


def test_a_transcript_is_read_for_what_it_says():
    records = elmo.read_records((FILES / "elmo_tor_japan.xml").read_bytes())
    assert (records.learner.given_names, records.learner.family_name) == ("Thi Minh Anh", "Nguyen")
    (report,) = records.reports
    assert report.issuer.titles[0] == elmo.Text("架空東都大学", "ja")
    assert report.issued_at == datetime(2027, 2, 20, tzinfo=UTC)
    (course,) = report.opportunities
    assert course.titles[1] == elmo.Text("Machine Learning", "en")
    taken = course.instance
    assert (taken.status, taken.grade, taken.language) == (elmo.Status.PASSED, "A", "en")
    assert taken.credits[2] == elmo.Credit("ects", Decimal(3))
    assert (taken.hours, taken.date) == (Decimal(90), date(2027, 2, 10))
    assert taken.term.end == date(2027, 3, 31)


def test_programmes_are_read_with_the_courses_they_consist_of():
    records = elmo.read_records((FILES / "elmo_upstream.xml").read_bytes())
    programme = records.reports[0].opportunities[0]
    assert programme.kind is elmo.Kind.PROGRAMME
    assert programme.instance.credits == (elmo.Credit("ECTS", Decimal(120), "Master"),)
    assert programme.parts[0].titles[1].said.startswith("Identifying ectomycorrhizal fungi")


def test_an_agreement_is_read_for_what_it_says():
    (agreement,) = las.read_agreements((FILES / "la_upstream.xml").read_bytes())
    assert agreement.start == las.Month(2019, 2)
    assert agreement.first_version.recognised[1].title == "Algebra with Geometry"
    assert agreement.first_version.studied[0].credits == (las.Credit("ects", Decimal(9)),)
    assert agreement.proposal.student == las.Student(family_name="Karamazov")
    deleted = agreement.proposal.tables.studied[1]
    assert (deleted.change, deleted.reason) == (
        las.Change.DELETED,
        las.ChangeReason.LANGUAGE_MISMATCH,
    )


def test_a_comment_is_read_with_its_words_and_signature():
    comment = las.read_update((FILES / "comment-proposal-v1.xml").read_bytes())
    assert comment.comment.startswith('"Introductory calculus" is no longer conducted.')
    assert comment.signature.position == "Mobility coordinator"


def test_nothing_is_given_out_that_does_not_follow_its_schema():
    records = elmo.read_records((FILES / "elmo_tor_japan.xml").read_bytes())
    nowhere = replace(records, learner=replace(records.learner, citizenship="XX"))
    with pytest.raises(Unreadable) as caught:
        elmo.write_records(nowhere)
    assert [problem.reason for problem in caught.value.problems] == [Reason.VALUE]


def test_moments_without_a_zone_are_not_written():
    records = elmo.read_records((FILES / "elmo_tor_japan.xml").read_bytes())
    with pytest.raises(ValueError, match="zone"):
        elmo.write_records(replace(records, generated_at=datetime(2027, 2, 20)))


def test_what_xml_cannot_write_is_left_out_of_a_title():
    records = elmo.read_records((FILES / "elmo_tor_japan.xml").read_bytes())
    name = "Ngu\x00yen\ud800"
    odd = replace(records, learner=replace(records.learner, family_name=name))
    assert elmo.read_records(elmo.write_records(odd)).learner.family_name == "Nguyen"


# Words in the scripts of the region, with what has a meaning in XML; one line, as tokens are.
words = (
    st.text(
        st.one_of(
            st.sampled_from("<>&\"' ]]><!-- é ê đ 東都大学 ភាសាខ្មែរ ภาษาไทย ລາວ မြန်မာ 😀"),
            st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")),
        ),
        min_size=1,
        max_size=24,
    )
    .map(lambda said: " ".join(said.split()))
    .filter(bool)
)
tags = st.sampled_from(["", "en", "ja", "km", "th", "zh-Hant"])
texts = st.builds(elmo.Text, words, tags)
some_texts = st.lists(texts, min_size=1, max_size=3).map(tuple)
any_texts = st.lists(texts, max_size=2).map(tuple)
identifiers = st.lists(st.builds(elmo.Identifier, words, words), max_size=2).map(tuple)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
moments = st.builds(
    lambda moment, minutes: moment.replace(tzinfo=timezone(timedelta(minutes=minutes))),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)),
    st.sampled_from([0, 390, 420, 540, -210]),
)
amounts = st.decimals("0", "999.99", places=2)
instances = st.builds(
    elmo.Instance,
    identifiers=identifiers,
    start=st.none() | days,
    date=st.none() | days,
    term=st.none() | st.builds(elmo.Term, some_texts, days, days),
    status=st.none() | st.sampled_from(elmo.Status),
    grading_scheme=st.just("") | words,
    grade=st.just("") | words,
    shares=st.none() | st.builds(elmo.Shares, amounts, amounts, amounts),
    distribution=st.none()
    | st.builds(
        elmo.Distribution,
        st.lists(st.tuples(words, st.integers(0, 999)), min_size=1, max_size=3).map(tuple),
        any_texts,
    ),
    credits=st.lists(
        st.builds(elmo.Credit, words, st.none() | amounts, st.sampled_from(["", "Master"])),
        max_size=3,
    ).map(tuple),
    levels=st.lists(
        st.builds(elmo.Level, words, st.just("") | words, st.lists(texts, max_size=1).map(tuple)),
        max_size=2,
    ).map(tuple),
    language=tags,
    hours=st.none() | amounts,
    attachments=st.lists(words, max_size=2).map(tuple),
)


def opportunities(parts):
    return st.builds(
        elmo.Opportunity,
        some_texts,
        instances,
        identifiers,
        st.none() | st.sampled_from(elmo.Kind),
        st.just("") | words,
        st.sampled_from(["", "0619"]),
        st.just("") | words,
        any_texts,
        parts,
    )


nested = opportunities(st.lists(opportunities(st.just(())), max_size=2).map(tuple))
attachments = st.lists(
    st.builds(
        elmo.Attachment,
        st.sampled_from(["", "Transcript of Records", "Other"]),
        any_texts,
        any_texts,
        identifiers,
        any_texts,
    ),
    max_size=1,
).map(tuple)
reports = st.builds(
    elmo.Report,
    st.builds(
        elmo.Issuer,
        some_texts,
        st.lists(st.builds(elmo.Identifier, words, words), min_size=1, max_size=2).map(tuple),
        words,
        st.sampled_from(["", "JP", "KH", "TH"]),
    ),
    moments,
    st.lists(nested, max_size=2).map(tuple),
    st.lists(st.builds(elmo.GradingScheme, words, any_texts), max_size=1).map(tuple),
    attachments,
)
all_records = st.builds(
    elmo.Records,
    moments,
    st.builds(
        elmo.Learner,
        words,
        words,
        st.sampled_from(["", "VN", "LA"]),
        identifiers,
        st.none() | days,
        st.just("") | words,
        st.just("") | words,
        st.sampled_from([None, 0, 1, 2, 9]),
    ),
    st.lists(reports, min_size=1, max_size=2).map(tuple),
    attachments,
)


@settings(max_examples=60, deadline=None)
@given(all_records)
def test_any_transcript_follows_its_schema_and_is_read_back_as_it_was(records):
    assert elmo.read_records(elmo.write_records(records)) == records


maybe = st.just("") | words
contacts = st.builds(las.Contact, words, words, st.just("office@university.example"))
institutions = st.builds(las.Institution, words, contacts, maybe, st.sampled_from(["", "140"]))
students = st.builds(
    las.Student,
    maybe,
    maybe,
    maybe,
    st.none() | days,
    st.sampled_from(["", "VN", "XK"]),
    st.sampled_from([None, 0, 9]),
    st.sampled_from(["", "anh@university.example"]),
)
changes = st.one_of(
    st.tuples(st.sampled_from([None, *las.Change]), st.none()),
    st.sampled_from([(change, why) for change in las.REASONS for why in las.REASONS[change]]),
)
components = st.builds(
    lambda change, **others: las.Component(change=change[0], reason=change[1], **others),
    changes,
    title=words,
    code=maybe,
    term=st.none() | st.builds(las.TermId, st.integers(1, 4), st.integers(1, 4)),
    credits=st.lists(st.builds(las.Credit, words, amounts), max_size=2).map(tuple),
    conditions=maybe,
    description=maybe,
    los_id=st.sampled_from(["", "CR/123"]),
    loi_id=st.sampled_from(["", "CRI/123"]),
    reason_text=maybe,
)
signatures = st.builds(las.Signature, moments, maybe, maybe, maybe, maybe)
some = st.lists(components, max_size=2).map(tuple)
tables = st.builds(
    las.Tables, signatures, signatures, st.none() | signatures, some, some, some, some, some
)
ends = days | st.builds(las.Month, st.integers(1900, 2100), st.integers(1, 12))
all_agreements = st.builds(
    las.LearningAgreement,
    omobility_id=st.just("MOB-42"),
    sending=institutions,
    receiving=institutions,
    year=st.just("2026/2027"),
    student=students,
    start=ends,
    end=ends,
    eqf_level=st.integers(1, 8),
    isced=st.just("0619"),
    language=st.sampled_from(["en", "ja", "zh-Hant"]),
    cefr_level=st.sampled_from(["A1", "B2", "NS"]),
    isced_clarification=maybe,
    first_version=st.none() | tables,
    approved_changes=st.none() | tables,
    proposal=st.none() | st.builds(las.Proposal, words, tables, st.none() | students),
    outcomes_url=st.sampled_from(["", "https://university.example/outcomes"]),
    provisions_url=st.sampled_from(["", "http://university.example/"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(all_agreements, max_size=2).map(tuple))
def test_any_agreement_follows_its_schema_and_is_read_back_as_it_was(agreements):
    assert las.read_agreements(las.write_agreements(agreements)) == agreements


@settings(max_examples=40, deadline=None)
@given(words, signatures, words)
def test_any_answer_follows_its_schema_and_is_read_back_as_it_was(proposal, signature, comment):
    for update in (
        las.Approval("uni.example", "MOB-42", proposal, signature),
        las.Comment("uni.example", "MOB-42", proposal, signature, comment),
    ):
        assert las.read_update(las.write_update(update)) == update


def test_a_reason_goes_with_the_change_it_is_for():
    with pytest.raises(ValueError, match="reason"):
        las.Component(
            "Algebra", change=las.Change.DELETED, reason=las.ChangeReason.EXTENDING_MOBILITY
        )
    with pytest.raises(ValueError, match="reason"):
        las.Component("Algebra", reason=las.ChangeReason.NOT_AVAILABLE)
