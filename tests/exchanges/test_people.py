"""Who answers for a university, what people reached in language tests, and who reads both."""

import io
import re
from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import delete, select

from app.accounts.models import User
from app.accounts.queries import person
from app.accounts.states import LanguageLevel
from app.audit.models import AuditEntry
from app.exchanges.levels import Reached, Score, against, best
from app.exchanges.models import ExchangeContact, LanguageScore
from app.exchanges.operations import add_score, remove_contact, remove_score, save_contact
from app.exchanges.operations.people import ContactFacts
from app.exchanges.queries import answering, own_contact, own_score, own_university
from app.exchanges.states import AnswersFor
from app.files.models import StoredFile
from app.files.states import FileState
from app.foundation.database import db
from app.foundation.errors import ChangedMeanwhile, NotFound, RuleBroken
from app.foundation.work import unit_of_work
from app.ledger.models import ViewEntry
from seeds.credits import score_bands
from tests import make
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.exchanges.test_tables import loaded
from tests.files.samples import PDF
from tests.mobility.choosing import nominated, opened, sent, student_of
from tests.racing import CLIENTS, all_at_once, rounds

ANONG = ContactFacts(
    "Anong Srisai", "anong@example.org", "Head of the office", "+66 2", listed=True
)
KRIT = ContactFacts("Krit Thongdee", "krit@example.org", answers_for=AnswersFor.OUTGOING)
SATO = ContactFacts("Sato Kenta", "sato@example.org", answers_for=AnswersFor.INCOMING)
SUMMER = date(2026, 7, 5)


@pytest.fixture
def tables(app, session):
    loaded()


@pytest.fixture
def student(th, tables):
    return student_of(th, "SOMCHAI JAIDEE")


def naming(who, facts: ContactFacts, contact_id: int | None = None, version=None) -> int:
    with unit_of_work(who.actor, now=make.NOW) as work:
        known = None if contact_id is None else work.find(own_contact(work.actor, contact_id))
        university = work.find(own_university(work.actor, who.id))
        return save_contact(work, university, facts, contact=known, version=version).id


def scoring(actor, test: str, points, taken_on: date = SUMMER) -> int:
    with unit_of_work(actor, now=make.NOW) as work:
        found = work.find(person(work.actor))
        return add_score(work, found, test=test, points=Fraction(points), taken_on=taken_on).id


def names(people) -> list[str]:
    return [one.name for one in people]


def test_at_home_answers_who_sends_and_at_the_host_who_takes(th, jp) -> None:
    for who, facts in ((th, ANONG), (th, KRIT), (jp, SATO), (jp, KRIT)):
        naming(who, facts)
    found = answering(db.session(), th.id, jp.id)
    assert (names(found.home), names(found.host)) == (
        ["Krit Thongdee", "Anong Srisai"],
        ["Sato Kenta"],
    )


def test_only_the_office_of_the_university_says_who_answers(th, jp) -> None:
    made = naming(th, ANONG)
    with pytest.raises(NotFound), unit_of_work(jp.actor) as work:
        remove_contact(work, work.find(own_contact(work.actor, made)))
    with pytest.raises(RuleBroken, match="already"):
        naming(th, ContactFacts("Another", "ANONG@example.org"))
    with pytest.raises(ChangedMeanwhile):
        naming(th, ANONG, made, version=0)
    with unit_of_work(th.actor) as work:
        remove_contact(work, work.find(own_contact(work.actor, made)))
    db.session.rollback()
    assert db.session.query(ExchangeContact).count() == 0
    said = list(db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id)))[-2:]
    assert said == ["partner.contact_saved", "partner.contact_removed"]


def test_the_world_reads_only_whom_the_office_puts_on_the_fact_sheet(client, th, jp) -> None:
    signed_in(client, th)
    address = f"/exchanges/facts/{th.id}"
    said = {"name": "Anong Srisai", "email": "anong", "answers_for": "both", "listed": "y"}
    refused = press(client, f"{address}/contacts/new", said)
    assert refused.status_code == 422 and "Anong Srisai" in refused.text
    said["email"] = "anong@example.org"
    assert press(client, f"{address}/contacts/new", said).status_code == 302
    naming(th, KRIT)
    press(client, address, {"locale": "en", "version": "0", "contact": "office@example.org"})
    assert {"Anong Srisai", "Krit Thongdee"} <= set(
        re.findall(r"Anong Srisai|Krit Thongdee", client.get(address).text)
    )
    client.delete_cookie("session", domain="localhost")
    world = client.get(f"/exchanges/universities/{th.ref}").text
    assert "Anong Srisai" in world and "Krit Thongdee" not in world
    signed_in(client, jp)
    contact = db.session.query(ExchangeContact).first()
    assert client.get(f"/exchanges/contacts/{contact.id}").status_code == 404
    assert press(client, f"/exchanges/contacts/{contact.id}/remove", {}).status_code == 404


def test_a_contact_is_changed_and_taken_off_on_its_page(client, th) -> None:
    made = naming(th, ANONG)
    signed_in(client, th)
    address = f"/exchanges/contacts/{made}"
    assert 'value="anong@example.org"' in client.get(address).text
    said = {"name": "Anong S.", "email": "anong@example.org", "answers_for": "incoming"}
    assert press(client, address, {**said, "version": "1"}).status_code == 302
    old = press(client, address, {**said, "version": "1"})
    assert old.status_code == 409 and "Anong S." in old.text
    assert press(client, f"{address}/remove", {}).status_code == 302
    assert client.get(address).status_code == 404


@pytest.mark.race
def test_an_office_names_no_more_people_than_fit_however_many_press(app, th, monkeypatch) -> None:
    monkeypatch.setattr("app.exchanges.operations.people.MOST_CONTACTS", 3)
    for number in rounds(4):
        db.session.execute(delete(ExchangeContact))
        db.session.commit()

        def name_somebody(one: int, number=number):
            facts = ContactFacts(f"PERSON {one}", f"p{one}-{number}@example.org")
            return lambda: naming(th, facts) and "named"

        came = all_at_once(app, [name_somebody(one) for one in range(CLIENTS)])
        assert came == {"named": 3, "RuleBroken": CLIENTS - 3}
        db.session.rollback()
        assert db.session.query(ExchangeContact).count() == 3


# --- scores


def test_the_best_score_of_a_language_counts_and_none_means_unknown() -> None:
    scores = [
        Score("ielts_academic", Fraction(6), SUMMER),
        Score("toefl_ibt_0_120", Fraction(100), SUMMER),
        Score("jlpt_n2", Fraction(120), SUMMER),
    ]
    bands = score_bands()
    known = best(bands, scores, "en")
    assert known is not None and (known.level, known.score.test) == ("C1", "toefl_ibt_0_120")
    reached = {
        (language, level): against(bands, scores, language, level)
        for language in ("en", "ja", "th", "")
        for level in (LanguageLevel.C1, LanguageLevel.C2, None)
    }
    said = {key: one.reached for key, one in reached.items() if one is not None}
    assert said == {
        ("en", "C1"): Reached.YES,
        ("en", "C2"): Reached.BELOW,
        ("ja", "C1"): Reached.UNKNOWN if not best(bands, scores, "ja") else Reached.BELOW,
        ("ja", "C2"): Reached.UNKNOWN if not best(bands, scores, "ja") else Reached.BELOW,
        ("th", "C1"): Reached.UNKNOWN,
        ("th", "C2"): Reached.UNKNOWN,
    }


def test_a_score_is_kept_once_a_day_and_never_more_than_the_test_gives(student) -> None:
    scoring(student, "ielts_academic", "6.5")
    for test, points, day, said in (
        ("ielts_academic", 7, SUMMER, "already"),
        ("ielts_academic", "9.5", date(2026, 7, 6), "at most 9"),
        ("a test of nobody", 7, SUMMER, "Choose one"),
        ("toeic_lr", 700, date(2031, 1, 1), "the day"),
    ):
        with pytest.raises(RuleBroken, match=said):
            scoring(student, test, points, day)


def test_a_score_belongs_to_who_took_the_test_and_goes_with_the_account(student, th) -> None:
    made = scoring(student, "ielts_academic", 7)
    with pytest.raises(NotFound), unit_of_work(th.actor) as work:
        remove_score(work, work.find(person(work.actor)), work.find(own_score(work.actor, made)))
    person_id = student.user_id
    assert LanguageScore.__table__.c.person_id.foreign_keys.copy().pop().ondelete == "CASCADE"
    other = make.person("SOMEBODY ELSE")
    make.add(
        LanguageScore(
            person_id=other.id,
            test="toeic_lr",
            points=Fraction(700),
            taken_on=SUMMER,
            written_at=make.NOW,
        )
    )
    db.session.execute(delete(User).where(User.id == other.id))
    db.session.commit()
    assert list(db.session.scalars(select(LanguageScore.person_id))) == [person_id]


def test_the_page_names_the_level_that_nobody_typed_with_its_source(client, student) -> None:
    make.sign_in(client, db.session.get_one(User, student.user_id))
    page = client.get("/exchanges/scores").text
    assert "No score is kept yet." in page and 'name="level"' not in page
    day = {"taken_on-day": "5", "taken_on-month": "7", "taken_on-year": "2026"}
    said = {"test": "ielts_academic", "points": "six", **day}
    refused = press(client, "/exchanges/scores", said)
    assert refused.status_code == 422 and 'value="six"' in refused.text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    sent_form = {**said, "points": "6.5", "csrf_token": token[1]}  # type: ignore[index]
    bad = {**sent_form, "file": (io.BytesIO(b"MZ evil"), "report.pdf")}
    assert client.post("/exchanges/scores", data=bad).status_code == 422
    good = {**sent_form, "file": (io.BytesIO(PDF), "report.pdf")}
    answer = client.post("/exchanges/scores", data=good)
    assert answer.status_code == 302, answer.text
    page = client.get("/exchanges/scores").text
    assert "IELTS Academic, 6.5 → B2" in page and "globalcalcs.com" in page
    kept = db.session.query(LanguageScore).one()
    report = client.get(f"/exchanges/scores/{kept.id}/report")
    assert report.status_code == 200 and "attachment" in report.headers["Content-Disposition"]
    report.close()
    file_id = kept.file_id
    assert press(client, f"/exchanges/scores/{kept.id}/remove", {}).status_code == 302
    db.session.rollback()
    assert db.session.get_one(StoredFile, file_id).state is FileState.ERASED
    assert client.get(f"/exchanges/scores/{kept.id}/report").status_code == 404


def test_a_level_that_is_not_reached_is_told_and_refuses_nothing(client, th, jp, student) -> None:
    place = opened(jp, th, language="en", language_level=LanguageLevel.C1)
    scoring(student, "ielts_academic", "6.5")
    naming(jp, SATO)
    found = sent(student, place)
    signed_in(client, th)
    choices = client.get(f"/mobility/choices/{found}").text
    assert "The scores do not reach what is asked (English C1). The host decides." in choices
    made = nominated(th, found, place)
    signed_in(client, jp)
    page = client.get(f"/mobility/nominations/{made}").text
    assert "The scores do not reach what is asked (English C1)." in page
    assert "IELTS Academic 6.5" in page and "Sato Kenta" in page
    scoring(student, "toefl_ibt_0_120", 100)
    assert "The scores reach what is asked" in client.get(f"/mobility/nominations/{made}").text


def test_who_opened_a_report_is_told_to_who_took_the_test(client, th, jp, vn, student) -> None:
    make.sign_in(client, db.session.get_one(User, student.user_id))
    page = client.get("/exchanges/scores").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    day = {"taken_on-day": "5", "taken_on-month": "7", "taken_on-year": "2026"}
    said = {"test": "ielts_academic", "points": "7", **day, "csrf_token": token[1]}  # type: ignore[index]
    client.post("/exchanges/scores", data={**said, "file": (io.BytesIO(PDF), "report.pdf")})
    kept = db.session.query(LanguageScore).one().id
    place = opened(jp, th)
    made = nominated(th, sent(student, place), place)
    address = f"/mobility/nominations/{made}/scores/{kept}/report"
    signed_in(client, vn)
    assert client.get(address).status_code == 404
    signed_in(client, jp)
    opened_report = client.get(address)
    assert opened_report.status_code == 200
    opened_report.close()
    assert client.get(address.replace(f"/{kept}/", "/999/")).status_code == 404
    assert [one.viewer_id for one in db.session.query(ViewEntry)] == [jp.actor.user_id]
    make.sign_in(client, db.session.get_one(User, student.user_id))
    assert f"Opened by {jp.actor.name}" in client.get("/exchanges/scores").text
