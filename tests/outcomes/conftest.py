"""What the tests of outcomes are given."""

import pytest

from tests.exchanges.agreeing import university
from tests.mobility.choosing import student_of


@pytest.fixture
def th(app, session):
    return university("TH")


@pytest.fixture
def jp(app, session):
    return university("JP")


@pytest.fixture
def researcher(th):
    return student_of(th, "SOMCHAI JAIDEE")
