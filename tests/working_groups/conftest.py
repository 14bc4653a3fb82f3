"""What the tests of working groups are given."""

import pytest

from tests.working_groups.convening import Centre, centre, running, somebody


@pytest.fixture
def sg(app, session) -> Centre:
    return centre("SG")


@pytest.fixture
def jp(app, session) -> Centre:
    return centre("JP")


@pytest.fixture
def chair(app, session):
    return somebody("SOPHEAP CHAIR")


@pytest.fixture
def group(sg, chair) -> int:
    return running(sg, chair)
