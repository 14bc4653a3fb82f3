"""What the tests of transcripts are given."""

import pytest

from tests.exchanges.agreeing import university
from tests.exchanges.test_tables import loaded


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
def tables(app, session) -> None:
    """The published tables of credits and grades."""
    loaded()
