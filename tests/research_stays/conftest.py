"""What the tests of calls for research stays are given."""

import pytest

from tests.research_stays.calling import host_of


@pytest.fixture
def host(app, session):
    return host_of()
