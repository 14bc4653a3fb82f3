"""What the tests of this folder are given."""

import pytest

from app.foundation import clock
from app.foundation.actors import Role
from tests import make


@pytest.fixture(autouse=True)
def at_now():
    with clock.set_clock(make.NOW):
        yield


@pytest.fixture
def secretary(client):
    return make.sign_in(client, make.grant(make.person(), Role.SECRETARIAT))
