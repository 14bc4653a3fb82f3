"""What the tests of this folder are given."""

import pytest

from app.foundation import clock
from tests import make


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def applicant(session):
    return make.person("CHANTHOU SOPHEAP")


@pytest.fixture
def browser(client, applicant):
    return make.sign_in(client, applicant)


@pytest.fixture
def guest(app):
    return app.test_client()
