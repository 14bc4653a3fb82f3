"""Agreements as files for other systems: what is given out, and to whom."""

from decimal import Decimal

import pytest
from sqlalchemy import delete, text

from app.accounts.models import User
from app.accounts.states import LanguageLevel
from app.exchanges.models import ExchangeContact
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import NotPermitted
from app.interchange import agreements as ewp
from app.learning.states import Why
from app.mobility.states import Side
from tests import make
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.learning.messages import MORE, exported, file_of_host, taking
from tests.learning.signing import (
    ROWS,
    as_it_is,
    content,
    signing,
    writing,
)


def test_what_waits_for_the_host_is_given_out_by_the_schema(client, th, ready) -> None:
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        found = exported(client, ready)
    agreement = as_it_is(ready)
    assert found.first_version is None and found.approved_changes is None
    assert found.proposal is not None
    assert found.proposal.id == f"1-{agreement.writings[0].fingerprint}"
    assert (found.language, found.cefr_level, found.isced) == ("en", "C1", "0613")
    assert (found.eqf_level, found.year) == (6, "2027/2028")
    assert found.sending.contact.family_name == f"CONTACT OF {th.ref}"
    assert found.student.family_name == "SOMCHAI JAIDEE"
    tables = found.proposal.tables
    assert [one.title for one in tables.studied] == ["Deep learning", "Robot arms"]
    assert tables.studied[0].credits == (ewp.Credit("jp-tani", Decimal(2)),)
    assert "counts as B1" in tables.studied[0].description
    assert tables.student_signature.name == "" and tables.sending_signature.position
    assert tables.receiving_signature is None
    assert all(one.change is None for one in (*tables.studied, *tables.recognised))


def test_a_change_names_what_is_new_and_what_is_gone_and_why(client, jp, ready) -> None:
    signing(ready, Side.HOST)
    rows = (MORE, *(row for row in ROWS if row.key not in {"A1", "A2"}))
    rows = tuple(row for row in rows if row.key != "B2")
    note = {"why": Why.TIMETABLE, "note": "Both are on Monday."}
    writing(ready, content(ready, *rows), by=Side.HOME, **note)
    with clock.set_clock(make.NOW):
        signed_in(client, jp)
        in_force = exported(client, ready)
        assert in_force.first_version is not None and in_force.proposal is None
        assert in_force.first_version.receiving_signature is not None
        signing(ready, Side.STUDENT, Side.HOME)
        waits = exported(client, ready)
        assert waits.proposal is not None
        signing(ready, Side.HOST)
        done = exported(client, ready)
    assert done.first_version == in_force.first_version and done.proposal is None
    assert done.approved_changes is not None
    said = [
        (one.title, one.change, one.reason)
        for one in (*done.approved_changes.studied, *done.approved_changes.recognised)
    ]
    assert said == [
        ("Deep learning", "deleted", "timetable-conflict"),
        ("Deep learning", "inserted", None),
        ("Robot arms", "deleted", "timetable-conflict"),
        ("Machine learning", None, None),
        ("Free elective", "deleted", "timetable-conflict"),
    ]
    assert done.approved_changes.studied == waits.proposal.tables.studied


def test_without_a_score_the_level_that_the_host_asks_is_named(client, th, ready) -> None:
    db.session.execute(text("DELETE FROM language_score"))
    db.session.commit()
    address = f"/learning/{ready.agreement_id}"
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        page = client.get(address).text
        assert "The student writes a score of a test of this language" in page
        assert client.get(f"{address}/agreement.xml").status_code == 409
        as_it_is(ready).nomination.posting.language_level = LanguageLevel.B2
        db.session.commit()
        assert exported(client, ready).cefr_level == "B2"


def test_a_host_that_named_nobody_is_reached_as_its_posting_says(client, th, jp, ready) -> None:
    db.session.execute(delete(ExchangeContact).where(ExchangeContact.organisation_id == jp.id))
    db.session.commit()
    as_it_is(ready).nomination.posting.contact = "kokusai@example.org"
    db.session.commit()
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        contact = exported(client, ready).receiving.contact
    assert contact.email == "kokusai@example.org" and contact.family_name


def test_a_page_says_what_a_file_lacks(client, th, jp, stay) -> None:
    writing(stay, content(stay))
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        page = client.get(f"/learning/{stay.agreement_id}").text
    for said in ("sign it first", "who answers for its students", "for students who come"):
        assert said in page
    assert "agreement.xml" not in page


def test_only_the_two_universities_take_it_to_other_systems(client, vn, ready) -> None:
    address = f"/learning/{ready.agreement_id}"
    with clock.set_clock(make.NOW):
        signed_in(client, vn)
        assert client.get(f"{address}/agreement.xml").status_code == 404
        assert press(client, f"{address}/message", {}).status_code == 404
        assert press(client, f"{address}/message/take", {}).status_code == 404
        assert client.get(f"{address}/messages/1").status_code == 404
        make.sign_in(client, db.session.get_one(User, ready.actors[Side.STUDENT].user_id))
        assert client.get(f"{address}/agreement.xml").status_code == 403
        assert press(client, f"{address}/message", {}).status_code == 403
        assert "For other systems" not in client.get(address).text
    with pytest.raises(NotPermitted):
        taking(ready, file_of_host(ready), by=Side.STUDENT)
