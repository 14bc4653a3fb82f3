"""Answers as files of other systems: what is taken in, and what is not."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.files.models import StoredFile
from app.foundation import clock
from app.foundation.database import db
from app.foundation.errors import RuleBroken
from app.learning import queries
from app.learning.models import LearningMessage, LearningSignature
from app.learning.states import Standing, Why
from app.learning.views.reading import stands
from app.mobility.states import Side
from tests import make
from tests.exchanges.test_agreement_pages import press, signed_in
from tests.learning.messages import MORE, SATO, exported, file_of_host, leaves, looking, taking
from tests.learning.signing import (
    ROWS,
    as_it_is,
    content,
    refusing,
    signing,
    writing,
)
from tests.racing import CLIENTS, all_at_once, rounds


def test_the_host_agrees_by_a_file_and_the_agreement_is_in_force(client, th, jp, ready) -> None:
    leaves(jp)
    data = file_of_host(ready)
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        seen = looking(client, ready, data)
        assert seen.status_code == 200 and "It signs version 1" in seen.text
        assert "Sato Kenta" in seen.text and sha256(data).hexdigest() in seen.text
        assert "in force at once" in seen.text
        assert db.session.query(LearningMessage).count() == 0, "looking keeps nothing"
        fields = dict(re.findall(r'name="(content|name)"[^>]*value="([^"]*)"', seen.text))
        address = f"/learning/{ready.agreement_id}"
        assert press(client, f"{address}/message/take", fields).status_code == 302
        page = client.get(address).text
        assert "By file" in page and "Sato Kenta" in page and th.actor.name in page
        assert sha256(data).hexdigest() in page
        agreement = as_it_is(ready)
        assert stands(agreement) is Standing.AGREED
        (message,) = db.session.query(LearningMessage).all()
        kept = client.get(f"{address}/messages/{message.id}")
        assert kept.data == data and "attachment" in kept.headers["Content-Disposition"]
        kept.close()
        given = exported(client, ready)
    assert given.first_version is not None
    assert given.first_version.receiving_signature == replace(SATO, app="")
    stored = db.session.get_one(StoredFile, message.file_id)
    assert (stored.sha256, stored.media_type) == (sha256(data).hexdigest(), "application/xml")
    verb = db.session.scalars(select(AuditEntry.verb).order_by(AuditEntry.id.desc())).all()
    assert "learning.signed by file" in verb[:3]


def test_the_paper_says_that_a_signature_came_by_file(client, th, jp, ready) -> None:
    from app.learning.views.printed import _signatures

    leaves(jp)
    taking(ready, file_of_host(ready))
    with client.application.test_request_context():
        rows = _signatures(as_it_is(ready).writings[-1])["rows"]
    assert any("Sato Kenta (By file, brought by" in cell for row in rows for cell in row)


def test_a_comment_is_a_refusal_that_everybody_reads(client, th, jp, ready) -> None:
    leaves(jp)
    taking(ready, file_of_host(ready, comment="AI-502 is not offered in spring."))
    assert stands(as_it_is(ready)) is Standing.REFUSED
    with clock.set_clock(make.NOW):
        make.sign_in(client, db.session.get_one(User, ready.actors[Side.STUDENT].user_id))
        page = client.get(f"/learning/{ready.agreement_id}").text
    assert "AI-502 is not offered in spring." in page and "By file" in page
    with pytest.raises(RuleBroken, match="refused this version already"):
        taking(ready, file_of_host(ready, comment="Again."))
    taking(ready, file_of_host(ready))
    assert stands(as_it_is(ready)) is Standing.AGREED, "the host thought better of it"


def test_a_file_speaks_for_nobody_who_is_here(jp, ready) -> None:
    with pytest.raises(RuleBroken, match="The host has an office here"):
        taking(ready, file_of_host(ready))
    taking(ready, file_of_host(ready), by=Side.HOST)
    assert stands(as_it_is(ready)) is Standing.AGREED


def test_no_signature_by_file_survives_a_change(jp, ready) -> None:
    """A file that was written for an earlier version signs nothing, whatever is in it now."""
    leaves(jp)
    early = file_of_host(ready)
    other = content(ready, MORE, *ROWS[1:])
    writing(ready, other, by=Side.HOME)
    writing(ready, content(ready), by=Side.HOME)  # the same words as version 1 again
    signing(ready, Side.STUDENT, Side.HOME)
    with pytest.raises(RuleBroken, match="about version 1. Version 3 was written since"):
        taking(ready, early)
    taking(ready, file_of_host(ready))
    assert as_it_is(ready).agreed_number == 3
    more = {"why": Why.OTHER, "note": "One credit more."}
    writing(ready, other, by=Side.HOME, **more)
    assert stands(as_it_is(ready)) is Standing.CHANGED
    assert queries.still_to_sign(as_it_is(ready), as_it_is(ready).writings[-1]) == set(Side)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"sending_hei_id": "another.example"}, "a student of “another.example”"),
        ({"omobility_id": "EX-2020-9"}, "about the agreement “EX-2020-9”"),
        ({"proposal_id": "1"}, "never had"),
        ({"proposal_id": f"1-{'0' * 64}"}, "never had"),
        ({"signature": replace(SATO, name="")}, "does not say who signed"),
        ({"signature": replace(SATO, position=" ")}, "does not say who signed"),
        ({"signature": replace(SATO, at=make.NOW + timedelta(days=3))}, "lies ahead"),
        ({"signature": replace(SATO, at=datetime(2020, 1, 1, tzinfo=UTC))}, "before this version"),
        ({"comment": " "}, "what has to be different"),
    ],
)
def test_a_file_about_something_else_is_refused_with_why(jp, ready, values, said) -> None:
    leaves(jp)
    with pytest.raises(RuleBroken, match=re.escape(said)):
        taking(ready, file_of_host(ready, **values))
    assert db.session.query(LearningMessage).count() == 0


def test_nonsense_is_refused_beside_the_form(client, th, jp, ready) -> None:
    leaves(jp)
    good = file_of_host(ready)
    entity = good.replace(
        b"<omobility-las-update-request",
        b'<!DOCTYPE x [<!ENTITY a "b">]><omobility-las-update-request',
    )
    with clock.set_clock(make.NOW):
        signed_in(client, th)
        given = client.get(f"/learning/{ready.agreement_id}/agreement.xml").data
        for data, said in (
            (b"", "The file is empty."),
            (good[: len(good) // 2], "this is not XML"),
            (entity, "declares a document type"),
            (given, "another format"),
            (good + b" " * 70_000, "at most 64 kB"),
            (good.replace(b"timestamp", b"time"), "Line"),
        ):
            answer = looking(client, ready, data)
            assert answer.status_code in {409, 422} and said in answer.text, said
        address = f"/learning/{ready.agreement_id}/message"
        assert press(client, address, {}).status_code == 422
        for content_said in ("", "no base64!", "AAAA"):
            taken = press(client, f"{address}/take", {"content": content_said, "name": "a"})
            assert taken.status_code in {409, 422}
    assert db.session.query(LearningMessage).count() == 0


def test_a_refused_version_and_one_that_was_signed_take_no_file(jp, ready) -> None:
    signing(ready, Side.HOST)
    leaves(jp)
    with pytest.raises(RuleBroken, match="signed this version already"):
        taking(ready, file_of_host(ready))
    writing(ready, content(ready, MORE, *ROWS[1:]), by=Side.HOME, why=Why.OTHER, note="More.")
    refusing(ready, Side.HOME, "Not yet.")
    with pytest.raises(RuleBroken, match="It was refused"):
        taking(ready, file_of_host(ready))


def test_what_turns_the_reading_direction_is_left_out_of_names(jp, ready) -> None:
    leaves(jp)
    taking(ready, file_of_host(ready, signature=replace(SATO, name="Sato\u202e \n Kenta")))
    (message,) = db.session.query(LearningMessage).all()
    assert message.signer == "Sato Kenta"


def test_who_brings_a_file_has_signed_nothing_by_it(jp, stay, ready) -> None:
    leaves(jp)
    taking(ready, file_of_host(ready))
    agreement, home = as_it_is(ready), ready.actors[Side.HOME]
    by = [
        (one.side, queries.signed_in_person(one, home)) for one in agreement.writings[0].signatures
    ]
    assert by == [(Side.STUDENT, False), (Side.HOME, True), (Side.HOST, False)]
    assert queries.last_function(db.session(), home) == "Dean of studies"


def test_the_database_keeps_messages_as_they_came_and_for_hosts_only(jp, ready) -> None:
    leaves(jp)
    made = taking(ready, file_of_host(ready))
    for words in (
        f"UPDATE learning_message SET signer = 'X' WHERE id = {made}",
        f"DELETE FROM learning_message WHERE id = {made}",
    ):
        with pytest.raises(IntegrityError, match="learning_stands"):
            db.session.execute(text(words))
        db.session.rollback()
    kept = db.session.get_one(LearningMessage, made)
    student = db.session.scalars(
        select(LearningSignature).where(LearningSignature.side == Side.STUDENT)
    ).one()
    db.session.add(
        LearningMessage(
            agreement_id=kept.agreement_id,
            signature_id=student.id,
            file_id=kept.file_id,
            sha256="0" * 64,
            signer="X",
            function="Y",
            signed_at=make.NOW,
        )
    )
    with pytest.raises(IntegrityError, match="learning_by_host"):
        db.session.commit()
    db.session.rollback()


@pytest.mark.race
def test_a_file_and_a_change_at_once_never_sign_what_the_file_did_not_name(app, jp, ready) -> None:
    """Either the file is first and signs the old version, or it is refused; it is taken once."""
    leaves(jp)
    for number in range(1, len(list(rounds(5))) + 1):
        latest = as_it_is(ready).latest_number
        signing(
            ready,
            *(
                set(queries.still_to_sign(as_it_is(ready), as_it_is(ready).writings[-1]))
                - {Side.HOST}
            ),
        )
        data = file_of_host(ready)
        said = content(ready, *((MORE, *ROWS[1:]) if number % 2 else ROWS))

        def edit(said=said, latest=latest) -> str:
            why = {"why": Why.OTHER, "note": "More."}
            writing(ready, said, by=Side.HOME, seen=latest, **why)
            return "written"

        def bring(data=data) -> str:
            taking(ready, data)
            return "taken"

        came = all_at_once(app, [edit, *[bring] * (CLIENTS - 1)])
        assert came["written"] == 1 and came["taken"] <= 1
        after = as_it_is(ready)
        assert after.latest_number == latest + 1
        assert len(after.writings[-1].signatures) == 0
        assert (after.agreed_number == latest) == (came["taken"] == 1)
