"""What the tests of learning agreements are given."""

import pytest

from tests.exchanges.agreeing import university
from tests.learning.signing import Stay, verified
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
