"""Eight desks certify at the same moment: every number once, none left out, no occasion twice."""

from functools import partial

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.certificates.models import Certificate
from app.certificates.operations import issue_certificate
from app.certificates.states import CertificateKind
from app.foundation.work import unit_of_work
from app.organisations.models import Organisation
from tests import make, racing
from tests.certificates.scene import achievement, scene


def pressing(here, staff, person_id: int, occasion: str) -> str:
    with unit_of_work(staff, now=make.NOW) as work:
        made = issue_certificate(
            work,
            work.session.get_one(Organisation, here.issuer.id),
            work.session.get_one(User, person_id),
            kind=CertificateKind.ATTENDANCE,
            occasion=occasion,
            achievement=achievement(),
        )
        return made.serial


@pytest.mark.race
def test_many_at_once_get_different_numbers_without_a_gap(app, session) -> None:
    here = scene()
    people = [make.person().id for _n in range(racing.CLIENTS)]
    staff = make.actor(here.staff)
    here.issue()
    expected = 1
    for number in racing.rounds(3):
        session.remove()
        told = racing.all_at_once(
            app, [partial(pressing, here, staff, p, f"race:{number}:{p}") for p in people]
        )
        expected += racing.CLIENTS
        assert "RuleBroken" not in told
        serials = session.scalars(select(Certificate.serial)).all()
        session.rollback()
        assert sorted(int(s[-4:]) for s in serials) == list(range(1, expected + 1))


@pytest.mark.race
def test_one_occasion_pressed_by_all_is_certified_once(app, session) -> None:
    here = scene()
    staff, holder = make.actor(here.staff), here.holder.id
    here.issue()
    for number in racing.rounds(3):
        session.remove()
        told = racing.all_at_once(
            app, [partial(pressing, here, staff, holder, f"race:{number}")] * racing.CLIENTS
        )
        assert len(set(told) - {"RuleBroken"}) == 1
        occasions = session.scalars(
            select(Certificate.id).where(Certificate.occasion == f"race:{number}")
        ).all()
        session.rollback()
        assert len(occasions) == 1
