"""Histories: every verb that the house records reads as a sentence, and nobody learns too much."""

import pytest
from flask import render_template_string

from app.audit import queries, sentences
from app.audit.models import AuditEntry
from app.audit.record import record
from app.foundation.actors import SYSTEM, Actor
from app.foundation.languages import speak, speaking
from app.foundation.work import unit_of_work
from tests import make
from tests.make import NOW


def entry(verb: str, **values) -> AuditEntry:
    details = values.pop("details", {})
    return AuditEntry(
        verb=verb,
        actor_id=values.pop("actor_id", 7),
        actor_name=values.pop("actor_name", "SOK DARA"),
        at=NOW,
        details=details,
        **values,
    )


@pytest.mark.parametrize("verb", sorted(sentences.SENTENCES))
def test_a_sentence_stands_without_any_detail_and_ends(verb) -> None:
    speak("en", None)
    said = sentences.sentence(entry(verb))
    assert said.endswith(".")
    assert "%(" not in said


def test_a_sentence_names_who_and_what() -> None:
    speak("en", "Asia/Tokyo")
    said = sentences.sentence(
        entry("place.confirmed", details={"host": "Kyoto 100% University", "seats": 3})
    )
    assert said == "SOK DARA confirmed for Kyoto 100% University (3)."


@pytest.mark.parametrize("locale", ["ja", "km", "th"])
@pytest.mark.parametrize("verb", sorted(sentences.SENTENCES))
def test_a_sentence_is_said_in_the_readers_language(verb, locale) -> None:
    speak("en", None)
    original = sentences.sentence(entry(verb))
    speak(locale, None)
    assert sentences.sentence(entry(verb)) != original


def test_a_deadline_is_told_as_people_write_it() -> None:
    speak("en", None)
    said = sentences.sentence(
        entry("call.extended", details={"closes": "2027-01-05T17:00", "zone": "Asia/Tokyo"})
    )
    assert said == "SOK DARA extended the deadline to 5 Jan 2027, 17:00 (Tokyo)."


@pytest.mark.parametrize(
    ("locale", "year", "day"), [("en", "2027", "6 April 2027"), ("th", "2570", "6 เมษายน 2570")]
)
def test_years_and_days_are_told_as_the_reader_counts_them(locale, year, day) -> None:
    speak(locale, None)
    said = sentences.sentence(entry("balance.reversed", details={"year": 2027}))
    assert year in said
    said = sentences.sentence(entry("stay.arrived", details={"on": "2027-04-06"}))
    assert day in said


def test_an_unknown_verb_is_no_error() -> None:
    speak("en", None)
    assert "SOK DARA" in sentences.sentence(entry("nobody.knows"))


def test_the_applicant_reads_you_and_the_office() -> None:
    speak("en", None)
    mine = entry("application.submitted", actor_id=1, actor_name="SOK DARA")
    theirs = entry("offer.released", actor_id=2, actor_name="YAMADA HANAKO")
    machine = entry("offer.lapsed", actor_id=None, actor_name="Lontar")
    assert sentences.sentence_for_applicant(mine, 1) == "You submitted the application."
    assert sentences.sentence_for_applicant(theirs, 1) == "The office sent the offer."
    assert "lapsed" in sentences.sentence_for_applicant(machine, 1)


def test_the_applicants_history_leaves_out_what_is_being_decided(app, session) -> None:
    sok, officer = make.person("SOK DARA"), make.person("YAMADA HANAKO")
    application = make.application(make.call(), sok)
    with unit_of_work(Actor(officer.id, name="YAMADA HANAKO"), now=NOW) as work:
        subject = work.session.merge(application)
        for verb in ("review.assigned", "application.shortlisted", "placement.approved"):
            record(work, verb, subject, application_id=application.id, reason="secret")
        record(work, "offer.taken back", subject, application_id=application.id, reason="secret")
    with unit_of_work(Actor(sok.id, name="SOK DARA"), now=NOW) as work:
        record(work, "application.withdrawn", work.session.merge(application), reason="Family")
    rows = session.scalars(queries.history_seen_by_applicant(application.id)).all()
    with app.test_request_context(), speaking("en", "Asia/Phnom_Penh"):
        page = render_template_string(
            '{% import "parts/history.html" as history with context %}'
            "{{ history.entries(rows, applicant_id=me) }}",
            rows=rows,
            me=sok.id,
        )
        office = render_template_string(
            '{% import "parts/history.html" as history with context %}{{ history.entries(rows) }}',
            rows=session.scalars(queries.history_of_application(application.id)).all(),
        )
    assert "The office took the offer back." in page
    assert "Family" in page
    for hidden in ("YAMADA", "secret", "shortlist", "review", "approved"):
        assert hidden not in page
    for shown in ("YAMADA HANAKO approved the placement.", "secret", "10:00 (Phnom Penh)"):
        assert shown in office


def test_what_the_machine_did_is_said_by_its_name(app) -> None:
    assert SYSTEM.name in sentences.sentence(
        entry("call.closed", actor_id=None, actor_name=SYSTEM.name)
    )
