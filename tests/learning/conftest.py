"""What the tests of learning agreements are given."""

import pytest

from app.exchanges.models import ExchangeContact
from app.exchanges.states import AnswersFor
from app.foundation.database import db
from app.mobility.states import Side
from tests import make
from tests.exchanges.agreeing import university
from tests.exchanges.test_tables import loaded
from tests.learning.messages import score
from tests.learning.signing import Stay, as_it_is, content, signing, verified, writing
from tests.mobility.choosing import student_of


@pytest.fixture
def th(app, session):
    return university("TH")


@pytest.fixture
def jp(app, session):
    return university("JP")


@pytest.fixture
def vn(app, session):
    return university("VN")


@pytest.fixture
def stay(th, jp) -> Stay:
    """A Thai student whom a Japanese university takes, with a begun agreement."""
    return verified(student_of(th, "SOMCHAI JAIDEE"), th, jp)


@pytest.fixture
def ready(stay, th, jp):
    """A stay with all that a file needs, whose version 1 the student and the home have signed."""
    loaded()
    for who in (th, jp):
        make.add(
            ExchangeContact(
                organisation_id=who.id,
                name=f"CONTACT OF {who.ref}",
                email=f"{who.ref}@example.org",
                answers_for=AnswersFor.BOTH,
            )
        )
    score(stay, "ielts_academic", 7)
    posting = as_it_is(stay).nomination.posting
    posting.language = "en"
    db.session.commit()
    writing(stay, content(stay))
    signing(stay, Side.STUDENT, Side.HOME)
    return stay
