"""Agreements as files: one that is ready to be given out, and what a host answers."""

import io
import re
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import update

from app.accounts.models import RoleGrant
from app.exchanges.models import LanguageScore
from app.foundation.database import db
from app.foundation.work import unit_of_work
from app.interchange import agreements as ewp
from app.learning import operations as verbs
from app.learning import queries
from app.mobility.states import Side
from tests import make
from tests.learning.signing import (
    DEEP,
    as_it_is,
)

SATO = ewp.Signature(make.NOW, "Sato Kenta", "Exchange coordinator", "sato@example.org")
MORE = replace(DEEP, credits=Fraction(5, 2))


def score(stay, test: str, points: int) -> None:
    make.add(
        LanguageScore(
            person_id=stay.actors[Side.STUDENT].user_id,
            test=test,
            points=Fraction(points),
            taken_on=make.NOW.date(),
            written_at=make.NOW,
        )
    )


def leaves(university) -> None:
    """The office of a university has nobody here any more."""
    db.session.execute(
        update(RoleGrant)
        .where(RoleGrant.user_id == university.actor.user_id)
        .values(until=make.NOW - timedelta(days=400))
    )
    db.session.commit()


def exported(client, stay) -> ewp.LearningAgreement:
    answer = client.get(f"/learning/{stay.agreement_id}/agreement.xml")
    assert answer.status_code == 200, answer.text
    (found,) = ewp.read_agreements(answer.data)
    return found


def answer_of_host(stay, *, comment: str = "", **other) -> ewp.Approval | ewp.Comment:
    agreement = as_it_is(stay)
    newest = agreement.writings[-1]
    values = {
        "sending_hei_id": agreement.nomination.home.ref,
        "omobility_id": queries.number_of(agreement),
        "proposal_id": f"{newest.number}-{newest.fingerprint}",
        "signature": SATO,
        **other,
    }
    return ewp.Comment(**values, comment=comment) if comment else ewp.Approval(**values)


def file_of_host(stay, **values) -> bytes:
    return ewp.write_update(answer_of_host(stay, **values))


def taking(stay, data: bytes, *, by: Side = Side.HOME, now: datetime = make.NOW) -> int:
    actor = stay.actors[by]
    with unit_of_work(actor, now=now) as work:
        found = work.find(queries.agreement_with_all(actor, stay.agreement_id))
        return verbs.take_message(work, found, data, name="answer.xml").id


def looking(client, stay, data: bytes, name: str = "answer.xml"):
    page = client.get(f"/learning/{stay.agreement_id}").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    sent = {"csrf_token": token[1], "file": (io.BytesIO(data), name)}  # type: ignore[index]
    return client.post(f"/learning/{stay.agreement_id}/message", data=sent)
