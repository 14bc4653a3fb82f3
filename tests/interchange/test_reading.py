"""What is refused of a file from elsewhere, each by its own reason and sentence."""

from pathlib import Path

import pytest

from app.foundation.languages import speaking
from app.interchange.agreements import read_agreements, read_update
from app.interchange.elmo import read_records
from app.interchange.reading import LARGEST, PROBLEMS_TOLD, Reason, Unreadable

FILES = Path(__file__).parent / "files"
ELMO = (FILES / "elmo_tor_japan.xml").read_text()
AGREEMENT = (FILES / "la_upstream.xml").read_text()
DATE = "<generatedDate>2027-02-20T09:00:00+09:00</generatedDate>"


def refused(text, read=read_records):
    """The reasons, with lines, for which a file is refused."""
    with pytest.raises(Unreadable) as caught:
        read(text if isinstance(text, bytes) else text.encode())
    assert str(caught.value)
    return [(one.reason, one.line) for one in caught.value.problems]


def declaring(what):
    return ELMO.replace("<elmo", f"<!DOCTYPE elmo [{what}]><elmo", 1)


BOMB = '<!ENTITY a "lol">' + "".join(
    f'<!ENTITY {after} "{("&" + before + ";") * 10}">'
    for before, after in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        declaring(BOMB).replace("Nguyen", "&i;"),
        declaring(BOMB).replace('type="local"', 'type="&i;"'),
        declaring('<!ENTITY x SYSTEM "file:///etc/passwd">').replace("Nguyen", "&x;"),
        declaring('<!ENTITY % x SYSTEM "http://elsewhere.example/x.dtd"> %x;'),
        ELMO.replace("<elmo", '<!DOCTYPE elmo SYSTEM "elmo.dtd"><elmo', 1),
        declaring("").replace("UTF-8", "UTF-16").encode("utf-16"),
    ],
    ids=["bomb", "bomb in an attribute", "a file", "a parameter", "outside", "utf-16"],
)
def test_whatever_declares_a_document_type_is_refused_before_it_is_expanded(text):
    assert [reason for reason, _line in refused(text)] == [Reason.DECLARES]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (b" \n", Reason.EMPTY, None),
        (ELMO.encode() + b" " * LARGEST, Reason.TOO_LARGE, None),
        ("<a>" * 50 + "</a>" * 50, Reason.TOO_DEEP, 1),
        ("<a>" + "<b/>" * 30_000 + "</a>", Reason.TOO_MANY, 1),
        (ELMO[:900], Reason.MALFORMED, 23),
        (ELMO.replace("<report>", "<report>&nothing;"), Reason.MALFORMED, 11),
        (ELMO.replace("<bday>", "<x:bday>").replace("</bday>", "</x:bday>"), Reason.MALFORMED, 9),
        (b"\x00\xff\x00", Reason.MALFORMED, 1),
        ("<html/>", Reason.OTHER_FORMAT, 1),
        (ELMO.replace('tree/v1"', 'tree/v2"'), Reason.OTHER_FORMAT, 2),
        (ELMO.replace(DATE, ""), Reason.UNEXPECTED, 4),
        (ELMO.replace("<familyName>Nguyen</familyName>", ""), Reason.UNEXPECTED, 9),
        (ELMO.replace("<scheme>ucts</scheme><value>2</value>", ""), Reason.MISSING, 40),
        (ELMO.replace("2004-05-17", "17.5.2004"), Reason.NOT_A_DAY, 9),
        (ELMO.replace("<date>2027-02-10", "<date>2027-02-30"), Reason.NOT_A_DAY, 30),
        (ELMO.replace("2004-05-17", "12004-05-17"), Reason.NOT_A_DAY, 9),
        (ELMO.replace(DATE, DATE.replace("T09", " 09")), Reason.NOT_A_MOMENT, 3),
        (ELMO.replace("<value>3<", "<value>three<"), Reason.NOT_A_NUMBER, 41),
        (ELMO.replace("<value>3<", f"<value>{'3' * 31}<"), Reason.NOT_A_NUMBER, 41),
        (ELMO.replace(">passed<", ">good<"), Reason.VALUE, 36),
        (ELMO.replace("<country>JP", "<country>XX"), Reason.VALUE, 13),
        (ELMO.replace('<identifier type="local">STU', "<identifier>STU"), Reason.NO_ATTRIBUTE, 6),
        (ELMO.replace("<report>", "<report>words"), Reason.OTHERWISE, 11),
    ],
)
def test_each_fault_of_a_transcript_has_its_reason_and_line(text, reason, line):
    assert refused(text) == [(reason, line)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (AGREEMENT.replace(">B2<", ">N2<"), Reason.VALUE),
        (AGREEMENT.replace("ivan@example.com", "ivan"), Reason.VALUE),
        (AGREEMENT.replace("2018/2019", "2018-19"), Reason.VALUE),
        (AGREEMENT.replace("departure>8<", "departure>9<"), Reason.VALUE),
        (AGREEMENT.replace('status="deleted"', 'status="inserted"'), Reason.CONTRADICTS),
        (AGREEMENT.replace('status="deleted"', ""), Reason.CONTRADICTS),
    ],
)
def test_each_fault_of_an_agreement_has_its_reason(text, reason):
    assert [found for found, _line in refused(text, read_agreements)] == [reason]


def test_an_answer_is_no_transcript_and_needs_its_signature():
    answer = (FILES / "approve-proposal-v1.xml").read_text()
    assert refused(answer)[0][0] == Reason.OTHER_FORMAT
    unsigned = answer.split("<req:signature>")[0] + answer.split("</req:signature>")[1]
    assert [reason for reason, _line in refused(unsigned, read_update)] == [Reason.MISSING]


def test_many_faults_are_told_together_and_not_endlessly():
    text = ELMO.replace("<value>2<", "<value>two<").replace(">passed<", ">good<")
    assert [line for _reason, line in refused(text)] == [36, 39, 40]
    courses = ELMO.partition("<learningOpportunitySpecification>")
    course, end, rest = courses[2].partition("</learningOpportunitySpecification>")
    wrong = courses[1] + course.replace("<value>2<", "<value>two<") + end
    assert len(refused(courses[0] + wrong * 9 + rest)) == PROBLEMS_TOLD


def test_sentences_are_in_the_language_of_the_reader():
    with pytest.raises(Unreadable) as caught:
        read_records(ELMO.replace("2004-05-17", "17.5.2004").encode())
    (problem,) = caught.value.problems
    said = {}
    for language in ("en", "ja", "km", "th"):
        with speaking(language):
            said[language] = problem.sentence
    assert said["en"] == "Line 9: “bday” is not a day as 2027-02-10 is: “17.5.2004”."
    assert len(set(said.values())) == 4
    assert all("17.5.2004" in sentence for sentence in said.values())


def test_what_is_told_names_what_was_expected():
    with pytest.raises(Unreadable, match="“bday” may not stand here; what is expected is family"):
        read_records(ELMO.replace("<familyName>Nguyen</familyName>", "").encode())
