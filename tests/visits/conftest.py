"""What the tests of group visits are given."""

import pytest

from tests.visits.grouping import office_of


@pytest.fixture
def office(app, session):
    return office_of()
