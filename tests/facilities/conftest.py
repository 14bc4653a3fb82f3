"""What the tests of facilities are given."""

import pytest

from tests.facilities.granting import centre_of


@pytest.fixture
def centre(app, session):
    return centre_of()
