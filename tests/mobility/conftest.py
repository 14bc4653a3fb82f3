"""What the tests of nominations are given."""

import pytest

from tests.exchanges.agreeing import university
from tests.mobility.choosing import opened, student_of
from tests.mobility.partners import nominated_off


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
def place(jp, th) -> int:
    """Two places in Japan for students of a Thai university."""
    return opened(jp, th)


@pytest.fixture
def student(th):
    return student_of(th, "SOMCHAI JAIDEE")


@pytest.fixture
def made(th, jp, student) -> int:
    """A nomination to a host that once named whom to ask, and whose office has left since."""
    return nominated_off(th, jp, student)
