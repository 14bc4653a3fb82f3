"""What the tests of agreements are given."""

import pytest

from tests.exchanges.agreeing import university


@pytest.fixture
def th(app, session):
    return university("TH")


@pytest.fixture
def jp(app, session):
    return university("JP")


@pytest.fixture
def vn(app, session):
    return university("VN")
