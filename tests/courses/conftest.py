"""What the tests of courses are given."""

import pytest

from tests.courses.centres import Centre, centre_of


@pytest.fixture
def centre(app) -> Centre:
    return centre_of()
