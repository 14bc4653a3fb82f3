"""What the tests of this folder are given."""

import pytest

from app.foundation import clock
from tests import make
from tests.fellowships.offices import office_of


@pytest.fixture(autouse=True)
def january():
    """The day on which the builders' calls are open."""
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def desk(app):
    return office_of("ASEAN AI fellowships")


@pytest.fixture
def manager(client, desk):
    return make.sign_in(client, desk.manager)
