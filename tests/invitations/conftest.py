"""What the tests of invitations are given."""

import pytest

from tests import make
from tests.exchanges.agreeing import university


@pytest.fixture
def jp(app, session):
    return university("JP")


@pytest.fixture
def th(app, session):
    return university("TH")


@pytest.fixture
def researcher(app, session):
    return make.actor(make.person("SOMCHAI JAIDEE", nationality="TH"))
