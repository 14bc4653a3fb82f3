"""What the tests of applications are given."""

import pytest
from sqlalchemy import text

from app.foundation.database import db
from seeds.load import COUNTRIES, load_applications
from tests import make
from tests.fellowships.offices import office_of


@pytest.fixture
def loaded(session):
    """Many applications, spread over eight calls; the id of the largest call."""
    make.organisation()
    for code in COUNTRIES:
        make.country(code)
    with db.engine.execution_options(writes=True).begin() as connection:
        calls = load_applications(connection, number=24_000, seed=1, now=make.NOW)
    if db.engine.dialect.name == "postgresql":
        with db.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("ANALYZE"))
    return calls[0]


@pytest.fixture
def office(session):
    return office_of()


@pytest.fixture
def applicant(session):
    return make.person("CHANTHOU SOPHEAP")
