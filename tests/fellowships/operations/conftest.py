"""What the tests of this folder are given."""

import pytest

from tests.fellowships.offices import office_of


@pytest.fixture
def desk(app):
    return office_of()
