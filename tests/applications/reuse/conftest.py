"""What the tests of this folder are given."""

import pytest

from app.foundation import clock
from tests import make


@pytest.fixture(autouse=True)
def _that_day():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def person(session):
    return make.person("CHANTHOU SOPHEAP")
